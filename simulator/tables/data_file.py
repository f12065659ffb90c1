"""Data files that a scenario names: the bytes of regular files, decompressed."""

from __future__ import annotations

import errno
import gzip
import os
import stat
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

from simulator.values.mistakes import Mistake, ScenarioError

LARGEST: Final = 500_000_000
"""Largest size of a data file in bytes, decompressed: some ten million order lines."""
_BLOCK: Final = 1 << 20
_GZIP: Final = b"\x1f\x8b"
_ZSTANDARD: Final = b"\x28\xb5\x2f\xfd"


def file_bytes(path: Path, most: int = LARGEST) -> bytes:
    """Read all bytes of a file; gzip and Zstandard, recognised by their first bytes, are decompressed.

    Args:
        path: the file.
        most: largest size in bytes, decompressed; a larger file is noticed before it is in memory.

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
                    raise file_error(path, f"holds more than {most / 1e6:,.0f} MB")
                blocks.append(block)
    except OSError as error:  # a damaged .gz or .zst, too
        raise file_error(path, f"cannot be read: {error.strerror or _one_line(error)}") from error
    except (EOFError, zlib.error) as error:
        raise file_error(path, f"cannot be read: {_one_line(error)}") from error
    return b"".join(blocks)


def file_error(path: Path, message: str) -> ScenarioError:
    """Return the error for a mistake that concerns a data file as a whole.

    Args:
        path: the file.
        message: the problem, to follow the name of the file.
    """
    return ScenarioError([Mistake(str(path), 1, 1, "", message)])


def _blocks(file: IO[bytes]) -> Iterator[bytes]:
    """Yield the content block by block, decompressed."""
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


_KINDS: Final = {
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}
_ARCHIVES: Final = (".tgz", ".tbz", ".tbz2", ".txz", ".tzst")
_TAR_MAGIC: Final = (257, b"ustar")
"""Offset and first bytes of the magic field in the header of a tar file (POSIX.1-1988)."""


def require_file(path: str | os.PathLike[str]) -> os.stat_result:
    """Return the status of a regular file that is not an archive.

    Raises:
        OSError: there is no such file, or it is a folder, pipe, socket, device or tar archive; `strerror`
            names the kind and the remedy.
    """
    name = os.fspath(path)
    if "\0" in name:
        raise OSError(errno.EINVAL, "not a file name: it holds a NUL character", name)
    try:
        status = Path(name).stat()
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise OSError(errno.ELOOP, "the symbolic links go round in a circle", name) from None
        raise
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), name)
    kind = _KINDS.get(stat.S_IFMT(status.st_mode))
    if kind is not None:
        raise OSError(errno.EINVAL, f"this is {kind}, not a file; save what it gives to a file first", name)
    if _is_archive(Path(name)):
        raise OSError(errno.EINVAL, "this is a tar archive; extract the file from it first", name)
    return status


def _is_archive(path: Path) -> bool:
    suffixes = [suffix.lower() for suffix in path.suffixes[-2:]]
    if ".tar" in suffixes or (suffixes and suffixes[-1] in _ARCHIVES):
        return True
    offset, magic = _TAR_MAGIC
    with path.open("rb") as file:
        file.seek(offset)
        return file.read(len(magic)) == magic
