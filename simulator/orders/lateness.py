"""Lateness of order lines against their first promised date."""

from __future__ import annotations

import numpy as np

from simulator.values.arrays import Floats

INSTANT = 1e-9
"""Days (about a tenth of a millisecond); two sums of the same times may differ by less in their last digits."""


def concluded(delivered: Floats, cancelled: Floats, end: float) -> Floats:
    """Time at which each line's wait was over, in days: cancellation, else delivery, else the end of the run.

    Args:
        delivered: delivery times, nan without one.
        cancelled: cancellation times, nan without one.
        end: of the run, days.
    """
    over = np.where(np.isnan(delivered), end, delivered)
    gone = np.flatnonzero(~np.isnan(cancelled))
    over[gone] = cancelled[gone]
    return over


def days_late(promised: Floats, concluded: Floats) -> Floats:
    """Days from the first promise to the conclusion; negative if early, 0 within `INSTANT`, nan without a promise.

    Args:
        promised: first promised delivery times, days.
        concluded: times at which the wait was over, days; see the function of that name.
    """
    late = concluded - promised
    late[np.abs(late) <= INSTANT] = 0.0
    return late
