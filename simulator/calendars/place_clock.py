"""Clock on the wall of a place, and its position on the time axis of a run."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import cached_property
from typing import Final
from zoneinfo import ZoneInfo

_DAY: Final = 24 * 60
"""Minutes of a day."""
_SECOND: Final = datetime.timedelta(seconds=1)
_LAST: Final = datetime.datetime(9000, 1, 1)  # noqa: DTZ001 - wall time
"""Wall time up to which changes of the clock are looked up; Python's dates end in the year 9999."""


@dataclass(frozen=True)
class PlaceClock:
    """Clock of a place, which knows daylight saving. Without both zones it is the clock of the run.

    Attributes:
        start: calendar date of day 0, whose midnight by the clock of the run begins the run.
        run_zone: time zone of the clock of the run at that midnight.
        zone: time zone of the place.
    """

    start: datetime.date
    run_zone: str | None = None
    zone: str | None = None

    def midnight(self, day: datetime.date) -> float:
        """Return the time (days) at which a date begins."""
        return self.time((day - self.start).days * _DAY)

    def time(self, minutes: int) -> float:
        """Return the time (days) at which the clock first shows ``minutes`` since the midnight of `start`, or more.

        Minutes are those of the clock: a day has 1440 of them, whatever it skips or shows twice.
        """
        if self._place_zone is None:
            return minutes / _DAY
        looked_up = min(minutes, self._last)
        return (self._seconds(looked_up) + 60 * (minutes - looked_up)) / (60 * _DAY)

    def minutes(self, time: float) -> float:
        """Return the minutes that the clock shows at ``time`` (days), since the midnight of `start`."""
        if self._place_zone is None or time * _DAY >= self._last:
            return time * _DAY
        wall = self._wall(self._origin + datetime.timedelta(days=time), self._place_zone)
        return (wall - self._midnight) / (60 * _SECOND)

    @cached_property
    def _place_zone(self) -> ZoneInfo | None:
        """Time zone of the place; ``None`` where the clock of the run counts."""
        return None if self.zone is None or self.run_zone is None else ZoneInfo(self.zone)

    @cached_property
    def _midnight(self) -> datetime.datetime:
        """Wall time from which minutes are counted."""
        return datetime.datetime.combine(self.start, datetime.time())

    @cached_property
    def _origin(self) -> datetime.datetime:
        """Start of the run, in UTC."""
        zone = ZoneInfo(self.run_zone or "UTC")
        return self._midnight.replace(tzinfo=zone).astimezone(datetime.UTC)

    @cached_property
    def _last(self) -> int:
        """Minutes up to which changes of the clock are looked up."""
        return (_LAST - self._midnight) // (60 * _SECOND)

    def _seconds(self, minutes: int) -> int:
        """Return the seconds since the start of the run at which the clock first shows these minutes, or more."""
        zone = self._place_zone
        assert zone is not None
        wall = self._midnight + datetime.timedelta(minutes=minutes)
        # fold 0: of a time that comes twice the first, of one that is skipped an instant after the skip
        seconds = (wall.replace(tzinfo=zone).astimezone(datetime.UTC) - self._origin) // _SECOND
        skipped = self._wall(self._origin + seconds * _SECOND, zone) > wall
        if skipped:
            before = (wall.replace(tzinfo=zone, fold=1).astimezone(datetime.UTC) - self._origin) // _SECOND
            while seconds - before > 1:
                middle = (before + seconds) // 2
                late = self._wall(self._origin + middle * _SECOND, zone) >= wall
                before, seconds = (before, middle) if late else (middle, seconds)
        return seconds

    @staticmethod
    def _wall(instant: datetime.datetime, zone: ZoneInfo) -> datetime.datetime:
        """Return the wall time of an instant in a zone."""
        return instant.astimezone(zone).replace(tzinfo=None)
