"""Renewal epochs: running sums of gaps, computed at once or in pieces with equal results."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from simulator.values.arrays import Floats

Gaps = Callable[[int], Floats]
"""Sampler of the next ``n`` gaps: float64[n]."""

_FIRST_CHUNK, _LARGEST_CHUNK = 64, 65_536


def sufficient_gaps(expected: float) -> int:
    """Return a number of gaps that hardly ever falls short when ``expected`` gaps are needed on average.

    It lies about 3.5 standard deviations of a Poisson count above its mean.
    """
    return int(expected + 3.5 * math.sqrt(expected)) + 8


class RunningSums:
    """Running sums of gaps along the last axis, in chunks.

    Chunk limits depend only on the number of gaps so far, whatever the size of the pieces they come in.
    Otherwise rounding would let a longer horizon move the orders of a shorter one.
    """

    def __init__(self, start: float) -> None:
        self._before = np.asarray(start)  # sum at the beginning of the chunk
        self._inside = np.asarray(0.0)  # sum of the chunk's gaps so far
        self._size = self._left = _FIRST_CHUNK

    @property
    def total(self) -> float:
        """Sum so far, of one-dimensional gaps only."""
        return float(self._before + self._inside)

    def of(self, gaps: NDArray[np.float64]) -> NDArray[np.float64]:
        """Replace the next gaps (at least one along the last axis) by their cumulative sums, in place."""
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
    """Epochs separated by random gaps, drawn piece by piece."""

    __slots__ = ("_ahead", "_mean", "_sums")

    def __init__(self, mean: float, start: float = 0.0, *, with_start: bool = False) -> None:
        """Begin at ``start``.

        Args:
            mean: approximate mean gap, which sets the number of gaps drawn at once.
            start: time to count the first gap from.
            with_start: True if the start itself is the first epoch.
        """
        self._mean = mean
        self._sums = RunningSums(start)
        self._ahead = np.array([start] if with_start else [])
        """Epochs drawn but not returned yet."""

    def below(self, until: float, gaps: Gaps) -> Floats:
        """Return the sorted epochs below ``until`` not returned before, drawing ``gaps`` as needed."""
        known = self._ahead
        if not len(known) or known[-1] < until:
            expected = max(0.0, until - self._sums.total) / self._mean
            sums = self._sums.of(gaps(sufficient_gaps(expected)))
            known = np.concatenate((known, sums)) if len(known) else sums
            while known[-1] < until:
                known = np.concatenate((known, self._sums.of(gaps(16 + len(known) // 4))))
        count = int(known.searchsorted(until))
        self._ahead = known[count:].copy()
        return known[:count]


class EvenEpochs:
    """Epochs at multiples of one gap.

    The gap is multiplied, not added up, so that ten gaps of 0.1 days end at day 1 exactly.
    """

    __slots__ = ("_gap", "_next", "_start")

    def __init__(self, gap: float, start: float = 0.0, *, with_start: bool = False) -> None:
        """Begin at ``start``.

        Args:
            gap: time between two epochs.
            start: time to count the first gap from.
            with_start: True if the start itself is the first epoch.
        """
        self._gap = gap
        self._start = start
        self._next = 0 if with_start else 1

    def below(self, until: float, gaps: Gaps | None = None) -> Floats:  # noqa: ARG002 - nothing is random
        """Return the sorted epochs below ``until`` not returned before; ``gaps`` is not used."""
        last = max(self._next, math.ceil((until - self._start) / self._gap) + 1)
        epochs = self._start + self._gap * np.arange(self._next, last, dtype=np.float64)
        epochs = epochs[: np.searchsorted(epochs, until)]
        self._next += len(epochs)
        return epochs
