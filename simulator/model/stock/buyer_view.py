"""View of a stock and its sources, for policies that choose among several sources."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Sequence

from simulator.model.clock import Clock
from simulator.model.network.internal_orders import WaitingOrders
from simulator.model.stock.demand_point import DemandPoint
from simulator.model.supply.purchase_order import PurchaseOrder
from simulator.model.supply.route import Route, SharedRoute, SupplyChain
from simulator.policies.replenishment import ReplenishmentPolicy
from simulator.scenario.prices import SourcePrices
from simulator.scenario.scenario import Scenario


class SourceState:
    """Source of a stock, as its buyer knows it; see `SourceView` for the attributes."""

    def __init__(self, route: Route, shared_route: SharedRoute, prices: SourcePrices, product: str) -> None:
        """Begin without orders.

        Args:
            route: of the source's purchase orders.
            shared_route: its part that products share.
            prices: of the source.
            product: name.
        """
        self.name = prices.source.name
        mean, variance = route.leg_sequence.moments
        self.lead_time = mean
        self.lead_time_sd = math.sqrt(variance)
        self._route = route
        self._clock = route.clock
        self._prices = prices
        self._product = product
        self._shared_route = shared_route
        self._quantiles: dict[float, float] = {}
        """Quantiles of the lead time computed so far, days, by share."""
        self._landed = 0.0
        """Units landed so far."""
        self._under_way: dict[PurchaseOrder, None] = {}
        """Orders that have not landed, in sequence of placing."""

    def placed(self, purchase: PurchaseOrder) -> None:
        """Add an order."""
        self._under_way[purchase] = None

    def landed(self, purchase: PurchaseOrder) -> None:
        """Remove an order that has landed."""
        self._landed += purchase.quantity
        self._under_way.pop(purchase, None)

    @property
    def ordered(self) -> float:
        """Units ordered so far, less units cancelled."""
        return self._landed + sum(purchase.quantity for purchase in self._under_way)

    def quantity(self, units: float) -> float:
        """Return the units of a purchase order if ``units`` are ordered now."""
        return self._route.quantity(self._clock.now, units)

    def price(self, units: float) -> float:
        """Return the money that an order of ``units``, rounded up as the source does, costs now."""
        units = self._route.leg_sequence.supplier.round_up(units)
        return self._prices.cost(self._product, units, self._clock.now)

    def lead_time_quantile(self, share: float) -> float:
        """Return the lead time without queues, in days, that a ``share`` of the orders does not exceed."""
        if share not in self._quantiles:
            self._quantiles[share] = self._shared_route.forecasts.lead_time(share)
        return self._quantiles[share]

    def room(self) -> float:
        """Return the units that it takes now without a queue and below its maximum."""
        return self._route.room(self._clock.now)

    def open_again(self) -> float:
        """Return the time (days) from which it is known to have room; now if it is not known."""
        return self._route.room_from(self._clock.now)

    def under_way(self) -> Sequence[tuple[float, float]]:
        """Return (planned landing in days, units) of each order under way.

        An order is planned to land on the date confirmed, else the mean lead time after its placing.
        """
        return [(self._planned(purchase), purchase.quantity) for purchase in self._under_way]

    def _planned(self, purchase: PurchaseOrder) -> float:
        """Return the date (days) on which an order is planned to land."""
        return purchase.placed + self.lead_time if math.isnan(purchase.confirmed) else purchase.confirmed


def source_states(
    scenario: Scenario, chain: SupplyChain, stock: tuple[str, str], routes: Sequence[Route]
) -> list[SourceState]:
    """Return the sources of a stock as its buyer knows them, and what comes in transfers from each warehouse.

    Args:
        scenario: the scenario.
        chain: all routes.
        stock: names of its warehouse and product.
        routes: of the stock, by way.
    """
    warehouse, product = stock
    return [
        SourceState(route, chain.shared_route(*stock, k), SourcePrices(scenario, warehouse, source), product)
        for k, (route, source) in enumerate(zip(routes, chain.ways(*stock), strict=True))
    ]


class BuyerView:
    """Stock with its sources, as its buyer knows it; see `StockView` for the attributes."""

    def __init__(
        self,
        clock: Clock,
        point: DemandPoint,
        policy: ReplenishmentPolicy,
        known: Sequence[SourceState],
        promised: Callable[[int], float],
        *,
        chosen: int,
        internal: WaitingOrders | None = None,
    ) -> None:
        """Look at a stock.

        Args:
            clock: of the run.
            point: demand point of the stock.
            policy: replenishment policy.
            known: all sources of the stock, then the warehouses from which transfers may come.
            promised: returns the earliest date (days) promised to a waiting line, given the oldest of them.
            chosen: number of sources, from the first, among which the sourcing policy chooses.
            internal: purchase orders of the warehouses that the stock supplies; ``None`` if it supplies none.
        """
        self.known = known
        self.sources = known[:chosen]
        self._policy = policy
        review = policy.reviews()
        self.since_review = 0.0 if review is None else review[1]
        self._clock = clock
        self._point = point
        self._promised = promised
        self._internal = internal
        self._oldest = point.lines.start
        """Line before which none waits."""

    @property
    def now(self) -> float:
        """Present time, days."""
        return self._clock.now

    @property
    def on_hand(self) -> float:
        """Units on hand."""
        return self._point.inventory.on_hand

    @property
    def backlog(self) -> float:
        """Units that waiting lines, and the purchase orders of other warehouses, lack."""
        return self._point.backlog + (0.0 if self._internal is None else self._internal.units)

    @property
    def position(self) -> float:
        """Inventory position, units."""
        return self._point.inventory.position

    def _oldest_line(self) -> int | None:
        """Return the oldest line that waits."""
        point, lines, guests = self._point, self._point.lines, self._point.guests
        while self._oldest < point.next and (
            lines.need[self._oldest] <= 0.0 or lines.is_elsewhere(self._oldest)
        ):
            self._oldest += 1
        while guests and lines.need[guests[0]] <= 0.0:
            guests.popleft()
        waiting = [self._oldest] if self._oldest < point.next else []
        return min([*waiting, *list(guests)[:1]], key=lines.time.__getitem__, default=None)

    @property
    def oldest_wait(self) -> float:
        """Days since the order of the oldest waiting line, or order of another warehouse; 0 if none waits."""
        line, now = self._oldest_line(), self._clock.now
        since = now if line is None else self._point.lines.time[line]
        return now - (since if self._internal is None else min(since, self._internal.oldest))

    @property
    def earliest_promise(self) -> float:
        """Earliest date (days) promised to a waiting line; infinite without one."""
        line = self._oldest_line()
        return math.inf if line is None else self._promised(line)

    def wanted(self, position: float) -> float:
        """Return the units that the replenishment policy orders at an inventory position."""
        return self._policy.quantity(position)

    def coming(self, until: float) -> float:
        """Return the units under way that are planned to land by ``until`` (days), from all sources."""
        return sum(
            units for source in self.known for landing, units in source.under_way() if landing <= until
        )

    def demand(self, days: float) -> float:
        """Return the units demanded in the past ``days``."""
        lines, now = self._point.lines, self._clock.now
        ordered = 0.0 if self._internal is None else self._internal.since(now - days)
        first = bisect_right(lines.time, now - days, lines.start, self._point.next)
        if first >= self._point.next:
            return ordered
        before = lines.cumulative[first] - lines.quantity[first]
        return ordered + lines.cumulative[self._point.next - 1] - before
