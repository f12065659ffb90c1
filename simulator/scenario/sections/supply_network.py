"""Supply network: the sections of warehouses, suppliers, lanes and customs offices."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Literal

from pydantic import Field, model_validator

from simulator.calendars.closures import Closure
from simulator.calendars.opening_hours import ALWAYS, OpeningHours
from simulator.calendars.opening_times import OpeningTimes, idle_times
from simulator.calendars.public_holidays import HolidayCodes
from simulator.calendars.time_zones import TimeZone
from simulator.laws.distributions import Distribution, DurationDistribution, constant
from simulator.policies.replenishment import OptionalReplenishment
from simulator.scenario.sections.country_facts import country_facts
from simulator.scenario.sections.delivery import DeliveryTerms, ServedRegions, idle_terms
from simulator.scenario.sections.disruptions import Outage
from simulator.values.idle_keys import IdleKey, ScenarioFacts
from simulator.values.mistakes import Place
from simulator.values.notation import Holding
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
    Days,
    HoldingCost,
    Money,
    PositiveCount,
    PositiveDays,
    PositivePerDay,
    PositiveQuantity,
    Quantity,
    Share,
)


class Dock(Section):
    """Inbound doors shared by all products of a warehouse; purchase orders wait for a free door."""

    doors: PositiveCount = Field(default=1, description="Purchase orders unloaded at the same time.")
    unload: DurationDistribution = Field(
        default=constant(0.0), description="Time to unload a purchase order."
    )


Sharing = Literal["fcfs", "priority", "proportional", "fair_share"]
"""Rule by which a warehouse shares units among the purchase orders of other warehouses that wait for them."""


class InternalOrders(Section):
    """Treatment of the purchase orders that other warehouses place with this one.

    They wait beside its customers as a segment of their own, by the allocation policy. What higher ranks leave is
    shared among them.
    """

    sharing: Sharing = Field(
        default="fcfs",
        description="Units for the order placed first ('fcfs'), for the warehouse of the highest priority, in "
        "proportion to what each waits for, or so that all last equally long ('fair_share').",
    )
    priorities: dict[WarehouseName, PositiveCount] = Field(
        default={},
        description="Priority of each warehouse for 'priority'; 1, as if left out, is the highest.",
    )
    ship: Literal["partial", "complete"] = Field(
        default="partial", description="Ship an order in parts, or once all its units are there."
    )
    priority: PositiveCount = Field(
        default=1,
        description="Rank of these orders among the segments of customers; 1 is the most important.",
    )
    level: Quantity = Field(default=0.0, description="Units to keep back for the customers.")

    @model_validator(mode="after")
    def _consistent(self) -> InternalOrders:
        if self.ship == "complete" and self.sharing in ("proportional", "fair_share"):
            raise ValueError(f"'ship: complete' does not go with '{self.sharing}', which ships parts")
        return self

    def idle(self, around: ScenarioFacts, name: str, /) -> Iterator[IdleKey]:
        """Yield priorities that no rule looks at."""
        if self.sharing != "priority" and self.priorities:
            yield IdleKey(("priorities",), f"'sharing: {self.sharing}' does not look at them")


class Warehouse(Section):
    """Fulfilment centre that holds stock, picks lines first come first served and ships them to customers."""

    serves: ServedRegions | None = Field(
        default=None,
        description="Regions, perhaps each with its terms of delivery; left out: all; an empty list: none, the "
        "warehouse is a depot.",
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
    delivery_cost: Money = Field(default=0.0, description="Money for each parcel to a customer.")
    dock: Dock | None = None
    replenishment: OptionalReplenishment = Field(
        default=None,
        description="Replenishment policy of this warehouse, instead of the products' or the general one.",
    )
    hours: OpeningHours = Field(
        default=ALWAYS, description="Opening hours, in which unloading begins and lines are picked."
    )
    closed: dict[str, Closure] = Field(default={}, description="Closures by name.")
    holidays: HolidayCodes = Field(
        default=(), description="Countries whose public holidays are closed days, as DE, DE-BY, or a list."
    )
    time_zone: TimeZone | None = Field(
        default=None,
        description="Time zone of its hours and dates, as Asia/Shanghai; left out: the clock of the run.",
    )
    holding: dict[ProductName, HoldingCost] | HoldingCost | None = Field(
        default=None,
        description="Cost of a unit on hand in this warehouse, or costs by product; left out: the product's.",
    )
    internal: InternalOrders = Field(
        default=InternalOrders(), description="Purchase orders of the warehouses that this one supplies."
    )

    @property
    def terms(self) -> Mapping[str, DeliveryTerms]:
        """Terms of delivery by region, where regions have any."""
        return self.serves if isinstance(self.serves, dict) else {}

    def delivery_to(self, region: str) -> Distribution:
        """Return the law of the time from shipping to the customers of a region, days."""
        terms = self.terms.get(region)
        return self.delivery if terms is None or terms.delivery is None else terms.delivery

    def delivery_cost_to(self, region: str) -> float:
        """Return the money for each parcel to a region."""
        terms = self.terms.get(region)
        return self.delivery_cost if terms is None or terms.delivery_cost is None else terms.delivery_cost

    def idle(self, around: ScenarioFacts, name: str, /) -> Iterator[IdleKey]:
        """Yield a warehouse without demand, pickers and a dock that take no time, and what a depot does not use."""
        if name not in around.depots:
            yield IdleKey(("internal",), "no lane leads from here")
            if self.serves and around.regions is not None and around.regions.isdisjoint(self.serves):
                yield IdleKey((), "no order comes from the regions that it serves")
            elif self.serves and around.served is not None and not around.served[name]:
                yield IdleKey((), "all orders of its regions are served from their homes")
        elif self.serves == () or not around.by_priority:
            unseen = "the allocation policy does not look at it"
            reason = "no customer is served from here" if self.serves == () else unseen
            yield IdleKey(("internal", "priority"), reason)
        if self.serves == ():
            unused = ("pickers", "pick_time", "delivery", "delivery_cost")
            yield from (IdleKey((key,), "the warehouse serves no region") for key in unused)
        if isinstance(self.holding, Holding) and self.holding.kind == "share" and not around.valued:
            yield IdleKey(("holding",), "it is a share of the cost, which is 0", by_value=True)
        if self.pick_time.mean == 0.0:
            yield IdleKey(("pickers",), "picking takes no time")
        if self.dock is not None and self.dock.unload.mean == 0.0:
            yield IdleKey(("dock",), "unloading takes no time")
        yield from idle_terms(name, self.terms, self.delivery, self.delivery_cost, around)
        yield from idle_times(self, around, by_clock=not OpeningTimes.of(self).always)


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
    """Transport from a supplier, or another warehouse, to a warehouse.

    Several lanes between the same places are told apart by their ``mode``, and are sources of their own. With
    ``crossing: false`` a purchase order is never received before one placed earlier on the same lane. A lane that
    carries transfers is no source: goods go over it by the policy ``policies.transfers``.
    """

    origin: PlaceName = Field(alias="from", description="Place that sends the goods.")
    destination: WarehouseName = Field(alias="to", description="Warehouse that receives them.")
    mode: str | None = Field(
        default=None, description="Mode of transport, as 'sea' or 'air'; left out: the only one."
    )
    carries: Literal["orders", "transfers"] = Field(
        default="orders",
        description="What goes over it: purchase orders, or goods that a warehouse gives up to another.",
    )
    transit: DurationDistribution = Field(default=constant(0.0), description="Time on the way.")
    freight: Freight | None = None
    crossing: bool = Field(default=True, description="A purchase order may overtake an earlier one.")
    departures: Departures | None = None
    customs: CustomsName | None = Field(
        default=None, description="Customs office on the way; left out: none."
    )
    hours: OpeningHours = Field(default=ALWAYS, description="Opening hours, in which goods depart.")
    closed: dict[str, Closure] = Field(default={}, description="Closures by name.")
    holidays: HolidayCodes = Field(
        default=(), description="Countries whose public holidays are closed days, as DE, DE-BY, or a list."
    )
    time_zone: TimeZone | None = Field(
        default=None,
        description="Time zone of its hours and dates, as Asia/Shanghai; left out: the clock of the run.",
    )

    def idle(self, around: ScenarioFacts, name: str, /) -> Iterator[IdleKey]:
        """Yield the mode of a single lane, a lane that nobody uses, and freight that costs nothing."""
        several = self.ends in around.parallel
        if not several and self.mode is not None:
            yield IdleKey(("mode",), "no other lane connects the two places")
        if self.carries == "transfers" and self.ends not in around.transferred:
            yield IdleKey((), "no policy moves goods over this lane")
            return
        if (
            self.carries == "orders"
            and (*self.ends, (self.mode or "") if several else "") not in around.bought
        ):
            ends = {"from", "to", "mode"}
            yield from (
                IdleKey((key,), "no policy buys by this lane") for key in self.keys() if key not in ends
            )
            return
        if self.freight is not None and self.freight.free:
            yield IdleKey(("freight",), "it costs nothing", by_value=True)
        yield from idle_times(self, around, by_clock=not OpeningTimes.of(self).always)

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
    holidays: HolidayCodes = Field(
        default=(), description="Countries whose public holidays are closed days, as DE, DE-BY, or a list."
    )
    time_zone: TimeZone | None = Field(
        default=None,
        description="Time zone of its hours and dates, as Asia/Shanghai; left out: the clock of the run.",
    )
    disruptions: dict[str, Outage] = Field(default={}, description="Strikes and other disruptions by name.")
    duty: Share = Field(default=0.0, description="Share of the price of the goods to pay when they land.")
    brokerage: Money = Field(default=0.0, description="Money for each purchase order that lands.")

    @model_validator(mode="before")
    @classmethod
    def _filled_in(cls, data: object) -> object:
        """Fill in keys that the file leaves out from the facts of a country."""
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
        dated = any(one.first is not None for one in self.disruptions.values())
        yield from idle_times(self, around, by_clock=dated or not OpeningTimes.of(self).always)
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


def missing_lanes(
    lanes: Sequence[Lane], suppliers: Collection[str], warehouses: Mapping[str, Warehouse]
) -> Iterator[tuple[Place, str]]:
    """Yield (place, message) for each missing lane.

    A supplier with lanes needs one to every warehouse that serves customers and that no other warehouse supplies. A
    depot needs at least one, unless it supplies others and has a supplier without lanes.
    """
    lanes = [lane for lane in lanes if lane.carries == "orders"]
    seen = {lane.ends for lane in lanes}
    shipping = dict.fromkeys(lane.origin for lane in lanes if lane.origin in suppliers)
    sending = {lane.origin for lane in lanes if lane.origin not in suppliers}
    supplied = {lane.destination for lane in lanes if lane.origin in sending}
    for supplier in shipping:
        for name, site in warehouses.items():
            if (supplier, name) not in seen and site.serves != () and name not in supplied:
                yield ("lanes",), f"supplier '{supplier}' has lanes, but none to warehouse '{name}'"
    for name, site in warehouses.items():
        reached = name in sending and len(shipping) < len(suppliers)
        if site.serves == () and not reached and all(lane.destination != name for lane in lanes):
            yield ("warehouses", name), "it serves no region, and no lane leads there: it would hold nothing"
