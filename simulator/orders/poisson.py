"""Poisson streams drawn in blocks, because most draw so few numbers that the work around them would take longer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from simulator.orders.epochs import Epochs, RunningSums, enough
from simulator.orders.operational_time import IN_CACHE, OperationalTime
from simulator.orders.streams import Streams
from simulator.values.arrays import Floats, Integers


def poisson_times(rates: Floats, factors: Floats, names: Sequence[str], streams: Streams) -> list[Floats]:
    """Draw the arrival times of each stream over all days, in days, sorted.

    Each stream gives the same numbers, bit for bit, as if it were drawn alone.

    Args:
        rates: orders per day of each stream: float64[streams].
        factors: of the profile that all streams share: float64[days].
        names: of the random streams.
        streams: random streams of the replication.
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
            speed = speed[:1]  # one common clock
        clocks = OperationalTime.running(np.multiply.outer(speed, factors))
        found = _together(clocks, len(block), int(number[block[-1]]), generators)
        for k, own in zip(block.tolist(), found, strict=True):
            times[k] = _alone(rates[k], factors, streams.generator(names[k])) if own is None else own
    return times


def _blocks(ranked: Integers, numbers: Integers) -> Iterator[Integers]:
    """Split streams into blocks that fit the cache and need numbers within a factor of 2 of each other.

    Args:
        ranked: streams, by rising ``numbers``.
        numbers: numbers to draw from each, sorted.
    """
    begin = 0
    while begin < len(ranked):
        alike = int(np.searchsorted(numbers, 2 * numbers[begin], side="right"))
        end = min(alike, begin + max(1, IN_CACHE // int(numbers[begin])))
        yield ranked[begin:end]
        begin = end


def _alone(rate: float, factors: Floats, generator: np.random.Generator) -> Floats:
    """Draw the arrival times of one stream, in days."""
    clock = OperationalTime.running(rate * factors)
    readings = Epochs(1.0).below(float(clock.total[0]), generator.standard_exponential)
    return clock.calendar(readings, np.array([len(readings)]))


def _together(
    clocks: OperationalTime, streams: int, number: int, generators: Iterator[np.random.Generator]
) -> Iterator[Floats | None]:
    """Draw the arrival times of a block of streams, in days; ``None`` for a stream that needs more gaps.

    Args:
        clocks: operational time, of each stream or in common.
        streams: number of streams.
        number: gaps to draw from each.
        generators: of the gaps, one for each stream.
    """
    gaps = np.empty((streams, number))
    for row, generator in zip(gaps, generators, strict=False):
        generator.standard_exponential(out=row)
    readings = RunningSums(0.0).of(gaps)
    inside = readings < clocks.total[:, np.newaxis]
    count = np.count_nonzero(inside, axis=1)
    times, end = clocks.calendar(readings[inside], count), np.cumsum(count)
    for first, last, short in zip((end - count).tolist(), end.tolist(), inside[:, -1].tolist(), strict=True):
        yield None if short else times[first:last]
