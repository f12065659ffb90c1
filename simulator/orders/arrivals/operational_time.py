"""Operational time: clocks that run at the arrival rate and turn a stationary process into a profiled one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from simulator.values.arrays import Floats, Integers

IN_CACHE = 32_768
"""Count of numbers processed at once, small enough for the processor's cache to hold them between steps."""


@dataclass(frozen=True, slots=True)
class OperationalTime:
    """Clocks of several streams, or one common clock: clock k runs at ``speed[k, d]`` on calendar day d.

    A process that is stationary on such a clock follows the profile on the calendar: unit-rate Poisson
    arrivals become Poisson arrivals of rate ``speed`` (the time change of Çınlar 1975, Introduction to
    Stochastic Processes, chapter 4).

    Attributes:
        speed: operational time per day, float64[clocks, days].
        elapsed: readings at each midnight, float64[clocks, days + 1].
        first: number of the first day.
    """

    speed: Floats
    elapsed: Floats
    first: int = 0

    @classmethod
    def running(cls, speed: Floats, first: int = 0, reading: Floats | float = 0.0) -> OperationalTime:
        """Start clocks at the midnight of day ``first``.

        Args:
            speed: operational time per day, of shape (clocks, days), or (days,) for one clock.
            first: number of the first day.
            reading: reading at the start, one for all clocks or float64[clocks].
        """
        speed = np.atleast_2d(speed)
        elapsed = np.empty((len(speed), speed.shape[1] + 1))
        elapsed[:, 0], elapsed[:, 1:] = reading, speed
        return cls(speed, np.cumsum(elapsed, axis=1, out=elapsed), first)

    @property
    def total(self) -> Floats:
        """Reading of each clock at the end of the last day: float64[clocks]."""
        return self.elapsed[:, -1]

    def reading(self, time: float) -> float:
        """Return the reading of the common clock at a calendar time (days) within its days."""
        day = min(int(time), self.first + self.speed.shape[1] - 1)
        of_day = day - self.first
        return float(self.elapsed[0, of_day] + (time - day) * self.speed[0, of_day])

    def calendars(self, readings: Sequence[Floats]) -> Iterator[Floats]:
        """Convert readings of each stream to calendar times like `calendar`, in blocks that fit the cache."""
        count = np.array([len(part) for part in readings], np.intp)
        end, begin = np.cumsum(count), 0
        while begin < len(readings):
            before = end[begin] - count[begin]
            until = max(begin + 1, int(np.searchsorted(end, before + IN_CACHE, side="right")))
            block = slice(begin, until)
            clocks = self if len(self.speed) == 1 else self._select(block)
            times = clocks.calendar(np.concatenate(readings[block]), count[block])
            last = (end[block] - before).tolist()
            yield from (times[i:k] for i, k in zip([0, *last], last, strict=False))
            begin = until

    def _select(self, clocks: slice) -> OperationalTime:
        return OperationalTime(self.speed[clocks], self.elapsed[clocks], self.first)

    def calendar(self, readings: Floats, count: Integers) -> Floats:
        """Convert clock readings to calendar times in days, in place.

        Args:
            readings: readings of all streams, concatenated; overwritten by the result. Those of a stream must
                not fall. They must be at least the first midnight's reading and less than ``total``.
            count: number of readings of each stream: intp[streams].
        """
        if len(count) == 1:
            self._calendar_of_one(readings)
        elif len(readings):
            self._calendar_of_many(readings, count)
        return readings

    def _calendar_of_one(self, readings: Floats) -> None:
        speed, elapsed = self.speed[0], self.elapsed[0]
        steady = len(speed) > 0 and bool(np.all(speed == speed[0]))
        days = np.arange(self.first, self.first + len(speed), dtype=np.float64)
        for begin in range(0, len(readings), IN_CACHE):
            part = readings[begin : begin + IN_CACHE]
            # from the left: of several midnights with one reading, the last ends the days without demand
            of_day = np.diff(np.searchsorted(part, elapsed))
            part -= np.repeat(elapsed[:-1], of_day)
            part /= speed[0] if steady else np.repeat(speed, of_day)
            np.minimum(part, 1.0, out=part)
            part += np.repeat(days, of_day)

    def _calendar_of_many(self, readings: Floats, count: Integers) -> None:
        clocks, days = self.speed.shape
        clock = np.repeat(np.arange(clocks), count) if clocks > 1 else np.zeros(1, np.intp)
        day = self._estimated_day(readings, clock)
        first = clock * (days + 1)
        place, elapsed = day + first, self.elapsed.ravel()
        while True:  # two or three passes
            midnight = elapsed[place]
            early, late = readings < midnight, readings >= elapsed[place + 1]
            if not (early.any() or late.any()):
                break
            place += late
            place -= early
        readings -= midnight
        place -= clock
        readings /= self.speed.ravel()[place]
        np.minimum(readings, 1.0, out=readings)
        place -= clock * days - self.first
        readings += place

    def _estimated_day(self, readings: Floats, clock: Integers) -> Integers:
        """Estimate the day of each reading, counted from the first day. Rounding may put it off by a day."""
        last = self.speed.shape[1] - 1
        start = self.elapsed[:, 0]
        day: Integers
        if np.all(self.speed == self.speed[:, :1]):
            day = ((readings - start[clock]) / self.speed[clock, 0]).astype(np.intp)
        else:  # one search over all clocks, each shifted to begin where the one before ends
            behind = np.cumsum(self.total - start) - self.total
            midnights = self.elapsed[:, 1:] + behind[:, np.newaxis]
            day = np.searchsorted(midnights.ravel(), readings + behind[clock], side="right")
            day -= clock * (last + 1)
        np.clip(day, 0, last, out=day)
        return day
