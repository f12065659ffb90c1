"""Section ``support_desk``: agents, their opening hours, and the contact rates of waiting customers."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from simulator.calendars.closures import Closure
from simulator.calendars.opening_hours import ALWAYS, OpeningHours
from simulator.calendars.opening_times import OpeningTimes, idle_times
from simulator.calendars.public_holidays import HolidayCodes
from simulator.calendars.time_zones import TimeZone
from simulator.laws.distributions import DurationDistribution, constant
from simulator.values.idle_keys import NO_DATE, NOBODY_WAITS, IdleKey, ScenarioFacts
from simulator.values.section import Section
from simulator.values.units import Count, Days, Money, PerDay, PositiveCount


class Ask(Section):
    """Contact rates of a backordered line; the highest rate that applies counts.

    No field study gives such rates. Vendors say that 18 % (Gorgias) to 50 % of all contacts ask where an
    order is, and that notices sent unasked avoid 60-80 % of those (grade C, no method given). By default
    silence triples the rate: 1 / (1 - 70 %), the middle of that claim.
    """

    informed: PerDay = Field(
        default=0.03,
        description="Contacts per day of a waiting line within 'silence' of its order or last message. Assumption.",
    )
    silence: Days = Field(
        default=7.0, description="Time without a message after which a customer feels forgotten. Assumption."
    )
    silent: PerDay = Field(
        default=0.1,
        description="Contacts per day after the time 'silence' without a message. Three times 'informed': vendor "
        "blogs, grade C.",
    )
    broken_promise: PerDay = Field(
        default=0.25,
        description="Contacts per day after the last delivery date known to the customer. Assumption.",
    )

    def idle(self, around: ScenarioFacts, name: str, /) -> Iterator[IdleKey]:
        """Yield the rate after the promised date if no date is promised."""
        if not around.dated:
            yield IdleKey(("broken_promise",), NO_DATE)


class SurgeAgents(Section):
    """Further agents on duty in the opening hours of the desk while many lines wait."""

    agents: PositiveCount = Field(description="Number of further agents.")
    above: Count = Field(description="Number of lines waiting for goods above which they work.")


class SupportDesk(Section):
    """Support desk that answers contacts first come first served; without it customers never make contact.

    A contact that falls into closed hours is made when the desk opens. Waiting time and patience in the queue
    start then. At closing time an agent finishes the current contact. Contacts in the queue wait until the
    next opening.
    """

    agents: PositiveCount | None = Field(
        default=None,
        description="Agents on duty in the opening hours; left out: as many as needed, so that no contact waits.",
    )
    contact_time: DurationDistribution = Field(
        default=constant(6 / (24 * 60)), description="Time an agent needs for a contact. Assumption."
    )
    hours: OpeningHours = Field(default=ALWAYS, description="Opening hours of the desk. Assumption: always.")
    closed: dict[str, Closure] = Field(default={}, description="Closures by name.")
    holidays: HolidayCodes = Field(
        default=(), description="Countries whose public holidays are closed days, as DE, DE-BY, or a list."
    )
    time_zone: TimeZone | None = Field(
        default=None,
        description="Time zone of its hours and dates, as Asia/Shanghai; left out: the clock of the run.",
    )
    surge: SurgeAgents | None = Field(
        default=None, description="Further agents while many lines wait; left out: none."
    )
    patience: DurationDistribution | None = Field(
        default=None,
        description="Time after which a customer in the queue gives up; left out: never. Telephone queues: "
        "minutes (exponential: the Erlang A model, Garnett, Mandelbaum & Reiman 2002); mail: days.",
    )
    base_load: PerDay = Field(
        default=0.0,
        description="Mean number of contacts per day about other matters than backorders, at random in the opening "
        "hours.",
    )
    ask: Ask = Ask()
    cost_per_contact: Money = Field(
        default=5.0,
        description="Money for each contact answered. About 5 US dollars, or 3-6 pounds: vendor blogs, grade C.",
    )

    def idle(self, around: ScenarioFacts, name: str, /) -> Iterator[IdleKey]:
        """Yield the whole desk if nobody contacts it, else keys that only a queue or waiting lines use."""
        if not around.waiting and self.base_load == 0.0:
            yield IdleKey((), f"{NOBODY_WAITS}, and 'base_load' is 0")
            return
        yield from idle_times(self, around, by_clock=not OpeningTimes.of(self).always)
        if not around.waiting:
            yield IdleKey(("ask",), NOBODY_WAITS)
        if self.agents is None:
            unlimited = "without 'agents' there are enough, so that no contact waits"
            yield IdleKey(("surge",), unlimited)
            yield IdleKey(("patience",), unlimited)
        elif not around.waiting:
            yield IdleKey(("surge",), NOBODY_WAITS)
