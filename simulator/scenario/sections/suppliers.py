"""Section ``suppliers``: production, capacity, quality and prices of each supplier."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, field_serializer, model_validator

from simulator.calendars.closures import Closure
from simulator.calendars.opening_hours import ALWAYS, OpeningHours
from simulator.calendars.opening_times import idle_times
from simulator.calendars.public_holidays import HolidayCodes
from simulator.calendars.time_zones import TimeZone
from simulator.laws.distributions import DurationDistribution, QuantityDistribution, constant
from simulator.scenario.sections.disruptions import Disruption
from simulator.values.idle_keys import NOBODY_WAITS, IdleKey, ScenarioFacts
from simulator.values.notation import numeral
from simulator.values.section import (
    ProductName,
    Section,
)
from simulator.values.units import (
    Day,
    Factor,
    Money,
    PositiveCount,
    PositiveDays,
    PositivePerDay,
    PositiveQuantity,
    Share,
)


class Production(Section):
    """Production lines of a supplier: parallel servers with one queue of purchase orders."""

    lines: PositiveCount = Field(default=1, description="Number of production lines.")
    unit_time: DurationDistribution = Field(description="Time of a line to make one unit.")
    first: Literal["placed", "backlog"] = Field(
        default="placed",
        description="Purchase order that a free line makes first: the one placed first, or the one whose stock has the "
        "largest backlog, in units.",
    )
    wage: Money = Field(default=0.0, description="Money for each hour that a line works.")

    def idle(self, around: ScenarioFacts, name: str, /) -> Iterator[IdleKey]:
        """Yield a wage of 0."""
        if self.wage == 0.0:
            yield IdleKey(("wage",), "it is 0", by_value=True)


def _each(text: object) -> object:
    """Return a duration for the name of a unit of time: '1 day' for 'day'."""
    return f"1 {text}" if isinstance(text, str) and text.strip().isalpha() else text


class Capacity(Section):
    """Capacity of a supplier a period, shared by all its buyers; further units wait for the next period."""

    units: PositiveQuantity = Field(description="Units that leave production in each period.")
    per: Annotated[PositiveDays, BeforeValidator(_each)] = Field(
        description="Length of a period, as 'day' or '2 weeks'; the first one begins with the run."
    )


class GoodUnits(Section):
    """Share of good units of a purchase order, drawn for each; the units are rounded by chance."""

    share: QuantityDistribution = Field(description="Share of good units, 0 to 1.")

    @model_validator(mode="after")
    def _is_share(self) -> GoodUnits:
        if not 0.0 < self.share.mean <= 1.0:
            raise ValueError("the mean of the share must be above 0, at most 1")
        return self


class Failures(Section):
    """Purchase orders that never come; the shop notices after a time, and orders again as its policy says."""

    share: Share = Field(description="Chance that a purchase order never comes.")
    noticed_after: PositiveDays = Field(description="Time from the order until the shop notices.")

    def idle(self, around: ScenarioFacts, name: str, /) -> Iterator[IdleKey]:
        """Yield failures that never happen."""
        if self.share == 0.0:
            yield IdleKey((), "the chance is 0", by_value=True)


class PriceChange(Section):
    """Change of a supplier's prices on a date."""

    on: Day = Field(description="First date of the new prices.")
    factor: Factor = Field(description="Factor on the original prices.")


