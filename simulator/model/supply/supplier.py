"""Legs at a supplier: production lines with one queue, then the preparation for dispatch."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Self

import numpy as np

from simulator.calendars.opening_times import OpeningTimes
from simulator.laws.distributions import constant
from simulator.model.availability.stops import Stops
from simulator.model.supply.leg import (
    Delay,
    Leg,
    PurchaseBatch,
    RouteContext,
    RouteEnds,
    Stage,
)
from simulator.model.supply.purchase_order import Milestone, PurchaseOrder
from simulator.model.supply.servers import Job, service_ends
from simulator.orders.backorder_cause import BackorderCause
from simulator.orders.random.streams import Draws
from simulator.scenario.cause import Cause, changed, steady
from simulator.scenario.sections.disruptions import Stopped
from simulator.scenario.sections.suppliers import Supplier


def _unlimited(supplier: Supplier) -> Supplier:
    """Return the supplier without production lines."""
    return supplier.model_copy(update={"capacity": None, "production": None})


def _punctual(supplier: Supplier) -> Supplier:
    """Return the supplier with its mean lead time."""
    return supplier.model_copy(update={"lead_time": steady(supplier.lead_time)})


@dataclass(frozen=True, eq=False, kw_only=True)
class Production(Leg):
    """Production lines of a supplier, shared by all its purchase orders, first come first served.

    The delay of the leg is the time to make one unit.
    """

    lines: int
    """Number of production lines."""
    backlog_first: bool
    """True if a free line makes the order whose stock has the largest backlog."""
    milestones = (Milestone("begun", told=False), Milestone("made", told=False))
    causes = (
        Cause(
            "capacity",
            "limited production capacity",
            "suppliers make any quantity at once",
            partial(changed, section="suppliers", change=_unlimited),
        ),
    )

    @classmethod
    def of(cls, ends: RouteEnds) -> Self | None:
        """Make the leg if the supplier has production lines."""
        if (shop := ends.supplier.workshop) is None:
            return None
        unit_time = Delay.at("unit_time", shop.unit_time, "supplier", ends.origin)
        return cls(
            delay=unit_time,
            lines=shop.lines,
            backlog_first=shop.first == "backlog",
            stops=stops_of(ends, "production", closes=True, hours=True),
        )

    def job(self, route: RouteContext, purchase: PurchaseOrder, time: float) -> Job:  # noqa: ARG002 - it begins when a server is free
        """Return the work of a production line that makes all units of the order, one after the other.

        Times are drawn for all units ordered, whether or not some are cancelled, so that a cancellation moves
        no other draw. Units cancelled while the order waits for a line are not made.
        """
        duration = production_time(purchase.ordered, route.draws(self.delay))
        purchase.in_production = False
        end, begun = self.end_of_work(route), route.numbers[self][0]

        def begin(now: float) -> float:
            purchase.in_production = True
            purchase.passed[begun] = now
            purchase.work = duration * (purchase.quantity / purchase.ordered)
            return end(now, purchase.work)

        servers = route.servers(self.delay.stream, self.lines)
        return Job(servers, 0.0, begin, route.backlog if self.backlog_first else None)

    def room(self, route: RouteContext, now: float) -> float:  # noqa: ARG002 - lines tell of now only
        """Return infinity if a line is free, else 0."""
        return math.inf if route.servers(self.delay.stream, self.lines).free else 0.0

    def columns(self, batch: PurchaseBatch) -> None:
        """Move a batch through production lines that serve no other orders."""
        quantity, law = batch.quantity, self.delay.law
        if law.variance == 0.0:
            work = quantity * law.mean
        else:
            whole = np.ceil(quantity).astype(np.intp)
            last = np.cumsum(whole) - 1
            units = batch.days(self.delay, int(whole.sum()))
            units[last] *= quantity - whole + 1.0
            work = np.add.reduceat(units, np.append(0, last[:-1] + 1)) if len(whole) else np.zeros(0)
        batch.time = service_ends(batch.time, work, self.lines, batch.availability(self.stops))

    def stages(self) -> Iterator[Stage]:
        """Yield the wait for a line, planned to take no time, and the making of the units."""
        yield Stage("begun", BackorderCause.CAPACITY, stops=self.stops)
        yield Stage("made", BackorderCause.PRODUCTION, self.delay.law.mean, by_unit=True, stops=self.stops)

    def load(self, units_a_day: float) -> float:
        """Return the utilisation of the lines at a demand of ``units_a_day``."""
        return units_a_day * self.delay.law.mean / self.lines

    def moments(self) -> Iterator[tuple[float, float]]:
        """Yield nothing, since the duration of production depends on the quantity."""
        return iter(())


def production_time(quantity: float, unit_times: Draws) -> float:
    """Compute the days to make the units of a purchase order one after the other on one production line.

    Each unit takes the next draw of its stock. A fraction of a unit takes that fraction of a draw.

    Args:
        quantity: units.
        unit_times: days per unit.
    """
    whole = math.floor(quantity)
    total = float(np.cumsum(unit_times.take(whole))[-1]) if whole else 0.0
    return total + unit_times.next() * (quantity - whole) if quantity > whole else total


def stops_of(ends: RouteEnds, stopped: Stopped, *, closes: bool, hours: bool = False) -> Stops | None:
    """Collect hours, closures and disruptions of one kind of work; ``None`` if it always goes on.

    Args:
        ends: of the route.
        stopped: kind of work.
        closes: True if closures and holidays stop it.
        hours: True if it goes on in opening hours only.
    """
    supplier = ends.supplier
    disruptions = {name: one for name, one in supplier.disruptions.items() if one.stops == stopped}
    times = OpeningTimes.of(supplier) if closes else OpeningTimes()
    clock = ends.run.clock(supplier.time_zone)
    return Stops.of(("supplier", ends.origin), clock, times if hours else times.day_and_night, disruptions)


@dataclass(frozen=True, eq=False, kw_only=True)
class Preparation(Leg):
    """Lead time of a supplier, until the goods are ready; it stands still in closures.

    It stands still while production is disrupted, too, unless there are production lines, which are stopped then. A
    warehouse needs no time; its orders wait while it has too little.
    """

    warehouse: bool = field(default=False, repr=False)
    """True if a warehouse sends the goods."""
    milestones = (Milestone("produced"),)
    causes = (
        Cause(
            "lead_times",
            "unsteady supplier lead times",
            "every supplier takes its mean lead time",
            partial(changed, section="suppliers", change=_punctual),
        ),
    )

    @classmethod
    def of(cls, ends: RouteEnds) -> Self:
        """Make the leg, which every supplier has."""
        if ends.supplier.workshop is not None:
            ends = ends._replace(supplier=ends.supplier.model_copy(update={"disruptions": {}}))
        stops = stops_of(ends, "production", closes=True)
        delay = Delay.at("lead_time", ends.supplier.lead_time, "supplier", ends.origin)
        return cls(delay=delay, stops=stops, warehouse=ends.from_warehouse)

    def stages(self) -> Iterator[Stage]:
        """Yield the lead time."""
        cause = BackorderCause.DEPOT if self.warehouse else BackorderCause.LEAD_TIMES
        yield Stage(self.milestones[0].name, cause, self.delay.law.mean, stops=self.stops)


@dataclass(frozen=True, eq=False, kw_only=True)
class Dispatch(Leg):
    """Dispatch of ready goods, which wait for the end of a disruption and then leave together."""

    milestones = (Milestone("dispatched", told=False),)
    late_by = BackorderCause.DISRUPTIONS

    @classmethod
    def of(cls, ends: RouteEnds) -> Self | None:
        """Make the leg if dispatch is ever disrupted."""
        stops = stops_of(ends, "dispatch", closes=False)
        if stops is None:
            return None
        return cls(delay=Delay.at("dispatch", constant(0.0), "supplier", ends.origin), stops=stops)


LEGS: tuple[type[Leg], ...] = (Production, Preparation, Dispatch)
