"""Moments of the demand of each stock, from which policies derive their levels.

The demand of a warehouse that supplies others is that of its own customers and of theirs, as if they ordered what they
are asked for. Peaks and surges are left out, because nobody knows them beforehand.
"""

from __future__ import annotations

from functools import cache

from simulator.laws.distributions import Distribution
from simulator.orders.daily_demand import counted_moments
from simulator.orders.order_book import OrderBook
from simulator.scenario.made_to_order import made_from
from simulator.scenario.network.echelons import echelons
from simulator.scenario.scenario import Scenario
from simulator.scenario.sections.demand import ANYWHERE, Demand
from simulator.scenario.sources import StockSources

Moments = dict[tuple[str, str], tuple[float, float]]
"""Mean (units) and variance (square units) of the demand per day, by (warehouse, product)."""


def demand_moments(scenario: Scenario, book: OrderBook | None) -> Moments:
    """Compute the moments of the daily demand of each stock, of all that it supplies included.

    They are exact for streams, and counted for order histories.

    Args:
        scenario: scenario with the demand.
        book: order book, for its list of stocks; needed only if order histories take part.
    """
    moments = customer_moments(scenario, book)
    pass_on(scenario, moments)
    return moments


def customer_moments(scenario: Scenario, book: OrderBook | None) -> Moments:
    """Compute the moments of the daily demand that customers have of each stock; see `demand_moments`."""
    moments: Moments = {}
    if any(True for _ in scenario.histories()):
        assert book is not None
        moments = _counted(scenario, book)
    else:
        for source in scenario.streams():
            _add_entry(moments, source, scenario)
    return moments


def pass_on(scenario: Scenario, moments: Moments) -> None:
    """Add the demand of each stock to that of the stocks that supply it; with several sources, in full to each."""
    senders = scenario.senders()
    if not senders:
        return
    sources, names = StockSources(scenario), tuple(scenario.warehouses)
    echelon = echelons(senders, names)
    for warehouse in sorted(senders, key=echelon.__getitem__):  # those nearest to the customers first
        for product in scenario.products:
            asked = moments.get((warehouse, product))
            if asked is not None:
                found = sources.of(warehouse, product)
                for sender in dict.fromkeys(one.supplier for one in found if one.internal):
                    _add(moments, (sender, product), asked)


def _add_entry(moments: Moments, source: Demand, scenario: Scenario) -> None:
    """Add the demand of one entry to the moments.

    Args:
        moments: moments to change.
        source: entry of demand.
        scenario: scenario that the entry belongs to.
    """
    streams, made = _streams(scenario, source), made_from(scenario.products)
    mean_square, further = _mean_square(source.quantity), source.also_quantity
    further_square = _mean_square(further)

    @cache
    def parts(rate: float | None) -> list[tuple[str, float, tuple[float, float]]]:
        """Return warehouse, orders per day and moments of each stream of a product ordered at this rate."""
        asked = [(warehouse, _orders_a_day(source, rate) * share) for warehouse, share in streams]
        return [(warehouse, orders, _units_a_day(source, orders)) for warehouse, orders in asked]

    for product, rate in source.rates().items():
        for warehouse, orders, units in parts(rate):
            if product in made:
                for stock, part in made[product]:
                    _add(moments, (warehouse, stock), _thinned(units, orders * mean_square, part))
            else:
                _add(moments, (warehouse, product), units)
            for other, chance in source.also.items():
                for stock, part in made.get(other, ((other, 1.0),)):
                    bought = orders * chance * part
                    _add(moments, (warehouse, stock), (bought * further.mean, bought * further_square))


def _mean_square(quantity: Distribution) -> float:
    return quantity.variance + quantity.mean**2


def _thinned(units: tuple[float, float], squares: float, part: float) -> tuple[float, float]:
    """Return mean and variance of a random sum after each term is kept with the chance ``part``.

    By the law of total variance, part² var + (part - part²) E[N] E[X²].

    Args:
        units: mean and variance of the whole sum.
        squares: mean number of terms times the mean square of a term, E[N] E[X²].
        part: chance.
    """
    mean, variance = units
    return mean * part, variance * part**2 + squares * (part - part**2)


def _streams(scenario: Scenario, source: Demand) -> list[tuple[str, float]]:
    """Return (warehouse, share of the rate) of each independent stream of a product in an entry of demand."""
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
    """Compute mean and variance of the units per day, a random sum: E[N] E[X], E[N] var(X) + var(N) E[X]²."""
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
    """Compute the moments over all days of the order histories, from the first to the last.

    It does not matter which part of these days the run plays. The exact moments of streams are added.
    """
    moments = {
        (book.warehouses[warehouse], book.products[product]): (0.0, 0.0) for warehouse, product in book.stocks
    }
    for source in scenario.streams():
        _add_entry(moments, source, scenario)
    for stock, counted in counted_moments(scenario):
        _add(moments, stock, counted)
    return moments
