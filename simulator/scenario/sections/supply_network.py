"""Supply network: the sections of warehouses, suppliers, lanes and customs offices."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field, field_serializer, model_validator

from simulator.laws.distributions import DurationDistribution, QuantityDistribution, constant
from simulator.policies.replenishment import OptionalReplenishment
from simulator.scenario.sections.country_facts import country_facts
from simulator.scenario.sections.disruptions import Closure, Disruption, Outage
from simulator.scenario.sections.opening_hours import ALWAYS, OpeningHours
from simulator.values.idle_keys import NOBODY_WAITS, IdleKey, ScenarioFacts
from simulator.values.mistakes import Place
from simulator.values.notation import numeral
from simulator.values.section import (
    CustomsName,
    PlaceName,
    ProductName,
    Section,
    WarehouseName,
    nearest,
    refusal,
)
from simulator.values.units import (
    Day,
    Days,
    Factor,
    Money,
    PositiveCount,
    PositiveDays,
    PositivePerDay,
    PositiveQuantity,
    Quantity,
    Share,
)

_NEVER_CLOSES = "it never closes"
_HOURS = "work goes on day and night"


class Dock(Section):
    """Inbound doors shared by all products of a warehouse; purchase orders wait for a free door."""

    doors: PositiveCount = Field(default=1, description="Purchase orders unloaded at the same time.")
    unload: DurationDistribution = Field(
        default=constant(0.0), description="Time to unload a purchase order."
    )


class Warehouse(Section):
    """Fulfilment centre that holds stock, picks lines first come first served and ships them to customers."""

    serves: tuple[str, ...] | None = Field(
        default=None, description="Regions; left out: all; an empty list: none, the warehouse is a depot."
    )
    stock: dict[ProductName, Quantity] | Quantity | None = Field(
        default=None,
        description="Units on hand at the start; left out: the starting level of the replenishment policy.",
    )
    pickers: PositiveCount | None = Field(default=None, description="Left out: picking never queues.")
    pick_time: DurationDistribution = Field(default=constant(0.0), description="Time to pick a line.")
    delivery: DurationDistribution = Field(
        default=constant(0.0), description="Time from shipping to the customer."
    )
    delivery_cost: Money = Field(default=0.0, description="Money for each shipment.")
    dock: Dock | None = None
    replenishment: OptionalReplenishment = Field(
        default=None,
        description="Replenishment policy of this warehouse, instead of the products' or the general one.",
    )

    later: ClassVar[dict[str, str]] = {
        "hours": _HOURS,
        "transfers": "warehouses do not send goods to each other",
    }

    def idle(self, around: ScenarioFacts, name: str, /) -> Iterator[IdleKey]:
        """Yield a warehouse without demand, pickers and a dock that take no time, and what a depot does not use."""
        if self.serves and around.regions is not None and around.regions.isdisjoint(self.serves):
            yield IdleKey((), "no order comes from the regions that it serves")
        if self.serves == ():
            unused = ("pickers", "pick_time", "delivery", "delivery_cost")
            yield from (IdleKey((key,), "the warehouse serves no region") for key in unused)
        if self.pick_time.mean == 0.0:
            yield IdleKey(("pickers",), "picking takes no time")
        if self.dock is not None and self.dock.unload.mean == 0.0:
            yield IdleKey(("dock",), "unloading takes no time")


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
    """Capacity of a supplier a period, shared by all who order there; what is beyond it waits for the next period."""

    units: PositiveQuantity = Field(description="Units that leave production in each period.")
    per: Annotated[PositiveDays, BeforeValidator(_each)] = Field(
        description="Length of a period, as 'day' or '2 weeks'; the first one begins with the run."
    )


class GoodUnits(Section):
    """Share of good units of a purchase order, drawn for each; the units are rounded by chance."""

    share: QuantityDistribution = Field(description="Share of good units, 0 to 1.")

    @model_validator(mode="after")
    def _is_share(self) -> GoodUnits:
        if not 0.0 <= self.share.mean <= 1.0:
            raise ValueError("the mean of the share must be from 0 to 1")
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


class Freight(Section):
    """Cost of transport on a lane, for each purchase order, unit and container."""

    order: Money = Field(default=0.0, description="Money for each purchase order.")
    unit: Money = Field(default=0.0, description="Money for each unit.")
    container: Money = Field(
        default=0.0, description="Money for each container that a purchase order begins."
    )
    container_units: PositiveQuantity | None = Field(default=None, description="Units in a container.")

    @model_validator(mode="after")
    def _size(self) -> Freight:
        if (self.container > 0.0) != (self.container_units is not None):
            raise ValueError("'container' and 'container_units' go together")
        return self

    @property
    def free(self) -> bool:
        """True if transport costs nothing."""
        return self.order == self.unit == self.container == 0.0

    def cost(self, units: float) -> float:
        """Return the money for a purchase order of ``units``."""
        size = self.container_units
        containers = 0 if size is None else math.ceil(units / size)
        return self.order + self.unit * units + self.container * containers


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
    good: Share | GoodUnits | None = Field(
        default=None,
        alias="yield",
        description="Chance that a unit is good, or share of good units; defects are found at receipt and not paid.",
    )
    fails: Failures | None = Field(default=None, description="Purchase orders that never come.")

    later: ClassVar[dict[str, str]] = {
        "holidays": "closures have to be written down",
        "ships_in": "a purchase order is one shipment",
    }

    @field_serializer("discounts")
    def _written(self, discounts: dict[float, float]) -> dict[str, float]:
        """Write the quantities as a file gives them, without a decimal point."""
        return {f"{units:.15g}": share for units, share in discounts.items()}

    @model_validator(mode="after")
    def _consistent(self) -> Supplier:
        if self.capacity is not None and self.production is not None:
            raise ValueError("give either 'capacity' or 'production'")
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
        elif self.hours.always:
            yield IdleKey(("hours",), _NEVER_CLOSES, by_value=True)
        if (self.good.share if isinstance(self.good, GoodUnits) else self.good) in {1.0, constant(1.0)}:
            yield IdleKey(("yield",), "every unit is good", by_value=True)

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

    def discount(self, units: float) -> float:
        """Return the discount, 0 to 1, on a purchase order of ``units``."""
        return max((share for least, share in self.discounts.items() if units >= least), default=0.0)


class Departures(Section):
    """Departures of a lane, at fixed intervals or by a Poisson process; goods wait for the next one."""

    every: PositiveDays | None = Field(default=None, description="Time between departures at fixed times.")
    first: Days = Field(default=0.0, description="Time of the first departure of a timetable with 'every'.")
    rate: PositivePerDay | None = Field(default=None, description="Departures per day, at random.")

    @model_validator(mode="after")
    def _one_kind(self) -> Departures:
        if (self.every is None) == (self.rate is None):
            raise ValueError("give either 'every' or 'rate'")
        return self

    def idle(self, around: ScenarioFacts, name: str, /) -> Iterator[IdleKey]:
        """Yield the first departure if departures are at random."""
        if self.rate is not None:
            yield IdleKey(("first",), "departures are at random")


class Lane(Section):
    """Transport from a place to a warehouse; the place is always a supplier as yet.

    Several lanes between the same places are told apart by their ``mode``, and are sources of their own. With
    ``crossing: false`` a purchase order is never received before one placed earlier on the same lane.
    """

    origin: PlaceName = Field(alias="from", description="Place that sends the goods.")
    destination: WarehouseName = Field(alias="to", description="Warehouse that receives them.")
    mode: str | None = Field(
        default=None, description="Mode of transport, as 'sea' or 'air'; left out: the only one."
    )
    transit: DurationDistribution = Field(default=constant(0.0), description="Time on the way.")
    freight: Freight | None = None
    crossing: bool = Field(default=True, description="A purchase order may overtake an earlier one.")
    departures: Departures | None = None
    customs: CustomsName | None = Field(
        default=None, description="Customs office on the way; left out: none."
    )

    def idle(self, around: ScenarioFacts, name: str, /) -> Iterator[IdleKey]:
        """Yield the mode of a single lane, a lane that nobody uses, and freight that costs nothing."""
        several = self.ends in around.parallel
        if not several:
            yield IdleKey(("mode",), "no other lane connects the two places")
        if (*self.ends, (self.mode or "") if several else "") not in around.bought:
            used = ("transit", "freight", "crossing", "departures", "customs")
            yield from (IdleKey((key,), "no policy buys by this lane") for key in used)
        elif self.freight is not None and self.freight.free:
            yield IdleKey(("freight",), "it costs nothing", by_value=True)

    @property
    def ends(self) -> tuple[str, str]:
        """Names of origin and destination."""
        return self.origin, self.destination


class Inspection(Section):
    """Inspection at customs of purchase orders chosen independently with ``probability``."""

    probability: Share = Field(description="Chance that a purchase order is inspected.")
    time: DurationDistribution = Field(description="Time of an inspection.")
    inspectors: PositiveCount | None = Field(
        default=None, description="Left out: an inspection never queues."
    )


def _hours(mean: float) -> dict[str, object] | float:
    """Return the law of a time with a mean in hours and cv 1, as a file gives it."""
    return {"dist": "gamma", "mean": f"{mean:g} h", "cv": 1.0} if mean > 0.0 else 0.0


class Customs(Section):
    """Customs office: first ``documents``, then the inspection, or ``green_lane`` without an inspection.

    ``facts`` fills in what the file leaves out from figures of the World Bank on imports: the mean hours for documents
    and at the border as gamma distributions of cv 1 (assumed), and both costs, in US dollars, as ``brokerage``.
    """

    facts: str | None = Field(
        default=None,
        description="ISO 3166 code of three letters of the country that the goods enter, as BRA.",
    )
    documents: DurationDistribution = Field(default=constant(0.0), description="Time for the papers.")
    green_lane: DurationDistribution = Field(
        default=constant(0.0), description="Time for a purchase order that is not inspected."
    )
    inspection: Inspection | None = None
    hours: OpeningHours = Field(
        default=ALWAYS, description="Opening hours, in which papers, the green lane and inspections go on."
    )
    closed: dict[str, Closure] = Field(default={}, description="Closures by name.")
    disruptions: dict[str, Outage] = Field(default={}, description="Strikes and other disruptions by name.")
    duty: Share = Field(default=0.0, description="Share of the price of the goods to pay when they land.")
    brokerage: Money = Field(default=0.0, description="Money for each purchase order that lands.")

    later: ClassVar[dict[str, str]] = {"holidays": "closures have to be written down"}

    @model_validator(mode="before")
    @classmethod
    def _filled_in(cls, data: object) -> object:
        """Fill in what the file leaves out from the facts of a country."""
        if not isinstance(data, dict) or not isinstance(code := data.get("facts"), str):
            return data
        facts = country_facts().get(code)
        if facts is None:
            raise refusal("country", f"facts: no figures for '{code}'{nearest(code, country_facts())}")
        cost = facts.documents_cost + facts.border_cost
        known = {"documents": _hours(facts.documents), "green_lane": _hours(facts.border), "brokerage": cost}
        return {**known, **data}

    def idle(self, around: ScenarioFacts, name: str, /) -> Iterator[IdleKey]:
        """Yield the whole office if no lane leads through it, else what is never used, costs or says nothing."""
        if name not in around.offices:
            yield IdleKey((), "no lane leads through this customs office")
            return
        if self.inspection is not None and self.inspection.probability == 0.0:
            yield IdleKey(("inspection",), "the probability is 0", by_value=True)
        elif self.inspection is not None and self.inspection.probability == 1.0:
            yield IdleKey(("green_lane",), "everything is inspected")
        if self.hours.always:
            yield IdleKey(("hours",), _NEVER_CLOSES, by_value=True)
        if self.duty == 0.0:
            yield IdleKey(("duty",), "it is 0", by_value=True)
        if self.facts is None and self.brokerage == 0.0:
            yield IdleKey(("brokerage",), "it is 0", by_value=True)
        if self.facts is not None and not any(self._filled(self.facts)):
            yield IdleKey(("facts",), "the file gives all that they could fill in")

    def _filled(self, code: str) -> Iterator[bool]:
        """Yield for each key that ``facts`` can fill in whether it may have done so to some effect."""
        alone, bare = Customs.model_validate({"facts": code}), Customs()
        for key in ("documents", "green_lane", "brokerage"):
            filled = getattr(alone, key)
            yield getattr(self, key) == filled != getattr(bare, key)


def unusable_lanes(
    lanes: Sequence[Lane], suppliers: Collection[str], warehouses: Collection[str]
) -> Iterator[tuple[Place, str]]:
    """Yield (place, message) for each lane between warehouses, which send each other nothing as yet."""
    for k, lane in enumerate(lanes):
        if lane.origin in warehouses and lane.origin not in suppliers:
            yield (
                ("lanes", k, "from"),
                "lanes between warehouses are not supported yet: they send each other nothing",
            )


def missing_lanes(
    lanes: Sequence[Lane], suppliers: Collection[str], warehouses: Mapping[str, Warehouse]
) -> Iterator[tuple[Place, str]]:
    """Yield (place, message) for each missing lane.

    A supplier with lanes needs one to every warehouse that serves customers. A depot needs at least one.
    """
    seen = {(lane.origin, lane.destination) for lane in lanes}
    for supplier in dict.fromkeys(lane.origin for lane in lanes if lane.origin in suppliers):
        for name, site in warehouses.items():
            if (supplier, name) not in seen and site.serves != ():
                yield ("lanes",), f"supplier '{supplier}' has lanes, but none to warehouse '{name}'"
    for name, site in warehouses.items():
        if site.serves == () and all(lane.destination != name for lane in lanes):
            yield ("warehouses", name), "it serves no region, and no lane leads there: it would hold nothing"
