"""Bars of the products with the most units waiting."""

from __future__ import annotations

from typing import Final

from simulator.experiments.replications.replications import Replications
from simulator.experiments.statistics.confidence_intervals import Estimate, intervals
from simulator.metrics.glossary import GLOSSARY
from simulator.reports.pictures import axes, palette
from simulator.reports.pictures.layers import Spec, layer, nominal, quantitative
from simulator.reports.pictures.picture import ChartTable, Picture, Row, panel
from simulator.reports.wording.numerals import NOTHING, numeral, quantity

_MOST: Final = 12
_MOST_LISTED: Final = 200
_BAR_HEIGHT: Final = 26
_COLUMNS: Final = {
    "backorders_mean": "Units waiting",
    "orders": "Orders",
    "fill_rate": "Fill rate",
    "backorder_rate": "Lines that waited",
    "backorder_wait_mean": "Mean wait",
    "on_hand_mean": "On hand",
}


def products(outcome: Replications) -> Picture | None:
    """Draw the units waiting by product, most first; None with a single product, or if no units wait."""
    names, found = outcome.groups("product"), {metric: _estimates(outcome, metric) for metric in _COLUMNS}
    waiting = found["backorders_mean"]
    if len(names) < 2 or not sum(one.mean for one in waiting) > 0:
        return None
    ranked = sorted(range(len(names)), key=lambda k: -waiting[k].mean)
    shown = [k for k in ranked[:_MOST] if waiting[k].mean > 0]
    rows: list[Row] = [
        {
            "product": names[k],
            "row": axes.broken(names[k]),
            "mean": waiting[k].mean,
            "low": max(waiting[k].mean - waiting[k].half_width, 0.0),
            "high": waiting[k].mean + waiting[k].half_width,
            "text": str(numeral(waiting[k])),
        }
        for k in shown
    ]
    several = len(outcome) > 1
    note = "Units waiting at a time, on average over the measured time."
    if several:
        note += " Thin lines: 95 % confidence intervals."
    if len(ranked) > len(shown):
        note += f" The {quantity(len(shown))} of {quantity(len(ranked))} products with most of it."
    description = "; ".join(f"{row['product']}: {row['text']}" for row in rows)
    layers = _layers([names[k] for k in shown], several=several)
    table = [[names[k], *(_cell(found[metric][k]) for metric in _COLUMNS)] for k in ranked[:_MOST_LISTED]]
    left_out = (
        f"{len(ranked) - _MOST_LISTED:,} more are in metrics_by_product.parquet."
        if len(ranked) > _MOST_LISTED
        else ""
    )
    return Picture(
        _title([waiting[k].mean for k in ranked]),
        note,
        (panel(layers, description, height=_BAR_HEIGHT * len(shown) + 10, rows=rows),),
        ChartTable(["Product", *_COLUMNS.values()], table, left_out),
    )


def _layers(shown: list[str], *, several: bool) -> list[Spec]:
    y = axes.names("row", shown)
    bar = {
        "x": quantitative("mean", axis=axes.number_axis("Units waiting, on average")),
        "y": y,
        "tooltip": [nominal("product", title="Product"), nominal("text", title="Units waiting")],
    }
    layers = [layer("bar", bar, color=palette.BACKLOG, height={"band": 0.7})]
    if several:
        interval = {"x": quantitative("low"), "x2": {"field": "high"}, "y": y}
        layers.append(layer("rule", interval, color=palette.INK))
    return layers


def _title(means: list[float]) -> str:
    """Write the title: the smallest number of products that hold half of all units waiting."""
    total, sum_, count = sum(means), 0.0, 0
    while sum_ < total / 2:
        sum_ += means[count]
        count += 1
    some = "One product holds" if count == 1 else f"{quantity(count)} of {quantity(len(means))} products hold"
    return f"{some} {100 * sum_ / total:.0f} % of the units that wait"


def _estimates(outcome: Replications, metric: str) -> list[Estimate]:
    """Estimate a metric of each product."""
    columns = intervals(outcome.by("product")[:, outcome.names.index(metric), :])
    each = zip(*(column.tolist() for column in columns), strict=True)
    return [Estimate(mean, half, GLOSSARY[metric].unit, n) for mean, half, n in each]


def _cell(estimate: Estimate) -> str:
    return str(numeral(estimate)) if estimate.n else NOTHING
