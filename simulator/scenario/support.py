"""The support desk: who answers customers, when, and how often customers who wait ask where their order is."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from simulator.scenario.calendar import Hours, OpeningHours
from simulator.scenario.distributions import DurationDistribution, constant
from simulator.scenario.idle import NO_DATE, NOBODY_WAITS, Idle, Surroundings
from simulator.scenario.section import Section
from simulator.scenario.units import Count, Days, Money, PerDay, PositiveCount


class Ask(Section):
    """How often a customer with a backorder asks where it is; the highest rate that applies counts.

    No field study gives such rates. Vendors say that 18 % (Gorgias) to 50 % of all contacts ask where an order
    is, and that notices sent unasked avoid 60-80 % of those (grade C, no method given). The defaults let silence
    triple the rate, which is the middle of that claim: 1 / (1 - 70 %).
    """

    informed: PerDay = Field(
        default=0.03,
        description="Contacts a day of a line that waits and was told something lately. Assumption.",
    )
    silence: Days = Field(
        default=7.0, description="Time without a message after which a customer feels forgotten. Assumption."
    )
    silent: PerDay = Field(
        default=0.1,
        description="Contacts a day after so much silence. Three times 'informed': vendor blogs, grade C.",
    )
    broken_promise: PerDay = Field(
        default=0.25,
        description="Contacts a day once the date that the customer knows of has passed. Assumption.",
    )

    def idle(self, around: Surroundings, name: str, /) -> Iterator[Idle]:
        """The rate after a date that nobody was given."""
        if not around.dated:
            yield Idle(("broken_promise",), NO_DATE)


class Surge(Section):
    """Further agents for as long as many lines wait; they keep the desk's hours."""

    agents: PositiveCount = Field(description="How many agents are called in.")
    above: Count = Field(description="They work while more than so many lines wait for goods.")


class SupportDesk(Section):
    """Agents who answer customers, first come first served; without this section nobody contacts anybody.

    A customer who would ask while the desk is closed asks when it opens. Its wait, and its patience, begin when
    it asks. At the closing an agent finishes the contact it is in; who is still in the queue waits on.
    """

    agents: PositiveCount | None = Field(
        default=None,
        description="Agents on duty in the opening hours; left out: as many as are needed, so that nobody waits.",
    )
    contact_time: DurationDistribution = Field(
        default=constant(6 / (24 * 60)), description="Time an agent needs for a contact. Assumption."
    )
    hours: OpeningHours = Field(
        default=Hours.parse("always"), description="When the desk is open. Assumption: always."
    )
    surge: Surge | None = Field(
        default=None, description="Further agents while many lines wait; left out: none."
    )
    patience: DurationDistribution | None = Field(
        default=None,
        description="Time after which a customer in the queue gives up; left out: never. Telephone queues: "
        "minutes (exponential: the Erlang A model, Garnett, Mandelbaum & Reiman 2002); mail: days.",
    )
    base_load: PerDay = Field(
        default=0.0,
        description="Contacts on a mean day about other things than backorders, at random in the opening hours.",
    )
    ask: Ask = Ask()
    cost_per_contact: Money = Field(
        default=5.0,
        description="Money for each contact answered. About 5 US dollars, or 3-6 pounds: vendor blogs, grade C.",
    )

    def idle(self, around: Surroundings, name: str, /) -> Iterator[Idle]:
        """The whole of a desk that nobody asks; what concerns a queue that there is not."""
        if not around.waiting and self.base_load == 0.0:
            yield Idle((), f"{NOBODY_WAITS}, and 'base_load' is 0")
            return
        if not around.waiting:
            yield Idle(("ask",), NOBODY_WAITS)
        if self.agents is None:
            unlimited = "without 'agents' there are enough, so that no contact waits"
            yield Idle(("surge",), unlimited)
            yield Idle(("patience",), unlimited)
        elif not around.waiting:
            yield Idle(("surge",), NOBODY_WAITS)
