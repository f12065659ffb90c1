"""A leg: one step of the way of goods, described once for everything that asks about it.

A leg knows how long it takes one purchase order (`planner`), what it waits for (`process`), how long it takes many
purchase orders at once (`columns`), what is left of it (`stretches`) and its mean and variance (`moments`). What a leg
does not say follows from its delay.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Hashable, Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final, NamedTuple, Self, TypeVar

import numpy as np
from numpy.typing import NDArray
from simpy.events import Event

from simulator.laws.distributions import Distribution
from simulator.model.clock import Clock, Phase
from simulator.model.supply.picking import pick_times
from simulator.model.supply.purchase_order import Milestone, PurchaseOrder
from simulator.orders.random.streams import Draws, Streams, UniformLaw, stream_name
from simulator.scenario.cause import Cause
from simulator.scenario.scenario import Scenario
from simulator.scenario.sections import supply_network
from simulator.values.arrays import Floats
from simulator.values.section import Section

Thing = TypeVar("Thing")
Plan = Callable[[PurchaseOrder, float], float]
"""From when a purchase order begins a leg (days) to when it ends it."""
SAMPLE: Final = 4096
"""Draws that stand for the law of a delay in forecasts."""


class RouteEnds(NamedTuple):
    """A supplier, a warehouse and all that lies between them, as the scenario has it."""

    origin: str
    supplier: supply_network.Supplier
    lane: supply_network.Lane | None
    port: str
    office: supply_network.Customs | None
    destination: str
    site: supply_network.Warehouse

    @classmethod
    def of(cls, scenario: Scenario, supplier: str, warehouse: str) -> RouteEnds:
        """The ends of the way from this supplier to this warehouse."""
        lane = scenario.lane_between(supplier, warehouse)
        port = "" if lane is None or lane.customs is None else lane.customs
        site, office = scenario.warehouses[warehouse], scenario.customs.get(port)
        return cls(supplier, scenario.suppliers[supplier], lane, port, office, warehouse, site)

    @property
    def sections(self) -> dict[str, Section | None]:
        """Sections of the scenario that say how goods come, by their paths."""
        return {
            "suppliers.*": self.supplier,
            "lanes.*": self.lane,
            "customs.*": self.office,
            "warehouses.*": self.site,
        }


@dataclass(frozen=True, slots=True, eq=False)
class Delay:
    """Something that takes time, in days, or a decision by chance; ``stream``: how its streams' names begin."""

    name: str
    law: Distribution | UniformLaw
    stream: str = field(repr=False)

    @classmethod
    def at(cls, name: str, law: Distribution | UniformLaw, *place: str) -> Delay:
        """The delay of this name at a place."""
        return cls(name, law, stream_name(*place, name))


class SharedResources:
    """What purchase orders of different stocks share on their ways, such as inspectors or a timetable."""

    def __init__(self) -> None:
        self._known: dict[Hashable, Any] = {}

    def shared(self, name: Hashable, make: Callable[[], Thing]) -> Thing:
        """What has this name; made when it is first asked for."""
        if name not in self._known:
            self._known[name] = make()
        found: Thing = self._known[name]
        return found


@dataclass(slots=True, eq=False)
class RouteContext:
    """What legs have to know of the stock and the source whose purchase orders they move.

    clock: of the run. streams: of the replication. places: shared with other trips. stock: end of the names of its
    streams. unloading_rank: sequence at the dock, low first. numbers: of each leg's milestones among all. plans: of
    each leg. news: called whenever an order reaches a place on its way, if somebody wants to know. met: draws, by
    stream.
    """

    clock: Clock
    streams: Streams
    places: SharedResources
    stock: str
    unloading_rank: float
    numbers: dict[Leg, list[int]]
    plans: dict[Leg, Plan] = field(default_factory=dict)
    news: Callable[[], None] | None = None
    met: dict[str, Draws] = field(default_factory=dict)

    def draws(self, delay: Delay) -> Draws:
        """Delays that purchase orders meet, by their number; the same for all stocks without chance."""
        law, stream = delay.law, delay.stream
        if stream not in self.met:
            self.met[stream] = (
                self.streams.draws(law, f"{stream}/{self.stock}")
                if law.variance > 0.0
                else self.places.shared((stream, law.mean), lambda: self.streams.draws(law, stream))
            )
        return self.met[stream]

    def until(self, time: float, purchase: PurchaseOrder) -> Event:
        """Event at which the purchase order goes on."""
        return self.clock.at(time, Phase.RECEIPT, purchase.stock)

    def announce(self, purchase: PurchaseOrder, *legs: Leg) -> None:
        """Plan the news that the order passes those milestones of the legs whose times are known and to come."""
        if (news := self.news) is not None:
            times = {purchase.passed[number] for leg in legs for number in self.numbers[leg]}
            for time in sorted(times):
                if self.clock.now <= time < self.clock.end:
                    self.clock.call(time, Phase.RECEIPT, purchase.stock, lambda _: news())


