"""Rolling order books of long runs, drawn a few days at a time."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.orders.arrivals.arrival_times import ArrivalProgress, ArrivalSpan
from simulator.orders.codes import Codes
from simulator.orders.draw_context import DrawContext
from simulator.orders.line_columns import counted, distinct_orders, merge_lines
from simulator.orders.order_book import OrderBook
from simulator.orders.outcome_columns import SparseColumn
from simulator.orders.random.resumable_streams import ResumableStreams
from simulator.orders.random_demand import demand_lines, order_streams
from simulator.scenario.scenario import Scenario
from simulator.values.deferred_columns import Deferred, is_constant, values

Column = NDArray[Any] | Deferred[NDArray[Any]]
"""Column of an order book, perhaps deferred."""


class RollingDemand:
    """Demand of a scenario without order histories, drawn in pieces that add up to the book of `draw`."""

    def __init__(self, scenario: Scenario, replication: int) -> None:
        seen: Counter[str] = Counter()
        self._scenario = scenario
        self._sources = [list(order_streams(source, scenario, seen)) for source in scenario.streams()]
        self._codes = Codes.of(scenario, {})
        self._streams = ResumableStreams(scenario.run.seed, replication)
        self._progress: dict[str, ArrivalProgress] = {}
        self._day = 0

    def until(self, day: float) -> OrderBook:
        """Draw the order lines of the days not drawn yet, up to the time ``day`` (days, rounded up)."""
        run = self._scenario.run
        span = ArrivalSpan(self._day, math.ceil(day) - self._day, run.end, self._progress)
        context = DrawContext(self._scenario, self._codes, self._streams, span)
        self._day += span.days
        sources = [demand_lines(streams, context) for streams in self._sources]
        return OrderBook.of(merge_lines(distinct_orders(sources)), self._codes)


def join_books(first: OrderBook, then: OrderBook) -> OrderBook:
    """Concatenate two books of one scenario. Orders of the second are renumbered after those of the first."""
    more = _columns(then)
    columns: dict[str, Any] = {name: _concatenate(c, more[name]) for name, c in _columns(first).items()}
    orders = int(first.order[-1]) + 1 if len(first) else 0
    columns["order"] = np.concatenate((first.order, then.order + np.int32(orders)))
    return replace(first, **columns)


def book_part(book: OrderBook, rows: slice | NDArray[np.intp]) -> OrderBook:
    """Select rows of a book, whole orders only. Orders are renumbered."""
    selected: dict[int, Column] = {}  # by identity, so that two names of one array still share it
    columns: dict[str, Any] = {}
    for name, column in _columns(book).items():
        if id(column) not in selected:
            selected[id(column)] = _select(column, rows)
        columns[name] = selected[id(column)]
    columns["order"] = counted(columns["order"])
    return replace(book, **columns)


def _columns(book: OrderBook) -> dict[str, Column]:
    """Return the columns of a book by name. Deferred ones stay deferred, sparse ones become whole."""
    kept = {field.name: vars(book)[field.name] for field in fields(book)}
    columns = {name: c.whole() if isinstance(c, SparseColumn) else c for name, c in kept.items()}
    return {name: column for name, column in columns.items() if isinstance(column, np.ndarray | Deferred)}


def _select(column: Column, rows: slice | NDArray[np.intp]) -> Column:
    """Select rows of a column. One repeated value still takes the memory of one."""
    if isinstance(column, Deferred) or isinstance(rows, slice) or not is_constant(column) or not len(column):
        return column[rows]
    return np.broadcast_to(column[:1], len(rows))


def _concatenate(first: Column, then: Column) -> Column:
    """Concatenate two columns.

    One repeated value still takes the memory of one. Deferred columns stay deferred.
    """
    if isinstance(first, Deferred) or isinstance(then, Deferred):
        return Deferred(lambda: np.concatenate((values(first), values(then))))
    if not len(first) or not len(then):
        return first if len(first) else then
    constant = is_constant(first) and is_constant(then)
    if constant and np.array_equal(first[:1], then[:1], equal_nan=first.dtype.kind == "f"):
        return np.broadcast_to(first[:1], len(first) + len(then))
    return np.concatenate((first, then))
