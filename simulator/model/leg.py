"""A leg: one step of the way of goods, described once for everything that asks about it.

A leg knows how long it takes one purchase order (`planner`), what it waits for (`process`), how long it takes many
purchase orders at once (`columns`), what is left of it (`stretches`) and its mean and variance (`moments`). What a leg
does not say follows from its delay.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Hashable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Final, NamedTuple, Self, TypeVar

import numpy as np
from numpy.typing import NDArray
from simpy.events import Event

from simulator.model.clock import Clock, Phase
from simulator.model.purchase import Milestone, PurchaseOrder
from simulator.orders.streams import Draws, Streams, Uniform, stream_name
from simulator.scenario import network
from simulator.scenario.cause import Cause
from simulator.scenario.distributions import Distribution
from simulator.scenario.scenario import Scenario

Column = NDArray[np.float64]
Plan = Callable[[PurchaseOrder, float], float]
"""From when a purchase order begins a leg (days) to when it ends it."""
Process = Callable[[PurchaseOrder, float], Generator[Event, Any, float]]
"""The same as part of a SimPy process."""
Thing = TypeVar("Thing")

SAMPLE: Final = 4096
"""Draws that stand for the law of a delay in forecasts."""


class Ends(NamedTuple):
    """A supplier, a warehouse and all that lies between them, as the scenario has it."""

    origin: str
    supplier: network.Supplier
    lane: network.Lane | None
    office: network.Customs | None
    destination: str
    site: network.Warehouse

    @classmethod
    def of(cls, scenario: Scenario, supplier: str, warehouse: str) -> Ends:
        """The ends of the way from this supplier to this warehouse."""
        lane = scenario.lane_between(supplier, warehouse)
        office = None if lane is None or lane.customs is None else scenario.customs[lane.customs]
        site = scenario.warehouses[warehouse]
        return cls(supplier, scenario.suppliers[supplier], lane, office, warehouse, site)


@dataclass(frozen=True, slots=True, eq=False)
class Delay:
    """Something that takes time, in days, or a decision by chance; ``stream``: how its streams' names begin."""

    name: str
    law: Distribution | Uniform
    stream: str

    @classmethod
    def at(cls, name: str, law: Distribution | Uniform, *place: str) -> Delay:
        """The delay of this name at a place."""
        return cls(name, law, stream_name(*place, name))


class Places:
    """What purchase orders of different stocks share on their ways, such as inspectors or a timetable."""

    def __init__(self) -> None:
        self._known: dict[Hashable, Any] = {}

    def shared(self, name: Hashable, make: Callable[[], Thing]) -> Thing:
        """What has this name; made when it is first asked for."""
        if name not in self._known:
            self._known[name] = make()
        found: Thing = self._known[name]
        return found


class Trip:
    """What legs have to know of the stock and the source whose purchase orders they move.

    Args:
        clock: of the run.
        streams: of the replication.
        places: what is shared with other trips.
        milestones: all that purchase orders can pass on any way, in sequence.
        unloading_rank: sequence at the dock, low first.
    """

    def __init__(
        self,
        clock: Clock,
        streams: Streams,
        places: Places,
        milestones: tuple[Milestone, ...],
        unloading_rank: float,
    ) -> None:
        self.clock = clock
        self.streams = streams
        self.places = places
        self.unloading_rank = unloading_rank
        self.news: Callable[[], None] | None = None
        """Called whenever an order reaches a place on its way, if somebody wants to know."""
        self._milestones = milestones

    def draws(self, delay: Delay) -> Draws:
        """What the purchase orders of this stock from this source meet, by their number."""
        raise NotImplementedError

    def numbers(self, leg: Leg) -> list[int]:
        """Numbers of the leg's milestones among all."""
        return [self._milestones.index(one) for one in leg.milestones]

    def until(self, time: float, purchase: PurchaseOrder) -> Event:
        """Event at which the purchase order goes on."""
        return self.clock.at(time, Phase.RECEIPT, purchase.stock)

    def announce(self, purchase: PurchaseOrder, *times: float) -> None:
        """Plan the news that the order passes milestones at these times (days); nan for those it does not pass."""
        news = self.news
        if news is not None:
            for time in sorted({*times}):
                if self.clock.now <= time < self.clock.end:
                    self.clock.call(time, Phase.RECEIPT, purchase.stock, lambda _: news())


class Batch:
    """Purchase orders whose ways are worked out at once.

    Args:
        placed: days, rising within a stock.
        quantity: units of each.
        days: gives so many draws of a delay.
        streams: for a leg that draws otherwise.
    """

    def __init__(
        self, placed: Column, quantity: Column, days: Callable[[Delay, int], Column], streams: Streams
    ) -> None:
        self.time = placed
        """When each ends the legs so far, in days."""
        self.quantity = quantity
        self.days = days
        self.streams = streams
        self.passed: dict[str, NDArray[Any]] = {}
        """Columns by name of the milestone: see `Purchases`."""


@dataclass(frozen=True, eq=False)
class Leg:
    """One step of the way, its delay being the same law for every purchase order.

    A leg has at most one milestone, at its end, unless it describes itself in all its methods.
    """

    delay: Delay
    milestones: ClassVar[tuple[Milestone, ...]] = ()
    causes: ClassVar[tuple[Cause, ...]] = ()
    """Causes of waiting that are switched off here."""

    @classmethod
    def of(cls, ends: Ends) -> Self | None:
        """The leg of a way between these ends; ``None`` where it has none."""
        raise NotImplementedError

    @property
    def queues(self) -> bool:
        """Whether goods may wait for each other."""
        return False

    @property
    def departures(self) -> network.Departures | None:
        """Departures that goods wait for, if any."""
        return None

    @property
    def in_sequence(self) -> bool:
        """Whether no purchase order lands before an earlier one."""
        return False

    @property
    def certain(self) -> bool:
        """Whether it takes every purchase order as long."""
        return all(variance == 0.0 for _, variance in self.moments())

    def planner(self, trip: Trip) -> Plan:
        """Function that gives the end of the leg for one order, noting the milestones it passes."""
        days = trip.draws(self.delay)
        if not self.milestones:
            return lambda purchase, time: time + days[purchase.number]
        (place,) = trip.numbers(self)

        def plan(purchase: PurchaseOrder, time: float) -> float:
            time += days[purchase.number]
            purchase.passed[place] = time
            return time

        return plan

    def process(self, trip: Trip) -> Process:
        """The same where some leg of the way queues: goods wait until the last milestone of the leg is passed."""
        plan, places = self.planner(trip), trip.numbers(self)

        def process(purchase: PurchaseOrder, time: float) -> Generator[Event, Any, float]:
            time = plan(purchase, time)
            if places:
                trip.announce(purchase, *[purchase.passed[place] for place in places])
                yield trip.until(time, purchase)
            return time

        return process

    def columns(self, batch: Batch) -> None:
        """Move a batch to the end of the leg, noting the milestones."""
        batch.time = batch.time + batch.days(self.delay, len(batch.time))
        for one in self.milestones:
            batch.passed[one.name] = batch.time

    def stretches(self, rng: np.random.Generator) -> Iterator[tuple[str, Column, Column]]:
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

    def moments(self) -> Iterator[tuple[float, float]]:
        """Mean (days) and variance (days²) of its parts, without queues."""
        yield self.delay.law.mean, self.delay.law.variance
