"""Working time of a place: the days that it has worked until a time, for many times at once."""

from __future__ import annotations

import math

import numpy as np

from simulator.model.availability.availability import Availability
from simulator.values.arrays import Floats


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
