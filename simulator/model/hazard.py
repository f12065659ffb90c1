"""Hazards that change as things happen: when a customer gives up, when one asks where the order is."""

from __future__ import annotations

import math
from dataclasses import dataclass

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
        """Cumulative hazard after so many days."""
        return math.inf if waited == math.inf else (waited / self.scale) ** self.shape

    def reached(self, hazard: float) -> float:
        """Days after which the cumulative hazard is reached."""
        return math.inf if hazard == math.inf else self.scale * hazard ** (1.0 / self.shape)


class GivingUp:
    """One customer's cumulative hazard of cancelling, with a multiplier that changes.

    The customer gives up when it reaches the cumulative hazard of the patience that was drawn: with a multiplier
    of 1 throughout, exactly then. Without a law the patience itself is the time, whatever happens.
    """

    __slots__ = ("_at", "_hazard", "_law", "_limit", "_multiplier", "_patience", "_when")

    def __init__(self, patience: float, law: Patience | None) -> None:
        self._patience = patience
        self._law = law
        self._limit = math.inf if law is None else law.until(patience)
        self._hazard = 0.0
        self._at = 0.0
        self._multiplier = 1.0
        self._when = patience

    def change(self, waited: float, multiplier: float) -> None:
        """From now on, after ``waited`` days, the hazard is multiplied by this."""
        if self._law is not None and multiplier != self._multiplier:
            self._hazard += self._multiplier * (self._law.until(waited) - self._law.until(self._at))
            self._at, self._multiplier = waited, multiplier
            self._when = self._reached(self._law)

    def when(self) -> float:
        """Days after which the customer gives up if nothing changes any more."""
        return self._when

    def _reached(self, law: Patience) -> float:
        """When the hazard that was drawn is reached."""
        if self._at == 0.0 and self._multiplier == 1.0:
            return self._patience
        if self._multiplier == 0.0:
            return math.inf
        left = (self._limit - self._hazard) / self._multiplier
        return max(self._at, law.reached(law.until(self._at) + left))


def nth_uniform(uniform: float, k: int) -> float:
    """The k-th of a sequence of independent uniform numbers that belongs to one uniform number.

    SplitMix64 (Steele, Lea & Flood 2014) with the number's 53 bits as its state.
    """
    bits = (int(uniform * 2.0**53) + (k + 1) * 0x9E3779B97F4A7C15) & _64_BITS
    bits = ((bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9) & _64_BITS
    bits = ((bits ^ (bits >> 27)) * 0x94D049BB133111EB) & _64_BITS
    return ((bits ^ (bits >> 31)) >> 11) * 2.0**-53


_64_BITS = 2**64 - 1
