"""Columns computed when first read, because most scenarios never read them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, cast, overload

import numpy as np
from numpy.typing import NDArray

Values = TypeVar("Values", bound=NDArray[Any])


class Deferred(Generic[Values]):
    """Column that is not computed yet. Indexing gives a deferred column of the selected rows."""

    __slots__ = ("_work",)

    def __init__(self, work: Callable[[], Values]) -> None:
        """Defer a computation.

        Args:
            work: function that computes the column; called at most once if a `Deferrable` field holds it.
        """
        self._work = work

    def __getitem__(self, rows: slice | NDArray[Any]) -> Deferred[Values]:
        return Deferred(lambda: cast(Values, self.values()[rows]))

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Values]]:
        """Pickle the computed column, since a closure cannot be sent to another process."""
        return np.asarray, (self.values(),)

    def values(self) -> Values:
        """Compute the column."""
        return self._work()


def values(column: Values | Deferred[Values]) -> Values:
    """Return the column itself, computed now if it is deferred."""
    return column.values() if isinstance(column, Deferred) else column


class Deferrable(Generic[Values]):
    """Descriptor of a field that may be set to a deferred column and always reads as an array."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type) -> Deferrable[Values]: ...

    @overload
    def __get__(self, instance: object, owner: type) -> Values: ...

    def __get__(self, instance: object | None, owner: type) -> Deferrable[Values] | Values:
        if instance is None:
            raise AttributeError(self._name)  # so that a dataclass sees a field without a default
        kept = vars(instance)
        if isinstance(kept[self._name], Deferred):
            kept[self._name] = kept[self._name].values()
        return cast(Values, kept[self._name])

    def __set__(self, instance: object, values: Values | Deferred[Values]) -> None:
        vars(instance)[self._name] = values


def is_constant(column: NDArray[Any]) -> bool:
    """Test whether a column repeats one number by broadcasting, which takes the memory of one number."""
    return column.strides == (0,)
