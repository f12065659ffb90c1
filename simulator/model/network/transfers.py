"""Transfers of one product between its stocks: the lanes over which they go, and the instants of its policy."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from functools import partial
from typing import Any, Protocol

from simpy.events import Event

from simulator.model.clock import Clock, Phase
from simulator.model.network.internal_orders import Shelf
from simulator.model.supply.purchase_order import PurchaseOrder
from simulator.model.supply.route import Route
from simulator.policies.transfers import Transfer, TransferPolicy


class Demand(Protocol):
    """Customers of a stock."""

    short: Callable[[], None] | None
    """Called when a line is backordered."""


class Trading(Protocol):
    """Stock that gives goods to others, or gets them; see `simulator.model.stock.stock`."""

    donors: Sequence[Route] | None
    """Routes of the transfers to it."""

    @property
    def inventory(self) -> Shelf:
        """Units of the product."""
        ...

    @property
    def point(self) -> Demand:
        """Its customers."""
        ...

    def settle(self) -> float:
        """Settle all lines of this instant, and return the present time (days)."""
        ...

    def free(self) -> float:
        """Return the units on hand that may leave."""
        ...

    def backlog_now(self) -> float:
        """Return the units that waiting lines, and the purchase orders of other warehouses, lack now."""
        ...

    def supplied(self, now: float) -> float:
        """Return the units on hand and under way, less the backlog, before ``now`` (days)."""
        ...

    def coming(self, until: float) -> float:
        """Return the units on order that are planned to land by ``until`` (days) and not overdue."""
        ...

    def part_with(self, units: float, now: float) -> None:
        """Take units off the shelf, and order if need be."""
        ...

    def await_transfer(self, transfer: PurchaseOrder) -> None:
        """Expect goods that leave another warehouse now."""
        ...

    def receive_transfer(self, transfer: PurchaseOrder) -> None:
        """Take in a landed transfer."""
        ...


class TransferPlace:
    """Stock in one warehouse, as a transfer policy sees it; see `PlaceView` for the attributes."""

    def __init__(self, name: str, stock: Trading, demand: float) -> None:
        """Look at a stock.

        Args:
            name: of its warehouse.
            stock: the stock.
            demand: units per day, as in `PlaceView`.
        """
        self.name = name
        self.stock = stock
        self.demand = demand

    @property
    def on_hand(self) -> float:
        """Units on hand."""
        return self.stock.inventory.on_hand

    @property
    def free(self) -> float:
        """Units on hand that may leave."""
        return self.stock.free()

    @property
    def backlog(self) -> float:
        """Units that customers, and the purchase orders of other warehouses, lack."""
        return self.stock.backlog_now()

    @property
    def supplied(self) -> float:
        """Units on hand and under way, less the backlog."""
        return self.stock.supplied(self.stock.settle())

    def coming(self, until: float) -> float:
        """Return the units on order that are planned to land by ``until`` (days) and not overdue."""
        return self.stock.coming(until)


class TransferWay:
    """Lane that carries transfers, for one product; see `WayView` for the attributes."""

    def __init__(self, origin: TransferPlace, destination: TransferPlace, route: Route) -> None:
        self.origin = origin
        self.destination = destination
        self._route = route

    @property
    def landing(self) -> float:
        """Planned landing (days) of goods sent now."""
        return self._route.clock.now + self._route.leg_sequence.moments[0]

    def send(self, units: float) -> None:
        """Send units now, as far as they are free."""
        sender, receiver = self.origin.stock, self.destination.stock
        units = min(units, sender.free())
        if units > 0.0:
            transfer = self._route.transfer(receiver.inventory.number, units)
            sender.part_with(units, transfer.placed)
            receiver.await_transfer(transfer)
            self._route.ship(transfer, receiver.receive_transfer)


class ProductTransfers:
    """Transfers of one product between its stocks."""

    def __init__(self, clock: Clock, policy: TransferPolicy, ways: Sequence[TransferWay]) -> None:
        """Ask the policy whenever a line is backordered, and at its own times.

        Args:
            clock: of the run.
            policy: of the shop.
            ways: lanes for the product, at least one, in the sequence of the file.
        """
        self._clock = clock
        self._policy = policy
        self._ways = ways
        self._to: dict[TransferPlace, list[TransferWay]] = {}
        """Lanes to each stock."""
        for way in ways:
            self._to.setdefault(way.destination, []).append(way)
        self._planned: set[TransferPlace] = set()
        """Stocks that the policy will look at in this instant."""
        if policy.reacts:
            for place in self._to:
                place.stock.point.short = partial(self._plan, place)
        if (times := policy.reviews()) is not None:
            clock.process(self._reviews(*times))

    def _plan(self, place: TransferPlace) -> None:
        """Plan to ask the policy what comes to a stock, when all orders of this instant are in."""
        if place not in self._planned:
            self._planned.add(place)
            number = place.stock.inventory.number
            self._clock.call(self._clock.now, Phase.TRANSFER, number, lambda _: self._help(place))

    def _help(self, place: TransferPlace) -> None:
        """Ask the policy what comes to a stock some of whose lines have been backordered."""
        self._planned.discard(place)
        ways = self._to[place]
        _settle(ways)
        _send(ways, self._policy.on_backorder(place, ways))

    def _reviews(self, first: float, every: float) -> Generator[Event, Any, None]:
        """SimPy process: ask the policy what moves on days ``first``, ``first + every``, ..., after all orders."""
        n, number = 0, self._ways[0].destination.stock.inventory.number
        while (time := first + n * every) < self._clock.end:
            yield self._clock.at(time, Phase.TRANSFER, number)
            _settle(self._ways)
            _send(self._ways, self._policy.at_review(self._ways))
            n += 1


def _settle(ways: Iterable[TransferWay]) -> None:
    """Settle all lines of this instant at both ends of these lanes."""
    for place in dict.fromkeys(place for way in ways for place in (way.origin, way.destination)):
        place.stock.settle()


def _send(ways: Sequence[TransferWay], transfers: Iterable[Transfer]) -> None:
    """Send what a policy wants to move, when it has said all."""
    for number, units in list(transfers):
        ways[number].send(units)
