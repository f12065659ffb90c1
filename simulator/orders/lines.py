"""Order lines before they are sorted into one book: the customers' side, one source of demand at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Column = float | NDArray[np.float64]
"""A number stands for a column that has it in every row."""
CodeColumn = int | NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Lines:
    """Order lines, sorted by time, the lines of one order adjacent.

    Attributes:
        time: days; when the line is due.
        lead: days from the order to that.
        order: numbers of orders.
        product, segment, region: numbers of names.
        quantity: units.
        price: money a unit.
        patience: days, infinite if the customer waits for ever.
        tolerance: longest wait in days that the customer accepts when shown one, infinite if any.
        willing: uniform; the customer accepts a backorder if it is below the segment's ``will_wait``.
        chance: uniform, the line's own.
        pick, delivery: days.
    """

    time: NDArray[np.float64]
    lead: Column
    order: NDArray[np.int64]
    product: CodeColumn
    segment: CodeColumn
    region: CodeColumn
    quantity: Column
    price: Column
    patience: Column
    tolerance: Column
    willing: Column
    chance: Column
    pick: Column
    delivery: Column

    def __len__(self) -> int:
        return len(self.time)

    def where(self, kept: NDArray[Any]) -> Lines:
        """The rows that a mask or an index selects."""
        columns = {name: getattr(self, name) for name in _NAMES}
        return replace(self, **{name: c[kept] for name, c in columns.items() if isinstance(c, np.ndarray)})

    def of_something(self) -> Lines:
        """The rows that ask for anything: a line of no units is no line."""
        if np.all(np.asarray(self.quantity) > 0.0):
            return self
        return self.where(np.broadcast_to(np.asarray(self.quantity) > 0.0, len(self)))


_NAMES = tuple(field.name for field in fields(Lines))


def merged(parts: Sequence[Lines], key: Literal["time", "order"]) -> Lines:
    """All rows sorted by a column that is sorted in each part; ties in the sequence of the parts."""
    if len(parts) == 1:
        return parts[0]
    index = np.argsort(np.concatenate([getattr(part, key) for part in parts]), kind="stable")
    origin = np.repeat(np.arange(len(parts), dtype=np.int32), [len(part) for part in parts])[index]
    return Lines(
        *(_merged_column([getattr(part, name) for part in parts], index, origin, parts) for name in _NAMES)
    )


def _merged_column(
    pieces: list[Any], index: NDArray[np.intp], origin: NDArray[np.int32], parts: Sequence[Lines]
) -> Any:
    """One column of the merged rows; numbers are spread out only if they differ."""
    if any(isinstance(piece, np.ndarray) for piece in pieces):
        full = [
            piece if isinstance(piece, np.ndarray) else np.full(len(part), piece)
            for piece, part in zip(pieces, parts, strict=True)
        ]
        return np.concatenate(full)[index]
    if all(piece == pieces[0] for piece in pieces):
        return pieces[0]
    return np.asarray(pieces, dtype=np.int32 if isinstance(pieces[0], int) else np.float64)[origin]
