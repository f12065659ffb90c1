"""When things happen one gap after the other: running sums of gaps, at once or piece by piece."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Times = NDArray[np.float64]
Gaps = Callable[[int], Times]
"""So many further gaps."""

_FIRST_CHUNK, _LARGEST_CHUNK = 64, 65_536


def enough(expected: float) -> int:
    """How many gaps will hardly ever be too few where so many are expected."""
    return int(expected + 3.5 * math.sqrt(expected)) + 8


class RunningSums:
    """Running sums of one gap after the other along the last axis, in chunks of their own.

    Where chunks begin and end depends on nothing but the number of gaps so far, or rounding would let a longer horizon
    move the orders of a shorter one.
    """

    def __init__(self, start: float) -> None:
        self._before = np.asarray(start)  # the sum where the chunk begins
        self._inside = np.asarray(0.0)  # the sum of its gaps so far
        self._size = self._left = _FIRST_CHUNK

    @property
    def total(self) -> float:
        """The sum so far, where there is one axis."""
        return float(self._before + self._inside)

    def of(self, gaps: NDArray[np.float64]) -> NDArray[np.float64]:
        """The sums up to each of the next gaps (at least one) and with it; they take the gaps' place."""
        begin = 0
        while begin < gaps.shape[-1]:
            part = gaps[..., begin : begin + self._left]
            part[..., 0] += self._inside
            part.cumsum(axis=-1, out=part)
            self._inside = part[..., -1].copy()
            part += self._before[..., np.newaxis]
            begin, self._left = begin + part.shape[-1], self._left - part.shape[-1]
            if not self._left:
                self._before, self._inside = part[..., -1].copy(), np.asarray(0.0)
                self._size = self._left = min(2 * self._size, _LARGEST_CHUNK)
        return gaps


class Epochs:
    """Running sums of random gaps."""

    __slots__ = ("_ahead", "_mean", "_sums")

    def __init__(self, mean: float, start: float = 0.0, *, with_start: bool = False) -> None:
        """``mean``: about what a gap is; ``with_start``: the start is the first epoch."""
        self._mean = mean
        self._sums = RunningSums(start)
        self._ahead = np.array([start] if with_start else [])
        """Epochs that nobody has asked for yet."""

    def below(self, until: float, gaps: Gaps) -> Times:
        """The epochs below ``until`` that were not given before."""
        known = self._ahead
        if not len(known) or known[-1] < until:
            expected = max(0.0, until - self._sums.total) / self._mean
            sums = self._sums.of(gaps(enough(expected)))
            known = np.concatenate((known, sums)) if len(known) else sums
            while known[-1] < until:
                known = np.concatenate((known, self._sums.of(gaps(16 + len(known) // 4))))
        count = int(known.searchsorted(until))
        self._ahead = known[count:].copy()
        return known[:count]


class EvenEpochs:
    """Multiples of one gap. Multiplied, not added up: ten gaps of 0.1 days end at day 1 exactly."""

    __slots__ = ("_gap", "_next", "_start")

    def __init__(self, gap: float, start: float = 0.0, *, with_start: bool = False) -> None:
        """``with_start``: the start is the first epoch."""
        self._gap = gap
        self._start = start
        self._next = 0 if with_start else 1

    def below(self, until: float, gaps: Gaps | None = None) -> Times:  # noqa: ARG002 - nothing is random
        """The epochs below ``until`` that were not given before."""
        last = max(self._next, math.ceil((until - self._start) / self._gap) + 1)
        epochs = self._start + self._gap * np.arange(self._next, last, dtype=np.float64)
        epochs = epochs[: np.searchsorted(epochs, until)]
        self._next += len(epochs)
        return epochs
