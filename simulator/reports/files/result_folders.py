"""Result folders: everything a command leaves on disk, there as a whole or not at all.

A folder is written under a temporary name beside its final one and renamed when it is complete. A command that was
killed leaves only its temporary folder, whose name says which process it belonged to; the next run removes it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import secrets
import shutil
import socket
import unicodedata
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Final, Self

RUNS: Final = Path("results/runs")
"""Where result folders go if nobody says otherwise."""

_HASH_LENGTH = 12
_LONGEST_NAME = 60
_ATTEMPTS = 10
_TEMPORARY = re.compile(r"\.tmp-(?P<process>\d+)-[0-9a-f]{8}@(?P<host>.+)")


class ResultFolder:
    """The folder of one result, to be used in a ``with`` statement: ``fill`` makes it; without that nothing remains.

    Entering shows early, before a long run, whether the folder can be written. Raises OSError if not.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.filled = False
        """Whether the folder is in its place, whole."""
        self._new = path.parent / _temporary_name()

    def __enter__(self) -> Self:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        _sweep(self.path.parent)
        self._new.mkdir()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        shutil.rmtree(self._new, ignore_errors=True)

    def fill(self, write: Callable[[Path], None]) -> Path:
        """Let ``write`` put its files into a new folder, put that in its place and return its path.

        An older folder of that name is replaced as a whole; folders that have vanished in the meantime are made anew.
        """
        self._new.mkdir(parents=True, exist_ok=True)
        write(self._new)
        _put(self._new, self.path)
        self.filled = True
        return self.path


def result_folder(parent: Path, name: str, decides: object) -> ResultFolder:
    """Folder of a result within ``parent``.

    Args:
        parent: where result folders go.
        name: of the result, in words.
        decides: all that decides what is in it, as plain data.
    """
    digest = hashlib.sha256(json.dumps(decides, sort_keys=True).encode()).hexdigest()
    return ResultFolder(parent / result_name(name, digest))


def result_name(name: str, digest: str) -> str:
    """Name of a result folder: what it is of, and the start of a hash of all that decides what is in it.

    >>> result_name("Holiday peak", "0123456789abcdef0123")
    'holiday-peak-0123456789ab'
    """
    return f"{safe_name(name)}-{digest[:_HASH_LENGTH]}"


def safe_name(name: str) -> str:
    """A name that every file system takes.

    >>> safe_name("Holiday peak: 50 % more / España")
    'holiday-peak-50-more-espana'
    >>> safe_name("../..")
    'scenario'
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9_]+", "-", plain)[:_LONGEST_NAME].strip("-")
    return words or "scenario"


def _temporary_name() -> str:
    return f".tmp-{os.getpid()}-{secrets.token_hex(4)}@{socket.gethostname()}"


def _put(new: Path, final: Path) -> None:
    """Rename the new folder to its final name; an older one of that name is set aside first, then deleted."""
    for attempt in range(_ATTEMPTS):
        aside = final.parent / _temporary_name()
        with contextlib.suppress(FileNotFoundError):
            final.rename(aside)
        try:
            new.rename(final)
        except OSError:
            # Another process may have put the same run there in the meantime: set that aside, too.
            if attempt == _ATTEMPTS - 1 or not final.exists():
                raise
        else:
            break
        finally:
            shutil.rmtree(aside, ignore_errors=True)


def _sweep(parent: Path) -> None:
    """Remove what runs of this machine left that are no longer there."""
    for left in parent.iterdir():
        match = _TEMPORARY.fullmatch(left.name)
        if match and match["host"] == socket.gethostname() and not _is_running(int(match["process"])):
            shutil.rmtree(left, ignore_errors=True)


def _is_running(process: int) -> bool:
    if os.name != "posix":  # elsewhere there is no harmless signal to ask with
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
