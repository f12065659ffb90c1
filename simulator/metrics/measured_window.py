"""Measured window of a run: the interval in which orders are counted and stocks are averaged."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.scenario.sections.run import Run
from simulator.values.arrays import Flags, Floats


@dataclass(frozen=True, slots=True)
class Window:
    """Interval [start, end) of time, in days."""

    start: float
    end: float

    @classmethod
    def of(cls, run: Run) -> Window:
        """Return the window [warm_up, horizon) of a run."""
        return cls(run.warm_up, run.horizon)

    @property
    def length(self) -> float:
        """Length in days."""
        return self.end - self.start

    def clip(self, time: Floats) -> Floats:
        """Clip times to the window, in days; nan stays nan."""
        return np.clip(time, self.start, self.end)

    def remaining(self, time: Floats) -> Floats:
        """Return the days left in the window after each time.

        A step of d at time t adds d * remaining(t) to the integral of a step function over the window.
        """
        return self.end - self.clip(time)

    def contains(self, time: Floats) -> Flags:
        """Flag the times that lie in the window; nan does not."""
        return (time >= self.start) & (time < self.end)
