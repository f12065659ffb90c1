"""Opening hours on the time axis of a run."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import count

from simulator.calendars.opening_hours import WEEK, Hours
from simulator.calendars.place_clock import PlaceClock


class Calendar:
    """Opening hours by the clock of a place, in days since the start of the run.

    Whole minutes are exact to the last bit.
    """

    def __init__(self, hours: Hours, clock: PlaceClock) -> None:
        self._hours = hours
        self._clock = clock
        self._first = clock.start.weekday() * WEEK // 7

    def next_open(self, time: float) -> float:
        """Return the first open instant at or after ``time`` (days); the instant of closing is not open."""
        if self._hours.always:
            return time
        opens, _ = next(self.spans_after(time))
        return max(time, opens)

    def next_close(self, time: float) -> float:
        """Return the first closing after ``time`` (days); infinity if it never closes."""
        if self._hours.always:
            return math.inf
        _, closes = next(self.spans_after(time))
        return closes

    def spans_after(self, time: float) -> Iterator[tuple[float, float]]:
        """Yield the spans that close after ``time`` as (opens, closes), in days, in order and without end.

        A span that a change of the clock leaves out is no span.
        """
        clock = self._clock
        # One week earlier, because its last span may close in this week.
        week = math.floor((clock.minutes(time) + self._first) / WEEK) - 1
        for begins in count(week * WEEK - self._first, WEEK):
            for opens, closes in self._hours.spans:
                closing = clock.time(begins + closes)
                if closing > time and closing > (opening := clock.time(begins + opens)):
                    yield opening, closing
