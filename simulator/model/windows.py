"""A long run, window after window: each is drawn, played, told of and forgotten."""

from __future__ import annotations

import gc
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from simulator.model.garbage_collection import keep_memory, rare_garbage_collection
from simulator.model.records.ledger import StockMovements
from simulator.model.records.window_handover import Handover
from simulator.model.world import Record, World
from simulator.orders.order_book import OrderBook, Status
from simulator.orders.random.resumable_streams import ResumedDraws
from simulator.orders.rolling_book import RollingDemand, book_part, join_books
from simulator.scenario.scenario import Scenario
from simulator.values.arrays import Floats, Integers

_OPEN = (np.int8(Status.PENDING), np.int8(Status.BACKORDERED))


@dataclass(frozen=True, slots=True)
class RunWindow:
    """What happened in one window of a long run, from ``begin`` to ``end`` (days; infinite for the last).

    settled: with the orders that are over, whenever they were placed, and the purchase orders that have landed; each
    is in the record of one window, in the last one those that are still open too. course: with the lines that were
    placed in the window, and all that moved the stocks in it. owed: units that waited for each stock when it began.
    """

    begin: float
    end: float
    settled: Record
    course: Record
    owed: Floats

    @property
    def levels(self) -> Record:
        """The course, with the units that waited when the window began as a movement at its beginning."""
        moves, waiting = self.course.movements, np.flatnonzero(self.owed)
        before = StockMovements(
            time=np.append(np.full(len(waiting), self.begin), moves.time),
            stock=np.append(waiting.astype(np.int32), moves.stock),
            on_hand=np.append(np.zeros(len(waiting)), moves.on_hand),
            backlog=np.append(self.owed[waiting], moves.backlog),
        )
        return replace(self.course, movements=before)

    @property
    def changes(self) -> Record:
        """The course as changes alone: of all windows together they are those of the run."""
        if self.begin == 0.0:
            return self.course
        return replace(self.course, initial=np.zeros(len(self.owed)))


def run_windows(scenario: Scenario, replication: int) -> Iterator[RunWindow]:
    """Play one replication of a scenario with windows; what is open when one ends goes on in the next."""
    run = scenario.run
    assert run.window is not None
    keep_memory()
    demand = RollingDemand(scenario, replication)
    streams = ResumedDraws(run.seed, replication)
    carried: OrderBook | None = None
    past: Handover | None = None
    begin, last = 0.0, False
    while not last:
        until = begin + run.window
        last = until >= run.horizon
        fresh = demand.until(run.end if last else until)
        book = fresh if carried is None else join_books(carried, fresh)
        owed = (
            np.zeros(len(book.stocks)) if past is None else np.array([state.backlog for state in past.states])
        )
        with rare_garbage_collection():
            world = World(scenario, streams, book, until=until, past=past)
            if last:
                past, end = None, world.play()
            else:
                past, end = world.play_window(), until
            record = world.record(replication, end)
            del world
            gc.collect(1)  # its parts refer to each other; all of them are young
        over, still = _orders_over(record.book, everything=last)
        carried = book_part(record.book, still)
        carried = replace(
            carried, chance=carried.chance
        )  # what is deferred would keep all lines of the window
        yield _stretch(record, begin, math.inf if last else until, over, owed)
        begin = until


def _orders_over(book: OrderBook, *, everything: bool) -> tuple[slice | Integers, Integers]:
    """Rows of orders to which nothing more will happen, and of the others."""
    still = np.flatnonzero((book.status == _OPEN[0]) | (book.status == _OPEN[1]))
    if everything or not len(still):
        return slice(None), np.empty(0, np.intp)
    goes_on = np.zeros(int(book.order[-1]) + 1, np.bool_)
    goes_on[book.order[still]] = True
    rows = goes_on[book.order]
    return np.flatnonzero(~rows), np.flatnonzero(rows)


def _stretch(record: Record, begin: float, end: float, over: slice | Integers, owed: Floats) -> RunWindow:
    """Divide what happened in a window into what is over and what the stocks went through."""
    book, purchases = record.book, record.purchases
    if end < math.inf:
        purchases = purchases.where(~np.isnan(purchases.received))
    placed = slice(*np.searchsorted(book.time, (begin, end)).tolist())
    return RunWindow(
        begin,
        end,
        replace(record, book=book_part(book, over), purchases=purchases),
        replace(record, book=book_part(book, placed), purchases=purchases),
        owed,
    )
