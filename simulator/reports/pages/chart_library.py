"""The library that draws charts in a browser: Vega, Vega-Lite and Vega-Embed in one script.

It is put together from what vl-convert ships, which takes seconds, and kept for the next time.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import sys
from importlib import metadata
from pathlib import Path


def drawing_library() -> str:
    """The script, 0.9 MB."""
    version = metadata.version("vl-convert-python")
    kept = _cache_folder() / f"vega-{version}.js"
    with contextlib.suppress(OSError, UnicodeDecodeError):
        if script := kept.read_text(encoding="utf-8"):
            return script
    script = _bundled()
    if "</script" in script.lower() or "<!--" in script:
        raise ValueError(f"the script of vl-convert {version} cannot stand inside a page")
    # There is nothing to keep it for a next time in a home that cannot be written to.
    with contextlib.suppress(OSError):
        _keep(script, kept)
    return script


def _bundled() -> str:
    import vl_convert

    return str(vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;"))


def _keep(script: str, file: Path) -> None:
    """Write the file as a whole or not at all, whoever else is doing the same."""
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        new.write_text(script, encoding="utf-8")
        new.replace(file)
    finally:
        new.unlink(missing_ok=True)


def _cache_folder() -> Path:
    """Where programs of this user keep what they can make again."""
    named = os.environ.get("XDG_CACHE_HOME") or (os.environ.get("LOCALAPPDATA") if os.name == "nt" else None)
    home = os.path.expanduser("~")  # noqa: PTH111 - unlike Path.home() it answers without a home, too
    usual = Path(home, "Library", "Caches") if sys.platform == "darwin" else Path(home, ".cache")
    return (Path(named) if named else usual) / "backorder-simulator"
