"""Version of the installed simulator."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("backorder-simulator")
except PackageNotFoundError:  # run from a source tree that is not installed
    __version__ = "0+unknown"
