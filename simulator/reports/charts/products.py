"""Where the waiting is: the products for which most units wait."""

from __future__ import annotations

from typing import Final

import altair as alt

from simulator.experiments.replicate import Replications
from simulator.experiments.statistics import Estimate
from simulator.reports.charts import axes, palette
from simulator.reports.charts.picture import Picture, Row, Table, chart_of, panel
from simulator.reports.numerals import NOTHING, numeral, quantity

_MOST: Final = 12
_BAR_HEIGHT: Final = 26


def products(outcome: Replications) -> Picture | None:
    """Units waiting by product, the most first; None with one product, or if nothing waits."""
    groups = outcome.summary_by("product")
    waiting = {name: figures["backorders_mean"] for name, figures in groups.items()}
    total = sum(one.mean for one in waiting.values())
    if len(groups) < 2 or not total > 0:
        return None
    ranked = sorted(waiting, key=lambda name: -waiting[name].mean)
    shown = [name for name in ranked[:_MOST] if waiting[name].mean > 0]
    rows: list[Row] = [
        {
            "product": name,
            "row": axes.broken(name),
            "mean": waiting[name].mean,
            "low": max(waiting[name].mean - waiting[name].half_width, 0.0),
            "high": waiting[name].mean + waiting[name].half_width,
            "text": str(numeral(waiting[name])),
        }
        for name in shown
    ]
    several = len(outcome) > 1
    note = "Units waiting at a time, on average over the measured time."
    if several:
        note += " Thin lines: 95 % confidence intervals."
    if len(ranked) > len(shown):
        note += f" The {quantity(len(shown))} of {quantity(len(ranked))} products with most of it."
    description = "; ".join(f"{name}: {numeral(waiting[name])}" for name in shown)
    return Picture(
        _title([waiting[name].mean for name in ranked]),
        note,
        (
            panel(
                _layers(shown, several=several), description, height=_BAR_HEIGHT * len(shown) + 10, rows=rows
            ),
        ),
        Table(
            ("Product", "Units waiting", "Orders", "Fill rate", "Lines that waited", "Mean wait", "On hand"),
            [_row(name, groups[name]) for name in ranked[:200]],
            f"{len(ranked) - 200:,} more are in metrics.csv." if len(ranked) > 200 else "",
        ),
    )


def _layers(shown: list[str], *, several: bool) -> list[alt.Chart]:
    chart = chart_of()
    x = alt.X("mean:Q", axis=axes.number_axis("Units waiting, on average"))
    y = axes.names("row", shown)
    bars = chart.mark_bar(color=palette.BACKLOG, height={"band": 0.7}).encode(
        x=x,
        y=y,
        tooltip=[alt.Tooltip("product:N", title="Product"), alt.Tooltip("text:N", title="Units waiting")],
    )
    if not several:
        return [bars]
    interval = chart.mark_rule(color=palette.INK).encode(x=alt.X("low:Q"), x2=alt.X2("high:Q"), y=y)
    return [bars, interval]


def _title(means: list[float]) -> str:
    """How few products hold half of all that waits."""
    total, sum_, count = sum(means), 0.0, 0
    while sum_ < total / 2:
        sum_ += means[count]
        count += 1
    some = "One product holds" if count == 1 else f"{quantity(count)} of {quantity(len(means))} products hold"
    return f"{some} {100 * sum_ / total:.0f} % of the units that wait"


def _row(name: str, figures: dict[str, Estimate]) -> list[str]:
    metrics = (
        "backorders_mean",
        "orders",
        "fill_rate",
        "backorder_rate",
        "backorder_wait_mean",
        "on_hand_mean",
    )
    return [name, *(str(numeral(figures[metric])) if figures[metric].n else NOTHING for metric in metrics)]
