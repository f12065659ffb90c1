"""Routes of purchase orders in one replication: the part that products share, and the route of each stock.

On a route without queues the landing time is known when the order is placed, and one event is enough. On a
route with queues, the order moves from queue to queue, where servers that are SimPy processes work on it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cached_property, partial
from typing import Protocol

from simulator.model.clock import Clock, Phase
from simulator.model.supply.landing_forecast import RouteForecasts
from simulator.model.supply.lane import Sequence
from simulator.model.supply.leg import RouteContext, RouteEnds, SharedResources, availability_of
from simulator.model.supply.legs import LegSequence, milestones
from simulator.model.supply.purchase_order import PurchaseOrder
from simulator.model.supply.quality import SourceQuality
from simulator.model.supply.quota import InstantUnits
from simulator.model.supply.supplier import stops_of
from simulator.orders.random.streams import Streams, stream_name
from simulator.scenario.network.transfers import donors
from simulator.scenario.scenario import Scenario
from simulator.scenario.sources import Source, StockSources, sourcing_of

Receive = Callable[[PurchaseOrder], None]


class Sender(Protocol):
    """Stock of another warehouse, which ships purchase orders when it has the units."""

    def gather(self, purchase: PurchaseOrder, route: Route, receive: Receive) -> None:
        """Let an order wait that was placed now; its shipments leave by `Route.ship`."""
        ...

    def withdraw(self, purchase: PurchaseOrder, units: float) -> None:
        """Take note of units that were taken off an order that waits."""
        ...

    @property
    def room(self) -> float:
        """Units that an order placed now would get at once."""
        ...


class SharedRoute:
    """Legs and forecasts shared by all products that come from one supplier to one warehouse."""

    def __init__(self, ends: RouteEnds, places: SharedResources, streams: Streams) -> None:
        """Set up the legs.

        Args:
            ends: supplier, warehouse and all between them.
            places: resources shared with other routes.
            streams: of the replication.
        """
        self.leg_sequence = LegSequence(ends)
        self.milestones = len(milestones())
        """Number of milestones of all kinds of legs."""
        self.supplier = ends.supplier
        self.places = places
        self.streams = streams

    @cached_property
    def forecasts(self) -> RouteForecasts:
        """Samples of the days that remain until delivery to regions without a delivery time of their own."""
        return RouteForecasts(self.leg_sequence, self.streams)

    @cached_property
    def forecasts_to_shelf(self) -> RouteForecasts:
        """Samples of the days that remain until goods land."""
        return RouteForecasts(self.leg_sequence, self.streams, to_shelf=True)

    @cached_property
    def forecasts_by_region(self) -> dict[str, RouteForecasts]:
        """The same for each region with a delivery time of its own."""
        terms = self.leg_sequence.ends.site.terms.items()
        names = [region for region, one in terms if one.delivery is not None]
        return {region: RouteForecasts(self.leg_sequence, self.streams, region) for region in names}


class Route(RouteContext):
    """Route of one stock's purchase orders from one of its sources; it numbers the orders."""

    def __init__(
        self,
        clock: Clock,
        shared_route: SharedRoute,
        stock: str,
        unloading_rank: float,
        source: int,
        taken: InstantUnits,
    ) -> None:
        """Plan each leg.

        Args:
            clock: of the run.
            shared_route: legs shared with other products.
            stock: end of the names of the random streams.
            unloading_rank: rank in the queue at the dock, low first.
            source: index among the ways of the stock, see `SupplyChain.ways`.
            taken: units that the stock orders from the supplier at one instant.
        """
        leg_sequence = shared_route.leg_sequence
        numbers, told = leg_sequence.numbers, leg_sequence.told
        context = clock, shared_route.streams, shared_route.places
        super().__init__(*context, stock, unloading_rank, numbers, told)
        self.sender: Sender | None = None
        """Stock from which the orders are shipped; ``None`` for a supplier."""
        self.leg_sequence = leg_sequence
        self._shipments: list[RouteContext] = []
        """Route of each shipment of a purchase order; the first has the random streams of a whole order."""
        self._add_shipment(self)
        for _ in range(1, shared_route.supplier.ships_in):
            self._add_shipment()
        self.ordered = 0
        """Number of purchase orders so far."""
        ends = leg_sequence.ends
        self._takes_orders = availability_of(self, stops_of(ends, "orders", closes=False))
        perfect = ends.supplier.good is None and ends.supplier.fails is None
        quality = partial(SourceQuality, ends.supplier, ends.origin, self.streams)
        self._quality = None if perfect else [quality(shipment.stock) for shipment in self._shipments]
        """Quality of each shipment of a purchase order; ``None`` if all units are good and all orders come."""
        self._taken = taken
        self._source = source
        self._milestones = shared_route.milestones
        self._sequence = (
            shared_route.places.shared(("sequence", *leg_sequence.ends.lane_name), Sequence)
            if leg_sequence.in_sequence
            else None
        )

    def _add_shipment(self, route: RouteContext | None = None) -> None:
        """Plan each leg for the next shipment of a purchase order, by a route with random streams of its own."""
        if route is None:
            name = stream_name(self.stock, f"shipment {len(self._shipments) + 1}")
            shared = self.clock, self.streams, self.places
            route = RouteContext(*shared, name, self.unloading_rank, self.numbers, self.told)
        route.plans = {leg: leg.planner(route) for leg in self.leg_sequence.legs}
        self._shipments.append(route)

    def look_at_backlog(self, backlog: Callable[[], float]) -> None:
        """Let production lines ask ``backlog`` for the units that the waiting lines of the stock lack."""
        for shipment in self._shipments:
            shipment.backlog = backlog

    def order(self, stock: int, now: float, quantity: float) -> list[PurchaseOrder]:
        """Return the next purchase order by shipment, not sent yet; see `PurchaseSource.order`."""
        if self.accepts_from(now) > now:
            return []
        supplier = self.leg_sequence.supplier
        quantity = self.quantity(now, quantity)
        if supplier.maximum is not None:
            if quantity <= 0.0:
                return []
            self._taken.add(quantity, now)
        number, source, milestones = self.ordered, self._source, self._milestones
        self.ordered += 1
        if len(self._shipments) == 1:
            return [PurchaseOrder(stock, number, now, quantity, source=source, milestones=milestones)]
        return [
            PurchaseOrder(stock, number, now, units, source=source, part=part, milestones=milestones)
            for part, units in enumerate(supplier.shipments(quantity))
        ]

    def transfer(self, stock: int, units: float) -> PurchaseOrder:
        """Return the next transfer to a stock, which leaves another now; `ship` sends it."""
        number, self.ordered = self.ordered, self.ordered + 1
        now, source, milestones = self.clock.now, self._source, self._milestones
        return PurchaseOrder(stock, number, now, units, source=source, milestones=milestones)

    def quantity(self, now: float, units: float) -> float:
        """Return the units of an order of ``units`` that is placed now, 0 if the source's maximum leaves nothing."""
        supplier = self.leg_sequence.supplier
        return supplier.capped(supplier.round_up(units), self._taken.at(now))

    def room(self, now: float) -> float:
        """Return the units that the source takes now without a queue in production and below its maximum."""
        supplier, room = self.leg_sequence.supplier, math.inf
        if self.accepts_from(now) > now:
            return 0.0
        if supplier.maximum is not None:
            room = supplier.capped(supplier.round_up(math.inf), self._taken.at(now))
        if self.sender is not None:
            room = min(room, self.sender.room)
        for leg in self.leg_sequence.legs:
            room = min(room, leg.room(self, now))
        return supplier.whole(room)

    def room_from(self, now: float) -> float:
        """Return the time (days) from which the source is known to have room; now if it is not known."""
        return max(self.accepts_from(now), *(leg.room_from(self, now) for leg in self.leg_sequence.legs))

    def noticed_after(self, purchase: PurchaseOrder) -> float | None:
        """Return the days after which it is noticed that an order never comes; see `PurchaseSource.noticed_after`."""
        return None if self._quality is None else self._quality[0].noticed_after(purchase)

    def good_units(self, purchase: PurchaseOrder) -> float:
        """Return the good units of an order that lands; see `PurchaseSource.good_units`."""
        return (
            purchase.quantity if self._quality is None else self._quality[purchase.part].good_units(purchase)
        )

    def accepts_from(self, now: float) -> float:
        """Return the time (days) from which the source takes orders, which is now unless it is disrupted."""
        return now if self._takes_orders is None else self._takes_orders.up(now)

    def send(self, purchase: PurchaseOrder, receive: Receive) -> None:
        """Send a purchase order; ``receive`` is called when it lands, or each of its shipments."""
        if self.sender is None:
            self._depart(purchase, receive, purchase.placed)
        else:
            self.sender.gather(purchase, self, receive)

    def ship(self, shipment: PurchaseOrder, receive: Receive) -> None:
        """Send a shipment from another warehouse on its way now; ``receive`` is called when it lands."""
        while shipment.part >= len(self._shipments):
            self._add_shipment()
        self._depart(shipment, receive, self.clock.now)

    def cancelled(self, purchase: PurchaseOrder, units: float) -> None:
        """Take note of units that were taken off an order; another warehouse no longer owes them."""
        if self.sender is not None:
            self.sender.withdraw(purchase, units)

    def _depart(self, purchase: PurchaseOrder, receive: Receive, time: float) -> None:
        """Begin the way of an order, or a shipment, at ``time`` (days)."""
        if self.leg_sequence.queues:
            if self._sequence is not None:
                self._sequence.line_up(purchase)
            self._advance(purchase, receive, time, 0)
            return
        for plan in self._shipments[purchase.part].plans.values():
            time = plan(purchase, time)
        purchase.landing = time if self._sequence is None else self._sequence.in_sequence(time)
        if self.news is not None:
            self.announce(purchase, *self.leg_sequence.legs)
        self.expect(purchase, receive)

    def expect(self, purchase: PurchaseOrder, receive: Receive) -> None:
        """Schedule the landing of an order under way whose `landing` is known; ``receive`` is called then."""
        if purchase.landing < self.clock.end:
            self.clock.call(
                purchase.landing, Phase.RECEIPT, purchase.place, lambda _: self._land(purchase, receive)
            )

    def _land(self, purchase: PurchaseOrder, receive: Receive) -> None:
        """Record the landing, unless all units were cancelled, and call ``receive``."""
        if purchase.quantity > 0:
            purchase.received = self.clock.now
        receive(purchase)

    def _advance(self, purchase: PurchaseOrder, receive: Receive, time: float, first: int) -> None:
        """Move an order along a route with queues, to its next queue or to the end of the route.

        Args:
            purchase: the order.
            receive: called when it lands.
            time: beginning of the next leg, days; may lie ahead of the clock.
            first: index of the next leg.
        """
        legs, route = self.leg_sequence.legs, self._shipments[purchase.part]
        for number in range(first, len(legs)):
            if purchase.quantity <= 0:
                break
            leg = legs[number]
            job = leg.job(route, purchase, time)
            if job is None:
                time = route.plans[leg](purchase, time)
            if self.news is not None:
                self.announce(purchase, leg)
            if job is None:
                continue
            done = partial(self._done, purchase, receive, number)
            self._at(time, purchase, partial(job.servers.join, purchase, job, done))
            return
        land = partial(self._land, purchase, receive)
        if self._sequence is not None:
            land = partial(self._sequence.ready, purchase, partial(self._in_turn, purchase, land))
        self._at(time, purchase, land)

    def _in_turn(self, purchase: PurchaseOrder, land: Callable[[], None]) -> None:
        """Land an order now, among those of its instant stock by stock, as on a route without queues."""
        self.clock.call(self.clock.now, Phase.RECEIPT, purchase.place, lambda _: land())

    def _at(self, time: float, purchase: PurchaseOrder, action: Callable[[], None]) -> None:
        """Call ``action`` when ``time`` (days) has come: at once if it has."""
        if time > self.clock.now:
            self.clock.call(time, Phase.RECEIPT, purchase.place, lambda _: action())
        else:
            action()

    def _done(self, purchase: PurchaseOrder, receive: Receive, number: int) -> None:
        """Go on after the work for which the order queued on the leg with this index."""
        if purchase.quantity > 0:
            leg = self.leg_sequence.legs[number]
            leg.done(self, purchase)
            self.announce(purchase, leg)
        self._advance(purchase, receive, self.clock.now, number + 1)


