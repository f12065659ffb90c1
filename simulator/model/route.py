"""The route of one stock's purchase orders from one source.

Where no leg on the way queues, the landing time is known as soon as the order is placed and one event is enough. Where
one does, a SimPy process takes the order from leg to leg.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

from simpy.events import Event

from simulator.model.clock import Clock, Phase
from simulator.model.connection import Connection
from simulator.model.lane import Sequence
from simulator.model.leg import Trip
from simulator.model.legs import milestones
from simulator.model.purchase import PurchaseOrder

Receive = Callable[[PurchaseOrder], None]


class Route(Trip):
    """How goods reach one stock from one of its sources, of which it numbers the purchase orders."""

    def __init__(
        self, clock: Clock, connection: Connection, stock: str, unloading_rank: float, source: int = 0
    ) -> None:
        """``stock``: how the names of the streams end; ``source``: its index among the sources of the stock."""
        super().__init__(
            clock,
            connection.streams,
            connection.places,
            milestones(),
            lambda delay: connection.draws(delay, stock),
            unloading_rank,
        )
        self.ordered = 0
        """Purchase orders so far."""
        self._source = source
        self._round_up = connection.supplier.round_up
        way = connection.way
        self._queues = way.queues
        self._plans = [] if self._queues else [leg.planner(self) for leg in way.legs]
        self._processes = [leg.process(self) for leg in way.legs] if self._queues else []
        ends = way.ends.origin, way.ends.destination
        self._sequence = connection.places.shared(("sequence", *ends), Sequence) if way.in_sequence else None

    def order(self, stock: int, now: float, quantity: float) -> PurchaseOrder:
        """The next purchase order, after the supplier's minimum and lot rule."""
        purchase = PurchaseOrder(
            stock,
            self.ordered,
            now,
            self._round_up(quantity),
            source=self._source,
            milestones=len(self.milestones),
        )
        self.ordered += 1
        return purchase

    def send(self, purchase: PurchaseOrder, receive: Receive) -> None:
        """Put a purchase order on its way; ``receive`` is called when it lands."""
        if self._queues:
            self.clock.process(self._journey(purchase, receive))
            return
        time = purchase.placed
        for plan in self._plans:
            time = plan(purchase, time)
        purchase.landing = time if self._sequence is None else self._sequence.in_sequence(time)
        if self.news is not None:
            self.announce(purchase, *purchase.passed)
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
        waits_for, time = None, purchase.placed
        if self._sequence is not None:
            waits_for, own = self._sequence.line_up(self.clock)
        for process in self._processes:
            if purchase.quantity > 0:
                time = yield from process(purchase, time)
        if waits_for is not None:
            if not waits_for.processed:
                yield waits_for
            own.succeed()
        self._land(purchase, receive)
