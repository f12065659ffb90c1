"""How customers who wait are treated in a scenario, and what is known of each of them."""

from __future__ import annotations

import math
from dataclasses import dataclass

from simulator.model.asking import Asking, Enquiries
from simulator.model.care import CareLog
from simulator.model.clock import NEVER
from simulator.model.hazard import GivingUp, Patience
from simulator.model.messages import MessageLog
from simulator.model.schedule import Schedule
from simulator.model.support_desk import SupportDesk
from simulator.policies.communication import Communication
from simulator.policies.compensation import CompensationPolicy
from simulator.policies.promise import PromisePolicy
from simulator.scenario.impatience import Impatience
from simulator.scenario.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Rules:
    """How customers are treated who wait, the same for all stocks."""

    promise: PromisePolicy
    communication: Communication | None
    compensation: CompensationPolicy
    impatience: list[Impatience | None]
    """By segment."""
    patience: list[Patience | None]
    """Law of the patience, by segment."""
    desk: Enquiries | None
    messages: MessageLog
    """Where every message is noted."""
    care: CareLog
    """Where all else is noted that is done for a waiting line."""
    schedule: Schedule | None
    """Of all that is said and done, ``None`` where somebody has to see to each customer who waits."""


def rules_of(scenario: Scenario, desk: SupportDesk | None, *, step: bool) -> Rules:
    """How customers are treated in a scenario; ``desk``: where they can ask.

    With ``step`` somebody sees to each customer even where all follows a schedule.
    """
    policies, segments = scenario.policies, scenario.customers.values()
    schedule = Schedule.of(policies.promise, policies.communication, policies.compensation)
    if desk is not None or (step and schedule is not None and not schedule.is_empty):
        schedule = None
    return Rules(
        promise=policies.promise,
        communication=policies.communication,
        compensation=policies.compensation,
        impatience=[segment.impatience for segment in segments],
        patience=[
            Patience.of(segment.patience)
            if segment.impatience is not None and segment.patience is not None
            else None
            for segment in segments
        ],
        desk=None
        if desk is None or scenario.support_desk is None
        else Enquiries(scenario.support_desk.ask, desk),
        messages=MessageLog(),
        care=CareLog(),
        schedule=schedule,
    )


Key = tuple[float, int]
"""Place in the queue of a stock: rank and line, the lowest first."""


class Waiter:
    """One customer who waits for one line. Times in days."""

    __slots__ = (
        "asking",
        "broken",
        "comes",
        "compensated",
        "compensation",
        "date",
        "entry",
        "giving_up",
        "impatience",
        "informed",
        "key",
        "knows",
        "leaves",
        "line",
        "moment",
        "next",
        "notices",
        "number",
        "plan",
        "reading",
        "row",
        "since",
        "told",
        "units",
        "update",
        "updates",
        "waits",
        "warned",
        "weariness",
    )

    def __init__(
        self,
        key: Key,
        row: int,
        number: int,
        units: float,
        since: float,
        impatience: Impatience | None,
        giving_up: GivingUp,
        asking: Asking | None,
    ) -> None:
        self.key = key
        self.line = key[1]
        self.row = row
        """Of the line in the order book."""
        self.number = number
        """Of the line among those for which something is done."""
        self.units = units
        """Units that the line still lacks."""
        self.since = since
        self.impatience = impatience
        self.giving_up = giving_up
        self.asking = asking
        """``None`` where there is nobody to be asked."""
        self.told = since
        """When the customer last heard anything: the order's own confirmation page counts."""
        self.informed = -math.inf
        """Until when the last message that was read informs."""
        self.notices = 0
        """Messages that were sent."""
        self.reading = math.nan
        """The uniform number that decides which of them are read; nan before the first."""
        self.warned = 0
        """Notices of a delay that were read."""
        self.weariness = 1.0
        """What they multiply the hazard of giving up by."""
        self.updates = 0
        """Regular messages that were due so far."""
        self.update = math.inf
        """When the next one is due."""
        self.broken = math.inf
        """When the delivery date that was promised at first will have passed; infinite when it has."""
        self.date = math.nan
        """The delivery date that is promised now, if any is."""
        self.knows = math.inf
        """The delivery date that the customer knows of: as promised, or as the last message read said."""
        self.compensated = False
        self.compensation = math.inf
        """When it is due for having waited so long."""
        self.next = self.leaves = math.inf
        """leaves: when patience ends if nothing changes any more. next: when anything is due next, or the customer's
        mood changes, whatever happens to the promise."""
        self.waits = True
        self.plan = 0
        """Number of the plan in force; 0 for none."""
        self.moment = NEVER
        """The moment that is planned."""
        self.entry = 0
        """Number of the plan that stands in the agenda: the one in force, or an older one that comes up before it."""
        self.comes = NEVER
        """When that comes up."""

    def hear(self, now: float) -> None:
        """The customer reads a message or gets an answer."""
        self.told = now
        if self.impatience is not None:
            self.informed = now + self.impatience.informed_for

    def warn(self) -> None:
        """The message was of a delay."""
        self.warned += 1
        if self.impatience is not None:
            self.weariness = self.impatience.revision**self.warned

    def multiplier(self, rule: Impatience, now: float) -> float:
        """What the hazard of giving up is multiplied by: the product of what applies now."""
        multiplier = self.weariness
        if now < self.informed:
            multiplier *= rule.informed
        if now >= self.knows:
            multiplier *= rule.past_promise
        if self.compensated:
            multiplier *= rule.compensated
        return multiplier
