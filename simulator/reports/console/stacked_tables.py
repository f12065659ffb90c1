"""Tables that fit the console: columns for which there is no room stand in a further table, beneath the first."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Final, TypeAlias

from rich.table import Table
from rich.text import Text

GAP: Final = 2
"""Blanks between columns."""
_LONGEST_NAME: Final = 24

Column: TypeAlias = tuple[str, list[Text]]
"""Heading and cells."""


def stacked(
    names: Sequence[Column], columns: Sequence[Column], width: int, *, whole_headings: bool = False
) -> list[Table]:
    """All columns, in as many tables as it takes to fit them into the width; each begins with the names.

    Args:
        names: what the rows are called, at the left of every table; cells longer than 24 characters are cut, and broken
            into lines where not even one column has room beside them.
        columns: numbers, set at the right of their column, or words, set at the left.
        width: of the console, in characters.
        whole_headings: keep headings in one line; left out: they are broken between words where cells are narrower.
    """
    ahead = sum(min(width_of(column), _LONGEST_NAME) + GAP for column in names)
    fits = ahead + max(map(width_of, columns), default=0) <= width
    wide = [max(width_of(column), len(column[0]) if whole_headings else 0) for column in columns]
    tables, first = [], 0
    for group in split(columns, max(width - ahead, 1), wide):
        tables.append(_table(names, group, wide[first : first + len(group)], broken=not fits))
        first += len(group)
    return tables


def split(columns: Sequence[Column], width: int, needed: Sequence[int] | None = None) -> list[list[Column]]:
    """The columns in as few groups as fit into the width, each in sequence and never empty.

    Args:
        columns: what is shared out.
        width: of a group, in characters.
        needed: characters of each column; left out: ``width_of``.
    """
    groups: list[list[Column]] = []
    left = 0
    for column, own in zip(columns, needed or [width_of(column) for column in columns], strict=True):
        if not groups or own + GAP > left:
            groups.append([])
            left = width
        groups[-1].append(column)
        left -= own + GAP
    return groups


def width_of(column: Column) -> int:
    """Characters that a column needs, its heading broken between words."""
    heading, cells = column
    return max(0, *map(len, heading.split()), *map(len, cells))


def wrapped(heading: str, width: int) -> str:
    """A heading broken into lines of this width."""
    return "\n".join(textwrap.wrap(heading, max(width, 1)))


def _table(names: Sequence[Column], columns: Sequence[Column], wide: Sequence[int], *, broken: bool) -> Table:
    table = Table(box=None, padding=(0, GAP, 0, 0), pad_edge=False, header_style="bold")
    for heading, cells in names:
        title = wrapped(heading, width_of((heading, cells)))
        table.add_column(title, no_wrap=not broken, max_width=_LONGEST_NAME, overflow="ellipsis")
    for (heading, cells), own in zip(columns, wide, strict=True):
        numbers = any(character.isdigit() for cell in cells for character in cell.plain)
        table.add_column(wrapped(heading, own), justify="right" if numbers else "left", no_wrap=True)
    for k in range(len(names[0][1])):
        table.add_row(*(cells[k] for _, cells in (*names, *columns)))
    return table
