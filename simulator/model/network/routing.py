"""Routing of the order lines of one stock to the warehouses that may serve them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple, Protocol, cast

import numpy as np

from simulator.model.records.line_table import LineTable
from simulator.model.records.stock_lines import StockLines
from simulator.orders.order_book import OrderBook
from simulator.policies.routing import RoutingPolicy
from simulator.policies.sourcing_policy import SourceView, StockView
from simulator.scenario.scenario import Scenario
from simulator.values.arrays import Integers, IntegerView, memory_view


class KnownStock(StockView, Protocol):
    """Stock with all its sources, as its buyer knows it."""

    @property
    def known(self) -> Sequence[SourceView]:
        """All sources, that for expediting last."""
        ...


class ServingStock(Protocol):
    """Stock that may serve lines of other stocks."""

    @property
    def index(self) -> int:
        """Number of the stock."""
        ...

    @property
    def view(self) -> KnownStock:
        """Stock and its sources, as its buyer knows them."""
        ...

    def reach(self, place: int) -> None:
        """Settle all lines of this instant before a place in it, see `StockLines.place`."""
        ...

    def offers(self, line: int, taken: float = 0.0) -> float:
        """Return the units that a line would get if it arrived now and ``taken`` units were gone."""
        ...

    def take(self, line: int) -> None:
        """Let a line of another stock arrive now."""
        ...


class Delivery(NamedTuple):
    """Delivery from a warehouse to a region.

    Attributes:
        name: of the warehouse.
        time: mean days from shipping to the customer.
        cost: money for a parcel.
    """

    name: str
    time: float
    cost: float


@dataclass(frozen=True, slots=True)
class ArrivingLine:
    """Line to be routed, as a routing policy sees it; see `RoutedLine` for the attributes.

    Attributes:
        line: the line.
        place: its place in this instant, see `StockLines.place`.
        order: product, line and units of each line of its order if it is the first of several, else none.
    """

    time: float
    units: float
    segment: str
    region: str
    line: int
    place: int
    order: Sequence[tuple[int, int, float]]


class Place:
    """Stock that may serve the lines of a region, as routing policies see it; see `ServingPlace`."""

    __slots__ = ("_arrival", "_shelf", "delivery_cost", "delivery_time", "name", "stock")

    def __init__(
        self, stock: ServingStock, delivery: Delivery, shelf: Callable[[int], ServingStock | None]
    ) -> None:
        """Look at a stock.

        Args:
            stock: of the product.
            delivery: to the region.
            shelf: returns the stock of another product in the same warehouse, ``None`` without one.
        """
        self.stock = stock
        self.name, self.delivery_time, self.delivery_cost = delivery
        self._shelf = shelf
        self._arrival: ArrivingLine

    def look(self, arrival: ArrivingLine) -> None:
        """Look at the stock for an arriving line."""
        self._arrival = arrival

    def _seen(self) -> KnownStock:
        """Return the stock after all lines that come before."""
        self.stock.reach(self._arrival.place)
        return self.stock.view

    @property
    def has_order(self) -> bool:
        """True if the line is the first of several in its order, and all of them could be served whole here now."""
        taken: dict[int, float] = {}
        for product, line, units in self._arrival.order:
            stock, gone = self._shelf(product), taken.get(product, 0.0)
            if stock is None:
                return False
            stock.reach(self._arrival.place)
            if stock.offers(line, gone) < units:
                return False
            taken[product] = gone + units
        return bool(self._arrival.order)

    @property
    def on_hand(self) -> float:
        """Units on hand."""
        return self._seen().on_hand

    @property
    def available(self) -> float:
        """Units that the line would get there now."""
        self.stock.reach(self._arrival.place)
        return self.stock.offers(self._arrival.line)

    @property
    def backlog(self) -> float:
        """Units that lines and warehouses wait for."""
        return self._seen().backlog

    @property
    def lead_time(self) -> float:
        """Mean lead time of its first source, days."""
        return self.stock.view.known[0].lead_time

    def under_way(self) -> Sequence[tuple[float, float]]:
        """Return (planned landing in days, units) of each purchase order that has not landed."""
        return [one for source in self._seen().known for one in source.under_way()]


class Orders:
    """Orders of a book, and the warehouse to which the lines of the present one go.

    Attributes:
        whole: name of the warehouse that serves all lines of the order `present`; empty without one.
        present: number of the order whose lines were routed last.
    """

    def __init__(self, book: OrderBook, rows: Integers) -> None:
        """Look at a book.

        Args:
            book: order book.
            rows: row of each line.
        """
        line_of = np.empty(len(rows), np.intp)
        line_of[rows] = np.arange(len(rows))
        self._line_of = cast(IntegerView, memory_view(line_of))
        self._order = cast(IntegerView, memory_view(book.order))
        self._product = cast(IntegerView, memory_view(book.product))
        self._quantity = memory_view(book.quantity)
        self.present = -1
        self.whole = ""

    def begin(self, row: int) -> bool:
        """Note that the line of a row is routed, and return True if it is the first of its order."""
        first = self._order[row] != self.present
        if first:
            self.present, self.whole = self._order[row], ""
        return first

    def lines(self, row: int) -> list[tuple[int, int, float]]:
        """Return product, line and units of the lines of an order from a row on; none if there is only one."""
        end = row + 1
        while end < len(self._order) and self._order[end] == self._order[row]:
            end += 1
        if end == row + 1:
            return []
        return [(self._product[k], self._line_of[k], self._quantity[k]) for k in range(row, end)]


class Router:
    """Routing of the lines of one stock."""

    def __init__(
        self,
        policy: RoutingPolicy,
        book: OrderBook,
        lines: StockLines,
        find: Callable[[int], Sequence[Place]],
        orders: Orders,
    ) -> None:
        """Begin without places; those of a region are found when its first line is looked at.

        Args:
            policy: routing policy.
            book: order book.
            lines: of the stock.
            find: returns the stocks that may serve the lines of a region, by its code, this stock first; none for a
                region with one warehouse.
            orders: all orders of the book.
        """
        self.substitutes_first = policy.substitutes_first
        self._policy = policy
        self._lines = lines
        self._find = find
        self._places: dict[int, Sequence[Place]] = {}
        """Stocks that may serve the lines of each region, as far as they were looked at."""
        self._orders = orders
        self._region = cast(IntegerView, memory_view(book.region))
        self._regions, self._segments = book.regions, book.segments

    def sends(self, line: int) -> bool:
        """Let another stock serve an arriving line if the policy says so, and return True if one does."""
        lines = self._lines
        region = self._region[lines.row[line]]
        if region not in self._places:
            self._places[region] = self._find(region)
        places = self._places[region]
        if not places:
            return False
        if not self._policy.always and places[0].stock.offers(line) >= lines.quantity[line]:
            return False
        stock = self._chosen(line, region, places).stock
        if stock is places[0].stock:
            return False
        lines.serve_elsewhere(line, stock.index)
        stock.reach(lines.place(line))
        stock.take(line)
        return True

    def _chosen(self, line: int, region: int, places: Sequence[Place]) -> Place:
        """Return the place that serves an arriving line: that of its whole order, or the one that the policy says."""
        lines, orders, row = self._lines, self._orders, self._lines.row[line]
        first = orders.begin(row)
        for place in places:
            if place.name == orders.whole:
                return place
        seen = ArrivingLine(
            lines.time[line],
            lines.quantity[line],
            self._segments[lines.segment[line]],
            self._regions[region],
            line,
            lines.place(line),
            orders.lines(row) if first and self._policy.keeps_orders else (),
        )
        for place in places:
            place.look(seen)
        chosen = places[self._policy.place(seen, places)]
        if seen.order and chosen.has_order:
            orders.whole = chosen.name
        return chosen


def routers(
    scenario: Scenario,
    book: OrderBook,
    table: LineTable,
    lines_of: Callable[[int], StockLines],
    stock_of: Callable[[int], ServingStock],
) -> Iterator[tuple[int, Router]]:
    """Yield the number of each stock whose lines other stocks may serve, and the router of its lines.

    Args:
        scenario: the scenario, which has a routing policy.
        book: order book.
        table: its lines.
        lines_of: returns the lines of a stock, by its number.
        stock_of: returns a stock, by its number.
    """
    policy = scenario.policies.routing
    assert policy is not None
    numbers = {(book.warehouses[site], product): k for k, (site, product) in enumerate(book.stocks)}

    def shelf(name: str, product: int) -> ServingStock | None:
        return stock_of(numbers[name, product]) if (name, product) in numbers else None

    orders = Orders(book, table.rows)
    several = {
        code: names for code, names in enumerate(map(scenario.warehouses_of, book.regions)) if len(names) > 1
    }

    def places(product: int, region: int) -> list[Place]:
        return [
            Place(stock, _delivery(scenario, name, book.regions[region]), partial(shelf, name))
            for name in several.get(region, ())
            if (stock := shelf(name, product)) is not None
        ]

    homes = {names[0] for names in several.values()}
    for number, (site, product) in enumerate(book.stocks):
        if book.warehouses[site] in homes:
            yield number, Router(policy, book, lines_of(number), partial(places, product), orders)


def _delivery(scenario: Scenario, warehouse: str, region: str) -> Delivery:
    """Return the delivery from a warehouse to a region."""
    site = scenario.warehouses[warehouse]
    return Delivery(warehouse, site.delivery_to(region).mean, site.delivery_cost_to(region))
