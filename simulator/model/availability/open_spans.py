"""Spans in which a place is open, as known beforehand, for many times at once."""

from __future__ import annotations

import math

import numpy as np

from simulator.model.availability.availability import Availability
from simulator.orders.lateness import INSTANT
from simulator.values.arrays import Floats, Integers


class OpenSpans:
    """Spans [opens, closes) of an availability, found as far as they are asked for; results agree with its own."""

    def __init__(self, availability: Availability) -> None:
        self._availability = availability
        self._found: list[tuple[float, float]] = []
        self._work = [0.0]
        """Days that the place has worked before each span found, and after the last."""
        self._opens = self._closes = self._worked = np.zeros(0)
        """The same as arrays, with a span that is never reached at the end."""

    def up(self, times: Floats) -> Floats:
        """Compute the first times (days), at or after ``times`` (days), at which the place is open."""
        place = self._place(times)
        return np.maximum(times, self._opens[place])

    def begun(self, times: Floats, days: Floats) -> Floats:
        """Compute `Availability.begun` for many times (days): float64[times]."""
        return self.up(times) + days

    def after(self, times: Floats, days: Floats) -> Floats:
        """Compute `Availability.after` for many times (days): float64[times]."""
        place = self._place(times)
        begins = np.maximum(times, self._opens[place])
        work = self._worked[place] + (begins - self._opens[place]) + days
        self._reach(0.0, float(work.max(initial=0.0)))
        last = self._worked.searchsorted(work - INSTANT) - 1
        np.maximum(last, place, out=last)
        return np.where(last == place, begins + days, self._opens[last] + (work - self._worked[last]))

    def _place(self, times: Floats) -> Integers:
        """Find the first span that closes after each time (days)."""
        self._reach(float(times.max(initial=0.0)), 0.0)
        return self._closes.searchsorted(times, side="right")

    def _reach(self, time: float, work: float) -> None:
        """Find the spans up to one that closes after ``time`` (days), and ends after ``work`` days of work."""
        found, up = self._found, self._availability
        if found and found[-1][1] > time and self._work[-1] > work:
            return
        while not found or found[-1][1] <= 2.0 * time or self._work[-1] <= 2.0 * work:
            opens = up.up(found[-1][1] if found else 0.0)
            closes = up.next_stop(opens)
            found.append((opens, closes))
            self._work.append(self._work[-1] + (closes - opens))
        self._opens, self._closes = np.array([*found, (math.inf, math.inf)]).T.copy()
        self._worked = np.array(self._work)
