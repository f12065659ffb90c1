"""Axes of charts for numbers, shares, names and dates, alike in every chart."""

from __future__ import annotations

import datetime
import textwrap
from collections.abc import Sequence
from typing import Final

from simulator.reports.pictures.layers import Spec, nominal, temporal

_LINES: Final = 2
"""Largest number of lines of a label."""
_LINE: Final = 13
"""Height of a line in pixels."""
_LONGEST_LINE: Final = 20
"""Characters."""
_LABELS_WIDTH: Final = 150
"""Pixels; a longer word is cut, but the table has it in full."""


def unit_name(unit: str) -> str:
    """Return a unit of the glossary as written beside a figure; "" for money, as the currency is not known.

    >>> unit_name("units (time average)"), unit_name("money")
    ('units', '')
    """
    return unit.partition(" (")[0].replace("money", "")


def number_axis(title: str, *, grid: bool = True, ticks: int = 5) -> Spec:
    """Make an axis of numbers; large ones are written as 20k and 3M."""
    label = (
        "abs(datum.value) >= 10000 ? replace(format(datum.value, '~s'), 'G', 'bn') "
        ": format(datum.value, ',~r')"
    )
    return {"title": title, "labelExpr": label, "tickCount": ticks, "grid": grid}


def share_axis(title: str) -> Spec:
    """Make an axis of shares in per cent."""
    label = "format(datum.value * 100, ',~r') + ' %'"
    return {"title": title, "labelExpr": label, "tickCount": 5, "grid": True}


def names(field: str, shown: Sequence[str], title: str | None = None) -> Spec:
    """Make the vertical axis with one row for each name.

    Args:
        field: of the data; it holds names as returned by `broken`.
        shown: names, from the top.
        title: of the axis.
    """
    lines = f"slice(split(datum.label, '\\n'), 0, {_LINES})"
    # The first line of a label is at the middle of the row; labels of two lines are raised by half a line.
    raised = {"condition": {"test": "indexof(datum.value, '\\n') >= 0", "value": -_LINE / 2}, "value": 0}
    axis = {
        "title": title,
        "labelExpr": lines,
        "labelOffset": raised,
        "labelLimit": _LABELS_WIDTH,
        "labelLineHeight": _LINE,
        "labelPadding": 6,
        "labelOverlap": False,
        "ticks": False,
        "domain": False,
        "grid": False,
        "minExtent": 60,
    }
    rows = [broken(name) for name in shown]
    return nominal(field, sort=rows, axis=axis, scale={"domain": rows})


def broken(name: str) -> str:
    r"""Break a name into lines short enough to stand beside bars.

    Only the first two lines are shown; the others stay in the data so that different names remain different.

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
    """Return a date in milliseconds since 1970 in UTC, so that the reader's time zone does not shift it."""
    return (date - datetime.date(1970, 1, 1)).days * 86_400_000


def date(field: str) -> Spec:
    """Make the horizontal axis of the calendar dates in ``field``, from the first to the last one."""
    return temporal(field, scale={"type": "utc", "nice": False}, axis=date_axis())


def date_axis() -> Spec:
    """Make an axis of calendar days, or of months over a long time."""
    # A tick on the first of a month shows the month, others the day; the first one and January show the year.
    label = (
        "utcFormat(datum.value, '%-d') != '1' ? utcFormat(datum.value, '%-d %b') : "
        "utcFormat(datum.value, datum.index == 0 || utcFormat(datum.value, '%b') == 'Jan' ? '%b %Y' : '%b')"
    )
    return {
        "title": None,
        "labelExpr": label,
        "labelOverlap": "greedy",
        "labelFlush": True,
        "tickCount": 8,
        "grid": False,
    }
