"""The way of a purchase order: supplier, lane, customs office, dock, stock.

Where no place on the way has a queue, the landing time is known as soon as the order is placed and one event is
enough. Where one has, a SimPy process takes the order from place to place.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from simpy.events import Event

from simulator.model.clock import Clock, Phase
from simulator.model.customs import CustomsOffice
from simulator.model.lane import Lane
from simulator.model.purchase import PurchaseOrder, Purchases
from simulator.model.supplier import Workshop, production_time
from simulator.model.warehouse import Dock
from simulator.orders.lines import ranges
from simulator.orders.streams import Draws, Streams, Uniform, stream_name
from simulator.scenario import network

Column = NDArray[np.float64]
Receive = Callable[[PurchaseOrder], None]


class Places:
    """The places a route leads through; ``None`` where there is none. They are shared with other routes."""

    def __init__(
        self, workshop: Workshop | None, lane: Lane | None, customs: CustomsOffice | None, dock: Dock | None
    ) -> None:
        self.workshop = workshop
        self.lane = lane
        self.customs = customs
        self.dock = dock

    @property
    def queues(self) -> bool:
        """Whether goods may have to wait for each other on the way."""
        busy_inspectors = self.customs is not None and self.customs.inspectors is not None
        return self.workshop is not None or busy_inspectors or self.dock is not None


class Delays:
    """What the n-th purchase order of a stock meets on its way, whatever the policy: draws by index, in days."""

    def __init__(
        self,
        supplier: tuple[str, network.Supplier],
        lane: network.Lane | None,
        customs: tuple[str, network.Customs] | None,
        dock: network.Dock | None,
        stock: tuple[str, str],
        streams: Streams,
    ) -> None:
        self.streams = streams

        def draws(distribution: Any, *place: str) -> Draws:
            return streams.draws(distribution, stream_name(*place, *stock))

        name, source = supplier
        self.lead_time = draws(source.lead_time, "supplier", name, "lead_time")
        workshop = source.workshop
        self.unit_time = (
            None if workshop is None else draws(workshop.unit_time, "supplier", name, "unit_time")
        )
        self.transit = (
            None if lane is None else draws(lane.transit, "lane", lane.origin, lane.destination, "transit")
        )
        self.documents = self.green_lane = self.chosen = self.inspection = None
        if customs is not None:
            port, office = customs
            self.documents = draws(office.documents, "customs", port, "documents")
            self.green_lane = draws(office.green_lane, "customs", port, "green_lane")
            if office.inspection is not None:
                self.chosen = draws(Uniform(), "customs", port, "chosen")
                self.inspection = draws(office.inspection.time, "customs", port, "inspection")
        self.unload = None if dock is None else draws(dock.unload, "dock", "unload")


class Route:
    """How goods reach one stock."""

    def __init__(
        self, clock: Clock, supplier: network.Supplier, places: Places, delays: Delays, unloading_rank: float
    ) -> None:
        self._clock = clock
        self._supplier = supplier
        self._places = places
        self._delays = delays
        self._unloading_rank = unloading_rank
        self._queues = places.queues
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
        landing = self._timetable(purchase)
        self._announce(purchase, "produced", "departed", "arrived", "held", "cleared")
        self.expect(purchase, landing, receive)

    @property
    def places(self) -> Places:
        """The places it leads through."""
        return self._places

    @property
    def delays(self) -> Delays:
        """What purchase orders meet on it."""
        return self._delays

    @property
    def independent(self) -> bool:
        """Whether a purchase order meets nothing on its way that depends on any other."""
        lane = self._places.lane
        return not self._queues and (lane is None or (lane.crossing and lane.timetable is None))

    def expect(self, purchase: PurchaseOrder, landing: float, receive: Receive) -> None:
        """A purchase order of a free run is on its way; ``receive`` is called when it lands."""
        if landing < self._clock.end:
            self._clock.call(landing, Phase.RECEIPT, purchase.stock, lambda _: self._land(purchase, receive))

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


def timetable(
    routes: Sequence[Route],
    stocks: NDArray[np.intp],
    counts: NDArray[np.intp],
    placed: Column,
    quantity: Column,
) -> Purchases:
    """The first purchase orders of several stocks, with the times at which they pass each place on their way.

    ``routes`` are those of ``stocks`` (numbers), all independent; of each there are so many orders as ``counts`` says,
    one stock's after the other's.
    """
    streams, n = routes[0].delays.streams, len(placed)
    nowhere = np.broadcast_to(math.nan, n)  # takes no memory

    def delay(name: str) -> Column:
        """Days, nan where the way has no such place."""
        there = [getattr(route.delays, name) for route in routes]
        some = np.array([draws is not None for draws in there])
        if not some.any() or not n:
            return nowhere
        days = streams.first([draws for draws in there if draws is not None], counts[some])
        if some.all():
            return days
        spread = np.full(n, math.nan)
        spread[np.repeat(some, counts)] = days
        return spread

    produced = received = placed + delay("lead_time")
    departed = arrived = cleared = nowhere
    inspected = np.zeros(n, np.bool_)
    if any(route.places.lane is not None for route in routes):
        arrived = produced + delay("transit")
        departed = np.where(np.isnan(arrived), math.nan, produced)
        received = np.where(np.isnan(arrived), produced, arrived)
    if any(route.places.customs is not None for route in routes):
        offices = [route.places.customs for route in routes]
        share = np.array([0.0 if office is None else office.inspected_share for office in offices])
        ready = received + delay("documents")
        inspected = delay("chosen") < np.repeat(share, counts)
        cleared = np.where(inspected, ready + delay("inspection"), ready + delay("green_lane"))
        received = np.where(np.isnan(cleared), received, cleared)
    return Purchases(
        stock=np.repeat(stocks.astype(np.int32), counts),
        number=ranges(np.zeros(len(counts), np.int32), counts),
        placed=placed,
        quantity=quantity,
        produced=produced,
        departed=departed,
        arrived=arrived,
        cleared=cleared,
        received=received,
        inspected=inspected,
        cancelled=np.zeros(n),
    )
