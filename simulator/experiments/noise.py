"""Noise in the means of an experiment's points, each of which was played in a few replications only."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from simulator.experiments.statistics import Floats


@dataclass(frozen=True)
class Noise:
    """Variance of an experiment's outputs, and the part of it that is chance.

    Attributes:
        variance: variance of the means at the points.
        noise: part of it due to the finite number of replications; nan with one replication.
    """

    variance: float
    noise: float

    @property
    def share(self) -> float:
        """Noise as a share of the variance; 0 if both are 0."""
        return min(self.noise / self.variance, 1.0) if self.variance > 0 else 0.0


def noise_of(values: Floats) -> Noise:
    """Estimate the noise in the means of ``values`` (float64[points, replications]) over the replications.

    An effect that replication n has at all points alike (common random numbers) moves no point against another and
    is not counted. The rest is the residual of a two-way layout, points by replications, with variance
    MS = sum (y_pr - y_p. - y_.r + y_..)^2 / ((P - 1)(R - 1)), of which MS / R is in a mean (Scheffé 1959, section 4.2).
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
