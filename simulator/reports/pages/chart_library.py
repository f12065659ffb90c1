"""Chart library of the pages: Vega, Vega-Lite and Vega-Embed in one script for the browser.

The script is bundled from the files that vl-convert ships. Bundling takes seconds, so the script is cached.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import sys
from importlib import metadata
from pathlib import Path


def drawing_library() -> str:
    """Return the script (0.9 MB), from the cache if it is there.

    Raises:
        ValueError: the script holds text that would end a script element of HTML.
    """
    version = metadata.version("vl-convert-python")
    kept = _cache_folder() / f"vega-{version}.js"
    with contextlib.suppress(OSError, UnicodeDecodeError):
        if script := kept.read_text(encoding="utf-8"):
            return script
    script = _bundled()
    if "</script" in script.lower() or "<!--" in script:
        raise ValueError(f"the script of vl-convert {version} cannot stand inside a page")
    # Without a writable cache folder the script is bundled again next time.
    with contextlib.suppress(OSError):
        _keep(script, kept)
    return script


def _bundled() -> str:
    import vl_convert

    return str(vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;"))


def _keep(script: str, file: Path) -> None:
    """Write the file as a whole or not at all, even if other processes write it at the same time."""
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        new.write_text(script, encoding="utf-8")
        new.replace(file)
    finally:
        new.unlink(missing_ok=True)


def _cache_folder() -> Path:
    """Return the cache folder of this program and user."""
    named = os.environ.get("XDG_CACHE_HOME") or (os.environ.get("LOCALAPPDATA") if os.name == "nt" else None)
    home = os.path.expanduser("~")  # noqa: PTH111 - unlike Path.home(), it does not raise without a home
    usual = Path(home, "Library", "Caches") if sys.platform == "darwin" else Path(home, ".cache")
    return (Path(named) if named else usual) / "backorder-simulator"
