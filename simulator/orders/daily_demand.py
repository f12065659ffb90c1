"""Recorded daily demand of each stock in order histories, used to size stock levels."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.orders.codes import regions_of
from simulator.scenario.histories.order_files import OrderRows, read_history
from simulator.scenario.made_to_order import drawn_on
from simulator.scenario.scenario import Scenario
from simulator.scenario.sections.order_history import History
from simulator.values.arrays import Floats

Moments = tuple[float, float]
"""Mean and variance."""


@dataclass(frozen=True, eq=False)
class StockDays:
    """Recorded demand of a stock, over the common days of one or several histories.

    Attributes:
        stock: names of warehouse and product.
        time: time of each line, in days from the midnight before the first order of these histories:
            float64[lines].
        units: units of each line: float64[lines].
        scale: mean number of copies of each line, less those that are made to order: float64[lines].
        length: days from the first order of these histories to the last; at least a cycle if they repeat.
    """

    stock: tuple[str, str]
    time: Floats
    units: Floats
    scale: Floats
    length: int

    @property
    def day(self) -> NDArray[np.intp]:
        """Day number of each line, from 0."""
        return np.floor(self.time).astype(np.intp)

    @property
    def moments(self) -> Moments:
        """Mean and variance of the units per day."""
        daily = np.bincount(self.day, self.units * self.scale, minlength=self.length).astype(np.float64)
        # a line of q units that is copied once more with probability f adds the variance f (1 - f) q²
        chance = self.scale % 1.0
        spread = float(np.sum(self.units**2 * chance * (1.0 - chance)))
        return float(daily.mean()), float(daily.var()) + spread / self.length


def days_of_stocks(scenario: Scenario) -> Iterator[StockDays]:
    """Collect the recorded demand of each stock with demand from histories.

    Histories played once are counted together, over the days of them all. Each history that repeats is
    counted by itself. A stock may therefore occur several times.
    """
    sources = list(scenario.histories())
    once = [history for history in sources if history.repeat is None]
    for group in [
        *([once] if once else []),
        *([history] for history in sources if history.repeat is not None),
    ]:
        yield from _of_group(scenario, group)


def counted_moments(scenario: Scenario) -> Iterator[tuple[tuple[str, str], Moments]]:
    """Yield each stock of `days_of_stocks` with mean and variance of its units per day."""
    for days in days_of_stocks(scenario):
        yield days.stock, days.moments


def _of_group(scenario: Scenario, group: Sequence[History]) -> Iterator[StockDays]:
    """Yield the recorded demand of each stock in histories that share their days."""
    files = [read_history(history) for history in group]
    time = np.concatenate([rows.placed(scenario.run.start) for rows in files])
    first = math.floor(time.min())
    time = time - first
    cycles = [math.ceil(history.repeat) for history in group if history.repeat is not None]
    length = max([math.floor(time.max()) + 1, *cycles])
    asked = np.concatenate([_stocks(*source, scenario) for source in zip(group, files, strict=True)])
    units = np.concatenate([rows.quantity for rows in files])
    scale = np.concatenate([np.full(len(rows), one.scale) for one, rows in zip(group, files, strict=True)])
    line, stock, part = _drawn_on(asked, scenario)
    by_stock = np.argsort(stock, kind="stable")
    numbers, begins = np.unique(stock[by_stock], return_index=True)
    warehouses, names = list(scenario.warehouses), list(scenario.products)
    for number, own in zip(numbers.tolist(), np.split(by_stock, begins)[1:], strict=True):
        site, product = divmod(number, len(names))
        rows, place = line[own], (warehouses[site], names[product])
        yield StockDays(place, time[rows], units[rows], scale[rows] * part[own], length)


def _drawn_on(
    asked: NDArray[np.int64], scenario: Scenario
) -> tuple[NDArray[np.intp], NDArray[np.int64], Floats]:
    """Divide the lines among the stocks that they take units from.

    Args:
        asked: number of the stock where each line is asked for, as from `_stocks`.
        scenario: the scenario.

    Returns:
        Line, stock and share of the line of each part: [parts] each.
    """
    lines, names = np.arange(len(asked)), list(scenario.products)
    if not scenario.workshops:
        return lines, asked, np.ones(len(asked))
    site, product = np.divmod(asked, len(names))
    parts = [(lines[:0], asked[:0], np.zeros(0))]  # for lines that take no units from any stock
    for number, (name, one) in enumerate(scenario.products.items()):
        own = lines[product == number]
        for stock, share in drawn_on(name, one.made):
            parts.append((own, site[own] * len(names) + names.index(stock), np.full(len(own), share)))
    line, stock_of, share_of = (np.concatenate(column) for column in zip(*parts, strict=True))
    return line, stock_of, share_of


def _stocks(history: History, rows: OrderRows, scenario: Scenario) -> NDArray[np.int64]:
    """Number the stock of each row as warehouse * number of products + product: int64[rows]."""
    products = {name: number for number, name in enumerate(scenario.products)}
    warehouses = {name: number for number, name in enumerate(scenario.warehouses)}
    regions = regions_of(history, rows)
    serving = np.array([warehouses[scenario.warehouse_of(region) or ""] for region in regions], np.int64)
    region = np.zeros(len(rows.first), np.int64) if rows.region is None else rows.region.codes[rows.first]
    product = np.array([products[name] for name in rows.product.names], np.int64)[rows.product.codes]
    return serving[region][rows.order] * len(products) + product
