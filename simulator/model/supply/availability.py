"""Availability of a place: up, but for disruptions that are drawn before they happen or given by date."""

from __future__ import annotations

import datetime
import math
from bisect import bisect_right
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from simulator.orders.backorder_cause import BackorderCause
from simulator.orders.random.streams import Draws, Streams, stream_name
from simulator.scenario.sections.disruptions import Closure, Outage
from simulator.scenario.sections.opening_hours import ALWAYS, Calendar, Hours
from simulator.values.arrays import Floats


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


class Availability:
    """Availability of a place under several disruptions; it is up when none of them stops it."""

    def __init__(self, outages: Sequence[Outages]) -> None:
        self._outages = outages

    def only(self, *causes: BackorderCause) -> Availability:
        """Return the availability of a place that nothing stops but outages of these causes."""
        return Availability([one for one in self._outages if one.cause in causes])

    def up(self, time: float) -> float:
        """Return the first time (days) at or after ``time`` at which the place is up."""
        while True:
            after = time
            for outages in self._outages:
                begins, ends = outages.reach(after)
                place = bisect_right(begins, after) - 1
                if place >= 0 and ends[place] > after:
                    after = ends[place]
            if after == time:
                return time
            time = after

    def next_stop(self, time: float) -> float:
        """Return the time (days) of the next outage after ``time`` (days), when the place is up."""
        found = math.inf
        for outages in self._outages:
            begins, _ = outages.reach(time)
            place = bisect_right(begins, time)
            found = min(found, begins[place] if place < len(begins) else math.inf)
        return found

    def all_after(self, times: Floats, days: Floats) -> Floats:
        """Compute `after` for many times: float64[times]."""
        pairs = zip(times.tolist(), days.tolist(), strict=True)
        return np.array([self.after(time, work) for time, work in pairs])

    def after(self, time: float, days: float) -> float:
        """Return the time (days) at which work of ``days`` that begins at ``time`` is done; it stops while down."""
        time = self.up(time)
        while (stop := self.next_stop(time)) - time < days:
            days -= stop - time
            time = self.up(stop)
        return time + days


class ClosedHours:
    """Times outside of opening hours."""

    cause = BackorderCause.HOURS

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar
        opens = calendar.next_open(0.0)
        self._begins, self._ends = ([0.0], [opens]) if opens > 0.0 else ([], [])
        self._known = opens
        """Time (days) of the last opening known."""

    def reach(self, time: float) -> tuple[Sequence[float], Sequence[float]]:
        """Return begins and ends (days), up to one that begins after ``time`` (days)."""
        begins, ends = self._begins, self._ends
        while not begins or begins[-1] <= time:
            begins.append(self._calendar.next_close(self._known))
            self._known = self._calendar.next_open(begins[-1])
            ends.append(self._known)
        return begins, ends


@dataclass(frozen=True)
class Stops:
    """Hours, closures and disruptions that stop work at a place.

    Attributes:
        place: kind and name of the place.
        start: calendar date of day 0.
        disruptions: by name.
        closed: closures by name.
        hours: opening hours.
    """

    place: tuple[str, str] = field(repr=False)
    start: datetime.date
    disruptions: tuple[tuple[str, Outage], ...] = ()
    closed: tuple[tuple[str, Closure], ...] = ()
    hours: Hours = ALWAYS

    @classmethod
    def of(
        cls,
        place: tuple[str, str],
        start: datetime.date,
        disruptions: Mapping[str, Outage],
        closed: Mapping[str, Closure],
        hours: Hours = ALWAYS,
    ) -> Stops | None:
        """Collect hours, closures and disruptions of a place; ``None`` if it always works."""
        if not disruptions and not closed and hours.always:
            return None
        return cls(place, start, tuple(disruptions.items()), tuple(closed.items()), hours)

    @property
    def key(self) -> Hashable:
        """Names by which routes through the same place share one availability."""
        disruptions, closed = (tuple(name for name, _ in parts) for parts in (self.disruptions, self.closed))
        return self.place, disruptions, closed, self.hours

    def availability(self, streams: Streams, *, dated: bool = True) -> Availability:
        """Draw the availability.

        Args:
            streams: of the replication. A disruption is drawn by its name alone, so that it is the same under every
                alternative.
            dated: count closures and disruptions on given dates, too.
        """
        found: list[Outages] = []
        for name, one in self.disruptions:
            if one.up is not None and one.down is not None:
                stream = stream_name(*self.place, "disruption", name)
                found.append(
                    DrawnOutages(
                        streams.draws(one.up, f"{stream}/up"), streams.draws(one.down, f"{stream}/down")
                    )
                )
            elif dated and one.first is not None and one.until is not None:
                found.append(self._dated(one.first, one.until, BackorderCause.DISRUPTIONS))
        if dated:
            found += [self._dated(one.first, one.until, BackorderCause.CLOSURES) for _, one in self.closed]
        if not self.hours.always:
            found.append(ClosedHours(Calendar(self.hours, self.start)))
        return Availability(found)

    def _dated(self, first: datetime.date, until: datetime.date, cause: BackorderCause) -> DatedOutage:
        """Return the outage from one date to another."""
        return DatedOutage(float((first - self.start).days), float((until - self.start).days), cause)


class WorkingTime:
    """Days that a place has worked, as a function of time, for many times at once; see `Availability`."""

    def __init__(self, availability: Availability, until: float) -> None:
        """Look at the outages.

        Args:
            availability: of the place.
            until: time, days, up to which times are asked for, without outages.
        """
        time = availability.up(0.0)
        stops, ends, worked = [0.0], [time], [0.0]
        while True:
            stop = availability.next_stop(time)
            worked.append(worked[-1] + stop - time)
            stops.append(stop)
            if worked[-1] > until or math.isinf(stop):
                break
            time = availability.up(stop)
            ends.append(time)
        self._stops, self._ends = np.array(stops[1:]), np.array(ends)
        self._worked = np.array(worked[:-1])
        """Days worked at the end of each outage."""

    def at(self, times: Floats) -> Floats:
        """Return the days worked until each time: float64[times]."""
        place = np.maximum(np.searchsorted(self._ends, times, side="right") - 1, 0)
        worked: Floats = self._worked[place] + np.clip(
            np.minimum(times, self._stops[place]) - self._ends[place], 0.0, None
        )
        return worked

    def when(self, worked: Floats) -> Floats:
        """Return the times (days) at which amounts of work, in days, are done: float64[amounts]."""
        place = np.maximum(np.searchsorted(self._worked, worked, side="left") - 1, 0)
        times: Floats = self._ends[place] + (worked - self._worked[place])
        return times
