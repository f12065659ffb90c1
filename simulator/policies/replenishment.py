"""Replenishment policies: time and quantity of the purchase orders of a stock.

Inventory position = on hand + on order - backordered units. Continuous policies review it after every change,
periodic ones at the times ``first``, ``first + every``, ... Levels can be left to the simulator: with
``service_level`` the level is the smallest that reaches this service (see ``simulator.model.levels``).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Annotated, Final, Literal, Self

from pydantic import BeforeValidator, Field, SerializeAsAny, model_validator

from simulator.policies.family import Policy, member
from simulator.policies.service_level import Measure, OptionalServiceLevel, OtherService, Outlook, Target
from simulator.values.idle_keys import NOBODY_CANCELS, IdleKey, ScenarioFacts
from simulator.values.units import Days, PositiveDays, PositiveQuantity

Level = float
"""Level of the inventory position, in units."""
Method = Literal["fitted", "textbook"]
"""Method that turns a service level into a level."""


class ReplenishmentPolicy(Policy):
    """Base of the replenishment policies. By default the position is reviewed after every change."""

    family = "replenishment"
    members = {}

    on_cancel: Literal["keep", "cancel"] = Field(
        default="keep",
        description="Reaction to a cancelled backorder: keep the purchase order made for it, or cancel units that have "
        "not left the supplier.",
    )

    def idle(self, around: ScenarioFacts, name: str, /) -> Iterator[IdleKey]:
        """Yield the reaction to cancellations if no customer ever cancels."""
        if self.on_cancel == "cancel" and not around.cancelling:
            yield IdleKey(("on_cancel",), NOBODY_CANCELS, by_value=True)

    def sized(self, outlook: Outlook, /) -> ReplenishmentPolicy:
        """Return the policy with all levels as numbers. The outlook gives those left to the simulator."""
        return self

    def target(self) -> Target | None:
        """Return the service for which a level is searched; ``None`` if `sized` needs only the outlook."""
        return None

    def start(self) -> float:
        """Return the units on hand at the start, used if the scenario gives no ``stock``."""
        return 0.0

    def trigger(self) -> float:
        """Return the position, in units, above which the policy never orders between reviews."""
        return math.inf

    def reviews(self) -> tuple[float, float] | None:
        """Return first review and review interval, in days; ``None`` for a continuous policy."""
        return None

    def quantity(self, position: float) -> float:
        """Return the units to order at an inventory position (units); 0 for no order."""
        raise NotImplementedError

    def batch(self, largest: float) -> tuple[float, float] | None:
        """Return reorder level and order quantity, in units, if each line causes at most one purchase order.

        Order quantity 0 means the quantity of the line. ``None`` (the default) means that purchase orders
        follow no such rule.

        Args:
            largest: largest quantity of a line, in units.
        """
        return None


class _ForService(ReplenishmentPolicy):
    """Base of the policies whose level may be left to the simulator."""

    service_level: OptionalServiceLevel = Field(
        default=None,
        description="Service level to reach with the smallest level: a share of the cycles, or a fill_rate or "
        "ready_rate.",
    )
    levels: Method | None = Field(
        default=None,
        description="Method of finding the level: 'fitted' (the default) to the demand and the lead times of this "
        "stock, or by the 'textbook' formula: mean demand over the lead time plus z times its standard deviation.",
    )

    @model_validator(mode="after")
    def _method(self) -> Self:
        if self.levels == "textbook" and isinstance(self.service_level, OtherService):
            raise ValueError(
                "'levels: textbook' is a formula of the cycle service: give 'service_level' as a share"
            )
        if self.levels is not None and self.service_level is None:
            raise ValueError("'levels' is the method for a 'service_level'; it has no effect without one")
        return self

    def target(self) -> Target | None:
        """Return the service level of the file; ``None`` without one or with the textbook formula."""
        service = self.service_level
        if service is None or self.levels == "textbook":
            return None
        if isinstance(service, OtherService):
            return Target(service.measure, service.share, self._review, self._shifts)
        return Target(self._cycle_measure, service, self._review, self._shifts)

    def _level(self, outlook: Outlook, given: float | None) -> float:
        """Return the level of the file, else the level that the outlook gives for the service level."""
        if self.service_level is None:
            return _number(given)
        return outlook.reorder_level(self.service_level, self._review)

    @property
    def _review(self) -> float:
        """Days between two opportunities to order."""
        return 0.0

    @property
    def _shifts(self) -> bool:
        """True if all levels move with the one searched for."""
        return True

    @property
    def _cycle_measure(self) -> Measure:
        """Metric of a service level given as a bare share."""
        return "cycle_service_level"


@member("r_Q", "s_Q")
class ReorderPoint(_ForService):
    """(r,Q): when the position is at or below r, order the smallest multiple of Q that lifts it above r."""

    r: Level | None = Field(default=None, description="Reorder level, in units.")
    Q: PositiveQuantity | None = Field(default=None, description="Order quantity, in units.")
    cover: PositiveDays | None = Field(
        default=None, description="Time whose mean demand Q covers, in place of 'Q'."
    )

    @model_validator(mode="after")
    def _complete(self) -> Self:
        _one_of(self, "r", "service_level")
        _one_of(self, "Q", "cover")
        return self

    def sized(self, outlook: Outlook) -> Self:
        """Return the policy with r from ``service_level`` and Q from ``cover``, if these are given."""
        return self.model_copy(
            update={
                "r": self._level(outlook, self.r),
                "Q": self.Q if self.cover is None else outlook.covering(self.cover),
            }
        )

    def start(self) -> float:
        """Return r + Q."""
        return _number(self.r) + _number(self.Q)

    def trigger(self) -> float:
        """Return r."""
        return _number(self.r)

    def quantity(self, position: float) -> float:
        """Return the smallest multiple of Q that lifts the position above r; 0 if it is above r."""
        r, batch = _number(self.r), _number(self.Q)
        return 0.0 if position > r else (math.floor((r - position) / batch) + 1) * batch

    def batch(self, largest: float) -> tuple[float, float] | None:
        """Return r and Q; ``None`` if a line may be larger than Q."""
        r, batch = _number(self.r), _number(self.Q)
        return (r, batch) if largest <= batch else None


class _TwoLevels(_ForService):
    """Base of the policies with a reorder level s and an order-up-to level S."""

    s: Level | None = Field(default=None, description="Reorder level, in units.")
    S: Level | None = Field(default=None, description="Order-up-to level, in units.")
    cover: PositiveDays | None = Field(
        default=None, description="Time whose mean demand S - s covers, in place of 'S'."
    )

    @model_validator(mode="after")
    def _complete(self) -> Self:
        _one_of(self, "s", "service_level")
        _one_of(self, "S", "cover")
        if self.s is not None and self.S is not None and self.s >= self.S:
            raise ValueError(f"S ({self.S:g}) must be above s ({self.s:g})")
        return self

    def sized(self, outlook: Outlook) -> Self:
        """Return the policy with s from ``service_level`` and S from s and ``cover``, if these are given."""
        s = self._level(outlook, self.s)
        return self.model_copy(
            update={"s": s, "S": self.S if self.cover is None else s + outlook.covering(self.cover)}
        )

    @property
    def _shifts(self) -> bool:
        """True if S moves with s, that is, unless the file gives S."""
        return self.cover is not None

    def start(self) -> float:
        """Return S."""
        return _number(self.S)

    def quantity(self, position: float) -> float:
        """Return the units up to S if the position is at or below s, else 0."""
        return 0.0 if position > _number(self.s) else _number(self.S) - position


class _OneLevel(_ForService):
    """Base of the policies with an order-up-to level S alone."""

    S: Level | None = Field(default=None, description="Order-up-to level, in units.")

    @model_validator(mode="after")
    def _complete(self) -> Self:
        _one_of(self, "S", "service_level")
        return self

    def sized(self, outlook: Outlook) -> Self:
        """Return the policy with S from ``service_level``, if it is given."""
        return self.model_copy(update={"S": self._level(outlook, self.S)})

    def start(self) -> float:
        """Return S."""
        return _number(self.S)

    def quantity(self, position: float) -> float:
        """Return the units up to S; 0 if the position is above S."""
        return max(0.0, _number(self.S) - position)


@member("s_S", "min_max")
class OrderUpTo(_TwoLevels):
    """(s,S): when the position is at or below s, order up to S."""

    def trigger(self) -> float:
        """Return s."""
        return _number(self.s)

    def batch(self, largest: float) -> tuple[float, float] | None:
        """Return s and S - s if every line has one unit, else ``None``."""
        s = _number(self.s)
        return (s, _number(self.S) - s) if largest == 1.0 else None


@member("base_stock", "order_up_to")
class BaseStock(_OneLevel):
    """Base stock: every unit demanded is ordered at once, so that the position is always S.

    Each line causes a purchase order and thus has a cycle of its own. A cycle service level is therefore the
    share of lines filled on arrival.
    """

    @property
    def _cycle_measure(self) -> Measure:
        """Line fill rate, because each line has a cycle of its own."""
        return "line_fill_rate"

    def trigger(self) -> float:
        """Return the number just below S, because any demand causes a purchase order."""
        return math.nextafter(_number(self.S), -math.inf)

    def batch(self, largest: float) -> tuple[float, float] | None:
        """Return S and 0: each line causes a purchase order of its own quantity."""
        return _number(self.S), 0.0


class PeriodicPolicy(ReplenishmentPolicy):
    """Base of the policies that review the position at fixed times only."""

    every: PositiveDays = Field(description="Time between reviews.")
    first: Days | None = Field(
        default=None, description="Time of the first review; left out: one interval after the start."
    )

    def trigger(self) -> float:
        """Return minus infinity: no order is placed between reviews."""
        return -math.inf

    def reviews(self) -> tuple[float, float] | None:
        """Return first review and review interval, in days."""
        return (self.every if self.first is None else self.first, self.every)


@member("R_S", "periodic")
class PeriodicOrderUpTo(PeriodicPolicy, _OneLevel):
    """(R,S): at every review order up to S. A service level covers the lead time and the review interval."""

    @property
    def _review(self) -> float:
        """Review interval, in days."""
        return self.every


@member("R_s_S")
class PeriodicMinMax(PeriodicPolicy, _TwoLevels):
    """(R,s,S): at every review, when the position is at or below s, order up to S.

    A service level covers the lead time and the review interval.
    """

    @property
    def _review(self) -> float:
        """Review interval, in days."""
        return self.every


@member("standing_order")
class StandingOrder(PeriodicPolicy):
    """Standing order: order Q at every review, whatever the position."""

    Q: PositiveQuantity = Field(description="Order quantity, in units.")

    def quantity(self, position: float) -> float:
        """Return Q."""
        return self.Q


LEVELLED: Final = (ReorderPoint, OrderUpTo, BaseStock, PeriodicOrderUpTo, PeriodicMinMax)
"""Policies that keep the position between a level and a fixed distance above it."""


def _number(level: float | None) -> float:
    """Return a level as a number.

    Raises:
        ValueError: the policy has not been sized yet.
    """
    if level is None:
        raise ValueError("a policy that leaves a level to the simulator has to be sized first")
    return level


def _one_of(policy: Policy, level: str, rule: str) -> None:
    """Check that exactly one of two fields is given: a level, or the rule that replaces it.

    Raises:
        ValueError: none or both are given.
    """
    if (getattr(policy, level) is None) == (getattr(policy, rule) is None):
        raise ValueError(f"give either {level!r} or {rule!r}")


Replenishment = Annotated[SerializeAsAny[ReplenishmentPolicy], BeforeValidator(ReplenishmentPolicy.choose)]
OptionalReplenishment = Replenishment | None
