"""The way of a purchase order: supplier, lane, customs office, dock, stock.

Where no place on the way has a queue, the landing time is known as soon as the order is placed and one event is
enough. Where one has, a SimPy process takes the order from place to place.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

from simpy.events import Event

from simulator.model.clock import Clock, Phase
from simulator.model.connection import Connection
from simulator.model.delays import Delays
from simulator.model.purchase import PurchaseOrder
from simulator.model.supplier import production_time

Receive = Callable[[PurchaseOrder], None]


class Route:
    """How goods reach one stock."""

    def __init__(self, clock: Clock, connection: Connection, delays: Delays, unloading_rank: float) -> None:
        self._clock = clock
        self._supplier = connection.supplier
        self._places = connection.places
        self._delays = delays
        self._unloading_rank = unloading_rank
        self._queues = connection.queues
        self.news: Callable[[], None] | None = None
        """Called whenever an order reaches a place on its way, if somebody wants to know."""

    def round_up(self, quantity: float) -> float:
        """Quantity after the supplier's minimum and lot rule."""
        return self._supplier.round_up(quantity)

    def send(self, purchase: PurchaseOrder, receive: Receive) -> None:
        """Put a purchase order on its way; ``receive`` is called when it lands."""
        if self._queues:
            self._clock.process(self._journey(purchase, receive))
            return
        purchase.landing = self._timetable(purchase)
        self._announce(purchase, "produced", "departed", "arrived", "held", "cleared")
        self.expect(purchase, receive)

    def expect(self, purchase: PurchaseOrder, receive: Receive) -> None:
        """A purchase order is on its way, of which the landing is known; ``receive`` is called when it lands."""
        if purchase.landing < self._clock.end:
            self._clock.call(
                purchase.landing, Phase.RECEIPT, purchase.stock, lambda _: self._land(purchase, receive)
            )

    def _land(self, purchase: PurchaseOrder, receive: Receive) -> None:
        if purchase.quantity > 0:
            purchase.received = self._clock.now
        receive(purchase)

    def _announce(self, purchase: PurchaseOrder, *places: str) -> None:
        """Plan the news that the order reaches these places."""
        news = self.news
        if news is not None:
            for time in sorted({getattr(purchase, place) for place in places}):
                if self._clock.now <= time < self._clock.end:  # not for a place it does not pass (nan)
                    self._clock.call(time, Phase.RECEIPT, purchase.stock, lambda _: news())

    def _timetable(self, purchase: PurchaseOrder) -> float:
        """All times of an order that meets no queue; returns when it lands."""
        n, delays, places = purchase.number, self._delays, self._places
        time = purchase.produced = purchase.placed + delays.lead_time[n]
        if places.lane is not None:
            time = self._transported(purchase, time)
        if places.customs is not None:
            time, inspection = self._cleared(purchase, time)
            time = purchase.cleared = time + inspection
        return time if places.lane is None else places.lane.in_sequence(time)

    def _transported(self, purchase: PurchaseOrder, ready: float) -> float:
        """When goods that are ready for dispatch arrive at the other end of the lane."""
        lane, transit = self._places.lane, self._delays.transit
        assert lane is not None
        assert transit is not None
        purchase.departed = lane.departure(ready)
        purchase.arrived = purchase.departed + transit[purchase.number]
        return purchase.arrived

    def _cleared(self, purchase: PurchaseOrder, arrived: float) -> tuple[float, float]:
        """When the papers are done, and the days that an inspection then takes (0 for none)."""
        n, delays, office = purchase.number, self._delays, self._places.customs
        assert office is not None
        assert delays.documents is not None
        assert delays.green_lane is not None
        time = arrived + delays.documents[n]
        if delays.chosen is not None and delays.inspection is not None:
            purchase.inspected = delays.chosen[n] < office.inspected_share
            if purchase.inspected:
                purchase.held = time
                return time, delays.inspection[n]
        return time + delays.green_lane[n], 0.0

    def _journey(self, purchase: PurchaseOrder, receive: Receive) -> Generator[Event, Any, None]:
        """SimPy process: one purchase order on a way with queues."""
        lane = self._places.lane
        sequence = None if lane is None else lane.line_up(self._clock)
        yield from self._make(purchase)
        if purchase.quantity > 0:
            yield from self._travel(purchase)
        if sequence is not None:
            before, own = sequence
            if not before.processed:
                yield before
            own.succeed()
        self._land(purchase, receive)

    def _make(self, purchase: PurchaseOrder) -> Generator[Event, Any, None]:
        """Production and dispatch. Time for all units is drawn whether or not some are cancelled."""
        clock, workshop, delays = self._clock, self._places.workshop, self._delays
        if workshop is not None:
            assert delays.unit_time is not None
            yield from workshop.make(purchase, production_time(purchase.ordered, delays.unit_time))
        if purchase.quantity > 0:
            purchase.produced = clock.now + delays.lead_time[purchase.number]
            self._announce(purchase, "produced")
            yield clock.at(purchase.produced, Phase.RECEIPT, purchase.stock)

    def _travel(self, purchase: PurchaseOrder) -> Generator[Event, Any, None]:
        """Lane, customs office and dock."""
        clock, places, delays = self._clock, self._places, self._delays
        if places.lane is not None:
            arrival = self._transported(purchase, clock.now)
            self._announce(purchase, "departed", "arrived")
            yield clock.at(arrival, Phase.RECEIPT, purchase.stock)
        if places.customs is not None:
            time, inspection = self._cleared(purchase, clock.now)
            self._announce(purchase, "held")
            yield clock.at(time, Phase.RECEIPT, purchase.stock)
            if purchase.inspected and places.customs.inspectors is not None:
                yield from places.customs.inspect(purchase, inspection)
            elif inspection > 0:
                yield clock.at(clock.now + inspection, Phase.RECEIPT, purchase.stock)
            purchase.cleared = clock.now
            self._announce(purchase, "cleared")
        if places.dock is not None:
            assert delays.unload is not None
            yield from places.dock.unload(purchase, delays.unload[purchase.number], self._unloading_rank)