class SupplyChain:
    """All routes of a replication."""

    def __init__(
        self, scenario: Scenario, clock: Clock, streams: Streams, places: SharedResources | None = None
    ) -> None:
        """Begin without routes; each is made at the first call.

        Args:
            scenario: with suppliers, lanes, customs offices and warehouses.
            clock: of the run.
            streams: of the replication.
            places: shared resources of the window before, which keep their state; ``None`` for new ones.
        """
        self.places = places or SharedResources()
        self._scenario = scenario
        self._clock = clock
        self._streams = streams
        self._sources = StockSources(scenario)
        self._donors = donors(scenario)
        self._shared_routes: dict[tuple[str, str, str], SharedRoute] = {}
        """Shared routes made so far, by names of supplier, warehouse and mode."""

    def sources(self, warehouse: str, product: str) -> tuple[Source, ...]:
        """Return the sources of a stock."""
        return self._sources.of(warehouse, product)

    def ways(self, warehouse: str, product: str) -> tuple[Source, ...]:
        """Return the sources of a stock, then the warehouses that may send it transfers."""
        names = self._donors.get(warehouse, ())
        return (*self.sources(warehouse, product), *(Source(name, gives=True) for name in names))

    def trades(self, warehouse: str) -> bool:
        """Test whether transfers may leave a warehouse, or come to it."""
        return warehouse in self._donors or any(warehouse in names for names in self._donors.values())

    def main_source(self, warehouse: str, product: str) -> int:
        """Return the source that decides the automatic level of a stock, and the forecast of orders to come."""
        policy, _ = sourcing_of(self._scenario, product)
        names = [one.name for one in self._sources.of(warehouse, product) if not one.expedited]
        if policy is None or len(names) == 1:
            return 0
        routes = [self.shared_route(warehouse, product, k) for k in range(len(names))]
        return policy.main([route.leg_sequence.moments[0] for route in routes], names)

    def shared_route(self, warehouse: str, product: str, source: int = 0) -> SharedRoute:
        """Return the shared route of a product to a warehouse by one of its ways, made at the first call."""
        found = self.ways(warehouse, product)[source]
        ends = found.supplier, warehouse, found.mode
        if ends not in self._shared_routes:
            self._shared_routes[ends] = SharedRoute(
                RouteEnds.of(self._scenario, *ends), self.places, self._streams
            )
        return self._shared_routes[ends]

    def route(self, warehouse: str, product: str, unloading_rank: float, source: int = 0) -> Route:
        """Make the route of purchase orders, or transfers, to a stock by one of its ways.

        Each way has random streams of its own. Those of the first source are named after the stock alone, so that a
        further way moves none of its draws.

        Args:
            warehouse: name.
            product: name.
            unloading_rank: rank in the queue at the dock, low first.
            source: index among the ways of the stock.
        """
        sources = self.ways(warehouse, product)
        ends = stream_name(warehouse, product, *((sources[source].label,) if source else ()))
        shared_route = self.shared_route(warehouse, product, source)
        name = "instant", warehouse, product, sources[source].supplier
        limited = shared_route.supplier.maximum is not None
        taken = self.places.shared(name, InstantUnits) if limited else InstantUnits()
        return Route(self._clock, shared_route, ends, unloading_rank, source, taken)
