"""Routing policies: the warehouse that serves an order line, where several serve its region.

The first warehouse in the sequence of a region is its home, where its lines are asked for. A line is served from one
warehouse.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Annotated, ClassVar, Literal, Protocol

from pydantic import BeforeValidator, Field, SerializeAsAny

from simulator.policies.family import Policy, member
from simulator.values.idle_keys import IdleKey, ScenarioFacts
from simulator.values.mistakes import Place
from simulator.values.section import WarehouseName
from simulator.values.units import Quantity


class RoutedLine(Protocol):
    """Order line to be routed, as a policy sees it."""

    @property
    def time(self) -> float:
        """Present time, days."""
        ...

    @property
    def units(self) -> float:
        """Units ordered."""
        ...

    @property
    def segment(self) -> str:
        """Name of the segment of the customer."""
        ...

    @property
    def region(self) -> str:
        """Name of the region of the customer."""
        ...


class ServingPlace(Protocol):
    """Warehouse that may serve the line, as a policy sees it. Times in days, quantities in units of its product."""

    @property
    def name(self) -> str:
        """Name of the warehouse."""
        ...

    @property
    def on_hand(self) -> float:
        """Units on hand, after all lines that come before."""
        ...

    @property
    def available(self) -> float:
        """Units that the line would get there now by the allocation policy."""
        ...

    @property
    def backlog(self) -> float:
        """Units that waiting lines, and the purchase orders of warehouses that it supplies, lack."""
        ...

    @property
    def lead_time(self) -> float:
        """Mean lead time of its first source, without queues."""
        ...

    @property
    def delivery_time(self) -> float:
        """Mean time from shipping to the customer."""
        ...

    @property
    def delivery_cost(self) -> float:
        """Money for a parcel to the customer."""
        ...

    @property
    def has_order(self) -> bool:
        """True if the line is the first of several in its order, and all of them could be served whole there now.

        It is known to policies that set ``keeps_orders``.
        """
        ...

    def under_way(self) -> Sequence[tuple[float, float]]:
        """Return (planned landing in days, units) of each purchase order that has not landed, from all sources."""
        ...


Measure = Callable[[str], float]
"""Function of the name of a warehouse: mean delivery time (days), or money for a parcel, to a region."""


class RoutingPolicy(Policy):
    """Base of the routing policies."""

    family = "routing"
    members = {}

    moves: ClassVar[bool] = True
    """True if a line may be served from another warehouse than its home."""
    always: ClassVar[bool] = False
    """True if the policy is asked for every line; else only for those that their home cannot serve whole now."""
    keeps_orders: ClassVar[bool] = False
    """True if a warehouse chosen for the first line of an order that has all of them serves the others, too.

    The policy is not asked for them.
    """

    sequence: Literal["file", "cost", "time"] | dict[str, tuple[WarehouseName, ...]] = Field(
        default="file",
        description="Sequence of the warehouses of a region: that of the file, by delivery cost, by mean delivery "
        "time, or given for each region. Equal ones, and those not named, follow as in the file.",
    )
    substitutes_first: bool = Field(
        default=False,
        description="Offer another product of the home before this product of another warehouse.",
    )

    def place(self, line: RoutedLine, places: Sequence[ServingPlace]) -> int:
        """Return the warehouse that serves the line, as an index into ``places``.

        If it cannot serve the line whole now, the line goes on there as one that lacks goods: it is offered
        substitutes, may be refused, or waits.

        Args:
            line: order line.
            places: warehouses that serve its region, in sequence; the first is its home.
        """
        raise NotImplementedError

    def in_sequence(self, region: str, names: Sequence[str], time: Measure, cost: Measure) -> tuple[str, ...]:
        """Return the warehouses that serve a region in sequence.

        Args:
            region: name of the region.
            names: of the warehouses, as in the file.
            time: mean delivery time to the region.
            cost: delivery cost to the region.
        """
        if isinstance(self.sequence, dict):
            named = [name for name in self.sequence.get(region, ()) if name in names]
            return (*named, *(name for name in names if name not in named))
        return {
            "file": lambda: tuple(names),
            "time": lambda: tuple(sorted(names, key=time)),
            "cost": lambda: tuple(sorted(names, key=cost)),
        }[self.sequence]()

    def mistakes(self, serving: Mapping[str, Sequence[str]]) -> Iterator[tuple[Place, str]]:
        """Yield what is wrong with the names in the sequence: place below the policy, and message.

        Args:
            serving: names of the warehouses that serve each region.
        """
        if not isinstance(self.sequence, dict):
            return
        for region, names in self.sequence.items():
            if region not in serving:
                yield ("sequence", region), f"no warehouse serves region '{region}'"
                continue
            for k, name in enumerate(names):
                if name in names[:k]:
                    yield ("sequence", region, k), f"'{name}' is named twice"
                elif name not in serving[region]:
                    yield ("sequence", region, k), f"'{name}' does not serve region '{region}'"

    def idle(self, around: ScenarioFacts, name: str, /) -> Iterator[IdleKey]:
        """Yield regions whose sequence decides nothing, and the rule on substitutes if there are none."""
        if isinstance(self.sequence, dict):
            for region, names in self.sequence.items():
                if region not in around.shared:
                    yield IdleKey(("sequence", region), "one warehouse serves this region")
                elif around.regions is not None and region not in around.regions:
                    yield IdleKey(("sequence", region), "no order comes from this region")
                elif not names:
                    yield IdleKey(("sequence", region), "it names no warehouse", by_value=True)
        if not self.moves:
            yield IdleKey(("substitutes_first",), "every line is served from its home")
        elif not around.substitutes:
            yield IdleKey(("substitutes_first",), "no product has substitutes")


@member("home")
class Home(RoutingPolicy):
    """Home: serve every line from the first warehouse of its region."""

    moves = False

    def place(self, line: RoutedLine, places: Sequence[ServingPlace]) -> int:
        """Return the home."""
        return 0


@member("overflow")
class Overflow(RoutingPolicy):
    """Overflow: serve a line from the first warehouse that can serve it whole now.

    If none can, it goes on at its home.
    """

    def place(self, line: RoutedLine, places: Sequence[ServingPlace]) -> int:
        """Return the first warehouse that has the units, else the home."""
        able = (k for k, place in enumerate(places) if place.available >= line.units)
        return next(able, 0)


@member("reserve_home")
class ReserveHome(RoutingPolicy):
    """Overflow that leaves a reserve: other regions get units only while enough stays for the warehouse's own.

    What stays on hand is at least ``reserve``, and at least the critical level of the customer's segment.
    """

    reserve: Quantity = Field(description="Units that lines of other regions leave on hand.")

    def place(self, line: RoutedLine, places: Sequence[ServingPlace]) -> int:
        """Return the home if it has the units, else the first warehouse that has them above its reserve."""
        able = (
            k
            for k, place in enumerate(places)
            if place.available >= line.units and (k == 0 or place.on_hand - line.units >= self.reserve)
        )
        return next(able, 0)

    def idle(self, around: ScenarioFacts, name: str, /) -> Iterator[IdleKey]:
        """Yield a reserve of 0, beside what has no effect under any policy."""
        yield from super().idle(around, name)
        if self.reserve == 0.0:
            yield IdleKey(("reserve",), "it is 0", by_value=True)


@member("pooled")
class Pooled(RoutingPolicy):
    """Pooled waiting: a line that must wait does so for good where the units it needs come soonest.

    A line is served from the first warehouse that can serve it whole now. If none can, it waits in the warehouse where
    its last unit is expected first: of the units on hand and under way, in sequence of their planned landings, those
    that are waited for already come first; what these do not cover comes a lead time from now. Ties go to the first in
    sequence.
    """

    def place(self, line: RoutedLine, places: Sequence[ServingPlace]) -> int:
        """Return the first warehouse that has the units, else the one where they come soonest."""
        able = next((k for k, place in enumerate(places) if place.available >= line.units), None)
        return min(range(len(places)), key=lambda k: expected(line, places[k])) if able is None else able


def expected(line: RoutedLine, place: ServingPlace) -> float:
    """Return the planned landing (days) of the last unit that a line would wait for in a warehouse.

    It is infinite in the past if the unit is on hand. What is on its way and does not suffice is ordered now.
    """
    lacking = place.backlog + line.units - place.on_hand
    if lacking <= 0.0:
        return -math.inf
    for landing, units in sorted(place.under_way()):
        lacking -= units
        if lacking <= 0.0:
            return landing
    return line.time + place.lead_time


@member("fewest_parcels")
class FewestParcels(RoutingPolicy):
    """Fewest parcels: serve the whole order from the first warehouse that has all of it now.

    If none has, its lines go one by one to the first warehouse that can serve each whole, as by overflow.
    """

    always = True
    keeps_orders = True

    def place(self, line: RoutedLine, places: Sequence[ServingPlace]) -> int:
        """Return the first warehouse that has the order, else that has the units, else the home."""
        whole = (k for k, place in enumerate(places) if place.has_order)
        able = (k for k, place in enumerate(places) if place.available >= line.units)
        return next(whole, next(able, 0))


Routing = Annotated[SerializeAsAny[RoutingPolicy], BeforeValidator(RoutingPolicy.choose)]
OptionalRouting = Routing | None
