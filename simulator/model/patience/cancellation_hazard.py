"""Cancellation hazards of waiting customers with multipliers that change, and their uniform numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.laws.distributions import Distribution, Exponential, Weibull
from simulator.orders.random.streams import GOLDEN, mixed_number, splitmix64


@dataclass(frozen=True, slots=True)
class PatienceLaw:
    """Law of an exponential or Weibull patience with cumulative hazard (t / scale) ** shape, t in days."""

    shape: float
    scale: float

    @classmethod
    def of(cls, patience: Distribution) -> PatienceLaw:
        """Take shape and scale from a distribution.

        Raises:
            ValueError: the distribution is neither exponential nor Weibull.
        """
        if isinstance(patience, Exponential):
            return cls(1.0, patience.mean)
        if isinstance(patience, Weibull):
            return cls(*patience.native)
        raise ValueError(f"no closed hazard for {patience.dist} patience")

    def until(self, waited: float) -> float:
        """Return the cumulative hazard after ``waited`` days, infinite if it overflows."""
        try:
            return math.inf if waited == math.inf else (waited / self.scale) ** self.shape
        except OverflowError:
            return math.inf

    def reached(self, hazard: float) -> float:
        """Return the days after which the cumulative hazard reaches ``hazard``."""
        return math.inf if hazard == math.inf else self.scale * hazard ** (1.0 / self.shape)


class CancellationHazard:
    """Cancellation of one customer: a cumulative hazard with a multiplier that changes over time.

    The customer cancels when the cumulative hazard reaches that of the drawn patience; with a multiplier of 1
    throughout, exactly when patience ends. Without a law, multipliers have no effect.
    """

    __slots__ = ("_baseline", "_hazard", "_law", "_limit", "_multiplier", "_patience", "when")

    def __init__(self, patience: float, law: PatienceLaw | None) -> None:
        self._patience = patience
        self._law = law
        self._limit = math.inf if law is None else law.until(patience)
        self._hazard = 0.0
        """Cumulative hazard at the last change."""
        self._baseline = 0.0
        """Cumulative hazard at the last change, had the multiplier always been 1."""
        self._multiplier = 1.0
        self.when = patience
        """Days of waiting after which the customer cancels under the present multiplier."""

    def change(self, waited: float, multiplier: float) -> None:
        """Change the multiplier after ``waited`` days."""
        law = self._law
        if law is None or multiplier == self._multiplier:
            return
        baseline = law.until(waited)
        self._hazard += self._multiplier * (baseline - self._baseline)
        self._baseline, self._multiplier = baseline, multiplier
        if multiplier == 0.0:
            self.when = math.inf
        elif multiplier == 1.0 and waited == 0.0:
            self.when = self._patience
        else:
            left = (self._limit - self._hazard) / multiplier
            self.when = max(waited, law.reached(baseline + left))


def nth_uniform(uniform: float, k: int) -> float:
    """Derive the k-th of a sequence of independent uniform numbers from one uniform number.

    It is SplitMix64 (Steele, Lea & Flood 2014) with the number's 53 bits as its state.
    """
    return mixed_number(int(uniform * 2.0**53) + (k + 1) * GOLDEN)


def nth_uniforms(uniform: NDArray[np.float64], k: NDArray[np.int32]) -> NDArray[np.float64]:
    """Derive the k[i]-th uniform number from each number i, as `nth_uniform` does: float64[numbers]."""
    return splitmix64((uniform * 2.0**53).astype(np.uint64) + (k + 1).astype(np.uint64) * np.uint64(GOLDEN))
