"""The ways of purchase orders in one replication: connections that all products share, routes of one stock each.

Where no leg on the way queues, the landing time is known as soon as the order is placed and one event is enough. Where
one does, a SimPy process takes the order from leg to leg.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from functools import cached_property
from typing import Any

from simpy.events import Event

from simulator.model.clock import Clock, Phase
from simulator.model.supply.landing_forecast import RouteForecasts
from simulator.model.supply.lane import Sequence
from simulator.model.supply.leg import RouteContext, RouteEnds, SharedResources
from simulator.model.supply.legs import LegSequence, milestones
from simulator.model.supply.purchase_order import PurchaseOrder
from simulator.orders.random.streams import Streams, stream_name
from simulator.scenario.scenario import Scenario

Receive = Callable[[PurchaseOrder], None]


class SharedRoute:
    """What all products have in common that come from one supplier to one warehouse."""

    def __init__(self, ends: RouteEnds, places: SharedResources, streams: Streams) -> None:
        """``places``: shared with other connections."""
        self.way = LegSequence(ends)
        self.supplier = ends.supplier
        self.places = places
        self.streams = streams

    @cached_property
    def forecasts(self) -> RouteForecasts:
        """What can be forecast of the way to the customer."""
        return RouteForecasts(self.way, self.streams)


class Route(RouteContext):
    """The way of one stock's purchase orders from one of its sources, which numbers them."""

    def __init__(
        self, clock: Clock, connection: SharedRoute, stock: str, unloading_rank: float, source: int = 0
    ) -> None:
        """``stock``: how the names of the streams end; ``source``: its index among the sources of the stock."""
        way, names = connection.way, milestones()
        numbers = {leg: [names.index(one) for one in leg.milestones] for leg in way.legs}
        super().__init__(clock, connection.streams, connection.places, stock, unloading_rank, numbers)
        self.plans = {leg: leg.planner(self) for leg in way.legs}
        self.ordered = 0
        """Purchase orders so far."""
        self._source = source
        self._milestones = len(names)
        self._way = way
        self._in_turn = tuple(self.plans.values())
        ends = way.ends.origin, way.ends.destination
        self._sequence = connection.places.shared(("sequence", *ends), Sequence) if way.in_sequence else None

    def order(self, stock: int, now: float, quantity: float) -> PurchaseOrder:
        """The next purchase order, after the supplier's minimum and lot rule."""
        purchase = PurchaseOrder(
            stock,
            self.ordered,
            now,
            self._way.supplier.round_up(quantity),
            source=self._source,
            milestones=self._milestones,
        )
        self.ordered += 1
        return purchase

    def send(self, purchase: PurchaseOrder, receive: Receive) -> None:
        """Put a purchase order on its way; ``receive`` is called when it lands."""
        if self._way.queues:
            self.clock.process(self._journey(purchase, receive))
            return
        time = purchase.placed
        for plan in self._in_turn:
            time = plan(purchase, time)
        purchase.landing = time if self._sequence is None else self._sequence.in_sequence(time)
        if self.news is not None:
            self.announce(purchase, *self._way.legs)
        self.expect(purchase, receive)

    def expect(self, purchase: PurchaseOrder, receive: Receive) -> None:
        """A purchase order is on its way whose landing is known; ``receive`` is called when it lands."""
        if purchase.landing < self.clock.end:
            self.clock.call(
                purchase.landing, Phase.RECEIPT, purchase.stock, lambda _: self._land(purchase, receive)
            )

    def _land(self, purchase: PurchaseOrder, receive: Receive) -> None:
        if purchase.quantity > 0:
            purchase.received = self.clock.now
        receive(purchase)

    def _journey(self, purchase: PurchaseOrder, receive: Receive) -> Generator[Event, Any, None]:
        """SimPy process: one purchase order on a way with queues."""
        waits_for, time = None, self.clock.now
        if self._sequence is not None:
            waits_for, own = self._sequence.line_up(self.clock)
        for leg in self._way.legs:
            if purchase.quantity > 0:
                time = yield from leg.process(self, purchase, time)
        if time > self.clock.now:
            yield self.until(time, purchase)
        if waits_for is not None:
            if not waits_for.processed:
                yield waits_for
            own.succeed()
        self._land(purchase, receive)


class SupplyChain:
    """All ways that goods take.

    ``places`` can go on with those of another chain: they keep what they have to remember themselves.
    """

    def __init__(
        self, scenario: Scenario, clock: Clock, streams: Streams, places: SharedResources | None = None
    ) -> None:
        self.places = places or SharedResources()
        self._scenario = scenario
        self._clock = clock
        self._streams = streams
        self._sources = scenario.sources()
        self._connections: dict[tuple[str, str], SharedRoute] = {}
        """By names of supplier and warehouse, those that somebody asked for."""

    def connection(self, warehouse: str, product: str, source: int = 0) -> SharedRoute:
        """By which connection a product comes to a warehouse from one of its sources."""
        ends = self._sources[product][source], warehouse
        if ends not in self._connections:
            self._connections[ends] = SharedRoute(
                RouteEnds.of(self._scenario, *ends), self.places, self._streams
            )
        return self._connections[ends]

    def route(self, warehouse: str, product: str, unloading_rank: float, source: int = 0) -> Route:
        """The way of purchase orders to a stock from one of its sources.

        Where there are several sources the draws of each have streams of their own.

        Args:
            warehouse: name.
            product: name.
            unloading_rank: sequence at the dock, low first.
            source: index among the suppliers of the product.
        """
        suppliers = self._sources[product]
        ends = stream_name(warehouse, product, *(suppliers[source : source + 1] if suppliers[1:] else ()))
        connection = self.connection(warehouse, product, source)
        return Route(self._clock, connection, ends, unloading_rank, source)
