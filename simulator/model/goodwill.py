"""Goodwill: customers who were served badly come back less often. The one place where policies change demand.

The order book holds the demand of a shop that never disappoints anybody. At the beginning of every period each
segment's share of returning customers is lowered by what happened to its orders so far, and orders stay away in
proportion: whether one does is decided by a uniform number of its own, so that the better policy loses a part of
those whom the worse one loses.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from simpy.events import Event

from simulator.model.clock import Clock, Phase
from simulator.model.loyalty import next_orders
from simulator.orders.book import OrderBook
from simulator.orders.streams import derived
from simulator.scenario.run import Run
from simulator.scenario.satisfaction import Goodwill, Loyalty


class Memory:
    """What customers remember of a shop, and who stays away for it."""

    def __init__(self, book: OrderBook, loyalty: Loyalty, goodwill: Goodwill) -> None:
        self._book = book
        self._loyalty = loyalty
        self._goodwill = goodwill
        first = np.searchsorted(book.order, book.order)  # an order comes or stays away as a whole
        self._fate = derived(book.chance[first], "goodwill")
        self._ordered = book.time - book.lead
        self.away: NDArray[np.bool_] = np.zeros(len(book), dtype=np.bool_)
        """Lines of customers who stay away."""

    def stay_away(self, now: float) -> NDArray[np.intp]:
        """Rows of the coming period's orders that stay away, given what the book says up to ``now`` (days)."""
        book = self._book
        coming = (self._ordered >= now) & (self._ordered < now + self._goodwill.period)
        lost = (coming & (self._fate < self._loss(now)[book.segment])).nonzero()[0]
        self.away[lost] = True
        return lost

    def orders_away(self, run: Run) -> NDArray[np.int64]:
        """Orders of the measured window that stayed away, by segment."""
        book = self._book
        first = np.append(True, np.diff(book.order) > 0)
        counted = self.away & first & (book.time >= run.warm_up) & (book.time < run.horizon)
        return np.bincount(book.segment[counted], minlength=len(book.segments))

    def _loss(self, now: float) -> NDArray[np.float64]:
        """Part of each segment's demand that is lost."""
        book, loyalty = self._book, self._loyalty
        rows, chance = next_orders(book, loyalty, None, now)
        remembered = (book.time[rows] >= now - self._goodwill.memory) & ~self.away[rows]
        rows, chance = rows[remembered], chance[remembered]
        bases = np.array(loyalty.bases(book.segments))
        segment, size = book.segment[rows], len(bases)
        orders = np.bincount(segment, minlength=size)
        kept = np.bincount(segment, chance, minlength=size)
        usual = orders * bases
        lost = 1.0 - np.divide(kept, usual, out=np.ones(size), where=usual > 0)
        return np.asarray(self._goodwill.returning * lost)


def periods(
    memory: Memory,
    clock: Clock,
    every: float,
    look: Callable[[], None],
    drop: Callable[[NDArray[np.intp]], None],
) -> Generator[Event, Any, None]:
    """SimPy process: at the beginning of every period have the book written (``look``), then customers stay away."""
    n = 1
    while (time := n * every) < clock.end:
        yield clock.at(time, Phase.RECEIPT)
        look()
        drop(memory.stay_away(time))
        n += 1
