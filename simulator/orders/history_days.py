"""Days of order histories as each stock has met them: what levels are counted from, and drawn from."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.orders.codes import regions_of
from simulator.scenario.history import History
from simulator.scenario.order_files import OrderRows, read
from simulator.scenario.scenario import Scenario

Floats = NDArray[np.float64]
Moments = tuple[float, float]


@dataclass(frozen=True, eq=False)
class StockDays:
    """What histories that share their days ask from a stock.

    Attributes:
        stock: warehouse and product.
        time: days of each line from the midnight of the first day of them all.
        units: of each line.
        scale: how often each line comes, on average.
        length: days from the first order of them all to the last, or of a cycle.
    """

    stock: tuple[str, str]
    time: Floats
    units: Floats
    scale: Floats
    length: int

    @property
    def day(self) -> NDArray[np.intp]:
        """Day of each line, from 0."""
        return np.floor(self.time).astype(np.intp)

    @property
    def moments(self) -> Moments:
        """Mean and variance of the units of a day."""
        daily = np.bincount(self.day, self.units * self.scale, minlength=self.length).astype(np.float64)
        # A line that comes once more with chance f has f (1 - f) q² of variance.
        chance = self.scale % 1.0
        spread = float(np.sum(self.units**2 * chance * (1.0 - chance)))
        return float(daily.mean()), float(daily.var()) + spread / self.length


def days_of_stocks(scenario: Scenario) -> Iterator[StockDays]:
    """The days of each stock that histories ask from.

    Histories that are played once share their days; one that repeats has its own, so that a stock may occur again.
    """
    sources = list(scenario.histories())
    once = [history for history in sources if history.repeat is None]
    for group in [
        *([once] if once else []),
        *([history] for history in sources if history.repeat is not None),
    ]:
        yield from _of_group(scenario, group)


def counted_moments(scenario: Scenario) -> Iterator[tuple[tuple[str, str], Moments]]:
    """Mean and variance of the units of a day that histories ask from a stock, which may occur several times."""
    for days in days_of_stocks(scenario):
        yield days.stock, days.moments


def _of_group(scenario: Scenario, group: Sequence[History]) -> Iterator[StockDays]:
    files = [read(history) for history in group]
    time = np.concatenate([rows.placed(scenario.run.start) for rows in files])
    first = math.floor(time.min())
    time = time - first
    cycles = [math.ceil(history.repeat) for history in group if history.repeat is not None]
    length = max([math.floor(time.max()) + 1, *cycles])
    stock = np.concatenate([_stocks(*source, scenario) for source in zip(group, files, strict=True)])
    units = np.concatenate([rows.quantity for rows in files])
    scale = np.concatenate([np.full(len(rows), one.scale) for one, rows in zip(group, files, strict=True)])
    by_stock = np.argsort(stock, kind="stable")
    numbers, begins = np.unique(stock[by_stock], return_index=True)
    warehouses, names = list(scenario.warehouses), list(scenario.products)
    for number, own in zip(numbers.tolist(), np.split(by_stock, begins[1:]), strict=True):
        site, product = divmod(number, len(names))
        yield StockDays((warehouses[site], names[product]), time[own], units[own], scale[own], length)


def _stocks(history: History, rows: OrderRows, scenario: Scenario) -> NDArray[np.int64]:
    """Number of the stock that each row asks from: warehouse times products, plus product."""
    products = {name: number for number, name in enumerate(scenario.products)}
    warehouses = {name: number for number, name in enumerate(scenario.warehouses)}
    regions = regions_of(history, rows)
    serving = np.array([warehouses[scenario.warehouse_of(region) or ""] for region in regions], np.int64)
    region = np.zeros(len(rows.first), np.int64) if rows.region is None else rows.region.codes[rows.first]
    product = np.array([products[name] for name in rows.product.names], np.int64)[rows.product.codes]
    return serving[region][rows.order] * len(products) + product