class Supplier(Section):
    """Source of goods; a purchase order is produced, if there are production lines, and then dispatched."""

    products: tuple[ProductName, ...] = Field(
        default=(), description="Products that it supplies; left out: all."
    )
    lead_time: DurationDistribution = Field(
        default=constant(7.0), description="Time to dispatch a purchase order."
    )
    capacity: PositivePerDay | Capacity | None = Field(
        default=None,
        description="Units per day of one production line with a constant unit time, or units a period.",
    )
    production: Production | None = None
    order_cost: Money = Field(default=0.0, description="Money for each purchase order.")
    minimum: PositiveQuantity | None = Field(
        default=None, description="Smallest quantity of a purchase order."
    )
    maximum: PositiveQuantity | None = Field(
        default=None,
        description="Most units that a stock can order from a source at one instant; the rest is not ordered.",
    )
    lot: PositiveQuantity | None = Field(
        default=None,
        description="Quantities are rounded up to multiples of it; a maximum is rounded down.",
    )
    price: Money | dict[ProductName, Money] | None = Field(
        default=None, description="Price of a unit, or prices by product; left out: the product's cost."
    )
    discounts: dict[Annotated[PositiveQuantity, BeforeValidator(numeral)], Share] = Field(
        default={}, description="Discount on all units of a purchase order of at least so many units."
    )
    price_changes: tuple[PriceChange, ...] = Field(default=(), description="Changes of prices by date.")
    disruptions: dict[str, Disruption] = Field(default={}, description="Disruptions by name.")
    hours: OpeningHours = Field(
        default=ALWAYS,
        description="Opening hours, in which production lines work. Lead times run on the clock.",
    )
    closed: dict[str, Closure] = Field(
        default={}, description="Closures by name; production and lead times stand still."
    )
    holidays: HolidayCodes = Field(
        default=(), description="Countries whose public holidays are closed days, as DE, DE-BY, or a list."
    )
    time_zone: TimeZone | None = Field(
        default=None,
        description="Time zone of its hours and dates, as Asia/Shanghai; left out: the clock of the run.",
    )
    good: Share | GoodUnits | None = Field(
        default=None,
        alias="yield",
        description="Chance that a unit is good, or share of good units; defects are found at receipt and not paid.",
    )
    fails: Failures | None = Field(default=None, description="Purchase orders that never come.")
    ships_in: PositiveCount = Field(
        default=1,
        description="Shipments into which each purchase order is parted, each on its way by itself.",
    )

    @field_serializer("discounts")
    def _written(self, discounts: dict[float, float]) -> dict[str, float]:
        """Write the quantities as a file gives them, without a decimal point."""
        return {f"{units:.15g}": share for units, share in discounts.items()}

    @model_validator(mode="after")
    def _consistent(self) -> Supplier:
        if self.capacity is not None and self.production is not None:
            raise ValueError("give either 'capacity' or 'production'")
        if self.good == 0.0:
            raise ValueError("with a yield of 0 nothing ever comes, however often it is ordered")
        if self.quota is not None and any(one.stops == "production" for one in self.disruptions.values()):
            raise ValueError("not supported yet: disruptions of production together with a capacity a period")
        least = self.round_up(self.lot or 0.0)
        if self.maximum is not None and self.maximum < least:
            raise ValueError(
                f"the smallest order has {least:g} units by 'minimum' and 'lot', more than the 'maximum' of "
                f"{self.maximum:g}"
            )
        return self

    def idle(self, around: ScenarioFacts, name: str, /) -> Iterator[IdleKey]:
        """Yield the supplier if nobody buys from it, a minimum no larger than the lot, and prices that no order has."""
        if all(name != supplier for supplier, _, _ in around.bought):
            yield from self._idle_supplier(around, name)
            return
        if self.production is not None and self.production.first == "backlog":
            reason = NOBODY_WAITS if not around.waiting else "one stock alone buys from this supplier"
            if not around.waiting or around.buyers.get(name, 0) <= 1:
                yield IdleKey(("production", "first"), reason)
        yield from self._idle_prices(around)
        if self.minimum is not None and self.lot is not None and self.minimum <= self.lot:
            yield IdleKey(("minimum",), "a lot is not smaller")
        if self.workshop is None:
            yield IdleKey(("hours",), "nothing is made on production lines")
        yield from idle_times(self, around, by_clock=self._by_clock)
        if (self.good.share if isinstance(self.good, GoodUnits) else self.good) in {1.0, constant(1.0)}:
            yield IdleKey(("yield",), "every unit is good", by_value=True)
        if self.ships_in == 1:
            yield IdleKey(("ships_in",), "a purchase order is one shipment", by_value=True)

    @property
    def _by_clock(self) -> bool:
        """True if anything goes by the clock of the supplier."""
        dated = any(one.first is not None for one in self.disruptions.values())
        hours = self.workshop is not None and not self.hours.always
        return dated or hours or bool(self.closed or self.holidays)

    def _idle_supplier(self, around: ScenarioFacts, name: str) -> Iterator[IdleKey]:
        """Yield a supplier that nobody buys from; of the first source of a stock all but its place among the sources.

        Random times of the first source are drawn apart, so that without it those of the next one would change.
        """
        reason = "no policy buys from this supplier"
        if name not in around.first:
            yield IdleKey((), reason)
        else:
            yield from (IdleKey((key,), reason) for key in self.keys() if key != "products")

    def _idle_prices(self, around: ScenarioFacts) -> Iterator[IdleKey]:
        """Yield prices of other suppliers' products, discounts that a smaller order has, and changes after the end."""
        for product in self.price if isinstance(self.price, dict) else ():
            if self.products and product not in self.products:
                yield IdleKey(("price", product), "the supplier does not supply this product")
        for units, share in self.discounts.items():
            if share == 0.0:
                yield IdleKey(("discounts", f"{units:.15g}"), "the discount is 0", by_value=True)
            elif any(least < units and other >= share for least, other in self.discounts.items()):
                reason = "a smaller order has the same discount, or a larger one"
                yield IdleKey(("discounts", f"{units:.15g}"), reason)
        for k, change in enumerate(self.price_changes):
            if (change.on - around.start).days >= around.end:
                yield IdleKey(("price_changes", k), "the run ends before")

    @property
    def workshop(self) -> Production | None:
        """Production lines, ``None`` for none; ``capacity`` a day becomes one line with a constant unit time."""
        if isinstance(self.capacity, float):
            return Production(lines=1, unit_time=constant(1.0 / self.capacity))
        return self.production

    @property
    def quota(self) -> Capacity | None:
        """Capacity a period, ``None`` without one."""
        return self.capacity if isinstance(self.capacity, Capacity) else None

    def round_up(self, quantity: float) -> float:
        """Return a purchase quantity (units) raised to the minimum, then to a multiple of the lot."""
        if self.minimum is not None:
            quantity = max(quantity, self.minimum)
        if self.lot is not None and not math.isinf(quantity):
            quantity = -(-quantity // self.lot) * self.lot
        return quantity

    def _most(self, units: float) -> float:
        """Return the largest number of whole lots within ``units``."""
        return units if self.lot is None else units // self.lot * self.lot

    def capped(self, quantity: float, taken: float) -> float:
        """Return the part of a rounded purchase quantity that the maximum leaves, 0 if it leaves too little.

        Args:
            quantity: units, as `round_up` returns them.
            taken: units ordered by the same stock at this instant.
        """
        if self.maximum is None or quantity <= self.maximum - taken:
            return quantity
        quantity = self._most(max(0.0, self.maximum - taken))
        return 0.0 if quantity < (self.minimum or 0.0) else quantity

    def whole(self, units: float) -> float:
        """Return the largest purchase quantity within ``units``, 0 if there is none."""
        if math.isinf(units):
            return units
        units = self._most(units)
        return 0.0 if units < (self.minimum or 0.0) else units

    def shipments(self, units: float) -> list[float]:
        """Return the units of each shipment of a purchase order, the larger first.

        They are as equal as whole units can be; a part of a unit goes with the first.
        """
        whole = math.floor(units)
        least, more = divmod(whole, self.ships_in)
        found = [float(least + (part < more)) for part in range(self.ships_in) if least or part < more]
        return [found[0] + (units - whole), *found[1:]] if found else [units]

    def discount(self, units: float) -> float:
        """Return the discount, 0 to 1, on a purchase order of ``units``."""
        return max((share for least, share in self.discounts.items() if units >= least), default=0.0)
