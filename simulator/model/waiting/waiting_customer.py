"""Treatment of waiting customers: the rules of a scenario, and the state of each customer."""

from __future__ import annotations

import math
from dataclasses import dataclass

from simulator.model.clock import NEVER
from simulator.model.patience.cancellation_hazard import CancellationHazard, PatienceLaw
from simulator.model.patience.message_schedule import MessageSchedule
from simulator.model.records.message_log import MessageLog
from simulator.model.records.treatment_log import TreatmentLog
from simulator.model.waiting.contact_process import ContactChannel, ContactProcess
from simulator.model.waiting.delivery_forecast import OTHERS
from simulator.model.waiting.support_desk import SupportDesk
from simulator.policies.communication import Communication
from simulator.policies.compensation import CompensationPolicy
from simulator.policies.promise import PromisePolicy
from simulator.scenario.scenario import Scenario
from simulator.scenario.sections.demand import Impatience
from simulator.scenario.shortcuts import SCHEDULED_MESSAGES


@dataclass(frozen=True, slots=True)
class TreatmentRules:
    """Rules for waiting customers, shared by all stocks."""

    promise: PromisePolicy
    communication: Communication | None
    compensation: CompensationPolicy
    impatience: list[Impatience | None]
    """Multipliers of the cancellation hazard, by segment."""
    patience: list[PatienceLaw | None]
    """Law of patience, by segment."""
    desk: ContactChannel | None
    """Access to the support desk, ``None`` without one."""
    messages: MessageLog
    """Record of all messages."""
    treatment_log: TreatmentLog
    """Record of promises, contacts and compensation of waiting lines."""
    schedule: MessageSchedule | None
    """Fixed schedule of all messages and offers, ``None`` if customers must be treated one by one."""


def treatment_rules(scenario: Scenario, desk: SupportDesk | None, *, step: bool) -> TreatmentRules:
    """Collect the rules of a scenario.

    Args:
        scenario: scenario with policies and segments.
        desk: support desk of the run, ``None`` without one.
        step: treat customers one by one even if a fixed schedule would do.
    """
    policies, segments = scenario.policies, scenario.customers.values()
    schedule = None
    if SCHEDULED_MESSAGES.allows(scenario):
        schedule = MessageSchedule.of(policies.promise, policies.communication, policies.compensation)
        if step and not schedule.is_empty:
            schedule = None
    return TreatmentRules(
        promise=policies.promise,
        communication=policies.communication,
        compensation=policies.compensation,
        impatience=[segment.impatience for segment in segments],
        patience=[
            PatienceLaw.of(segment.patience)
            if segment.impatience is not None and segment.patience is not None
            else None
            for segment in segments
        ],
        desk=None
        if desk is None or scenario.support_desk is None
        else ContactChannel(scenario.support_desk.ask, desk),
        messages=MessageLog(),
        treatment_log=TreatmentLog(),
        schedule=schedule,
    )


Key = tuple[float, int]
"""Key in the queue of a stock: rank and row of the line in the order book, the lowest first."""


class WaitingCustomer:
    """Waiting customer of one line. Times are in days.

    Attributes:
        key: place in the queue of the stock.
        line: position of the line in the line table.
        row: row of the line in the order book.
        region: code of the line's region, see `OutstandingOrders.group_of`.
        number: number of the line in the treatment log.
        units: units that the line still lacks.
        since: beginning of the wait.
        impatience: multipliers of the cancellation hazard.
        hazard: cumulative cancellation hazard.
        contact_process: contact process, ``None`` without a support desk.
        told: time of the last information received; the order itself counts, because it is confirmed on
            screen.
        informed: end of the time for which the last message read keeps the customer informed.
        notices: number of messages sent.
        reading: uniform number that decides which of them are read; nan before the first.
        warned: number of delay notices read.
        weariness: multiplier of the cancellation hazard because of these notices.
        updates: number of regular updates due so far.
        update: time of the next regular update.
        broken: time at which the first promise will be broken; infinite once it is, or without a promise.
        date: delivery date promised now, nan without a promise.
        knows: delivery date known to the customer, as first promised or from the last message read.
        compensated: whether compensation has been offered.
        compensation: time at which compensation for a long wait is due.
        leaves: time of cancellation under the present multiplier.
        next: next time at which anything is due or the hazard changes, apart from changes of the promise.
        waits: whether the line still waits.
        plan: number of the plan in force, 0 for none.
        moment: moment of the plan in force.
        entry: number of the plan entered in `Reminders`: the one in force, or an older one that comes up
            before it.
        entered_moment: moment of the plan entered in `Reminders`.
    """

    __slots__ = (
        "broken",
        "compensated",
        "compensation",
        "contact_process",
        "date",
        "entered_moment",
        "entry",
        "hazard",
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
        "region",
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
        line: int,
        number: int,
        units: float,
        since: float,
        impatience: Impatience | None,
        hazard: CancellationHazard,
        contact_process: ContactProcess | None,
    ) -> None:
        self.key = key
        self.line = line
        self.row = key[1]
        self.region = OTHERS
        self.number = number
        self.units = units
        self.since = since
        self.impatience = impatience
        self.hazard = hazard
        self.contact_process = contact_process
        self.told = since
        self.informed = -math.inf
        self.notices = 0
        self.reading = math.nan
        self.warned = 0
        self.weariness = 1.0
        self.updates = 0
        self.update = math.inf
        self.broken = math.inf
        self.date = math.nan
        self.knows = math.inf
        self.compensated = False
        self.compensation = math.inf
        self.next = self.leaves = math.inf
        self.waits = True
        self.plan = 0
        self.moment = NEVER
        self.entry = 0
        self.entered_moment = NEVER

    def hear(self, now: float) -> None:
        """Register a message read, or an answer of the support desk, at time ``now``."""
        self.told = now
        if self.impatience is not None:
            self.informed = now + self.impatience.informed_for

    def warn(self) -> None:
        """Register that a delay notice was read."""
        self.warned += 1
        if self.impatience is not None:
            self.weariness = self.impatience.revision**self.warned

    def multiplier(self, rule: Impatience, now: float) -> float:
        """Return the product of all multipliers of the hazard that apply under ``rule`` at time ``now``."""
        multiplier = self.weariness
        if now < self.informed:
            multiplier *= rule.informed
        if now >= self.knows:
            multiplier *= rule.past_promise
        if self.compensated:
            multiplier *= rule.compensated
        return multiplier
