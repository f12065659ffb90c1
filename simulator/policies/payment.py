"""When customers are charged, and what it takes to give money back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import numpy as np
import numpy.typing as npt
from pydantic import BeforeValidator, Field, SerializeAsAny

from simulator.policies.family import Policy, member
from simulator.scenario.idle import NOBODY_CANCELS, Idle, Surroundings
from simulator.scenario.units import Days, Money

Times = npt.NDArray[np.float64]


class PaymentPolicy(Policy):
    """Base of the payment policies."""

    family = "payment"
    members = {}

    def charged(self, ordered: Times, shipped: Times) -> Times:
        """When each line is charged, in days, nan for never.

        ``ordered``, ``shipped``: days, one entry a line; ``shipped`` is nan for what was never sent.
        """
        raise NotImplementedError

    def refunded(self, cancelled: Times) -> Times:
        """When lines that had been charged and were cancelled at these times (days) get their money back."""
        return cancelled

    def refund_handling(self) -> float:
        """Money that giving one line's money back costs."""
        return 0.0


@member("on_shipment")
class OnShipment(PaymentPolicy):
    """Customers are charged when their goods are sent; who cancels before has paid nothing."""

    def charged(self, ordered: Times, shipped: Times) -> Times:
        """When shipped."""
        return shipped


@member("on_order")
class OnOrder(PaymentPolicy):
    """Customers are charged when they order, for all that they will get; who cancels is refunded."""

    refund_delay: Days = Field(
        default=5.0, description="Time from the cancellation to the refund. Assumption."
    )
    refund_cost: Money = Field(
        default=3.5,
        description="Money that the work for a refunded line costs. Assumption: about that of a contact, 3-6 pounds "
        "or 5 dollars (vendor blogs, grade C).",
    )

    def charged(self, ordered: Times, shipped: Times) -> Times:
        """When ordered."""
        return ordered

    def refunded(self, cancelled: Times) -> Times:
        """``refund_delay`` after the cancellation."""
        return cancelled + self.refund_delay

    def refund_handling(self) -> float:
        """``refund_cost``."""
        return self.refund_cost

    def idle(self, around: Surroundings, name: str, /) -> Iterator[Idle]:
        """Refunds that nobody gets."""
        if not around.cancelling:
            yield from (Idle((key,), NOBODY_CANCELS) for key in ("refund_delay", "refund_cost"))


Payment = Annotated[SerializeAsAny[PaymentPolicy], BeforeValidator(PaymentPolicy.choose)]
