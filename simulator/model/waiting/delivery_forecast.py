"""Forecast of deliveries: purchase orders under way of one stock, matched with the lines that wait for them."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import accumulate
from types import MappingProxyType
from typing import Final, Protocol

from simulator.model.supply.landing_forecast import RouteForecasts
from simulator.model.supply.legs import told_milestones
from simulator.model.supply.purchase_order import PurchaseOrder

OTHERS: Final = -1
"""Code of all regions that have no delivery time of their own."""


SHELF: Final = -2
"""Code for goods that are wanted on the shelf, because they go on to another warehouse."""


AT_START: Final = -1.0
"""Place before all orders of an instant."""
AT_END: Final = math.inf
"""Place after all orders of an instant."""


class Depot(Protocol):
    """Stock of another warehouse, as the source of a stock."""

    def parts(
        self, share: float, now: float, place: float
    ) -> Mapping[PurchaseOrder, Sequence[tuple[float, float]]]:
        """Forecast the shipments of the orders that wait there.

        Args:
            share: of the quantile, 0 to 1.
            now: days.
            place: of what asks among the orders of this instant, which those before it precede: `AT_START`, a place
                as in `Clock.at`, or `AT_END`.

        Returns:
            For each order days from now and units of each shipment.
        """
        ...

    def new_order(self, units: float, share: float, now: float, place: float) -> float:
        """Compute a quantile of the days until ``units`` ordered now have been shipped; see `parts`."""
        ...


class OutstandingOrders:
    """Purchase orders of one stock that have not landed, with forecasts of their delivery to each region.

    What waits in another warehouse is shipped when that warehouse expects to have the units. The quantiles of the
    time until then and of the way from there are added.
    """

    def __init__(
        self,
        *ways: RouteForecasts,
        main: int = 0,
        regions: Mapping[int, Sequence[RouteForecasts]] = MappingProxyType({}),
        depots: Mapping[int, Depot] = MappingProxyType({}),
    ) -> None:
        """Begin without orders.

        Args:
            *ways: forecasts of each source of the stock, in sequence.
            main: source of orders to come.
            regions: the same by the codes of regions with a delivery time of their own, and `SHELF`.
            depots: sources that are stocks of other warehouses.
        """
        self._ways = {OTHERS: ways, **regions}
        self._main = main
        self._depots = depots
        self._names = [one.name for one in told_milestones()]
        self._latest_first = tuple(reversed(range(len(self._names))))
        self._orders: dict[PurchaseOrder, None] = {}
        """Orders under way in the sequence of placing; a dict for removal in constant time."""

    def send(self, purchase: PurchaseOrder) -> None:
        """Add a purchase order that has been sent."""
        self._orders[purchase] = None

    def land(self, purchase: PurchaseOrder) -> None:
        """Remove a purchase order that has landed, or whose units were all cancelled."""
        del self._orders[purchase]

    @property
    def picked_by_calendar(self) -> bool:
        """True if the delivery of units on hand depends on the time at which they are allocated."""
        return self._ways[OTHERS][0].picked_by_calendar

    @property
    def by_region(self) -> bool:
        """True if the delivery depends on the region."""
        return any(code >= 0 for code in self._ways)

    @property
    def behind_depots(self) -> bool:
        """True if orders may wait in another warehouse."""
        return bool(self._depots)

    def group_of(self, region: int) -> int:
        """Return the code of a region with a delivery time of its own, `OTHERS` for any other."""
        return region if region in self._ways else OTHERS

    def from_stock(self, share: float, now: float, region: int = OTHERS) -> float:
        """Compute a quantile of the days from now (days) to the delivery of units on hand."""
        return self._ways[region][0].landing(now, now, share)

    def expected(
        self, share: float, now: float, region: int = OTHERS, place: float = AT_END
    ) -> tuple[list[float], list[float]]:
        """Forecast the delivery of each order under way.

        Args:
            share: of the quantile, 0 to 1.
            now: days.
            region: as returned by `group_of`.
            place: among the orders of this instant.

        Returns:
            Cumulative units, and days from now to the delivery, one entry per shipment; both rise.
        """
        landings, ways = [], self._ways[region]
        waiting = {source: depot.parts(share, now, place) for source, depot in self._depots.items()}
        for purchase in self._orders:
            if purchase.quantity <= 0:
                continue
            way, source = ways[purchase.source], purchase.source
            if source in waiting and purchase in waiting[source]:
                for days, units in waiting[source][purchase]:
                    landings.append((days + way.new_order(now + days, share), units))
            else:
                landings.append((self._days(way, purchase, now, share), purchase.quantity))
        landings.sort()
        total = accumulate([quantity for _, quantity in landings])
        return list(total), [days for days, _ in landings]

    def _days(self, way: RouteForecasts, purchase: PurchaseOrder, now: float, share: float) -> float:
        """Compute a quantile of the days from now to the delivery of an order under way."""
        if not math.isnan(purchase.confirmed):
            return way.landing(max(now, purchase.confirmed), now, share)
        return way.days(*self._reached(purchase, now), now, share)

    def new_order(
        self,
        now: float,
        share: float,
        region: int = OTHERS,
        units: float = 0.0,
        place: float = AT_END,
    ) -> float:
        """Compute a quantile of the days to the delivery of ``units`` ordered now from the main source."""
        depot, way = self._depots.get(self._main), self._ways[region][self._main]
        if depot is None:
            return way.new_order(now, share)
        days = depot.new_order(units, share, now, place)
        return days + way.new_order(now + days, share)

    def _reached(self, purchase: PurchaseOrder, now: float) -> tuple[str, float]:
        """Return the last milestone that the order has passed and its time (days).

        Milestones recorded for a later time are ignored, since nobody knows of them yet.
        """
        passed = purchase.passed
        for place in self._latest_first:
            if passed[place] <= now:
                return self._names[place], passed[place]
        return "placed", purchase.placed


class LandingForecast:
    """Forecast of the delivery of a line that waits behind others.

    Args:
        pipeline: purchase orders under way.
        now: days.
        ahead: units that lines up to and including this one wait for.
        region: of the line, see `OutstandingOrders.group_of`.
        place: among the orders of this instant.
    """

    __slots__ = ("_ahead", "_expected", "_now", "_pipeline", "_place", "_region", "holds_until")

    def __init__(
        self,
        pipeline: OutstandingOrders,
        now: float,
        ahead: float,
        region: int = OTHERS,
        place: float = AT_END,
    ) -> None:
        self._pipeline = pipeline
        self._now = now
        self._expected: dict[tuple[float, int], tuple[list[float], list[float]]] = {}
        self._ahead = ahead
        self._region = region
        self._place = place
        self.holds_until = math.inf
        """Bound on ``ahead``: from the value last set up to below it, the quantiles of the region stay the same."""

    @property
    def by_region(self) -> bool:
        """True if the delivery depends on the region."""
        return self._pipeline.by_region

    def look_behind(self, ahead: float, region: int = OTHERS) -> None:
        """Turn to another line of a region; ``ahead``: units that lines up to and including it wait for."""
        self._ahead = ahead
        self._region = region
        self.holds_until = math.inf

    def quantile(self, share: float) -> float:
        """Return the days from now until the delivery that are not exceeded with probability ``share``."""
        region = self._region
        expected = self._expected.get((share, region))
        if expected is None:
            expected = self._pipeline.expected(share, self._now, region, self._place)
            self._expected[share, region] = expected
        units, days = expected
        order = bisect_right(units, self._ahead - 1e-9)
        if order == len(units):
            if self._pipeline.behind_depots:
                self.holds_until = self._ahead  # the depot may have some of the units sooner than others
            short = self._ahead - (units[-1] if units else 0.0)
            return self._pipeline.new_order(self._now, share, region, short, self._place)
        self.holds_until = min(self.holds_until, units[order])
        return days[order]


class StockForecast:
    """Forecast of the delivery of a line filled from stock at a time (days), to a region."""

    def __init__(self, pipeline: OutstandingOrders, now: float, region: int = OTHERS) -> None:
        self._pipeline = pipeline
        self._now = now
        self._region = region

    def quantile(self, share: float) -> float:
        """Return the days from now until the delivery that are not exceeded with probability ``share``."""
        return self._pipeline.from_stock(share, self._now, self._region)
