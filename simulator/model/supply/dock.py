"""Leg at a warehouse's dock: unloading at inbound doors shared by all its products."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import Self

from simulator.calendars.opening_times import OpeningTimes
from simulator.laws.distributions import constant
from simulator.model.availability.stops import Stops
from simulator.model.picking import pick_times
from simulator.model.supply.leg import Delay, Leg, PurchaseBatch, RouteContext, RouteEnds, availability_of
from simulator.model.supply.purchase_order import Milestone, PurchaseOrder
from simulator.model.supply.servers import Job, service_ends
from simulator.orders.backorder_cause import BackorderCause
from simulator.scenario.cause import Cause, changed
from simulator.scenario.sections.run import Run
from simulator.scenario.sections.supply_network import Warehouse


def _opened(site: Warehouse) -> Warehouse:
    """Return the warehouse without its dock if unloading takes time there."""
    busy = site.dock is not None and site.dock.unload.mean > 0
    return site.model_copy(update={"dock": None}) if busy else site


def stops_of(run: Run, name: str, site: Warehouse) -> Stops | None:
    """Collect the opening times of a warehouse; ``None`` if it never closes."""
    return Stops.of(("warehouse", name), run.clock(site.time_zone), OpeningTimes.of(site))


@dataclass(frozen=True, eq=False, kw_only=True)
class Unloading(Leg):
    """Unloading at one of the doors; the allocation policy ranks the purchase orders in the queue."""

    doors: int | None
    """Number of doors; ``None`` for as many as needed."""
    site: str = field(repr=False)
    """Name of the warehouse."""
    finishes = True
    milestones = (Milestone("unloaded", told=False),)
    late_by = BackorderCause.DOCK
    causes = (
        Cause(
            "dock",
            "inbound doors",
            "goods are unloaded at once",
            partial(changed, section="warehouses", change=_opened),
        ),
    )

    @classmethod
    def of(cls, ends: RouteEnds) -> Self | None:
        """Make the leg if the warehouse has a dock, or is ever closed."""
        dock, stops = ends.site.dock, stops_of(ends.run, ends.destination, ends.site)
        if dock is None and stops is None:
            return None
        unload = Delay.at("unload", constant(0.0) if dock is None else dock.unload, "dock")
        return cls(
            delay=unload, doors=None if dock is None else dock.doors, site=ends.destination, stops=stops
        )

    def job(self, route: RouteContext, purchase: PurchaseOrder, time: float) -> Job | None:  # noqa: ARG002 - it begins when a server is free
        """Return the unloading of the order, lowest rank first; ``None`` if no door has to be waited for."""
        if self.doors is None:
            return None
        days, up = route.draws(self.delay)[purchase.number], availability_of(route, self.stops)
        servers = route.servers(("dock", self.site), self.doors, None if up is None else up.up)
        return Job(servers, route.unloading_rank, lambda now: now + days)

    def columns(self, batch: PurchaseBatch) -> None:
        """Move a batch through doors that serve no other orders."""
        days, end = batch.days(self.delay, len(batch.time)), self.ends_by(batch.availability(self.stops))
        if self.doors is None:
            batch.time = pick_times(batch.time, days, None, end)
        else:
            batch.time = service_ends(batch.time, days, self.doors, end=end)
        batch.passed[self.milestones[-1].name] = batch.time


LEGS: tuple[type[Leg], ...] = (Unloading,)
