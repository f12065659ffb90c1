"""Outcomes of order lines that are put together when somebody asks for them.

Most lines are filled from stock, and then that says it all: the other outcomes follow from what was drawn. Only those
of the rest are kept.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, cast, overload

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.intp]
Values = TypeVar("Values", bound=NDArray[Any])


class Exceptional(Generic[Values]):
    """A column that is as usual but in some rows. It can be asked for any rows as an array can."""

    __slots__ = ("_rows", "_values", "_whole", "usual")

    def __init__(self, usual: Callable[[slice | Rows], Values], rows: Rows, values: Values) -> None:
        """``usual``: what would stand in any rows; ``rows``: those with other values, rising."""
        self.usual = usual
        self._rows = rows
        self._values = values
        self._whole: Values | None = None

    def __getitem__(self, rows: slice | Rows) -> Values:
        if self._whole is not None:
            return cast(Values, self._whole[rows])
        if isinstance(rows, slice):
            return self._between(rows)
        if not len(rows):
            return self.usual(rows)
        first = int(np.searchsorted(self._rows, rows[0]))
        own = slice(first, first + len(rows))
        if np.array_equal(self._rows[own], rows):
            return cast(Values, self._values[own])
        if len(rows) > len(self._rows):
            return cast(Values, self._between(slice(None))[rows])
        return self._among(rows)

    def _between(self, rows: slice) -> Values:
        """All rows of a stretch, which are not counted from the end."""
        result, first = self.usual(rows), rows.start or 0
        own = slice(*np.searchsorted(self._rows, (first, first + len(result))))
        if len(self._rows[own]):
            result = result.copy()
            result[self._rows[own] - first] = self._values[own]
        return result

    def _among(self, rows: Rows) -> Values:
        """Rows here and there."""
        result, place = self.usual(rows).copy(), np.searchsorted(self._rows, rows)
        found = np.flatnonzero(self._rows[np.minimum(place, len(self._rows) - 1)] == rows)
        result[found] = self._values[place[found]]
        return result

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Values]]:
        """What another process gets is an array."""
        return np.asarray, (self.whole(),)

    def whole(self) -> Values:
        """All rows as an array, always the same one, which may be written to."""
        if self._whole is None:
            self._whole = cast(Values, np.require(self._between(slice(None)), requirements=("O", "W")))
        return self._whole


class Outcome(Generic[Values]):
    """A field of a class that takes a column, whole or `Exceptional`, and gives it whole."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type) -> Outcome[Values]: ...

    @overload
    def __get__(self, instance: object, owner: type) -> Values: ...

    def __get__(self, instance: object | None, owner: type) -> Outcome[Values] | Values:
        if instance is None:
            raise AttributeError(self._name)  # so that a dataclass sees a field without a default
        kept = vars(instance)[self._name]
        return cast(Values, kept.whole() if isinstance(kept, Exceptional) else kept)

    def __set__(self, instance: object, values: Values | Exceptional[Values]) -> None:
        vars(instance)[self._name] = values


def usual(column: Values | Exceptional[Values]) -> Callable[[slice | Rows], Values]:
    """What a column says of any rows when they are no exception."""
    if isinstance(column, Exceptional):
        return column.usual
    return cast(Callable[[slice | Rows], Values], column.__getitem__)


def excepted(column: Values | Exceptional[Values], rows: Rows, values: Values) -> Exceptional[Values]:
    """The column as it usually is, with other values in some rows, rising, and in no others."""
    return Exceptional(usual(column), rows, values)


def as_kept(book: object, name: str) -> Any:
    """A column of an order book as it is kept: asked for some rows it puts together no more than those."""
    return vars(book)[name]
