"""Leg of a route: one step on the route of goods from the supplier to the shelf, described once for all uses.

- `Leg.planner` computes the end of the leg for one purchase order.
- `Leg.job` is the work for which the order queues, if servers of the leg are shared.
- `Leg.columns` moves many purchase orders at once.
- `Leg.stretches` samples the days that remain, for forecasts, and `Leg.passing` takes them through opening times.
- `Leg.moments` gives the mean and variance of its duration.

A leg overrides only the methods in which it differs from a plain delay.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from operator import add
from typing import Any, ClassVar, Final, NamedTuple, Protocol, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from simulator.laws.distributions import Distribution
from simulator.model.availability.availability import Availability
from simulator.model.availability.open_spans import OpenSpans
from simulator.model.availability.stops import Stops
from simulator.model.clock import Clock, Phase
from simulator.model.picking import Work
from simulator.model.supply.calendar_forecast import Passing
from simulator.model.supply.purchase_order import Milestone, PurchaseOrder
from simulator.model.supply.servers import Job, Servers
from simulator.orders.backorder_cause import BackorderCause
from simulator.orders.random.streams import Draws, Streams, UniformLaw, stream_name
from simulator.scenario.cause import Cause
from simulator.scenario.scenario import Scenario
from simulator.scenario.sections import supply_network
from simulator.scenario.sections.run import Run
from simulator.scenario.sections.suppliers import Supplier
from simulator.values.arrays import Floats
from simulator.values.section import Section

Thing = TypeVar("Thing")
Plan = Callable[[PurchaseOrder, float], float]
"""Function of a purchase order and the begin of a leg (days); returns the end of the leg (days)."""
SAMPLE: Final = 4096
"""Number of draws that represent the distribution of a delay in forecasts."""


class RouteEnds(NamedTuple):
    """Supplier, warehouse, and the lane and customs office between them, as the scenario describes them.

    Attributes:
        origin: name of the supplier, or of the warehouse that sends the goods.
        supplier: its section, see `Scenario.seller`.
        lane: section of the lane; ``None`` without one.
        port: name of the customs office, empty without one.
        office: section of the customs office; ``None`` without one.
        destination: name of the warehouse.
        site: its section.
        mode: mode of the lane, empty where no other lane connects the two.
        first: True if the lane is the first between the two.
        run: section with the start of the run, and the time zone of its clock.
        from_warehouse: True if a warehouse sends the goods.
    """

    origin: str
    supplier: Supplier
    lane: supply_network.Lane | None
    port: str
    office: supply_network.Customs | None
    destination: str
    site: supply_network.Warehouse
    mode: str = ""
    first: bool = True
    run: Run = Run()
    from_warehouse: bool = False

    @classmethod
    def of(cls, scenario: Scenario, supplier: str, warehouse: str, mode: str = "") -> RouteEnds:
        """Collect the sections of the route from this supplier to this warehouse, by a mode if there are several."""
        lane = scenario.lane_between(supplier, warehouse, mode)
        first = lane is scenario.lane_between(supplier, warehouse)
        port = "" if lane is None or lane.customs is None else lane.customs
        site, office = scenario.warehouses[warehouse], scenario.customs.get(port)
        return cls(
            supplier,
            scenario.seller(supplier),
            lane,
            port,
            office,
            warehouse,
            site,
            mode,
            first,
            scenario.run,
            supplier not in scenario.suppliers,
        )

    @property
    def lane_name(self) -> tuple[str, ...]:
        """Names that tell the lane from others: its ends, and its mode unless it is the first between them.

        A further lane thus moves no draw of the first.
        """
        ends = self.origin, self.destination
        return ends if self.first else (*ends, self.mode)

    @property
    def sections(self) -> dict[str, Section | None]:
        """Sections of the scenario that describe the route, by path as in `Shortcut.allows_stock`."""
        return {
            "suppliers.*": self.supplier,
            "lanes.*": self.lane,
            "customs.*": self.office,
            "warehouses.*": self.site,
        }


@dataclass(frozen=True, slots=True, eq=False)
class Delay:
    """Duration in days, or decision by chance, that each purchase order draws.

    Attributes:
        name: of the delay.
        law: distribution of its values.
        stream: beginning of the names of its random streams.
    """

    name: str
    law: Distribution | UniformLaw
    stream: str = field(repr=False)

    @classmethod
    def at(cls, name: str, law: Distribution | UniformLaw, *place: str) -> Delay:
        """Make a delay whose stream is named after the place and the delay."""
        return cls(name, law, stream_name(*place, name))


class SharedResources:
    """Objects that purchase orders of different stocks share, such as inspectors or a timetable, by name."""

    def __init__(self) -> None:
        self._known: dict[Hashable, Any] = {}

    def shared(self, name: Hashable, make: Callable[[], Thing]) -> Thing:
        """Return the object of this name, made by ``make`` at the first call."""
        if name not in self._known:
            self._known[name] = make()
        found: Thing = self._known[name]
        return found


@dataclass(slots=True, eq=False)
class RouteContext:
    """Stock and source whose purchase orders the legs move.

    Attributes:
        clock: of the run.
        streams: of the replication.
        places: resources shared with other routes.
        stock: end of the names of the stock's random streams.
        unloading_rank: rank in the queue at the dock, low first.
        numbers: index of each leg's milestones among all milestones.
        told: the same for those that people are told of.
        plans: planner of each leg.
        backlog: returns the units that the stock's waiting lines lack.
        news: called whenever a purchase order passes a milestone; ``None`` for no calls.
        met: draws read so far, by stream.
    """

    clock: Clock
    streams: Streams
    places: SharedResources
    stock: str
    unloading_rank: float
    numbers: dict[Leg, list[int]]
    told: dict[Leg, list[int]]
    plans: dict[Leg, Plan] = field(default_factory=dict)
    backlog: Callable[[], float] = float
    news: Callable[[], None] | None = None
    met: dict[str, Draws] = field(default_factory=dict)

    def draws(self, delay: Delay) -> Draws:
        """Return the draws of a delay, indexed by the number of the purchase order.

        Each stock has a stream of its own. A constant delay needs none, so all stocks share its draws.
        """
        law, stream = delay.law, delay.stream
        if stream not in self.met:
            self.met[stream] = (
                self.streams.draws(law, f"{stream}/{self.stock}")
                if law.variance > 0.0
                else self.places.shared((stream, law.mean), lambda: self.streams.draws(law, stream))
            )
        return self.met[stream]

    def servers(self, name: Hashable, number: int, opens: Callable[[float], float] | None = None) -> Servers:
        """Return the servers of this name, shared with other routes; see `Servers` for ``opens``."""
        return self.places.shared(("servers", name), lambda: Servers(self.clock, number, opens))

    def announce(self, purchase: PurchaseOrder, *legs: Leg) -> None:
        """Schedule a call of `news` at each milestone that people are told of, if its time is known and not past."""
        if (news := self.news) is not None:
            times = {purchase.passed[number] for leg in legs for number in self.told[leg]}
            for time in sorted(times):
                if self.clock.now <= time < self.clock.end:
                    self.clock.call(time, Phase.RECEIPT, purchase.place, lambda _: news())


@dataclass(slots=True)
class PurchaseBatch:
    """Purchase orders that move along their route together, as columns.

    Attributes:
        time: time (days) at which each order ends the legs so far. It starts as the time of placing, which
            rises within a stock.
        quantity: units of each order.
        days: draws a delay; its second argument is the number of draws.
        streams: for a leg that draws otherwise.
        passed: milestones as in `PurchaseColumns`, filled by the legs.
    """

    time: Floats
    quantity: Floats
    days: Callable[[Delay, int], Floats]
    streams: Streams
    passed: dict[str, NDArray[Any]] = field(default_factory=dict)

    def availability(self, stops: Stops | None) -> Availability | None:
        """Draw the availability of a place in the long run, without given dates; ``None`` if nothing stops it."""
        return None if stops is None else stops.usual(self.streams)


class Stage(NamedTuple):
    """Part of a leg as it was planned when the purchase order was placed.

    Attributes:
        end: milestone at its end; "received" for the landing.
        cause: cause of backorders if the stage takes longer than planned and nothing stopped it.
        days: planned duration, days; of each unit if `by_unit`.
        by_unit: True if the duration is that of a unit.
        departures: timetable or rate of the departures that goods wait for, in place of `days`.
        stops: of the place. The plan knows its opening hours, no closures and no disruptions.
        finishes: True if what has begun goes on when the place closes.
    """

    end: str
    cause: BackorderCause
    days: float = 0.0
    by_unit: bool = False
    departures: supply_network.Departures | None = None
    stops: Stops | None = None
    finishes: bool = False


@dataclass(frozen=True, eq=False, kw_only=True)
class Leg:
    """One step of a route, by default a delay with the same distribution for every purchase order.

    The methods here suit a leg with one milestone, at its end. A leg with more milestones overrides `columns`,
    `stages` and, unless it always queues, `planner` and `stretches`.

    Attributes:
        delay: duration of the leg.
        certain: True if nothing but the delay, and what stops the work, is random.
        in_sequence: True if no purchase order lands before an earlier one.
        departures: departures that the goods wait for; ``None`` if they leave at once.
        stops: hours, closures and disruptions in which the work stands still; ``None`` if it always goes on.
        milestones: that a purchase order passes on the leg, in sequence.
    """

    delay: Delay
    certain: bool = True
    in_sequence: bool = False
    departures: supply_network.Departures | None = None
    stops: Stops | None = None
    milestones: ClassVar[tuple[Milestone, ...]] = ()
    finishes: ClassVar[bool] = False
    """True if work that has begun goes on when the place closes."""
    causes: ClassVar[tuple[Cause, ...]] = ()
    """Causes of waiting that lie in this kind of leg."""
    late_by: ClassVar[BackorderCause] = BackorderCause.LEAD_TIMES
    """Cause of backorders if the leg takes longer than planned and nothing stopped it."""

    @classmethod
    def of(cls, ends: RouteEnds) -> Self | None:
        """Make the leg for a route between these ends; ``None`` if the route has no such leg."""
        raise NotImplementedError

    def planner(self, route: RouteContext) -> Plan:
        """Return a function that computes the end of the leg for one order and records its milestones."""
        days, end = route.draws(self.delay), self.end_of_work(route)
        place = route.numbers[self][-1]

        def plan(purchase: PurchaseOrder, time: float) -> float:
            time = purchase.passed[place] = end(time, days[purchase.number])
            return time

        return plan

    def end_of_work(self, route: RouteContext) -> Work:
        """Return a function from the begin of work (days) and its duration (days) to its end (days)."""
        return self.ends_by(availability_of(route, self.stops))

    def ends_by(self, up: Availability | None) -> Work:
        """Return the function of `end_of_work` at a place with this availability; ``None`` if it always works."""
        if up is None:
            return add
        return up.begun if self.finishes else up.after

    def job(self, route: RouteContext, purchase: PurchaseOrder, time: float) -> Job | None:  # noqa: ARG002 - for legs that queue
        """Return the work for which the order queues on the leg from ``time`` (days); ``None`` if for nothing.

        An order that does not queue is moved by the leg's planner.
        """
        return None

    def done(self, route: RouteContext, purchase: PurchaseOrder) -> None:
        """Record the end of the order's work, which is now."""
        purchase.passed[route.numbers[self][-1]] = route.clock.now

    def columns(self, batch: PurchaseBatch) -> None:
        """Move a batch to the end of the leg and record its milestones."""
        days, up = batch.days(self.delay, len(batch.time)), batch.availability(self.stops)
        batch.time = batch.time + days if up is None else up.all_after(batch.time, days)
        batch.passed[self.milestones[-1].name] = batch.time

    def stages(self) -> Iterator[Stage]:
        """Yield the parts of the leg in sequence, as they are planned when an order is placed."""
        days = self.delay.law.mean
        yield Stage(self.milestones[-1].name, self.late_by, days, stops=self.stops, finishes=self.finishes)

    def stretches(self, rng: np.random.Generator) -> Iterator[tuple[str, Floats, Floats]]:
        """Sample the stretches of the leg between milestones, last first.

        Yields:
            Name of the milestone at the end, empty for none; days of the stretch as part of the whole route;
            days for goods that are known to take the stretch. Both samples are float64[SAMPLE].
        """
        days = self.delay.law.sample(rng, SAMPLE)
        yield self.milestones[0].name if self.milestones[0].told else "", days, days

    def passing(self, milestone: str, until: float) -> Passing:  # noqa: ARG002 - for legs with several stretches
        """Return the function from begins to ends of the stretch that ends at a milestone, by what is known beforehand.

        It is that of the work, within opening times, unless the place does not close before ``until`` (days).
        """
        spans = known_spans(self.stops, until)
        if spans is None:
            return np.add
        return spans.begun if self.finishes else spans.after

    @classmethod
    def skip(cls, rng: np.random.Generator) -> bool:  # noqa: ARG003 - for legs that do
        """Test whether forecasts of a route without this leg count its milestones as passed in no time.

        If so, draw the random numbers of the leg, which keeps the samples of the other legs the same without
        it.
        """
        return False

    def room(self, route: RouteContext, now: float) -> float:  # noqa: ARG002 - for legs that can be full
        """Return the units that an order placed now (days) may have without a queue on this leg."""
        return math.inf

    def room_from(self, route: RouteContext, now: float) -> float:  # noqa: ARG002 - as `room`
        """Return the time (days) from which the leg is known to have room."""
        return now

    def load(self, units_a_day: float) -> float:  # noqa: ARG002 - for legs that are loaded
        """Return the utilisation at a demand of ``units_a_day``; 0 if it is not known."""
        return 0.0

    def moments(self) -> Iterator[tuple[float, float]]:
        """Yield mean (days) and variance (days²) of each part of the leg, without queues."""
        law = self.delay.law
        if self.finishes and self.stops is not None:
            yield law.mean, law.variance
            yield self.stops.times.hours.wait
        else:
            yield self.on_the_clock(law.mean, law.variance)

    def on_the_clock(self, mean: float, variance: float) -> tuple[float, float]:
        """Convert mean (days) and variance (days²) of work, as if the time outside of hours were spread evenly."""
        share = 1.0 if self.stops is None else self.stops.times.hours.share
        return mean / share, variance / share**2


def known_spans(stops: Stops | None, until: float) -> OpenSpans | None:
    """Return the spans in which a place is open, as known beforehand; ``None`` if it is until a time (days)."""
    known = None if stops is None else stops.known(until)
    return None if known is None else OpenSpans(known)


class OnRoute(Protocol):
    """Resources and random streams of a route."""

    @property
    def places(self) -> SharedResources:
        """Resources shared with other routes."""
        ...

    @property
    def streams(self) -> Streams:
        """Random streams of the replication."""
        ...


def availability_of(route: OnRoute, stops: Stops | None) -> Availability | None:
    """Return the availability of a place, shared by all routes; ``None`` if nothing stops it."""
    if stops is None:
        return None
    return route.places.shared(("availability", stops.key), lambda: stops.availability(route.streams))
