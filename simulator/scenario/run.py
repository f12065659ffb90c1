"""How long a scenario is played, what of it is measured, and how often it is repeated."""

from __future__ import annotations

import datetime

from pydantic import Field

from simulator.scenario.section import Section
from simulator.scenario.units import Count, Day, Days, PositiveCount, PositiveDays


class Run(Section):
    """The clock of a scenario: a run covers ``[0, horizon + cool_down)`` days from ``start``.

    Orders placed in the measured window ``[warm_up, horizon)`` count. Demand goes on after the horizon as
    before, until every counted order is resolved or ``cool_down`` has passed.
    """

    start: Day = Field(default=datetime.date(2026, 1, 1), description="Calendar date of day 0.")
    horizon: PositiveDays = Field(default=365.0, description="End of the measured window.")
    warm_up: Days = Field(default=0.0, description="Orders placed before this time are not counted.")
    cool_down: Days = Field(
        default=60.0, description="Longest time to wait for counted orders to be resolved."
    )
    window: PositiveDays | None = Field(
        default=None,
        description="Play the run in windows of so many whole days, each forgotten when it is over: for runs that "
        "would not fit into memory. Left out: all at once.",
    )
    replications: PositiveCount = Field(default=20, description="Independent repetitions.")
    seed: Count = Field(default=42, description="Seed of every random stream.")

    @property
    def end(self) -> float:
        """Latest time of a run, in days."""
        return self.horizon + self.cool_down

    @property
    def measured_days(self) -> float:
        """Length of the measured window, in days."""
        return self.horizon - self.warm_up
