"""Integer codes of products, segments, regions and warehouses in an order book, and its list of stocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.orders.outcome_columns import SparseColumn
from simulator.scenario.histories.order_files import OrderRows
from simulator.scenario.made_to_order import with_blanks
from simulator.scenario.scenario import Scenario
from simulator.scenario.sections.demand import ANYWHERE, Demand
from simulator.scenario.sections.opening import OpeningLine
from simulator.scenario.sections.order_history import History
from simulator.scenario.sources import StockSources
from simulator.values.section import Section


@dataclass(frozen=True, slots=True)
class Codes:
    """Code of each name, and the stocks with demand.

    Attributes:
        products, segments, warehouses, workshops: codes by name, in the sequence of the scenario.
        regions: codes by name, in order of first mention: those of warehouses, of demand, of lines that wait at the
            start.
        serving: warehouse code of the home of each region, -1 if no warehouse serves it.
        places: codes of the warehouses that may serve each region, in sequence, its home first.
        stocks: (warehouse, product) codes of the stocks with demand or with lines that wait at the start, of their
            blanks, and of those in depots and in the warehouses that supply them, sorted.
    """

    products: dict[str, int]
    segments: dict[str, int]
    regions: dict[str, int]
    warehouses: dict[str, int]
    workshops: dict[str, int]
    serving: tuple[int, ...]
    places: tuple[tuple[int, ...], ...]
    stocks: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, scenario: Scenario, files: Mapping[int, OrderRows]) -> Codes:
        """Assign the codes of a scenario.

        Codes depend only on the scenario and its order files, never on random draws or the length of the run.

        Args:
            scenario: scenario whose names get codes.
            files: rows of each order history, by its position in ``demand``.
        """
        products, segments = _numbered(scenario.products), _numbered(scenario.customers)
        warehouses = _numbered(scenario.warehouses)
        regions = _numbered(_regions(scenario, files))
        places = tuple(
            tuple(warehouses[site] for site in scenario.warehouses_of(region)) for region in regions
        )
        serving = tuple(sites[0] if sites else -1 for sites in places)
        asked: set[int] = set()
        for region, names in _asked(scenario, files):
            # Unknown names are reported where the file is turned into order lines.
            known = [products[name] for name in names if name in products]
            for site in places[regions[region]]:
                asked.update(site * len(products) + product for product in known)
        asked.update(warehouses[site] * len(products) + products[name] for site, name in in_depots(scenario))
        asked.update(_behind(scenario, asked, warehouses, products))
        stocks = tuple(divmod(number, len(products)) for number in sorted(asked))
        workshops = _numbered(scenario.workshops)
        return cls(products, segments, regions, warehouses, workshops, serving, places, stocks)

    def stock_of(
        self, region: int | NDArray[np.int32], product: int | NDArray[np.int32]
    ) -> NDArray[np.int32]:
        """Return the number of the stock that each product is asked from in each region, -1 without one.

        The codes ``region`` and ``product`` broadcast against each other.
        """
        table = np.full((len(self.warehouses), len(self.products)), -1, dtype=np.int32)
        warehouse, asked = np.array(self.stocks, np.intp).reshape(-1, 2).T
        table[warehouse, asked] = np.arange(len(self.stocks))
        return np.asarray(table[np.asarray(self.serving, dtype=np.intp)[region], product])

    def warehouse_of(self, stock: NDArray[np.int32]) -> NDArray[np.int16] | SparseColumn[NDArray[np.int16]]:
        """Return the warehouse code of each line's stock, looked up only for the lines that are read."""
        site = np.array([warehouse for warehouse, _ in self.stocks], dtype=np.int16)
        if np.all(site == site[:1]):
            return np.broadcast_to(site[:1], len(stock))
        return SparseColumn(lambda rows: site[stock[rows]], np.empty(0, np.intp), np.empty(0, np.int16))


def _numbered(names: Iterable[str]) -> dict[str, int]:
    return {name: number for number, name in enumerate(dict.fromkeys(names))}


