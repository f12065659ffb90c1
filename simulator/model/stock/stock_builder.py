"""Builder of stocks: what a stock of the scenario consists of, and what its parts know of each other."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cached_property, partial

from simulator.model.allocation.allocation_rules import AllocationRules
from simulator.model.allocation.joint_waiting_list import JointWaitingList
from simulator.model.clock import Clock
from simulator.model.network.shipping_forecast import ShippingForecast
from simulator.model.network.stock_network import StockNetwork
from simulator.model.records.ledger import Ledger
from simulator.model.records.line_table import LineTable
from simulator.model.records.stock_lines import LineViews, StockLines
from simulator.model.shortcuts.stock_plans import StockPlan
from simulator.model.stock.buyer import Buyer
from simulator.model.stock.buyer_view import BuyerView, source_states
from simulator.model.stock.inventory import Inventory
from simulator.model.stock.stock import Stock
from simulator.model.supply.route import Route, SupplyChain
from simulator.model.waiting.backorders import Backorders
from simulator.model.waiting.customer_attributes import CustomerAttributes
from simulator.model.waiting.delivery_forecast import SHELF, OutstandingOrders
from simulator.model.waiting.patience_ends import PatienceEnds
from simulator.model.waiting.waiting_customer import TreatmentRules
from simulator.model.waiting.workshops import Workshops
from simulator.orders.order_book import OrderBook
from simulator.scenario.scenario import Scenario
from simulator.scenario.shortcuts import SHARED_LINES
from simulator.scenario.sources import sourcing_of


class StockBuilder:
    """Builder of the stocks of a run."""

    def __init__(
        self,
        scenario: Scenario,
        book: OrderBook,
        table: LineTable,
        clock: Clock,
        ledger: Ledger,
        rules: TreatmentRules,
        supply: SupplyChain,
        plans: Sequence[StockPlan],
        network: StockNetwork,
        stock_of: Callable[[int], Stock],
        *,
        free: bool,
        patience_ends: PatienceEnds | None,
        workshops: Workshops | None,
    ) -> None:
        """Take note of the parts that stocks share.

        Args:
            scenario: scenario to play.
            book: order book.
            table: lines of the order book, sorted by stock.
            clock: clock of the run.
            ledger: record of movements and purchase orders.
            rules: rules for waiting customers.
            supply: sources of the stocks.
            plans: plan of each stock.
            network: of the stocks.
            stock_of: returns a stock by its number, built if need be.
            free: True if a line that can only be filled need not be an event of its own.
            patience_ends: exact cancellation times, where the line table has only lower bounds.
            workshops: make the lines that are made to order.
        """
        self._scenario = scenario
        self._book = book
        self._table = table
        self._clock = clock
        self._ledger = ledger
        self._rules = rules
        self._supply = supply
        self._plans = plans
        self._network = network
        self._stock_of = stock_of
        self._routed = scenario.routed
        self._shares = free and SHARED_LINES.allows(scenario)
        self._patience_ends = patience_ends
        self._workshops = workshops
        self._views = LineViews(table)
        self._allocation_rules = AllocationRules(scenario, book, table)
        self._reserve = scenario.policies.allocation.reserve_level(scenario.customers)

    def _name(self, number: int) -> tuple[str, str]:
        """Return the names of a stock's warehouse and product."""
        site, product = self._book.stocks[number]
        return self._book.warehouses[site], self._book.products[product]

    def lines(self, number: int) -> StockLines:
        """Return the order lines of a stock."""
        return StockLines(self._table, number, self._views)

    def build(self, number: int) -> Stock:
        """Build a stock as it is at the start of the run."""
        scenario, plan, network = self._scenario, self._plans[number], self._network
        warehouse, name = self._name(number)
        product, lines, demand = scenario.products[name], self.lines(number), network.demand(number)
        allocation = scenario.policies.allocation
        sources = self._supply.sources(warehouse, name)
        rank = allocation.unloading_rank(demand)
        ways = range(len(self._supply.ways(warehouse, name)))
        routes = [self._supply.route(warehouse, name, rank, k) for k in ways]
        chosen = sum(not source.expedited for source in sources)
        sourcing = sourcing_of(scenario, name)[0] if chosen > 1 else None
        buyer = Buyer(number, plan.policy, routes[: len(sources)], sourcing, scenario.policies.expediting)
        inventory = Inventory(number, buyer, self._ledger, plan.on_hand, network.receipts(number))
        internal = network.internal_orders(number, self._clock, inventory)

        def promises(waiting: list[int]) -> list[float]:
            assert stock.point.backorders is not None
            return stock.point.backorders.promised(waiting)

        told = None if self._rules.schedule else promises
        stock = Stock(
            self._clock,
            inventory,
            lines,
            self._allocation_rules.of(lines, demand, told, internal, product.price),
            scenario.policies.backorders,
            self._ledger,
            reserve=self._reserve,
            end_of_patience=None if self._patience_ends is None else self._patience_ends.end,
            shares=self._shares and SHARED_LINES.allows_stock({"products.*": product}),
            reviews=network.reviews(number),
            internal=internal,
            routed=self._routed,
            donors=routes[len(sources) :] if self._supply.trades(warehouse) else None,
        )
        if self._rules.schedule is None:
            self._add_backorders(stock, routes)
        if len(routes) > 1 or self._routed or stock.donors is not None:
            self._show_sources(stock, routes)
        for k, route in enumerate(routes):
            route.look_at_backlog(stock.backlog_now)
            if k < len(sources) and sources[k].internal:
                route.sender = network.branch(
                    self._stock_of(network.sender(number, k)).internal, stock, route
                )
        if self._workshops is not None:
            stock.point.make = partial(self._workshops.join, give_back=stock.give_back)
        return stock

    def _show_sources(self, stock: Stock, routes: list[Route]) -> None:
        """Give the buyer of a stock with several sources a view of the stock and of them."""
        point, schedule, name = stock.point, self._rules.schedule, self._name(stock.index)

        def promised(oldest: int) -> float:
            if point.backorders is not None:
                return point.backorders.earliest_promise()
            days = math.nan if schedule is None else schedule.promised
            return math.inf if math.isnan(days) else point.lines.time[oldest] + days

        stock.inventory.buyer.view = BuyerView(
            self._clock,
            point,
            self._plans[stock.index].policy,
            source_states(self._scenario, self._supply, name, routes),
            promised,
            chosen=sum(not source.expedited for source in self._supply.sources(*name)),
            internal=stock.internal,
        )

    @cached_property
    def _attributes(self) -> CustomerAttributes:
        return CustomerAttributes(self._table, self._book)

    def _add_backorders(self, stock: Stock, routes: list[Route]) -> None:
        """Add the treatment of waiting customers: promises, messages, contacts and compensation."""
        name = self._name(stock.index)
        shared = [self._supply.shared_route(*name, k) for k in range(len(routes))]
        regions = {
            self._book.regions.index(region): [route.forecasts_by_region[region] for route in shared]
            for region in shared[0].forecasts_by_region
        }
        if stock.internal is not None:
            regions[SHELF] = [route.forecasts_to_shelf for route in shared]
        backorders = stock.point.backorders = Backorders(
            self._clock,
            stock.index,
            self._attributes,
            self._rules,
            OutstandingOrders(
                *(route.forecasts for route in shared),
                main=self._supply.main_source(*name),
                regions=regions,
                depots=self._depots(stock),
            ),
            stock.point.give_up,
        )
        if self._rules.promise.follows:
            for route in routes:
                route.news = backorders.revise
            for depot in self._senders(stock).values():
                assert depot.point.backorders is not None
                depot.point.backorders.followers.append(backorders.revise)

    def _senders(self, stock: Stock) -> dict[int, Stock]:
        """Return the stocks of other warehouses that are sources of a stock, by index of the source."""
        sources = self._supply.sources(*self._name(stock.index))
        return {
            k: self._stock_of(self._network.sender(stock.index, k))
            for k, one in enumerate(sources)
            if one.internal
        }

    def _depots(self, stock: Stock) -> dict[int, ShippingForecast]:
        """Return the forecasts of what a stock orders from other warehouses, by index of the source."""
        found = {}
        for source, depot in self._senders(stock).items():
            orders, backorders, waiting = depot.internal, depot.point.backorders, depot.point.waiting
            assert orders is not None
            assert backorders is not None
            assert isinstance(waiting, JointWaitingList)
            found[source] = ShippingForecast(orders, backorders, waiting.first, depot.bring_up)
        return found
