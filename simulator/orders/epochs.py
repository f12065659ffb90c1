"""When things happen one gap after the other: running sums of gaps."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

_FIRST_CHUNK, _LARGEST_CHUNK = 64, 65_536


def enough(expected: float) -> int:
    """How many gaps will hardly ever be too few where so many are expected."""
    return int(expected + 5.0 * math.sqrt(expected)) + 16


def epochs(
    gaps: Callable[[int], NDArray[np.float64]], mean: float, start: float, until: float
) -> NDArray[np.float64]:
    """Running sums of gaps from ``start`` on, those below ``until``; ``mean`` is about what a gap is."""
    sums = RunningSums(start)
    found = sums.of(gaps(enough(max(0.0, until - start) / mean)))
    while found[-1] < until:
        found = np.concatenate((found, sums.of(gaps(16 + len(found) // 4))))
    return found[: np.searchsorted(found, until)]


class RunningSums:
    """Running sums of one gap after the other along the last axis, in chunks of their own.

    Where chunks begin and end depends on nothing but the number of gaps so far, or rounding would let a longer horizon
    move the orders of a shorter one.
    """

    def __init__(self, start: float) -> None:
        self._before = np.asarray(start)  # the sum where the chunk begins
        self._inside = np.asarray(0.0)  # the sum of its gaps so far
        self._size = self._left = _FIRST_CHUNK

    def of(self, gaps: NDArray[np.float64]) -> NDArray[np.float64]:
        """The sums up to each of the next gaps (at least one) and with it; they take the gaps' place."""
        begin = 0
        while begin < gaps.shape[-1]:
            part = gaps[..., begin : begin + self._left]
            part[..., 0] += self._inside
            np.cumsum(part, axis=-1, out=part)
            self._inside = part[..., -1].copy()
            part += self._before[..., np.newaxis]
            begin, self._left = begin + part.shape[-1], self._left - part.shape[-1]
            if not self._left:
                self._before, self._inside = part[..., -1].copy(), np.asarray(0.0)
                self._size = self._left = min(2 * self._size, _LARGEST_CHUNK)
        return gaps
