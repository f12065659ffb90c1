"""Leg on a lane: goods wait for the next departure, then travel, with or without overtaking."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Self

import numpy as np

from simulator.calendars.opening_times import OpeningTimes
from simulator.laws.distributions import Exponential
from simulator.model.availability.stops import Stops
from simulator.model.supply.calendar_forecast import Passing
from simulator.model.supply.departures import (
    departure_before,
    departures_after,
    departures_before,
    next_departure,
)
from simulator.model.supply.leg import (
    SAMPLE,
    Delay,
    Leg,
    Plan,
    PurchaseBatch,
    RouteContext,
    RouteEnds,
    Stage,
    availability_of,
    known_spans,
)
from simulator.model.supply.purchase_order import Milestone, PurchaseOrder
from simulator.orders.backorder_cause import BackorderCause
from simulator.orders.random.streams import Draws, Streams, stream_name
from simulator.scenario.cause import Cause, changed, steady
from simulator.scenario.sections import supply_network
from simulator.values.arrays import Floats


def _steady(lane: supply_network.Lane) -> supply_network.Lane:
    """Return the lane with its mean transit time."""
    return lane.model_copy(update={"transit": steady(lane.transit)})


def _at_once(lane: supply_network.Lane) -> supply_network.Lane:
    """Return the lane without departures to wait for."""
    return lane.model_copy(update={"departures": None})


class RandomDepartures:
    """Random departures of a lane, the same for all goods and independent of them."""

    def __init__(self, gaps: Draws) -> None:
        """Draw the first departure; ``gaps`` are the days between departures."""
        self._gaps = gaps
        self._times = [gaps.next()]

    def departure(self, ready: float) -> float:
        """Return the first departure (days) at or after ``ready`` (days)."""
        times = self._times
        while times[-1] < ready:
            times.append(times[-1] + self._gaps.next())
        return times[bisect_left(times, ready)]

    def before(self, ready: float) -> float:
        """Return the departure (days) before `departure`; -infinity if that is the first one."""
        self.departure(ready)  # known from here on
        place = bisect_left(self._times, ready)
        return self._times[place - 1] if place else -math.inf


class Sequence:
    """Landings of purchase orders on a lane without overtaking."""

    def __init__(self) -> None:
        self.last_landing = -math.inf
        """Latest landing so far (days), on a route where landings are known when the order is placed."""
        self._under_way: dict[PurchaseOrder, Callable[[], None] | None] = {}
        """Action that lands each order on a route with queues, in sequence of placing; ``None`` until it is ready."""

    def in_sequence(self, landing: float) -> float:
        """Return the landing time (days) of the next purchase order, delayed to that of any earlier order."""
        landing = self.last_landing = max(landing, self.last_landing)
        return landing

    def line_up(self, purchase: PurchaseOrder) -> None:
        """Place an order behind those under way, on a route with queues."""
        self._under_way[purchase] = None

    def ready(self, purchase: PurchaseOrder, land: Callable[[], None]) -> None:
        """Land an order, and those ready behind it, as soon as no earlier one is under way."""
        self._under_way[purchase] = land
        while self._under_way:
            first, action = next(iter(self._under_way.items()))
            if action is None:
                break
            del self._under_way[first]
            action()


@dataclass(frozen=True, eq=False, kw_only=True)
class Transport(Leg):
    """Transport on a lane, whose departures all products share.

    A departure begins within the opening times of the lane: one out of hours is put off to the next opening, and takes
    whatever is ready by then. Goods under way do not care.
    """

    timetable: str = field(repr=False)
    """Name of the stream of random departures."""
    finishes = True
    milestones = (Milestone("departed"), Milestone("arrived"))
    causes = (
        Cause(
            "transport",
            "unsteady transport times",
            "every transport takes its mean time",
            partial(changed, section="lanes", change=_steady),
        ),
        Cause(
            "departures",
            "waits for the next departure",
            "goods leave as soon as they are ready",
            partial(changed, section="lanes", change=_at_once),
        ),
    )

    @classmethod
    def of(cls, ends: RouteEnds) -> Self | None:
        """Make the leg if there is a lane."""
        if (lane := ends.lane) is None:
            return None
        transit = Delay.at("transit", lane.transit, "lane", *ends.lane_name)
        return cls(
            delay=transit,
            timetable=stream_name("lane", " to ".join(lane.ends), *ends.lane_name[2:], "departures"),
            in_sequence=not lane.crossing,
            departures=lane.departures,
            stops=Stops.of(("lane", *ends.lane_name), ends.run.clock(lane.time_zone), OpeningTimes.of(lane)),
        )

    def planner(self, route: RouteContext) -> Plan:
        """Return a function that computes the arrival of an order that takes the next departure."""
        days, (departed, arrived) = route.draws(self.delay), route.numbers[self]
        leave = self._departure(route)

        def plan(purchase: PurchaseOrder, time: float) -> float:
            passed = purchase.passed
            if leave is not None:
                time = leave(time)
            passed[departed] = time
            time += days[purchase.number]
            passed[arrived] = time
            return time

        return plan

    def _departure(self, route: RouteContext) -> Callable[[float], float] | None:
        """Return a function from a time to the next departure (days); ``None`` if goods leave at once."""
        departures, up = self.departures, availability_of(route, self.stops)
        if departures is None:
            return None if up is None else up.up
        before: Callable[[float], float]
        after: Callable[[float], float]
        if departures.rate is None:
            before, after = partial(departure_before, departures), partial(next_departure, departures)
        else:
            drawn = self._drawn(route, departures.rate)
            before, after = drawn.before, drawn.departure
        if up is None:
            return after

        def leave(ready: float) -> float:
            put_off = up.up(before(ready))
            return put_off if put_off >= ready else up.up(after(ready))

        return leave

    def _drawn(self, route: RouteContext, rate: float) -> RandomDepartures:
        """Return the random departures of the lane, shared by all routes; ``rate``: per day."""
        gap: Exponential[float] = Exponential(dist="exponential", mean=1.0 / rate)
        draws = route.streams.draws(gap, self.timetable)
        return route.places.shared(self.timetable, lambda: RandomDepartures(draws))

    def columns(self, batch: PurchaseBatch) -> None:
        """Move a batch to the end of the lane; random departures are drawn for this batch alone."""
        up = batch.availability(self.stops)
        if self.departures is not None:
            before, after = _departures(self.departures, batch.time, batch.streams)
            batch.time = after if up is None else put_off(batch.time, before, after, up.all_up)
        elif up is not None:
            batch.time = up.all_up(batch.time)
        batch.passed["departed"] = batch.time
        batch.time = batch.passed["arrived"] = batch.time + batch.days(self.delay, len(batch.time))

    def stages(self) -> Iterator[Stage]:
        """Yield the wait for a departure and the transit."""
        yield Stage(
            "departed",
            BackorderCause.DEPARTURES,
            departures=self.departures,
            stops=self.stops,
            finishes=True,
        )
        yield Stage("arrived", BackorderCause.TRANSPORT, self.delay.law.mean)

    def stretches(self, rng: np.random.Generator) -> Iterator[tuple[str, Floats, Floats]]:
        """Sample the transit, then the wait for a random departure; fixed departures are known."""
        transit, wait = self.delay.law.sample(rng, SAMPLE), np.zeros(SAMPLE)
        if self.departures is not None and self.departures.rate is not None:
            wait = rng.exponential(1.0 / self.departures.rate, SAMPLE)
        yield "arrived", transit, transit
        yield "departed", wait, wait

    def passing(self, milestone: str, until: float) -> Passing:
        """Return the function of the wait for a departure, within opening times, or of the transit."""
        departures, spans = self.departures, known_spans(self.stops, until)
        if milestone == "arrived":
            return np.add

        def leave(ready: Floats, wait: Floats) -> Floats:
            before, after = (
                ready - wait[::-1],
                ready + wait,
            )  # at random, goods come as long after one as before one
            if departures is not None and departures.every is not None:
                before, after = departures_before(departures, ready), departures_after(departures, ready)
            return after if spans is None else put_off(ready, before, after, spans.up)

        return leave

    def moments(self) -> Iterator[tuple[float, float]]:
        """Yield the moments of the transit and of the wait.

        The wait is uniform over the interval of a timetable, and exponential for random departures.
        """
        yield from super().moments()
        departures = self.departures
        if departures is not None and departures.every is not None:
            yield departures.every / 2, departures.every**2 / 12
        elif departures is not None and departures.rate is not None:
            yield 1 / departures.rate, 1 / departures.rate**2


def put_off(ready: Floats, before: Floats, after: Floats, up: Callable[[Floats], Floats]) -> Floats:
    """Compute the times (days) at which goods leave on a lane with opening times: float64[goods].

    Args:
        ready: times at which goods are ready, days.
        before: last departure before each, days; -infinity where there is none.
        after: first departure at or after each, days.
        up: first times (days), at or after others, at which the lane is open.
    """
    late, there_is = np.full(len(ready), -np.inf), np.isfinite(before)
    late[there_is] = up(before[there_is])
    return np.where(late >= ready, late, up(after))


def _departures(
    departures: supply_network.Departures, ready: Floats, streams: Streams
) -> tuple[Floats, Floats]:
    """Compute the last departure (days) before each time ``ready`` (days), and the first at or after it."""
    if departures.every is not None:
        return departures_before(departures, ready), departures_after(departures, ready)
    assert departures.rate is not None
    last, rate = float(ready.max(initial=0.0)), departures.rate
    rng, times = streams.generator("departures"), np.zeros(1)
    while times[-1] < last:
        gaps = rng.exponential(1.0 / rate, int((last - times[-1]) * rate * 1.1) + 16)
        times = np.concatenate((times, times[-1] + np.cumsum(gaps)))
    place = np.searchsorted(times[1:], ready)
    return np.where(place > 0, times[place], -np.inf), times[1:][place]


LEGS: tuple[type[Leg], ...] = (Transport,)
