"""Schedule of messages and compensation that depends on the age of the order alone, not on the supply.

Under such a schedule waiting customers need no events. Cancellation times are known before the run
(`patience_ends`), and messages and compensation of all lines are computed at once after it
(`scheduled_messages`).
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
    """Schedule shared by all lines. Times are in days from the beginning of the wait, infinite for never."""

    promised: float
    """Time of the promised delivery, which is never revised."""
    shown: bool
    """True if customers see the promise before they order."""
    confirms: bool
    """True if the backorder is confirmed at once."""
    every: float
    """Time between regular messages."""
    in_stock: bool
    """True if there is a message when the line is filled."""
    quiet_if_under: float
    """Time before the promised delivery from which no confirmation or update is sent; -infinite for none."""
    read: float
    """Chance that a message is read."""
    offered: float
    """Time of the offer of compensation."""

    @classmethod
    def of(
        cls, promise: PromisePolicy, told: Communication | None, offer: CompensationPolicy
    ) -> MessageSchedule:
        """Make the schedule of policies that do not depend on the supply (see `SCHEDULED_MESSAGES`).

        Args:
            promise: promise policy.
            told: messages, ``None`` for none.
            offer: compensation policy.

        Raises:
            ValueError: the promise depends on a forecast.
        """
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
        """True if waiting customers get no promise, no message and no compensation."""
        return not (self.confirms or self.in_stock or min(self.promised, self.every, self.offered) < math.inf)


def fixed_quote(promise: PromisePolicy) -> float | None:
    """Return the days from order to promised delivery if they are the same for every line, else ``None``."""
    return promise.days(NothingKnown()) if promise.foreseen else None
