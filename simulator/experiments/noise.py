"""How much of what the points of an experiment differ by is chance, for each was played in a few replications only."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from simulator.experiments.statistics import Floats


@dataclass(frozen=True)
class Noise:
    """How much of what the outputs differ by is chance.

    ``variance`` is that of the means at the points, ``noise`` the part of it that is there because the replications
    are so few; nan with one replication, from which it cannot be told.
    """

    variance: float
    noise: float

    @property
    def share(self) -> float:
        """Noise as a share of the variance; 0 if neither is there."""
        return min(self.noise / self.variance, 1.0) if self.variance > 0 else 0.0


def noise_of(values: Floats) -> Noise:
    """The noise in the means of ``values`` (float64[points, replications]) over the replications.

    What replication n has in common at all points (common random numbers) moves none of them against another and is
    no noise here. What is left is the residual of a two-way layout, points by replications, with variance
    MS = sum (y_pr - y_p. - y_.r + y_..)^2 / ((P - 1)(R - 1)), of which MS / R is in a mean (Scheffé 1959, section 4.2).
    """
    points, replications = values.shape
    means = values.mean(axis=1, keepdims=True)
    if np.ptp(means) == 0.0:  # not what rounding leaves of it
        return Noise(0.0, 0.0)
    variance = float(means.var(ddof=1))
    if replications < 2:
        return Noise(variance, math.nan)
    residual = values - means - values.mean(axis=0) + values.mean()
    return Noise(variance, float((residual**2).sum()) / ((points - 1) * (replications - 1)) / replications)
