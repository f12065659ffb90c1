"""Continuous probability laws, and the constant."""

from __future__ import annotations

import math
from functools import cached_property
from typing import Any, Final, Generic, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from simulator.laws.law import A, Law, MomentLaw, register
from simulator.values.units import Factor, PositiveCount


@register
class Constant(Law[A], Generic[A]):
    """Constant: every draw is `value`."""

    dist: Literal["constant"]
    value: A = Field(description="The value.")

    @property
    def _moments(self) -> tuple[float, float]:
        return self.value, 0.0

    def _draw(self, rng: np.random.Generator, n: int) -> NDArray[Any]:
        return np.full(n, self.value)


@register
class Exponential(Law[A], Generic[A]):
    """Exponential: time between the events of a Poisson process. Its sd is its mean."""

    dist: Literal["exponential"]
    given_mean: A = Field(alias="mean", description="Mean, without the shift.")

    @property
    def _moments(self) -> tuple[float, float]:
        return self.given_mean, self.given_mean**2

    def _draw(self, rng: np.random.Generator, n: int) -> NDArray[Any]:
        return rng.exponential(self.given_mean, n)


@register
class Erlang(Law[A], Generic[A]):
    """Erlang: the sum of `k` exponential phases, each of mean mean/k. Its cv is 1/sqrt(k)."""

    dist: Literal["erlang"]
    given_mean: A = Field(alias="mean", description="Mean, without the shift.")
    k: PositiveCount = Field(description="Number of phases.")

    @property
    def _moments(self) -> tuple[float, float]:
        return self.given_mean, self.given_mean**2 / self.k

    def _draw(self, rng: np.random.Generator, n: int) -> NDArray[Any]:
        return rng.gamma(self.k, self.given_mean / self.k, n)


@register
class Gamma(MomentLaw[A], Generic[A]):
    """Gamma: one peak and a moderate tail; the exponential at cv = 1.

    shape = 1 / cv², scale = mean · cv².
    """

    dist: Literal["gamma"]
    shape: Factor | None = Field(default=None, description="Shape, without dimension.")
    scale: A | None = Field(default=None, description="Scale: mean / shape.")

    ways = (("mean", "cv"), ("mean", "sd"), ("shape", "scale"))

    @property
    def _moments(self) -> tuple[float, float]:
        if self.shape is None or self.scale is None:
            return super()._moments
        return self.shape * self.scale, self.shape * self.scale**2

    def _draw(self, rng: np.random.Generator, n: int) -> NDArray[Any]:
        if self.shape is not None and self.scale is not None:
            return rng.gamma(self.shape, self.scale, n)
        assert self.given_mean is not None
        squared_cv = self._squared_cv()
        return rng.gamma(1 / squared_cv, self.given_mean * squared_cv, n)

    def _impossible(self) -> str | None:
        return "shape must be more than 0" if self.shape == 0 else super()._impossible()


@register
class Lognormal(MomentLaw[A], Generic[A]):
    """Lognormal, with a long tail: its logarithm is normal with mean log(median) and sd sigma.

    sigma² = log(1 + cv²), median = mean / sqrt(1 + cv²).
    """

    dist: Literal["lognormal"]
    median: A | None = Field(default=None, description="Median: half of the draws are below it.")
    sigma: Factor | None = Field(default=None, description="Standard deviation of the logarithm.")

    ways = (("mean", "cv"), ("mean", "sd"), ("median", "sigma"))

    @property
    def _moments(self) -> tuple[float, float]:
        if self.median is None or self.sigma is None:
            return super()._moments
        mean = self.median * math.exp(self.sigma**2 / 2)
        return mean, mean**2 * math.expm1(self.sigma**2)

    def _draw(self, rng: np.random.Generator, n: int) -> NDArray[Any]:
        if self.median is not None and self.sigma is not None:
            return rng.lognormal(math.log(self.median), self.sigma, n)
        mean, _ = self._moments
        spread = math.log1p(self._squared_cv())
        return rng.lognormal(math.log(mean) - spread / 2, math.sqrt(spread), n)

    def _impossible(self) -> str | None:
        if self.sigma is not None and self.sigma > 10:
            return "sigma is the standard deviation of the logarithm; more than 10 is beyond use"
        return super()._impossible()


@register
class Normal(MomentLaw[A], Generic[A]):
    """Normal, censored at 0: a draw below 0 becomes 0.

    Such draws must be rare (fewer than 1 in 10,000), so that mean and sd stay those of the draws.
    """

    dist: Literal["normal"]

    ways = (("mean", "cv"), ("mean", "sd"))

    def _draw(self, rng: np.random.Generator, n: int) -> NDArray[Any]:
        mean, variance = self._moments
        return np.maximum(rng.normal(mean, math.sqrt(variance), n), 0.0)

    def _impossible(self) -> str | None:
        mean, variance = self._moments
        below = 0.5 * math.erfc(mean / math.sqrt(2 * variance)) if variance else 0.0
        if below < 1e-4:
            return None
        return (
            f"{100 * below:.2g} % of this normal distribution is below zero; "
            "up to 0.01 % is allowed (cv up to 0.268), else take gamma or lognormal"
        )


