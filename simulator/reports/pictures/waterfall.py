"""Waterfall charts: the parts of a sum, each bar beginning where the one above it ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from simulator.reports.pictures import axes, palette
from simulator.reports.pictures.layers import layer, mapped, nominal, quantitative
from simulator.reports.pictures.picture import ChartPanel, Row, panel

_BAR_HEIGHT: Final = 30


@dataclass(frozen=True, slots=True)
class WaterfallStep:
    """Bar of a waterfall.

    Attributes:
        name: of the row.
        value: length; negative for a part that reduces the sum.
        text: beside the bar.
        colour: of the bar.
        total: whether the bar begins at 0, not at the end of the bar above.
    """

    name: str
    value: float
    text: str
    colour: str
    total: bool = False


def waterfall(steps: Sequence[WaterfallStep], title: str, description: str) -> ChartPanel:
    """Draw a waterfall with one bar in each row.

    Args:
        steps: bars, from the top.
        title: of the axis, with the unit.
        description: of the chart, in words.
    """
    rows: list[Row] = []
    level = 0.0
    for step in steps:
        before, level = (0.0, step.value) if step.total else (level, level + step.value)
        rows.append(
            {
                "name": step.name,
                "row": axes.broken(step.name),
                "from": before,
                "to": level,
                "right": max(before, level),
                "text": step.text,
                "colour": step.colour,
            }
        )
    names = [step.name for step in steps]
    low = min(0.0, *(min(row["from"], row["to"]) for row in rows))
    high = max(0.0, *(row["right"] for row in rows))
    # room for the texts to the right of the longest bars
    room = 0.28 * (high - low) or 1.0
    scale = {"domain": [low, high + room], "nice": False}
    y = axes.names("row", names)
    bar = {
        "x": quantitative("from", axis=axes.number_axis(title), scale=scale),
        "x2": {"field": "to"},
        "y": y,
        "color": mapped("colour", {step.colour: step.colour for step in steps}),
        "tooltip": [nominal("name", title=" "), nominal("text", title="Amount")],
    }
    text = {"x": quantitative("right"), "y": y, "text": nominal("text")}
    layers = [
        layer("bar", bar, height={"band": 0.66}),
        layer("text", text, align="left", dx=5, color=palette.INK),
        layer("rule", {"x": quantitative("zero")}, rows="zero", color=palette.MUTED),
    ]
    height = _BAR_HEIGHT * len(rows) + 10
    return panel(layers, description, height=height, rows=rows, zero=[{"zero": 0}])
