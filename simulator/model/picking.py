"""Picking, shipping and delivery of allocated lines, computed for a whole run at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from heapq import heapreplace
from operator import add

import numpy as np
from numpy.typing import NDArray

from simulator.orders.order_book import OrderBook, Status
from simulator.orders.outcome_columns import SparseColumn, rule_of, stored_column, with_exceptions
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
        complete: orders are shipped whole. Their lines enter the queue when the last of them is settled, and
            are shipped together.
        singly: no warehouse has a queue of pickers and orders are not shipped whole, see `SINGLE_PARCELS`.
    """
    if singly:
        _line_by_line(book)
        return
    sold = (book.filled > 0) | (book.substituted > 0)
    sold &= (book.status != np.int8(Status.BACKORDERED)) & (book.status != np.int8(Status.TO_MAKE))
    enters = book.allocated
    if complete:
        enters = _when_the_order_is_settled(book, enters)
        sold &= ~np.isnan(enters)
    book.shipped = _queued(book, warehouses, picked, enters, sold)
    if complete:
        together = _latest_of_order(book.order, np.where(sold, book.shipped, -np.inf))
        book.shipped = np.where(sold, together, np.nan)
    transit = book.delivery[np.searchsorted(book.order, book.order)] if complete else book.delivery
    book.delivered = book.shipped + transit


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


def _when_the_order_is_settled(book: OrderBook, enters: Floats) -> Floats:
    """Compute for each line the time (days) at which the last line of its order is allocated or cancelled.

    It is nan while a line of the order waits: float64[lines].
    """
    settled = np.where(np.isin(book.status, (Status.CANCELLED, Status.NOT_MADE)), book.cancelled, enters)
    settled = np.where(
        np.isnan(settled), book.time, settled
    )  # refused and declined lines are settled at once
    settled[np.isin(book.status, (Status.BACKORDERED, Status.PENDING, Status.TO_MAKE))] = np.inf
    latest = _latest_of_order(book.order, settled)
    return np.where(np.isinf(latest), np.nan, latest)


def _latest_of_order(order: NDArray[np.int32], times: Floats) -> Floats:
    """Compute for each line the latest time of its order's lines: float64[lines].

    Args:
        order: number of the order of each line, from 0; lines of an order are adjacent.
        times: of the lines, days.
    """
    latest: Floats = np.maximum.reduceat(times, np.flatnonzero(np.diff(order, prepend=-1)))
    return latest[order]
