"""Picking, shipping and delivery of allocated lines, computed for a whole run at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from heapq import heapreplace
from operator import add

import numpy as np
from numpy.typing import NDArray

from simulator.orders.order_book import OrderBook, Status
from simulator.orders.outcome_columns import SparseColumn, rule_of, stored_column, with_exceptions
from simulator.orders.random.streams import Streams, stream_name
from simulator.scenario.scenario import Scenario
from simulator.scenario.sections import supply_network
from simulator.values.arrays import Floats, Integers
from simulator.values.deferred_columns import is_constant

Times = Floats | SparseColumn[Floats]
Work = Callable[[float, float], float]
"""Function from the begin of work (days) and its duration (days) to its end (days)."""


def ship_lines(
    book: OrderBook,
    warehouses: Sequence[supply_network.Warehouse],
    picked: Sequence[Work],
    *,
    complete: bool,
    singly: bool,
) -> None:
    """Pick, ship and deliver allocated lines: write the columns ``shipped`` and ``delivered`` of the book.

    Picking has no effect on the stocks, because units leave them at allocation. So the pickers' queue of a
    whole run is computed at once, exactly: a line enters when it is allocated, and a free picker takes the
    line that entered first.

    Args:
        book: order book with the outcome of the run.
        warehouses: by the codes of ``served_from``.
        picked: end of picking at each warehouse, which goes on in opening time.
        complete: orders are shipped whole, from each warehouse by itself. Their lines enter its queue when the last of
            them is settled, and are shipped together.
        singly: no warehouse has a queue of pickers and orders are not shipped whole, see `SINGLE_PARCELS`.
    """
    if singly:
        _line_by_line(book)
        return
    sold = (book.filled > 0) | (book.substituted > 0)
    sold &= (book.status != np.int8(Status.BACKORDERED)) & (book.status != np.int8(Status.TO_MAKE))
    if not complete:
        book.shipped = _queued(book, warehouses, picked, book.allocated, sold)
        book.delivered = book.shipped + book.delivery
        return
    parcels = Parcels.of(book)
    enters = parcels.latest(_settled(book))
    enters[np.isinf(enters)] = np.nan
    sold &= ~np.isnan(enters)
    shipped = _queued(book, warehouses, picked, enters, sold)
    book.shipped = np.where(sold, parcels.latest(np.where(sold, shipped, -np.inf)), np.nan)
    book.delivered = book.shipped + parcels.first(book.delivery)


def _line_by_line(book: OrderBook) -> None:
    """Ship and deliver each line by itself: all lines filled from stock, and the sold ones among the rest."""
    rest, enters = book.rest(), stored_column(book, "allocated")
    sold = (stored_column(book, "filled")[rest] > 0) | (stored_column(book, "substituted")[rest] > 0)
    status = book.status[rest]
    sold &= (status != np.int8(Status.BACKORDERED)) & (status != np.int8(Status.TO_MAKE))
    sent = np.where(sold, enters[rest], np.nan)
    if not np.array_equal(sent, enters[rest], equal_nan=True):
        enters = with_exceptions(enters, rest, sent)
    book.shipped = shipped = _later(enters, book.pick, rest)
    book.delivered = _later(shipped, book.delivery, rest)


def _later(times: Times, days: Floats, rest: Integers) -> Times:
    """Add ``days`` to ``times``; return the very same column if all days are 0.

    Args:
        times: days, by line.
        days: to add, by line.
        rest: rows of the lines not filled from stock, whose times are stored.
    """
    if is_constant(days) and not days[:1].any():
        return times
    begin = rule_of(times)
    return SparseColumn(lambda rows: begin(rows) + days[rows], rest, times[rest] + days[rest])


def _queued(
    book: OrderBook,
    warehouses: Sequence[supply_network.Warehouse],
    picked: Sequence[Work],
    enters: Floats,
    sold: NDArray[np.bool_],
) -> Floats:
    """Compute the times (days) at which sold lines have been picked; nan for the others: float64[lines].

    Args:
        book: order book.
        warehouses: by the codes of ``served_from``.
        picked: end of picking at each warehouse.
        enters: time at which each line enters the queue, days.
        sold: True for lines to pick.
    """
    shipped = np.full(len(book), np.nan)
    for k, warehouse in enumerate(warehouses):
        rows = np.flatnonzero(sold & (book.served_from == k))
        rows = rows[np.argsort(enters[rows], kind="stable")]
        shipped[rows] = pick_times(enters[rows], book.pick[rows], warehouse.pickers, picked[k])
    return shipped


def pick_times(enters: Floats, times: Floats, pickers: int | None, end: Work = add) -> Floats:
    """Compute the times (days) at which lines leave a queue, first come first served: float64[lines].

    Args:
        enters: times at which lines enter the queue, days, rising.
        times: days that each line takes.
        pickers: number of servers; ``None`` for no queue.
        end: end of the work.
    """
    if not len(enters) or (pickers is None and end is add):
        return enters + times
    if pickers is None:
        return np.array(
            [end(enter, time) for enter, time in zip(enters.tolist(), times.tolist(), strict=True)]
        )
    free = [-np.inf] * min(pickers, len(enters))
    left = []
    for enter, time in zip(enters.tolist(), times.tolist(), strict=True):
        earliest = free[0]
        leave = end(max(earliest, enter), time)
        heapreplace(free, leave)
        left.append(leave)
    return np.array(left)


def _settled(book: OrderBook) -> Floats:
    """Compute the time (days) at which each line is allocated, cancelled or lost; infinite before: float64[lines]."""
    gone = np.isin(book.status, (Status.CANCELLED, Status.NOT_MADE))
    settled = np.where(gone, book.cancelled, book.allocated)
    settled = np.where(
        np.isnan(settled), book.time, settled
    )  # refused and declined lines are settled at once
    settled[np.isin(book.status, (Status.BACKORDERED, Status.PENDING, Status.TO_MAKE))] = np.inf
    return settled


@dataclass(frozen=True, slots=True)
class Parcels:
    """Lines that are shipped together: those of an order which one warehouse serves.

    Attributes:
        sequence: index that sorts the lines by parcel, stable: intp[lines].
        starts: position of the first line of each parcel in that sequence: intp[parcels].
    """

    sequence: Integers
    starts: Integers

    @classmethod
    def of(cls, book: OrderBook) -> Parcels:
        """Bundle the lines of an order book."""
        key = book.order.astype(np.int64) * len(book.warehouses) + book.served_from
        sequence = np.argsort(key, kind="stable")
        return cls(sequence, np.flatnonzero(np.diff(key[sequence], prepend=-1)))

    def latest(self, times: Floats) -> Floats:
        """Compute for each line the latest of the times (days) of its parcel's lines: float64[lines]."""
        return self._spread(np.maximum.reduceat(times[self.sequence], self.starts))

    def first(self, values: Floats) -> Floats:
        """Return for each line the value of its parcel's first line: float64[lines]."""
        return self._spread(values[self.sequence[self.starts]])

    def _spread(self, values: Floats) -> Floats:
        """Give each line the value of its parcel: float64[lines]."""
        found = np.empty(len(self.sequence))
        found[self.sequence] = np.repeat(values, np.diff(self.starts, append=len(self.sequence)))
        return found


