"""Leg at a warehouse's dock: unloading at inbound doors shared by all its products."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import Self

from simulator.model.supply.leg import Delay, Leg, PurchaseBatch, RouteContext, RouteEnds
from simulator.model.supply.purchase_order import Milestone, PurchaseOrder
from simulator.model.supply.servers import Job, service_ends
from simulator.orders.backorder_cause import BackorderCause
from simulator.scenario.cause import Cause, changed
from simulator.scenario.sections.supply_network import Warehouse


def _opened(site: Warehouse) -> Warehouse:
    """Return the warehouse without its dock if unloading takes time there."""
    busy = site.dock is not None and site.dock.unload.mean > 0
    return site.model_copy(update={"dock": None}) if busy else site


@dataclass(frozen=True, eq=False, kw_only=True)
class Unloading(Leg):
    """Unloading at one of the doors; the allocation policy ranks the purchase orders in the queue."""

    doors: int
    """Number of doors."""
    site: str = field(repr=False)
    """Name of the warehouse."""
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
        """Make the leg if the warehouse has a dock."""
        if (dock := ends.site.dock) is None:
            return None
        unload = Delay.at("unload", dock.unload, "dock")
        return cls(delay=unload, doors=dock.doors, site=ends.destination)

    def job(self, route: RouteContext, purchase: PurchaseOrder, time: float) -> Job:  # noqa: ARG002 - it begins when a server is free
        """Return the unloading of the order; the lowest rank is unloaded first."""
        days = route.draws(self.delay)[purchase.number]
        return Job(
            route.servers(("dock", self.site), self.doors), route.unloading_rank, lambda now: now + days
        )

    def columns(self, batch: PurchaseBatch) -> None:
        """Move a batch through doors that serve no other orders."""
        batch.time = service_ends(batch.time, batch.days(self.delay, len(batch.time)), self.doors)


LEGS: tuple[type[Leg], ...] = (Unloading,)
