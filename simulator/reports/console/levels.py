"""Table of stock levels on the console."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from simulator.reports.console.screen import say
from simulator.reports.wording.level_tables import LevelTable

_LONGEST_WORD = 10
_SPARED = ("Demand sd", "Demand mean", "Safety stock", "How found", "Depot delay")
"""Columns of levels that are left out for want of room, in this order."""


def show_levels(console: Console, levels: LevelTable, title: str) -> None:
    """Print a table of levels and its notes; a note names the columns left out for want of room."""
    widths = {name: _least_width(levels, k) for k, name in enumerate(levels.columns)}
    spared = [name for name in _SPARED if name in widths]
    left_out: list[str] = []
    while spared and sum(widths.values()) + 2 * len(widths) > console.width:
        left_out.append(spared.pop(0).lower())
        del widths[left_out[-1].capitalize()]
    say(console, title, "bold")
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    for name, least in widths.items():
        if name in levels.numbers:
            table.add_column(name.replace(" ", "\n"), justify="right", no_wrap=True)
        else:
            table.add_column(name, overflow="fold", min_width=least)
    for row in levels.rows:
        cells = zip(levels.columns, row, strict=True)
        table.add_row(*(Text(cell) for name, cell in cells if name in widths))
    console.print(table)
    without = [f"For want of room without {', '.join(left_out)}; levels.csv has all."] if left_out else []
    for note in (*without, *levels.notes):
        say(console, note, "dim")


def _least_width(levels: LevelTable, column: int) -> int:
    """Return the smallest width, in characters, in which a column of levels can be read.

    That is the length of its longest word; words of text, unlike numbers, are broken after ``_LONGEST_WORD``
    characters.
    """
    heading = levels.columns[column]
    words = [len(word) for row in levels.rows for word in row[column].split()]
    longest = max(words, default=0)
    kept = longest if heading in levels.numbers else min(longest, _LONGEST_WORD)
    return max(kept, *map(len, heading.split()))
