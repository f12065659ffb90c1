"""Closures: dates on which a place is closed."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from pydantic import Field, model_validator

from simulator.values.idle_keys import IdleKey, ScenarioFacts
from simulator.values.section import Section
from simulator.values.units import Day


class Closure(Section):
    """Days on which a place is closed."""

    first: Day = Field(alias="from", description="First day.")
    until: Day = Field(alias="to", description="Day from which work goes on.")

    @model_validator(mode="after")
    def _in_sequence(self) -> Closure:
        if self.until <= self.first:
            raise ValueError("it ends before it begins")
        return self

    def idle(self, around: ScenarioFacts, name: str, /) -> Iterator[IdleKey]:
        """Yield a closure outside of the run."""
        if outside_run(self.first, self.until, around):
            yield IdleKey((), "it is not within the run")


def outside_run(first: datetime.date, until: datetime.date, around: ScenarioFacts) -> bool:
    """Test whether the days from ``first`` to the day before ``until`` lie outside of the run."""
    return (first - around.start).days >= around.end or (until - around.start).days <= 0
