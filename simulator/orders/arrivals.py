"""When the orders of one stream are placed."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.orders.streams import Streams
from simulator.scenario.customers import Arrivals

_FIRST_CHUNK, _LARGEST_CHUNK = 64, 65_536


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
        """Calendar times, in days, of readings below ``total``; increasing if the readings are."""
        # From the right: of several midnights with one reading, the last ends the days without demand.
        day = np.searchsorted(self.elapsed, readings, side="right") - 1
        fraction = (readings - self.elapsed[day]) / self.speed[day]
        return np.asarray(day + np.minimum(fraction, 1.0), dtype=np.float64)


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
    times = streams.generator(f"{name}/times")
    if arrivals.type == "renewal":
        result = _renewal(arrivals, rate, share, OperationalTime.running(factors), times)
    else:
        assert rate is not None
        speed = rate * share * factors
        if arrivals.dispersion:
            speed = speed * _day_factors(arrivals.dispersion, len(factors), streams.generator(f"{name}/days"))
        result = _poisson(OperationalTime.running(speed), times)
    return result[: np.searchsorted(result, end)]


def _day_factors(dispersion: float, days: int, generator: np.random.Generator) -> NDArray[np.float64]:
    """Gamma factors of mean 1; Poisson counts mixed by them have a negative binomial distribution."""
    return generator.gamma(1.0 / dispersion, dispersion, days)


def _poisson(clock: OperationalTime, generator: np.random.Generator) -> NDArray[np.float64]:
    return clock.calendar(_epochs(generator.standard_exponential, 0.0, clock.total))


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
        readings = np.concatenate(([start], _epochs(gaps, start, clock.total)))
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


def _epochs(gaps: Callable[[int], NDArray[np.float64]], start: float, until: float) -> NDArray[np.float64]:
    """Running sums of gaps from ``start`` on, those below ``until``.

    The sizes of the chunks do not depend on ``until``, or rounding would let a longer horizon move the orders
    of a shorter one.
    """
    chunks = [np.empty(0)]
    last, size = start, _FIRST_CHUNK
    while last < until:
        chunk = last + np.cumsum(gaps(size))
        chunks.append(chunk)
        last = float(chunk[-1])
        size = min(2 * size, _LARGEST_CHUNK)
    epochs = np.concatenate(chunks)
    return epochs[: np.searchsorted(epochs, until)]
