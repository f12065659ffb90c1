"""Stocks that supply each other: the sequence of their events within an instant, and the demand that passes them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

import numpy as np

from simulator.model.clock import Clock
from simulator.model.network.internal_orders import Branch, Buying, Shelf, WaitingOrders
from simulator.model.network.transfers import Trading, TransferPlace, TransferWay
from simulator.model.records.recent_demand import RecentDemand
from simulator.model.supply.purchase_order import PurchaseColumns
from simulator.model.supply.route import Route, SupplyChain
from simulator.orders.order_book import OrderBook
from simulator.scenario.network.echelons import echelons
from simulator.scenario.network.transfers import donors
from simulator.scenario.scenario import Scenario
from simulator.scenario.sources import Source


class StockNetwork:
    """Stocks of an order book, and which of them supply which."""

    def __init__(
        self, scenario: Scenario, book: OrderBook, chain: SupplyChain, demand: Sequence[float]
    ) -> None:
        """Look at the lanes.

        Args:
            scenario: the scenario.
            book: order book, for its list of stocks.
            chain: sources of the stocks.
            demand: units per day of each stock, see `demand_moments`.
        """
        self._scenario = scenario
        self._book = book
        self._chain = chain
        self._demand = demand
        self._depots = scenario.depots
        self._echelons = echelons(scenario.senders(), tuple(scenario.warehouses))

    def reviews(self, number: int) -> int:
        """Return the place of a stock's reviews within an instant: after those of all stocks that it supplies."""
        return self._echelons[self._warehouse(number)] * len(self._book.stocks) + number

    def receipts(self, number: int) -> int:
        """Return the place of a stock's receipts within an instant: before those of all stocks that it supplies."""
        below = max(self._echelons.values()) - self._echelons[self._warehouse(number)]
        return below * len(self._book.stocks) + number

    @property
    def linked(self) -> bool:
        """True if any warehouse supplies another."""
        return bool(self._depots)

    def by_echelon(self) -> list[list[int]]:
        """Return the numbers of the stocks of each echelon, those that supply no others first."""
        found: list[list[int]] = [[] for _ in range(max(self._echelons.values()) + 1)]
        for number in range(len(self._book.stocks)):
            found[self._echelons[self._warehouse(number)]].append(number)
        return found

    def senders(self) -> dict[int, int]:
        """Return the stock in another warehouse from which each stock orders first; one without any is left out."""
        found = {number: self._sender(number, 0) for number in range(len(self._book.stocks))}
        return {number: sender for number, sender in found.items() if sender >= 0}

    def sender(self, number: int, source: int) -> int:
        """Return the stock in another warehouse that is this source of a stock."""
        return self._numbers[self._sources(number)[source].supplier, self._book.stocks[number][1]]

    def internal_orders(self, number: int, clock: Clock, inventory: Shelf) -> WaitingOrders | None:
        """Return the internal orders of a stock, none as yet; ``None`` if it supplies no other."""
        if not self._depots or self._warehouse(number) not in self._depots:
            return None
        terms = self._scenario.warehouses[self._warehouse(number)].internal
        overtaking = self._scenario.policies.allocation.overtaking
        return WaitingOrders(clock, inventory, terms, overtaking=overtaking)

    def branch(self, orders: WaitingOrders | None, buyer: Buying, route: Route) -> Branch:
        """Return the way from a stock, given its internal orders, to one that orders from it by a route."""
        assert orders is not None
        number = buyer.inventory.number
        priority = orders.terms.priorities.get(self._warehouse(number), 1)
        return Branch(orders, buyer, priority, self.demand(number), route.leg_sequence.moments[0])

    def transfers(self, stock: Callable[[int], Trading]) -> Iterator[list[TransferWay]]:
        """Yield the lanes that carry transfers, product by product, in the sequence of the file.

        Args:
            stock: returns the stock of a number.
        """
        known = donors(self._scenario)
        ends = [lane.ends for lane in self._scenario.lanes if lane.carries == "transfers"] if known else []
        for product in dict.fromkeys(product for _, product in self._book.stocks):
            places: dict[str, TransferPlace] = {}
            ways = []
            for origin, destination in ends:
                numbers = [self._numbers.get((name, product)) for name in (origin, destination)]
                for name, number in zip((origin, destination), numbers, strict=True):
                    if number is not None and name not in places:
                        places[name] = TransferPlace(name, stock(number), self.demand(number))
                if None not in numbers:
                    routes = places[destination].stock.donors
                    assert routes is not None
                    route = routes[known[destination].index(origin)]
                    ways.append(TransferWay(places[origin], places[destination], route))
            if ways:
                yield ways

    def ordered(self, purchases: PurchaseColumns) -> RecentDemand:
        """Return what warehouses have ordered from each other, as demand of the stocks that supply it."""
        sources = int(purchases.source.max(initial=0)) + 1
        pairs, of = np.unique(
            purchases.stock.astype(np.intp) * sources + purchases.source, return_inverse=True
        )
        senders = np.array([self._sender(*divmod(pair, sources)) for pair in pairs.tolist()], np.int32)[of]
        rows = np.flatnonzero((senders >= 0) & (purchases.number >= 0))
        return RecentDemand(purchases.placed[rows], senders[rows], purchases.asked_for[rows])

    def _sender(self, number: int, source: int) -> int:
        """Return the stock in another warehouse that is this source of a stock, -1 for a supplier."""
        return self.sender(number, source) if self._sources(number)[source].internal else -1

    def given_up(self, transfers: PurchaseColumns) -> RecentDemand:
        """Return units that stocks have given up in transfers, and below 0 those that they were given."""
        pairs = zip(transfers.stock.tolist(), transfers.source.tolist(), strict=True)
        givers = np.array([self._giver(*pair) for pair in pairs], np.int32)
        units = transfers.asked_for
        return RecentDemand(transfers.placed, givers, units).among(
            RecentDemand(transfers.placed, transfers.stock, -units)
        )

    def _giver(self, number: int, way: int) -> int:
        """Return the stock from which transfers come to a stock by one of its ways."""
        site, product = self._book.stocks[number]
        names = self._book.warehouses[site], self._book.products[product]
        return self._numbers[self._chain.ways(*names)[way].supplier, product]

    def _sources(self, number: int) -> tuple[Source, ...]:
        """Return the sources of a stock."""
        site, product = self._book.stocks[number]
        return self._chain.sources(self._book.warehouses[site], self._book.products[product])

    def demand(self, number: int) -> float:
        """Return the units per day that customers ask of a stock and of all that it supplies."""
        return self._demand[number]

    @cached_property
    def _numbers(self) -> dict[tuple[str, int], int]:
        """Number of each stock by warehouse and code of the product."""
        return {
            (self._book.warehouses[site], product): k for k, (site, product) in enumerate(self._book.stocks)
        }

    def _warehouse(self, number: int) -> str:
        """Return the name of a stock's warehouse."""
        return self._book.warehouses[self._book.stocks[number][0]]
