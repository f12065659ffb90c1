"""Dot plots: means with their intervals, one row each, on one axis so that they can be compared."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import altair as alt

from simulator.reports.pictures import axes, palette
from simulator.reports.pictures.picture import ChartPanel, Row, chart_of, panel

_ROW_HEIGHT: Final = 28
_ROOM: Final = 0.065
"""Share of the axis' range added to its right for each character of the longest text beside a dot."""


@dataclass(frozen=True, slots=True)
class Dot:
    """Mean with its interval, one row of a panel.

    Attributes:
        name: of the row.
        mean: position of the dot.
        half_width: of the interval; nan without one.
        text: beside the dot.
        colour: of dot and interval.
        sure: whether the mean is certain; the dot is hollow if it may be chance.
    """

    name: str
    mean: float
    half_width: float
    text: str
    colour: str
    sure: bool = True


def dots(
    found: Sequence[Dot],
    axis: alt.Axis,
    description: str,
    *,
    heading: str = "",
    zero: bool = True,
    reach: tuple[float, float] | None = None,
) -> ChartPanel:
    """Draw a panel of dots.

    Args:
        found: at least one dot, from the top.
        axis: of the values.
        description: of the panel, in words.
        heading: above the panel.
        zero: whether 0 is marked and part of the axis.
        reach: smallest and largest value on the axis; by default the range of the intervals.
    """
    rows = [_row(dot) for dot in found]
    low, high = reach or reach_of(found, zero=zero)
    room = _ROOM * max(len(dot.text) for dot in found)
    x = alt.X(
        "mean:Q",
        axis=axis,
        scale=alt.Scale(domain=[low, high + room * (high - low)], nice=False, zero=False),
    )
    y = axes.names("row", [dot.name for dot in found])
    colours = sorted({dot.colour for dot in found} | {palette.PAPER})
    scale = alt.Scale(domain=colours, range=colours)
    stroke = alt.Stroke("colour:N", scale=scale, legend=None)
    tooltip = [alt.Tooltip("name:N", title=" "), alt.Tooltip("text:N", title=heading or " ")]
    chart = chart_of()
    layers = [
        chart.mark_rule(strokeWidth=2).encode(x=alt.X("low:Q"), x2=alt.X2("high:Q"), y=y, stroke=stroke),
        chart.mark_point(size=75, strokeWidth=2, opacity=1, filled=False).encode(
            x=x, y=y, stroke=stroke, fill=alt.Fill("fill:N", scale=scale, legend=None), tooltip=tooltip
        ),
        # Each text is drawn twice, first with a rim in the background colour, so that lines do not cross it.
        *(
            chart.mark_text(align="left", dx=8, **look).encode(
                x=alt.X("high:Q"), y=y, text=alt.Text("text:N")
            )
            for look in ({"stroke": palette.PAPER, "strokeWidth": 4}, {"color": palette.INK})
        ),
    ]
    if zero:
        line = chart_of("zero").mark_rule(color=palette.MUTED).encode(x=alt.X("zero:Q"))
        layers.insert(0, line)
    height = _ROW_HEIGHT * len(rows) + 6
    return panel(layers, description, height=height, heading=heading, rows=rows, zero=[{"zero": 0}])


def _row(dot: Dot) -> Row:
    half = dot.half_width if dot.half_width > 0 else 0.0
    return {
        "name": dot.name,
        "row": axes.broken(dot.name),
        "mean": dot.mean,
        "low": dot.mean - half,
        "high": dot.mean + half,
        "text": dot.text,
        "colour": dot.colour,
        "fill": dot.colour if dot.sure else palette.PAPER,
    }


def reach_of(found: Sequence[Dot], *, zero: bool) -> tuple[float, float]:
    """Return the range of dots and their intervals with a margin, 0 included if ``zero``."""
    halves = [dot.half_width if dot.half_width > 0 else 0.0 for dot in found]
    lows = [dot.mean - half for dot, half in zip(found, halves, strict=True) if math.isfinite(dot.mean)]
    highs = [dot.mean + half for dot, half in zip(found, halves, strict=True) if math.isfinite(dot.mean)]
    low, high = (
        min([*lows, *([0.0] if zero else [])], default=0.0),
        max([*highs, *([0.0] if zero else [])], default=1.0),
    )
    if low == high:
        return low - 1.0, high + 1.0
    margin = 0.04 * (high - low)
    return low - margin, high + margin
