"""Replenishment cycles: from one landing of a stock to the next, and whether anybody found too little in between."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from simulator.metrics.grouping import Codes, tally
from simulator.metrics.on_hand import Stocks
from simulator.metrics.window import Flags, Floats, Window
from simulator.orders.book import Status
from simulator.orders.lines import by_time, found

if TYPE_CHECKING:
    from simulator.model.world import Record


@dataclass(frozen=True)
class Cycles:
    """Cycles of each stock in a stretch of time.

    landings: instants at which goods landed; good: cycles between two of them in which no line was short (both
    float64[stocks]); early, late: whether a line was short before the first landing, and after the last (bool[stocks]);
    without a landing early tells of the whole stretch.
    """

    landings: Floats
    good: Floats
    early: Flags
    late: Flags

    @classmethod
    def of(cls, record: Record, window: Window) -> Cycles:
        """The cycles in a window."""
        book, purchases = record.book, record.purchases
        stocks = len(book.stocks)
        landed = window.contains(purchases.received) & (purchases.quantity > 0)
        stock, begins = _sorted(purchases.stock[landed], purchases.received[landed], stocks)
        new = np.ones(len(stock), np.bool_)  # what lands at one instant begins one cycle
        new[1:] = (begins[1:] != begins[:-1]) | (stock[1:] != stock[:-1])
        stock, begins = stock[new], begins[new]
        begun, end = np.searchsorted(book.time, (window.start, window.end))
        short = begun + np.flatnonzero(book.status[begun:end] != np.int8(Status.FROM_STOCK))
        cycle = _last_before(begins, stock, book.time, short, book.stock, alone=stocks == 1)
        own = np.flatnonzero(cycle >= 0)
        own = own[stock[cycle[own]] == book.stock[short[own]]]
        spoilt, before = np.zeros(len(stock), np.bool_), np.ones(len(short), np.bool_)
        spoilt[cycle[own]], before[own] = True, False
        early, late = np.zeros(stocks, np.bool_), np.zeros(stocks, np.bool_)
        early[book.stock[short[before]]] = True
        last = np.append(stock[1:] != stock[:-1], np.ones(min(len(stock), 1), np.bool_))
        late[stock[last]] = spoilt[last]
        return cls(tally(stock, stocks), tally(stock[~last & ~spoilt], stocks), early, late)

    def then(self, other: Cycles) -> Cycles:
        """The cycles of both stretches, of which the other follows this one."""
        begun, goes_on = self.landings > 0, other.landings == 0
        over = begun & ~goes_on & ~self.late & ~other.early
        return Cycles(
            self.landings + other.landings,
            self.good + other.good + over,
            self.early | (~begun & other.early),
            np.where(goes_on, self.late | (begun & other.early), other.late),
        )

    def sums(self) -> dict[str, Floats]:
        """Cycles that are over, and the good ones among them, of each stock: float64[stocks] each."""
        return {"cycles": np.maximum(self.landings - 1.0, 0.0), "good_cycles": self.good}


def _sorted(stock: Stocks, time: Floats, stocks: int) -> tuple[Stocks, Floats]:
    """Both columns by stock, then time."""
    if stocks == 1:
        return stock, np.sort(time)
    sequence = by_time(time)
    small = stock[sequence].astype(np.min_scalar_type(stocks))  # NumPy then sorts in linear time
    sequence = sequence[np.argsort(small, kind="stable")]
    return stock[sequence], time[sequence]


def _last_before(
    time: Floats, stock: Stocks, times: Floats, rows: Codes, of: Stocks, *, alone: bool
) -> Codes:
    """For each of the rows (of ``times``, rising, and of their stocks ``of``) the last entry at or before its time.

    Entries are sorted by stock, then time. Where its stock has none it is one of an earlier stock, its last, or -1.
    ``alone``: there is one stock only.
    """
    if alone:
        return np.searchsorted(time, times[rows], side="right") - 1
    size = len(times) + 1
    entries = stock * np.int64(size) + found(times, time)
    return np.searchsorted(entries, of[rows] * np.int64(size) + rows, side="right") - 1
