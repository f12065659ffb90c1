"""How much sooner than by itself patience may end, because of what customers are told and given."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from simulator.model.hazard import Patience
from simulator.model.schedule import Schedule
from simulator.scenario.impatience import Impatience

Column = NDArray[np.float64]

_SLACK = 1.0 - 1e-9
"""More than rounding errors can make of it."""


class Haste:
    """By segment: the days before anything hastens the end of patience, what it does then at the most, and slack.

    Up to those days the cumulative hazard is at most that of the patience itself, later at most so many times that.
    """

    def __init__(
        self, schedule: Schedule, impatience: list[Impatience | None], laws: list[Patience | None]
    ) -> None:
        """Of customers who are treated by this schedule."""
        segments = zip(impatience, laws, strict=True)
        self._segments = [_of_segment(schedule, rule, law) for rule, law in segments]
        self._grace, self._factor, self._slack = np.array(self._segments).T

    def soonest(self, patience: Column, segment: NDArray[np.int16]) -> Column:
        """For each patience (days) of a customer of the segment, the days after which it ends at the soonest."""
        bound: Column = np.maximum(
            np.minimum(patience, self._grace[segment]), patience * self._factor[segment]
        )
        bound *= self._slack[segment]
        return bound

    def soonest_of(self, patience: float, segment: int) -> float:
        """The same for one customer."""
        grace, factor, slack = self._segments[segment]
        return max(min(patience, grace), patience * factor) * slack


def _of_segment(
    schedule: Schedule, rule: Impatience | None, law: Patience | None
) -> tuple[float, float, float]:
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
