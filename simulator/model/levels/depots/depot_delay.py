"""Service of a depot, and the law of the time that orders of other warehouses wait there.

The depot serves in the sequence of placing. A unit that is ordered at a time t has come within d days if the depot's
position at t − (L − d), L being the depot's own lead time, covers what is ordered from then on up to the unit itself.
So the law of the delay follows from services at shorter lead times (Axsäter 2015, Inventory Control, chapter 10;
Svoronos & Zipkin 1988, Operations Research 36, on moments for batches). By Little's law the mean delay is the mean
backlog over the demand (Sherbrooke 1968, Operations Research 16).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from itertools import starmap
from typing import Final, NamedTuple

import numpy as np

from simulator.model.levels.depots.internal_demand import JointDemand, OrderStream, UnitsLaw
from simulator.model.levels.depots.order_tables import OrderTables, Transform
from simulator.model.levels.exact_levels import LeadTime, visits
from simulator.policies.replenishment import (
    OrderUpTo,
    PeriodicMinMax,
    PeriodicPolicy,
    ReorderPoint,
    ReplenishmentPolicy,
)
from simulator.values.arrays import Floats

_SLICES: Final = 6
"""Number of slices in which delays above 0 are counted."""
_PHASES: Final = 12
"""Number of times since a depot's last review, where orders come at any time."""


@dataclass(frozen=True)
class LevelLaw:
    """Law of the level that good service requires: ``chances[k]`` is P(level = lowest + k step), in units.

    Service is linear between two steps, where units come in steps and are shipped one by one, unless `whole`.
    """

    chances: Floats
    lowest: float
    step: float
    whole: bool = False

    def service(self, level: float) -> float:
        """Return the service at a level."""
        place = (level - self.lowest) / self.step + 1e-9
        low = math.floor(place)
        part = 0.0 if self.whole else place - low
        reached = np.concatenate((np.zeros(1), np.cumsum(self.chances)))
        first, second = np.clip((low + 1, low + 2), 0, len(reached) - 1)
        return float(min(1.0, (1.0 - part) * reached[first] + part * reached[second]))

    def smallest(self, share: float) -> float:
        """Return the smallest whole level from 0 on at which the service is at least ``share``."""
        reached = np.cumsum(self.chances)
        place = int(np.searchsorted(reached, share - 1e-12 * (1.0 + share)))
        part = 1.0
        if not self.whole and place < len(reached):
            before = float(reached[place - 1]) if place else 0.0
            part = (share - before) / (float(reached[place]) - before)
        return max(0.0, math.ceil(self.lowest + self.step * (place - 1.0 + part) - 1e-9))


class Delays(NamedTuple):
    """Laws of the time that orders wait in a depot.

    Attributes:
        units: delay of a unit.
        first: delay of the first unit of an order, and so of its first shipment.
    """

    units: LeadTime
    first: LeadTime


