"""Log file of a fault in the simulator, for a bug report."""

from __future__ import annotations

import contextlib
import datetime
import platform
import sys
import tempfile
import traceback
from pathlib import Path

from simulator.reports.files.version import __version__


def write_log(error: BaseException) -> Path:
    """Write versions, command line and traceback to a new log file.

    The file goes into the working folder or, if that cannot be written, into the folder of temporary files.

    Args:
        error: the fault.

    Returns:
        Path of the file; a text that says so if no file could be written.
    """
    now = datetime.datetime.now().astimezone()
    name = f"simulator-error-{now:%Y%m%d-%H%M%S}.log"
    text = (
        f"{now.isoformat(timespec='seconds')}\n"
        f"simulator {__version__}, Python {platform.python_version()}, {platform.platform()}\n"
        f"{sys.argv}\n\n"
        f"{''.join(traceback.format_exception(error))}"
    )
    for folder in (Path(), Path(tempfile.gettempdir())):
        file = folder / name
        with contextlib.suppress(OSError):
            file.write_text(text, encoding="utf-8", errors="backslashreplace")
            return file
    return Path("no file: none could be written")
