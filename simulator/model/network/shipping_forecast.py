"""Forecast of the shipments of internal orders: when a depot expects to have the units that they wait for.

Units on hand, and then the purchase orders under way to the depot in the sequence in which they are expected, cover
what waits there in the sequence in which it is served; orders under a rule that shares units stand by the time of
placing. What nothing covers is expected a lead time of the depot from now.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from simulator.model.network.internal_orders import InternalOrder, WaitingOrders
from simulator.model.supply.purchase_order import PurchaseOrder
from simulator.model.waiting.backorders import Backorders
from simulator.model.waiting.delivery_forecast import SHELF

_EQUAL = 1e-9
"""Units by which sums of the same quantities may differ."""


class Supply(NamedTuple):
    """Units that a depot has and expects.

    Attributes:
        total: units up to each landing, those on hand first; negative as long as they are kept back.
        days: days from now to each landing.
    """

    total: list[float]
    days: list[float]


class ShippingForecast:
    """Forecast for one of the stocks that a depot supplies, see `Depot`. Quantities in units, times in days."""

    def __init__(
        self,
        orders: WaitingOrders,
        backorders: Backorders,
        first: Callable[[Sequence[InternalOrder], float], tuple[float, float]],
        bring_up: Callable[[float], None],
    ) -> None:
        """Take note of the depot.

        Args:
            orders: internal orders that wait there.
            backorders: its waiting customers and its own purchase orders.
            first: returns rank and row among the lines of the first of some orders, at a time (days).
            bring_up: brings the depot up to a place among the orders of this instant, see `Depot`.
        """
        self._orders = orders
        self._backorders = backorders
        self._first = first
        self._bring_up = bring_up

    def parts(
        self, share: float, now: float, place: float
    ) -> Mapping[PurchaseOrder, Sequence[tuple[float, float]]]:
        """Forecast the shipments of all orders that wait: days from now and units of each."""
        waiting = [order for order in self._orders.sequence() if order.purchase.quantity > 0.0]
        if not waiting:
            return {}
        supply = self._supply(share, now, place)
        apart = self._orders.terms.sharing == "fcfs"
        found, ahead = {}, 0.0
        for order in waiting:
            units = order.purchase.quantity
            begin = ahead + self._backorders.ahead(*self._first([order] if apart else waiting, now))
            days = (
                (self._shipped(supply, end, share, now, place), end - start)
                for start, end in self._pieces(supply, begin, units)
            )
            found[order.purchase] = tuple(days)
            ahead += units
        return found

    def new_order(self, units: float, share: float, now: float, place: float) -> float:
        """Compute a quantile of the days until ``units`` ordered now have been shipped, after all that waits."""
        supply = self._supply(share, now, place)
        return self._shipped(supply, self._backorders.units + self._orders.units + units, share, now, place)

    def _supply(self, share: float, now: float, place: float) -> Supply:
        self._bring_up(place)
        units, days = self._backorders.pipeline.expected(share, now, SHELF, place)
        usable = self._orders.usable
        return Supply([usable, *(usable + one for one in units)], [0.0, *days])

    def _pieces(self, supply: Supply, begin: float, units: float) -> Iterator[tuple[float, float]]:
        """Yield begin and end of each shipment of an order, counted in units from the head of the queue."""
        end = begin + units
        if self._orders.terms.ship == "partial":
            landing = bisect_right(supply.total, begin + _EQUAL)
            while landing < len(supply.total) and supply.total[landing] < end - _EQUAL:
                yield begin, supply.total[landing]
                begin = supply.total[landing]
                landing += 1
        yield begin, end

    def _shipped(self, supply: Supply, units: float, share: float, now: float, place: float) -> float:
        """Compute a quantile of the days until this number of units, from the head of the queue on, is there."""
        landing = bisect_left(supply.total, units - _EQUAL)
        if landing < len(supply.total):
            return supply.days[landing]
        short = units - supply.total[-1]
        return self._backorders.pipeline.new_order(now, share, SHELF, short, place)