@dataclass(slots=True)
class PurchaseBatch:
    """Purchase orders whose ways are worked out at once.

    time: when each ends the legs so far, at first when it is placed, in days; rising within a stock. quantity: units of
    each. days: gives so many draws of a delay. streams: for a leg that draws otherwise. passed: columns, see
    `Purchases`.
    """

    time: Floats
    quantity: Floats
    days: Callable[[Delay, int], Floats]
    streams: Streams
    passed: dict[str, NDArray[Any]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False, kw_only=True)
class Leg:
    """One step of the way, its delay being the same law for every purchase order.

    A leg has at most one milestone, at its end, unless it describes itself in all its methods.

    certain: nothing is decided by chance beside the delay. in_sequence: no
    purchase order lands before an earlier one. departures: what goods wait for.
    """

    delay: Delay
    certain: bool = True
    in_sequence: bool = False
    departures: supply_network.Departures | None = None
    milestones: ClassVar[tuple[Milestone, ...]] = ()
    causes: ClassVar[tuple[Cause, ...]] = ()
    """Causes of waiting that are switched off here."""

    @classmethod
    def of(cls, ends: RouteEnds) -> Self | None:
        """The leg of a way between these ends; ``None`` where it has none."""
        raise NotImplementedError

    def planner(self, trip: RouteContext) -> Plan:
        """Function that gives the end of the leg for one order, noting the milestones it passes."""
        days = trip.draws(self.delay)
        if not self.milestones:
            return lambda purchase, time: time + days[purchase.number]
        (place,) = trip.numbers[self]

        def plan(purchase: PurchaseOrder, time: float) -> float:
            time += days[purchase.number]
            purchase.passed[place] = time
            return time

        return plan

    def process(
        self, trip: RouteContext, purchase: PurchaseOrder, time: float
    ) -> Generator[Event, Any, float]:
        """Part of a SimPy process, where some leg of the way queues: goods go on when its milestones are passed."""
        time = trip.plans[self](purchase, time)
        if self.milestones:
            trip.announce(purchase, self)
            yield trip.until(time, purchase)
        return time

    def columns(self, batch: PurchaseBatch) -> None:
        """Move a batch to the end of the leg, noting the milestones."""
        batch.time = batch.time + batch.days(self.delay, len(batch.time))
        for one in self.milestones:
            batch.passed[one.name] = batch.time

    def stretches(self, rng: np.random.Generator) -> Iterator[tuple[str, Floats, Floats]]:
        """Stretches between milestones, last first: sampled days of each, for goods that have begun it known to.

        Yields: name of the milestone at the end, empty for none; days as part of the whole way; days for goods of which
        it is known that they take this stretch. float64[SAMPLE].
        """
        days = self.delay.law.sample(rng, SAMPLE)
        yield self.milestones[0].name if self.milestones else "", days, days

    @classmethod
    def skip(cls, rng: np.random.Generator) -> bool:  # noqa: ARG003 - for legs that do
        """Whether forecasts of ways without the leg have its place passed in no time; then its numbers are taken."""
        return False

    def load(self, units_a_day: float) -> float:  # noqa: ARG002 - for legs that are loaded
        """Share of the time for which so many units keep it busy, where that is known; else 0."""
        return 0.0

    def moments(self) -> Iterator[tuple[float, float]]:
        """Mean (days) and variance (days²) of its parts, without queues."""
        yield self.delay.law.mean, self.delay.law.variance


def service_ends(arrivals: Floats, work: Floats, servers: int) -> Floats:
    """Times (days) at which jobs are done, first come first served by so many servers.

    One server: Lindley's recursion as a running maximum (Lindley 1952); several: a heap of times they are free.
    """
    sequence = np.argsort(arrivals, kind="stable")
    time, length, done = arrivals[sequence], work[sequence], np.empty(len(arrivals))
    if servers == 1:
        total = np.cumsum(length)
        done[sequence] = total + np.maximum.accumulate(time - (total - length))
    else:
        done[sequence] = pick_times(time, length, servers)
    return done
