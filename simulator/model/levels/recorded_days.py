"""Days of an order history, drawn again whole and in random order as the demand of a stock in pilot runs."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from simulator.orders.daily_demand import days_of_stocks
from simulator.orders.random.streams import Streams
from simulator.scenario.scenario import Scenario
from simulator.values.arrays import Floats


@dataclass(frozen=True, eq=False)
class RecordedDays:
    """Recorded lines of one stock, by day.

    Attributes:
        hour: time of each line within its day, as a share of the day: float64[lines].
        units: units of each line: float64[lines].
        scale: mean number of copies of each line: float64[lines].
        begin: index of the first line of each day, and the number of lines at the end: intp[days + 1].
    """

    hour: Floats
    units: Floats
    scale: Floats
    begin: NDArray[np.intp]

    @cached_property
    def digest(self) -> bytes:
        """Hash by which equal days are recognised."""
        return hashlib.sha256(
            b"".join(part.tobytes() for part in (self.hour, self.units, self.scale, self.begin))
        ).digest()

    @property
    def lines_per_day(self) -> float:
        """Mean number of lines per day."""
        return float(self.scale.sum()) / (len(self.begin) - 1)

    def drawn(self, days: int, streams: Streams, name: str) -> tuple[Floats, Floats]:
        """Draw the lines of a number of days, each a random one of the recorded days.

        Args:
            days: number of days.
            streams: random streams of the run.
            name: name of the random stream.

        Returns:
            Times (days) and units of the lines: float64[drawn lines] each.
        """
        rng = streams.generator(name)
        chosen = rng.integers(0, len(self.begin) - 1, days)
        count = np.diff(self.begin)[chosen]
        ends = np.cumsum(count)
        place = np.arange(int(ends[-1]) if days else 0) - np.repeat(
            ends - count - self.begin[:-1][chosen], count
        )
        time = np.repeat(np.arange(float(days)), count) + self.hour[place]
        if (self.scale == 1.0).all():
            return time, self.units[place]
        scale = self.scale[place]
        times = np.floor(scale).astype(np.intp) + (rng.random(len(place)) < scale % 1.0)
        return np.repeat(time, times), np.repeat(self.units[place], times)


def recorded_days(scenario: Scenario) -> dict[tuple[str, str], list[RecordedDays]]:
    """Collect the recorded days of each stock with demand from histories, grouped as in `days_of_stocks`."""
    found: dict[tuple[str, str], list[RecordedDays]] = {}
    for days in days_of_stocks(scenario):
        sequence = np.argsort(days.time, kind="stable")
        day = days.day[sequence]
        starts = np.searchsorted(day, np.arange(days.length + 1))
        hour = days.time[sequence] - day
        recorded = RecordedDays(hour, days.units[sequence], days.scale[sequence], starts)
        found.setdefault(days.stock, []).append(recorded)
    return found
