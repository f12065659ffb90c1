"""Order lines before they are sorted into one book: the customers' side, one source of demand at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from simulator.orders.deferred import Deferred

Floats = NDArray[np.float64]
Integer = TypeVar("Integer", bound=np.signedinteger[Any])


@dataclass(frozen=True, slots=True)
class ByStream:
    """A column that is the same in all rows of a stream: its value in each (n[streams])."""

    values: NDArray[Any]


Column = float | ByStream | Floats
"""A number stands for a column that has it in every row."""
CodeColumn = int | ByStream | NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Lines:
    """Order lines; those of one order in their sequence, the orders in that of their numbers or of their times.

    Attributes:
        time: days; when the line is due.
        stream: number of the stream that each row comes from, where a column is ``ByStream``.
        lead: days from the order to that.
        order: numbers of orders.
        product, segment, region: numbers of names.
        stock: number of the stock that serves the line.
        quantity: units.
        price: money a unit.
        patience: days, infinite if the customer waits for ever.
        tolerance: longest wait in days that the customer accepts when shown one, infinite if any.
        willing: uniform; the customer accepts a backorder if it is below the segment's ``will_wait``.
        chance: uniform, the line's own.
        pick, delivery: days.
    """

    time: Floats
    stream: int | NDArray[np.unsignedinteger[Any]]
    lead: Column
    order: NDArray[np.signedinteger[Any]]
    product: CodeColumn
    segment: CodeColumn
    region: CodeColumn
    stock: CodeColumn
    quantity: Column
    price: Column
    patience: Column
    tolerance: Column
    willing: Column
    chance: Column | Deferred
    pick: Column
    delivery: Column

    def __len__(self) -> int:
        return len(self.time)

    def where(self, kept: NDArray[Any]) -> Lines:
        """The rows that a mask or an index selects."""
        columns = ((name, getattr(self, name)) for name in _NAMES)
        chosen: dict[str, Any] = {
            name: column[kept] for name, column in columns if isinstance(column, np.ndarray | Deferred)
        }
        return replace(self, **chosen)

    def of_something(self) -> Lines:
        """The rows that ask for anything: a line of no units is no line."""
        quantity = self.quantity
        if not isinstance(quantity, np.ndarray) or np.all(quantity > 0.0):
            return self
        return self.where(np.flatnonzero(quantity > 0.0))


_NAMES = tuple(field.name for field in fields(Lines))


def merged(parts: Sequence[Lines]) -> Lines:
    """All rows in order of time; at one time by the number of the order, then in the sequence of the parts."""
    parts = [part for part in parts if len(part)] or list(parts[:1])
    sequence, time = _sequence(_joined(parts, "time"), _joined(parts, "order"))
    origin = _origin(parts)
    if isinstance(origin, np.ndarray) and sequence is not None:
        origin = origin[sequence]
    columns: dict[str, Any] = {
        name: _column(parts, name, sequence, origin) for name in _NAMES if name != "time"
    }
    return Lines(time=time, **columns)


def _origin(parts: Sequence[Lines]) -> int | NDArray[np.unsignedinteger[Any]]:
    """The stream of each row, numbered through all parts."""
    if len(parts) == 1:
        return parts[0].stream
    first = np.cumsum([0, *(_streams(part) for part in parts)])
    streams = [np.broadcast_to(part.stream, len(part)) + k for part, k in zip(parts, first[:-1], strict=True)]
    return np.concatenate(streams).astype(np.min_scalar_type(int(first[-1])))


def _joined(parts: Sequence[Lines], name: str) -> Any:
    columns = [getattr(part, name) for part in parts]
    return columns[0] if len(columns) == 1 else np.concatenate(columns)


def _sequence(time: Floats, order: NDArray[Integer]) -> tuple[NDArray[np.intp] | None, Floats]:
    """Places of the rows by time, then order, then as they are (``None``: they are in that sequence); times so."""
    if np.all(time[1:] >= time[:-1]) and np.all(order[1:] >= order[:-1]):
        return None, time
    if np.all(order[1:] > order[:-1]):
        return ranked(time)
    orders, lines = int(order.max()) + 1, len(time)
    time_of_order = np.zeros(orders)
    time_of_order[order] = time
    rank = np.empty(orders, np.int64)
    rank[by_time(time_of_order)] = np.arange(orders)
    sequence = np.argsort(rank[order] * lines + np.arange(lines))
    return sequence, time[sequence]


def by_time(time: Floats) -> NDArray[np.intp]:
    """Places in order of time, equal ones in their sequence."""
    return ranked(time)[0]


def ranked(time: Floats) -> tuple[NDArray[np.intp], Floats]:
    """Places in order of time, equal ones in their sequence, and the times in that order.

    NumPy sorts several times as fast where equal ones may come in any sequence, so it is looked whether there are any.
    """
    places = np.argsort(time)
    times = time[places]
    if np.all(times[1:] > times[:-1]):
        return places, times
    places = np.argsort(time, kind="stable")
    return places, time[places]


def found(times: Floats, wanted: Floats) -> NDArray[np.intp]:
    """How many of the times, which rise, are before each of those wanted.

    NumPy searches for rising numbers several times as fast as for others, because it begins where it found the last.
    """
    if np.all(wanted[1:] >= wanted[:-1]):
        return np.searchsorted(times, wanted)
    sequence = np.argsort(wanted)
    places = np.empty(len(wanted), np.intp)
    places[sequence] = np.searchsorted(times, wanted[sequence])
    return places


def ranges(begin: NDArray[Integer], count: NDArray[np.intp]) -> NDArray[Integer]:
    """So many whole numbers from each beginning on, one range behind the other.

    >>> ranges(np.array([5, 0]), np.array([2, 3]))
    array([5, 6, 0, 1, 2])
    """
    numbers = np.arange(int(count.sum()), dtype=begin.dtype)
    first = begin - (np.cumsum(count) - count).astype(begin.dtype)
    numbers += first if len(count) == 1 else np.repeat(first, count)
    return numbers


def _streams(part: Lines) -> int:
    """How many streams the rows of a part come from."""
    return next((len(c.values) for name in _NAMES if isinstance(c := getattr(part, name), ByStream)), 1)


def _column(parts: Sequence[Lines], name: str, sequence: NDArray[np.intp] | None, origin: Any) -> Any:
    """One column of the merged rows; what is the same in all rows stays one number."""
    if name == "stream":
        return 0  # nothing is by stream any more
    pieces = [getattr(part, name) for part in parts]

    def rows() -> NDArray[Any]:
        full = [spread(piece, part) for piece, part in zip(pieces, parts, strict=True)]
        joined = full[0] if len(full) == 1 else np.concatenate(full)
        return joined if sequence is None else joined[sequence]

    if any(isinstance(piece, Deferred) for piece in pieces):
        return Deferred(rows)
    if any(isinstance(piece, np.ndarray) for piece in pieces):
        return rows()
    values = np.concatenate(
        [
            piece.values if isinstance(piece, ByStream) else np.full(_streams(part), piece)
            for piece, part in zip(pieces, parts, strict=True)
        ]
    )
    return values[0].item() if np.all(values == values[0]) else values[origin]


def spread(column: Any, lines: Lines) -> NDArray[Any]:
    """A column with a value for each row."""
    if isinstance(column, ByStream):
        column = column.values[lines.stream]
    elif isinstance(column, Deferred):
        column = column.values()
    return np.asarray(column) if np.ndim(column) else np.full(len(lines), column)
