"""How customers who wait are treated in a scenario, and what is known of each of them."""

from __future__ import annotations

import math
from dataclasses import dataclass

from simulator.model.asking import Asking, Enquiries
from simulator.model.hazard import GivingUp, Patience
from simulator.model.messages import MessageLog
from simulator.model.support_desk import SupportDesk
from simulator.policies.communication import Communication
from simulator.policies.compensation import CompensationPolicy, NoCompensation
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

    @property
    def idle(self) -> bool:
        """Whether nothing can happen to a customer but that patience ends: there is nothing that could change it."""
        return (
            self.promise.kind == "none"
            and self.communication is None
            and isinstance(self.compensation, NoCompensation)
            and self.desk is None
        )


def rules_of(scenario: Scenario, desk: SupportDesk | None) -> Rules:
    """How customers are treated in a scenario; ``desk``: where they can ask."""
    policies, segments = scenario.policies, scenario.customers.values()
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
    )


class Waiter:
    """One customer who waits for one line."""

    __slots__ = (
        "asking",
        "compensated",
        "giving_up",
        "heard",
        "knows",
        "line",
        "missed",
        "plan",
        "since",
        "told",
        "updates",
        "waits",
        "warned",
    )

    def __init__(self, line: int, since: float, giving_up: GivingUp, asking: Asking | None) -> None:
        self.line = line
        self.since = since
        self.giving_up = giving_up
        self.asking = asking
        """``None`` where there is nobody to be asked."""
        self.told = since
        """When the customer last heard anything: the order's own confirmation page counts."""
        self.heard = -math.inf
        """When a message was last read."""
        self.warned = 0
        """Notices of a delay that were read."""
        self.updates = 0
        """Regular messages that were due so far."""
        self.knows = math.inf
        """The delivery date that the customer knows of: as promised, or as the last message read said."""
        self.missed = False
        """Whether the first promise has passed."""
        self.compensated = False
        self.waits = True
        self.plan = 0
        """Number of the plan in force; moments of older plans are void."""
