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
from simulator.model.lane import Sequence
from simulator.model.leg import Ends, Places, Trip
from simulator.model.legs import Way, milestones
from simulator.model.pipeline import Forecasts
from simulator.model.purchase import PurchaseOrder
from simulator.orders.streams import Streams

Receive = Callable[[PurchaseOrder], None]


class Connection:
    """What all products have in common that come from one supplier to one warehouse."""

    def __init__(self, ends: Ends, places: Places, streams: Streams) -> None:
        """``places``: shared with other connections."""
        self.way = Way(ends)
        self.supplier = ends.supplier
        self.places = places
        self.streams = streams

    @cached_property
    def forecasts(self) -> Forecasts:
        """What can be forecast of the way to the customer."""
        return Forecasts(self.way, self.streams)


class Route(Trip):
    """The way of one stock's purchase orders from one of its sources, which numbers them."""

    def __init__(
        self, clock: Clock, connection: Connection, stock: str, unloading_rank: float, source: int = 0
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
