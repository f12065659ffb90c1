"""Columns of order lines by source of demand, and their merge into one sequence by time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from simulator.values.arrays import Floats, Integers
from simulator.values.deferred_columns import Deferred

Integer = TypeVar("Integer", bound=np.signedinteger[Any])


@dataclass(frozen=True, slots=True)
class StreamColumn:
    """Column with one value per stream of orders; ``values`` has shape (streams,)."""

    values: NDArray[Any]


Column = float | StreamColumn | Floats
"""Column of floats; a single number means the same value in every row."""
CodeColumn = int | StreamColumn | NDArray[np.int32]
"""Column of codes; a single number means the same code in every row."""


@dataclass(frozen=True, slots=True)
class DemandLines:
    """Columns of order lines, sorted by order number or by time; the lines of an order keep their sequence.

    Attributes:
        time: due time of each line, in days.
        stream: number of the stream that each row comes from, the index into columns of type `StreamColumn`.
        lead: demand lead time in days, from placing the order to ``time``.
        order: order number of each line.
        product, segment, region: codes, as numbered by `Codes`.
        stock: number of the stock that serves the line.
        quantity: units.
        price: money per unit.
        patience: days the customer waits before cancelling; infinite without a limit.
        tolerance: longest quoted wait, in days, that the customer accepts; infinite without a limit.
        willing: uniform number; the customer accepts a backorder if it is below the segment's ``will_wait``.
        chance: uniform number for the line's decisions by chance.
        pick, delivery: days to pick the line, and to deliver it.
        work: days of work on a unit, if the line is made to order.
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
    chance: Column | Deferred[Floats]
    pick: Column
    delivery: Column
    work: Column = 0.0

    def __len__(self) -> int:
        return len(self.time)

    def where(self, kept: NDArray[Any]) -> DemandLines:
        """Select the rows of a mask or of an index array."""
        columns = ((name, getattr(self, name)) for name in _NAMES)
        chosen: dict[str, Any] = {
            name: column[kept] for name, column in columns if isinstance(column, np.ndarray | Deferred)
        }
        return replace(self, **chosen)

    def with_units(self) -> DemandLines:
        """Drop rows of zero units, because they are no order lines."""
        quantity = self.quantity
        if not isinstance(quantity, np.ndarray) or np.all(quantity > 0.0):
            return self
        return self.where(np.flatnonzero(quantity > 0.0))


_NAMES = tuple(field.name for field in fields(DemandLines))
_OTHERS = tuple(name for name in _NAMES if name not in ("time", "stream", "order"))


def merge_lines(parts: Sequence[DemandLines]) -> DemandLines:
    """Merge the parts into one, sorted by time, then by order number, then in the sequence given.

    No column of the result is a `StreamColumn`.
    """
    parts = [part for part in parts if len(part)] or list(parts[:1])
    order = _joined(parts, "order")
    alone = bool(np.all(order[1:] > order[:-1]))  # no order has two lines
    sequence, time = _sequence(_joined(parts, "time"), order, alone=alone)
    if sequence is not None:
        order = np.arange(len(order), dtype=np.int32) if alone else order[sequence]
    origin = _origin(parts, sequence)
    columns: dict[str, Any] = {name: _column(parts, name, sequence, origin) for name in _OTHERS}
    return DemandLines(time=time, order=order, stream=0, **columns)


def _origin(parts: Sequence[DemandLines], sequence: Integers | None) -> int | Integers:
    """Return the stream number of each row after sorting, counted through all parts.

    It is a single number if all rows belong to one part of a single stream.
    """
    if len(parts) == 1:
        origin = parts[0].stream
        if isinstance(origin, int):
            return origin
    else:
        first = np.cumsum([0, *(_streams(part) for part in parts)])
        streams = zip(parts, first[:-1], strict=True)
        joined = np.concatenate([np.broadcast_to(part.stream, len(part)) + k for part, k in streams])
        origin = joined.astype(np.min_scalar_type(int(first[-1])))
    # NumPy indexes with intp; it would convert any other type again for every column
    return (origin if sequence is None else origin[sequence]).astype(np.intp)


def _joined(parts: Sequence[DemandLines], name: str) -> Any:
    columns = [getattr(part, name) for part in parts]
    return columns[0] if len(columns) == 1 else np.concatenate(columns)


def _sequence(time: Floats, order: NDArray[Integer], *, alone: bool) -> tuple[Integers | None, Floats]:
    """Sort rows by time, then by order number, keeping equal ones in sequence.

    Args:
        time: due time of each row, in days.
        order: order number of each row.
        alone: True if no order has two lines, and order numbers rise.

    Returns:
        The sorting index, ``None`` if the rows are sorted already, and the sorted times.
    """
    if np.all(time[1:] >= time[:-1]) and (alone or np.all(order[1:] >= order[:-1])):
        return None, time
    if alone:
        return ranked(time)
    orders = int(order.max()) + 1
    time_of_order = np.zeros(orders)
    time_of_order[order] = time
    rank = np.empty(orders, np.int64)
    rank[by_time(time_of_order)] = np.arange(orders)
    sequence = _argsort_packed(rank[order], len(time).bit_length())
    return sequence, time[sequence]


def by_time(time: Floats) -> Integers:
    """Return the index that sorts by time, stable."""
    return ranked(time)[0]


