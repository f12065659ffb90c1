"""When a stock orders from its supplier, and how much.

Position = on hand + on order - backordered units. Continuous policies look at it after every change; periodic
ones at the review times ``first``, ``first + every``, ... Sizes can be left to the simulator: with
``service_level`` the reorder level covers the demand of a lead time with that probability.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, SerializeAsAny, model_validator

from simulator.policies.family import Policy, member
from simulator.scenario.units import Days, PositiveDays, PositiveQuantity, Share


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a stock has to expect: units demanded a day (mean and variance) and its lead time (days, days²)."""

    demand_mean: float
    demand_variance: float
    lead_time_mean: float
    lead_time_variance: float

    def expected(self, review: float = 0.0) -> float:
        """Mean demand over a lead time and a review interval, in units."""
        return self.demand_mean * (self.lead_time_mean + review)

    def safety_stock(self, service_level: float, review: float = 0.0) -> float:
        """Units on top of the expected demand, so that a cycle ends without a stockout with that probability.

        z * sqrt((L + R) * var(demand) + mean(demand)**2 * var(L)), demand taken as normal
        (Silver, Pyke & Thomas 2017, Inventory and Production Management, section 6.10).
        """
        spread = math.sqrt(
            (self.lead_time_mean + review) * self.demand_variance
            + self.demand_mean**2 * self.lead_time_variance
        )
        return NormalDist().inv_cdf(service_level) * spread

    def reorder_level(self, service_level: float, review: float = 0.0) -> float:
        """Expected demand plus safety stock, rounded up to whole units, never negative."""
        return max(0.0, math.ceil(self.expected(review) + self.safety_stock(service_level, review) - 1e-9))

    def covering(self, days: float) -> float:
        """Units that cover the mean demand of so many days, at least one."""
        return max(1.0, math.ceil(self.demand_mean * days - 1e-9))


ServiceLevel = Annotated[Share, Field(gt=0.0, lt=1.0)]
Level = float


class ReplenishmentPolicy(Policy):
    """Base of the replenishment policies; the default trigger asks after every change of the position."""

    family = "replenishment"
    members = {}

    on_cancel: Literal["keep", "cancel"] = Field(
        default="keep",
        description="When a customer cancels: keep the purchase order made for it, or cancel units that have not "
        "left the supplier.",
    )

    def sized(self, outlook: Outlook, /) -> ReplenishmentPolicy:
        """The policy with every level a number; ``outlook`` supplies what was left to the simulator."""
        return self

    def _reorder_level(self, outlook: Outlook, service_level: float) -> float:
        """Level that covers the time until goods ordered at the next opportunity are there."""
        return outlook.reorder_level(service_level)

    def start(self) -> float:
        """Units on hand at the start where the scenario does not say."""
        return 0.0

    def trigger(self) -> float:
        """Position above which the policy certainly orders nothing between reviews."""
        return math.inf

    def reviews(self) -> tuple[float, float] | None:
        """First review and interval in days, for a periodic policy."""
        return None

    def quantity(self, position: float) -> float:
        """Units to order at this position, 0 for none."""
        raise NotImplementedError

    def batch(self, largest: float) -> tuple[float, float] | None:
        """Reorder level and order quantity, if a line of up to ``largest`` units brings just that order or none.

        A quantity of 0 is that of the line itself. ``None`` (the default): it is not as simple as that.
        """
        return None


@member("r_Q", "s_Q")
class ReorderPoint(ReplenishmentPolicy):
    """(r,Q): when the position is at or below r, order the smallest multiple of Q that lifts it above r."""

    r: Level | None = None
    Q: PositiveQuantity | None = None
    service_level: ServiceLevel | None = None
    cover: PositiveDays | None = Field(default=None, description="Q covers the mean demand of so many days.")

    @model_validator(mode="after")
    def _complete(self) -> Self:
        _one_of(self, "r", "service_level")
        _one_of(self, "Q", "cover")
        return self

    def sized(self, outlook: Outlook) -> Self:
        """r from the service level, Q from the cover, where they are asked for."""
        return self.model_copy(
            update={
                "r": self.r if self.service_level is None else outlook.reorder_level(self.service_level),
                "Q": self.Q if self.cover is None else outlook.covering(self.cover),
            }
        )

    def start(self) -> float:
        """r + Q."""
        return _number(self.r) + _number(self.Q)

    def trigger(self) -> float:
        """r."""
        return _number(self.r)

    def quantity(self, position: float) -> float:
        """The smallest multiple of Q that lifts the position above r."""
        r, batch = _number(self.r), _number(self.Q)
        return 0.0 if position > r else (math.floor((r - position) / batch) + 1) * batch

    def batch(self, largest: float) -> tuple[float, float] | None:
        """r and Q, unless a line may be larger than Q."""
        r, batch = _number(self.r), _number(self.Q)
        return (r, batch) if largest <= batch else None


