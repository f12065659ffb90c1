"""Files that a scenario names: regular ones only, so that reading them ends.

A pipe nobody writes to is read for ever, a device without end. Everything that opens a path out of a scenario file
asks `require_file` first.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import Final

_KINDS: Final = {
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}
_ARCHIVES: Final = (".tgz", ".tbz", ".tbz2", ".txz", ".tzst")
_TAR_MAGIC: Final = (257, b"ustar")
"""Offset and first bytes of what marks a header in a tar file (POSIX.1-1988)."""


def require_file(path: str | os.PathLike[str]) -> os.stat_result:
    """Status of a regular file that is no archive.

    Raises:
        OSError: there is no such file, or it is something else; `strerror` says what, and what to do.
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
