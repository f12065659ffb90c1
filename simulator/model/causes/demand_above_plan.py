"""Demand above plan: units ordered beyond the base rate, and the part of each profile and of chance in them."""

from __future__ import annotations

import math
from collections import Counter
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.orders.arrivals.daily_factors import daily_factors
from simulator.orders.backorder_cause import BackorderCause
from simulator.orders.order_book import OrderBook
from simulator.orders.random_demand import OrderStream, order_streams
from simulator.scenario.made_to_order import drawn_on
from simulator.scenario.scenario import Scenario
from simulator.scenario.sections.demand_profiles import Peak, Profile, Surge, Weekly, Yearly
from simulator.values.arrays import Floats

_KINDS: Final[tuple[tuple[BackorderCause, tuple[type[Profile], ...]], ...]] = (
    (BackorderCause.SEASONS, (Weekly, Yearly)),
    (BackorderCause.PEAKS, (Peak,)),
    (BackorderCause.SURGES, (Surge,)),
)
"""Profiles of each cause, in the sequence in which they are multiplied."""

Signature = tuple[tuple[bool, ...], float]
"""Profiles that concern a stream, True for each of the scenario that does, and days from the order to its due time."""


class ProfiledDemand:
    """Units that the profiles of a scenario are expected to add to the base rate of each stock."""

    def __init__(self, scenario: Scenario, book: OrderBook) -> None:
        """Collect the mean units a day of each stock under each combination of profiles.

        Args:
            scenario: with the demand.
            book: order book, for its list of stocks.
        """
        self._days = math.ceil(scenario.run.end)
        self._start = scenario.run.start
        self._profiles = scenario.profiles
        self._products = scenario.products
        self._rates: dict[Signature, Floats] = {}
        self._places: dict[Signature, tuple[str, str, str]] = {}
        numbers = {
            (book.warehouses[site], book.products[product]): k
            for k, (site, product) in enumerate(book.stocks)
        }
        seen: Counter[str] = Counter()
        for source in scenario.streams():
            for stream in order_streams(source, scenario, seen):
                self._add(stream, numbers, scenario.warehouse_of(stream.region))

    def _add(self, stream: OrderStream, numbers: dict[tuple[str, str], int], warehouse: str | None) -> None:
        """Add the mean units a day of a stream, and of what is ordered with it."""
        demand, place = stream.demand, (stream.product, stream.segment, stream.region)
        signature = tuple(profile.concerns(*place) for profile in self._profiles), demand.due
        if warehouse is None or not any(signature[0]):
            return
        rates = self._rates.setdefault(signature, np.zeros(len(numbers)))
        self._places.setdefault(signature, place)
        interval = demand.arrivals.interval
        orders = 1.0 / interval.mean if interval is not None else (stream.rate or 0.0)
        orders *= stream.share
        asked = [(stream.product, orders * demand.quantity.mean)]
        asked += [
            (product, orders * chance * demand.also_quantity.mean) for product, chance in demand.also.items()
        ]
        for product, units in asked:
            for stock, part in drawn_on(product, self._products[product].made):
                rates[numbers[warehouse, stock]] += units * part

    def added(self, stock: NDArray[np.intp], begin: Floats, end: Floats) -> dict[BackorderCause, Floats]:
        """Compute the units expected on [begin, end) beyond the base rate, by cause: float64[stretches] each.

        Args:
            stock: number of the stock of each stretch of time.
            begin: of the stretch, days.
            end: of the stretch, days.
        """
        result = {cause: np.zeros(len(stock)) for cause, _ in _KINDS}
        nodes = np.arange(self._days + 1.0)
        for signature, rates in self._rates.items():
            due = signature[1]
            for cause, total in self._running(signature).items():
                units = np.interp(end - due, nodes, total) - np.interp(begin - due, nodes, total)
                result[cause] += rates[stock] * units
        return result

    def _running(self, signature: Signature) -> dict[BackorderCause, Floats]:
        """Compute the days at the base rate that are added up to each day, by cause: float64[days + 1] each."""
        found: dict[BackorderCause, Floats] = {}
        applied: list[Profile] = []
        before = np.ones(self._days)
        for cause, kinds in _KINDS:
            applied += [profile for profile in self._profiles if isinstance(profile, kinds)]
            after = daily_factors(applied, *self._places[signature], start=self._start, days=self._days)
            found[cause] = np.append(0.0, np.cumsum(after - before))
            before = after
        return found
