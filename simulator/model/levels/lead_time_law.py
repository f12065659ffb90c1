"""Law of the lead times on a route without queues, and the chance that orders overtake each other."""

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
"""Number of lead time laws that a process remembers."""
_SAMPLE: Final = 1 << 16
"""Size of the sample that stands for the law."""
_QUANTILES: Final = np.array([NormalDist().inv_cdf((k + 0.5) / 32) for k in range(32)])
"""Standard normal quantiles, in the middle of 32 equally likely slices."""


class LeadTimeLaw:
    """Law of independent lead times, from one sample for all stocks with the same legs.

    Args:
        leg_sequence: legs of the route.
        seed: seed of the scenario.
    """

    def __init__(self, leg_sequence: LegSequence, seed: int) -> None:
        once, placed = np.ones(_SAMPLE), np.zeros(_SAMPLE)
        self._sorted, other = (
            leg_sequence.landings(placed, once, LevelStreams(seed, "lead_times", *more), together=True)
            for more in ((), ("others",))
        )
        self._sorted.sort()
        self._ahead = np.sort(np.random.Generator(np.random.PCG64(0)).permutation(self._sorted) - other)

    @cached_property
    def law(self) -> LeadTime:
        """Law whose values are means of slices of the sample, thinner slices for long lead times."""
        shares = np.concatenate(
            (np.linspace(0, 0.9, 61), np.linspace(0.9, 0.99, 31)[1:], np.linspace(0.99, 1, 33)[1:])
        )
        bounds = np.unique((shares * _SAMPLE).astype(np.intp))
        days = np.add.reduceat(self._sorted, bounds[:-1]) / np.diff(bounds)
        return LeadTime(days, np.diff(bounds) / _SAMPLE)

    @property
    def mean(self) -> float:
        """Mean lead time, in days."""
        return float(self._sorted.mean())

    def overtaking(self, gap: float, variance: float) -> float:
        """Estimate the probability that a purchase order is overtaken by the next one.

        The time between the two is taken as gamma, with its cube root as normal (Wilson & Hilferty 1931).

        Args:
            gap: mean of the time between the two, in days.
            variance: variance of this time, in square days.
        """
        square = variance / gap**2
        gaps = gap * np.maximum(0.0, 1.0 - square / 9.0 + _QUANTILES * math.sqrt(square) / 3.0) ** 3
        return 1.0 - float(np.mean(np.searchsorted(self._ahead, gaps))) / _SAMPLE


@lru_cache(_WAYS)
def lead_time_law(leg_sequence: LegSequence, seed: int) -> LeadTimeLaw:
    """Return the law of independent lead times on these legs."""
    return LeadTimeLaw(leg_sequence, seed)
