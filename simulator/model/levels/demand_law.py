"""Law of the demand of one stock: the streams of order lines that are drawn, and their compound Poisson law.

Peaks and seasons are left out, because levels are not sized anew for every day.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulator.laws.distributions import (
    Distribution,
    sample_in_bulk,
)
from simulator.model.levels.line_sizes import line_sizes
from simulator.orders.arrivals.arrival_times import ArrivalSpan, RateProfile, times_of_streams
from simulator.orders.arrivals.renewal_epochs import Epochs
from simulator.orders.random.streams import Streams
from simulator.scenario.made_to_order import made_from
from simulator.scenario.scenario import Scenario
from simulator.scenario.sections.demand import ANYWHERE, Arrivals, Demand
from simulator.values.arrays import Floats


class LineStream(NamedTuple):
    """Stream of order lines for one stock.

    Attributes:
        arrivals: arrival process of the orders.
        rate: orders per day before the split into streams; ``None`` if `arrivals` has an interval.
        share: part of the rate that belongs to this stream (see `RateProfile`).
        chance: probability that an order has this line.
        quantity: law of the units of a line.
        due: days from the order to the due date of the line.
    """

    arrivals: Arrivals
    rate: float | None
    share: float
    chance: float
    quantity: Distribution
    due: float

    @property
    def lines_per_day(self) -> float:
        """Mean number of lines per day."""
        interval = self.arrivals.interval
        orders = 1.0 / interval.mean if interval is not None else self.rate or 0.0
        return orders * self.share * self.chance


_NEGLIGIBLE: Final = 1e-12
"""Probability below which the size of a line is left out, relative to that of one unit."""
LineStreams = dict[tuple[str, str], list[LineStream]]
"""Streams of order lines, by (warehouse, product)."""


def line_streams(scenario: Scenario) -> LineStreams:
    """Collect the streams of order lines of each stock; order histories are left out."""
    found: LineStreams = {}
    made = made_from(scenario.products)
    for source in scenario.streams():
        shares = _shares(scenario, source)
        for product, rate in source.rates().items():
            for warehouse, share in shares:
                main = LineStream(source.arrivals, rate, share, 1.0, source.quantity, source.due)
                if not made and not source.also:  # nothing to divide
                    found.setdefault((warehouse, product), []).append(main)
                    continue
                asked = [(product, main)]
                asked += [
                    (other, main._replace(chance=chance, quantity=source.also_quantity))
                    for other, chance in source.also.items()
                ]
                for name, lines in asked:
                    for stock, part in made.get(name, ((name, 1.0),)):
                        own = lines if part == 1.0 else lines._replace(chance=lines.chance * part)
                        found.setdefault((warehouse, stock), []).append(own)
    return found


def _shares(scenario: Scenario, source: Demand) -> list[tuple[str, float]]:
    """Return (warehouse, share of the rate) of each independent stream of a product in an entry of demand."""
    found = []
    for of_segment in (source.segments or {"": 1.0}).values():
        for region, of_region in (source.regions or {source.region or ANYWHERE: 1.0}).items():
            warehouse = scenario.warehouse_of(region)
            assert warehouse is not None
            found.append((warehouse, of_segment * of_region))
    return found


def draw_lines(sources: Sequence[LineStream], days: float, streams: Streams) -> tuple[Floats, Floats, Floats]:
    """Draw the lines of these streams on ``[0, days)``, sorted by the time of their order.

    Returns:
        Time of the order (days), due date (days) and units: float64[lines] each.
    """
    parts = []
    for number, flow in enumerate(sources):
        name = f"demand/{number}"
        times = _times(flow, days, streams, name)
        units = sample_in_bulk(flow.quantity, streams.generator(f"{name}/quantity"), len(times))
        if not np.all(units > 0.0):
            some = np.flatnonzero(units > 0.0)
            times, units = times[some], units[some]
        parts.append((times, times + flow.due, units))
    if len(parts) == 1:
        return parts[0]
    placed, date, units = (np.concatenate(column) for column in zip(*parts, strict=True))
    sequence = np.argsort(placed, kind="stable")
    return placed[sequence], date[sequence], units[sequence]


def _times(flow: LineStream, days: float, streams: Streams, name: str) -> Floats:
    """Draw the times (days) on ``[0, days)`` of the orders with a line of this stream, sorted.

    All days are alike, so that the work is in proportion to the number of lines, however far apart they are.
    """
    arrivals, rate = flow.arrivals, flow.lines_per_day
    if arrivals.type == "renewal":
        whole = math.ceil(days)
        pace = RateProfile(name, flow.rate, flow.share, np.ones(whole))
        (times,) = times_of_streams(arrivals, [pace], ArrivalSpan(0, whole, days), streams)
        if flow.chance == 1.0:
            return times
        return times[streams.generator(f"{name}/chosen").random(len(times)) < flow.chance]
    rng = streams.generator(f"{name}/times")
    if arrivals.dispersion:
        return _dispersed(rate, arrivals.dispersion, days, rng)
    return Epochs(1.0).below(rate * days, rng.standard_exponential) / rate


def _dispersed(rate: float, dispersion: float, days: float, rng: np.random.Generator) -> Floats:
    """Draw times (days) of orders whose number per day is negative binomial, sorted.

    Each day has a Poisson number of clusters, whose sizes follow the logarithmic law (Johnson, Kemp & Kotz
    2005, Univariate Discrete Distributions, section 5.3).

    Args:
        rate: mean number of orders per day.
        dispersion: variance of the gamma factor of a day (see `Arrivals`).
        days: end of the time to draw, in days.
        rng: random generator.
    """
    odds = dispersion * rate
    clusters = math.log1p(odds) / dispersion  # per day
    day = np.floor(Epochs(1.0).below(clusters * math.ceil(days), rng.standard_exponential) / clusters)
    sizes = rng.logseries(odds / (1.0 + odds), len(day))
    times = np.repeat(day, sizes) + rng.random(int(sizes.sum()))
    times.sort()
    return times[: np.searchsorted(times, days)]


@dataclass(frozen=True)
class CompoundPoisson:
    """Compound Poisson process of demand in whole units.

    Attributes:
        rate: lines per day.
        sizes: probabilities that a line asks for 0 (never), 1, 2, ... units.
    """

    rate: float
    sizes: Floats

    @classmethod
    def alike(cls, mean: float, variance: float) -> CompoundPoisson:
        """Return the process with this mean and variance per day whose demand is negative binomial.

        The sizes of its lines follow the logarithmic law (Johnson, Kemp & Kotz 2005, Univariate Discrete
        Distributions, section 5.3). Demand with a variance up to its mean is taken as lines of one unit.
        """
        if variance <= mean:
            return cls(mean, np.array([0.0, 1.0]))
        odds = 1.0 - mean / variance
        units = np.arange(1.0, 2.0 + math.log(_NEGLIGIBLE) / math.log(odds))
        chances = odds**units / units
        sizes = np.append(0.0, chances / chances.sum())
        return cls(mean / float(sizes[1:] @ units), sizes)

    @property
    def mean(self) -> float:
        """Mean demand per day, in units."""
        return self.rate * float(self.sizes @ np.arange(len(self.sizes)))

    @property
    def variance(self) -> float:
        """Variance of the demand per day, in square units."""
        return self.rate * float(self.sizes @ np.arange(len(self.sizes)) ** 2)

    def over(self, days: Floats, chances: Floats, points: int) -> NDArray[np.complex128]:
        """Compute the discrete Fourier transform of the law of the demand over a random time L.

        It is E exp(rate · L · (sizes^ − 1))
        (Feller 1968, An Introduction to Probability Theory, section XII.2).

        Args:
            days: values of L, in days.
            chances: probabilities of these values.
            points: length of the transform.

        Returns:
            Half of the transform, as by `numpy.fft.rfft`: complex128[points // 2 + 1].
        """
        exponent = self.rate * (np.fft.rfft(self.sizes, points) - 1.0)
        result = np.zeros(len(exponent), np.complex128)
        for length, chance in zip(days.tolist(), chances.tolist(), strict=True):
            result += chance * np.exp(exponent * length)
        return result


@dataclass(frozen=True)
class LineLaw:
    """Law of the lines of a stock in the long run.

    Attributes:
        rate: lines per day.
        sizes: probabilities that a line asks for 0 (never), 1, 2, ... units.
        mean: mean demand per day, in units.
        variance: variance of the demand per day, in square units.
        third: third cumulant of the demand per day, in cubic units.
    """

    rate: float
    sizes: Floats
    mean: float
    variance: float
    third: float

    @property
    def unit_mean(self) -> float:
        """Mean units of a line."""
        return float(self.sizes @ np.arange(len(self.sizes)))

    @property
    def line_noise(self) -> float:
        """Mean size of the line that a random unit belongs to, E X² / E X; 1 if every line has one unit."""
        return float(self.sizes @ np.arange(len(self.sizes)) ** 2) / self.unit_mean


def line_law(sources: Sequence[LineStream]) -> LineLaw | None:
    """Compute the law of the lines of these streams in the long run.

    Returns:
        ``None`` if a line is due later than its order, if the law of its units has no table (see
        `line_sizes`), or if there is no demand.
    """
    if any(flow.due > 0.0 for flow in sources):
        return None
    poisson = Arrivals()
    alike = compound_poisson(
        [flow._replace(arrivals=poisson, rate=flow.lines_per_day, share=1.0, chance=1.0) for flow in sources]
    )
    if alike is None:
        return None
    more = sum(map(daily_variance, sources)), sum(map(_third, sources))
    return LineLaw(alike.rate, alike.sizes, alike.mean, *more)


def daily_variance(flow: LineStream) -> float:
    """Compute the variance of a stream's demand per day in the long run, in square units."""
    mean = flow.quantity.mean
    return flow.lines_per_day * flow.quantity.variance + _variance_of_lines(flow) * mean**2


def _variance_of_lines(flow: LineStream) -> float:
    """Compute the variance of the number of lines per day in the long run."""
    lines, arrivals = flow.lines_per_day, flow.arrivals
    orders, extra = lines / flow.chance, 0.0  # extra: variance of the orders beyond Poisson
    if arrivals.dispersion is not None:
        extra = arrivals.dispersion * orders**2
    elif arrivals.cv is not None:
        extra = orders * (arrivals.cv**2 - 1.0)
    elif arrivals.interval is not None:
        extra = orders * (arrivals.interval.variance / arrivals.interval.mean**2 - 1.0)
    return lines + extra * flow.chance**2


def _third(flow: LineStream) -> float:
    """Compute the third cumulant of a stream's demand per day in the long run, for lines of whole units.

    The third cumulant of the number of lines is exact for negative binomial days and for gaps with a gamma
    law, which includes Poisson arrivals.
    """
    lines, spread, mean = flow.lines_per_day, _variance_of_lines(flow), flow.quantity.mean
    if lines == 0.0:
        return 0.0
    extra = spread - lines
    number = lines + 3.0 * extra + 2.0 * extra**2 / lines if flow.arrivals.dispersion else spread**2 / lines
    table = line_sizes(flow.quantity)
    assert table is not None
    of_line = float(table @ (np.arange(len(table)) - mean) ** 3)
    return number * mean**3 + 3.0 * spread * mean * flow.quantity.variance + lines * of_line


def compound_poisson(sources: Sequence[LineStream]) -> CompoundPoisson | None:
    """Join the lines of these streams into one compound Poisson process.

    Returns:
        ``None`` if arrivals are not Poisson, if a line is due later than its order, if the law of its units
        has no table (see `line_sizes`), or if there is no demand.
    """
    rates, tables = [], []
    for flow in sources:
        plain = flow.arrivals.type == "poisson" and flow.due == 0.0
        table = line_sizes(flow.quantity) if plain else None
        if table is None:
            return None
        rates.append(flow.lines_per_day * (1.0 - table[0]))
        tables.append(table)
    total = sum(rates)
    if total <= 0.0:
        return None
    joint = np.zeros(max(map(len, tables)))
    for rate, table in zip(rates, tables, strict=True):
        joint[1 : len(table)] += rate / total * table[1:] / (1.0 - table[0])
    return CompoundPoisson(total, joint)
