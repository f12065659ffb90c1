"""Arrival times of the orders of each stream under its demand profiles.

Poisson streams are drawn many at once.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulator.orders.arrivals.operational_time import IN_CACHE, OperationalTime
from simulator.orders.arrivals.renewal_epochs import Epochs, EvenEpochs, Gaps, RunningSums, sufficient_gaps
from simulator.orders.random.streams import Streams
from simulator.scenario.sections.demand import Arrivals
from simulator.values.arrays import Floats, Integers


class RateProfile(NamedTuple):
    """Arrival rate of one stream: ``share * rate * factors[d]`` orders on day d.

    Attributes:
        name: name of the stream of orders, the prefix of its random streams.
        rate: orders per day before the split into streams; ``None`` if an interval is given instead.
        share: part of the rate that belongs to this stream.
        factors: factors of the demand profiles: float64[days of the span].
    """

    name: str
    rate: float | None
    share: float
    factors: NDArray[np.float64]


@dataclass(slots=True)
class ArrivalProgress:
    """State a stream of orders carries from one span of days to the next.

    Attributes:
        reading: reading of its operational clock at the end of the last day drawn.
        epochs: source of its further arrivals on that clock; ``None`` until a span reaches the first order.
    """

    reading: float = 0.0
    epochs: Epochs | EvenEpochs | None = None


@dataclass(frozen=True, slots=True)
class ArrivalSpan:
    """Calendar days to draw orders for.

    Attributes:
        first: number of the first day.
        days: number of days.
        end: time (days) from which on no order is placed.
        progress: state of each stream by its name, after the days before ``first``; drawing updates it.
    """

    first: int
    days: int
    end: float
    progress: dict[str, ArrivalProgress] = field(default_factory=dict)

    @property
    def whole(self) -> bool:
        """True if the span covers the whole run, from day 0 to its end."""
        return self.first == 0 and self.days >= self.end

    def of(self, stream: str) -> ArrivalProgress:
        """Return the progress of a stream, new if it has not been drawn yet."""
        return self.progress.setdefault(stream, ArrivalProgress())


def times_of_streams(
    arrivals: Arrivals, rate_profiles: Sequence[RateProfile], span: ArrivalSpan, streams: Streams
) -> list[NDArray[np.float64]]:
    """Draw the arrival times of each stream in the span, in days, sorted: float64[orders] each.

    A later end of the span only appends times. Random numbers come from the streams ``name/times`` and, for
    negative binomial arrivals, ``name/days``.

    Args:
        arrivals: arrival process, the same for all streams.
        rate_profiles: arrival rate of each stream.
        span: days to draw, whose progress is updated.
        streams: random streams of the replication.
    """
    times: Iterable[NDArray[np.float64]]
    if arrivals.type == "renewal":
        times = _renewals(arrivals, rate_profiles, span, streams)
    elif arrivals.dispersion:
        times = _negative_binomial(arrivals.dispersion, rate_profiles, span, streams)
    elif span.whole:
        times = _poisson(rate_profiles, streams)
    else:
        times = _further_poisson(rate_profiles, span, streams)
    return [
        own if len(own) == 0 or own[-1] < span.end else own[: np.searchsorted(own, span.end)] for own in times
    ]


def _poisson(rate_profiles: Sequence[RateProfile], streams: Streams) -> list[NDArray[np.float64]]:
    """Draw homogeneous or profiled Poisson arrivals of a whole run, all streams of one profile at once."""
    alike: dict[int, list[int]] = {}
    for number, rate_profile in enumerate(rate_profiles):
        alike.setdefault(id(rate_profile.factors), []).append(number)
    times: list[NDArray[np.float64]] = [np.empty(0)] * len(rate_profiles)
    for numbers in alike.values():
        rates = np.array([_speed(rate_profiles[k]) for k in numbers])
        names = [f"{rate_profiles[k].name}/times" for k in numbers]
        found = poisson_times(rates, rate_profiles[numbers[0]].factors, names, streams)
        for k, own in zip(numbers, found, strict=True):
            times[k] = own
    return times


def _speed(rate_profile: RateProfile) -> float:
    """Return the orders per day of a stream before daily factors."""
    assert rate_profile.rate is not None
    return rate_profile.rate * rate_profile.share


def _further_poisson(
    rate_profiles: Sequence[RateProfile], span: ArrivalSpan, streams: Streams
) -> Iterator[NDArray[np.float64]]:
    """Draw the next days of Poisson streams."""
    return _on_clocks(
        (_speed(rate_profile) * rate_profile.factors for rate_profile in rate_profiles),
        rate_profiles,
        span,
        streams,
    )


def _negative_binomial(
    dispersion: float, rate_profiles: Sequence[RateProfile], span: ArrivalSpan, streams: Streams
) -> Iterator[NDArray[np.float64]]:
    """Draw Poisson arrivals whose rate is multiplied by a gamma factor of its own on each day."""
    days = streams.generators([f"{rate_profile.name}/days" for rate_profile in rate_profiles])
    speeds = (
        _speed(rate_profile) * rate_profile.factors * _day_factors(dispersion, span.days, of_days)
        for rate_profile, of_days in zip(rate_profiles, days, strict=True)
    )
    return _on_clocks(speeds, rate_profiles, span, streams)


def _generators(rate_profiles: Sequence[RateProfile], streams: Streams) -> Iterator[np.random.Generator]:
    return streams.generators([f"{rate_profile.name}/times" for rate_profile in rate_profiles])


def _on_clocks(
    speeds: Iterator[NDArray[np.float64]],
    rate_profiles: Sequence[RateProfile],
    span: ArrivalSpan,
    streams: Streams,
) -> Iterator[NDArray[np.float64]]:
    """Turn unit-rate Poisson arrivals into times by clocks of these speeds, a block of streams at a time."""
    generators = _generators(rate_profiles, streams)
    block = 1 + IN_CACHE // (span.days + 1)
    for begin in range(0, len(rate_profiles), block):
        progress = [span.of(rate_profile.name) for rate_profile in rate_profiles[begin : begin + block]]
        speed = np.stack(list(islice(speeds, len(progress))))
        clocks = OperationalTime.running(speed, span.first, np.array([own.reading for own in progress]))
        readings = []
        for own, total, generator in zip(progress, clocks.total.tolist(), generators, strict=False):
            own.reading = total
            if own.epochs is None:
                own.epochs = Epochs(1.0)
            readings.append(own.epochs.below(total, generator.standard_exponential))
        yield from clocks.calendars(readings)


def _day_factors(dispersion: float, days: int, generator: np.random.Generator) -> NDArray[np.float64]:
    """Draw gamma factors of mean 1 and variance ``dispersion``, one per day: float64[days].

    Poisson counts mixed by them have a negative binomial distribution.
    """
    return generator.gamma(1.0 / dispersion, dispersion, days)


def _renewals(
    arrivals: Arrivals, rate_profiles: Sequence[RateProfile], span: ArrivalSpan, streams: Streams
) -> Iterator[NDArray[np.float64]]:
    """Draw renewal arrivals; consecutive streams of one profile share a clock."""
    generators = _generators(rate_profiles, streams)
    for _, group in groupby(rate_profiles, key=lambda rate_profile: id(rate_profile.factors)):
        alike = list(group)
        clock = OperationalTime.running(alike[0].factors, span.first, span.of(alike[0].name).reading)
        readings = []
        for rate_profile, generator in zip(alike, generators, strict=False):
            progress = span.of(rate_profile.name)
            progress.reading = float(clock.total[0])
            readings.append(_renewal(arrivals, rate_profile, clock, progress, generator))
        yield from clock.calendars(readings)


def _renewal(
    arrivals: Arrivals,
    rate_profile: RateProfile,
    clock: OperationalTime,
    progress: ArrivalProgress,
    generator: np.random.Generator,
) -> NDArray[np.float64]:
    """Draw the clock readings at which orders arrive.

    The first order arrives at ``arrivals.first`` or after one gap.

    Args:
        arrivals: renewal process.
        rate_profile: arrival rate of the stream.
        clock: operational time of its profile, over the days of the span.
        progress: state of the stream; its epochs are made when the first order falls into the span.
        generator: source of the gaps.
    """
    rate, share, first = rate_profile.rate, rate_profile.share, arrivals.first
    if share == 0.0 or rate == 0.0 or (first is not None and first >= clock.first + clock.speed.shape[1]):
        return np.empty(0)
    if progress.epochs is None:
        start = 0.0 if first is None else clock.reading(first)
        constant, with_start = _constant_gap(arrivals, rate, share), first is not None
        if constant is not None:
            progress.epochs = EvenEpochs(constant, start, with_start=with_start)
        else:
            mean = (arrivals.interval.mean if arrivals.interval else 1.0 / (rate or math.nan)) / share
            progress.epochs = Epochs(mean, start, with_start=with_start)
    return progress.epochs.below(progress.reading, _gaps(arrivals, rate, share, generator))


def _constant_gap(arrivals: Arrivals, rate: float | None, share: float) -> float | None:
    """Return the gap between arrivals, in operational days, if it is constant, else ``None``."""
    if arrivals.interval is not None:
        return arrivals.interval.mean / share if arrivals.interval.variance == 0.0 else None
    assert rate is not None
    return 1.0 / (rate * share) if arrivals.cv == 0.0 else None


def _gaps(arrivals: Arrivals, rate: float | None, share: float, generator: np.random.Generator) -> Gaps:
    """Return a sampler of independent gaps, in operational days."""
    interval = arrivals.interval
    if interval is not None:
        return lambda n: interval.sample(generator, n) / share
    assert rate is not None
    assert arrivals.cv is not None
    square = arrivals.cv * arrivals.cv
    return lambda n: generator.gamma(1.0 / square, square / (rate * share), n)


def poisson_times(rates: Floats, factors: Floats, names: Sequence[str], streams: Streams) -> list[Floats]:
    """Draw the arrival times of each stream over all days, in days, sorted.

    Each stream gives the same numbers, bit for bit, as if it were drawn alone.

    Args:
        rates: orders per day of each stream: float64[streams].
        factors: daily factors of the profile that all streams share: float64[days].
        names: names of the random streams.
        streams: random streams of the replication.
    """
    times: list[Floats] = [np.empty(0)] * len(names)
    number = np.array([sufficient_gaps(expected) for expected in (rates * factors.sum()).tolist()])
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
    """Split streams into blocks that fit the cache and draw similar counts, within a factor of 2.

    Args:
        ranked: streams, by rising ``numbers``.
        numbers: count of numbers to draw from each stream, sorted.
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
        number: count of gaps to draw for each stream.
        generators: sources of the gaps, one for each stream.
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
