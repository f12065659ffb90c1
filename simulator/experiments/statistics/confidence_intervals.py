"""Confidence intervals (Student's) of means and ratios over replications, and the noise in the means."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from simulator.values.arrays import Floats


@dataclass(frozen=True, slots=True)
class Estimate:
    """Mean of a metric over replications.

    Attributes:
        mean: mean over the replications in which the metric exists; nan without any.
        half_width: half width of the confidence interval around ``mean``; nan with fewer than two
            replications.
        unit: unit of both numbers.
        n: number of replications in which the metric exists.
    """

    mean: float
    half_width: float
    unit: str
    n: int

    def plain(self) -> dict[str, float | str | int | None]:
        """Return the fields for a JSON file, with None for nan."""
        return {
            "mean": None if math.isnan(self.mean) else self.mean,
            "half_width": None if math.isnan(self.half_width) else self.half_width,
            "unit": self.unit,
            "n": self.n,
        }


def interval(values: Sequence[float] | Floats, confidence: float = 0.95) -> tuple[float, float]:
    """Return the mean of values and the half width of Student's confidence interval; nan values are left out.

    The half width is nan with fewer than two values, the mean without any.
    """
    mean, half_width, _ = intervals(np.asarray(values, np.float64)[:, np.newaxis], confidence)
    return float(mean[0]), float(half_width[0])


def intervals(values: Floats, confidence: float = 0.95) -> tuple[Floats, Floats, npt.NDArray[np.intp]]:
    """Return mean, half width of the confidence interval, and number of values of each column; nan values are left out.

    Half width = t(n-1, (1+confidence)/2) * s / sqrt(n), with s the sample standard deviation (Student 1908).

    Args:
        values: float64[replications, columns].
        confidence: confidence of the intervals.

    Raises:
        ValueError: ``confidence`` does not lie between 0 and 1.
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, not be {confidence}")
    exists = ~np.isnan(values)
    n = exists.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(exists, values, 0.0).sum(axis=0) / n
        if len(values) < 2:
            return mean, np.full(mean.shape, np.nan), n
        from scipy.special import stdtrit  # scipy.stats takes four times as long to import

        squares = np.where(exists, values - mean, 0.0) ** 2
        deviation = np.sqrt(squares.sum(axis=0) / (n - 1))
        half_width = stdtrit(n - 1.0, (1 + confidence) / 2) * deviation / np.sqrt(n)
    half_width[n < 2] = np.nan
    return mean, half_width, n


def ratio(
    above: Sequence[float] | Floats, below: Sequence[float] | Floats, confidence: float = 0.95
) -> tuple[float, float]:
    """Return the ratio of two expected values, such as days of waiting per waiting line, and its half width.

    The ratio of the sums is much less biased than the mean of the pairs' ratios. Half width = t(n-1,
    (1+confidence)/2) * s / (mean of below * sqrt(n)), with s the sample standard deviation of above - ratio *
    below (Cochran 1977, Sampling Techniques, section 6.4). The ratio is nan if all ``below`` are 0, the half
    width with fewer than two pairs.

    Args:
        above: float64[pairs], numerators. Pairs are independent: one for each replication or batch.
        below: float64[pairs], denominators. A pair of zeros counts like any other.
        confidence: confidence of the interval.
    """
    x, y = np.asarray(below, np.float64), np.asarray(above, np.float64)
    if not x.sum() > 0:
        return math.nan, math.nan
    quotient = float(y.sum() / x.sum())
    _, half_width = interval(y - quotient * x, confidence)
    return quotient, half_width / float(x.mean())


def effective_size(variance: float, half_width: float, n: int, confidence: float = 0.95) -> float:
    """Return the number of independent observations with the same standard error: variance / squared error.

    The result is nan without an interval or with one of width 0.

    Args:
        variance: variance of a single observation.
        half_width: half width of Student's interval of the mean of all observations.
        n: number of replications or batches behind the interval; observations within one may depend on each
            other.
        confidence: confidence of the interval.
    """
    if n < 2 or not half_width > 0:
        return math.nan
    from scipy.special import stdtrit

    error = half_width / float(stdtrit(n - 1.0, (1 + confidence) / 2))
    return max(variance, 0.0) / error**2


@dataclass(frozen=True)
class Noise:
    """Variance of an experiment's outputs, and the part of it that is due to chance.

    Attributes:
        variance: variance of the means at the points.
        noise: part of this variance due to the finite number of replications; nan with one replication.
    """

    variance: float
    noise: float

    @property
    def share(self) -> float:
        """Noise as a share of the variance; 0 if both are 0."""
        return min(self.noise / self.variance, 1.0) if self.variance > 0 else 0.0


def noise_of(values: Floats) -> Noise:
    """Estimate the noise in the means over replications.

    An effect that a replication has equally at all points (common random numbers) changes no difference
    between points and is not counted. The rest is the residual of a two-way layout, points by replications,
    with variance MS = sum (y_pr - y_p. - y_.r + y_..)^2 / ((P - 1)(R - 1)). The noise in a mean is MS / R
    (Scheffé 1959, section 4.2).

    Args:
        values: float64[points, replications].
    """
    points, replications = values.shape
    means = values.mean(axis=1, keepdims=True)
    if np.ptp(means) == 0.0:  # instead of the rounding error that the formula would give
        return Noise(0.0, 0.0)
    variance = float(means.var(ddof=1))
    if replications < 2:
        return Noise(variance, math.nan)
    residual = values - means - values.mean(axis=0) + values.mean()
    return Noise(variance, float((residual**2).sum()) / ((points - 1) * (replications - 1)) / replications)
