"""Which date a customer is told.

A promise is a time of delivery. Policies turn what is known of the supply into days from now; a policy that
``follows`` the supply also revises its promises when the supply changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Final, Literal, Protocol

from pydantic import BeforeValidator, Field, SerializeAsAny

from simulator.policies.family import Policy, member
from simulator.scenario.idle import NOBODY_WAITS, Idle, Surroundings
from simulator.scenario.units import Days, Share


class Forecast(Protocol):
    """What is known of a line's delivery at this instant."""

    def quantile(self, share: float) -> float:
        """Days until delivery that are kept with this probability."""
        ...


class PromisePolicy(Policy):
    """Base of the promise policies."""

    family = "promise"
    members = {}

    shown: Literal["before", "after"] = Field(
        default="after",
        description="Whether customers see the date before they order a product that is out of stock (those to whom "
        "it is too late decline) or learn it afterwards.",
    )
    revise_above: Days = Field(
        default=1.0,
        description="A promise is revised when the expected delivery has moved by more than this.",
    )

    def days(self, forecast: Forecast) -> float | None:
        """Days from now to the promised delivery; ``None`` for no promise.

        Lines for which all quantiles that are asked for are the same are promised the same.
        """
        raise NotImplementedError

    @property
    def follows(self) -> bool:
        """Whether promises are revised when the supply changes."""
        return False

    @property
    def foreseen(self) -> bool:
        """Whether ``days`` is the same for every line, without looking at the forecast."""
        return False

    @property
    def dates(self) -> bool:
        """Whether anything is promised."""
        return True

    def idle(self, around: Surroundings, name: str, /) -> Iterator[Idle]:
        """The whole of it where it only dates deliveries from stock; how dates are shown and revised to nobody."""
        if not self.dates:
            yield from (Idle((key,), "no delivery date is promised") for key in ("shown", "revise_above"))
            return
        if not (around.waiting or around.satisfaction or around.loyalty):
            yield Idle((), f"{NOBODY_WAITS}, so that it only dates deliveries from stock")
            return
        if around.rejecting:
            yield Idle(("shown",), NOBODY_WAITS)
        elif self.shown == "before" and not around.tolerant:
            yield Idle(("shown",), "no segment that orders has a 'tolerance'", by_value=True)
        if not self.follows:
            yield Idle(("revise_above",), _NEVER_REVISED)
        elif not around.waiting:
            yield Idle(("revise_above",), NOBODY_WAITS)


_NEVER_REVISED: Final = "a promise of this type is never revised"


@member("none")
class NoPromise(PromisePolicy):
    """Customers are told no date."""

    def days(self, forecast: Forecast) -> float | None:
        """None."""
        return None

    @property
    def foreseen(self) -> bool:
        """Always."""
        return True

    @property
    def dates(self) -> bool:
        """Never."""
        return False


@member("fixed")
class FixedPromise(PromisePolicy):
    """A quoted lead time, the same for every line and never revised."""

    lead_time: Days = Field(description="Time from the order to the promised delivery.")

    def days(self, forecast: Forecast) -> float | None:
        """The quoted lead time."""
        return self.lead_time

    @property
    def foreseen(self) -> bool:
        """Always."""
        return True


@member("available_to_promise", "atp")
class AvailableToPromise(PromisePolicy):
    """The line's place in the queue against the goods on their way, at a quantile of the time they still need.

    The units that are waited for before the line, and its own, are covered by purchase orders in the sequence in
    which they are expected; the promise is that quantile of the last one's remaining way, with picking and
    delivery. What nothing on its way covers is expected a lead time from now.
    """

    quantile: Share = Field(
        default=0.8, gt=0.0, lt=1.0, description="Chance that the goods come by the promised date."
    )

    def days(self, forecast: Forecast) -> float | None:
        """The quantile."""
        return forecast.quantile(self.quantile)

    @property
    def follows(self) -> bool:
        """Always."""
        return True


@member("padded")
class PaddedPromise(PromisePolicy):
    """Another policy's promise plus a margin."""

    of: Promise = Field(description="Promise that the margin is added to.")
    margin: Days = Field(description="Time added.")

    def days(self, forecast: Forecast) -> float | None:
        """The other's days and the margin."""
        days = self.of.days(forecast)
        return None if days is None else days + self.margin

    @property
    def follows(self) -> bool:
        """If the other does."""
        return self.of.follows

    @property
    def foreseen(self) -> bool:
        """If the other is."""
        return self.of.foreseen

    @property
    def dates(self) -> bool:
        """If the other does."""
        return self.of.dates

    def idle(self, around: Surroundings, name: str, /) -> Iterator[Idle]:
        """Also a margin on nothing, and keys of the other promise that stand here for both."""
        yield from super().idle(around, name)
        if not self.of.dates:
            yield Idle(("margin",), "no delivery date is promised")
        for key in ("shown", "revise_above"):
            yield Idle(("of", key), f"the padded promise has a {key!r} of its own")


Promise = Annotated[SerializeAsAny[PromisePolicy], BeforeValidator(PromisePolicy.choose)]
PaddedPromise.model_rebuild()
