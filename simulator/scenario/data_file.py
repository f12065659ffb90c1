"""The bytes of a data file, unpacked if it is compressed."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

from simulator.scenario.mistakes import Mistake, ScenarioError
from simulator.scenario.source_file import require_file

LARGEST: Final = 500_000_000
"""Bytes of a data file at most, unpacked: some ten million order lines."""
_BLOCK: Final = 1 << 20
_GZIP: Final = b"\x1f\x8b"
_ZSTANDARD: Final = b"\x28\xb5\x2f\xfd"


def content(path: Path, most: int = LARGEST) -> bytes:
    """All bytes of a file; those of a ``.gz`` or ``.zst`` file, known by their first bytes, unpacked.

    Args:
        path: the file.
        most: bytes at most; more are a mistake, noticed before they are in memory.

    Raises:
        ScenarioError: the file cannot be read, is damaged or too large.
    """
    blocks: list[bytes] = []
    size = 0
    try:
        require_file(path)
        with path.open("rb") as file:
            for block in _blocks(file):
                size += len(block)
                if size > most:
                    raise whole_file(path, f"holds more than {most / 1e6:,.0f} MB")
                blocks.append(block)
    except OSError as error:  # a damaged .gz or .zst, too
        raise whole_file(path, f"cannot be read: {error.strerror or _one_line(error)}") from error
    except (EOFError, zlib.error) as error:
        raise whole_file(path, f"cannot be read: {_one_line(error)}") from error
    return b"".join(blocks)


def whole_file(path: Path, message: str) -> ScenarioError:
    """The error for a mistake that concerns a data file as a whole."""
    return ScenarioError([Mistake(str(path), 1, 1, "", message)])


def _blocks(file: IO[bytes]) -> Iterator[bytes]:
    """The content block by block, unpacked."""
    first = file.read(len(_ZSTANDARD))
    file.seek(0)
    if first.startswith(_GZIP):
        with gzip.open(file) as unpacked:
            yield from iter(lambda: unpacked.read(_BLOCK), b"")
    elif first == _ZSTANDARD:
        import pyarrow as pa

        with pa.CompressedInputStream(pa.PythonFile(file, "r"), "zstd") as unpacked:
            yield from iter(lambda: unpacked.read(_BLOCK), b"")
    else:
        yield from iter(lambda: file.read(_BLOCK), b"")


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())
