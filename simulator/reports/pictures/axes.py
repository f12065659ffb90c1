"""Axes that read the same in every chart."""

from __future__ import annotations

import datetime
import textwrap
from collections.abc import Sequence
from typing import Final

import altair as alt

_LINES: Final = 2
_LINE: Final = 13
_LONGEST_LINE: Final = 20
_LABELS_WIDTH: Final = 150
"""Pixels; a word that is longer is cut, the table has it in full."""


def scale_text(unit: str) -> str:
    """A unit of the glossary as it stands beside a figure; nothing for money, whose currency is the scenario's.

    >>> in_words("units (time average)"), in_words("money")
    ('units', '')
    """
    return unit.partition(" (")[0].replace("money", "")


def number_axis(title: str, *, grid: bool = True, ticks: int = 5) -> alt.Axis:
    """Numbers, large ones as 20k and 3M."""
    return alt.Axis(
        title=title,
        labelExpr="abs(datum.value) >= 10000 ? replace(format(datum.value, '~s'), 'G', 'bn') "
        ": format(datum.value, ',~r')",
        tickCount=ticks,
        grid=grid,
    )


def share_axis(title: str) -> alt.Axis:
    """Shares as per cent."""
    return alt.Axis(title=title, labelExpr="format(datum.value * 100, ',~r') + ' %'", tickCount=5, grid=True)


def names(field: str, shown: Sequence[str], title: str | None = None) -> alt.Y:
    """The vertical axis with one row for each name, from the top; rows of data hold ``broken`` names in the field."""
    lines = f"slice(split(datum.label, '\\n'), 0, {_LINES})"
    # Lines begin at the middle of the row; two of them have to begin above it.
    raised = {"condition": {"test": "indexof(datum.value, '\\n') >= 0", "value": -_LINE / 2}, "value": 0}
    axis = alt.Axis(
        title=title,
        labelExpr=lines,
        labelOffset=raised,
        labelLimit=_LABELS_WIDTH,
        labelLineHeight=_LINE,
        labelPadding=6,
        labelOverlap=False,
        ticks=False,
        domain=False,
        grid=False,
        minExtent=60,
    )
    rows = [broken(name) for name in shown]
    return alt.Y(f"{field}:N", sort=rows, axis=axis, scale=alt.Scale(domain=rows))


def broken(name: str) -> str:
    r"""A name in lines that are short enough to stand beside bars. Only the first two are shown; all tell it apart.

    >>> broken("no backorders, more stock")
    'no backorders, more\nstock'
    >>> broken("a name that goes on and on, as if it had no end at all")
    'a name that goes on\nand on, as if it had …\nno end at all'
    """
    lines = textwrap.wrap(name, _LONGEST_LINE, break_on_hyphens=False) or [""]
    if len(lines) > _LINES:
        lines[_LINES - 1] += " …"
    return "\n".join(lines)


def milliseconds(date: datetime.date) -> int:
    """A date as charts have it: since 1970 in UTC, so that no reader's time zone moves it."""
    return (date - datetime.date(1970, 1, 1)).days * 86_400_000


def date(field: str) -> alt.X:
    """A calendar date on the horizontal axis, which goes from the first to the last one in the chart."""
    return alt.X(f"{field}:T", scale=alt.Scale(type="utc", nice=False), axis=date_axis())


def date_axis() -> alt.Axis:
    """Days of the calendar: months where they are many."""
    # A day where ticks are nearer than a month, else a month; the year beside the first of them and each January.
    label = (
        "utcFormat(datum.value, '%-d') != '1' ? utcFormat(datum.value, '%-d %b') : "
        "utcFormat(datum.value, datum.index == 0 || utcFormat(datum.value, '%b') == 'Jan' ? '%b %Y' : '%b')"
    )
    return alt.Axis(
        title=None, labelExpr=label, labelOverlap="greedy", labelFlush=True, tickCount=8, grid=False
    )
