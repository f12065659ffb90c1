"""Order lines before they are sorted into one book: the customers' side, one source of demand at a time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from simulator.orders.deferred import Deferred

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
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
_OTHERS = tuple(name for name in _NAMES if name not in ("time", "stream", "order"))


def merged(parts: Sequence[Lines]) -> Lines:
    """All rows in order of time; at one time by the number of the order, then in the sequence of the parts."""
    parts = [part for part in parts if len(part)] or list(parts[:1])
    order = _joined(parts, "order")
    alone = bool(np.all(order[1:] > order[:-1]))  # no order has two lines
    sequence, time = _sequence(_joined(parts, "time"), order, alone=alone)
    if sequence is not None:
        order = np.arange(len(order), dtype=np.int32) if alone else order[sequence]
    origin = _origin(parts, sequence)
    columns: dict[str, Any] = {name: _column(parts, name, sequence, origin) for name in _OTHERS}
    # nothing is by stream any more
    return Lines(time=time, order=order, stream=0, **columns)


def _origin(parts: Sequence[Lines], sequence: Places | None) -> int | Places:
    """The stream of each row of the sequence, numbered through all parts."""
    if len(parts) == 1:
        origin = parts[0].stream
        if isinstance(origin, int):
            return origin
    else:
        first = np.cumsum([0, *(_streams(part) for part in parts)])
        streams = zip(parts, first[:-1], strict=True)
        joined = np.concatenate([np.broadcast_to(part.stream, len(part)) + k for part, k in streams])
        origin = joined.astype(np.min_scalar_type(int(first[-1])))
    # as wide as NumPy wants them for every column that is looked up with them
    return (origin if sequence is None else origin[sequence]).astype(np.intp)


def _joined(parts: Sequence[Lines], name: str) -> Any:
    columns = [getattr(part, name) for part in parts]
    return columns[0] if len(columns) == 1 else np.concatenate(columns)


def _sequence(time: Floats, order: NDArray[Integer], *, alone: bool) -> tuple[Places | None, Floats]:
    """Places of the rows by time, then order, then as they are (``None``: they are in that sequence); times so."""
    if np.all(time[1:] >= time[:-1]) and (alone or np.all(order[1:] >= order[:-1])):
        return None, time
    if alone:
        return ranked(time)
    orders = int(order.max()) + 1
    time_of_order = np.zeros(orders)
    time_of_order[order] = time
    rank = np.empty(orders, np.int64)
    rank[by_time(time_of_order)] = np.arange(orders)
    sequence = _places(rank[order], len(time).bit_length())
    return sequence, time[sequence]


def by_time(time: Floats) -> Places:
    """Places in order of time, equal ones in their sequence."""
    return ranked(time)[0]


def _places(numbers: NDArray[np.int64], room: int) -> Places:
    """Places in order of the numbers, equal ones in their sequence. A place has ``room`` bits, a number the others.

    NumPy sorts whole numbers twice as fast as places. So each place is put behind its number, and both are sorted as
    one. The numbers are used up.
    """
    numbers <<= room
    numbers |= np.arange(len(numbers))
    numbers.sort()
    numbers &= (1 << room) - 1
    return numbers


_SHORTEST = 1e-200
"""Days; times that are not further apart cannot be told from one time."""


def ranked(time: Floats) -> tuple[Places, Floats]:
    """Places in order of time, equal ones in their sequence, and the times in that order.

    Times are compared by as many digits as fit into 62 bits with a place (42 bits for a million times). Where two agree
    in these, their places decide, and that is looked at once more.
    """
    first, last = float(time.min(initial=math.inf)), float(time.max(initial=-math.inf))
    if not _SHORTEST < last - first < math.inf:  # no time, one time only, or some that are infinite
        places = np.argsort(time, kind="stable")
        return places, time[places]
    room = len(time).bit_length()
    digits = time - first
    digits *= 2.0 ** (62 - room) / (last - first)
    places = _places(digits.astype(np.int64), room)
    times = time[places]
    if np.all(times[1:] >= times[:-1]):
        return places, times
    nearly = np.argsort(times, kind="stable")
    return places[nearly], times[nearly]


def found(times: Floats, wanted: Floats) -> Places:
    """How many of the times, which rise, are before each of those wanted.

    NumPy searches for rising numbers several times as fast as for others, because it begins where it found the last.
    """
    if np.all(wanted[1:] >= wanted[:-1]):
        return np.searchsorted(times, wanted)
    sequence, rising = ranked(wanted)
    places = np.empty(len(wanted), np.intp)
    places[sequence] = np.searchsorted(times, rising)
    return places


def ranges(begin: NDArray[Integer], count: Places) -> NDArray[Integer]:
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


def _column(parts: Sequence[Lines], name: str, sequence: Places | None, origin: int | Places) -> Any:
    """One column of the merged rows; what is the same in all rows stays one number."""
    pieces = [getattr(part, name) for part in parts]
    if all(isinstance(piece, Deferred) for piece in pieces):
        return _to_come(pieces, sequence)
    if any(isinstance(piece, np.ndarray | Deferred) for piece in pieces):
        full = [spread(piece, part) for piece, part in zip(pieces, parts, strict=True)]
        joined = full[0] if len(full) == 1 else np.concatenate(full)
        return joined if sequence is None else joined.take(sequence)
    values = np.concatenate(
        [
            piece.values if isinstance(piece, ByStream) else np.full(_streams(part), piece)
            for piece, part in zip(pieces, parts, strict=True)
        ]
    )
    return values[0].item() if np.all(values == values[0]) else values[origin]


def _to_come(pieces: Sequence[Deferred], sequence: Places | None) -> Deferred:
    """The merged column of columns to come. It holds on to them and to the sequence, but to nothing else."""
    joined = pieces[0]
    if len(pieces) > 1:
        joined = Deferred(lambda: np.concatenate([piece.values() for piece in pieces]))
    return joined if sequence is None else joined[sequence.astype(np.min_scalar_type(len(sequence)))]


def spread(column: Any, lines: Lines) -> NDArray[Any]:
    """A column with a value for each row."""
    if isinstance(column, ByStream):
        column = column.values[lines.stream]
    elif isinstance(column, Deferred):
        column = column.values()
    return np.asarray(column) if np.ndim(column) else np.full(len(lines), column)
