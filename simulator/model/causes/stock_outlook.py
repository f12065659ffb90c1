"""Outlook of stocks: the stretch of time over which their policy looks ahead, and the demand that it expects."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

import numpy as np

from simulator.model.availability.availability import Availability
from simulator.model.causes.planned_stages import PlannedStages
from simulator.model.clock import Clock
from simulator.model.network.stock_network import StockNetwork
from simulator.model.records.recent_demand import RecentDemand
from simulator.model.shortcuts.stock_plans import StockPlan
from simulator.model.supply.leg import availability_of
from simulator.model.supply.purchase_order import PurchaseColumns
from simulator.model.supply.route import SharedRoute, SupplyChain
from simulator.model.supply.supplier import stops_of
from simulator.orders.order_book import OrderBook
from simulator.orders.random.streams import Streams
from simulator.scenario.scenario import Scenario
from simulator.values.arrays import Floats, Integers


class StockOutlooks:
    """Lead time of the main source, review interval and mean demand of each stock, and the plans of its sources."""

    def __init__(
        self, scenario: Scenario, replication: int, book: OrderBook, plans: Sequence[StockPlan]
    ) -> None:
        """Look at stocks when they are asked for.

        Args:
            scenario: scenario that was played.
            replication: number of the replication.
            book: order book, for its list of stocks.
            plans: plan of each stock.
        """
        self._scenario = scenario
        self._replication = replication
        self._book = book
        # not the plans, whose routes would keep all parts of a finished run in memory
        self._policies = [plan.policy for plan in plans]
        self._demand = [plan.demand for plan in plans]
        self._stages: dict[SharedRoute, PlannedStages] = {}

    @cached_property
    def _chain(self) -> SupplyChain:
        """Routes of the stocks, with the same draws as in the run."""
        run = self._scenario.run
        return SupplyChain(self._scenario, Clock(run.end), Streams(run.seed, self._replication))

    def main_route(self, stock: int) -> SharedRoute:
        """Return the route from the main source of a stock."""
        place = self._place(stock)
        return self._chain.shared_route(*place, self._chain.main_source(*place))

    def routes(self, orders: PurchaseColumns) -> tuple[list[PlannedStages], Integers]:
        """Find the routes that purchase orders take, and the index of the route of each: intp[orders]."""
        sources = int(orders.source.max(initial=0)) + 1
        pairs, of = np.unique(orders.stock.astype(np.intp) * sources + orders.source, return_inverse=True)
        found: dict[SharedRoute, int] = {}
        stock_sources = (divmod(pair, sources) for pair in pairs.tolist())
        taken = (self._chain.shared_route(*self._place(stock), source) for stock, source in stock_sources)
        route = [found.setdefault(one, len(found)) for one in taken]
        return [self._stages_of(one) for one in found], np.array(route, np.intp)[of]

    def internal_orders(self, purchases: PurchaseColumns) -> RecentDemand:
        """Return what warehouses have ordered from each other, as demand of the stocks that supply it."""
        return StockNetwork(self._scenario, self._book, self._chain, self._demand).ordered(purchases)

    def given_up(self, transfers: PurchaseColumns) -> RecentDemand:
        """Return units that stocks have given up in transfers, and below 0 those that they were given."""
        return StockNetwork(self._scenario, self._book, self._chain, self._demand).given_up(transfers)

    def _stages_of(self, route: SharedRoute) -> PlannedStages:
        if route not in self._stages:
            self._stages[route] = PlannedStages(route, self._scenario.run.end)
        return self._stages[route]

    def _place(self, stock: int) -> tuple[str, str]:
        """Return the names of a stock's warehouse and product."""
        site, product = self._book.stocks[stock]
        return self._book.warehouses[site], self._book.products[product]

    def review(self, stock: int) -> float:
        """Return the review interval of a stock, 0 if its policy looks after every change: days."""
        times = self._policies[stock].reviews()
        return 0.0 if times is None else times[1]

    def lead_times(self, stocks: Iterable[int]) -> Floats:
        """Return the mean lead time of the main source of each stock, without queues: days."""
        return np.array([self.main_route(stock).leg_sequence.moments[0] for stock in stocks], np.float64)

    def reviews(self, stocks: Iterable[int]) -> Floats:
        """Return the review interval of each stock, days."""
        return np.array([self.review(stock) for stock in stocks], np.float64)

    def demand(self, stocks: Iterable[int]) -> Floats:
        """Return the mean demand of each stock at the base rate, units per day."""
        return np.array([self._demand[stock] for stock in stocks], np.float64)

    def taking_orders(self, stock: int) -> Availability | None:
        """Return the times at which the main source of a stock takes orders; ``None`` if it always does."""
        route = self.main_route(stock)
        return availability_of(route, stops_of(route.leg_sequence.ends, "orders", closes=False))

    @property
    def longest(self) -> float:
        """Longest stretch of lead time and review interval of all stocks, days."""
        stocks = range(len(self._policies))
        return float(np.max(self.lead_times(stocks) + self.reviews(stocks), initial=0.0))
