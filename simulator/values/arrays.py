"""Array types by the type of their elements, and memory views of columns."""

from __future__ import annotations

from typing import Any, Protocol, cast

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.intp]
"""Row numbers, codes or counts."""
Flags = NDArray[np.bool_]


class FloatView(Protocol):
    """View of a column of floats, whose elements are plain Python numbers."""

    def __len__(self) -> int: ...

    def __getitem__(self, place: int, /) -> float: ...

    def __setitem__(self, place: int, value: float, /) -> None: ...


class IntegerView(Protocol):
    """Read-only view of a column of integers."""

    def __len__(self) -> int: ...

    def __getitem__(self, place: int, /) -> int: ...


def memory_view(column: NDArray[Any]) -> FloatView:
    """Return a view of a column. Writing to it changes the column."""
    return cast(FloatView, column.data)