@register
class Weibull(MomentLaw[A], Generic[A]):
    """Weibull: P(X > x) = exp(-(x / scale)^shape); the exponential at shape 1.

    cv² + 1 = Γ(1 + 2/shape) / Γ(1 + 1/shape)² is solved for the shape; scale = mean / Γ(1 + 1/shape).
    """

    dist: Literal["weibull"]
    shape: Factor | None = Field(default=None, description="Shape, without dimension.")
    scale: A | None = Field(default=None, description="Scale: 63 % of the draws are below it.")

    ways = (("mean", "cv"), ("mean", "sd"), ("shape", "scale"))

    @property
    def _moments(self) -> tuple[float, float]:
        if self.shape is None or self.scale is None:
            return super()._moments
        mean = self.scale * math.gamma(1 + 1 / self.shape)
        return mean, mean**2 * _weibull_squared_cv(self.shape)

    @cached_property
    def native(self) -> tuple[float, float]:
        """Shape (without dimension) and scale (days or units)."""
        if self.shape is not None and self.scale is not None:
            return self.shape, self.scale
        shape = _weibull_shape(self._squared_cv())
        return shape, self._moments[0] / math.gamma(1 + 1 / shape)

    def _draw(self, rng: np.random.Generator, n: int) -> NDArray[Any]:
        shape, scale = self.native
        return scale * rng.weibull(shape, n)

    def _impossible(self) -> str | None:
        if self.shape is not None and not _FLATTEST <= self.shape <= _STEEPEST:
            return f"shape must be between {_FLATTEST} and {_STEEPEST:g}"
        problem = super()._impossible()
        if problem or self.variance == 0:
            return problem
        if not _weibull_squared_cv(_STEEPEST) <= self._squared_cv() <= _weibull_squared_cv(_FLATTEST):
            return "no weibull distribution within reach has this cv: between 0.0013 and 15.8 (or 0)"
        return None


_FLATTEST: Final = 0.2
"""Smallest shape of a Weibull law; its cv is 15.8."""
_STEEPEST: Final = 1000.0
"""Largest shape of a Weibull law; its cv is 0.0013."""


def _weibull_squared_cv(shape: float) -> float:
    """Return the squared cv: Γ(1 + 2/shape) / Γ(1 + 1/shape)² - 1."""
    return math.expm1(math.lgamma(1 + 2 / shape) - 2 * math.lgamma(1 + 1 / shape))


def _weibull_shape(squared_cv: float) -> float:
    """Solve for the shape with a given squared cv by bisection. The cv falls as the shape rises."""
    low, high = _FLATTEST, _STEEPEST
    while high - low > 4 * math.ulp(high):
        middle = math.sqrt(low * high)
        if _weibull_squared_cv(middle) > squared_cv:
            low = middle
        else:
            high = middle
    return math.sqrt(low * high)


@register
class Uniform(Law[A], Generic[A]):
    """Uniform: every value from `low` to `high` is equally likely.

    mean = (low + high) / 2, sd = (high - low) / sqrt(12).
    """

    dist: Literal["uniform"]
    low: A = Field(description="Smallest value.")
    high: A = Field(description="Largest value.")

    @property
    def _moments(self) -> tuple[float, float]:
        return (self.low + self.high) / 2, (self.high - self.low) ** 2 / 12

    def _draw(self, rng: np.random.Generator, n: int) -> NDArray[Any]:
        return rng.uniform(self.low, self.high, n)

    def _least(self) -> float:
        return self.low

    def _impossible(self) -> str | None:
        return "low is above high" if self.low > self.high else None


@register
class Triangular(Law[A], Generic[A]):
    """Triangular: from `low` to `high`, with its peak at `mode`. Mean (low + mode + high) / 3."""

    dist: Literal["triangular"]
    low: A = Field(description="Smallest value.")
    mode: A = Field(description="Most likely value.")
    high: A = Field(description="Largest value.")

    @property
    def _moments(self) -> tuple[float, float]:
        a, c, b = self.low, self.mode, self.high
        return (a + b + c) / 3, ((b - a) ** 2 + (c - a) * (c - b)) / 18

    def _draw(self, rng: np.random.Generator, n: int) -> NDArray[Any]:
        return rng.triangular(self.low, self.mode, self.high, n)

    def _least(self) -> float:
        return self.low

    def _impossible(self) -> str | None:
        if self.low > self.high:
            return "low is above high"
        return None if self.low <= self.mode <= self.high else "mode is not between low and high"
