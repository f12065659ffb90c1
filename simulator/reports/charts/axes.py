"""Axes that read the same in every chart."""

from __future__ import annotations

import datetime
from typing import Final

import altair as alt

LABELS_WIDTH: Final = 150
"""Pixels for the names of bars; longer ones are cut, the table has them in full."""


def number_axis(title: str, *, grid: bool = True, ticks: int = 5) -> alt.Axis:
    """Numbers, large ones as 20k and 3M."""
    return alt.Axis(
        title=title,
        labelExpr="abs(datum.value) >= 10000 ? replace(format(datum.value, '~s'), 'G', 'bn') "
        ": format(datum.value, ',~r')",
        tickCount=ticks,
        grid=grid,
    )


def share_axis(title: str, *, grid: bool = True, ticks: int = 5) -> alt.Axis:
    """Shares as per cent."""
    return alt.Axis(
        title=title, labelExpr="format(datum.value * 100, ',~r') + ' %'", tickCount=ticks, grid=grid
    )


def name_axis(title: str | None = None) -> alt.Axis:
    """Names of bars."""
    return alt.Axis(
        title=title, labelLimit=LABELS_WIDTH, ticks=False, domain=False, labelPadding=6, grid=False
    )


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
