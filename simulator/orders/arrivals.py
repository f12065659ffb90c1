"""When the orders of one stream are placed."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulator.orders.epochs import Epochs, EvenEpochs, Gaps
from simulator.orders.operational_time import IN_CACHE, OperationalTime
from simulator.orders.poisson import poisson_times
from simulator.orders.streams import Streams
from simulator.scenario.customers import Arrivals


class Pace(NamedTuple):
    """How fast the orders of one stream come: ``share`` of ``rate`` orders a day, times ``factors`` (one a day)."""

    name: str
    rate: float | None
    share: float
    factors: NDArray[np.float64]


@dataclass(slots=True)
class Progress:
    """How far the orders of one stream have been drawn.

    reading: of its clock, when the last day that was drawn ended. epochs: what comes next, on that clock; ``None``
    before the first order is near.
    """

    reading: float = 0.0
    epochs: Epochs | EvenEpochs | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """The days of which orders are drawn: so many from day ``first`` on, and none at or after ``end`` (days).

    ``progress``, by the name of the stream, is that of the days before; it is brought up to date.
    """

    first: int
    days: int
    end: float
    progress: dict[str, Progress] = field(default_factory=dict)

    @property
    def whole(self) -> bool:
        """Whether there are no days before or after."""
        return self.first == 0 and self.days >= self.end

    def of(self, stream: str) -> Progress:
        """The stream's progress."""
        return self.progress.setdefault(stream, Progress())


def times_of_streams(
    arrivals: Arrivals, paces: Sequence[Pace], span: Span, streams: Streams
) -> list[NDArray[np.float64]]:
    """Times of the orders of each stream in the span: days, sorted, float64[orders] each.

    A stream gets ``share`` of ``rate`` orders a day (of one order an ``interval`` where that takes the rate's place),
    times ``factors``. A later end of the span only appends. Draws from the streams ``name/times`` and, for negative
    binomial arrivals, ``name/days``.
    """
    times: Iterable[NDArray[np.float64]]
    if arrivals.type == "renewal":
        times = _renewals(arrivals, paces, span, streams)
    elif arrivals.dispersion:
        times = _negative_binomial(arrivals.dispersion, paces, span, streams)
    elif span.whole:
        times = _poisson(paces, streams)
    else:
        times = _further_poisson(paces, span, streams)
    return [
        found if len(found) == 0 or found[-1] < span.end else found[: np.searchsorted(found, span.end)]
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


def _further_poisson(paces: Sequence[Pace], span: Span, streams: Streams) -> Iterator[NDArray[np.float64]]:
    """Poisson streams go on."""
    return _on_clocks((_speed(pace) * pace.factors for pace in paces), paces, span, streams)


def _negative_binomial(
    dispersion: float, paces: Sequence[Pace], span: Span, streams: Streams
) -> Iterator[NDArray[np.float64]]:
    """Poisson streams whose days are faster or slower by chance."""
    days = streams.generators([f"{pace.name}/days" for pace in paces])
    speeds = (
        _speed(pace) * pace.factors * _day_factors(dispersion, span.days, of_days)
        for pace, of_days in zip(paces, days, strict=True)
    )
    return _on_clocks(speeds, paces, span, streams)


def _generators(paces: Sequence[Pace], streams: Streams) -> Iterator[np.random.Generator]:
    return streams.generators([f"{pace.name}/times" for pace in paces])


def _on_clocks(
    speeds: Iterator[NDArray[np.float64]], paces: Sequence[Pace], span: Span, streams: Streams
) -> Iterator[NDArray[np.float64]]:
    """Unit-rate Poisson arrivals on clocks of those speeds, some streams at a time."""
    generators = _generators(paces, streams)
    some = 1 + IN_CACHE // (span.days + 1)
    for begin in range(0, len(paces), some):
        progress = [span.of(pace.name) for pace in paces[begin : begin + some]]
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
    """Gamma factors of mean 1; Poisson counts mixed by them have a negative binomial distribution."""
    return generator.gamma(1.0 / dispersion, dispersion, days)


def _renewals(
    arrivals: Arrivals, paces: Sequence[Pace], span: Span, streams: Streams
) -> Iterator[NDArray[np.float64]]:
    """Streams with the same profiles have a clock in common."""
    generators = _generators(paces, streams)
    for _, group in groupby(paces, key=lambda pace: id(pace.factors)):
        alike = list(group)
        clock = OperationalTime.running(alike[0].factors, span.first, span.of(alike[0].name).reading)
        readings = []
        for pace, generator in zip(alike, generators, strict=False):
            progress = span.of(pace.name)
            progress.reading = float(clock.total[0])
            readings.append(_renewal(arrivals, pace, clock, progress, generator))
        yield from clock.calendars(readings)


def _renewal(
    arrivals: Arrivals,
    pace: Pace,
    clock: OperationalTime,
    progress: Progress,
    generator: np.random.Generator,
) -> NDArray[np.float64]:
    """Independent gaps on the clock of the profile, summed up; the first order at ``first`` or after one gap."""
    rate, share, first = pace.rate, pace.share, arrivals.first
    if share == 0.0 or rate == 0.0 or (first is not None and first >= clock.first + clock.speed.shape[1]):
        return np.empty(0)
    if progress.epochs is None:
        start = 0.0 if first is None else clock.reading(first)
        constant, at_once = _constant_gap(arrivals, rate, share), first is not None
        if constant is not None:
            progress.epochs = EvenEpochs(constant, start, with_start=at_once)
        else:
            mean = (arrivals.interval.mean if arrivals.interval else 1.0 / (rate or math.nan)) / share
            progress.epochs = Epochs(mean, start, with_start=at_once)
    return progress.epochs.below(progress.reading, _gaps(arrivals, rate, share, generator))


def _constant_gap(arrivals: Arrivals, rate: float | None, share: float) -> float | None:
    """The gap if all gaps are the same."""
    if arrivals.interval is not None:
        return arrivals.interval.mean / share if arrivals.interval.variance == 0.0 else None
    assert rate is not None
    return 1.0 / (rate * share) if arrivals.cv == 0.0 else None


def _gaps(arrivals: Arrivals, rate: float | None, share: float, generator: np.random.Generator) -> Gaps:
    """A source of independent gaps, in operational days."""
    interval = arrivals.interval
    if interval is not None:
        return lambda n: interval.sample(generator, n) / share
    assert rate is not None
    assert arrivals.cv is not None
    square = arrivals.cv * arrivals.cv
    return lambda n: generator.gamma(1.0 / square, square / (rate * share), n)
