"""Columns that are worked out when they are first asked for: most scenarios never ask."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Deferred:
    """A column to come. Rows of it can be chosen before it is there."""

    __slots__ = ("_work",)

    def __init__(self, work: Callable[[], Floats]) -> None:
        """``work`` gives the column; it is called once at most if the column is kept by a `Deferrable`."""
        self._work = work

    def __getitem__(self, rows: slice | NDArray[Any]) -> Deferred:
        return Deferred(lambda: self.values()[rows])

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Floats]]:
        """What another process gets is the column itself."""
        return np.asarray, (self.values(),)

    def values(self) -> Floats:
        """The column."""
        return self._work()


def values(column: NDArray[Any] | Deferred) -> NDArray[Any]:
    """The column, if it is still to come by now."""
    return column.values() if isinstance(column, Deferred) else column


class Deferrable:
    """A field of a class that takes a column, or a deferred one, and gives the column."""

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
