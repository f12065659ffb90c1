"""Outlook of stocks: the stretch of time over which their policy looks ahead, and the demand that it expects."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from simulator.model.availability.availability import Availability
from simulator.model.causes.planned_stages import PlannedStages
from simulator.model.shortcuts.stock_plans import StockPlan
from simulator.model.supply.leg import availability_of
from simulator.model.supply.purchase_order import PurchaseColumns
from simulator.model.supply.route import SharedRoute, SupplyChain
from simulator.model.supply.supplier import stops_of
from simulator.orders.order_book import OrderBook
from simulator.values.arrays import Floats, Integers


class StockOutlooks:
    """Lead time of the main source, review interval and mean demand of each stock, and the plans of its sources."""

    def __init__(self, book: OrderBook, plans: Sequence[StockPlan], chain: SupplyChain, end: float) -> None:
        """Look at stocks when they are asked for.

        Args:
            book: order book, for its list of stocks.
            plans: plan of each stock.
            chain: routes of the stocks.
            end: of what is recorded, days.
        """
        self._book = book
        self._plans = plans
        self._chain = chain
        self._end = end
        self._stages: dict[SharedRoute, PlannedStages] = {}

    def main_route(self, stock: int) -> SharedRoute:
        """Return the route from the main source of a stock."""
        if not self._plans[stock].buying:  # one source
            return self._plans[stock].shared_route
        place = self._place(stock)
        return self._chain.shared_route(*place, self._chain.main_source(*place))

    def routes(self, orders: PurchaseColumns) -> tuple[list[PlannedStages], Integers]:
        """Find the routes that purchase orders take, and the index of the route of each: intp[orders]."""
        sources = int(orders.source.max(initial=0)) + 1
        pairs, of = np.unique(orders.stock.astype(np.intp) * sources + orders.source, return_inverse=True)
        found: dict[SharedRoute, int] = {}
        route = [found.setdefault(self._route(*divmod(pair, sources)), len(found)) for pair in pairs.tolist()]
        return [self._stages_of(one) for one in found], np.array(route, np.intp)[of]

    def _route(self, stock: int, source: int) -> SharedRoute:
        """Return the route to a stock from one of its sources."""
        if not source:
            return self._plans[stock].shared_route
        return self._chain.shared_route(*self._place(stock), source)

    def _stages_of(self, route: SharedRoute) -> PlannedStages:
        if route not in self._stages:
            self._stages[route] = PlannedStages(route, self._end)
        return self._stages[route]

    def _place(self, stock: int) -> tuple[str, str]:
        """Return the names of a stock's warehouse and product."""
        site, product = self._book.stocks[stock]
        return self._book.warehouses[site], self._book.products[product]

    def review(self, stock: int) -> float:
        """Return the review interval of a stock, 0 if its policy looks after every change: days."""
        times = self._plans[stock].policy.reviews()
        return 0.0 if times is None else times[1]

    def lead_times(self, stocks: Iterable[int]) -> Floats:
        """Return the mean lead time of the main source of each stock, without queues: days."""
        return np.array([self.main_route(stock).leg_sequence.moments[0] for stock in stocks], np.float64)

    def reviews(self, stocks: Iterable[int]) -> Floats:
        """Return the review interval of each stock, days."""
        return np.array([self.review(stock) for stock in stocks], np.float64)

    def demand(self, stocks: Iterable[int]) -> Floats:
        """Return the mean demand of each stock at the base rate, units per day."""
        return np.array([self._plans[stock].demand for stock in stocks], np.float64)

    def taking_orders(self, stock: int) -> Availability | None:
        """Return the times at which the main source of a stock takes orders; ``None`` if it always does."""
        route = self.main_route(stock)
        return availability_of(route, stops_of(route.leg_sequence.ends, "orders", closes=False))

    @property
    def longest(self) -> float:
        """Longest stretch of lead time and review interval of all stocks, days."""
        known: dict[int, float] = {}
        for stock, plan in enumerate(self._plans):
            if id(plan) not in known:
                every = (stock,)
                known[id(plan)] = float(self.lead_times(every)[0] + self.reviews(every)[0])
        return max(known.values(), default=0.0)
