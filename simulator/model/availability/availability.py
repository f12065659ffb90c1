"""Availability of a place: up, but for the outages of several causes."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence

import numpy as np

from simulator.model.availability.outages import Outages
from simulator.orders.backorder_cause import BackorderCause
from simulator.orders.lateness import INSTANT
from simulator.values.arrays import Floats


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

    def all_up(self, times: Floats) -> Floats:
        """Compute `up` for many times: float64[times]."""
        return np.array([self.up(time) for time in times.tolist()])

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
        """Return the time (days) at which work of ``days`` that begins at ``time`` is done; it stops while down.

        Work that is done as the place stops needs no further day, whatever the last digits of the times.
        """
        time = self.up(time)
        while (stop := self.next_stop(time)) - time < days - INSTANT:
            days -= stop - time
            time = self.up(stop)
        return time + days

    def begun(self, time: float, days: float) -> float:
        """Return the time (days) at which work of ``days`` is done that begins while up and then finishes."""
        return self.up(time) + days
