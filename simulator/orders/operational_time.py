"""Clocks that run as fast as customers come: a process that is steady on them follows the profiles on the calendar."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

IN_CACHE = 32_768
"""Numbers that are worked on at once, so that they stay in the processor's cache from step to step."""


@dataclass(frozen=True, slots=True)
class OperationalTime:
    """A clock that runs at ``speed[d]`` on calendar day d.

    A process that is stationary on this clock follows the profile on the calendar: unit-rate Poisson arrivals
    become Poisson arrivals of rate ``speed`` (the time change of Çınlar 1975, Introduction to Stochastic
    Processes, chapter 4). ``elapsed`` is its reading at each midnight, float64 of shape (days + 1,), and ``first``
    the number of the first of these days.
    """

    speed: NDArray[np.float64]
    elapsed: NDArray[np.float64]
    first: int = 0

    @classmethod
    def running(cls, speed: NDArray[np.float64], first: int = 0, reading: float = 0.0) -> OperationalTime:
        """The clock with this speed on each day from day ``first`` on, when it shows ``reading``."""
        return cls(speed, np.cumsum(np.concatenate(([reading], speed))), first)

    @property
    def total(self) -> float:
        """Reading at the end of the last day."""
        return float(self.elapsed[-1])

    def reading(self, time: float) -> float:
        """Reading of the clock at a calendar time within its days."""
        day = min(int(time), self.first + len(self.speed) - 1)
        of_day = day - self.first
        return float(self.elapsed[of_day] + (time - day) * self.speed[of_day])

    def calendar(self, readings: NDArray[np.float64]) -> NDArray[np.float64]:
        """Calendar times, in days, of readings below ``total``, not below the first, that do not fall.

        They take the readings' place.
        """
        steady = len(self.speed) > 0 and bool(np.all(self.speed == self.speed[0]))
        days = np.arange(self.first, self.first + len(self.speed), dtype=np.float64)
        for begin in range(0, len(readings), IN_CACHE):
            part = readings[begin : begin + IN_CACHE]
            # From the left: of several midnights with one reading, the last ends the days without demand.
            of_day = np.diff(np.searchsorted(part, self.elapsed))
            part -= np.repeat(self.elapsed[:-1], of_day)
            part /= self.speed[0] if steady else np.repeat(self.speed, of_day)
            np.minimum(part, 1.0, out=part)
            part += np.repeat(days, of_day)
        return readings
