"""Opening times of a place: hours, closures and holidays, all of them known beforehand."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Protocol, Self

from simulator.calendars.closures import Closure
from simulator.calendars.opening_hours import ALWAYS, NEVER_CLOSES, Hours
from simulator.calendars.place_clock import PlaceClock
from simulator.calendars.public_holidays import holidays_between
from simulator.values.idle_keys import IdleKey, ScenarioFacts


class OpenPlace(Protocol):
    """Section of a place with opening times."""

    @property
    def hours(self) -> Hours:
        """Weekly opening hours."""
        ...

    @property
    def closed(self) -> Mapping[str, Closure]:
        """Closures by name."""
        ...

    @property
    def holidays(self) -> tuple[str, ...]:
        """Codes of countries whose public holidays are days off."""
        ...

    @property
    def time_zone(self) -> str | None:
        """Name of the time zone; ``None`` for the clock of the run."""
        ...


@dataclass(frozen=True)
class OpeningTimes:
    """Hours, closures and holidays of a place.

    Attributes:
        hours: opening hours of a week.
        closed: closures by name.
        holidays: codes of countries, or of parts of them, whose public holidays are days off.
    """

    hours: Hours = ALWAYS
    closed: tuple[tuple[str, Closure], ...] = ()
    holidays: tuple[str, ...] = ()

    @classmethod
    def of(cls, place: OpenPlace) -> Self:
        """Collect the opening times of a place."""
        return cls(place.hours, tuple(place.closed.items()), place.holidays)

    @property
    def always(self) -> bool:
        """True for a place that never closes."""
        return self.hours.always and not self.closed and not self.holidays

    @property
    def day_and_night(self) -> OpeningTimes:
        """Opening times with the same closures and holidays, and hours that never end."""
        return replace(self, hours=ALWAYS)


def idle_times(place: OpenPlace, around: ScenarioFacts, *, by_clock: bool) -> Iterator[IdleKey]:
    """Yield hours that never end, holidays that are not within the run, and a time zone that changes nothing.

    Args:
        place: place with opening times.
        around: facts about the scenario.
        by_clock: anything goes by the clock of the place.
    """
    if place.hours.always:
        yield IdleKey(("hours",), NEVER_CLOSES, by_value=True)
    if place.holidays and not any(holidays_between(place.holidays, around.start, last_day(around))):
        yield IdleKey(("holidays",), "none of them is within the run")
    if place.time_zone is not None and not by_clock:
        yield IdleKey(("time_zone",), "it has no hours, closures and holidays")
    elif place.time_zone is not None and not _differs(place.time_zone, around):
        yield IdleKey(("time_zone",), "its clock is that of the run")


def _differs(zone: str, around: ScenarioFacts) -> bool:
    """Test whether the clock of a zone ever differs from that of the run, in its first two years."""
    clock = PlaceClock(around.start, around.time_zone, zone)
    return any(clock.time(24 * 60 * day) != day for day in range(min(math.ceil(around.end), 731)))


def last_day(around: ScenarioFacts) -> datetime.date:
    """Return the date of the last day of a run, at most the last one of the calendar."""
    days = min(math.ceil(around.end), datetime.date.max.toordinal() - around.start.toordinal())
    return around.start + datetime.timedelta(days=days)
