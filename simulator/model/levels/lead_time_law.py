"""The law of the lead times of a way on which orders meet nothing, and how often they overtake each other there."""

from __future__ import annotations

import math
from functools import cached_property, lru_cache
from statistics import NormalDist
from typing import Final

import numpy as np

from simulator.model.levels.exact_levels import LeadTime
from simulator.model.levels.pilot_runs import LevelStreams
from simulator.model.supply.legs import LegSequence

_WAYS: Final = 64
"""Laws of lead times that a process remembers."""
_SAMPLE: Final = 1 << 16
"""Lead times that stand for their law."""
_QUANTILES: Final = np.array([NormalDist().inv_cdf((k + 0.5) / 32) for k in range(32)])


class LeadTimeLaw:
    """The law of independent lead times, from a sample that is the same for all stocks of a way."""

    def __init__(self, way: LegSequence, seed: int) -> None:
        once, placed = np.ones(_SAMPLE), np.zeros(_SAMPLE)
        self._sorted, other = (
            way.landings(placed, once, LevelStreams(seed, "lead_times", *more), together=True)
            for more in ((), ("others",))
        )
        self._sorted.sort()
        self._ahead = np.sort(np.random.Generator(np.random.PCG64(0)).permutation(self._sorted) - other)

    @cached_property
    def law(self) -> LeadTime:
        """Means of slices of the sample, thin where it is long."""
        shares = np.concatenate(
            (np.linspace(0, 0.9, 61), np.linspace(0.9, 0.99, 31)[1:], np.linspace(0.99, 1, 33)[1:])
        )
        bounds = np.unique((shares * _SAMPLE).astype(np.intp))
        days = np.add.reduceat(self._sorted, bounds[:-1]) / np.diff(bounds)
        return LeadTime(days, np.diff(bounds) / _SAMPLE)

    @property
    def mean(self) -> float:
        """Days."""
        return float(self._sorted.mean())

    def overtaking(self, gap: float, variance: float) -> float:
        """Chance that an order is overtaken by the next, placed a time later of this mean and variance.

        The time is taken as gamma (cube root by Wilson & Hilferty 1931).
        """
        square = variance / gap**2
        gaps = gap * np.maximum(0.0, 1.0 - square / 9.0 + _QUANTILES * math.sqrt(square) / 3.0) ** 3
        return 1.0 - float(np.mean(np.searchsorted(self._ahead, gaps))) / _SAMPLE


@lru_cache(_WAYS)
def lead_time_law(way: LegSequence, seed: int) -> LeadTimeLaw:
    """The law of independent lead times."""
    return LeadTimeLaw(way, seed)
