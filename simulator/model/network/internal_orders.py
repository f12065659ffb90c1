"""Internal orders of one stock: purchase orders of other warehouses that wait there, beside its customers."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np

from simulator.model.clock import Clock, Phase
from simulator.model.network.sharing import evenly, in_proportion, in_sequence
from simulator.model.supply.leg import Delay
from simulator.model.supply.purchase_order import PurchaseOrder
from simulator.model.supply.route import Receive, Route
from simulator.orders.random.streams import UniformLaw
from simulator.scenario.sections.supply_network import InternalOrders
from simulator.values.arrays import Floats


class Shelf(Protocol):
    """Inventory of one product in one warehouse, as in `simulator.model.stock.inventory`."""

    number: int
    on_hand: float
    position: float
    owed: float

    def move(self, now: float, on_hand: float, backlog: float) -> None:
        """Change the units on hand, and record the movement."""
        ...


class Buying(Protocol):
    """Stock that orders from another."""

    @property
    def inventory(self) -> Shelf:
        """Units of the product."""
        ...

    def settle(self) -> float:
        """Bring the stock up to the end of this instant, and return the present time (days)."""
        ...

    def split(self, shipment: PurchaseOrder) -> None:
        """Take note of a shipment that leaves before the rest of its order."""
        ...

    def supplied(self, now: float) -> float:
        """Return the units on hand and under way, less the backlog, before ``now`` (days)."""
        ...


@dataclass(eq=False, slots=True)
class Branch:
    """Way from the stock to one that orders from it.

    Attributes:
        orders: internal orders of the stock.
        buyer: stock that orders.
        priority: of its orders, 1 is the highest.
        demand: units per day asked of it.
        days: mean lead time of the way.
    """

    orders: WaitingOrders
    buyer: Buying
    priority: int
    demand: float
    days: float

    def gather(self, purchase: PurchaseOrder, route: Route, receive: Receive) -> None:
        """Let an order wait, see `Sender`."""
        self.orders.gather(InternalOrder(purchase, self, route, receive))

    def withdraw(self, purchase: PurchaseOrder, units: float) -> None:
        """Give up units of an order, see `Sender`."""
        self.buyer.inventory.owed -= units
        self.orders.withdraw(purchase, units)

    @property
    def room(self) -> float:
        """Units that an order placed now would get at once."""
        return self.orders.room


class InternalOrder(NamedTuple):
    """Purchase order that waits.

    Attributes:
        purchase: the order, without the shipments that have left.
        branch: way to the stock that ordered.
        route: of its shipments.
        receive: called when one lands.
    """

    purchase: PurchaseOrder
    branch: Branch
    route: Route
    receive: Receive


class WaitingOrders:
    """Internal orders of one stock, in the sequence of placing. Quantities in units, times in days."""

    def __init__(
        self,
        clock: Clock,
        inventory: Shelf,
        terms: InternalOrders,
        *,
        overtaking: bool,
    ) -> None:
        """Begin without orders.

        Args:
            clock: of the run.
            inventory: of the stock.
            terms: section ``internal`` of its warehouse.
            overtaking: True if an order that can be shipped may pass one that cannot.
        """
        self.terms = terms
        self.look: Callable[[], None]
        """Called when an order was gathered; plans to hand out units at the end of the instant."""
        self.units = 0.0
        """Units that all orders wait for, those gathered in this instant included."""
        self.waiting: list[InternalOrder] = []
        """Orders that may be served."""
        self._times: list[float] = []
        """Time of placing of each order so far."""
        self._cumulative: list[float] = []
        """Units of each order so far and all before it."""
        self._gathered: list[InternalOrder] = []
        """Orders of this instant, which are served once all are known."""
        self._clock = clock
        self._inventory = inventory
        self._overtaking = overtaking

    def gather(self, order: InternalOrder) -> None:
        """Add an order of this instant."""
        units = order.purchase.quantity
        self._times.append(order.purchase.placed)
        self._cumulative.append(units + (self._cumulative[-1] if self._cumulative else 0.0))
        self.units += units
        self._inventory.position -= units
        order.branch.buyer.inventory.owed += units
        self._gathered.append(order)
        self.look()

    def withdraw(self, purchase: PurchaseOrder, units: float) -> None:
        """Give up units of an order, which leaves when it has none; others may be served at the end of the instant."""
        self.units -= units
        self._inventory.position += units
        if purchase.quantity <= 0.0:
            for orders in (self.waiting, self._gathered):
                for order in [one for one in orders if one.purchase is purchase]:
                    orders.remove(order)
                    self._forget(order)
        self.look()

    def _forget(self, order: InternalOrder) -> None:
        """Let the stock that ordered forget an order without units, as if it landed now."""
        now, place = self._clock.now, order.purchase.place
        self._clock.call(now, Phase.RECEIPT, place, lambda _: order.receive(order.purchase))

    def admit(self) -> None:
        """Let the orders of this instant, which is over for those who placed them, be served, too."""
        self.waiting += self._gathered
        self._gathered.clear()
        if self.terms.sharing == "fair_share":  # looks at the stocks that ordered
            for branch in dict.fromkeys(order.branch for order in self.waiting):
                branch.buyer.settle()

    @property
    def room(self) -> float:
        """Units that an order placed now would get at once."""
        return max(0.0, self._inventory.on_hand - self.terms.level - self.units)

    @property
    def usable(self) -> float:
        """Units on hand above those kept back for customers; negative if these are not there."""
        return self._inventory.on_hand - self.terms.level

    def sequence(self) -> list[InternalOrder]:
        """Return all orders that wait, those of this instant included, in the sequence in which they are served."""
        orders = [*self.waiting, *self._gathered]
        if self.terms.sharing == "priority":
            orders.sort(key=lambda order: order.branch.priority)
        return orders

    def since(self, time: float) -> float:
        """Return the units ordered after ``time`` (days), cancelled ones included."""
        before = bisect_right(self._times, time)
        total = self._cumulative[-1] if self._cumulative else 0.0
        return total - (self._cumulative[before - 1] if before else 0.0)

    @property
    def oldest(self) -> float:
        """Time of placing (days) of the order that waits longest; infinite without any."""
        return self.waiting[0].purchase.placed if self.waiting else math.inf

    def groups(self, *, apart: bool) -> list[list[InternalOrder]]:
        """Return the orders in groups that are served one after the other.

        Args:
            apart: True if customers wait, who may stand between two orders.
        """
        if apart and self.terms.sharing == "fcfs":
            return [[order] for order in self.waiting]
        return [list(self.waiting)] if self.waiting else []

    def hand_out(self, orders: list[InternalOrder], units: float) -> tuple[float, bool]:
        """Ship up to ``units`` to these orders.

        Returns:
            Units shipped, and True if an order that cannot be shipped whole holds back all behind it.
        """
        if units <= 0.0:
            return 0.0, False
        if self.terms.sharing == "priority":
            orders = sorted(orders, key=lambda order: order.branch.priority)
        total, whole = 0.0, self.terms.ship == "complete"
        shipped: set[PurchaseOrder] = set()
        for order, given in zip(orders, self._shared(orders, units), strict=True):
            if given > 0.0:
                total += given
                if self._ship(order, given):
                    shipped.add(order.purchase)
        self.waiting = [order for order in self.waiting if order.purchase not in shipped]
        return total, whole and not self._overtaking and len(shipped) < len(orders)

    def _shared(self, orders: Sequence[InternalOrder], units: float) -> list[float]:
        """Share units among orders by the rule of the warehouse: units for each."""
        wanted, terms = [order.purchase.quantity for order in orders], self.terms
        if terms.sharing not in ("proportional", "fair_share"):
            return in_sequence(wanted, units, whole=terms.ship == "complete", overtaking=self._overtaking)
        own: dict[Branch, list[int]] = {}
        for place, order in enumerate(orders):
            own.setdefault(order.branch, []).append(place)
        of_branch = [math.fsum(wanted[place] for place in places) for places in own.values()]
        if terms.sharing == "proportional":
            parts = in_proportion(of_branch, units)
        else:
            now = self._clock.now
            parts = evenly(
                of_branch,
                units,
                supplied=[branch.buyer.supplied(now) for branch in own],
                demand=[branch.demand for branch in own],
                days=[branch.days for branch in own],
            )
        found = [0.0] * len(orders)
        for places, part in zip(own.values(), parts, strict=True):
            for place, given in zip(
                places, in_sequence([wanted[place] for place in places], part), strict=True
            ):
                found[place] = given
        return found

    def _ship(self, order: InternalOrder, units: float) -> bool:
        """Ship units of an order, and return True if nothing of it is left to ship."""
        purchase, buyer = order.purchase, order.branch.buyer
        whole = units >= purchase.quantity
        shipment = purchase if whole else purchase.split(units)
        if not whole:
            buyer.split(shipment)
        self.units -= units
        buyer.inventory.owed -= units
        self._inventory.move(self._clock.now, -units, 0.0)
        order.route.ship(shipment, order.receive)
        return whole


class InternalLines:
    """Internal orders as an allocation policy sees them: lines of one segment, see `OrderLines`."""

    def __init__(self, orders: Sequence[InternalOrder], priority: int, price: float, demand: float) -> None:
        self._orders = orders
        self._priority = priority
        self._price = price
        self.demand = demand

    def __len__(self) -> int:
        return len(self._orders)

    @property
    def time(self) -> Floats:
        """Time of placing, days."""
        return np.array([order.purchase.placed for order in self._orders])

    @property
    def quantity(self) -> Floats:
        """Units that each waits for."""
        return np.array([order.purchase.quantity for order in self._orders])

    @property
    def price(self) -> Floats:
        """Price of the product, in money per unit."""
        return np.full(len(self), self._price)

    @property
    def priority(self) -> Floats:
        """Priority of internal orders."""
        return np.full(len(self), float(self._priority))

    @property
    def chance(self) -> Floats:
        """Random number of each order, uniform in [0, 1)."""
        chances = (
            order.route.draws(Delay.at("chance", UniformLaw(), "internal"))[order.purchase.number]
            for order in self._orders
        )
        return np.fromiter(chances, np.float64, len(self))

    @property
    def promised(self) -> Floats:
        """Infinity: no date is promised."""
        return np.full(len(self), math.inf)
