"""What a customer is given for waiting."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, SerializeAsAny, ValidationInfo, model_validator

from simulator.policies.family import Policy, member
from simulator.scenario.idle import NO_DATE, NOBODY_WAITS, Idle, Surroundings
from simulator.scenario.units import Days, Money, Share


class CompensationPolicy(Policy):
    """Base of the compensations. A customer is offered one at most, and it is paid if the line is delivered.

    ``when``: at backordering, after so many days of waiting (``after``), or when the promise is broken.
    """

    family = "compensation"
    members = {}

    when: Literal["backordering", "waiting", "broken_promise"] = Field(
        default="waiting", description="Event that brings the offer."
    )
    after: Days | None = Field(default=None, description="With 'waiting': days from ordering to the offer.")

    @model_validator(mode="after")
    def _dated(self) -> Self:
        if (self.when == "waiting") != (self.after is not None):
            raise ValueError(
                "'after' is needed with 'when: waiting' (the default), and belongs to nothing else"
            )
        return self

    def cost(self, value: float) -> float:
        """Money that the offer costs for a line of this value."""
        raise NotImplementedError

    def idle(self, around: Surroundings, name: str, /) -> Iterator[Idle]:
        """The whole of an offer that nobody gets."""
        if not around.waiting:
            yield Idle((), NOBODY_WAITS)
        elif self.when == "broken_promise" and not around.dated:
            yield Idle((), NO_DATE)


@member("none")
class NoCompensation(CompensationPolicy):
    """Nothing."""

    when: Literal["backordering", "waiting", "broken_promise"] = Field(
        default="backordering", description="Event that brings the offer."
    )

    def cost(self, value: float) -> float:
        """Nothing."""
        return 0.0

    def idle(self, around: Surroundings, name: str, /) -> Iterator[Idle]:
        """The time at which nothing is offered."""
        yield from (Idle((key,), "nothing is offered") for key in ("when", "after"))


@member("discount")
class Discount(CompensationPolicy):
    """A part of the price is given back."""

    value: Share = Field(description="Share of the line's value.")

    def cost(self, value: float) -> float:
        """A share of the line's value."""
        return self.value * value


@member("voucher")
class Voucher(CompensationPolicy):
    """Money off a next order; it costs what is redeemed."""

    value: Money = Field(description="Value of the voucher.")
    redeemed: Share = Field(default=0.5, description="Share of vouchers that is redeemed (assumption).")

    def cost(self, value: float) -> float:
        """The voucher's value times the chance that it is redeemed."""
        return self.value * self.redeemed


@member("free_wrapping")
class FreeWrapping(CompensationPolicy):
    """The parcel is wrapped as a present."""

    value: Money = Field(default=1.5, description="What it costs the shop (assumption).")

    def cost(self, value: float) -> float:
        """The wrapping."""
        return self.value


@member("free_shipping")
class FreeShipping(CompensationPolicy):
    """The shipping fee is waived."""

    value: Money = Field(default=4.5, description="The fee (assumption).")

    def cost(self, value: float) -> float:
        """The fee."""
        return self.value


def _choose(value: object, info: ValidationInfo) -> CompensationPolicy:
    if isinstance(value, dict) and "type" not in value and "offer" in value:
        value = {"type": value["offer"], **{key: inner for key, inner in value.items() if key != "offer"}}
    return CompensationPolicy.choose(value, info)


Compensation = Annotated[SerializeAsAny[CompensationPolicy], BeforeValidator(_choose)]
