"""Section ``run``: length of a run, measured window, number of replications, and seed."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from pydantic import Field

from simulator.calendars.place_clock import PlaceClock
from simulator.calendars.time_zones import TimeZone
from simulator.values.idle_keys import IdleKey, ScenarioFacts
from simulator.values.section import Section
from simulator.values.units import Count, Day, Days, PositiveCount, PositiveDays


class Run(Section):
    """Length and repetition of a run, which covers the days ``[0, horizon + cool_down)`` from ``start``.

    Orders placed in the measured window ``[warm_up, horizon)`` count. Demand continues after the horizon as
    before, until every counted order is resolved or ``cool_down`` has passed.
    """

    start: Day = Field(default=datetime.date(2026, 1, 1), description="Calendar date of day 0.")
    time_zone: TimeZone | None = Field(
        default=None,
        description="Time zone in which the run starts, as Europe/Berlin; needed where a place has one. The clock of "
        "the run knows no daylight saving.",
    )
    horizon: PositiveDays = Field(default=365.0, description="End of the measured window.")
    warm_up: Days = Field(default=0.0, description="Orders placed before this time are not counted.")
    cool_down: Days = Field(
        default=60.0, description="Longest time to wait for counted orders to be resolved."
    )
    window: PositiveDays | None = Field(
        default=None,
        description="Length of a window, in whole days. The run is played window by window and keeps only one in "
        "memory, for runs that would not fit into it. Left out: the whole run at once.",
    )
    replications: PositiveCount = Field(default=20, description="Independent repetitions.")
    seed: Count = Field(default=42, description="Seed of every random stream.")

    def idle(self, around: ScenarioFacts, name: str, /) -> Iterator[IdleKey]:
        """Yield the time zone if no place has one."""
        if not around.zoned:
            yield IdleKey(("time_zone",), "no place has a time zone")

    def clock(self, time_zone: str | None) -> PlaceClock:
        """Return the clock of a place with a time zone, or without one."""
        return PlaceClock(self.start, self.time_zone, time_zone)

    @property
    def end(self) -> float:
        """Latest time of a run, in days."""
        return self.horizon + self.cool_down

    @property
    def measured_days(self) -> float:
        """Length of the measured window, in days."""
        return self.horizon - self.warm_up
