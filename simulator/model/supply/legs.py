"""List of all kinds of legs in the sequence in which goods take them, and the legs of one route."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from simulator.laws.distributions import sample_in_bulk
from simulator.model.supply import customs, dock, lane, quota, supplier
from simulator.model.supply.leg import Delay, Leg, PurchaseBatch, RouteEnds, Stage
from simulator.model.supply.purchase_order import Milestone
from simulator.orders.backorder_cause import BackorderCause
from simulator.orders.random.streams import Streams, UniformLaw
from simulator.scenario.shortcuts import PLANNED_ROUTES
from simulator.values.arrays import Floats

LEGS: list[type[Leg]] = [*quota.LEGS, *supplier.LEGS, *lane.LEGS, *customs.LEGS, *dock.LEGS]
"""All kinds of legs, in sequence. A new leg takes a class and a place in this list."""


def milestones() -> tuple[Milestone, ...]:
    """Return the milestones of all kinds of legs, in sequence; those that nobody is told of come last."""
    every = [one for leg in LEGS for one in leg.milestones]
    return tuple(sorted(every, key=lambda one: not one.told))


def told_milestones() -> tuple[Milestone, ...]:
    """Return the milestones that people are told of: the first of `milestones`."""
    return tuple(one for one in milestones() if one.told)


@dataclass(init=False, repr=False, unsafe_hash=True)
class LegSequence:
    """Legs of a route from a supplier to a warehouse; routes with the same legs and order rule are equal."""

    key: str
    """Description of the legs and of the supplier's minimum and lot, by which routes compare."""

    def __init__(self, ends: RouteEnds) -> None:
        """Choose the legs for a route between these ends."""
        self.ends = ends
        self.supplier = ends.supplier
        self.legs = [leg for kind in LEGS if (leg := kind.of(ends)) is not None]
        self.key = repr((ends.supplier.minimum, ends.supplier.lot, self.legs))
        self.queues = not PLANNED_ROUTES.allows_stock(ends.sections)
        """True if purchase orders may wait for each other."""
        self.in_sequence = any(leg.in_sequence for leg in self.legs)
        """True if no purchase order lands before an earlier one."""
        self.timetable = any(leg.departures is not None for leg in self.legs)
        """True if goods wait for a departure."""

    @cached_property
    def calendars(self) -> bool:
        """True if a place on the route has opening times, and closes during the run."""
        end = self.ends.run.end
        return any(leg.stops is not None and leg.stops.known(end) is not None for leg in self.legs)

    @cached_property
    def numbers(self) -> dict[Leg, list[int]]:
        """Index of each leg's milestones among all milestones."""
        names = milestones()
        return {leg: [names.index(one) for one in leg.milestones] for leg in self.legs}

    @cached_property
    def told(self) -> dict[Leg, list[int]]:
        """The same as `numbers` for those that people are told of."""
        count = len(told_milestones())
        return {
            leg: [number for number in numbers if number < count] for leg, numbers in self.numbers.items()
        }

    @property
    def stages(self) -> tuple[Stage, ...]:
        """Parts of the route in sequence, as they are planned when an order is placed."""
        found = [stage for leg in self.legs for stage in leg.stages()]
        if self.in_sequence:  # orders that are ready land when no earlier one is under way
            found.append(Stage("received", BackorderCause.TRANSPORT))
        return tuple(found)

    def load(self, units_a_day: float) -> float:
        """Return the utilisation of the busiest leg at a demand of ``units_a_day``; 0 if it is not known."""
        return max(leg.load(units_a_day) for leg in self.legs)

    def landings(
        self, placed: Floats, quantity: Floats, streams: Streams, *, together: bool = False
    ) -> Floats:
        """Compute the times (days) at which orders land, with queues of these orders alone: float64[orders].

        Args:
            placed: time of placing of each order, days, rising.
            quantity: units of each order.
            streams: random streams of the delays, by name of the delay.
            together: let orders overtake each other even on a lane without overtaking.
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
        """Lead time (days) if it is the same for every order, else ``None``."""
        chance = (
            self.queues or self.timetable or not all(leg.certain and leg.stops is None for leg in self.legs)
        )
        return None if chance or self.moments[1] > 0.0 else self.moments[0]