def handle_elsewhere(book: OrderBook, scenario: Scenario, streams: Streams) -> None:
    """Set the days to pick and deliver the lines that another warehouse than their home serves.

    The n-th line for a product from a region gets the n-th draws of two streams of that warehouse, product and region.

    Args:
        book: order book with the outcome of the run.
        scenario: scenario with the warehouses.
        streams: random streams of the replication.
    """
    moved = np.flatnonzero(book.serving != book.stock)
    if not len(moved):
        return
    kind = book.product.astype(np.int64) * len(book.regions) + book.region
    number = _numbers(kind)[moved]
    ways, way = np.unique(kind[moved] * len(book.warehouses) + book.served_from[moved], return_inverse=True)
    columns = {"pick": np.array(book.pick), "delivery": np.array(book.delivery)}
    for k, code in enumerate(ways.tolist()):
        (product, region), site = (
            divmod(code // len(book.warehouses), len(book.regions)),
            code % len(book.warehouses),
        )
        place = scenario.warehouses[book.warehouses[site]]
        names = book.warehouses[site], book.products[product], book.regions[region]
        own = np.flatnonzero(way == k)
        for column, law in (("pick", place.pick_time), ("delivery", place.delivery_to(names[2]))):
            stream = f"{stream_name('elsewhere', *names)}/{column}"
            draws = streams.first(law, [stream], number[own].max(keepdims=True) + 1)
            columns[column][moved[own]] = draws[number[own]]
    book.pick, book.delivery = columns["pick"], columns["delivery"]


def _numbers(kind: NDArray[np.int64]) -> Integers:
    """Number the lines of each kind from 0, in sequence: intp[lines]."""
    sequence = np.argsort(kind, kind="stable")
    begins = np.flatnonzero(np.diff(kind[sequence], prepend=-1))
    number = np.empty(len(kind), np.intp)
    number[sequence] = np.arange(len(kind)) - np.repeat(begins, np.diff(begins, append=len(kind)))
    return number
