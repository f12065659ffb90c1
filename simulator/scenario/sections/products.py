"""Sections ``products`` and ``workshops``: prices, costs and policies of products, and the making to order of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from simulator.calendars.closures import Closure
from simulator.calendars.opening_hours import ALWAYS, OpeningHours
from simulator.calendars.opening_times import OpeningTimes, idle_times
from simulator.calendars.public_holidays import HolidayCodes
from simulator.calendars.time_zones import TimeZone
from simulator.laws.distributions import DurationDistribution, constant
from simulator.policies.replenishment import OptionalReplenishment
from simulator.policies.sourcing.sourcing import OptionalSourcing
from simulator.policies.sourcing_policy import SourcingPolicy
from simulator.values.idle_keys import NO_DEMAND, NOBODY_WAITS, IdleKey, ScenarioFacts
from simulator.values.notation import Holding
from simulator.values.section import ProductName, Section, SegmentName, WorkshopName
from simulator.values.units import HoldingCost, Money, PerDay, PositiveCount, Share


class Workshop(Section):
    """Workshop that makes goods to order: staff with one queue of order lines, each worked on by one of them."""

    staff: PositiveCount = Field(
        default=1, description="Number of people who work, each on one line at a time."
    )
    queue: Literal["fcfs", "priority"] = Field(
        default="fcfs",
        description="Line that is begun next: the one that came first, or that of the most important segment. Work "
        "that has begun is never interrupted for another line.",
    )
    hours: OpeningHours = Field(
        default=ALWAYS,
        description="Opening hours; work that is not done by the end of them goes on in the next.",
    )
    closed: dict[str, Closure] = Field(default={}, description="Closures by name; work stands still.")
    holidays: HolidayCodes = Field(
        default=(), description="Countries whose public holidays are closed days, as DE, DE-BY, or a list."
    )
    time_zone: TimeZone | None = Field(
        default=None,
        description="Time zone of its hours and dates, as Asia/Shanghai; left out: the clock of the run.",
    )
    wage: Money = Field(default=0.0, description="Money for each hour that one of the staff works.")

    def idle(self, around: ScenarioFacts, name: str, /) -> Iterator[IdleKey]:
        """Yield a workshop without work, a queue by priority with one priority, and hours and wages of no effect."""
        if name not in around.workshops:
            yield IdleKey((), "no product is made there")
            return
        if self.queue == "priority" and around.priorities <= 1:
            yield IdleKey(("queue",), "all segments have the same priority", by_value=True)
        yield from idle_times(self, around, by_clock=not OpeningTimes.of(self).always)
        if self.wage == 0.0:
            yield IdleKey(("wage",), "it is 0", by_value=True)


class MadeToOrder(Section):
    """Lines of a product that are made after the order, in a workshop."""

    share: Share = Field(default=1.0, description="Share of the product's lines; each is drawn by itself.")
    workshop: WorkshopName = Field(description="Workshop that makes them.")
    time: DurationDistribution = Field(
        default=constant(0.0),
        description="Time that one of the staff works on a unit; drawn once for a line.",
    )
    times: dict[SegmentName, DurationDistribution] = Field(
        default={}, description="Time for a unit by segment, in place of 'time'."
    )
    blank: ProductName | None = Field(
        default=None,
        description="Product from stock that is worked on, one for each unit; left out: no goods from stock.",
    )

    def idle(self, around: ScenarioFacts, name: str, /) -> Iterator[IdleKey]:
        """Yield a share of 0, else times of segments without demand, and a general time that no segment has."""
        if self.share == 0.0:
            yield IdleKey((), "the share is 0", by_value=True)
            return
        for segment in self.times:
            if segment not in around.segments:
                yield IdleKey(("times", segment), NO_DEMAND)
        if around.segments <= self.times.keys():
            yield IdleKey(("time",), "each segment has a time of its own")

    def time_of(self, segment: str) -> DurationDistribution:
        """Return the law of the time (days) for a unit of a segment's line."""
        return self.times.get(segment, self.time)


class Product(Section):
    """Product of the shop. Money is in any one currency, the same throughout the scenario."""

    price: Money = Field(default=0.0, description="Selling price of a unit.")
    cost: Money = Field(default=0.0, description="Purchase cost of a unit.")
    holding: HoldingCost = Field(
        default=Holding(),
        description="Cost of a unit on hand: '25 %/year' of its cost, or money as '0.2/day'.",
    )
    backorder_cost: PerDay = Field(
        default=0.0, description="Cost of a backordered unit per day, as '1.5/day'."
    )
    lost_sale_cost: Money = Field(
        default=0.0, description="Loss of goodwill for each unit refused or declined."
    )
    replenishment: OptionalReplenishment = Field(
        default=None, description="Replenishment policy of this product, instead of the general one."
    )
    sourcing: OptionalSourcing = Field(
        default=None, description="Sourcing policy of this product, instead of the general one."
    )

    substitutes: dict[ProductName, Share] = Field(
        default={},
        description="Chance that a customer who finds too little stock takes this product instead, if it has stock. "
        "Several are offered in sequence.",
    )

    made_to_order: MadeToOrder | None = Field(
        default=None, description="Lines that are made after the order; left out: all are served from stock."
    )

    def idle(self, around: ScenarioFacts, name: str, /) -> Iterator[IdleKey]:
        """Yield costs that never arise, policies that decide nothing, and unused substitutes."""
        if around.warehouses_hold:
            yield IdleKey(("holding",), "each warehouse has a holding cost of its own")
        elif self.cost == 0.0 and self.holding.kind == "share":
            yield IdleKey(("holding",), "it is a share of the cost, which is 0", by_value=True)
        if not around.waiting:
            yield IdleKey(("backorder_cost",), NOBODY_WAITS)
        if not (around.refusing or around.declining):
            yield IdleKey(("lost_sale_cost",), "no line is ever refused or declined")
        if not self.stocked(name):
            reason = "no stock is kept of it: every unit is made to order without a blank of it"
            yield from (
                IdleKey((key,), reason) for key in ("holding", "replenishment", "sourcing", "substitutes")
            )
            return
        if around.warehouses_decide:
            yield IdleKey(("replenishment",), "each warehouse has a replenishment policy of its own")
        if self.sourcing is not None:
            yield from self._idle_sourcing(self.sourcing, around, name)
        for other, chance in self.substitutes.items():
            if chance == 0.0:
                yield IdleKey(("substitutes", other), "the chance is 0", by_value=True)

    @staticmethod
    def _idle_sourcing(policy: SourcingPolicy, around: ScenarioFacts, name: str) -> Iterator[IdleKey]:
        """Yield the sourcing policy of a product with one source, else sources that the product does not have."""
        if name not in around.choosing:
            yield IdleKey(("sourcing",), "the product has one source")
            return
        for key, source in policy.named():
            if source not in around.sources[name]:
                yield IdleKey(("sourcing", *key), "it is no source of this product")

    @property
    def holding_rate(self) -> float:
        """Holding cost of a unit on hand, in money per day."""
        return self.holding.rate(self.cost)

    def stocked(self, name: str) -> bool:
        """Tell whether a stock is kept of the product called ``name``: some of its lines are served from one."""
        made = self.made_to_order
        return made is None or made.share < 1.0 or made.blank == name

    @property
    def made(self) -> MadeToOrder | None:
        """Making to order, ``None`` if no line of the product is made."""
        made = self.made_to_order
        return None if made is None or made.share == 0.0 else made
