"""Lower bounds on the end of patience under the messages, promises and compensation of a schedule."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from simulator.model.patience.cancellation_hazard import PatienceLaw
from simulator.model.patience.message_schedule import MessageSchedule
from simulator.scenario.sections.demand import Impatience
from simulator.values.arrays import Floats

_SLACK = 1.0 - 1e-9
"""Factor that keeps the bounds below the exact times in spite of rounding."""


class PatienceBounds:
    """Lower bounds on when patience ends, by segment.

    For ``grace`` days the cumulative hazard is at most that of the drawn patience. Afterwards it is at most
    that hazard times the product of all multipliers above 1.
    """

    def __init__(
        self, schedule: MessageSchedule, impatience: list[Impatience | None], laws: list[PatienceLaw | None]
    ) -> None:
        """Compute the bounds of each segment.

        Args:
            schedule: messages, promises and compensation.
            impatience: multipliers of the hazard, by segment.
            laws: laws of patience, by segment.
        """
        segments = zip(impatience, laws, strict=True)
        self._segments = [_of_segment(schedule, rule, law) for rule, law in segments]
        self._grace, self._factor, self._slack = np.array(self._segments).T

    def soonest(self, patience: Floats, segment: NDArray[np.int16]) -> Floats:
        """Return lower bounds on the end of patience, in days of waiting: float64[customers].

        Args:
            patience: drawn patience of each customer, days.
            segment: segment code of each customer.
        """
        bound: Floats = np.maximum(
            np.minimum(patience, self._grace[segment]), patience * self._factor[segment]
        )
        bound *= self._slack[segment]
        return bound

    def soonest_of(self, patience: float, segment: int) -> float:
        """Return the lower bound of one customer, see `soonest`."""
        grace, factor, slack = self._segments[segment]
        return max(min(patience, grace), patience * factor) * slack


def _of_segment(
    schedule: MessageSchedule, rule: Impatience | None, law: PatienceLaw | None
) -> tuple[float, float, float]:
    """Return grace in days, factor on the patience after it, and slack for rounding.

    A cumulative hazard multiplied by m reaches its limit after m ** (-1 / shape) of the patience.
    """
    if rule is None or law is None:
        return math.inf, 1.0, 1.0
    multipliers = (
        (0.0, rule.informed),
        (schedule.promised, rule.past_promise),
        (schedule.offered, rule.compensated),
    )
    grace = min((since for since, multiplier in multipliers if multiplier > 1.0), default=math.inf)
    most = math.prod(max(1.0, multiplier) for since, multiplier in multipliers if since < math.inf)
    return grace, most ** (-1.0 / law.shape), _SLACK
