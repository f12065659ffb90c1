"""The measured window of a run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from simulator.scenario.run import Run

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Window:
    """The time [start, end), in days, in which orders are counted and stocks are averaged."""

    start: float
    end: float

    @classmethod
    def of(cls, run: Run) -> Window:
        """The window [warm_up, horizon) of a run."""
        return cls(run.warm_up, run.horizon)

    @property
    def length(self) -> float:
        """Days."""
        return self.end - self.start

    def clip(self, time: Floats) -> Floats:
        """Times moved to the nearest edge where they lie outside, in days; nan stays nan."""
        return np.clip(time, self.start, self.end)

    def remaining(self, time: Floats) -> Floats:
        """Days of the window after each time.

        A change of a step function by d at time t adds d times this to its integral over the window.
        """
        return self.end - self.clip(time)

    def contains(self, time: Floats) -> Flags:
        """Whether each time lies in the window; nan does not."""
        return (time >= self.start) & (time < self.end)
