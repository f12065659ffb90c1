"""Check of files that a scenario names: only regular files are opened, so that reading ends.

Reading a pipe without a writer, or a device, would never end. All code that opens a path from a scenario file calls
`require_file` first.
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
"""Offset and first bytes of the magic field in the header of a tar file (POSIX.1-1988)."""


def require_file(path: str | os.PathLike[str]) -> os.stat_result:
    """Return the status of a regular file that is not an archive.

    Raises:
        OSError: there is no such file, or it is a folder, pipe, socket, device or tar archive; `strerror` names the
            kind and the remedy.
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
