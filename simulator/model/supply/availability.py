"""Availability of a place: up, but for disruptions that are drawn before they happen or given by date."""

from __future__ import annotations

import datetime
import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from simulator.orders.random.streams import Draws, Streams, stream_name
from simulator.scenario.sections.disruptions import Disruption, Stopped
from simulator.scenario.sections.supply_network import Supplier
from simulator.values.arrays import Floats


class Outages(Protocol):
    """Times [begin, end) at which a place is down because of one disruption, in sequence."""

    def reach(self, time: float) -> tuple[Sequence[float], Sequence[float]]:
        """Return begins and ends (days) of all outages that begin at or before ``time`` (days), and of some later."""
        ...


class DrawnOutages:
    """Outages drawn one after the other, the place being up at the start."""

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

    def __init__(self, begin: float, end: float) -> None:
        self._outage = (begin,), (end,)

    def reach(self, time: float) -> tuple[Sequence[float], Sequence[float]]:  # noqa: ARG002 - it is known
        """Return begin and end (days)."""
        return self._outage


class Availability:
    """Availability of a place under several disruptions; it is up when none of them stops it."""

    def __init__(self, outages: Sequence[Outages]) -> None:
        self._outages = outages

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
        """Return the first time (days) after ``time``, at which the place is up, at which it is down."""
        found = math.inf
        for outages in self._outages:
            begins, _ = outages.reach(time)
            place = bisect_right(begins, time)
            found = min(found, begins[place] if place < len(begins) else math.inf)
        return found

    def after(self, time: float, days: float) -> float:
        """Return the time (days) at which work of ``days`` that begins at ``time`` is done; it stops while down."""
        time = self.up(time)
        while (stop := self.next_stop(time)) - time < days:
            days -= stop - time
            time = self.up(stop)
        return time + days


@dataclass(frozen=True)
class Stops:
    """Disruptions that stop one kind of work at a supplier.

    Attributes:
        supplier: name.
        disruptions: by name.
        start: calendar date of day 0.
    """

    supplier: str = field(repr=False)
    disruptions: tuple[tuple[str, Disruption], ...]
    start: datetime.date

    @classmethod
    def of(cls, name: str, supplier: Supplier, start: datetime.date, stopped: Stopped) -> Stops | None:
        """Collect the disruptions of a supplier that stop a kind of work; ``None`` without any."""
        found = tuple((key, one) for key, one in supplier.disruptions.items() if one.stops == stopped)
        return cls(name, found, start) if found else None

    def availability(self, streams: Streams, *, dated: bool = True) -> Availability:
        """Draw the availability.

        Args:
            streams: of the replication. A disruption is drawn by its name alone, so that it is the same under every
                alternative.
            dated: count disruptions on given dates, too.
        """
        found: list[Outages] = []
        for name, one in self.disruptions:
            if one.up is not None and one.down is not None:
                stream = stream_name("supplier", self.supplier, "disruption", name)
                found.append(
                    DrawnOutages(
                        streams.draws(one.up, f"{stream}/up"), streams.draws(one.down, f"{stream}/down")
                    )
                )
            elif dated and one.first is not None and one.until is not None:
                begin, end = (one.first - self.start).days, (one.until - self.start).days
                found.append(DatedOutage(float(begin), float(end)))
        return Availability(found)


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
        """Return the first time (days) at which so many days have been worked: float64[times]."""
        place = np.maximum(np.searchsorted(self._worked, worked, side="left") - 1, 0)
        times: Floats = self._ends[place] + (worked - self._worked[place])
        return times
