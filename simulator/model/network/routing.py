"""Routing of the order lines of one stock to the warehouses that may serve them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol, cast

from simulator.model.records.stock_lines import StockLines
from simulator.orders.order_book import OrderBook
from simulator.policies.routing import RoutingPolicy
from simulator.policies.sourcing_policy import SourceView, StockView
from simulator.scenario.scenario import Scenario
from simulator.values.arrays import IntegerView, memory_view


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

    def offers(self, line: int) -> float:
        """Return the units that an arriving line would get now."""
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


class Place:
    """Stock that may serve the lines of a region, as routing policies see it; see `ServingPlace`."""

    __slots__ = ("_line", "_place", "delivery_cost", "delivery_time", "name", "stock")

    def __init__(self, stock: ServingStock, delivery: Delivery) -> None:
        self.stock = stock
        self.name, self.delivery_time, self.delivery_cost = delivery
        self._line = self._place = 0

    def look(self, line: int, place: int) -> None:
        """Look at the stock for a line that arrives at a place of this instant."""
        self._line, self._place = line, place

    def _seen(self) -> KnownStock:
        """Return the stock after all lines that come before."""
        self.stock.reach(self._place)
        return self.stock.view

    @property
    def on_hand(self) -> float:
        """Units on hand."""
        return self._seen().on_hand

    @property
    def available(self) -> float:
        """Units that the line would get there now."""
        self.stock.reach(self._place)
        return self.stock.offers(self._line)

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


@dataclass(frozen=True, slots=True)
class ArrivingLine:
    """Line to be routed, as a routing policy sees it; see `RoutedLine` for the attributes."""

    time: float
    units: float
    segment: str
    region: str


class Router:
    """Routing of the lines of one stock."""

    def __init__(
        self,
        policy: RoutingPolicy,
        book: OrderBook,
        lines: StockLines,
        places: Mapping[int, Sequence[Place]],
    ) -> None:
        """Set the places.

        Args:
            policy: routing policy.
            book: order book.
            lines: of the stock.
            places: stocks that may serve the lines of each region, by its code, this stock first; of regions with
                several.
        """
        self.substitutes_first = policy.substitutes_first
        self._policy = policy
        self._lines = lines
        self._places = places
        self._region = cast(IntegerView, memory_view(book.region))
        self._regions, self._segments = book.regions, book.segments

    def sends(self, line: int) -> bool:
        """Let another stock serve an arriving line if the policy says so, and return True if one does."""
        lines = self._lines
        region = self._region[lines.row[line]]
        places = self._places.get(region, ())
        if not places:
            return False
        units = lines.quantity[line]
        if not self._policy.always and places[0].stock.offers(line) >= units:
            return False
        for place in places:
            place.look(line, lines.place(line))
        seen = ArrivingLine(
            lines.time[line], units, self._segments[lines.segment[line]], self._regions[region]
        )
        chosen = self._policy.place(seen, places)
        if chosen == 0:
            return False
        stock = places[chosen].stock
        lines.serve_elsewhere(line, stock.index)
        stock.reach(lines.place(line))
        stock.take(line)
        return True


def routers(
    scenario: Scenario,
    book: OrderBook,
    lines_of: Callable[[int], StockLines],
    stock_of: Callable[[int], ServingStock],
) -> Iterator[tuple[int, Router]]:
    """Yield the number of each stock whose lines other stocks may serve, and the router of its lines.

    Args:
        scenario: the scenario, which has a routing policy.
        book: order book.
        lines_of: returns the lines of a stock, by its number.
        stock_of: returns a stock, by its number.
    """
    policy = scenario.policies.routing
    assert policy is not None
    numbers = {(book.warehouses[site], product): k for k, (site, product) in enumerate(book.stocks)}
    several = [
        (code, names)
        for code, names in enumerate(map(scenario.warehouses_of, book.regions))
        if len(names) > 1
    ]
    for number, (site, product) in enumerate(book.stocks):
        places = {
            code: [
                Place(stock_of(numbers[name, product]), _delivery(scenario, name, book.regions[code]))
                for name in names
                if (name, product) in numbers
            ]
            for code, names in several
            if names[0] == book.warehouses[site]
        }
        if places:
            yield number, Router(policy, book, lines_of(number), places)


def _delivery(scenario: Scenario, warehouse: str, region: str) -> Delivery:
    """Return the delivery from a warehouse to a region."""
    site = scenario.warehouses[warehouse]
    return Delivery(warehouse, site.delivery_to(region).mean, site.delivery_cost_to(region))
