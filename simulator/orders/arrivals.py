"""When the orders of one stream are placed."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.orders.streams import Streams
from simulator.scenario.customers import Arrivals

_FIRST_CHUNK, _LARGEST_CHUNK = 64, 65_536
_IN_CACHE = 32_768
"""Numbers that are worked on at once, so that they stay in the processor's cache from step to step."""


@dataclass(frozen=True, slots=True)
class OperationalTime:
    """A clock that runs at ``speed[d]`` on calendar day d.

    A process that is stationary on this clock follows the profile on the calendar: unit-rate Poisson arrivals
    become Poisson arrivals of rate ``speed`` (the time change of Çınlar 1975, Introduction to Stochastic
    Processes, chapter 4). ``elapsed`` is its reading at each midnight, float64 of shape (days + 1,).
    """

    speed: NDArray[np.float64]
    elapsed: NDArray[np.float64]

    @classmethod
    def running(cls, speed: NDArray[np.float64]) -> OperationalTime:
        """The clock with this speed on each day, at 0 on day 0."""
        return cls(speed, np.concatenate(([0.0], np.cumsum(speed))))

    @property
    def total(self) -> float:
        """Reading at the end of the last day."""
        return float(self.elapsed[-1])

    def reading(self, time: float) -> float:
        """Reading of the clock at a calendar time within its days."""
        day = min(int(time), len(self.speed) - 1)
        return float(self.elapsed[day] + (time - day) * self.speed[day])

    def calendar(self, readings: NDArray[np.float64]) -> NDArray[np.float64]:
        """Calendar times, in days, of readings below ``total`` that do not fall; they take the readings' place."""
        steady = len(self.speed) > 0 and bool(np.all(self.speed == self.speed[0]))
        for begin in range(0, len(readings), _IN_CACHE):
            part = readings[begin : begin + _IN_CACHE]
            # From the left: of several midnights with one reading, the last ends the days without demand.
            of_day = np.diff(np.searchsorted(part, self.elapsed))
            part -= np.repeat(self.elapsed[:-1], of_day)
            part /= self.speed[0] if steady else np.repeat(self.speed, of_day)
            np.minimum(part, 1.0, out=part)
            part += np.repeat(np.arange(len(self.speed), dtype=np.float64), of_day)
        return readings


@dataclass(frozen=True, slots=True)
class Pace:
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
    times: list[NDArray[np.float64]] = []
    clocks = _clocks(arrivals, paces, streams)
    generators = streams.generators([f"{pace.name}/times" for pace in paces])
    for pace, clock, generator in zip(paces, clocks, generators, strict=True):
        if arrivals.type == "renewal":
            found = _renewal(arrivals, pace.rate, pace.share, clock, generator)
        else:
            found = clock.calendar(_epochs(generator.standard_exponential, 1.0, 0.0, clock.total))
        times.append(found if len(found) == 0 or found[-1] < end else found[: np.searchsorted(found, end)])
    return times


def _clocks(arrivals: Arrivals, paces: Sequence[Pace], streams: Streams) -> Iterator[OperationalTime]:
    """The clock of each stream; streams that run at one pace share it."""
    days: Iterator[np.random.Generator] | None = None
    dispersion = 0.0 if arrivals.type == "renewal" else arrivals.dispersion or 0.0
    if dispersion:
        days = streams.generators([f"{pace.name}/days" for pace in paces])
    known: dict[tuple[float, int], OperationalTime] = {}
    for pace in paces:
        if arrivals.type == "renewal":
            speed = 1.0
        else:
            assert pace.rate is not None
            speed = pace.rate * pace.share
        if days is not None:
            factors = speed * pace.factors
            yield OperationalTime.running(factors * _day_factors(dispersion, len(factors), next(days)))
            continue
        key = speed, id(pace.factors)
        if key not in known:
            factors = pace.factors if arrivals.type == "renewal" else speed * pace.factors
            known[key] = OperationalTime.running(factors)
        yield known[key]


def _day_factors(dispersion: float, days: int, generator: np.random.Generator) -> NDArray[np.float64]:
    """Gamma factors of mean 1; Poisson counts mixed by them have a negative binomial distribution."""
    return generator.gamma(1.0 / dispersion, dispersion, days)


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
        readings = np.concatenate(([start], _epochs(gaps, mean, start, clock.total)))
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


def _epochs(
    gaps: Callable[[int], NDArray[np.float64]], mean: float, start: float, until: float
) -> NDArray[np.float64]:
    """Running sums of gaps from ``start`` on, those below ``until``; ``mean`` is about what a gap is."""
    expected = max(0.0, until - start) / mean
    sums = RunningSums(start)
    epochs = sums.of(gaps(int(expected + 5.0 * math.sqrt(expected)) + 16))
    while epochs[-1] < until:
        epochs = np.concatenate((epochs, sums.of(gaps(16 + len(epochs) // 4))))
    return epochs[: np.searchsorted(epochs, until)]


class RunningSums:
    """Running sums of one gap after the other, in chunks of their own.

    Where chunks begin and end depends on nothing but the number of gaps so far, or rounding would let a longer horizon
    move the orders of a shorter one.
    """

    def __init__(self, start: float) -> None:
        self._before = start  # the sum where the chunk begins
        self._inside = 0.0  # the sum of its gaps so far
        self._size = self._left = _FIRST_CHUNK

    def of(self, gaps: NDArray[np.float64]) -> NDArray[np.float64]:
        """The sums up to each of the next gaps (at least one) and with it; they take the gaps' place."""
        begin = 0
        while begin < len(gaps):
            part = gaps[begin : begin + self._left]
            part[0] += self._inside
            np.cumsum(part, out=part)
            self._inside = float(part[-1])
            part += self._before
            begin, self._left = begin + len(part), self._left - len(part)
            if not self._left:
                self._before, self._inside = float(part[-1]), 0.0
                self._size = self._left = min(2 * self._size, _LARGEST_CHUNK)
        return gaps
