"""Stocks and purchase orders: what was on hand, on order and waiting, and how long goods took to come."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.metrics.assortment import Assortment
from simulator.metrics.grouping import Codes, Grouping, Ranked, tally
from simulator.metrics.lines import BACKORDERS, Lines, among
from simulator.metrics.on_hand import Stocks, on_hand_days, ready_days
from simulator.metrics.series import Changes
from simulator.metrics.window import Flags, Floats, Window
from simulator.orders.book import Status, is_constant
from simulator.orders.lines import by_time, found

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
    stock, begins = _sorted(purchases.stock[landed], purchases.received[landed], stocks)
    new = np.ones(len(stock), np.bool_)  # what lands at one instant begins one cycle
    new[1:] = (begins[1:] != begins[:-1]) | (stock[1:] != stock[:-1])
    stock, begins = stock[new], begins[new]
    # the last cycle of a stock is not over, so a line that none of its own began before spoils none that counts
    complete = np.append(stock[1:] == stock[:-1], np.zeros(min(len(stock), 1), np.bool_))
    begun, end = np.searchsorted(book.time, (window.start, window.end))
    short = begun + np.flatnonzero(book.status[begun:end] != np.int8(Status.FROM_STOCK))
    cycle = _last_before(begins, stock, book.time, short, book.stock)
    spoilt = np.zeros(len(stock), np.bool_)
    spoilt[cycle[cycle >= 0]] = True
    return tally(stock[complete], stocks), tally(stock[complete & ~spoilt], stocks)


def _sorted(stock: Stocks, time: Floats, stocks: int) -> tuple[Stocks, Floats]:
    """Both columns by stock, then time."""
    if stocks == 1:
        return stock, np.sort(time)
    sequence = by_time(time)
    small = stock[sequence].astype(np.min_scalar_type(stocks))  # NumPy then sorts in linear time
    sequence = sequence[np.argsort(small, kind="stable")]
    return stock[sequence], time[sequence]


def _last_before(time: Floats, stock: Stocks, times: Floats, rows: Codes, of: Stocks) -> Codes:
    """For each of the rows (of ``times``, rising, and of their stocks ``of``) the last entry at or before its time.

    Entries are sorted by stock, then time. Where its stock has none it is one of an earlier stock, its last, or -1.
    """
    if is_constant(of):
        return np.searchsorted(time, times[rows], side="right") - 1
    size = len(times) + 1
    entries = stock * np.int64(size) + found(times, time)
    return np.searchsorted(entries, of[rows] * np.int64(size) + rows, side="right") - 1


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
    begun = Lines(record, slice(0, int(np.searchsorted(book.time, window.end)))).rest
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

    def __init__(self, record: Record, assortment: Assortment, window: Window) -> None:
        self._purchases = record.purchases
        self._stocks = len(record.book.stocks)
        self._window = window
        self._placed = window.contains(self._purchases.placed)
        self._through_customs = assortment.through_customs()[self._purchases.stock]
        cleared = (
            self._placed
            & self._through_customs
            & ~np.isnan(self._purchases.cleared)
            & (self._purchases.quantity > 0)
        )
        self._cleared_stock = self._purchases.stock[cleared].astype(np.intp)
        self._inspected = self._purchases.inspected[cleared].astype(np.float64)
        self._delay = self._purchases.cleared[cleared] - self._purchases.arrived[cleared]
        self._ranked_delay = Ranked(self._delay)

    def sums(self) -> dict[str, Floats]:
        """Sums by stock: float64[stocks] each."""
        orders, window = self._purchases, self._window
        units = orders.quantity  # without those that were cancelled on the way
        landed = window.contains(orders.received) & (units > 0)
        arrived = self._placed & ~np.isnan(orders.received) & (units > 0)
        until = np.maximum(np.fmin(orders.received, window.end), window.start)  # nan: still on its way
        on_order_days = units * (until - window.clip(orders.placed))
        return {
            "purchase_orders": self._tally(self._placed),
            "purchase_units": self._tally(self._placed, units),
            "receipts": self._tally(landed),
            "received_units": self._tally(landed, units),
            "landed_orders": self._tally(arrived),
            "lead_days": self._tally(arrived, orders.received - orders.placed),
            "on_order_days": tally(orders.stock, self._stocks, on_order_days),
            "cleared_orders": tally(self._cleared_stock, self._stocks),
            "customs_days": tally(self._cleared_stock, self._stocks, self._delay),
            "inspected_orders": tally(self._cleared_stock, self._stocks, self._inspected),
        }

    def _tally(self, chosen: Flags, weights: Floats | None = None) -> Floats:
        stock = self._purchases.stock
        return tally(stock, self._stocks, chosen if weights is None else np.where(chosen, weights, 0.0))

    def quantiles(self, grouping: Grouping) -> dict[str, Floats]:
        """Quantiles of each group: float64[groups] each."""
        assert grouping.of_stock is not None
        groups = grouping.of_stock[self._cleared_stock]
        return {"customs_delay_p95": self._ranked_delay.quantiles(groups, grouping.size, (0.95,))[0]}
