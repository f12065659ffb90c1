"""What a command leaves on the screen when its result folder is there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import typer
from rich.console import Console


def print_answer(
    plain: Callable[[], object], show: Callable[[Console], None], place: Path, *, as_json: bool, quiet: bool
) -> None:
    """Print JSON, or for people what ``show`` prints (unless they want it quiet) and where everything else is."""
    from simulator.reports import console
    from simulator.reports.as_json import json_text

    if as_json:
        typer.echo(json_text(plain(), ascii_only=True))
        return
    screen = console.screen()
    if not quiet:
        show(screen)
    console.show_folder(screen, place)
