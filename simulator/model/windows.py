"""Windows of a long run: each is drawn, played, reported and forgotten before the next, to save memory."""

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
    """Outcome of one window of a long run.

    Attributes:
        begin: start of the window, in days.
        end: end of the window, in days; infinite for the last window.
        settled: record with the completed orders, whenever they were placed, and with the purchase orders
            that have landed. Each of them is in the record of one window. The last window also has those that
            are still open.
        course: record with the lines placed in the window and all stock movements in it.
        opening_backlog: backlog of each stock at the start of the window, in units: float64[stocks].
    """

    begin: float
    end: float
    settled: Record
    course: Record
    opening_backlog: Floats

    @property
    def levels(self) -> Record:
        """Course with the backlog at the start of the window added as a movement at that time."""
        moves, waiting = self.course.movements, np.flatnonzero(self.opening_backlog)
        before = StockMovements(
            time=np.append(np.full(len(waiting), self.begin), moves.time),
            stock=np.append(waiting.astype(np.int32), moves.stock),
            on_hand=np.append(np.zeros(len(waiting)), moves.on_hand),
            backlog=np.append(self.opening_backlog[waiting], moves.backlog),
        )
        return replace(self.course, movements=before)

    @property
    def changes(self) -> Record:
        """Course with the initial stock in the first window only, so that windows add up to the run."""
        if self.begin == 0.0:
            return self.course
        return replace(self.course, initial=np.zeros(len(self.opening_backlog)))


def run_windows(scenario: Scenario, replication: int, *, causes: bool = False) -> Iterator[RunWindow]:
    """Play one replication window by window, handing open lines and purchase orders on to the next window.

    Args:
        scenario: scenario whose section ``run`` has a ``window``.
        replication: number of the replication.
        causes: find the causes of backorders before a window is forgotten; the column of causes has none else.

    Yields:
        Outcome of each window, in order of time.
    """
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
        opening_backlog = (
            np.zeros(len(book.stocks)) if past is None else np.array([state.backlog for state in past.states])
        )
        with rare_garbage_collection():
            world = World(scenario, streams, book, until=until, past=past)
            if last:
                past, end = None, world.play()
            else:
                past, end = world.play_window(), until
            record = world.record(replication, end)
            if causes:
                found = world.causes(record)
                record.book.cause = found.column()
                past = None if past is None else replace(past, demand=found.recent_demand(until))
                del found
            del world
            gc.collect(1)  # its parts form reference cycles; all of them are young
        over, still = _orders_over(record.book, everything=last)
        carried = book_part(record.book, still)
        # a deferred column would keep all lines of the window in memory
        carried = replace(carried, chance=carried.chance)
        yield _split_record(record, begin, math.inf if last else until, over, opening_backlog)
        begin = until


def _orders_over(book: OrderBook, *, everything: bool) -> tuple[slice | Integers, Integers]:
    """Return the rows of completed orders and the rows of orders with an open line.

    Args:
        book: order book at the end of a window.
        everything: count all orders as completed, for the last window.
    """
    still = np.flatnonzero((book.status == _OPEN[0]) | (book.status == _OPEN[1]))
    if everything or not len(still):
        return slice(None), np.empty(0, np.intp)
    goes_on = np.zeros(int(book.order[-1]) + 1, np.bool_)
    goes_on[book.order[still]] = True
    rows = goes_on[book.order]
    return np.flatnonzero(~rows), np.flatnonzero(rows)


def _split_record(
    record: Record, begin: float, end: float, over: slice | Integers, opening_backlog: Floats
) -> RunWindow:
    """Split the record of a window into the completed orders and the course of the stocks.

    Args:
        record: record of the window, with the lines carried over from earlier ones.
        begin: start of the window, in days.
        end: end of the window, in days; infinite for the last.
        over: rows of the completed orders.
        opening_backlog: backlog at the start of the window, in units: float64[stocks].
    """
    book, purchases = record.book, record.purchases
    if end < math.inf:
        purchases = purchases.where(~np.isnan(purchases.received))
    placed = slice(*np.searchsorted(book.time, (begin, end)).tolist())
    return RunWindow(
        begin,
        end,
        replace(record, book=book_part(book, over), purchases=purchases),
        replace(record, book=book_part(book, placed), purchases=purchases),
        opening_backlog,
    )
