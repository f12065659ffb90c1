"""Payment policies: time of the charge, and time and cost of refunds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import BeforeValidator, Field, SerializeAsAny

from simulator.policies.family import Policy, member
from simulator.values.arrays import Floats
from simulator.values.idle_keys import NOBODY_CANCELS, IdleKey, ScenarioFacts
from simulator.values.units import Days, Money


class PaymentPolicy(Policy):
    """Base of the payment policies."""

    family = "payment"
    members = {}

    def charged(self, ordered: Floats, shipped: Floats) -> Floats:
        """Return the time at which each line is charged, in days, nan for never: float64[lines].

        Args:
            ordered: time of the order of each line, in days.
            shipped: time at which each line was shipped, in days, nan for lines never shipped.
        """
        raise NotImplementedError

    def refunded(self, cancelled: Floats) -> Floats:
        """Return the times of refund, in days, of lines charged before they were cancelled: float64[lines].

        Args:
            cancelled: time of the cancellation of each line, in days.
        """
        return cancelled

    def refund_handling(self) -> float:
        """Return the cost of handling the refund of one line, in money."""
        return 0.0


@member("on_shipment")
class OnShipment(PaymentPolicy):
    """Customers are charged when their goods are shipped. Lines cancelled before are never charged."""

    def charged(self, ordered: Floats, shipped: Floats) -> Floats:
        """Return the times of shipping."""
        return shipped


@member("on_order")
class OnOrder(PaymentPolicy):
    """Customers are charged when they order, for all units they will get. Cancelled lines are refunded."""

    refund_delay: Days = Field(
        default=5.0, description="Time from the cancellation to the refund. Assumption."
    )
    refund_cost: Money = Field(
        default=3.5,
        description="Cost of handling the refund of a line. Assumption: about that of a contact, 3-6 pounds "
        "or 5 dollars (vendor blogs, grade C).",
    )

    def charged(self, ordered: Floats, shipped: Floats) -> Floats:
        """Return the times of ordering."""
        return ordered

    def refunded(self, cancelled: Floats) -> Floats:
        """Return the times of cancellation plus ``refund_delay``."""
        return cancelled + self.refund_delay

    def refund_handling(self) -> float:
        """Return ``refund_cost``."""
        return self.refund_cost

    def idle(self, around: ScenarioFacts, name: str, /) -> Iterator[IdleKey]:
        """Yield delay and cost of refunds if no line is ever cancelled."""
        if not around.cancelling:
            yield from (IdleKey((key,), NOBODY_CANCELS) for key in ("refund_delay", "refund_cost"))


Payment = Annotated[SerializeAsAny[PaymentPolicy], BeforeValidator(PaymentPolicy.choose)]
