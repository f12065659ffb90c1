"""Probability laws of counts: whole numbers of units or days."""

from __future__ import annotations

import math
from typing import Any, Final, Generic, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from simulator.laws.law import A, Law, MomentLaw, register
from simulator.values.units import Factor

_LARGEST: Final = 1e15
"""Largest count. Above it float64 does not hold every whole number, and NumPy's samplers soon overflow."""


def _beyond_counting(mean: float, variance: float) -> str | None:
    """Return the problem if mean + 10 sd exceeds `_LARGEST`, else None."""
    if mean + 10 * math.sqrt(variance) > _LARGEST:
        return f"counts beyond {_LARGEST:g} are not whole numbers any more in a computer"
    return None


@register
class Poisson(Law[A], Generic[A]):
    """Poisson: a count whose variance is its mean; as a duration, a count of days."""

    dist: Literal["poisson"]
    given_mean: A = Field(alias="mean", description="Mean, without the shift.")

    @property
    def _moments(self) -> tuple[float, float]:
        return self.given_mean, self.given_mean

    def _draw(self, rng: np.random.Generator, n: int) -> NDArray[Any]:
        return rng.poisson(self.given_mean, n)

    def _lattice(self) -> bool:
        return True

    def _impossible(self) -> str | None:
        return _beyond_counting(*self._moments)


@register
class Geometric(Law[A], Generic[A]):
    """Geometric on 1, 2, 3, …; as a duration, a count of days.

    P(X = x) = p (1 - p)^(x - 1) with p = 1 / mean; variance = mean · (mean - 1).
    """

    dist: Literal["geometric"]
    given_mean: A = Field(alias="mean", description="Mean, at least 1, without the shift.")

    @property
    def _moments(self) -> tuple[float, float]:
        return self.given_mean, self.given_mean * (self.given_mean - 1)

    def _draw(self, rng: np.random.Generator, n: int) -> NDArray[Any]:
        return rng.geometric(1 / self.given_mean, n)

    def _least(self) -> float:
        return 1.0

    def _lattice(self) -> bool:
        return True

    def _impossible(self) -> str | None:
        if self.given_mean < 1:
            return "the mean of a geometric distribution (1, 2, 3, …) is at least 1"
        return _beyond_counting(*self._moments)


@register
class NegativeBinomial(MomentLaw[A], Generic[A]):
    """Negative binomial: a count more variable than Poisson's; as a duration, a count of days.

    variance = mean + dispersion · mean²: a Poisson count whose mean is gamma distributed with squared cv
    `dispersion`. Dispersion 0 is Poisson.
    """

    dist: Literal["negative_binomial"]
    dispersion: Factor | None = Field(default=None, description="(variance - mean) / mean².")

    ways = (("mean", "cv"), ("mean", "sd"), ("mean", "dispersion"))

    @property
    def _moments(self) -> tuple[float, float]:
        if self.dispersion is None:
            return super()._moments
        assert self.given_mean is not None
        return self.given_mean, self.given_mean + self.dispersion * self.given_mean**2

    def _draw(self, rng: np.random.Generator, n: int) -> NDArray[Any]:
        mean, variance = self._moments
        dispersion = (variance - mean) / mean**2 if self.dispersion is None else self.dispersion
        # Below this bound the law is Poisson to nine digits, and 1 - p would lose its digits.
        if dispersion * mean < 1e-9:
            return rng.poisson(mean, n)
        return rng.negative_binomial(1 / dispersion, 1 / (1 + dispersion * mean), n)

    def _lattice(self) -> bool:
        return True

    def _impossible(self) -> str | None:
        mean, variance = self._moments
        if variance < mean * (1 - 1e-12):
            least = math.sqrt(mean)
            return f"the sd of a negative binomial is at least sqrt(mean), here {least:.6g}"
        return super()._impossible() or _beyond_counting(mean, variance)
