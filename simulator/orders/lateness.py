"""Lateness of order lines against their first promised date."""

from __future__ import annotations

import numpy as np

from simulator.values.arrays import Floats

INSTANT = 1e-9
"""Tolerance in days, about a tenth of a millisecond.

Two sums of the same times may differ by less, in their last digits.
"""


def concluded(delivered: Floats, cancelled: Floats, end: float) -> Floats:
    """Compute the time at which each line's wait was over, in days: float64[lines].

    It is the cancellation, else the delivery, else the end of the run.

    Args:
        delivered: delivery times in days, nan without one: float64[lines].
        cancelled: cancellation times in days, nan without one: float64[lines].
        end: end of the run, in days.
    """
    over = np.where(np.isnan(delivered), end, delivered)
    gone = np.flatnonzero(~np.isnan(cancelled))
    over[gone] = cancelled[gone]
    return over


def days_late(promised: Floats, concluded: Floats) -> Floats:
    """Compute the days from the first promise to the conclusion: float64[lines].

    They are negative if the line was early, 0 within `INSTANT`, and nan without a promise.

    Args:
        promised: first promised delivery times, in days: float64[lines].
        concluded: times at which the wait was over, in days, as from `concluded`: float64[lines].
    """
    late = concluded - promised
    late[np.abs(late) <= INSTANT] = 0.0
    return late
