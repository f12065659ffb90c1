"""A warehouse: doors where goods come in, pickers who serve allocated lines, shipping to the customer."""

from __future__ import annotations

from collections.abc import Generator
from heapq import heapreplace
from typing import Any

import numpy as np
import simpy
from numpy.typing import NDArray
from simpy.events import Event

from simulator.model.clock import Clock, Phase
from simulator.model.purchase import PurchaseOrder
from simulator.orders.book import OrderBook, Status, is_constant
from simulator.scenario import network

Column = NDArray[np.float64]


class Dock:
    """Inbound doors of a warehouse, shared by all its products; who comes next is the allocation policy's word."""

    def __init__(self, clock: Clock, dock: network.Dock) -> None:
        self._clock = clock
        self._doors = simpy.PriorityResource(clock, capacity=dock.doors)

    def unload(self, purchase: PurchaseOrder, duration: float, rank: float) -> Generator[Event, Any, None]:
        """Part of a SimPy process: wait for a door, lowest rank first, then ``duration`` days of unloading."""
        with self._doors.request(priority=rank) as turn:  # type: ignore[arg-type] # any number orders the queue
            yield turn
            yield self._clock.at(self._clock.now + duration, Phase.RECEIPT, purchase.stock)


def dispatch(book: OrderBook, warehouses: list[network.Warehouse], *, complete: bool) -> None:
    """Pick, ship and deliver what was allocated: fills the columns ``shipped`` and ``delivered`` of the book.

    Nothing here acts back on the stocks, because units leave them at allocation. So the pickers' queue of a whole
    run is computed at once, exactly: a line enters when it is allocated, and a free picker takes the line that
    entered first. With ``complete`` an order's lines enter when the last of them is settled, and leave together.
    """
    sold = book.filled > 0
    if not is_constant(book.substituted):
        sold |= book.substituted > 0
    sold &= book.status != np.int8(Status.BACKORDERED)
    enters = book.allocated
    if complete:
        enters = _when_the_order_is_settled(book, enters)
        sold &= ~np.isnan(enters)
    if all(warehouse.pickers is None for warehouse in warehouses):
        book.shipped = _where(sold, _later(enters, book.pick))
    else:
        book.shipped = _queued(book, warehouses, enters, sold)
    if complete:
        book.shipped = _latest_of_order(book.order, book.shipped, sold)
    transit = book.delivery[_first_row_of_order(book.order)] if complete else book.delivery
    book.delivered = _later(book.shipped, transit)


def _later(times: Column, days: Column) -> Column:
    """So many days after these times: the very column where that takes no time at all."""
    return times if is_constant(days) and not days[:1].any() else times + days


def _where(chosen: NDArray[np.bool_], values: Column) -> Column:
    """The values, nan where they are not chosen: the very column where it is like that."""
    return values if np.isnan(values[~chosen]).all() else np.where(chosen, values, np.nan)


def _queued(
    book: OrderBook, warehouses: list[network.Warehouse], enters: Column, sold: NDArray[np.bool_]
) -> Column:
    """When each sold line has been picked, by whoever picks in its warehouse; nan for the others."""
    shipped = np.full(len(book), np.nan)
    site = np.array([warehouse for warehouse, _ in book.stocks], dtype=np.intp)[book.stock]
    for k, warehouse in enumerate(warehouses):
        rows = np.flatnonzero(sold & (site == k))
        rows = rows[np.argsort(enters[rows], kind="stable")]
        shipped[rows] = pick(enters[rows], book.pick[rows], warehouse.pickers)
    return shipped


def pick(enters: Column, times: Column, pickers: int | None) -> Column:
    """When lines leave a queue with so many servers, first come first served.

    ``enters``: rising times (days) at which lines enter; ``times``: days each takes. ``None``: never a queue.
    """
    if pickers is None or not len(enters):
        return enters + times
    free = [-np.inf] * pickers
    left = []
    for enter, time in zip(enters.tolist(), times.tolist(), strict=True):
        earliest = free[0]
        leave = (max(earliest, enter)) + time
        heapreplace(free, leave)
        left.append(leave)
    return np.array(left)


def _when_the_order_is_settled(book: OrderBook, enters: Column) -> Column:
    """For every line the time at which the last line of its order is allocated or given up; nan while one waits."""
    settled = np.where(book.status == Status.CANCELLED, book.cancelled, enters)
    settled = np.where(
        np.isnan(settled), book.time, settled
    )  # refused and declined lines are settled at once
    settled[(book.status == Status.BACKORDERED) | (book.status == Status.PENDING)] = np.inf
    latest = np.full(int(book.order.max(initial=-1)) + 1, -np.inf)
    np.maximum.at(latest, book.order, settled)
    per_line = latest[book.order]
    return np.where(np.isinf(per_line), np.nan, per_line)


def _latest_of_order(order: NDArray[np.int32], shipped: Column, sold: NDArray[np.bool_]) -> Column:
    """For every sold line the time at which the last line of its order is picked; nan for the others."""
    latest = np.full(int(order.max(initial=-1)) + 1, -np.inf)
    np.maximum.at(latest, order[sold], shipped[sold])
    return np.where(sold, latest[order], np.nan)


def _first_row_of_order(order: NDArray[np.int32]) -> NDArray[np.intp]:
    """For every line the row of its order's first line."""
    _, first, inverse = np.unique(order, return_index=True, return_inverse=True)
    return first[inverse]