def regions_of(source: Section, rows: OrderRows | None) -> tuple[str, ...]:
    """Return the regions with orders of an entry of ``demand``.

    Args:
        source: the entry.
        rows: rows of its order file; ``None`` for random demand, or to ignore a column of regions.
    """
    if rows is not None and rows.region is not None:
        return rows.region.names
    if isinstance(source, Demand) and source.regions is not None:
        return tuple(source.regions)
    assert isinstance(source, Demand | History)
    return (source.region or ANYWHERE,)


def _regions(scenario: Scenario, files: Mapping[int, OrderRows]) -> Iterator[str]:
    """Yield the regions of warehouses, of demand, and of lines that wait at the start, with repetitions."""
    for site in scenario.warehouses.values():
        yield from site.serves or ()
    for place, source in enumerate(scenario.demand):
        yield from regions_of(source, files.get(place))
    for line in _waiting(scenario):
        yield region_of(scenario, line)


def _waiting(scenario: Scenario) -> tuple[OpeningLine, ...]:
    """Return the lines that wait at the start."""
    return () if scenario.opening is None else scenario.opening.waiting


def region_of(scenario: Scenario, line: OpeningLine) -> str:
    """Return the region of a line that waits at the start: its own, else the first with demand."""
    return line.region or scenario.first_region


def in_depots(scenario: Scenario) -> list[tuple[str, str]]:
    """Return (warehouse, product) for each warehouse without regions, and each product that it holds.

    It holds what a lane brings there, and, if it supplies others, what suppliers without lanes deliver.
    """
    depots = [name for name, site in scenario.warehouses.items() if site.serves == ()]
    senders, supplying, found = scenario.senders(), scenario.depots, []
    for warehouse in depots:
        if warehouse in supplying or warehouse in senders:
            sources = StockSources(scenario)
            found += [
                (warehouse, product)
                for product, names in sources.suppliers.items()
                if sources.reaches(names, warehouse) and scenario.products[product].stocked(product)
            ]
        else:
            found += [
                (warehouse, product)
                for name, supplier in scenario.suppliers.items()
                if scenario.lane_between(name, warehouse) is not None
                for product in supplier.products or scenario.products
                if scenario.products[product].stocked(product)
            ]
    return found


def _behind(
    scenario: Scenario, asked: Iterable[int], warehouses: Mapping[str, int], products: Mapping[str, int]
) -> set[int]:
    """Return the stocks, as in `Codes.of`, of the warehouses that supply these stocks, and those that supply them."""
    found: set[int] = set()
    if not scenario.senders():
        return found
    sources, sites, names = StockSources(scenario), list(warehouses), list(products)
    todo = list(asked)
    while todo:
        site, product = divmod(todo.pop(), len(products))
        for source in sources.of(sites[site], names[product]):
            if source.internal:
                stock = warehouses[source.supplier] * len(products) + product
                if stock not in found:
                    found.add(stock)
                    todo.append(stock)
    return found


def _asked(scenario: Scenario, files: Mapping[int, OrderRows]) -> Iterator[tuple[str, Iterable[str]]]:
    """Yield each region of each entry of ``demand``, and of each line that waits at the start, with its products."""
    for line in _waiting(scenario):
        yield region_of(scenario, line), (line.product,)
    for place, source in enumerate(scenario.demand):
        rows = files.get(place)
        regions = regions_of(source, rows)
        if isinstance(source, Demand):
            products = tuple(with_blanks(scenario.products, (*source.rates(), *source.also)))
            yield from ((region, products) for region in regions)
        elif rows is not None:
            # An order goes to one region, that of its first row.
            where = np.zeros(len(rows), dtype=np.int64)
            if rows.region is not None:
                where = rows.region.codes[rows.first][rows.order]
            asked = np.zeros((len(regions), len(rows.product.names)), np.bool_)
            asked[where, rows.product.codes] = True
            for region, flags in zip(regions, asked, strict=True):
                found = [rows.product.names[product] for product in np.flatnonzero(flags)]
                yield region, tuple(with_blanks(scenario.products, found))
