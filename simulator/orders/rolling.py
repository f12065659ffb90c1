"""The order book of a long run, drawn a few days at a time."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.orders.arrivals import Progress, Span
from simulator.orders.book import OrderBook, counted, is_constant, told_apart
from simulator.orders.codes import Codes
from simulator.orders.deferred import Deferred, values
from simulator.orders.demand import demand_lines, order_streams
from simulator.orders.lines import merged
from simulator.orders.market import Market
from simulator.orders.outcomes import Exceptional
from simulator.orders.resumed import Resumed
from simulator.scenario.scenario import Scenario

Column = NDArray[Any] | Deferred


class RollingDemand:
    """The demand of a scenario without order histories, drawn day after day: in all what `draw` gives at once."""

    def __init__(self, scenario: Scenario, replication: int) -> None:
        seen: Counter[str] = Counter()
        self._scenario = scenario
        self._sources = [list(order_streams(source, scenario, seen)) for source in scenario.streams()]
        self._codes = Codes.of(scenario, {})
        self._streams = Resumed(scenario.run.seed, replication)
        self._progress: dict[str, Progress] = {}
        self._day = 0

    def until(self, day: float) -> OrderBook:
        """The lines of the days up to this one that were not drawn before."""
        run = self._scenario.run
        span = Span(self._day, math.ceil(day) - self._day, run.end, self._progress)
        market = Market(self._scenario, self._codes, self._streams, span)
        self._day += span.days
        sources = [demand_lines(streams, market) for streams in self._sources]
        return OrderBook.of(merged(told_apart(sources)), self._codes)


def joined(first: OrderBook, then: OrderBook) -> OrderBook:
    """The lines of two books of one scenario, those of the first first; orders are numbered anew."""
    more = _columns(then)
    columns: dict[str, Any] = {name: _behind(column, more[name]) for name, column in _columns(first).items()}
    orders = int(first.order[-1]) + 1 if len(first) else 0
    columns["order"] = np.concatenate((first.order, then.order + np.int32(orders)))
    return replace(first, **columns)


def part(book: OrderBook, rows: slice | NDArray[np.intp]) -> OrderBook:
    """Some lines of a book, whole orders of them; orders are numbered anew."""
    chosen: dict[int, Column] = {}  # two columns that are one stay one
    columns: dict[str, Any] = {}
    for name, column in _columns(book).items():
        if id(column) not in chosen:
            chosen[id(column)] = _chosen(column, rows)
        columns[name] = chosen[id(column)]
    columns["order"] = counted(columns["order"])
    return replace(book, **columns)


def _columns(book: OrderBook) -> dict[str, Column]:
    """All columns, what is deferred still being so."""
    kept = {field.name: vars(book)[field.name] for field in fields(book)}
    columns = {name: c.whole() if isinstance(c, Exceptional) else c for name, c in kept.items()}
    return {name: column for name, column in columns.items() if isinstance(column, np.ndarray | Deferred)}


def _chosen(column: Column, rows: slice | NDArray[np.intp]) -> Column:
    """The rows of a column; what is the same in all rows stays one number."""
    if isinstance(column, Deferred) or isinstance(rows, slice) or not is_constant(column) or not len(column):
        return column[rows]
    return np.broadcast_to(column[:1], len(rows))


def _behind(one: Column, other: Column) -> Column:
    """One column behind the other; what is the same in all rows stays one number, what is deferred stays so."""
    if isinstance(one, Deferred) or isinstance(other, Deferred):
        return Deferred(lambda: np.concatenate((values(one), values(other))))
    if not len(one) or not len(other):
        return one if len(one) else other
    constant = is_constant(one) and is_constant(other)
    if constant and np.array_equal(one[:1], other[:1], equal_nan=one.dtype.kind == "f"):
        return np.broadcast_to(one[:1], len(one) + len(other))
    return np.concatenate((one, other))
