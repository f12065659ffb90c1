"""Replenishment cycles, from one landing of a stock to the next, and the share of them without a short line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from simulator.metrics.goods.stock_on_hand import Stocks
from simulator.metrics.grouping import group_sums
from simulator.metrics.measured_window import Window
from simulator.orders.line_columns import by_time, found
from simulator.orders.order_book import Status
from simulator.values.arrays import Flags, Floats, Integers

if TYPE_CHECKING:
    from simulator.model.world import Record


@dataclass(frozen=True)
class Cycles:
    """Cycles of each stock in an interval of time.

    Attributes:
        landings: number of instants at which goods landed: float64[stocks].
        good: number of cycles between two landings in which every line was filled on arrival: float64[stocks].
        early: whether a line was short before the first landing, or at any time without one: bool[stocks].
        late: whether a line was short after the last landing: bool[stocks].
    """

    landings: Floats
    good: Floats
    early: Flags
    late: Flags

    @classmethod
    def of(cls, record: Record, window: Window) -> Cycles:
        """Find the cycles in a window."""
        book, purchases = record.book, record.purchases
        stocks = len(book.stocks)
        landed = window.contains(purchases.received) & (purchases.quantity > 0)
        stock, begins = _sorted(purchases.stock[landed], purchases.received[landed], stocks)
        new = np.ones(len(stock), np.bool_)  # purchase orders that land at one instant begin one cycle
        new[1:] = (begins[1:] != begins[:-1]) | (stock[1:] != stock[:-1])
        stock, begins = stock[new], begins[new]
        begun, end = np.searchsorted(book.time, (window.start, window.end))
        status = book.status[begun:end]
        short = begun + np.flatnonzero(
            (status != np.int8(Status.FROM_STOCK)) & (status < np.int8(Status.TO_MAKE))
        )
        cycle = _last_before(begins, stock, book.time, short, book.serving, alone=stocks == 1)
        own = np.flatnonzero(cycle >= 0)
        own = own[stock[cycle[own]] == book.serving[short[own]]]
        spoilt, before = np.zeros(len(stock), np.bool_), np.ones(len(short), np.bool_)
        spoilt[cycle[own]], before[own] = True, False
        early, late = np.zeros(stocks, np.bool_), np.zeros(stocks, np.bool_)
        early[book.serving[short[before]]] = True
        last = np.append(stock[1:] != stock[:-1], np.ones(min(len(stock), 1), np.bool_))
        late[stock[last]] = spoilt[last]
        return cls(group_sums(stock, stocks), group_sums(stock[~last & ~spoilt], stocks), early, late)

    def then(self, other: Cycles) -> Cycles:
        """Join with the cycles of the next interval; a cycle across the border is counted, too."""
        begun, goes_on = self.landings > 0, other.landings == 0
        good_across = begun & ~goes_on & ~self.late & ~other.early
        return Cycles(
            self.landings + other.landings,
            self.good + other.good + good_across,
            self.early | (~begun & other.early),
            np.where(goes_on, self.late | (begun & other.early), other.late),
        )

    def sums(self) -> dict[str, Floats]:
        """Count complete cycles, and the good ones among them, of each stock: float64[stocks] each."""
        return {"cycles": np.maximum(self.landings - 1.0, 0.0), "good_cycles": self.good}


def _sorted(stock: Stocks, time: Floats, stocks: int) -> tuple[Stocks, Floats]:
    """Sort both columns by stock, then time; ``stocks`` is the number of stocks."""
    if stocks == 1:
        return stock, np.sort(time)
    sequence = by_time(time)
    small = stock[sequence].astype(np.min_scalar_type(stocks))  # in a small type, NumPy sorts in linear time
    sequence = sequence[np.argsort(small, kind="stable")]
    return stock[sequence], time[sequence]


def _last_before(
    time: Floats, stock: Stocks, times: Floats, rows: Integers, of: Stocks, *, alone: bool
) -> Integers:
    """Find the last entry at or before the time of each row.

    Args:
        time: of each entry, sorted by stock, then time.
        stock: of each entry.
        times: of all rows, sorted.
        rows: to look up.
        of: stock of all rows.
        alone: whether there is only one stock.

    Returns:
        Index of the entry. If the row's stock has none, it is an entry of an earlier stock, or -1.
    """
    if alone:
        return np.searchsorted(time, times[rows], side="right") - 1
    size = len(times) + 1
    entries = stock * np.int64(size) + found(times, time)
    return np.searchsorted(entries, of[rows] * np.int64(size) + rows, side="right") - 1
