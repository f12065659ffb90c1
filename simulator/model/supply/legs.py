"""The legs that there are, in the sequence in which goods take them, and the way that some of them make."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from simulator.laws.distributions import sample_in_bulk
from simulator.model.supply import customs, dock, lane, supplier
from simulator.model.supply.leg import Delay, Leg, PurchaseBatch, RouteEnds
from simulator.model.supply.purchase_order import Milestone
from simulator.orders.random.streams import Streams, UniformLaw
from simulator.scenario.shortcuts import PLANNED_JOURNEYS
from simulator.values.arrays import Floats

LEGS: list[type[Leg]] = [*supplier.LEGS, *lane.LEGS, *customs.LEGS, *dock.LEGS]
"""A new leg is a class, and a place in this list."""


def milestones() -> tuple[Milestone, ...]:
    """All that purchase orders can pass on any way, in sequence."""
    return tuple(one for leg in LEGS for one in leg.milestones)


@dataclass(init=False, repr=False, unsafe_hash=True)
class LegSequence:
    """The legs of the goods from a supplier to a warehouse; ways that are alike are equal."""

    key: str

    def __init__(self, ends: RouteEnds) -> None:
        self.ends = ends
        self.supplier = ends.supplier
        self.legs = [leg for kind in LEGS if (leg := kind.of(ends)) is not None]
        self.key = repr((ends.supplier.minimum, ends.supplier.lot, self.legs))
        self.queues = not PLANNED_JOURNEYS.allows_stock(ends.sections)
        """Whether purchase orders may wait for each other."""
        self.in_sequence = any(leg.in_sequence for leg in self.legs)
        """Whether no purchase order lands before an earlier one."""
        self.timetable = any(leg.departures is not None for leg in self.legs)
        """Whether goods wait for a departure."""

    def load(self, units_a_day: float) -> float:
        """Share of the time for which so many units keep the busiest leg at work, where that is known; else 0."""
        return max(leg.load(units_a_day) for leg in self.legs)

    def landings(
        self, placed: Floats, quantity: Floats, streams: Streams, *, together: bool = False
    ) -> Floats:
        """Times (days) at which orders land, with the queues that they make by themselves: float64[orders].

        Args:
            placed: days, rising.
            quantity: units of each.
            streams: where delays are drawn from, by name of the delay.
            together: take no order of landings into account.
        """

        def days(delay: Delay, n: int) -> Floats:
            rng = streams.generator(delay.name)
            return rng.random(n) if isinstance(delay.law, UniformLaw) else sample_in_bulk(delay.law, rng, n)

        batch = PurchaseBatch(placed, quantity, days, streams)
        for leg in self.legs:
            leg.columns(batch)
        return np.maximum.accumulate(batch.time) if self.in_sequence and not together else batch.time

    @cached_property
    def moments(self) -> tuple[float, float]:
        """Mean (days) and variance (days²) of the lead time without queues."""
        parts = [part for leg in self.legs for part in leg.moments()]
        return sum(mean for mean, _ in parts), sum(variance for _, variance in parts)

    @property
    def constant(self) -> float | None:
        """Lead time (days) if it is the same for every order."""
        chance = self.queues or self.timetable or not all(leg.certain for leg in self.legs)
        return None if chance or self.moments[1] > 0.0 else self.moments[0]
