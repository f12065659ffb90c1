"""Log of a fault in the simulator, for those who will mend it."""

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
    """Write the traceback and what was asked for to a file here, or else where temporary files go."""
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
