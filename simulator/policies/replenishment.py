"""When a stock orders from its supplier, and how much.

Position = on hand + on order - backordered units. Continuous policies look at it after every change; periodic
ones at the review times ``first``, ``first + every``, ... Sizes can be left to the simulator: with
``service_level`` the level is the smallest that reaches this service (see ``model.levels``).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import NormalDist
from typing import Annotated, Literal, NamedTuple, Self

from pydantic import BeforeValidator, Field, SerializeAsAny, model_validator

from simulator.policies.family import Policy, member
from simulator.policies.service_level import Measure, OptionalServiceLevel, OtherService
from simulator.scenario.idle import NOBODY_CANCELS, Idle, Surroundings
from simulator.scenario.units import Days, PositiveDays, PositiveQuantity


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
        return NormalDist().inv_cdf(service_level) * self.deviation(review)

    def deviation(self, review: float = 0.0) -> float:
        """Standard deviation of the demand over a lead time and a review interval, in units."""
        return math.sqrt(
            (self.lead_time_mean + review) * self.demand_variance
            + self.demand_mean**2 * self.lead_time_variance
        )

    def reorder_level(self, service_level: float | OtherService, review: float = 0.0) -> float:
        """Expected demand plus safety stock, rounded up to whole units, never negative.

        Raises ValueError for a service level that is not the cycle service: this formula does not know it.
        """
        if isinstance(service_level, OtherService):
            raise ValueError(
                f"the textbook formula is of the cycle service, not of the {service_level.measure}"
            )
        return max(0.0, math.ceil(self.expected(review) + self.safety_stock(service_level, review) - 1e-9))

    def covering(self, days: float) -> float:
        """Units that cover the mean demand of so many days, at least one."""
        return max(1.0, math.ceil(self.demand_mean * days - 1e-9))


Level = float
Method = Literal["fitted", "textbook"]


class Target(NamedTuple):
    """Service to be reached.

    measure: metric that the share is of. review: days between two opportunities to order. shifts: all levels of the
    policy move with the one that is looked for, so that a change of it moves the net stock by as many units.
    """

    measure: Measure
    share: float
    review: float
    shifts: bool


class ReplenishmentPolicy(Policy):
    """Base of the replenishment policies; the default trigger asks after every change of the position."""

    family = "replenishment"
    members = {}

    on_cancel: Literal["keep", "cancel"] = Field(
        default="keep",
        description="When a customer cancels: keep the purchase order made for it, or cancel units that have not "
        "left the supplier.",
    )

    def idle(self, around: Surroundings, name: str, /) -> Iterator[Idle]:
        """An answer to cancellations that there are not."""
        if self.on_cancel == "cancel" and not around.cancelling:
            yield Idle(("on_cancel",), NOBODY_CANCELS, by_value=True)

    def sized(self, outlook: Outlook, /) -> ReplenishmentPolicy:
        """The policy with every level a number; ``outlook`` supplies what was left to the simulator."""
        return self

    def target(self) -> Target | None:
        """Service that the level is to be found for; ``None`` where `sized` needs nothing but the outlook."""
        return None

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


class _ForService(ReplenishmentPolicy):
    """A policy whose level may be left to the simulator."""

    service_level: OptionalServiceLevel = Field(
        default=None,
        description="Find the smallest level with this service: a share of the cycles, or a fill_rate or ready_rate.",
    )
    levels: Method | None = Field(
        default=None,
        description="How the level is found: 'fitted' (left out, too) to the demand and the lead times of this stock, "
        "or by the 'textbook' formula: mean demand over the lead time plus z times its standard deviation.",
    )

    @model_validator(mode="after")
    def _method(self) -> Self:
        if self.levels == "textbook" and isinstance(self.service_level, OtherService):
            raise ValueError(
                "'levels: textbook' is a formula of the cycle service: give 'service_level' as a share"
            )
        if self.levels is not None and self.service_level is None:
            raise ValueError(
                "'levels' says how a 'service_level' becomes a level; without one it does nothing"
            )
        return self

    def target(self) -> Target | None:
        """Service level of the file, unless the textbook formula is asked for."""
        asked = self.service_level
        if asked is None or self.levels == "textbook":
            return None
        if isinstance(asked, OtherService):
            return Target(asked.measure, asked.share, self._review, self._shifts)
        return Target(self._cycle_measure, asked, self._review, self._shifts)

    def _level(self, outlook: Outlook, given: float | None) -> float:
        """The level of the file, or the one that the outlook has for the service level."""
        if self.service_level is None:
            return _number(given)
        return outlook.reorder_level(self.service_level, self._review)

    @property
    def _review(self) -> float:
        """Days between two opportunities to order."""
        return 0.0

    @property
    def _shifts(self) -> bool:
        """Whether all levels move with the one that is looked for."""
        return True

    @property
    def _cycle_measure(self) -> Measure:
        """Metric that a bare service level is of."""
        return "cycle_service_level"


@member("r_Q", "s_Q")
class ReorderPoint(_ForService):
    """(r,Q): when the position is at or below r, order the smallest multiple of Q that lifts it above r."""

    r: Level | None = Field(default=None, description="Reorder level, in units.")
    Q: PositiveQuantity | None = Field(default=None, description="Order quantity, in units.")
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
                "r": self._level(outlook, self.r),
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


class _TwoLevels(_ForService):
    """A level at or below which is ordered, and one up to which."""

    s: Level | None = Field(default=None, description="Reorder level, in units.")
    S: Level | None = Field(default=None, description="Order-up-to level, in units.")
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
        s = self._level(outlook, self.s)
        return self.model_copy(
            update={"s": s, "S": self.S if self.cover is None else s + outlook.covering(self.cover)}
        )

    @property
    def _shifts(self) -> bool:
        """S moves with s, unless the file gives S."""
        return self.cover is not None

    def start(self) -> float:
        """S."""
        return _number(self.S)

    def quantity(self, position: float) -> float:
        """Up to S, when at or below s."""
        return 0.0 if position > _number(self.s) else _number(self.S) - position


class _OneLevel(_ForService):
    """A level up to which is ordered."""

    S: Level | None = Field(default=None, description="Order-up-to level, in units.")

    @model_validator(mode="after")
    def _complete(self) -> Self:
        _one_of(self, "S", "service_level")
        return self

    def sized(self, outlook: Outlook) -> Self:
        """S from the service level, where it is asked for."""
        return self.model_copy(update={"S": self._level(outlook, self.S)})

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
    """Base stock: every unit demanded is ordered at once, so that the position is always S.

    Every line has an order, and so a cycle, of its own: a service level is the share of the lines filled on arrival.
    """

    @property
    def _cycle_measure(self) -> Measure:
        """Share of the lines: each has a cycle of its own."""
        return "line_fill_rate"

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

    def reviews(self) -> tuple[float, float] | None:
        """First review and interval, in days."""
        return (self.every if self.first is None else self.first, self.every)


@member("R_S", "periodic")
class PeriodicOrderUpTo(PeriodicPolicy, _OneLevel):
    """(R,S): at every review order up to S. A service level covers the lead time and the review interval."""

    @property
    def _review(self) -> float:
        """The review interval."""
        return self.every


@member("R_s_S")
class PeriodicMinMax(PeriodicPolicy, _TwoLevels):
    """(R,s,S): at every review, when the position is at or below s, order up to S.

    A service level covers the lead time and the review interval.
    """

    @property
    def _review(self) -> float:
        """The review interval."""
        return self.every


@member("standing_order")
class StandingOrder(PeriodicPolicy):
    """Order Q at every review, whatever the position is."""

    Q: PositiveQuantity = Field(description="Order quantity, in units.")

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