def _argsort_packed(keys: NDArray[np.int64], index_bits: int) -> Integers:
    """Return the index that sorts integer keys, stable.

    NumPy sorts integers twice as fast as it argsorts them. Each index is therefore packed into the low bits
    of its key, and both are sorted as one integer.

    Args:
        keys: non-negative keys of at most 63 - ``index_bits`` bits each; overwritten.
        index_bits: low bits reserved for the index.
    """
    keys <<= index_bits
    keys |= np.arange(len(keys))
    keys.sort()
    keys &= (1 << index_bits) - 1
    return keys


_MIN_SPAN = 1e-200
"""Shortest span of times, in days, that can be scaled to integers without overflow."""


def ranked(time: Floats) -> tuple[Integers, Floats]:
    """Return the index that sorts by time, stable, and the sorted times.

    Times are first sorted by as many leading bits as fit into 62 bits with an index (42 bits for a million
    times). An ordinary argsort finishes if times that agree in these bits are still out of order.
    """
    first, last = float(time.min(initial=math.inf)), float(time.max(initial=-math.inf))
    if not _MIN_SPAN < last - first < math.inf:  # empty, all equal, or some infinite
        places = np.argsort(time, kind="stable")
        return places, time[places]
    index_bits = len(time).bit_length()
    keys = time - first
    keys *= 2.0 ** (62 - index_bits) / (last - first)
    places = _argsort_packed(keys.astype(np.int64), index_bits)
    times = time[places]
    if np.all(times[1:] >= times[:-1]):
        return places, times
    exact = np.argsort(times, kind="stable")
    return places[exact], times[exact]


def found(times: Floats, wanted: Floats) -> Integers:
    """Count the sorted ``times`` before each of ``wanted``, as `numpy.searchsorted` does: intp[wanted].

    Unsorted ``wanted`` are sorted first: NumPy searches for sorted numbers several times as fast, because it
    starts from the position found last.
    """
    if np.all(wanted[1:] >= wanted[:-1]):
        return np.searchsorted(times, wanted)
    sequence, rising = ranked(wanted)
    places = np.empty(len(wanted), np.intp)
    places[sequence] = np.searchsorted(times, rising)
    return places


def ranges(begin: NDArray[Integer], count: Integers) -> NDArray[Integer]:
    """Concatenate the integer ranges ``begin[k], ..., begin[k] + count[k] - 1``.

    >>> ranges(np.array([5, 0]), np.array([2, 3]))
    array([5, 6, 0, 1, 2])
    """
    numbers = np.arange(int(count.sum()), dtype=begin.dtype)
    first = begin - (np.cumsum(count) - count).astype(begin.dtype)
    numbers += first if len(count) == 1 else np.repeat(first, count)
    return numbers


def _streams(part: DemandLines) -> int:
    """Count the streams that the rows of a part come from; 1 if no column is a `StreamColumn`."""
    return next((len(c.values) for name in _NAMES if isinstance(c := getattr(part, name), StreamColumn)), 1)


def _column(
    parts: Sequence[DemandLines], name: str, sequence: Integers | None, origin: int | Integers
) -> Any:
    """Merge the column ``name`` of all parts. A value common to all rows stays one number."""
    pieces = [getattr(part, name) for part in parts]
    if all(isinstance(piece, Deferred) for piece in pieces):
        return _deferred(pieces, sequence)
    if any(isinstance(piece, np.ndarray | Deferred) for piece in pieces):
        full = [spread(piece, part) for piece, part in zip(pieces, parts, strict=True)]
        joined = full[0] if len(full) == 1 else np.concatenate(full)
        return joined if sequence is None else joined.take(sequence)
    values = np.concatenate(
        [
            piece.values if isinstance(piece, StreamColumn) else np.full(_streams(part), piece)
            for piece, part in zip(pieces, parts, strict=True)
        ]
    )
    return values[0].item() if np.all(values == values[0]) else values[origin]


def _deferred(pieces: Sequence[Deferred[Floats]], sequence: Integers | None) -> Deferred[Floats]:
    """Merge deferred columns. The result keeps alive the pieces and the sequence only, not the parts."""
    joined = pieces[0]
    if len(pieces) > 1:
        joined = Deferred(lambda: np.concatenate([piece.values() for piece in pieces]))
    return joined if sequence is None else joined[sequence.astype(np.min_scalar_type(len(sequence)))]


def spread(column: Any, lines: DemandLines) -> NDArray[Any]:
    """Expand a column to one value per row, of shape (lines,)."""
    if isinstance(column, StreamColumn):
        column = column.values[lines.stream]
    elif isinstance(column, Deferred):
        column = column.values()
    return np.asarray(column) if np.ndim(column) else np.full(len(lines), column)


def distinct_orders(sources: list[list[DemandLines]]) -> list[DemandLines]:
    """Flatten the lines of all sources of demand, shifting order numbers so that no two sources share one."""
    parts: list[DemandLines] = []
    orders = 0
    for source in sources:
        parts.extend(replace(part, order=part.order + orders) if orders else part for part in source)
        orders += 1 + max((int(part.order.max(initial=-1)) for part in source), default=-1)
    return parts


def counted(order: NDArray[np.signedinteger[Any]]) -> NDArray[np.int32]:
    """Renumber orders 0, 1, 2, … by runs of equal numbers: int32[lines]."""
    another = order[1:] != order[:-1]
    if another.all():
        return np.arange(len(order), dtype=np.int32)
    counted = np.zeros(len(order), dtype=np.int32)
    np.cumsum(another, out=counted[1:])
    return counted
