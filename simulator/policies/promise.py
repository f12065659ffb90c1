"""Promise policies: the delivery date told to a customer.

A promise is a time of delivery. A policy turns a forecast of the delivery into days from now. A policy that
``follows`` the supply also revises its promises when the supply changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Final, Literal, Protocol

from pydantic import BeforeValidator, Field, SerializeAsAny

from simulator.policies.family import Policy, member
from simulator.values.idle_keys import NOBODY_WAITS, IdleKey, ScenarioFacts
from simulator.values.units import Days, Share


class Forecast(Protocol):
    """Forecast of a line's delivery, made at the current time."""

    def quantile(self, share: float) -> float:
        """Return the days from now until the delivery that are not exceeded with probability `share`."""
        ...


class NothingKnown:
    """Stand-in for the forecast of a promise that needs none."""

    def quantile(self, share: float) -> float:
        """Raise ValueError, because the promise must not ask for a forecast."""
        raise ValueError(f"a promise that is foreseen asks for no forecast (of {share:.0%})")


class PromisePolicy(Policy):
    """Base of the promise policies."""

    family = "promise"
    members = {}

    shown: Literal["before", "after"] = Field(
        default="after",
        description="Time at which customers see the date of a product out of stock: before they order, so that some "
        "decline (see 'tolerance'), or after.",
    )
    revise_above: Days = Field(
        default=1.0,
        description="Change of the expected delivery above which a promise is revised.",
    )

    def days(self, forecast: Forecast) -> float | None:
        """Return the days from now to the promised delivery; ``None`` for no promise.

        Lines with equal quantiles must get equal promises.
        """
        raise NotImplementedError

    @property
    def follows(self) -> bool:
        """True if promises are revised when the supply changes."""
        return False

    @property
    def foreseen(self) -> bool:
        """True if ``days`` is the same for every line, whatever the forecast."""
        return False

    @property
    def dates(self) -> bool:
        """True if delivery dates are promised."""
        return True

    def idle(self, around: ScenarioFacts, name: str, /) -> Iterator[IdleKey]:
        """Yield the whole policy if it only dates deliveries from stock, and rules for dates never seen."""
        if not self.dates:
            yield from (IdleKey((key,), "no delivery date is promised") for key in ("shown", "revise_above"))
            return
        if not (around.waiting or around.satisfaction or around.loyalty):
            yield IdleKey((), f"{NOBODY_WAITS}, so that it only dates deliveries from stock")
            return
        if around.rejecting:
            yield IdleKey(("shown",), NOBODY_WAITS)
        elif self.shown == "before" and not around.tolerant:
            yield IdleKey(("shown",), "no segment that orders has a 'tolerance'", by_value=True)
        if not self.follows:
            yield IdleKey(("revise_above",), _NEVER_REVISED)
        elif not around.waiting:
            yield IdleKey(("revise_above",), NOBODY_WAITS)


_NEVER_REVISED: Final = "a promise of this type is never revised"


@member("none")
class NoPromise(PromisePolicy):
    """No promise: customers are told no date."""

    def days(self, forecast: Forecast) -> float | None:
        """Return ``None``."""
        return None

    @property
    def foreseen(self) -> bool:
        """True: no line gets a promise."""
        return True

    @property
    def dates(self) -> bool:
        """False: no date is promised."""
        return False


@member("fixed")
class FixedPromise(PromisePolicy):
    """Quoted lead time, the same for every line and never revised."""

    lead_time: Days = Field(description="Time from the order to the promised delivery.")

    def days(self, forecast: Forecast) -> float | None:
        """Return the quoted lead time."""
        return self.lead_time

    @property
    def foreseen(self) -> bool:
        """True: every line gets the same lead time."""
        return True


@member("available_to_promise", "atp")
class AvailableToPromise(PromisePolicy):
    """Available to promise: the line's place in the queue is matched with the outstanding purchase orders.

    Purchase orders, in the order of their expected arrival, cover the units backordered before the line and
    then its own. The promise is a quantile of the remaining time of the last purchase order needed, with
    picking and delivery. Units that no purchase order covers are expected a lead time from now.
    """

    quantile: Share = Field(
        default=0.8, gt=0.0, lt=1.0, description="Chance that the goods come by the promised date."
    )

    def days(self, forecast: Forecast) -> float | None:
        """Return the quantile of the forecast."""
        return forecast.quantile(self.quantile)

    @property
    def follows(self) -> bool:
        """True: promises are revised with the purchase orders."""
        return True


@member("padded")
class PaddedPromise(PromisePolicy):
    """Promise of another policy plus a margin."""

    of: Promise = Field(description="Promise that the margin is added to.")
    margin: Days = Field(description="Time added.")

    def days(self, forecast: Forecast) -> float | None:
        """Return the days of the other promise plus the margin; ``None`` if there is no other promise."""
        days = self.of.days(forecast)
        return None if days is None else days + self.margin

    @property
    def follows(self) -> bool:
        """True if the other promise is revised."""
        return self.of.follows

    @property
    def foreseen(self) -> bool:
        """True if the other promise is the same for every line."""
        return self.of.foreseen

    @property
    def dates(self) -> bool:
        """True if the other policy promises dates."""
        return self.of.dates

    def idle(self, around: ScenarioFacts, name: str, /) -> Iterator[IdleKey]:
        """Yield also a margin without a promise, and keys of the other promise that this policy overrides."""
        yield from super().idle(around, name)
        if not self.of.dates:
            yield IdleKey(("margin",), "no delivery date is promised")
        for key in ("shown", "revise_above"):
            yield IdleKey(("of", key), f"the padded promise has a {key!r} of its own")


Promise = Annotated[SerializeAsAny[PromisePolicy], BeforeValidator(PromisePolicy.choose)]
PaddedPromise.model_rebuild()
