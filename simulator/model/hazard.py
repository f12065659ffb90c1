"""Hazards that change as things happen: when a customer gives up, when one asks where the order is."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.orders.streams import GOLDEN, mixed, mixed_number
from simulator.scenario.distributions import Distribution, Exponential, Weibull


@dataclass(frozen=True, slots=True)
class Patience:
    """The cumulative hazard of an exponential or weibull patience: (t / scale) ** shape, t in days."""

    shape: float
    scale: float

    @classmethod
    def of(cls, patience: Distribution) -> Patience:
        """The cumulative hazard of that distribution. Raises ``ValueError`` for any other law."""
        if isinstance(patience, Exponential):
            return cls(1.0, patience.mean)
        if isinstance(patience, Weibull):
            return cls(*patience.native)
        raise ValueError(f"no closed hazard for {patience.dist} patience")

    def until(self, waited: float) -> float:
        """Cumulative hazard after so many days; infinite where it is too large for a number."""
        try:
            return math.inf if waited == math.inf else (waited / self.scale) ** self.shape
        except OverflowError:
            return math.inf

    def reached(self, hazard: float) -> float:
        """Days after which the cumulative hazard is reached."""
        return math.inf if hazard == math.inf else self.scale * hazard ** (1.0 / self.shape)


class GivingUp:
    """One customer's cumulative hazard of cancelling, with a multiplier that changes.

    The customer gives up when it reaches the cumulative hazard of the patience that was drawn: with a multiplier
    of 1 throughout, exactly then. Without a law the patience itself is the time, whatever happens.
    """

    __slots__ = ("_hazard", "_law", "_limit", "_multiplier", "_natural", "_patience", "when")

    def __init__(self, patience: float, law: Patience | None) -> None:
        self._patience = patience
        self._law = law
        self._limit = math.inf if law is None else law.until(patience)
        self._hazard = 0.0
        """What had accumulated at the last change,"""
        self._natural = 0.0
        """and what would have by then with a multiplier of 1 throughout."""
        self._multiplier = 1.0
        self.when = patience
        """Days after which the customer gives up if nothing changes any more."""

    def change(self, waited: float, multiplier: float) -> None:
        """From now on, after ``waited`` days, the hazard is multiplied by this."""
        law = self._law
        if law is None or multiplier == self._multiplier:
            return
        natural = law.until(waited)
        self._hazard += self._multiplier * (natural - self._natural)
        self._natural, self._multiplier = natural, multiplier
        if multiplier == 0.0:
            self.when = math.inf
        elif multiplier == 1.0 and waited == 0.0:
            self.when = self._patience
        else:
            left = (self._limit - self._hazard) / multiplier
            self.when = max(waited, law.reached(natural + left))


def nth_uniform(uniform: float, k: int) -> float:
    """The k-th of a sequence of independent uniform numbers that belongs to one uniform number.

    SplitMix64 (Steele, Lea & Flood 2014) with the number's 53 bits as its state.
    """
    return mixed_number(int(uniform * 2.0**53) + (k + 1) * GOLDEN)


def nth_uniforms(uniform: NDArray[np.float64], k: NDArray[np.int32]) -> NDArray[np.float64]:
    """Of each uniform number its own k-th: float64[numbers]."""
    return mixed((uniform * 2.0**53).astype(np.uint64) + (k + 1).astype(np.uint64) * np.uint64(GOLDEN))