class DepotStock:
    """Stock of a depot under its policy, whatever the level. Times in days, quantities in units."""

    def __init__(
        self,
        demand: JointDemand,
        policy: ReplenishmentPolicy,
        lead_time: LeadTime,
        *,
        whole: bool = False,
        kept_back: float = 0.0,
    ) -> None:
        """Prepare the tables.

        Args:
            demand: orders of the places and of customers.
            policy: sized policy of a kind in `LEVELLED`; only the distances between its levels matter.
            lead_time: law of the depot's own lead time.
            whole: True if orders are shipped once all their units are there.
            kept_back: units that are not for other warehouses.
        """
        self._policy = policy
        self._lead_time = lead_time
        self._whole = whole
        self._kept_back = kept_back
        self._gap = gap(policy)
        """Highest position, in units above the level."""
        self._longest = float(lead_time.days.max())
        """Longest delay if levels are not below 0."""
        if isinstance(policy, PeriodicPolicy):
            self._longest += policy.every
        self._demand = demand
        self._tables = OrderTables(demand, self._longest, self._gap)
        self._weights: Floats = demand.means / demand.mean
        self._below = self._tables.transform(self._depth())

    def _depth(self) -> UnitsLaw:
        """Return the law of the units by which the position lies below its highest value, just after reviews."""
        if not self._gap:
            return UnitsLaw(np.zeros(1), np.ones(1))
        tables = self._tables
        count = max(1, round(self._gap / tables.step))
        units = tables.step * np.arange(float(count))
        if isinstance(self._policy, ReorderPoint):
            return UnitsLaw(units, np.full(count, 1.0 / count))
        if isinstance(self._policy, PeriodicMinMax):
            sizes = tables.law(tables.over(self._policy.every))
        else:
            sizes = self._order_sizes()
        often = visits(count, sizes)
        return UnitsLaw(units, often / often.sum())

    def _order_sizes(self) -> Floats:
        """Return the law of the units of an order, by steps."""
        streams = self._demand.streams
        laws = [stream.order_sizes() for stream in streams]
        often = self._demand.means / np.array([law.mean for law in laws])
        table = (often / often.sum()) @ np.array([self._tables.table(law) for law in laws])
        table[1] += table[0]  # an order of less than half a step
        table[0] = 0.0
        return np.trim_zeros(table, "b")

    # -- service -----------------------------------------------------------------------------------------------------

    @cached_property
    def _phases(self) -> tuple[tuple[float, float], ...]:
        """Times since the depot's last review, each with its probability."""
        if not isinstance(self._policy, PeriodicPolicy):
            return ((0.0, 1.0),)
        first, every = self._policy.reviews() or (0.0, 1.0)
        known = {(stream.every, stream.first) for stream in self._demand.streams}
        if len(known) == 1 and (theirs := known.pop())[0]:  # only at certain times anything is ordered
            times = theirs[1] - first + theirs[0] * np.arange(_PHASES)
            found = np.round(np.mod(times + 1e-9, every), 6)
        else:
            found = every * (np.arange(_PHASES) + 0.5) / _PHASES
        return tuple((float(phase), 1.0 / len(found)) for phase in found)

    def _ages(self, delay: float) -> dict[float, float]:
        """Return the times before an order at which the depot's position decides, with their probabilities.

        Args:
            delay: days within which the order is to be shipped; for ages of 0 or less it is.
        """
        found: dict[float, float] = {}
        for days, chance in zip(self._lead_time.days.tolist(), self._lead_time.chances.tolist(), strict=True):
            for phase, part in self._phases:
                age = round(days - delay + phase, 9)
                if age > 0.0 or delay == 0.0:
                    found[max(0.0, age)] = found.get(max(0.0, age), 0.0) + chance * part
        return found

    def _ahead(self, delay: float) -> Transform:
        """Return the transforms of the units that must be there for the orders before one of each stream.

        Args:
            delay: days within which the order is to be shipped.

        Returns:
            One row a stream. They fall short of 1 by the chance that it is shipped within that time anyway.
        """
        ages = self._ages(delay)
        self._tables.learn(ages)
        total = sum(chance * self._tables.before(age) for age, chance in ages.items())
        found: Transform = total * self._below
        return found

    @cached_property
    def _needed(self) -> Transform:
        """Transforms of the units of its order that must be there for a random unit of each stream."""
        streams, step = self._demand.streams, self._tables.step
        return np.array([self._tables.transform(one.needed(step, whole=self._whole)) for one in streams])

    @cached_property
    def _first(self) -> Transform:
        """Transforms of the units of its order that must be there for the first shipment of each stream.

        Of an order that several places make up, it is those for a random unit.
        """
        if self._whole:
            return self._needed
        first = self._tables.transform(UnitsLaw(np.array([self._tables.step]), np.ones(1)))
        joint = [stream.places > 1 for stream in self._demand.streams]
        return np.where(np.array(joint)[:, None], self._needed, first)

    def service(self) -> LevelLaw:
        """Return the share of the units ordered that are shipped at once, by the level."""
        seen = self._ahead(0.0) * self._needed
        return self._law((self._weights[:, None] * seen).sum(axis=0), self._kept_back)

    def ready(self) -> LevelLaw:
        """Return the share of the time with units on hand, by the level."""
        return self._law(self._short() * self._tables.transform(UnitsLaw(np.ones(1), np.ones(1))), 0.0)

    def _law(self, transform: Transform, above: float) -> LevelLaw:
        tables = self._tables
        return LevelLaw(tables.law(transform), above - self._gap, tables.step, self._whole)

    def _short(self) -> Transform:
        """Return the transform of the units by which the net stock lies below the highest position."""
        ages = self._ages(0.0)
        self._tables.learn(ages)
        total = sum(chance * self._tables.over(age) for age, chance in ages.items())
        found: Transform = total * self._below
        return found

    def backlog(self, level: float) -> float:
        """Return the mean units that wait at a level."""
        chances = self._tables.law(self._short())
        units = self._tables.step * np.arange(float(len(chances))) - (level - self._kept_back + self._gap)
        return float((chances * np.maximum(units, 0.0)).sum())

    # -- delay -------------------------------------------------------------------------------------------------------

    def delays(self, level: float) -> dict[OrderStream, Delays]:
        """Return the laws of the delay of each stream, at a level; the mean of all units is by Little's law."""
        ends = self._longest * np.linspace(0.0, 1.0, _SLICES + 1) ** 1.5
        self._tables.learn(age for end in ends[:-1].tolist() for age in self._ages(end))
        inside = self._inside(level)
        late = np.empty((2, _SLICES, len(self._weights)))
        for k, end in enumerate(ends[:-1].tolist()):
            ahead, chance = self._ahead(end) * inside, sum(self._ages(end).values())
            for which, needed in enumerate((self._needed, self._first)):
                late[which, k] = chance - np.real(ahead * needed).sum(axis=1)
        tail = np.minimum.accumulate(np.clip(late, 0.0, 1.0), axis=1)
        tail = np.concatenate((np.ones_like(tail[:, :1]), tail, np.zeros_like(tail[:, :1])), axis=1)
        chances = tail[:, :-1] - tail[:, 1:]
        days = np.append(0.0, (ends[:-1] + ends[1:]) / 2.0)
        if level - self._kept_back + self._gap < 0.0:
            days[1:] = self._longest  # units that nothing covers come with the order that they bring
        mean = float((days[:, None] * chances[0] * self._weights).sum())
        if not self._whole and mean > 0.0:
            days *= self.backlog(level) / self._demand.mean / mean
        laws = (
            (LeadTime(days, chances[0, :, k]), LeadTime(days, chances[1, :, k]))
            for k in range(len(self._weights))
        )
        return dict(zip(self._demand.streams, starmap(Delays, laws), strict=True))

    def _inside(self, level: float) -> Transform:
        """Return the weights with which a transform adds up to the probability that a level covers the units."""
        points = self._tables.points
        place = (level - self._kept_back + self._gap) / self._tables.step + 1e-9
        place = math.floor(place) if self._whole else place
        covered = np.clip(place + 1.0 - np.arange(points), 0.0, 1.0)
        twice = np.append(1.0, np.full(points // 2, 2.0))
        twice[-1] = 1.0
        found: Transform = np.conj(np.fft.rfft(covered)) * twice / points
        return found


def gap(policy: ReplenishmentPolicy) -> float:
    """Return the units between the level that is searched for and the highest position."""
    if isinstance(policy, ReorderPoint):
        return float(policy.Q or 0.0)
    if isinstance(policy, OrderUpTo | PeriodicMinMax):
        return float(policy.start() - (policy.s or 0.0))
    return 0.0
