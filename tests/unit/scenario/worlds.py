"""A small shop in which most of what a scenario file can say matters, and the figures of one replication of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from simulator.experiments.replications.replications import replicate
from simulator.scenario.load import load

SHOP = """\
run: {start: 2026-01-05, horizon: 60 days, warm_up: 5 days, cool_down: 20 days, replications: 1, seed: 3}
products:
  mug: {price: 14, cost: 6, holding: 25 %/year, backorder_cost: 0.1/day, lost_sale_cost: 0.5}
  cup: {price: 10, cost: 4}
customers:
  gold:
    priority: 1
    will_wait: 90 %
    patience: {dist: exponential, mean: 9 days}
    tolerance: {dist: exponential, mean: 10 days}
    impatience: {}
  new: {priority: 2, will_wait: 70 %, patience: {dist: weibull, mean: 6 days, cv: 0.8}}
demand:
  - product: mug
    rate: 6/day
    segments: {gold: 40 %, new: 60 %}
    quantity: {dist: geometric, mean: 1.5}
    also: {cup: 10 %}
  - {product: cup, rate: 3/day, segment: new}
warehouses: {shop: {delivery: 1 day}}
suppliers: {pottery: {lead_time: {dist: gamma, mean: 8 days, cv: 0.4}, order_cost: 10}}
lanes: [{from: pottery, to: shop, transit: {dist: exponential, mean: 2 days}, customs: port}]
customs: {port: {documents: 6 h, inspection: {probability: 30 %, time: 1 day}}}
policies:
  replenishment: {type: r_Q, r: 40, Q: 60}
  promise: {type: atp, quantile: 70 %}
  communication: {}
support_desk: {}
satisfaction: {}
loyalty: {}
"""
ORDERS = """\
day,receipt,article,units,who,where,paid,note,later,tip
1,a,mug,30,gold,here,12,x,5,
1,a,cup,25,gold,here,9,x,5,
3,b,mug,40,new,there,11,x,9,
4,c,mug,35,gold,here,10,x,9,2
6,d,cup,50,new,there,8,x,9,2
7,e,mug,20,new,here,13,x,9,2
"""
VALUES = "wait,hours\n2,30\n9,200\n4,90\n"

COUNTED = {
    "policies.communication": {"messages", "messages_per_backorder", "message_cost", "total_cost", "profit"},
    "policies.promise": {
        *("due_lines", "due_orders", "kept_rate"),
        *("on_time_rate", "otif", "perfect_order_rate"),
        *("overdue_lines", "days_late_mean"),
    },
}
"""Figures that count what happens in vain: messages that only cost, dates of deliveries from stock."""

Figures = dict[tuple[str, ...], float]
"""Value of each metric, overall (name) and in each group of each dimension (name, dimension, group); none for nan."""


def written(folder: Path, text: str = SHOP) -> Path:
    """A scenario file in a folder, beside the data files that scenarios of these tests name."""
    (folder / "orders.csv").write_text(ORDERS, encoding="utf-8")
    (folder / "other.csv").write_text(ORDERS.replace(",40,", ",60,"), encoding="utf-8")
    (folder / "values.csv").write_text(VALUES, encoding="utf-8")
    (folder / "later.csv").write_text(VALUES.replace("\n2,", "\n12,"), encoding="utf-8")
    file = folder / "shop.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def figures(file: Path, overrides: Sequence[str] = (), alternative: str | None = None) -> Figures:
    """The figures of one replication of a scenario file."""
    return _figures(file, file.read_text(encoding="utf-8"), tuple(overrides), alternative)


@cache
def _figures(file: Path, _text: str, overrides: tuple[str, ...], alternative: str | None) -> Figures:
    found = replicate(load(file, alternative, overrides), 1, workers=1, keep_orders="none").figures[0]
    values: Figures = {
        (name,): value for name, value in zip(found.names, found.overall.tolist(), strict=True)
    }
    for dimension, (groups, table) in found.by.items():
        for name, row in zip(found.names, table.tolist(), strict=True):
            values |= {(name, dimension, group): value for group, value in zip(groups, row, strict=True)}
    return {key: value for key, value in values.items() if not math.isnan(value)}


def moved(one: Figures, other: Figures) -> set[str]:
    """Names of the metrics that differ anywhere by more than rounding; a group of nobody is as good as none."""
    return {
        key[0]
        for key in one.keys() | other.keys()
        if not math.isclose(one.get(key, 0.0), other.get(key, 0.0), rel_tol=1e-12)
    }
