"""Clock on the wall of a place, and its position on the time axis of a run."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Final

_DAY: Final = 24 * 60
"""Minutes of a day."""


@dataclass(frozen=True)
class PlaceClock:
    """Clock of a place.

    Attributes:
        start: calendar date of day 0.
    """

    start: datetime.date

    def midnight(self, day: datetime.date) -> float:
        """Return the time (days) at which a date begins."""
        return self.time((day - self.start).days * _DAY)

    def time(self, minutes: int) -> float:
        """Return the time (days) at which the clock shows ``minutes`` since the midnight of `start`."""
        return minutes / _DAY

    def minutes(self, time: float) -> float:
        """Return the minutes that the clock shows at ``time`` (days), since the midnight of `start`."""
        return time * _DAY
