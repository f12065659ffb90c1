"""Supply network: the sections of warehouses, suppliers, lanes and customs offices."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import ClassVar

from pydantic import Field, model_validator

from simulator.laws.distributions import DurationDistribution, constant
from simulator.policies.replenishment import OptionalReplenishment
from simulator.values.idle_keys import IdleKey, ScenarioFacts
from simulator.values.mistakes import Place
from simulator.values.section import CustomsName, PlaceName, ProductName, Section, WarehouseName
from simulator.values.units import (
    Days,
    Money,
    PositiveCount,
    PositiveDays,
    PositivePerDay,
    PositiveQuantity,
    Quantity,
    Share,
)

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
    """Production lines of a supplier: parallel servers with one queue, first come first served."""

    lines: PositiveCount = Field(default=1, description="Number of production lines.")
    unit_time: DurationDistribution = Field(description="Time of a line to make one unit.")


class Supplier(Section):
    """Source of goods; a purchase order is produced, if there are production lines, and then dispatched."""

    products: tuple[ProductName, ...] = Field(
        default=(), description="Products that it supplies; left out: all."
    )
    lead_time: DurationDistribution = Field(
        default=constant(7.0), description="Time to dispatch a purchase order."
    )
    capacity: PositivePerDay | None = Field(
        default=None, description="Units per day of one production line with a constant unit time."
    )
    production: Production | None = None
    order_cost: Money = Field(default=0.0, description="Money for each purchase order.")
    minimum: PositiveQuantity | None = Field(
        default=None, description="Smallest quantity of a purchase order."
    )
    lot: PositiveQuantity | None = Field(
        default=None, description="Quantities are rounded up to multiples of it."
    )

    later: ClassVar[dict[str, str]] = {
        "disruptions": "a supplier works without interruption",
        "closed": "a supplier works every day",
        "yield": "every unit ordered arrives",
        "hours": _HOURS,
    }

    @model_validator(mode="after")
    def _one_capacity(self) -> Supplier:
        if self.capacity is not None and self.production is not None:
            raise ValueError("give either 'capacity' or 'production'")
        return self

    def idle(self, around: ScenarioFacts, name: str, /) -> Iterator[IdleKey]:
        """Yield a minimum that is no larger than the lot."""
        if self.minimum is not None and self.lot is not None and self.minimum <= self.lot:
            yield IdleKey(("minimum",), "a lot is not smaller")

    @property
    def workshop(self) -> Production | None:
        """Production lines, ``None`` for none; ``capacity`` becomes one line with a constant unit time."""
        if self.capacity is not None:
            return Production(lines=1, unit_time=constant(1.0 / self.capacity))
        return self.production

    def round_up(self, quantity: float) -> float:
        """Return a purchase quantity (units) raised to the minimum, then to a multiple of the lot."""
        if self.minimum is not None:
            quantity = max(quantity, self.minimum)
        if self.lot is not None:
            quantity = -(-quantity // self.lot) * self.lot
        return quantity


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

    With ``crossing: false`` a purchase order is never received before one placed earlier on the same lane.
    """

    origin: PlaceName = Field(alias="from", description="Place that sends the goods.")
    destination: WarehouseName = Field(alias="to", description="Warehouse that receives them.")
    transit: DurationDistribution = Field(default=constant(0.0), description="Time on the way.")
    crossing: bool = Field(default=True, description="A purchase order may overtake an earlier one.")
    departures: Departures | None = None
    customs: CustomsName | None = Field(
        default=None, description="Customs office on the way; left out: none."
    )

    later: ClassVar[dict[str, str]] = {"mode": "a lane has one transit time"}

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


class Customs(Section):
    """Customs office: first ``documents``, then the inspection, or ``green_lane`` without an inspection."""

    documents: DurationDistribution = Field(default=constant(0.0), description="Time for the papers.")
    green_lane: DurationDistribution = Field(
        default=constant(0.0), description="Time for a purchase order that is not inspected."
    )
    inspection: Inspection | None = None

    later: ClassVar[dict[str, str]] = {"hours": _HOURS}

    def idle(self, around: ScenarioFacts, name: str, /) -> Iterator[IdleKey]:
        """Yield the whole office if no lane leads through it, else an inspection or green lane never used."""
        if name not in around.offices:
            yield IdleKey((), "no lane leads through this customs office")
        elif self.inspection is not None and self.inspection.probability == 0.0:
            yield IdleKey(("inspection",), "the probability is 0", by_value=True)
        elif self.inspection is not None and self.inspection.probability == 1.0:
            yield IdleKey(("green_lane",), "everything is inspected")


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
