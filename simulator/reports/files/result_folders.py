"""Result folders: the files that a command leaves on disk, all of them or none.

A folder is written under a temporary name beside its final place and renamed when it is complete. A killed
command leaves only its temporary folder, whose name holds the number of its process. The next command removes
that folder.
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
"""Default folder of all results."""

_HASH_LENGTH = 12
_LONGEST_NAME = 60
_ATTEMPTS = 10
_TEMPORARY = re.compile(r"\.tmp-(?P<process>\d+)-[0-9a-f]{8}@(?P<host>.+)")


class ResultFolder:
    """Folder of one result, to be used in a ``with`` statement.

    `fill` writes it; without that nothing remains. On entering, a temporary folder is made, so that a folder
    that cannot be written is noticed before a long run.

    Args:
        path: final path of the folder.

    Raises:
        OSError: on entering, if the folder cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.filled = False
        """True once the complete folder is in its place."""
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
        """Write the files into the temporary folder, and move that to its final place.

        An older folder of that name is replaced as a whole. Folders that have vanished in the meantime are
        made again.

        Args:
            write: function that writes the files into a folder.

        Returns:
            Final path of the folder.

        Raises:
            OSError: the folder cannot be written.
        """
        self._new.mkdir(parents=True, exist_ok=True)
        write(self._new)
        _put(self._new, self.path)
        self.filled = True
        return self.path


def result_folder(parent: Path, name: str, decides: object) -> ResultFolder:
    """Return the folder of a result.

    Args:
        parent: folder of all results.
        name: name of the result, in words.
        decides: all that decides the result, as plain data; the name of the folder ends in its hash.
    """
    digest = hashlib.sha256(json.dumps(decides, sort_keys=True).encode()).hexdigest()
    return ResultFolder(parent / result_name(name, digest))


def result_name(name: str, digest: str) -> str:
    """Return the name of a result folder.

    Args:
        name: name of the result, in words.
        digest: hash of everything that decides the result; its start becomes part of the name.

    >>> result_name("Holiday peak", "0123456789abcdef0123")
    'holiday-peak-0123456789ab'
    """
    return f"{safe_name(name)}-{digest[:_HASH_LENGTH]}"


def safe_name(name: str) -> str:
    """Return a name that every file system accepts: small letters, digits, hyphens and underscores.

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
    """Rename the new folder to its final name. An older one of that name is set aside first, then deleted."""
    for attempt in range(_ATTEMPTS):
        aside = final.parent / _temporary_name()
        with contextlib.suppress(FileNotFoundError):
            final.rename(aside)
        try:
            new.rename(final)
        except OSError:
            # Another process may have put the same result there in the meantime: set that aside, too.
            if attempt == _ATTEMPTS - 1 or not final.exists():
                raise
        else:
            break
        finally:
            shutil.rmtree(aside, ignore_errors=True)


def _sweep(parent: Path) -> None:
    """Remove the temporary folders of processes of this machine that no longer run."""
    for left in parent.iterdir():
        match = _TEMPORARY.fullmatch(left.name)
        if match and match["host"] == socket.gethostname() and not _is_running(int(match["process"])):
            shutil.rmtree(left, ignore_errors=True)


def _is_running(process: int) -> bool:
    if os.name != "posix":  # other systems have no harmless signal for this test
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
