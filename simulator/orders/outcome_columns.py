"""Sparse outcome columns: values are stored for the lines not filled from stock, and computed for the others.

Most lines are filled from stock, and their outcomes follow from the drawn columns.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, cast, overload

import numpy as np
from numpy.typing import NDArray

from simulator.values.arrays import Integers
from simulator.values.deferred_columns import Deferred

Values = TypeVar("Values", bound=NDArray[Any])


class SparseColumn(Generic[Values]):
    """Column given by a rule, except for some rows with stored values. Indexing gives an array."""

    __slots__ = ("_rows", "_values", "_whole", "rule_of")

    def __init__(self, rule_of: Callable[[slice | Integers], Values], rows: Integers, values: Values) -> None:
        """Make a column of a rule and its exceptions.

        Args:
            rule_of: rule, which computes the regular values of given rows.
            rows: rows with other values, sorted.
            values: values of these rows.
        """
        self.rule_of = rule_of
        self._rows = rows
        self._values = values
        self._whole: Values | None = None

    def __getitem__(self, rows: slice | Integers) -> Values:
        if self._whole is not None:
            return cast(Values, self._whole[rows])
        if isinstance(rows, slice):
            return self._between(rows)
        if not len(rows):
            return self.rule_of(rows)
        first = int(np.searchsorted(self._rows, rows[0]))
        own = slice(first, first + len(rows))
        if np.array_equal(self._rows[own], rows):
            return cast(Values, self._values[own])
        if len(rows) > len(self._rows):
            return cast(Values, self._between(slice(None))[rows])
        return self._among(rows)

    def _between(self, rows: slice) -> Values:
        """Return the values of a slice of rows with non-negative bounds."""
        result, first = self.rule_of(rows), rows.start or 0
        own = slice(*np.searchsorted(self._rows, (first, first + len(result))))
        if len(self._rows[own]):
            result = result.copy()
            result[self._rows[own] - first] = self._values[own]
        return result

    def _among(self, rows: Integers) -> Values:
        """Return the values of scattered rows."""
        result, place = self.rule_of(rows).copy(), np.searchsorted(self._rows, rows)
        found = np.flatnonzero(self._rows[np.minimum(place, len(self._rows) - 1)] == rows)
        result[found] = self._values[place[found]]
        return result

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Values]]:
        """Pickle the whole column as an array, since its rule may be a closure."""
        return np.asarray, (self.whole(),)

    def whole(self) -> Values:
        """Return the whole column as a writable array, the same one at every call."""
        if self._whole is None:
            self._whole = cast(Values, np.require(self._between(slice(None)), requirements=("O", "W")))
        return self._whole


class OutcomeColumn(Generic[Values]):
    """Descriptor of a field that may be set to an array or a `SparseColumn` and always reads as an array."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type) -> OutcomeColumn[Values]: ...

    @overload
    def __get__(self, instance: object, owner: type) -> Values: ...

    def __get__(self, instance: object | None, owner: type) -> OutcomeColumn[Values] | Values:
        if instance is None:
            raise AttributeError(self._name)  # so that a dataclass sees a field without a default
        kept = vars(instance)[self._name]
        return cast(Values, kept.whole() if isinstance(kept, SparseColumn) else kept)

    def __set__(self, instance: object, values: Values | SparseColumn[Values]) -> None:
        vars(instance)[self._name] = values


def rule_of(column: Values | SparseColumn[Values]) -> Callable[[slice | Integers], Values]:
    """Return the rule of a column, which computes the regular values of given rows."""
    if isinstance(column, SparseColumn):
        return column.rule_of
    return cast(Callable[[slice | Integers], Values], column.__getitem__)


def with_exceptions(
    column: Values | SparseColumn[Values], rows: Integers, values: Values
) -> SparseColumn[Values]:
    """Make a column with the rule of another and new exceptions.

    Args:
        column: column that gives the rule.
        rows: rows with other values, sorted.
        values: values of these rows.
    """
    return SparseColumn(rule_of(column), rows, values)


def stored_column(book: object, name: str) -> Any:
    """Return column ``name`` of an order book as stored, perhaps sparse; a deferred column is computed.

    Indexing a sparse column computes the selected rows only.
    """
    stored = vars(book)[name]
    return getattr(book, name) if isinstance(stored, Deferred) else stored


def unread_field(instance: object, name: str) -> Any:
    """Return field ``name`` of an object, but a sparse column as stored: no whole column is left in memory."""
    stored = getattr(instance, "__dict__", {}).get(name)  # objects with slots have no sparse columns
    return stored if isinstance(stored, SparseColumn) else getattr(instance, name)
