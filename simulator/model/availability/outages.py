"""Times at which a place does not work, each kind in sequence: disruptions, closures, holidays, closed hours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol

from simulator.calendars.calendar import Calendar
from simulator.calendars.place_clock import PlaceClock
from simulator.calendars.public_holidays import LAST_YEAR, holidays_of
from simulator.orders.backorder_cause import BackorderCause
from simulator.orders.random.streams import Draws


class Outages(Protocol):
    """Times [begin, end) at which a place is down for one reason, in sequence."""

    @property
    def cause(self) -> BackorderCause:
        """Cause of backorders that wait for the end of an outage."""
        ...

    def reach(self, time: float) -> tuple[Sequence[float], Sequence[float]]:
        """Return begins and ends (days) of all outages that begin at or before ``time`` (days), and of some later."""
        ...


class DrawnOutages:
    """Outages drawn one after the other, the place being up at the start."""

    cause = BackorderCause.DISRUPTIONS

    def __init__(self, up: Draws, down: Draws) -> None:
        """Begin without outages.

        Args:
            up: days from the start, or the end of an outage, to the next.
            down: days that an outage takes.
        """
        self._up = up
        self._down = down
        self._begins: list[float] = []
        self._ends: list[float] = []

    def reach(self, time: float) -> tuple[Sequence[float], Sequence[float]]:
        """Return begins and ends (days), drawn until one begins after ``time`` (days)."""
        begins, ends = self._begins, self._ends
        while not begins or begins[-1] <= time:
            number = len(begins)
            begins.append((ends[-1] if ends else 0.0) + self._up[number])
            ends.append(begins[-1] + self._down[number])
        return begins, ends


class DatedOutage:
    """Outage on given dates."""

    def __init__(self, begin: float, end: float, cause: BackorderCause = BackorderCause.DISRUPTIONS) -> None:
        self._outage = (begin,), (end,)
        self.cause = cause

    def reach(self, time: float) -> tuple[Sequence[float], Sequence[float]]:  # noqa: ARG002 - it is known
        """Return begin and end (days)."""
        return self._outage


class Holidays:
    """Public holidays, from midnight to midnight by the clock of the place."""

    cause = BackorderCause.CLOSURES

    def __init__(self, codes: Sequence[str], clock: PlaceClock) -> None:
        self._codes = codes
        self._clock = clock
        self._begins: list[float] = []
        self._ends: list[float] = []
        self._year = clock.start.year - 1
        """First year that is not known yet; the day before the start may end after it by another clock."""

    def reach(self, time: float) -> tuple[Sequence[float], Sequence[float]]:
        """Return begins and ends (days), year by year, up to one that begins after ``time`` (days)."""
        begins, ends, clock = self._begins, self._ends, self._clock
        while (not begins or begins[-1] <= time) and self._year <= LAST_YEAR:
            for day in holidays_of(self._codes, self._year):
                begins.append(clock.midnight(day))
                ends.append(clock.midnight(day + timedelta(days=1)))
            self._year += 1
        return begins, ends


class ClosedHours:
    """Times outside of opening hours."""

    cause = BackorderCause.HOURS

    def __init__(self, calendar: Calendar) -> None:
        self._spans = calendar.spans_after(0.0)
        opens, self._closes = next(self._spans)
        self._begins, self._ends = ([0.0], [opens]) if opens > 0.0 else ([], [])

    def reach(self, time: float) -> tuple[Sequence[float], Sequence[float]]:
        """Return begins and ends (days), up to one that begins after ``time`` (days)."""
        begins, ends = self._begins, self._ends
        while not begins or begins[-1] <= time:
            begins.append(self._closes)
            opens, self._closes = next(self._spans)
            ends.append(opens)
        return begins, ends
