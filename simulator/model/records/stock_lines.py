"""Order lines of one stock, element by element."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from functools import cached_property
from typing import cast

import numpy as np

from simulator.model.records.line_table import LineTable
from simulator.orders.order_book import Status
from simulator.values.arrays import FloatView, IntegerView, memory_view
from simulator.values.deferred_columns import is_constant

_FILLED_LATE, _CANCELLED = int(Status.FILLED_LATE), int(Status.CANCELLED)
_TO_MAKE, _NOT_MADE = int(Status.TO_MAKE), int(Status.NOT_MADE)


class StockLines:
    """Lines of one stock, ``start`` up to ``stop`` in the table, read and written one element at a time."""

    def __init__(self, table: LineTable, stock: int, view: LineViews) -> None:
        """Choose the lines of a stock.

        Args:
            table: of all lines.
            stock: number of the stock.
            view: views of the whole columns of the table.
        """
        self.table = table
        self._number = stock
        self._routed = table.serving is not None
        self.start, self.stop = table.bounds[stock : stock + 2]
        self.whole = table.whole(stock)
        self.largest = table.largest(stock)
        self.early = view.any_early and bool(np.any(table.lead[self.start : self.stop] > 0.0))
        """True if any line is ordered before it is due."""
        self.time, self.quantity, self.lead = view.time, view.quantity, view.lead
        self.cumulative, self.need, self.segment = view.cumulative, view.need, view.segment
        self.status, self.on_arrival = view.status, view.on_arrival
        self.filled, self.unit_days, self.over = view.filled, view.unit_days, view.over
        self.accepts, self._patience, self.row = view.accepts, view.patience, view.row
        self._patience_bounds = table.patience_bounds

    @cached_property
    def made(self) -> frozenset[int]:
        """Lines of the stock that are made to order, from its blanks."""
        return frozenset(self._made_in_sequence)

    @cached_property
    def _made_in_sequence(self) -> list[int]:
        if self.table.made is None:
            return []
        found: list[int] = (
            self.start + np.flatnonzero(self.table.made[self.start : self.stop] >= 0)
        ).tolist()
        return found

    def next_made(self, line: int) -> int:
        """Return the first line from ``line`` on that is made to order, `stop` without any."""
        made = self._made_in_sequence
        place = bisect_left(made, line)
        return made[place] if place < len(made) else self.stop

    def place(self, line: int) -> int:
        """Return the place of a line among the orders of its instant: its row if lines are routed, else its stock."""
        return self.row[line] if self._routed else self._number

    def before(self, place: int, now: float, first: int) -> int:
        """Return the first line from ``first`` on that does not come before a place among the orders of now (days)."""
        if self._routed:
            return bisect_left(self.row, place, first, self.stop)
        ahead = bisect_right if self._number < place else bisect_left
        return ahead(self.time, now, first, self.stop)

    def is_elsewhere(self, line: int) -> bool:
        """Test whether another stock serves a line of this one, or lets it wait."""
        return self.table.serving is not None and bool(self.table.serving[line] >= 0)

    def serve_elsewhere(self, line: int, stock: int) -> None:
        """Note that another stock serves a line of this one, or lets it wait."""
        assert self.table.serving is not None
        self.table.serving[line] = stock

    def deadline(self, line: int) -> float:
        """Compute the cancellation deadline (days) of a line if it waits, see `LineTable.deadlines`."""
        patience = self._patience[self.row[line]]
        if self._patience_bounds is not None:
            patience = self._patience_bounds.soonest_of(patience, self.segment[line])
        return self.time[line] + patience

    def first_deadline(self, line: int) -> float:
        """Return the earliest deadline (days) of this and all later lines, as if all of them waited."""
        if self._deadlines is None or line == self.stop:
            return math.inf
        return self._deadlines[line - self.start]

    @cached_property
    def _deadlines(self) -> FloatView | None:
        """Earliest deadline (days) of each line and all later ones; ``None`` if no patience ends."""
        table, own = self.table, slice(self.start, self.stop)
        if is_constant(table.patience) and table.patient:
            return None
        ends = np.where(table.accepts[own], table.deadlines(own), math.inf)
        return memory_view(np.ascontiguousarray(np.minimum.accumulate(ends[::-1])[::-1]))

    def serve(self, line: int, units: float, now: float) -> bool:
        """Allocate units to a waiting line at ``now`` (days) and return True if it is filled by them."""
        self.filled[line] += units
        self.need[line] -= units
        self.unit_days[line] += units * (now - self.time[line])
        if self.need[line] > 0:
            return False
        if self.status[line] != _TO_MAKE:
            self.status[line] = _FILLED_LATE
        self.over[line] = now
        return True

    def cancel(self, line: int, now: float) -> None:
        """Cancel a waiting line at ``now`` (days); it returns its units, except those of a substitute."""
        self.status[line] = _NOT_MADE if self.status[line] == _TO_MAKE else _CANCELLED
        self.over[line] = now
        self.need[line] = self.filled[line] = self.unit_days[line] = 0.0

    def fill(self, start: int, stop: int) -> float:
        """Mark at least one line, ``start`` up to ``stop``, as filled from stock and return the units."""
        self.table.fill(start, stop)
        return self.cumulative[stop - 1] - self.cumulative[start] + self.quantity[start]


class LineViews:
    """Memory views of the columns of a table, shared by all stocks."""

    def __init__(self, table: LineTable) -> None:
        self.any_early = bool(np.any(table.lead[: 1 if is_constant(table.lead) else None] > 0.0))
        self.segment = cast(IntegerView, memory_view(table.segment))
        self.time, self.quantity, self.lead = map(memory_view, (table.time, table.quantity, table.lead))
        self.cumulative, self.need = memory_view(table.cumulative), memory_view(table.need)
        self.patience, self.accepts = memory_view(table.patience), memory_view(table.accepts)
        self.row = cast(IntegerView, range(len(table.time)) if table.as_in_book else memory_view(table.rows))
        self.status, self.on_arrival = memory_view(table.status), memory_view(table.on_arrival)
        self.filled, self.unit_days = memory_view(table.filled), memory_view(table.unit_days)
        self.over = memory_view(table.over)
