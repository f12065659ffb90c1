"""Dot plots: means with their intervals, one row each, on one axis so that they can be compared."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from simulator.reports.pictures import axes, palette
from simulator.reports.pictures.layers import Spec, layer, mapped, nominal, quantitative
from simulator.reports.pictures.picture import ChartPanel, Row, panel

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
    axis: Spec,
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
    scale = {"domain": [low, high + room * (high - low)], "nice": False, "zero": False}
    y = axes.names("row", [dot.name for dot in found])
    colours = sorted({dot.colour for dot in found} | {palette.PAPER})
    itself = dict(zip(colours, colours, strict=True))
    interval = {
        "x": quantitative("low"),
        "x2": {"field": "high"},
        "y": y,
        "stroke": mapped("colour", itself),
    }
    point = {
        "x": quantitative("mean", axis=axis, scale=scale),
        "y": y,
        "stroke": mapped("colour", itself),
        "fill": mapped("fill", itself),
        "tooltip": [nominal("name", title=" "), nominal("text", title=heading or " ")],
    }
    text = {"x": quantitative("high"), "y": y, "text": nominal("text")}
    layers = [
        layer("rule", interval, strokeWidth=2),
        layer("point", point, size=75, strokeWidth=2, opacity=1, filled=False),
        # Each text is drawn twice, first with a rim in the background colour, so that lines do not cross it.
        layer("text", text, align="left", dx=8, stroke=palette.PAPER, strokeWidth=4),
        layer("text", text, align="left", dx=8, color=palette.INK),
    ]
    if zero:
        layers.insert(0, layer("rule", {"x": quantitative("zero")}, rows="zero", color=palette.MUTED))
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
