"""Disruptions of a place, drawn or on given dates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field, model_validator

from simulator.calendars.closures import outside_run
from simulator.laws.distributions import OptionalDurationDistribution
from simulator.values.idle_keys import IdleKey, ScenarioFacts
from simulator.values.section import Section
from simulator.values.units import Day

Stopped = Literal["orders", "production", "dispatch"]
"""Work that a disruption stops."""


class Outage(Section):
    """Time without work, drawn again and again or on given dates."""

    up: OptionalDurationDistribution = Field(
        default=None, description="Time from the start, or from one disruption, to the next."
    )
    down: OptionalDurationDistribution = Field(default=None, description="Duration of a disruption.")
    first: Day | None = Field(
        default=None, alias="from", description="First day of a disruption on given dates."
    )
    until: Day | None = Field(
        default=None, alias="to", description="Day from which work goes on, of a disruption on given dates."
    )

    @model_validator(mode="after")
    def _drawn_or_dated(self) -> Outage:
        drawn, dated = (self.up, self.down), (self.first, self.until)
        if sum(one is not None for one in drawn) % 2 or sum(one is not None for one in dated) % 2:
            raise ValueError("'up' and 'down' go together, and 'from' and 'to'")
        if (self.up is None) == (self.first is None):
            raise ValueError("give either 'up' and 'down', or 'from' and 'to'")
        if self.first is not None and self.until is not None and self.until <= self.first:
            raise ValueError("it ends before it begins")
        if self.up is not None and self.down is not None and self.up.mean + self.down.mean <= 0.0:
            raise ValueError("'up' and 'down' cannot both take no time")
        return self

    def idle(self, around: ScenarioFacts, name: str, /) -> Iterator[IdleKey]:
        """Yield a disruption that takes no time, or lies outside of the run."""
        if self.down is not None and self.down.mean == 0.0:
            yield IdleKey((), "it takes no time", by_value=True)
        if self.first is not None and self.until is not None and outside_run(self.first, self.until, around):
            yield IdleKey((), "it is not within the run")


class Disruption(Outage):
    """Disruption of a supplier, drawn again and again or on given dates.

    ``orders``: no order is taken. ``production``: work stands still, and goes on where it stopped. ``dispatch``: goods
    that are ready wait, and leave together.
    """

    stops: Stopped = Field(description="Work that stops.")
