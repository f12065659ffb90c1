"""Tables that fit the console: columns that do not fit go to further tables beneath the first."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Final, TypeAlias

from rich.table import Table
from rich.text import Text

GAP: Final = 2
"""Number of blanks between columns."""
_LONGEST_NAME: Final = 24
"""Most characters of a cell that names a row."""

Column: TypeAlias = tuple[str, list[Text]]
"""Heading and cells of a column."""


def stacked(
    names: Sequence[Column],
    columns: Sequence[Column],
    width: int,
    *,
    whole_headings: bool = False,
    whole_names: bool = False,
) -> list[Table]:
    """Divide columns among as many tables as it takes to fit the width; each begins with the names.

    Args:
        names: columns that name the rows. Cells longer than 24 characters are cut, or broken into lines if
            the widest column does not fit beside them.
        columns: of numbers, which are right-aligned, or of words, which are left-aligned.
        width: of the console, in characters.
        whole_headings: keep each heading in one line; by default it is broken between words if the cells are
            narrower.
        whole_names: break long names into lines even where the columns fit, so that none is cut.
    """
    ahead = sum(min(width_of(column), _LONGEST_NAME) + GAP for column in names)
    fits = ahead + max(map(width_of, columns), default=0) <= width
    wide = [max(width_of(column), len(column[0]) if whole_headings else 0) for column in columns]
    tables, first = [], 0
    for group in split(columns, max(width - ahead, 1), wide):
        tables.append(_table(names, group, wide[first : first + len(group)], broken=whole_names or not fits))
        first += len(group)
    return tables


def split(columns: Sequence[Column], width: int, needed: Sequence[int] | None = None) -> list[list[Column]]:
    """Divide columns, in sequence, into as few groups as fit the width; a group has at least one column.

    Args:
        columns: to divide.
        width: of a group, in characters.
        needed: width of each column, in characters; by default that of `width_of`.
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
    """Return the width of a column in characters, its heading broken between words."""
    heading, cells = column
    return max(0, *map(len, heading.split()), *map(len, cells))


def wrapped(heading: str, width: int) -> str:
    """Break a heading into lines of at most ``width`` characters."""
    return "\n".join(textwrap.wrap(heading, max(width, 1)))


def _table(names: Sequence[Column], columns: Sequence[Column], wide: Sequence[int], *, broken: bool) -> Table:
    """Make one table.

    Args:
        names: columns that name the rows.
        columns: all others.
        wide: width of each of ``columns``, in characters.
        broken: True to break long names into lines instead of cutting them.
    """
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
