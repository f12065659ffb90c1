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
        speed = rates[block]
        if np.all(speed == speed[0]):
            speed = speed[:1]  # one clock for all
        clocks = OperationalTime.running(np.multiply.outer(speed, factors))
        found = _together(clocks, len(block), int(number[block[-1]]), generators)
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
    readings = Epochs(1.0).below(float(clock.total[0]), generator.standard_exponential)
    return clock.calendar(readings, np.array([len(readings)]))


def _together(
    clocks: OperationalTime, streams: int, number: int, generators: Iterator[np.random.Generator]
) -> Iterator[Floats | None]:
    """Times of each stream, by so many gaps of each; ``None`` where they were too few."""
    gaps = np.empty((streams, number))
    for row, generator in zip(gaps, generators, strict=False):
        generator.standard_exponential(out=row)
    readings = RunningSums(0.0).of(gaps)
    inside = readings < clocks.total[:, np.newaxis]
    count = np.count_nonzero(inside, axis=1)
    times, end = clocks.calendar(readings[inside], count), np.cumsum(count)
    for first, last, few in zip((end - count).tolist(), end.tolist(), inside[:, -1].tolist(), strict=True):
        yield None if few else times[first:last]
