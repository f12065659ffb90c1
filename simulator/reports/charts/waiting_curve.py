"""Waiting curve: share of the order lines that still wait, over the time since their order, by segment."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from simulator.experiments.replications.outline import WAITS
from simulator.experiments.replications.replications import Replications
from simulator.reports.charts.line_outcomes import EVERYBODY
from simulator.reports.pictures import axes, palette
from simulator.reports.pictures.layers import Spec, layer, mapped, nominal, quantitative
from simulator.reports.pictures.picture import ChartKey, ChartTable, Picture, Row, panel
from simulator.reports.wording.numerals import duration, percent

_MOST_SEGMENTS: Final = 5
_HEIGHT: Final = 260
_UNTIL: Final = 0.01
"""Share of the lines that wait at all; the chart ends when no more of them still wait."""
_TABLE_DAYS: Final = (
    0.0,
    0.25,
    0.5,
    1.0,
    2.0,
    3.0,
    5.0,
    7.0,
    10.0,
    14.0,
    21.0,
    28.0,
    42.0,
    60.0,
    90.0,
    180.0,
    365.0,
)
_DASHES: Final = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [12, 4])


def waiting_curve(outcome: Replications) -> Picture | None:
    """Draw the share of lines that wait longer than each of `WAITS`, by segment.

    Returns:
        The picture, or None if no line waits or the outcome has no outlines.
    """
    if not outcome.outlines:
        return None
    outlines = outcome.outlines
    lines = np.stack([one.lines for one in outlines]).astype(np.float64)
    waiting = np.stack([one.waiting for one in outlines]).astype(np.float64)
    everybody = _curves(lines.sum(axis=1), waiting.sum(axis=1))
    curve = everybody.mean(axis=0)
    if not curve[0] > 0:
        return None
    end = int(np.argmax(curve <= _UNTIL * curve[0])) or len(WAITS) - 1
    days, unit = WAITS[: end + 1], 1.0
    if days[-1] < 2:
        unit = 24.0
    names = outlines[0].segments
    largest = sorted(range(len(names)), key=lambda k: -lines[:, k].mean())[:_MOST_SEGMENTS]
    curves = (
        {names[k]: _curves(lines[:, k], waiting[:, k]) for k in sorted(largest)}
        if len(names) > 1
        else {EVERYBODY: everybody}
    )
    # Points too close to tell apart are left out, except the first (lines that wait at all) and the last.
    kept = np.unique(np.append(np.flatnonzero(_needed(days)), (0, end)))
    rows: list[Row] = []
    for name, values in curves.items():
        low, high = np.quantile(values, (0.1, 0.9), axis=0)
        mean = values.mean(axis=0)
        rows += [
            {
                "group": name,
                "wait": days[k] * unit,
                "share": mean[k],
                "low": low[k],
                "high": high[k],
                "text": percent(float(mean[k])),
                "longer": duration(float(days[k])) if k else "at all",
            }
            for k in kept
        ]
    colours = dict(zip(curves, palette.SERIES, strict=False))
    layers = _layers(colours, "Days" if unit == 1.0 else "Hours", several=len(outlines) > 1)
    half = _day_when(curve, 0.5)
    description = (
        f"Share of order lines that still wait, falling from {percent(float(curve[0]))} at the time of the order; "
        f"half of those who wait do so for longer than {duration(half)}."
    )
    return Picture(
        _title(curve),
        "Share of the order lines that still wait, by the time since their order, for the goods or until cancelled."
        + (" Bands: 8 in 10 replications." if len(outlines) > 1 else ""),
        (panel(layers, description, height=_HEIGHT, rows=rows),),
        _table({EVERYBODY: everybody} | curves, float(days[-1])),
        tuple(
            ChartKey(name, colours[name], dash=" ".join(map(str, dash)))
            for name, dash in zip(curves, _DASHES, strict=False)
        )
        if len(curves) > 1
        else (),
    )


def _layers(colours: dict[str, str], unit: str, *, several: bool) -> list[Spec]:
    axis = axes.number_axis(f"{unit} since the order", grid=False, ticks=8)
    x = quantitative("wait", axis=axis, scale={"nice": False})
    y = quantitative("share", axis=axes.share_axis("Share of order lines still waiting"))
    colour = mapped("group", colours)
    dash = mapped("group", dict(zip(colours, _DASHES, strict=False)))
    tooltip = [
        nominal("group", title="Customers"),
        nominal("longer", title="Waiting longer than"),
        nominal("text", title="Share of their lines"),
    ]
    layers = []
    if several:
        between = {"x": x, "y": quantitative("low"), "y2": {"field": "high"}, "color": colour}
        layers.append(layer("area", between, opacity=0.18))
    layers.append(layer("line", {"x": x, "y": y, "color": colour, "strokeDash": dash}, strokeWidth=2.2))
    layers.append(layer("point", {"x": x, "y": y, "tooltip": tooltip}, size=90, opacity=0, filled=True))
    return layers


def _curves(lines: npt.NDArray[np.float64], waiting: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Compute the share of lines still waiting: float64[replications with lines, waits].

    Args:
        lines: number of lines: float64[replications].
        waiting: number of lines waiting longer than each of `WAITS`: float64[replications, waits].
    """
    some = lines > 0
    if not some.any():
        return np.zeros((1, waiting.shape[1]))
    shares: npt.NDArray[np.float64] = waiting[some] / lines[some, np.newaxis]
    return shares


def _needed(days: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Flag the points that a chart can tell apart: at least 1/150 of the longest wait from each other."""
    needed = np.zeros(len(days), np.bool_)
    last = -np.inf
    for k, day in enumerate(days.tolist()):
        if day - last >= days[-1] / 150:
            needed[k], last = True, day
    return needed


def _at(curve: npt.NDArray[np.float64], day: float) -> float:
    """Interpolate the curve at a wait in days."""
    return float(np.interp(day, WAITS, curve))


def _day_when(curve: npt.NDArray[np.float64], share: float) -> float:
    """Find the wait (days) that at most ``share`` of the waiting lines exceed."""
    return float(WAITS[int(np.argmax(curve <= share * curve[0]))])


def _title(curve: npt.NDArray[np.float64]) -> str:
    """Write the title: the shares of lines that wait at all, and that still wait after a round time."""
    start = f"{percent(float(curve[0]))} of the order lines wait"
    for name, days in (
        ("four weeks", 28.0),
        ("two weeks", 14.0),
        ("a week", 7.0),
        ("a day", 1.0),
        ("an hour", 1 / 24),
    ):
        left = _at(curve, days)
        if left >= 0.1 * curve[0]:
            return f"{start}; {percent(left)} still do after {name}"
    return f"{start}, hardly any for more than an hour"


def _table(curves: dict[str, npt.NDArray[np.float64]], last: float) -> ChartTable:
    days = [day for day in _TABLE_DAYS if day <= last] or [0.0]
    rows = []
    for day in days:
        shares = [percent(_at(values.mean(axis=0), day)) for values in curves.values()]
        rows.append(["at all" if day == 0 else f"longer than {duration(day)}", *shares])
    return ChartTable(["Waiting", *curves], rows)
