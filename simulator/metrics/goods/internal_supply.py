"""Supply between warehouses: service and delay of internal orders, goods under way, and variance of orders."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.metrics.goods.supply import PurchaseFigures
from simulator.metrics.grouping import Sources, StockColumns, group_sums
from simulator.metrics.measured_window import Window
from simulator.values.arrays import Floats, Integers

if TYPE_CHECKING:
    from simulator.model.world import Record

SUMS = (
    "internal_units",
    "internal_units_at_once",
    "shipped_units",
    "depot_days",
    "owed_days",
    "transit_days",
)
"""Sums by source of a stock, see `internal_sums`."""


def internal_sums(
    record: Record, assortment: StockColumns, figures: PurchaseFigures, window: Window
) -> dict[str, Floats]:
    """Sum up what warehouses order from each other, by source of a stock: float64[sources] each.

    Args:
        record: of the replication.
        assortment: scenario data by stock.
        figures: its purchase orders.
        window: measured window.

    Returns:
        Units ordered in the window; of these, units shipped at once, units shipped so far and unit-days that these
        waited; unit-days of waiting and of travel in the window; and the holding cost of the travel, money.
    """
    sources, orders = assortment.sources, figures.purchases
    if not record.scenario.depots:
        return dict.fromkeys((*SUMS, "transit_cost"), np.zeros(len(sources.stock)))
    internal = sources.internal[figures.source] & (orders.number >= 0)
    units, sent = np.where(internal, orders.quantity, 0.0), orders.passed["produced"]
    shipped, placed = ~np.isnan(sent), window.contains(orders.placed)
    left = window.clip(np.where(shipped, sent, np.inf))
    landed = window.clip(np.where(np.isnan(orders.received), np.inf, orders.received))
    sums = dict(
        zip(
            SUMS,
            (
                units * placed,
                units * (placed & (sent == orders.placed)),
                units * (placed & shipped),
                np.where(placed & shipped, units * (sent - orders.placed), 0.0),
                units * (left - window.clip(orders.placed)),
                units * (landed - left),
            ),
            strict=True,
        )
    )
    found = {name: group_sums(figures.source, len(sources.stock), values) for name, values in sums.items()}
    return found | {"transit_cost": found["transit_days"] * _sending_rates(sources, assortment)}


def _sending_rates(sources: Sources, assortment: StockColumns) -> Floats:
    """Return the holding cost where the goods of each source come from, money per unit and day; 0 for suppliers."""
    rates = np.zeros(len(sources.stock))
    for source in np.flatnonzero(sources.internal).tolist():
        sender = sources.prices[sources.pair[source]].source.supplier
        rates[source] = assortment.holding_rate(sender, int(assortment.product[sources.stock[source]]))
    return rates


def daily_variation(record: Record, assortment: StockColumns, window: Window) -> dict[str, Floats]:
    """Compute the variation of daily units demanded and ordered by stock: sums of squared deviations, float64[stocks].

    A day counts if the window has all of it. Demanded is what customers ask for on the day, and what other warehouses
    order; ordered are all purchase orders of the stock.
    """
    stocks = len(record.book.stocks)
    nothing = np.zeros(stocks)
    first, last = int(np.ceil(window.start)), int(np.floor(window.end))
    if not record.scenario.depots or last <= first:
        return {"demand_variation": nothing, "order_variation": nothing}
    book, orders, sources = record.book, record.purchases, assortment.sources
    internal = sources.internal[sources.of(orders)]
    senders = assortment.senders[sources.of(orders)[internal]]
    units = orders.quantity + orders.cancelled + orders.defects + orders.lost

    def variation(stock: Integers, time: Floats, amount: Floats) -> Floats:
        inside = (time >= first) & (time < last)
        day = np.floor(time[inside]).astype(np.intp) - first
        cell, place = np.unique(stock[inside] * (last - first) + day, return_inverse=True)
        total = np.bincount(place, amount[inside], minlength=len(cell))
        of_stock = cell // (last - first)
        squares = np.bincount(of_stock, total**2, minlength=stocks)
        spread: Floats = squares - np.bincount(of_stock, total, minlength=stocks) ** 2 / (last - first)
        return np.where(spread > 1e-9 * squares, spread, 0.0)  # less is rounding

    asked = np.concatenate((book.serving.astype(np.intp), senders))
    when = np.concatenate((book.time, orders.placed[internal]))
    amounts = np.concatenate((book.quantity, units[internal]))
    return {
        "demand_variation": variation(asked, when, amounts),
        "order_variation": variation(orders.stock.astype(np.intp), orders.placed, units),
    }
