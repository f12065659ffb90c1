"""Leg of a supplier with a capacity a period, and the units that it has promised."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Self

import numpy as np

from simulator.laws.distributions import constant
from simulator.model.supply.leg import (
    Delay,
    Leg,
    Plan,
    PurchaseBatch,
    RouteContext,
    RouteEnds,
)
from simulator.model.supply.purchase_order import Milestone, PurchaseOrder
from simulator.orders.backorder_cause import BackorderCause
from simulator.scenario.sections.suppliers import Capacity

_ROUNDING: Final = 1e-9
"""Part of a period by which its beginning may differ from the same time computed otherwise."""


class InstantUnits:
    """Units that one stock orders from one supplier at one instant, by any mode; for a supplier with a maximum."""

    def __init__(self) -> None:
        self._time = -math.inf
        self._units = 0.0

    def at(self, now: float) -> float:
        """Return the units ordered so far at this instant (days)."""
        return self._units if self._time == now else 0.0

    def add(self, units: float, now: float) -> None:
        """Count units ordered now (days)."""
        self._units = self.at(now) + units
        self._time = now


class QuotaBook:
    """Units that a supplier with a capacity a period has promised, period after period."""

    def __init__(self, quota: Capacity) -> None:
        self._units = quota.units
        self._period = quota.per
        self._number = 0
        """Number of the period that takes the next unit."""
        self._left = quota.units
        """Units that it can still take."""

    def _turn_to(self, now: float) -> None:
        """Leave the periods that are over, whose unused capacity is lost."""
        number = math.floor(now / self._period + _ROUNDING)
        if number > self._number:
            self._number, self._left = number, self._units

    def _begins(self, number: int, now: float) -> float:
        """Return the time (days) at which the period with this number begins, ``now`` if it has begun."""
        begin = number * self._period
        return begin if begin > now + _ROUNDING * self._period else now

    def left(self, now: float) -> float:
        """Return the units that the present period can still take."""
        self._turn_to(now)
        return self._left if self._begins(self._number, now) <= now else 0.0

    def room_from(self, now: float) -> float:
        """Return the time (days) from which a period can take units."""
        self._turn_to(now)
        number = self._number if self._left > 0.0 else self._number + 1
        return self._begins(number, now)

    def take(self, units: float, now: float) -> float:
        """Return the time (days) at which the last of ``units`` that are ordered now has its turn."""
        self._turn_to(now)
        beyond = units - self._left
        if beyond > 0.0:
            periods = math.ceil(beyond / self._units - 1e-12)
            self._number += periods
            self._left = periods * self._units - beyond
        else:
            self._left -= units
        return self._begins(self._number, now)


@dataclass(frozen=True, eq=False, kw_only=True)
class Quota(Leg):
    """Capacity of a supplier a period, used up in the sequence of placing; the last unit of an order decides."""

    quota: Capacity
    """Units a period."""
    milestones = (Milestone("turn", told=False),)
    late_by = BackorderCause.CAPACITY

    @classmethod
    def of(cls, ends: RouteEnds) -> Self | None:
        """Make the leg if the supplier has a capacity a period."""
        if (quota := ends.supplier.quota) is None:
            return None
        return cls(
            delay=Delay.at("quota", constant(0.0), "supplier", ends.origin), quota=quota, certain=False
        )

    def book(self, route: RouteContext) -> QuotaBook:
        """Return the units promised so far, to all stocks that buy from the supplier."""
        return route.places.shared(self.delay.stream, lambda: QuotaBook(self.quota))

    def planner(self, route: RouteContext) -> Plan:
        """Return a function that computes the beginning of the period in which the order's last unit has its turn."""
        book, place = self.book(route), route.numbers[self][-1]

        def plan(purchase: PurchaseOrder, time: float) -> float:
            time = purchase.passed[place] = book.take(purchase.ordered, time)
            return time

        return plan

    def room(self, route: RouteContext, now: float) -> float:
        """Return the units that are left of the present period."""
        return self.book(route).left(now)

    def room_from(self, route: RouteContext, now: float) -> float:
        """Return the time (days) of the first period with units left."""
        return self.book(route).room_from(now)

    def columns(self, batch: PurchaseBatch) -> None:
        """Move a batch through a capacity that serves no other orders."""
        book = QuotaBook(self.quota)
        pairs = zip(batch.quantity.tolist(), batch.time.tolist(), strict=True)
        batch.time = np.array([book.take(units, time) for units, time in pairs])

    def load(self, units_a_day: float) -> float:
        """Return the share of the capacity that is used at a demand of ``units_a_day``."""
        return units_a_day * self.quota.per / self.quota.units

    def moments(self) -> Iterator[tuple[float, float]]:
        """Yield nothing, since the wait depends on the load."""
        return iter(())


LEGS: tuple[type[Leg], ...] = (Quota,)
