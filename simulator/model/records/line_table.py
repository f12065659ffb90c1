"""The order book as the stocks see it: the lines of each stock next to each other, in order of time.

Stocks read and write single elements through memory views and whole free runs through slices. At the end the outcome
is written back into the order book.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from simulator.model.patience.patience_bounds import PatienceBounds
from simulator.orders.order_book import OrderBook, Status
from simulator.orders.outcome_columns import as_kept, excepted
from simulator.orders.random.streams import derived
from simulator.values.arrays import Floats, FloatView, IntegerView, memory_view
from simulator.values.deferred_columns import is_constant

_FILLED_LATE, _CANCELLED = int(Status.FILLED_LATE), int(Status.CANCELLED)
_SWITCHING = ("substituted", "substitute")
"""Outcomes that only scenarios with substitutes have."""


@dataclass(slots=True)
class SubstitutionColumns:
    """What is noted of lines whose customers take another product; places within the stock."""

    chance: FloatView
    substituted: FloatView
    substitute: FloatView


class LineTable:
    """All lines of a book, sorted by stock and within a stock by time, with empty outcome columns.

    Lines are named by their place in it: those of stock k are ``bounds[k]`` to ``bounds[k + 1]``. Where the book is
    in this sequence already (one stock), its columns are used as they are.
    """

    def __init__(self, book: OrderBook, will_wait: list[float], *, may_change: bool = False) -> None:
        """``may_change``: customers may stay away, see ``drop``."""
        self._book = book
        n, stocks = len(book), len(book.stocks)
        self.as_in_book = book.by_stock is None
        """Whether its lines are the rows of the book."""
        count = np.array([n]) if stocks == 1 else np.bincount(book.stock, minlength=stocks)
        self.bounds: list[int] = np.concatenate(([0], np.cumsum(count))).tolist()
        self.time = self._sorted(book.time)
        self.lead = self._sorted(book.lead)
        self.quantity: Floats = np.array(self._sorted(book.quantity), copy=may_change or None)
        self.segment = self._sorted(book.segment)
        self.patience = book.patience
        """By row of the book: it matters for few lines."""
        self.haste: PatienceBounds | None = None
        """Where what customers are told may end their patience sooner."""
        self.accepts: NDArray[np.bool_] = self._sorted(_accepted(book, np.array(will_wait)))
        """Whether the customer accepts a backorder."""
        self.cumulative = self._cumulative()
        """Units of the stock's lines up to each and with it, counted from anywhere."""
        self.need: Floats = np.zeros(n)
        """Units a line still lacks; 0 before it arrives and after it has left."""
        self.status: NDArray[np.int8] = np.zeros(n, dtype=np.int8)
        self.on_arrival: Floats = np.zeros(n)
        self.filled: Floats = np.zeros(n)
        self.unit_days: Floats = np.zeros(n)
        self.over: Floats = np.zeros(n)
        """When the waiting line got its last unit, or was cancelled."""
        self._may_change = may_change
        self._opened = {name: getattr(book, name) for name in ("unit_days", "cancelled", *_SWITCHING)}
        self._switching: SubstitutionColumns | None = None

    @cached_property
    def rows(self) -> NDArray[np.intp]:
        """Row in the book of each line."""
        by_stock = self._book.by_stock
        return np.arange(len(self._book)) if by_stock is None else by_stock

    def _sorted(self, column: NDArray[Any]) -> NDArray[Any]:
        """A column of the book by stock; what is one number for all rows stays so."""
        return column if self.as_in_book or is_constant(column) else column[self.rows]

    def _cumulative(self) -> Floats:
        if is_constant(self.quantity) and len(self.quantity) and float(self.quantity[0]).is_integer():
            return float(self.quantity[0]) * np.arange(1.0, len(self.quantity) + 1.0)
        fractions = self.quantity != np.floor(self.quantity)
        if not fractions.any():
            return np.cumsum(self.quantity)
        self._fractional = np.zeros(len(self.bounds) - 1, np.bool_)
        for k, (a, b) in enumerate(pairwise(self.bounds)):
            self._fractional[k] = fractions[a:b].any()
        fractional = np.repeat(self._fractional, np.diff(self.bounds))
        return np.cumsum(np.where(fractional, 0.0, self.quantity))  # there the sums are not asked for

    _fractional: NDArray[np.bool_] | None = None
    """Which stocks are asked for parts of units; ``None`` if none is."""

    def completed(self, units: Floats) -> NDArray[np.intp]:
        """How many lines, those of all stocks, are complete with so many units; both are counted as `cumulative` is."""
        every = float(self.quantity[0]) if is_constant(self.quantity) and len(self.quantity) else 0.0
        if every > 0.0 and self._fractional is None:
            return (units // every).astype(np.intp)
        return np.searchsorted(self.cumulative, units, side="right")

    @cached_property
    def _largest(self) -> list[float]:
        if is_constant(self.quantity) or not len(self.quantity):
            return [float(self.quantity[0]) if len(self.quantity) else 0.0] * (len(self.bounds) - 1)
        begin = np.minimum(self.bounds[:-1], len(self.quantity) - 1)
        largest: list[float] = np.maximum.reduceat(self.quantity, begin).tolist()
        return largest

    def largest(self, stock: int) -> float:
        """Most units that a line of a stock asks for, if it has any lines."""
        return self._largest[stock]

    @cached_property
    def _difficult(self) -> set[int]:
        """Stocks with lines at the same instant, before they are due, or for parts of units."""
        tied = np.flatnonzero(self.time[1:] == self.time[:-1])
        early = self.lead if not is_constant(self.lead) else self.lead[:1]
        places = [tied, np.flatnonzero(early > 0.0)]
        found: set[int] = set()
        for at in places:
            found.update((np.searchsorted(self.bounds, at, side="right") - 1).tolist())
        if is_constant(self.lead) and len(places[1]):
            found.update(range(len(self.bounds) - 1))
        if self._fractional is not None:
            found.update(np.flatnonzero(self._fractional).tolist())
        return found

    def simple(self, stock: int) -> bool:
        """Whether the stock's lines are for whole units, due when they are ordered, and never two at one instant."""
        return stock not in self._difficult

    def whole(self, stock: int) -> bool:
        """Whether all quantities of a stock are whole numbers, so that sums are exact in any sequence."""
        return self._fractional is None or not self._fractional[stock]

    def drop(self, places: NDArray[np.intp], stop: int) -> None:
        """Customers of these lines of a stock, all still to come, stay away: they ask for nothing."""
        first = int(places.min())
        before = self.cumulative[first] - self.quantity[first]
        self.quantity[places] = 0.0
        self.cumulative[first:stop] = before + np.cumsum(self.quantity[first:stop])

    def fill(self, start: int, stop: int) -> None:
        """Fill lines ``start`` to ``stop`` from stock on arrival, which says all about them."""
        self.status[start:stop] = Status.FROM_STOCK

    @property
    def patient(self) -> bool:
        """Whether nobody's patience ever ends."""
        some = self.patience[:1] if is_constant(self.patience) else self.patience
        return bool(np.all(np.isinf(some)))

    def deadlines(self, lines: NDArray[np.intp] | slice) -> Floats:
        """When patience ends of the customers of these lines, should they wait, in days; with ``haste`` not before."""
        patience: Floats = self.patience[lines if self.as_in_book else self.rows[lines]]
        if self.haste is not None:
            patience = self.haste.soonest(patience, self.segment[lines])
        return self.time[lines] + patience

    def leave(self, waiting: NDArray[np.intp], filled: Floats, end: float) -> NDArray[np.bool_]:
        """Which of these lines are not waited for until they are filled (times in days), if that is before ``end``."""
        deadline = self.deadlines(waiting)
        leaves: NDArray[np.bool_] = ~self.accepts[waiting] | (deadline < np.minimum(filled, end))
        return leaves

    def announced(self, stock: int) -> list[tuple[float, int]]:
        """Lines of a stock that are ordered before they are due: (time of the order, line), in order of time."""
        a, b = self.bounds[stock : stock + 2]
        early = a + np.flatnonzero(self.lead[a:b] > 0.0)
        ordered = self.time[early] - self.lead[early]
        sequence = np.argsort(ordered, kind="stable")
        return list(zip(ordered[sequence].tolist(), early[sequence].tolist(), strict=True))

    def switching(self) -> SubstitutionColumns:
        """What is noted of customers who take another product; made when it is first asked for."""
        if self._switching is None:
            chance = derived(self._sorted(self._book.chance), "switching")
            self._switching = SubstitutionColumns(
                chance=memory_view(chance),
                **{name: memory_view(self._opened[name].copy()) for name in _SWITCHING},
            )
        return self._switching

    def write_back(self) -> None:
        """Write the outcome into the order book: the status of all lines, and what else has to be said of the rest."""
        book, status = self._book, self.status
        if self._may_change:
            status = np.where(self.quantity == 0.0, np.int8(Status.PENDING), status)  # dropped
        rest = np.flatnonzero(status != np.int8(Status.FROM_STOCK))
        rows = rest
        if self.as_in_book:
            book.status = status
        else:
            book.status = np.empty_like(status)
            book.status[self.rows] = status
            rows = self.rows[rest]
            by_row = np.argsort(rows)
            rest, rows = rest[by_row], rows[by_row]
        if self._switching is not None:
            for name in _SWITCHING:
                values = np.asarray(getattr(self._switching, name))[rest]
                setattr(book, name, excepted(self._opened[name], rows, values))
        on_arrival = self.on_arrival[rest]
        book.on_arrival = excepted(book.quantity, rows, on_arrival)
        book.filled = excepted(book.quantity, rows, self.filled[rest])
        book.unit_days = excepted(self._opened["unit_days"], rows, self.unit_days[rest])
        gone, over = status[rest] == np.int8(Status.CANCELLED), self.over[rest]
        at_once = (on_arrival > 0.0) & ~gone | (as_kept(book, "substituted")[rows] > 0.0)
        allocated = np.where(at_once, book.time[rows], np.nan)
        late = np.flatnonzero(status[rest] == np.int8(Status.FILLED_LATE))
        allocated[late] = over[late]
        book.allocated = excepted(book.time, rows, allocated)
        if gone.any():
            book.cancelled = excepted(self._opened["cancelled"], rows, np.where(gone, over, np.nan))


class StockLines:
    """The lines of one stock, ``start`` to ``stop`` in the table of all, element by element."""

    def __init__(self, table: LineTable, stock: int, view: LineViews) -> None:
        self.table = table
        self.start, self.stop = table.bounds[stock : stock + 2]
        self.whole = table.whole(stock)
        self.largest = table.largest(stock)
        self.early = view.any_early and bool(np.any(table.lead[self.start : self.stop] > 0.0))
        """Whether any line is ordered before it is due."""
        self.time, self.quantity, self.lead = view.time, view.quantity, view.lead
        self.cumulative, self.need, self.segment = view.cumulative, view.need, view.segment
        self.status, self.on_arrival = view.status, view.on_arrival
        self.filled, self.unit_days, self.over = view.filled, view.unit_days, view.over
        self.accepts, self._patience, self._row = view.accepts, view.patience, view.row
        self._haste = table.haste

    def deadline(self, line: int) -> float:
        """When patience ends of the line's customer, should he wait, in days; with ``haste`` not before."""
        patience = self._patience[self._row[line]]
        if self._haste is not None:
            patience = self._haste.soonest_of(patience, self.segment[line])
        return self.time[line] + patience

    def first_deadline(self, line: int) -> float:
        """The first time (days) at which patience ends of a customer from this line on, if all of them have to wait."""
        if self._deadlines is None or line == self.stop:
            return math.inf
        return self._deadlines[line - self.start]

    @cached_property
    def _deadlines(self) -> FloatView | None:
        """From each line on the first deadline; ``None`` if all are patient."""
        table, own = self.table, slice(self.start, self.stop)
        if is_constant(table.patience) and table.patient:
            return None
        ends = np.where(table.accepts[own], table.deadlines(own), math.inf)
        return memory_view(np.ascontiguousarray(np.minimum.accumulate(ends[::-1])[::-1]))

    def serve(self, line: int, units: float, now: float) -> bool:
        """The waiting line gets so many units; returns whether it lacks none now."""
        self.filled[line] += units
        self.need[line] -= units
        self.unit_days[line] += units * (now - self.time[line])
        if self.need[line] > 0:
            return False
        self.status[line] = _FILLED_LATE
        self.over[line] = now
        return True

    def cancel(self, line: int, now: float) -> None:
        """The waiting line gives back what it has, but for another product."""
        self.status[line] = _CANCELLED
        self.over[line] = now
        self.need[line] = self.filled[line] = self.unit_days[line] = 0.0

    def fill(self, start: int, stop: int) -> float:
        """Fill lines ``start`` to ``stop`` (at least one) from stock on arrival; returns their units."""
        self.table.fill(start, stop)
        return self.cumulative[stop - 1] - self.cumulative[start] + self.quantity[start]


class LineViews:
    """The columns of a table element by element, for all stocks."""

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


def _accepted(book: OrderBook, will_wait: Floats) -> NDArray[np.bool_]:
    """Whether the customer of each line of a book accepts a backorder; ``will_wait``: the chance, by segment."""
    if np.all(will_wait >= 1.0):
        return np.broadcast_to(np.True_, len(book))
    return book.willing < will_wait[book.segment]
