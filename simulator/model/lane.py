"""A lane: goods wait for the next departure, travel, and may or may not overtake each other."""

from __future__ import annotations

import math
from bisect import bisect_left

from simpy.events import Event

from simulator.model.clock import Clock
from simulator.model.departures import next_departure
from simulator.orders.streams import Streams, stream_name
from simulator.scenario import network
from simulator.scenario.distributions import Exponential


class Timetable:
    """Departures of a lane, the same for all goods and whatever is shipped."""

    def __init__(self, departures: network.Departures, streams: Streams, lane: str) -> None:
        self._departures = departures
        self._gaps = None
        if departures.rate is not None:
            gap: Exponential[float] = Exponential(dist="exponential", mean=1.0 / departures.rate)
            self._gaps = streams.draws(gap, stream_name("lane", lane, "departures"))
            self._times = [self._gaps.next()]

    def departure(self, ready: float) -> float:
        """First departure at or after ``ready`` (days)."""
        if self._gaps is None:
            return next_departure(self._departures, ready)
        times = self._times
        while times[-1] < ready:
            times.append(times[-1] + self._gaps.next())
        return times[bisect_left(times, ready)]


class Lane:
    """Transport from one supplier to one warehouse, shared by all products."""

    def __init__(self, lane: network.Lane, streams: Streams) -> None:
        name = f"{lane.origin} to {lane.destination}"
        self.crossing = lane.crossing
        self.timetable = None if lane.departures is None else Timetable(lane.departures, streams, name)
        self.last_landing = -math.inf
        """Latest landing so far, for lanes whose goods keep their sequence."""
        self._latest: Event | None = None
        """Landing of the purchase order that was sent last."""

    def line_up(self, clock: Clock) -> tuple[Event, Event] | None:
        """For goods that keep their sequence: the landing to wait for, and the one to announce."""
        if self.crossing:
            return None
        before, self._latest = self._latest, clock.event()
        return (clock.event().succeed() if before is None else before), self._latest

    def departure(self, ready: float) -> float:
        """When goods that are ready for dispatch leave, in days."""
        return ready if self.timetable is None else self.timetable.departure(ready)

    def in_sequence(self, landing: float) -> float:
        """Landing time of the next purchase order: where crossing is not allowed, not before an earlier one."""
        if not self.crossing:
            landing = self.last_landing = max(landing, self.last_landing)
        return landing
