"""Transfers between warehouses that do not buy from each other: number, units, days on the way and cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.metrics.grouping import StockColumns, group_sums
from simulator.metrics.measured_window import Window
from simulator.scenario.network.transfers import donors
from simulator.scenario.prices import SourcePrices
from simulator.scenario.sources import Source
from simulator.values.arrays import Floats, Integers

if TYPE_CHECKING:
    from simulator.model.world import Record

SUMS = ("transfers", "transferred_units", "transfer_days", "transfer_cost")
"""Sums by stock, see `transfer_sums`."""


def senders(record: Record, assortment: StockColumns) -> Integers:
    """Find the warehouse that each transfer leaves, in the sequence of the order book: intp[transfers]."""
    book, transfers, known = record.book, record.transfers, donors(record.scenario)
    first = np.append(assortment.sources.first, len(assortment.sources.stock))
    place = transfers.source - np.diff(first)[transfers.stock]
    names = [book.warehouses[site] for site in assortment.warehouse[transfers.stock].tolist()]
    found = (known[name][k] for name, k in zip(names, place.tolist(), strict=True))
    return np.array([book.warehouses.index(name) for name in found], np.intp)


def transfer_sums(record: Record, assortment: StockColumns, window: Window) -> dict[str, Floats]:
    """Sum up transfers by the stock that gets them: float64[stocks] each.

    Args:
        record: of the replication.
        assortment: scenario data by stock.
        window: measured window.

    Returns:
        Transfers and units sent in the window; unit-days on the way in the window; and the money for them: freight of
        those sent in the window, duty and brokerage of those landed in it, and holding cost of the days on the way, at
        the rate of the warehouse that sends.
    """
    transfers, stocks = record.transfers, len(record.book.stocks)
    if not len(transfers):
        return dict.fromkeys(SUMS, np.zeros(stocks))
    units, sent = transfers.quantity, window.contains(transfers.placed)
    landed = window.clip(np.where(np.isnan(transfers.received), np.inf, transfers.received))
    days = units * (landed - window.clip(transfers.placed))
    sums = {
        "transfers": sent.astype(np.float64),
        "transferred_units": units * sent,
        "transfer_days": days,
        "transfer_cost": _costs(record, assortment, window, days),
    }
    return {name: group_sums(transfers.stock, stocks, values) for name, values in sums.items()}


def _costs(record: Record, assortment: StockColumns, window: Window, days: Floats) -> Floats:
    """Compute the money for each transfer in the window: float64[transfers]; ``days``: unit-days on the way in it."""
    transfers, book = record.transfers, record.book
    ends = np.stack((senders(record, assortment), assortment.warehouse[transfers.stock]))
    product = assortment.product[transfers.stock]
    cost, value = np.zeros(len(transfers)), assortment.of_product("cost")[transfers.stock]
    for origin, destination in np.unique(ends, axis=1).T.tolist():
        own = np.flatnonzero((ends[0] == origin) & (ends[1] == destination))
        prices = SourcePrices(
            record.scenario, book.warehouses[destination], Source(book.warehouses[origin], gives=True)
        )
        rates = {
            one: assortment.holding_rate(book.warehouses[origin], one) for one in set(product[own].tolist())
        }
        cost[own] = days[own] * [rates[one] for one in product[own].tolist()]
        cost[own] += np.where(
            window.contains(transfers.placed[own]), prices.freights(transfers.quantity[own]), 0.0
        )
        if (office := prices.customs) is not None:
            due = office.duty * value[own] * transfers.quantity[own] + office.brokerage
            cost[own] += np.where(window.contains(transfers.received[own]), due, 0.0)
    return cost
