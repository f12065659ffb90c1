"""Columns computed when first read, because most scenarios never read them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from simulator.values.arrays import Floats


class Deferred:
    """Column that is not computed yet. Indexing gives a deferred column of the selected rows."""

    __slots__ = ("_work",)

    def __init__(self, work: Callable[[], Floats]) -> None:
        """Defer a computation.

        Args:
            work: function that computes the column; called at most once if a `Deferrable` field holds it.
        """
        self._work = work

    def __getitem__(self, rows: slice | NDArray[Any]) -> Deferred:
        return Deferred(lambda: self.values()[rows])

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Floats]]:
        """Pickle the computed column, since a closure cannot be sent to another process."""
        return np.asarray, (self.values(),)

    def values(self) -> Floats:
        """Compute the column."""
        return self._work()


def values(column: NDArray[Any] | Deferred) -> NDArray[Any]:
    """Return the column itself, computed now if it is deferred."""
    return column.values() if isinstance(column, Deferred) else column


class Deferrable:
    """Descriptor of a field that may be set to a deferred column and always reads as an array."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type) -> Deferrable: ...

    @overload
    def __get__(self, instance: object, owner: type) -> Floats: ...

    def __get__(self, instance: object | None, owner: type) -> Deferrable | Floats:
        if instance is None:
            raise AttributeError(self._name)  # so that a dataclass sees a field without a default
        kept = vars(instance)
        if isinstance(kept[self._name], Deferred):
            kept[self._name] = kept[self._name].values()
        values: Floats = kept[self._name]
        return values

    def __set__(self, instance: object, values: Floats | Deferred) -> None:
        vars(instance)[self._name] = values


def is_constant(column: NDArray[Any]) -> bool:
    """Test whether a column repeats one number by broadcasting, which takes the memory of one number."""
    return column.strides == (0,)
