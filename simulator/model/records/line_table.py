"""Table of the order lines as the stocks use it: lines of one stock are adjacent and sorted by time.

Stocks read and write single elements through memory views, and whole free runs through slices. At the end the
outcome is written back into the order book.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.model.patience.patience_bounds import PatienceBounds
from simulator.orders.made_lines import MadeLines
from simulator.orders.order_book import OrderBook, Status
from simulator.orders.outcome_columns import stored_column, with_exceptions
from simulator.orders.random.streams import derived
from simulator.values.arrays import Floats, FloatView, memory_view
from simulator.values.deferred_columns import is_constant

_SWITCHING = ("substituted", "substitute")
"""Outcome columns used only with substitutes."""


@dataclass(slots=True)
class SubstitutionColumns:
    """Columns for lines whose customers take a substitute product; one element per line of the table.

    Attributes:
        chance: uniform number, from which the decision on each substitute is derived.
        substituted: units of substitute products taken.
        substitute: code of the substitute product (the last of several), -1 for none.
    """

    chance: FloatView
    substituted: FloatView
    substitute: FloatView


class LineTable:
    """All lines of a book, sorted by stock and within a stock by time, with empty outcome columns.

    A line is identified by its place in the table. The lines of stock k are ``bounds[k]`` up to, but without,
    ``bounds[k + 1]``; lines that are made without a blank come after those of all stocks.
    The columns of a book already in this sequence (one stock) are used without a copy.
    """

    def __init__(
        self, book: OrderBook, will_wait: list[float], *, may_change: bool = False, routed: bool = False
    ) -> None:
        """Sort the columns of the book.

        Args:
            book: order book.
            will_wait: probability that a customer accepts a backorder, by segment.
            may_change: True if lines may be dropped, see `drop`.
            routed: True if lines may be served from other stocks than their own.
        """
        self._book = book
        n, stocks = len(book), len(book.stocks)
        self.as_in_book = book.by_stock is None
        """True if places in the table are rows of the book."""
        one = stocks == 1 and book.made is None
        count = np.array([n]) if one else np.bincount(book.drawn_on, minlength=stocks)[:stocks]
        self.bounds: list[int] = np.concatenate(([0], np.cumsum(count))).tolist()
        self.time = self._sorted(book.time)
        self.lead = self._sorted(book.lead)
        self.quantity: Floats = np.array(self._sorted(book.quantity), copy=may_change or None)
        self.segment = self._sorted(book.segment)
        self.patience = book.patience
        """Patience in days by row of the book, not sorted because few lines need it."""
        self.patience_bounds: PatienceBounds | None = None
        """Lower bounds on patience, if messages, promises or compensation may shorten it."""
        self.accepts: NDArray[np.bool_] = self._sorted(_accepted(book, np.array(will_wait)))
        """True if the customer accepts a backorder."""
        self.cumulative = self._cumulative()
        """Cumulative units up to and including each line; only differences within a stock have a meaning."""
        self.need: Floats = np.zeros(n)
        """Units that a waiting line still lacks; 0 before it arrives, and once it is filled or cancelled."""
        self.status: NDArray[np.int8] = np.zeros(n, dtype=np.int8)
        self.on_arrival: Floats = np.zeros(n)
        self.filled: Floats = np.zeros(n)
        self.unit_days: Floats = np.zeros(n)
        self.over: Floats = np.zeros(n)
        """Time (days) at which a waiting line got its last unit or was cancelled."""
        self.made: NDArray[np.intp] | None = None if book.made is None else self._made_numbers(book.made)
        """Number of each line among the lines made to order, -1 for the others; ``None`` if there are none."""
        self._may_change = may_change
        self._opened = {name: getattr(book, name) for name in ("unit_days", "cancelled", *_SWITCHING)}
        self._switching: SubstitutionColumns | None = None
        self.serving = np.full(n, -1, np.int32) if routed else None
        """Stock that serves each line instead of its own, or where it waits, -1 for its own: int32[lines].

        ``None`` if lines are not routed.
        """

    @cached_property
    def rows(self) -> NDArray[np.intp]:
        """Row of each line in the book."""
        by_stock = self._book.by_stock
        return np.arange(len(self._book)) if by_stock is None else by_stock

    def _made_numbers(self, made: MadeLines) -> NDArray[np.intp]:
        """Compute `made`: intp[lines]."""
        numbers = np.full(len(self._book), -1, np.intp)
        numbers[made.rows] = np.arange(len(made))
        return numbers if self.as_in_book else numbers[self.rows]

    def _sorted(self, column: NDArray[Any]) -> NDArray[Any]:
        """Sort a column of the book by stock; a constant column stays a single number."""
        return column if self.as_in_book or is_constant(column) else column[self.rows]

    def _cumulative(self) -> Floats:
        """Compute `cumulative`; fractional stocks count 0, so that the sums of the others stay exact."""
        if is_constant(self.quantity) and len(self.quantity) and float(self.quantity[0]).is_integer():
            return float(self.quantity[0]) * np.arange(1.0, len(self.quantity) + 1.0)
        fractions = self.quantity != np.floor(self.quantity)
        if not fractions.any():
            return np.cumsum(self.quantity)
        self._fractional = np.zeros(len(self.bounds) - 1, np.bool_)
        for k, (a, b) in enumerate(pairwise(self.bounds)):
            self._fractional[k] = fractions[a:b].any()
        fractional = np.zeros(len(self.quantity), np.bool_)
        fractional[: self.bounds[-1]] = np.repeat(self._fractional, np.diff(self.bounds))
        return np.cumsum(np.where(fractional, 0.0, self.quantity))  # sums of fractional stocks are never read

    _fractional: NDArray[np.bool_] | None = None
    """True for each stock with fractional quantities; ``None`` if there is none."""

    def completed(self, units: Floats) -> NDArray[np.intp]:
        """Count the lines of all stocks complete with ``units``, counted like `cumulative`: intp[units]."""
        every = float(self.quantity[0]) if is_constant(self.quantity) and len(self.quantity) else 0.0
        if every > 0.0 and self._fractional is None:
            return (units // every).astype(np.intp)
        return np.searchsorted(self.cumulative, units, side="right")

    @cached_property
    def _largest(self) -> list[float]:
        """Largest quantity of a line of each stock, in units."""
        if is_constant(self.quantity) or not len(self.quantity):
            return [float(self.quantity[0]) if len(self.quantity) else 0.0] * (len(self.bounds) - 1)
        begin = np.minimum(self.bounds[:-1], len(self.quantity) - 1)
        largest: list[float] = np.maximum.reduceat(self.quantity, begin).tolist()
        return largest

    def largest(self, stock: int) -> float:
        """Return the largest quantity of a line of a stock, in units; arbitrary if the stock has no lines."""
        return self._largest[stock]

    @cached_property
    def _difficult(self) -> set[int]:
        """Stocks with two lines at one instant, lines ordered in advance, or fractional quantities."""
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
        """Test whether a stock's lines have whole quantities, are due when ordered, and differ in time."""
        return stock not in self._difficult

    def whole(self, stock: int) -> bool:
        """Test whether all quantities of a stock are whole, so that sums are exact in any sequence."""
        return self._fractional is None or not self._fractional[stock]

    def drop(self, places: NDArray[np.intp], stop: int) -> None:
        """Set the quantity of lines to 0, because their customers stay away.

        Args:
            places: of lines of one stock that have not arrived yet.
            stop: end of the stock's lines in the table.
        """
        first = int(places.min())
        before = self.cumulative[first] - self.quantity[first]
        self.quantity[places] = 0.0
        self.cumulative[first:stop] = before + np.cumsum(self.quantity[first:stop])

    def fill(self, start: int, stop: int) -> None:
        """Mark the lines from ``start`` up to ``stop`` as filled from stock, the other outcomes implied."""
        self.status[start:stop] = Status.FROM_STOCK

    @property
    def patient(self) -> bool:
        """True if no customer's patience ever ends."""
        some = self.patience[:1] if is_constant(self.patience) else self.patience
        return bool(np.all(np.isinf(some)))

    def deadlines(self, lines: NDArray[np.intp] | slice) -> Floats:
        """Compute the cancellation deadlines (days) of lines if they wait; lower bounds with `patience_bounds`."""
        patience: Floats = self.patience[lines if self.as_in_book else self.rows[lines]]
        if self.patience_bounds is not None:
            patience = self.patience_bounds.soonest(patience, self.segment[lines])
        return self.time[lines] + patience

    def leave(self, waiting: NDArray[np.intp], filled: Floats, end: float) -> NDArray[np.bool_]:
        """Test whether each line is given up before it is filled, because its customer declines or cancels.

        Args:
            waiting: lines not filled on arrival.
            filled: time at which each would be filled, days.
            end: of the run, days; later cancellations do not count.
        """
        deadline = self.deadlines(waiting)
        leaves: NDArray[np.bool_] = ~self.accepts[waiting] | (deadline < np.minimum(filled, end))
        return leaves

    def announced(self, stock: int) -> list[tuple[float, int]]:
        """List the lines of a stock that are ordered before they are due.

        Returns:
            Time of the order (days) and place of the line, sorted by time.
        """
        a, b = self.bounds[stock : stock + 2]
        early = a + np.flatnonzero(self.lead[a:b] > 0.0)
        ordered = self.time[early] - self.lead[early]
        sequence = np.argsort(ordered, kind="stable")
        return list(zip(ordered[sequence].tolist(), early[sequence].tolist(), strict=True))

    def switching(self) -> SubstitutionColumns:
        """Return the columns for substitutes, made at the first call."""
        if self._switching is None:
            chance = derived(self._sorted(self._book.chance), "switching")
            self._switching = SubstitutionColumns(
                chance=memory_view(chance),
                **{name: memory_view(self._opened[name].copy()) for name in _SWITCHING},
            )
        return self._switching

    def write_back(self) -> None:
        """Write the outcome into the order book.

        The status is written for all lines. Other outcomes are written for lines not filled from stock.
        """
        book, status = self._book, self.status
        if self._may_change:
            status = np.where(self.quantity == 0.0, np.int8(Status.PENDING), status)  # dropped lines
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
                setattr(book, name, with_exceptions(self._opened[name], rows, values))
        if self.serving is not None:
            moved = np.flatnonzero(self.serving >= 0)
            moved = moved[np.argsort(self.rows[moved])]
            book.serve_elsewhere(self.rows[moved], self.serving[moved])
        on_arrival, fates = self.on_arrival[rest], status[rest]
        book.on_arrival = with_exceptions(book.quantity, rows, on_arrival)
        book.filled = with_exceptions(book.quantity, rows, self.filled[rest])
        book.unit_days = with_exceptions(self._opened["unit_days"], rows, self.unit_days[rest])
        over, to_order = self.over[rest], fates >= np.int8(Status.TO_MAKE)
        gone = (fates == np.int8(Status.CANCELLED)) | (fates == np.int8(Status.NOT_MADE))
        at_once = (on_arrival > 0.0) & ~gone & ~to_order | (stored_column(book, "substituted")[rows] > 0.0)
        allocated = np.where(at_once, book.time[rows], np.nan)
        late = np.flatnonzero((fates == np.int8(Status.FILLED_LATE)) | (fates == np.int8(Status.MADE)))
        allocated[late] = over[late]
        book.allocated = with_exceptions(book.time, rows, allocated)
        if gone.any():
            book.cancelled = with_exceptions(self._opened["cancelled"], rows, np.where(gone, over, np.nan))


def _accepted(book: OrderBook, will_wait: Floats) -> NDArray[np.bool_]:
    """Test whether the customer of each line of a book accepts a backorder: bool[lines].

    Args:
        book: order book.
        will_wait: probability of accepting, by segment.
    """
    if np.all(will_wait >= 1.0):
        return np.broadcast_to(np.True_, len(book))
    return book.willing < will_wait[book.segment]
