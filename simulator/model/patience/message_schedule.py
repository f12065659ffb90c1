"""Schedule of messages and compensation that depends on the order's age alone, not on the supply.

Then nobody has to see to them while they wait: when their patience ends is known beforehand (`foresight`), and what
they were told and given is written after the run, for all of them at once (`hindsight`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from simulator.orders.lateness import INSTANT
from simulator.policies.communication import Communication
from simulator.policies.compensation import CompensationPolicy, NoCompensation
from simulator.policies.promise import NothingKnown, PromisePolicy


@dataclass(frozen=True, slots=True)
class MessageSchedule:
    """The same for every line, in days from when it begins to wait; infinite for never."""

    promised: float
    """To the delivery that is promised; that is never revised."""
    shown: bool
    """Whether customers see that promise before they order."""
    confirms: bool
    """Whether the backorder is confirmed at once."""
    every: float
    """From one regular message to the next."""
    in_stock: bool
    """Whether there is a message when the goods have come."""
    quiet_if_under: float
    """So long before the promised delivery, and after it, nothing is said until the goods have come; else -infinite."""
    read: float
    """Chance that a message is read."""
    offered: float
    """To the offer of a compensation."""

    @classmethod
    def of(
        cls, promise: PromisePolicy, told: Communication | None, offer: CompensationPolicy
    ) -> MessageSchedule:
        """The schedule that these policies make where nothing of it depends on the supply (`SCHEDULED_CARE`)."""
        days = promise.days(NothingKnown())
        promised = math.inf if days is None else days
        offered = {"backordering": 0.0, "waiting": offer.after, "broken_promise": promised + INSTANT}[
            offer.when
        ]
        every = None if told is None else told.update_every
        return cls(
            promised=promised,
            shown=days is not None and promise.shown == "before",
            confirms=told is not None and told.confirm,
            every=math.inf if every is None else every,
            in_stock=told is not None and told.in_stock,
            quiet_if_under=told.quiet_if_under
            if told is not None and told.quiet_if_under > 0.0
            else -math.inf,
            read=0.0 if told is None else told.channel.read,
            offered=math.inf if offered is None or isinstance(offer, NoCompensation) else offered,
        )

    @property
    def is_empty(self) -> bool:
        """Whether customers who wait are neither told nor given anything."""
        return not (self.confirms or self.in_stock or min(self.promised, self.every, self.offered) < math.inf)


def fixed_quote(promise: PromisePolicy) -> float | None:
    """Days from an order to its promised delivery if they are the same for every line; else ``None``."""
    return promise.days(NothingKnown()) if promise.foreseen else None
