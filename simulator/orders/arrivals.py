"""When the orders of one stream are placed."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulator.orders.epochs import epochs
from simulator.orders.operational_time import OperationalTime
from simulator.orders.poisson import poisson_times
from simulator.orders.streams import Streams
from simulator.scenario.customers import Arrivals


class Pace(NamedTuple):
    """How fast the orders of one stream come: ``share`` of ``rate`` orders a day, times ``factors`` (one a day)."""

    name: str
    rate: float | None
    share: float
    factors: NDArray[np.float64]


def arrival_times(
    arrivals: Arrivals,
    rate: float | None,
    factors: NDArray[np.float64],
    end: float,
    *,
    share: float = 1.0,
    streams: Streams,
    name: str,
) -> NDArray[np.float64]:
    """Times of the orders of one stream on ``[0, end)``, in days, sorted, float64 of shape (orders,).

    The stream gets ``share`` of ``rate`` orders a day (of one order an ``interval`` where that takes the
    rate's place), times ``factors``, one for each day until ``end``. A later ``end`` only appends.
    Draws from the streams ``name/times`` and, for negative binomial arrivals, ``name/days``.
    """
    return times_of_streams(arrivals, [Pace(name, rate, share, factors)], end, streams)[0]


def times_of_streams(
    arrivals: Arrivals, paces: Sequence[Pace], end: float, streams: Streams
) -> list[NDArray[np.float64]]:
    """Times of the orders of each stream, as `arrival_times` gives them."""
    times: Iterable[NDArray[np.float64]]
    if arrivals.type == "renewal":
        times = _renewals(arrivals, paces, streams)
    elif arrivals.dispersion:
        times = _negative_binomial(arrivals.dispersion, paces, streams)
    else:
        times = _poisson(paces, streams)
    return [
        found if len(found) == 0 or found[-1] < end else found[: np.searchsorted(found, end)]
        for found in times
    ]


def _poisson(paces: Sequence[Pace], streams: Streams) -> list[NDArray[np.float64]]:
    """Streams with the same profiles are drawn together."""
    alike: dict[int, list[int]] = {}
    for number, pace in enumerate(paces):
        alike.setdefault(id(pace.factors), []).append(number)
    times: list[NDArray[np.float64]] = [np.empty(0)] * len(paces)
    for numbers in alike.values():
        rates = np.array([_speed(paces[k]) for k in numbers])
        names = [f"{paces[k].name}/times" for k in numbers]
        found = poisson_times(rates, paces[numbers[0]].factors, names, streams)
        for k, own in zip(numbers, found, strict=True):
            times[k] = own
    return times


def _speed(pace: Pace) -> float:
    assert pace.rate is not None
    return pace.rate * pace.share


def _negative_binomial(
    dispersion: float, paces: Sequence[Pace], streams: Streams
) -> Iterator[NDArray[np.float64]]:
    """Poisson streams whose days are faster or slower by chance."""
    days = streams.generators([f"{pace.name}/days" for pace in paces])
    generators = streams.generators([f"{pace.name}/times" for pace in paces])
    for pace in paces:
        factors = _speed(pace) * pace.factors
        clock = OperationalTime.running(factors * _day_factors(dispersion, len(factors), next(days)))
        gaps = next(generators).standard_exponential
        yield clock.calendar(epochs(gaps, 1.0, 0.0, clock.total))


def _day_factors(dispersion: float, days: int, generator: np.random.Generator) -> NDArray[np.float64]:
    """Gamma factors of mean 1; Poisson counts mixed by them have a negative binomial distribution."""
    return generator.gamma(1.0 / dispersion, dispersion, days)


def _renewals(arrivals: Arrivals, paces: Sequence[Pace], streams: Streams) -> Iterator[NDArray[np.float64]]:
    clocks: dict[int, OperationalTime] = {}
    for pace, generator in zip(
        paces, streams.generators([f"{pace.name}/times" for pace in paces]), strict=True
    ):
        if id(pace.factors) not in clocks:
            clocks[id(pace.factors)] = OperationalTime.running(pace.factors)
        yield _renewal(arrivals, pace.rate, pace.share, clocks[id(pace.factors)], generator)


def _renewal(
    arrivals: Arrivals,
    rate: float | None,
    share: float,
    clock: OperationalTime,
    generator: np.random.Generator,
) -> NDArray[np.float64]:
    """Independent gaps on the clock of the profile; the first order at ``first`` or after one gap."""
    days = len(clock.speed)
    if share == 0.0 or rate == 0.0 or (arrivals.first is not None and arrivals.first >= days):
        return np.empty(0)
    start = 0.0 if arrivals.first is None else clock.reading(arrivals.first)
    constant = _constant_gap(arrivals, rate, share)
    if constant is not None:
        # Multiplied, not added up: ten gaps of 0.1 days end at day 1 exactly.
        count = math.ceil((clock.total - start) / constant) + 1
        readings = start + constant * np.arange(count, dtype=np.float64)
    else:
        gaps = _gaps(arrivals, rate, share, generator)
        mean = (arrivals.interval.mean if arrivals.interval else 1.0 / (rate or math.nan)) / share
        readings = np.concatenate(([start], epochs(gaps, mean, start, clock.total)))
    readings = readings[: np.searchsorted(readings, clock.total)]
    return clock.calendar(readings if arrivals.first is not None else readings[1:])


def _constant_gap(arrivals: Arrivals, rate: float | None, share: float) -> float | None:
    """The gap if all gaps are the same."""
    if arrivals.interval is not None:
        return arrivals.interval.mean / share if arrivals.interval.variance == 0.0 else None
    assert rate is not None
    return 1.0 / (rate * share) if arrivals.cv == 0.0 else None


def _gaps(
    arrivals: Arrivals, rate: float | None, share: float, generator: np.random.Generator
) -> Callable[[int], NDArray[np.float64]]:
    """A source of independent gaps, in operational days."""
    interval = arrivals.interval
    if interval is not None:
        return lambda n: interval.sample(generator, n) / share
    assert rate is not None
    assert arrivals.cv is not None
    square = arrivals.cv * arrivals.cv
    return lambda n: generator.gamma(1.0 / square, square / (rate * share), n)
