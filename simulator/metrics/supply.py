"""Stocks and purchase orders: what was on hand, on order and waiting, and how long goods took to come."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.metrics.grouping import Codes, Grouping, Ranked, tally
from simulator.metrics.lines import BACKORDERS, Lines, among
from simulator.metrics.on_hand import on_hand_days, ready_days
from simulator.metrics.series import Changes
from simulator.metrics.window import Flags, Floats, Window
from simulator.orders.book import Status
from simulator.orders.lines import by_time

if TYPE_CHECKING:
    from simulator.model.world import Record


def stock_sums(record: Record, window: Window, backlog: Changes) -> dict[str, Floats]:
    """What the stocks held and owed over the window: float64[stocks] each."""
    stocks = len(record.book.stocks)
    cycles, good = _cycles(record, window)
    return {
        "stocks": np.ones(stocks),
        "on_hand_days": on_hand_days(record, window),
        "backlog_days": backlog.area(window, stocks),
        "ready_days": ready_days(record, window),
        "cycles": cycles,
        "good_cycles": good,
    }


def _cycles(record: Record, window: Window) -> tuple[Floats, Floats]:
    """Replenishment cycles of each stock, and those without a line that was short: float64[stocks] each."""
    book, purchases = record.book, record.purchases
    stocks = len(book.stocks)
    landed = window.contains(purchases.received) & (purchases.quantity > 0)
    short = ~among(book.status, (Status.FROM_STOCK,)) & window.contains(book.time)
    time = np.concatenate((purchases.received[landed], book.time[short]))
    stock = np.concatenate((purchases.stock[landed], book.stock[short])).astype(np.intp)
    is_line = np.repeat((False, True), (int(landed.sum()), int(short.sum())))
    order = by_time(time)  # at one instant goods land before lines are ordered, and stand before them here
    if stocks > 1:
        small = stock[order].astype(np.min_scalar_type(stocks))  # NumPy then sorts in linear time
        order = order[np.argsort(small, kind="stable")]
    time, stock, is_line = time[order], stock[order], is_line[order]
    landing = ~is_line
    landing[1:] &= is_line[:-1] | (time[1:] != time[:-1]) | (stock[1:] != stock[:-1])
    starts = np.flatnonzero(landing)
    if not len(starts):
        return np.zeros(stocks), np.zeros(stocks)
    complete = np.append(stock[starts[1:]] == stock[starts[:-1]], False)
    spoilt = np.bitwise_or.reduceat(is_line & (stock == _carried(stock, starts)), starts)
    cycle_stock = stock[starts]
    return tally(cycle_stock[complete], stocks), tally(cycle_stock[complete & ~spoilt], stocks)


def _carried(stock: Codes, starts: Codes) -> Codes:
    """Stock of the cycle that each entry falls into; entries before the first cycle have none (-1)."""
    carried = np.full(len(stock), -1, np.intp)
    carried[starts[0] :] = np.repeat(stock[starts], np.diff(starts, append=len(stock)))
    return carried


def peak_backlog(backlog: Changes, grouping: Grouping, window: Window) -> Floats:
    """Most units waiting at once for the stocks of each group: float64[groups]."""
    assert grouping.of_stock is not None
    return backlog.steps(grouping.of_stock, grouping.size).peak(window)


def waiting_days(record: Record, window: Window) -> Floats:
    """Unit-days that the lines of each cell waited in the window: float64[cells].

    The integral of the waiting units, split by customers, which the movements of a stock do not tell apart.
    It is exact for lines that wait inside the window or whose units are allocated together; others count in
    proportion to the part of their wait inside the window. Of a cancelled line, all units it lacked on arrival
    count until the cancellation.
    """
    book = record.book
    begun = Lines(record, slice(0, int(np.searchsorted(book.time, window.end))))
    lines = begun.take(among(begun.status, BACKORDERS))
    late, cancelled = lines.status == Status.FILLED_LATE, lines.status == Status.CANCELLED
    until = np.select([late, cancelled], [lines.allocated, lines.cancelled], record.end)
    life = until - lines.time
    inside = window.clip(until) - window.clip(lines.time)
    lacking = np.where(cancelled, lines.lacking, lines.short)
    share = np.divide(inside, life, out=np.zeros(len(life)), where=life > 0)
    return tally(
        lines.cell, len(book.segments) * len(book.stocks), (lines.unit_days + lacking * life) * share
    )


class PurchaseFigures:
    """Sums and quantiles over the purchase orders placed, or landed, in the window."""

    def __init__(self, record: Record, window: Window) -> None:
        self._purchases = record.purchases
        self._stocks = len(record.book.stocks)
        self._window = window
        self._placed = window.contains(self._purchases.placed)
        self._through_customs = _customs_of_stock(record)[self._purchases.stock]
        cleared = (
            self._placed
            & self._through_customs
            & ~np.isnan(self._purchases.cleared)
            & (self._purchases.quantity > 0)
        )
        self._cleared_stock = self._purchases.stock[cleared].astype(np.intp)
        self._inspected = self._purchases.inspected[cleared].astype(np.float64)
        self._delay = (self._purchases.cleared - self._purchases.arrived)[cleared]
        self._ranked_delay = Ranked(self._delay)

    def sums(self) -> dict[str, Floats]:
        """Sums by stock: float64[stocks] each."""
        orders, window = self._purchases, self._window
        units = orders.quantity  # without those that were cancelled on the way
        landed = window.contains(orders.received) & (units > 0)
        arrived = self._placed & ~np.isnan(orders.received) & (units > 0)
        until = np.where(np.isnan(orders.received), np.inf, orders.received)
        on_order_days = units * (window.clip(until) - window.clip(orders.placed))
        everything = np.ones(len(units), np.bool_)
        return {
            "purchase_orders": self._tally(self._placed),
            "purchase_units": self._tally(self._placed, units),
            "receipts": self._tally(landed),
            "received_units": self._tally(landed, units),
            "landed_orders": self._tally(arrived),
            "lead_days": self._tally(arrived, orders.received - orders.placed),
            "on_order_days": self._tally(everything, on_order_days),
            "cleared_orders": tally(self._cleared_stock, self._stocks),
            "customs_days": tally(self._cleared_stock, self._stocks, self._delay),
            "inspected_orders": tally(self._cleared_stock, self._stocks, self._inspected),
        }

    def _tally(self, chosen: Flags, weights: Floats | None = None) -> Floats:
        stock = self._purchases.stock[chosen].astype(np.intp)
        return tally(stock, self._stocks, None if weights is None else weights[chosen])

    def quantiles(self, grouping: Grouping) -> dict[str, Floats]:
        """Quantiles of each group: float64[groups] each."""
        assert grouping.of_stock is not None
        groups = grouping.of_stock[self._cleared_stock]
        return {"customs_delay_p95": self._ranked_delay.quantiles(groups, grouping.size, (0.95,))[0]}


def _customs_of_stock(record: Record) -> Flags:
    """Whether the goods of each stock pass customs on their way: bool[stocks]."""
    scenario, book = record.scenario, record.book
    lanes = (
        scenario.lane_between(str(scenario.supplier_of(book.products[product])), book.warehouses[warehouse])
        for warehouse, product in book.stocks
    )
    return np.array([lane is not None and lane.customs is not None for lane in lanes], np.bool_)
