"""Console on standard output, and paragraphs on it."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

from simulator.values.mistakes import visible

_WIDEST = 100
"""Most characters of a line of prose; longer ones are hard to read."""
_TOGETHER = re.compile(r"(?<=\d) (?=%|days|hours|minutes|points|±)|(?<=±) ")
"""Blanks between a number and its unit, at which no line is broken."""


class Screen(Console):
    """Console on standard output, with colour only on a terminal. A closed pipe raises BrokenPipeError."""

    def on_broken_pipe(self) -> None:
        """Raise BrokenPipeError for the command to handle, where Rich would leave the program."""
        raise BrokenPipeError

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterator[Segment]:
        """Yield the segments to print, with control characters in their text made visible."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else Segment(visible(segment.text), segment.style)


def screen() -> Screen:
    """Return the console on standard output, which takes no text for markup."""
    return Screen(highlight=False, markup=False, emoji=False)


def show_folder(console: Console, folder: Path) -> None:
    """Print the path of the result folder, never broken into lines."""
    console.print(Text(f"Results in {folder}"), soft_wrap=True)


def say_claim(console: Console, sentences: Sequence[str]) -> None:
    """Print the first sentence as a paragraph, then the others together as another."""
    claim, *further = sentences
    say(console, claim)
    if further:
        console.print()
        say(console, " ".join(further))


def say(console: Console, prose: str, style: str = "") -> None:
    """Print a paragraph in lines of at most ``_WIDEST`` characters, never parting a number from its unit."""
    kept = _TOGETHER.sub("\u00a0", prose)
    for line in textwrap.wrap(kept, min(console.width, _WIDEST)) or [""]:
        console.print(Text(line.replace("\u00a0", " "), style=style), soft_wrap=True)
