"""How late order lines came, against the date that was promised first."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

INSTANT = 1e-9
"""Days, a tenth of a millisecond: what one time may differ by when it is summed in two ways."""


def concluded(delivered: Floats, cancelled: Floats, end: float) -> Floats:
    """When waiting was over for each line: its cancellation, else its delivery, else the end of the run (days)."""
    over = np.where(np.isnan(delivered), end, delivered)
    gave_up = np.flatnonzero(~np.isnan(cancelled))
    over[gave_up] = cancelled[gave_up]
    return over


def days_late(promised: Floats, concluded: Floats) -> Floats:
    """Days from the first promise to the conclusion, negative before it; 0 within an instant; nan without promise."""
    late = concluded - promised
    late[np.abs(late) <= INSTANT] = 0.0
    return late
