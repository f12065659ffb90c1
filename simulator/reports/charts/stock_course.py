"""Course of a run: units waiting and stock on hand by calendar date, over all replications."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from simulator.experiments.replications.outline import chart_intervals
from simulator.experiments.replications.replications import Replications
from simulator.reports.pictures import axes, palette
from simulator.reports.pictures.event_marks import (
    Event,
    date_of,
    event_keys,
    event_marks,
    events,
    places,
    spelled,
)
from simulator.reports.pictures.layers import Spec, layer, nominal, quantitative, temporal
from simulator.reports.pictures.picture import ChartKey, ChartPanel, ChartTable, Picture, Row, panel
from simulator.reports.wording.numerals import quantity
from simulator.scenario.sections.run import Run

Band = tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64]]
"""Mean, 10 % and 90 % quantile over the replications, each float64[intervals]."""

_HEIGHT = 190
_MOST_WAREHOUSES = 6
_TABLE_ROWS = 60


def course(outcome: Replications) -> Picture | None:
    """Draw backlog and stock on hand up to the horizon of the run, with events and the warm-up marked.

    Returns:
        The picture, or None if the outcome has no outlines.
    """
    if not outcome.outlines:
        return None
    run = outcome.scenario.run
    outlines = outcome.outlines
    stock = band(np.stack([one.on_hand.sum(axis=0) for one in outlines]))
    backlog = band(np.stack([one.backlog.sum(axis=0) for one in outlines]))
    found = events(outcome.scenario)
    panels = [
        _panel("Units waiting", backlog, run, found, palette.BACKLOG),
        _panel("Units on hand", stock, run, found, palette.STOCK),
    ]
    if not backlog[0].any():
        del panels[0]
    return Picture(
        _title(backlog, stock, run),
        _note(len(outlines), run),
        tuple(panels),
        _table(backlog, stock, run, several=len(outlines) > 1),
        (*_keys(run), *event_keys(found)),
        stacked=True,
    )


def backlog_by_warehouse(outcome: Replications) -> Picture | None:
    """Draw the backlog of the warehouses, at most `_MOST_WAREHOUSES`, the largest mean first.

    Returns:
        The picture, or None with a single warehouse, if no units wait, or if the outcome has no outlines.
    """
    if not outcome.outlines:
        return None
    outlines, run = outcome.outlines, outcome.scenario.run
    names = outlines[0].warehouses
    each = {name: band(np.stack([one.backlog[k] for one in outlines])) for k, name in enumerate(names)}
    measured = chart_intervals(run)[:-1] >= run.warm_up
    mean = {name: float(found[0][measured].mean()) for name, found in each.items()}
    shown = sorted(names, key=lambda name: -mean[name])[:_MOST_WAREHOUSES]
    if len(names) < 2 or not sum(mean.values()) > 0:
        return None
    top = max(float(each[name][2].max()) for name in shown)
    found = events(outcome.scenario)
    share = mean[shown[0]] / sum(mean.values())
    return Picture(
        f"{100 * share:.0f} % of the units that wait, wait for warehouse {shown[0]}",
        "Units waiting for each warehouse, on the same scale.",
        tuple(
            _panel("Units waiting", each[name], run, found, palette.BACKLOG, heading=name, top=top)
            for name in shown
        ),
        ChartTable(
            ("Warehouse", "Units waiting, mean of the measured time"),
            [(name, quantity(mean[name])) for name in sorted(names, key=lambda name: -mean[name])],
        ),
        event_keys(found),
    )


def band(values: npt.NDArray[np.floating]) -> Band:
    """Compute mean, 10 % and 90 % quantile of ``values`` (float[replications, intervals]) by interval."""
    low, high = np.quantile(values, (0.1, 0.9), axis=0)
    return values.mean(axis=0, dtype=np.float64), low.astype(np.float64), high.astype(np.float64)


def _panel(
    what: str,
    found: Band,
    run: Run,
    marked: Sequence[Event],
    colour: str,
    *,
    heading: str = "",
    top: float | None = None,
) -> ChartPanel:
    """Draw a band over time.

    Args:
        what: name of the quantity, in units.
        found: mean and quantiles in each interval.
        run: of the scenario.
        marked: events to mark.
        colour: of line and band.
        heading: above the panel.
        top: largest value on the axis; by default that of the data.
    """
    several = bool((found[2] > found[1]).any())
    x = axes.date("date")
    scale = {"zero": True, "nice": True} if top is None else {"domain": [0, top]}
    y = quantitative("mean", axis=axes.number_axis(what), scale=scale)
    tooltip = [
        temporal("date", title="Day", format="%-d %b %Y", timeUnit="utcyearmonthdate"),
        quantitative("mean", title=what, format=",.4~r"),
        *([nominal("range", title="8 in 10 replications")] if several else []),
    ]
    layers = [_warm_up()] if run.warm_up > 0 else []
    layers += event_marks() if marked else []
    if several:
        between = {"x": x, "y": quantitative("low", scale=scale), "y2": {"field": "high"}}
        layers.append(layer("area", between, rows="days", color=colour, opacity=0.25))
    layers.append(layer("line", {"x": x, "y": y}, rows="days", color=colour, strokeWidth=2))
    layers.append(layer("rule", {"x": x, "tooltip": tooltip}, rows="days", strokeWidth=6, opacity=0))
    peak = int(found[0].argmax())
    description = (
        f"{heading or 'All warehouses'}: {what.lower()} from {spelled(run.start)} to "
        f"{spelled(date_of(run, run.horizon))}; most, {quantity(float(found[0][peak]))}, on {_day(run, peak)}."
    )
    return panel(
        layers,
        description,
        height=_HEIGHT,
        heading=heading,
        days=_rows(found, run, several=several),
        warm_up=[{"date": axes.milliseconds(run.start), "end": axes.milliseconds(date_of(run, run.warm_up))}],
        events=places(marked, run),
    )


def _rows(found: Band, run: Run, *, several: bool) -> list[Row]:
    rows: list[Row] = []
    for k, (mean, low, high) in enumerate(zip(*(values.tolist() for values in found), strict=True)):
        row = {"date": axes.milliseconds(_date(run, k)), "mean": mean}
        if several:
            row |= {"low": low, "high": high, "range": f"{quantity(low)} to {quantity(high)}"}
        rows.append(row)
    return rows


def _warm_up() -> Spec:
    span = {"x": axes.date("date"), "x2": {"field": "end"}}
    return layer("rect", span, rows="warm_up", color=palette.SHADE)


def _title(backlog: Band, stock: Band, run: Run) -> str:
    measured = chart_intervals(run)[:-1] >= run.warm_up
    waiting = np.where(measured, backlog[0], -1.0)
    usual = float(backlog[0][measured].mean())
    if usual == 0:
        least = int(np.where(measured, stock[0], np.inf).argmin())
        return (
            f"Nobody waits; stock is lowest on {_day(run, least)}: {quantity(float(stock[0][least]))} units"
        )
    peak = int(waiting.argmax())
    most = float(waiting[peak])
    if most < 1.5 * usual:
        return f"About {quantity(usual)} units wait, with no season to it"
    times = f"{most / usual:.0f} times" if most >= 3 * usual else f"{most / usual:.1f} times"
    return f"The backlog is highest on {_day(run, peak)}: {quantity(most)} units wait, {times} as many as on average"


def _note(replications: int, run: Run) -> str:
    length = chart_intervals(run)[1]
    step = "day" if length == 1 else f"{length:.0f} days"
    if replications == 1:
        return f"Averages of each {step} in one replication."
    return (
        f"Line: mean of {quantity(replications)} replications, averaged over each {step}. "
        "Band: what 8 in 10 replications lie between."
    )


def _keys(run: Run) -> list[ChartKey]:
    return [ChartKey("warm-up, not measured", palette.SHADE)] if run.warm_up > 0 else []


def _table(backlog: Band, stock: Band, run: Run, *, several: bool) -> ChartTable:
    step = -(-len(stock[0]) // _TABLE_ROWS)
    columns = ["Day", "Units waiting", "Units on hand"]
    if several:
        columns = ["Day", "Units waiting", "8 in 10", "Units on hand", "8 in 10"]
    lines = []
    for k in range(0, len(stock[0]), step):
        line = [_day(run, k)]
        for found in (backlog, stock):
            mean, low, high = (float(values[k]) for values in found)
            line += [quantity(mean), f"{quantity(low)} – {quantity(high)}"] if several else [quantity(mean)]
        lines.append(line)
    left_out = f"Every {step} days; the picture has them all." if step > 1 else ""
    return ChartTable(columns, lines, left_out)


def _date(run: Run, interval: int) -> datetime.date:
    return date_of(run, float(chart_intervals(run)[interval]))


def _day(run: Run, interval: int) -> str:
    return spelled(_date(run, interval))
