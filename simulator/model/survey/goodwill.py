"""Goodwill: badly served customers come back less often.

Policies change demand nowhere else. The order book holds the demand of a shop that never disappoints a
customer. At the beginning of every period, the treatment of a segment's recent orders lowers its share of
returning customers, and a share of its orders stays away. Each order has a uniform number of its own for
this, so that the orders lost under a better policy are a subset of those lost under a worse one.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from simpy.events import Event

from simulator.model.clock import Clock, Phase
from simulator.model.survey.loyalty import next_orders
from simulator.orders.order_book import OrderBook
from simulator.orders.random.streams import derived
from simulator.scenario.sections.run import Run
from simulator.scenario.sections.satisfaction import Goodwill, Loyalty


class CustomerMemory:
    """Customers' memory of their orders, and the orders that stay away because of it."""

    def __init__(self, book: OrderBook, loyalty: Loyalty, goodwill: Goodwill) -> None:
        self._book = book
        self._loyalty = loyalty
        self._goodwill = goodwill
        first = np.searchsorted(book.order, book.order)  # an order comes or stays away as a whole
        self._uniform = derived(book.chance[first], "goodwill")
        self._ordered = book.time - book.lead
        self.away: NDArray[np.bool_] = np.zeros(len(book), dtype=np.bool_)
        """Lines that stay away: bool[lines]."""

    def stay_away(self, now: float) -> NDArray[np.intp]:
        """Select the orders of the coming period that stay away, by the outcomes in the book at ``now`` (days).

        Returns:
            Rows of their lines: intp[lines].
        """
        book = self._book
        coming = (self._ordered >= now) & (self._ordered < now + self._goodwill.period)
        lost = (coming & (self._uniform < self._lost_share(now)[book.segment])).nonzero()[0]
        self.away[lost] = True
        return lost

    def orders_away(self, run: Run) -> NDArray[np.int64]:
        """Count the orders of the measured window that stayed away, by segment: int64[segments]."""
        book = self._book
        first = np.append(True, np.diff(book.order) > 0)
        counted = self.away & first & (book.time >= run.warm_up) & (book.time < run.horizon)
        return np.bincount(book.segment[counted], minlength=len(book.segments))

    def _lost_share(self, now: float) -> NDArray[np.float64]:
        """Return the share of each segment's demand that is lost: float64[segments]."""
        book, loyalty = self._book, self._loyalty
        rows, chance = next_orders(book, loyalty, None, now)
        remembered = (book.time[rows] >= now - self._goodwill.memory) & ~self.away[rows]
        rows, chance = rows[remembered], chance[remembered]
        bases = np.array(loyalty.bases(book.segments))
        segment, size = book.segment[rows], len(bases)
        orders = np.bincount(segment, minlength=size)
        kept = np.bincount(segment, chance, minlength=size)
        rule_of = orders * bases
        lost = 1.0 - np.divide(kept, rule_of, out=np.ones(size), where=rule_of > 0)
        return np.asarray(self._goodwill.returning * lost)


def goodwill_periods(
    memory: CustomerMemory,
    clock: Clock,
    every: float,
    look: Callable[[], None],
    drop: Callable[[NDArray[np.intp]], None],
) -> Generator[Event, Any, None]:
    """SimPy process: select the orders that stay away, at the beginning of every period.

    Args:
        memory: memory of customers.
        clock: clock of the run.
        every: length of a period, days.
        look: writes all outcomes so far into the order book.
        drop: removes these rows from coming demand.
    """
    n = 1
    while (time := n * every) < clock.end:
        yield clock.at(time, Phase.RECEIPT)
        look()
        drop(memory.stay_away(time))
        n += 1
