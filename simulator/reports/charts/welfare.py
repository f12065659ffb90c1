"""Welfare bars: shares of orders better off under an alternative to the right, and worse off to the left."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

from simulator.experiments.comparing.comparison import Comparison
from simulator.experiments.comparing.customer_welfare import EVERYBODY
from simulator.experiments.statistics.confidence_intervals import Estimate
from simulator.reports.pictures import axes, palette
from simulator.reports.pictures.layers import layer, mapped, nominal, quantitative
from simulator.reports.pictures.picture import ChartKey, ChartPanel, ChartTable, Picture, Row, panel
from simulator.reports.wording.numerals import NOTHING, numeral, percent, quantity

_ROW_HEIGHT: Final = 30
_MOST_SEGMENTS: Final = 6
_ROOM: Final = 2.0
"""Length of the axis over that of the longest bar, for the numbers beside the bars."""


def welfare(comparison: Comparison) -> Picture | None:
    """Draw the shares of orders better and worse off.

    Returns:
        The picture, or None if all orders are served as before, or none can be paired.
    """
    table: list[Any] = list(comparison.customers.itertuples())
    rows = [row for row in table if row.orders > 0]
    touched = {row.alternative for row in rows if row.better > 0 or row.worse > 0}
    rows = [row for row in rows if row.alternative in touched]
    if not rows:
        return None
    segments = list(dict.fromkeys(row.segment for row in rows))
    if len(segments) == 2:  # a single segment is the same as everybody
        segments = segments[:1]
    names = [name for name in comparison.others if name in touched]
    reach = _ROOM * max(max(row.better, row.worse) for row in rows if row.segment in segments)
    if len(names) == 1:
        mine = [row for row in rows if row.segment in segments]
        panels = [_panel([(_of_whom(row.segment), row) for row in mine], reach, "")]
    else:
        panels = [
            _panel(
                [(row.alternative, row) for row in rows if row.segment == segment], reach, _of_whom(segment)
            )
            for segment in segments[: 1 + _MOST_SEGMENTS]
        ]
    return Picture(
        _title(rows),
        f"Shares of the orders that are better or worse off than under '{comparison.against}', order by order: better "
        "off means more of the order, or as much, on average more than an hour sooner. The rest are served as before.",
        tuple(panels),
        _table(rows),
        (ChartKey("worse off", palette.BAD), ChartKey("better off", palette.GOOD)),
    )


def _panel(named: Sequence[tuple[str, Any]], reach: float, heading: str) -> ChartPanel:
    """Draw a panel of bars.

    Args:
        named: name of each bar, and its row of the table of customers.
        reach: largest share on the axis, on both sides.
        heading: above the panel.
    """
    rows: list[Row] = []
    for name, row in named:
        for side, share in (("better", row.better), ("worse", row.worse)):
            half = getattr(row, f"{side}_half_width")
            rows.append(
                {
                    "name": name,
                    "row": axes.broken(name),
                    "side": f"{side} off",
                    "share": share if side == "better" else -share,
                    "text": percent(share) if share > 0 else "",
                    "exact": str(numeral(Estimate(share, half, "share", 1))),
                }
            )
    names = [name for name, _ in named]
    label = "format(abs(datum.value) * 100, ',~r') + ' %'"
    axis = {"title": "Share of orders", "labelExpr": label, "tickCount": 4, "grid": True}
    place = {
        "x": quantitative("share", axis=axis, scale={"domain": [-reach, reach], "nice": False}),
        "y": axes.names("row", names),
    }
    bar = {
        **place,
        "color": mapped("side", {"better off": palette.GOOD, "worse off": palette.BAD}),
        "tooltip": [
            nominal("name", title=" "),
            nominal("side", title="Orders"),
            nominal("exact", title="Share"),
        ],
    }
    text = {**place, "text": nominal("text")}
    layers = [
        layer("bar", bar, height={"band": 0.66}),
        layer("text", text, where="datum.share > 0", align="left", dx=5, color=palette.INK),
        layer("text", text, where="datum.share < 0", align="right", dx=-5, color=palette.INK),
        layer("rule", {"x": quantitative("zero")}, rows="zero", color=palette.MUTED),
    ]
    spoken = "; ".join(
        f"{name}: {percent(row.better)} better off, {percent(row.worse)} worse off" for name, row in named
    )
    return panel(
        layers,
        f"{heading}: {spoken}" if heading else spoken,
        height=_ROW_HEIGHT * len(names) + 10,
        heading=heading,
        rows=rows,
        zero=[{"zero": 0}],
    )


def _title(rows: Sequence[Any]) -> str:
    """Write the title about the alternative with the largest net share of orders better off."""
    best = max((row for row in rows if row.segment == EVERYBODY), key=lambda row: row.net)
    name = best.alternative
    if best.net <= (0.0 if math.isnan(best.net_half_width) else best.net_half_width):
        only = len({row.alternative for row in rows}) == 1
        who = f"'{name}' does not serve" if only else "No alternative serves"
        return f"{who} certainly more orders better than worse"
    return f"'{name}' serves {percent(best.better)} of the orders better, {percent(best.worse)} worse"


def _table(rows: Sequence[Any]) -> ChartTable:
    def share(row: Any, side: str) -> str:
        value = getattr(row, side)
        half = getattr(row, f"{side}_half_width")
        return NOTHING if math.isnan(value) else str(numeral(Estimate(value, half, "share", 1)))

    return ChartTable(
        ("Alternative", "Customers", "Orders", "Better off", "Worse off", "As before"),
        [
            (
                row.alternative,
                _of_whom(row.segment),
                quantity(row.orders),
                share(row, "better"),
                share(row, "worse"),
                share(row, "same"),
            )
            for row in rows
        ],
    )


def _of_whom(segment: str) -> str:
    return segment.capitalize() if segment == EVERYBODY else segment