class _TwoLevels(ReplenishmentPolicy):
    """A level at or below which is ordered, and one up to which."""

    s: Level | None = None
    S: Level | None = None
    service_level: ServiceLevel | None = None
    cover: PositiveDays | None = Field(
        default=None, description="S - s covers the mean demand of so many days."
    )

    @model_validator(mode="after")
    def _complete(self) -> Self:
        _one_of(self, "s", "service_level")
        _one_of(self, "S", "cover")
        if self.s is not None and self.S is not None and self.s >= self.S:
            raise ValueError(f"S ({self.S:g}) must be above s ({self.s:g})")
        return self

    def sized(self, outlook: Outlook) -> Self:
        """s from the service level, S from s and the cover, where they are asked for."""
        s = (
            _number(self.s)
            if self.service_level is None
            else self._reorder_level(outlook, self.service_level)
        )
        return self.model_copy(
            update={"s": s, "S": self.S if self.cover is None else s + outlook.covering(self.cover)}
        )

    def start(self) -> float:
        """S."""
        return _number(self.S)

    def quantity(self, position: float) -> float:
        """Up to S, when at or below s."""
        return 0.0 if position > _number(self.s) else _number(self.S) - position


class _OneLevel(ReplenishmentPolicy):
    """A level up to which is ordered."""

    S: Level | None = None
    service_level: ServiceLevel | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        _one_of(self, "S", "service_level")
        return self

    def sized(self, outlook: Outlook) -> Self:
        """S from the service level, where it is asked for."""
        if self.service_level is None:
            return self
        return self.model_copy(update={"S": self._reorder_level(outlook, self.service_level)})

    def start(self) -> float:
        """S."""
        return _number(self.S)

    def quantity(self, position: float) -> float:
        """What is missing to S."""
        return max(0.0, _number(self.S) - position)


@member("s_S", "min_max")
class OrderUpTo(_TwoLevels):
    """(s,S): when the position is at or below s, order up to S."""

    def trigger(self) -> float:
        """s."""
        return _number(self.s)

    def batch(self, largest: float) -> tuple[float, float] | None:
        """s and S - s, if units are asked for one by one."""
        s = _number(self.s)
        return (s, _number(self.S) - s) if largest == 1.0 else None


@member("base_stock", "order_up_to")
class BaseStock(_OneLevel):
    """Base stock: every unit demanded is ordered at once, so that the position is always S."""

    def trigger(self) -> float:
        """Just below S: any demand at all brings an order."""
        return math.nextafter(_number(self.S), -math.inf)

    def batch(self, largest: float) -> tuple[float, float] | None:
        """Every line brings its own order."""
        return _number(self.S), 0.0


class PeriodicPolicy(ReplenishmentPolicy):
    """Base of the policies that look at the position only at review times."""

    every: PositiveDays = Field(description="Time between reviews.")
    first: Days | None = Field(default=None, description="Time of the first review; left out: one interval.")

    def trigger(self) -> float:
        """Never between reviews."""
        return -math.inf

    def _reorder_level(self, outlook: Outlook, service_level: float) -> float:
        return outlook.reorder_level(service_level, self.every)

    def reviews(self) -> tuple[float, float] | None:
        """First review and interval, in days."""
        return (self.every if self.first is None else self.first, self.every)


@member("R_S", "periodic")
class PeriodicOrderUpTo(PeriodicPolicy, _OneLevel):
    """(R,S): at every review order up to S. A service level covers the lead time and the review interval."""


@member("R_s_S")
class PeriodicMinMax(PeriodicPolicy, _TwoLevels):
    """(R,s,S): at every review, when the position is at or below s, order up to S.

    A service level covers the lead time and the review interval.
    """


@member("standing_order")
class StandingOrder(PeriodicPolicy):
    """Order Q at every review, whatever the position is."""

    Q: PositiveQuantity

    def quantity(self, position: float) -> float:
        """Q."""
        return self.Q


def _number(level: float | None) -> float:
    if level is None:
        raise ValueError("a policy that leaves a level to the simulator has to be sized first")
    return level


def _one_of(policy: Policy, level: str, rule: str) -> None:
    if (getattr(policy, level) is None) == (getattr(policy, rule) is None):
        raise ValueError(f"give either {level!r} or {rule!r}")


Replenishment = Annotated[SerializeAsAny[ReplenishmentPolicy], BeforeValidator(ReplenishmentPolicy.choose)]
OptionalReplenishment = Replenishment | None
