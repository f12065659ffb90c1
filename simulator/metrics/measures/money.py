"""Revenue, costs and profit, by cell and by stock."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.metrics.grouping import StockColumns, Sums, group_sums
from simulator.metrics.measures.counted_lines import CountedLines
from simulator.metrics.measures.parcels import delivery_cost
from simulator.values.arrays import Floats
from simulator.values.deferred_columns import is_constant

if TYPE_CHECKING:
    from simulator.model.world import Record


def substitutes_at(lines: CountedLines, field: str) -> Floats:
    """Value the substitutes of each line by a field of their product, such as price: money, float64[lines].

    Every line must have substitutes.
    """
    products = lines.record.scenario.products
    by_product = np.array([getattr(products[name], field) for name in lines.record.book.products], np.float64)
    value: Floats = lines.substituted * by_product[lines.substitute]
    return value


def line_money(
    record: Record, assortment: StockColumns, lines: CountedLines, sums: Sums
) -> dict[str, Floats]:
    """Sum revenue and costs of the counted lines by cell: money, float64[cells] each.

    Args:
        record: of the replication.
        assortment: scenario data by stock.
        lines: counted lines.
        sums: line sums by cell.
    """
    segments, cells = len(record.book.segments), len(sums["lines"])
    cost, lost_sale_cost = (assortment.of_product(field) for field in ("cost", "lost_sale_cost"))
    late = lines.late
    instead = lines.rest.take(lines.rest.substituted > 0)
    return {
        "revenue": _sales(lines, sums) + group_sums(instead.cell, cells, substitutes_at(instead, "price")),
        "revenue_from_backorders": group_sums(late.cell, cells, late.price * late.filled),
        "cost_of_goods_sold": sums["filled_units"] * np.tile(cost, segments)
        + group_sums(instead.cell, cells, substitutes_at(instead, "cost")),
        "delivery_cost": delivery_cost(record, lines, cells),
        "lost_sale_cost": sums["lost_units"] * np.tile(lost_sale_cost, segments),
    }


def _sales(lines: CountedLines, sums: Sums) -> Floats:
    """Compute the revenue of each cell without substitutes: money, float64[cells]."""
    price = lines.price
    if len(price) and is_constant(price):
        return sums["filled_units"] * float(price[0])
    rest, cells = lines.rest, len(sums["lines"])
    missing = group_sums(rest.cell, cells, rest.price * (rest.quantity - rest.filled))
    return group_sums(lines.cell, cells, price * lines.quantity) - missing


def stock_money(assortment: StockColumns, sums: Sums) -> dict[str, Floats]:
    """Compute holding and backorder cost (money) and value of stock (money-days): float64[stocks] each.

    Args:
        assortment: scenario data by stock.
        sums: unit-days on hand and of backlog, by stock.
    """
    return {
        "holding_cost": sums["on_hand_days"] * assortment.holding_rates,
        "backorder_cost": sums["backlog_days"] * assortment.of_product("backorder_cost"),
        "value_days": sums["on_hand_days"] * assortment.of_product("cost"),
    }


RUNNING_COSTS = (
    *("price_variance", "freight_cost", "customs_cost", "expediting_cost", "production_cost"),
    *("workshop_cost", "transit_cost", "transfer_cost"),
    *("holding_cost", "ordering_cost", "delivery_cost", "backorder_cost", "lost_sale_cost"),
    *("contact_handling", "message_cost", "compensation_cost", "refund_handling"),
)
"""Costs other than that of goods; ``contact_handling`` and ``refund_handling`` are 0 where the metric is nan."""


def total_cost(base: Sums) -> Floats:
    """Compute purchase cost plus running costs, in which price differences are not paid twice: money."""
    return base["purchase_cost"] - base["price_variance"] + running_cost(base)


def profit(base: Sums) -> Floats:
    """Compute revenue less cost of goods sold and running costs: money, float64[groups]."""
    return base["revenue"] - base["cost_of_goods_sold"] - running_cost(base)


def running_cost(base: Sums) -> Floats:
    """Sum the costs other than that of goods: money, float64[groups]."""
    total = np.zeros(len(base["days"]))
    for name in RUNNING_COSTS:
        total = total + base[name]
    return total
