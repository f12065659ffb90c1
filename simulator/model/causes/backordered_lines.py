"""Lines whose cause is to be found: those backordered in a run or in a window, with the units that each lacked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from simulator.model.causes.running_totals import RunningTotals
from simulator.model.records.ledger import StockMovements
from simulator.orders.backorder_cause import NO_CAUSE
from simulator.orders.order_book import OrderBook, Status
from simulator.orders.outcome_columns import stored_column
from simulator.values.arrays import Floats, Integers


class StockStarts(NamedTuple):
    """State of all stocks at the begin of a record.

    Attributes:
        time: begin of the record, days; -inf at the start of a run.
        on_hand: units on hand: float64[stocks].
        backlog: units that waiting lines lack: float64[stocks].
    """

    time: float
    on_hand: Floats
    backlog: Floats


@dataclass(frozen=True, slots=True)
class Backordered:
    """Lines whose cause is to be found, sorted by stock, then by time.

    Attributes:
        rows: of the order book.
        lines: units that each lacks, as running totals of their stocks.
        stock: number of the stock of each.
    """

    rows: Integers
    lines: RunningTotals
    stock: Integers

    @classmethod
    def of(cls, book: OrderBook) -> Backordered:
        """Select the lines that were backordered and have no cause yet."""
        rest = book.rest()
        waited = np.isin(book.status[rest], (Status.BACKORDERED, Status.FILLED_LATE, Status.CANCELLED))
        if book.made is not None:  # lines that found too few blanks
            short = book.on_arrival[rest] < book.quantity[rest]
            drawing = short & (book.drawn_on[rest] < len(book.stocks))
            waited |= drawing & np.isin(book.status[rest], (Status.TO_MAKE, Status.MADE, Status.NOT_MADE))
        rows = rest[waited & (book.cause[rest] == NO_CAUSE)]
        stock = book.drawn_on[rows].astype(np.intp)
        sequence = np.argsort(stock, kind="stable")
        rows, stock = rows[sequence], stock[sequence]
        on_arrival, substituted = (
            stored_column(book, name)[np.sort(rows)] for name in ("on_arrival", "substituted")
        )
        place = np.searchsorted(np.sort(rows), rows)
        lacking = book.quantity[rows] - on_arrival[place] - substituted[place]
        lines = RunningTotals.of(stock, book.time[rows], lacking, len(book.stocks), sorted_by_time=True)
        return cls(rows, lines, stock)

    @property
    def time(self) -> Floats:
        """Time at which each line was backordered, days."""
        return self.lines.time

    def backlog(self, before: Floats, movements: StockMovements) -> Floats:
        """Compute the units that each line and all who waited then lacked: float64[lines].

        Args:
            before: backlog of each stock at the begin of the record, units.
            movements: of all stocks.
        """
        lacking = self.lines.total[1:] - self.lines.total[self.lines.bounds[self.stock]]
        moved = RunningTotals.of(
            movements.stock, movements.time, movements.backlog, len(before), sorted_by_time=True
        )
        backlog: Floats = before[self.stock] + lacking + moved.until(self.stock, self.time)
        return backlog
