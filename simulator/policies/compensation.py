"""Compensation policies: offers to customers who wait."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, SerializeAsAny, ValidationInfo, model_validator

from simulator.policies.family import Policy, member
from simulator.values.idle_keys import NO_DATE, NOBODY_WAITS, IdleKey, ScenarioFacts
from simulator.values.units import Days, Money, Share


class CompensationPolicy(Policy):
    """Base of the compensation policies.

    A line gets at most one offer, which is paid if the line is delivered. The key ``when`` sets its event:
    backordering, the time ``after`` of waiting, or a broken promise.
    """

    family = "compensation"
    members = {}

    when: Literal["backordering", "waiting", "broken_promise"] = Field(
        default="waiting", description="Event that brings the offer."
    )
    after: Days | None = Field(default=None, description="With 'waiting': time from ordering to the offer.")

    @model_validator(mode="after")
    def _dated(self) -> Self:
        if (self.when == "waiting") != (self.after is not None):
            raise ValueError(
                "'after' is needed with 'when: waiting' (the default), and belongs to nothing else"
            )
        return self

    def cost(self, value: float) -> float:
        """Return the cost of the offer, in money, for a line of this value (money)."""
        raise NotImplementedError

    def idle(self, around: ScenarioFacts, name: str, /) -> Iterator[IdleKey]:
        """Yield the policy as a whole if no customer ever gets the offer."""
        if not around.waiting:
            yield IdleKey((), NOBODY_WAITS)
        elif self.when == "broken_promise" and not around.dated:
            yield IdleKey((), NO_DATE)


@member("none")
class NoCompensation(CompensationPolicy):
    """No compensation."""

    when: Literal["backordering", "waiting", "broken_promise"] = Field(
        default="backordering", description="Event that brings the offer."
    )

    def cost(self, value: float) -> float:
        """Return 0."""
        return 0.0

    def idle(self, around: ScenarioFacts, name: str, /) -> Iterator[IdleKey]:
        """Yield the time of the offer, since there is none."""
        yield from (IdleKey((key,), "nothing is offered") for key in ("when", "after"))


@member("discount")
class Discount(CompensationPolicy):
    """Discount: a share of the price is given back."""

    value: Share = Field(description="Share of the line's value.")

    def cost(self, value: float) -> float:
        """Return the share ``value`` of the line's value."""
        return self.value * value


@member("voucher")
class Voucher(CompensationPolicy):
    """Voucher: money off the next order; only redeemed vouchers cost money."""

    value: Money = Field(description="Value of the voucher.")
    redeemed: Share = Field(default=0.5, description="Share of vouchers that is redeemed (assumption).")

    def cost(self, value: float) -> float:
        """Return the voucher's value times the share of vouchers redeemed."""
        return self.value * self.redeemed


@member("free_wrapping")
class FreeWrapping(CompensationPolicy):
    """Free wrapping: the parcel is wrapped as a present."""

    value: Money = Field(default=1.5, description="Cost of the wrapping for the shop (assumption).")

    def cost(self, value: float) -> float:
        """Return the cost of the wrapping."""
        return self.value


@member("free_shipping")
class FreeShipping(CompensationPolicy):
    """Free shipping: the shipping fee is waived."""

    value: Money = Field(default=4.5, description="Shipping fee (assumption).")

    def cost(self, value: float) -> float:
        """Return the shipping fee."""
        return self.value


def _choose(value: object, info: ValidationInfo) -> CompensationPolicy:
    if isinstance(value, dict) and "type" not in value and "offer" in value:
        value = {"type": value["offer"], **{key: inner for key, inner in value.items() if key != "offer"}}
    return CompensationPolicy.choose(value, info)


Compensation = Annotated[SerializeAsAny[CompensationPolicy], BeforeValidator(_choose)]
