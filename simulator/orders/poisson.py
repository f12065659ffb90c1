"""Poisson streams, many at once: most draw so little that what has to be done around it would take longer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from simulator.orders.epochs import Epochs, RunningSums, enough
from simulator.orders.operational_time import IN_CACHE, OperationalTime
from simulator.orders.streams import Streams

Floats = NDArray[np.float64]
Places = NDArray[np.intp]


def poisson_times(rates: Floats, factors: Floats, names: Sequence[str], streams: Streams) -> list[Floats]:
    """Times, in days, of streams of ``rates[k] * factors[d]`` orders on day d: each one's of all days, sorted.

    Every stream gives, number by number, what it gives by itself.
    """
    times: list[Floats] = [np.empty(0)] * len(names)
    number = np.array([enough(expected) for expected in (rates * factors.sum()).tolist()])
    ranked = np.argsort(number, kind="stable")
    generators = streams.generators([names[k] for k in ranked.tolist()])
    for block in _blocks(ranked, np.maximum(number[ranked], len(factors))):
        if len(block) == 1:
            times[block[0]] = _alone(rates[block[0]], factors, next(generators))
            continue
        found = _together(_Clocks(rates[block], factors), int(number[block[-1]]), generators)
        for k, own in zip(block.tolist(), found, strict=True):
            times[k] = _alone(rates[k], factors, streams.generator(names[k])) if own is None else own
    return times


def _blocks(ranked: Places, numbers: Places) -> Iterator[Places]:
    """Streams to be drawn together: of about as many numbers each (``numbers``, rising), in all what a cache holds."""
    begin = 0
    while begin < len(ranked):
        alike = int(np.searchsorted(numbers, 2 * numbers[begin], side="right"))
        end = min(alike, begin + max(1, IN_CACHE // int(numbers[begin])))
        yield ranked[begin:end]
        begin = end


def _alone(rate: float, factors: Floats, generator: np.random.Generator) -> Floats:
    clock = OperationalTime.running(rate * factors)
    return clock.calendar(Epochs(1.0).below(clock.total, generator.standard_exponential))


def _together(
    clocks: _Clocks, number: int, generators: Iterator[np.random.Generator]
) -> Iterator[Floats | None]:
    """Times of each stream, by so many gaps of each; ``None`` where they were too few."""
    gaps = np.empty((len(clocks.total), number))
    for row, generator in zip(gaps, generators, strict=False):
        generator.standard_exponential(out=row)
    readings = RunningSums(0.0).of(gaps)
    inside = readings < clocks.total[:, np.newaxis]
    count = np.count_nonzero(inside, axis=1)
    times, end = clocks.calendar(readings[inside], count), np.cumsum(count)
    for first, last, few in zip((end - count).tolist(), end.tolist(), inside[:, -1].tolist(), strict=True):
        yield None if few else times[first:last]


class _Clocks:
    """Operational times of several streams: clock k runs at ``rates[k] * factors[d]`` on day d."""

    def __init__(self, rates: Floats, factors: Floats) -> None:
        self._factors = factors
        self._rates = rates[:1] if np.all(rates == rates[0]) else rates
        # one number more than there are days, so that both are found at the same place
        self._speed, self._elapsed = (np.zeros((len(self._rates), len(factors) + 1)) for _ in range(2))
        np.multiply.outer(self._rates, factors, out=self._speed[:, :-1])
        np.cumsum(self._speed[:, :-1], axis=1, out=self._elapsed[:, 1:])
        self.total = np.broadcast_to(self._elapsed[:, -1], len(rates))

    def calendar(self, readings: Floats, count: Places) -> Floats:
        """Calendar times of readings below the totals, so many of each clock; they take the readings' place."""
        first, rate = np.arange(len(self._rates)) * self._speed.shape[1], self._rates
        if len(first) > 1:
            first, rate = np.repeat(first, count), np.repeat(rate, count)
        place = first + self._about(readings / rate)
        speed, elapsed = self._speed.ravel(), self._elapsed.ravel()
        while True:  # twice or thrice
            midnight = elapsed[place]
            early, late = readings < midnight, readings >= elapsed[place + 1]
            if not (early.any() or late.any()):
                break
            place += late
            place -= early
        readings -= midnight
        readings /= speed[place]
        np.minimum(readings, 1.0, out=readings)
        readings += place - first
        return readings

    def _about(self, readings: Floats) -> Places:
        """The day of each reading of a clock of rate 1, as far as rounding lets it be told."""
        factors = self._factors
        day: Places
        if np.all(factors == factors[0]):
            day = (readings / factors[0]).astype(np.intp)
        else:
            day = np.searchsorted(np.cumsum(factors), readings, side="right")
        np.minimum(day, len(factors) - 1, out=day)
        return day
