"""Moments of the demand of each stock, for policies that size themselves.

Peaks and surges are left out: nobody knows them beforehand.
"""

from __future__ import annotations

from functools import cache

from simulator.orders.daily_demand import counted_moments
from simulator.orders.order_book import OrderBook
from simulator.scenario.scenario import ANYWHERE, Scenario
from simulator.scenario.sections.demand import Demand

Moments = dict[tuple[str, str], tuple[float, float]]
"""(warehouse, product) -> mean and variance of the units demanded a day."""


def demand_moments(scenario: Scenario, book: OrderBook | None) -> Moments:
    """Moments of daily demand of every stock: exact for streams, counted where order histories take part.

    Only then the book is needed.
    """
    if any(True for _ in scenario.histories()):
        assert book is not None
        return _counted(scenario, book)
    moments: Moments = {}
    for source in scenario.streams():
        _add_entry(moments, source, _streams(scenario, source))
    return moments


def _add_entry(moments: Moments, source: Demand, streams: list[tuple[str, float]]) -> None:
    """Add what an entry of demand brings, in these streams of each of its products."""
    further = source.also_quantity
    mean_square = further.variance + further.mean**2

    @cache
    def parts(rate: float | None) -> list[tuple[str, float, tuple[float, float]]]:
        """Warehouse, orders a day and moments of each stream of a product that is ordered at this rate."""
        asked = [(warehouse, _orders_a_day(source, rate) * share) for warehouse, share in streams]
        return [(warehouse, orders, _units_a_day(source, orders)) for warehouse, orders in asked]

    for product, rate in source.rates().items():
        for warehouse, orders, units in parts(rate):
            _add(moments, (warehouse, product), units)
            for other, chance in source.also.items():
                bought = orders * chance
                _add(moments, (warehouse, other), (bought * further.mean, bought * mean_square))


def _streams(scenario: Scenario, source: Demand) -> list[tuple[str, float]]:
    """The streams of each product of an entry, independent of each other: (warehouse, share of the rate)."""
    segments = (source.segments or {"": 1.0}).values()
    regions = (source.regions or {source.region or ANYWHERE: 1.0}).items()
    found = []
    for of_segment in segments:
        for region, of_region in regions:
            warehouse = scenario.warehouse_of(region)
            assert warehouse is not None
            found.append((warehouse, of_segment * of_region))
    return found


def _orders_a_day(source: Demand, rate: float | None) -> float:
    interval = source.arrivals.interval
    if interval is not None:
        return 1.0 / interval.mean
    assert rate is not None
    return rate


def _units_a_day(source: Demand, orders: float) -> tuple[float, float]:
    """Mean and variance of a random sum: E[N] E[X] and E[N] var(X) + var(N) E[X]²."""
    size, arrivals = source.quantity, source.arrivals
    variance = orders  # Poisson
    if arrivals.dispersion is not None:
        variance = orders + arrivals.dispersion * orders**2
    elif arrivals.cv is not None:
        variance = orders * arrivals.cv**2  # renewal theory: var(N) / t -> rate * cv²
    elif arrivals.interval is not None:
        variance = orders * arrivals.interval.variance / arrivals.interval.mean**2
    return orders * size.mean, orders * size.variance + variance * size.mean**2


def _add(moments: Moments, stock: tuple[str, str], more: tuple[float, float]) -> None:
    mean, variance = moments.get(stock, (0.0, 0.0))
    moments[stock] = (mean + more[0], variance + more[1])


def _counted(scenario: Scenario, book: OrderBook) -> Moments:
    """Mean and variance of the units of each day that the histories cover, from their first to their last.

    Which part of them the run plays does not matter. What is drawn beside them is added, exactly.
    """
    moments = {
        (book.warehouses[warehouse], book.products[product]): (0.0, 0.0) for warehouse, product in book.stocks
    }
    for source in scenario.streams():
        _add_entry(moments, source, _streams(scenario, source))
    for stock, counted in counted_moments(scenario):
        _add(moments, stock, counted)
    return moments
