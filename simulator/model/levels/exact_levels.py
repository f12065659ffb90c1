"""Exact laws of the shortfall under a replenishment policy: what a level must be at least so that a line is filled.

For every measure of service there is a random number W of units so that the service at a level is P(W ≤ level), and
the smallest level that reaches a target is a quantile of W. With demand a compound Poisson process and a constant lead
time L, W is a sum of independent parts: the units by which the position lies below the level, the units demanded in L,
and the units that have to be left (Zipkin 2000, Foundations of Inventory Management, chapters 6 and 7; Axsäter 2015,
Inventory Control, chapter 5). Where lead times are random and do not overtake each other in practice, L is drawn from
its law; base stock with independent lead times is Palm's theorem: the units on order are those of a lead time of the
mean length, whatever its law (Feeney & Sherbrooke 1966, Management Science 12).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from simulator.model.levels.demand_law import CompoundPoisson
from simulator.policies.replenishment import (
    BaseStock,
    OrderUpTo,
    PeriodicMinMax,
    PeriodicOrderUpTo,
    ReorderPoint,
    ReplenishmentPolicy,
)
from simulator.policies.service_level import Target
from simulator.values.arrays import Floats

RARE: Final = 1e-3
"""Chance of a cycle of another kind (overtaken, or without a line) that a formula may leave out."""
_POINTS: Final = 1 << 17
"""Units; a law that needs a longer table is not worked out."""
_PHASES: Final = 24
"""Points of Gauss and Legendre between two reviews."""


@dataclass(frozen=True)
class LeadTime:
    """Law of a lead time as values (days) with their chances; rare overtaking is left out."""

    days: Floats
    chances: Floats

    @classmethod
    def constant(cls, days: float) -> LeadTime:
        """A lead time that is always the same."""
        return cls(np.array([days]), np.ones(1))

    @property
    def mean(self) -> float:
        """Days."""
        return float(self.days @ self.chances)


@dataclass(frozen=True)
class RequiredLevelLaw:
    """Law of W, the level that a policy needs so that all is well: ``chances[k]`` is P(W = k + offset)."""

    chances: Floats
    offset: int

    def service(self, level: float) -> float:
        """P(W ≤ level)."""
        place = math.floor(level) - self.offset
        return 0.0 if place < 0 else float(min(1.0, self.chances[: place + 1].sum()))

    def smallest(self, share: float) -> float:
        """Smallest level from 0 on that has this service."""
        reached = np.cumsum(self.chances)
        place = int(np.searchsorted(reached, share - 1e-12 * (1.0 + share)))
        return max(0.0, float(place + self.offset))


def required_level_law(
    policy: ReplenishmentPolicy, target: Target, demand: CompoundPoisson, lead_time: LeadTime
) -> RequiredLevelLaw | None:
    """The law of W for a policy whose level that is looked for is 0; ``None`` where no formula is known.

    Args:
        policy: sized for a level of 0.
        target: measure of service.
        demand: units demanded of the stock.
        lead_time: days; for base stock with independent lead times its mean is enough.
    """
    depth = _depth(policy, demand)
    if depth is None:
        return None
    if target.measure == "cycle_service_level":
        if depth.lonely > RARE:
            return None
        below, periods = depth.at_order, 0.0
    else:
        below, periods = depth.always, target.review
    days, chances = _with_phases(lead_time, periods)
    tables = [below, _to_be_left(target, demand)]
    longest = float(days.max()) * demand.mean + 12.0 * math.sqrt(float(days.max()) * demand.variance)
    least = longest + 12.0 * len(demand.sizes) + sum(map(len, tables))
    if least > _POINTS:
        return None
    points = 1 << math.ceil(math.log2(least + 2.0))
    transform = demand.over(days, chances, points)
    for table in tables:
        transform *= np.fft.rfft(table, points)
    found = np.maximum(np.fft.irfft(transform, points), 0.0)
    return RequiredLevelLaw(found, -depth.top)


def _with_phases(lead_time: LeadTime, review: float) -> tuple[Floats, Floats]:
    """The lead time, and a uniform part of the review interval on top of it."""
    if review == 0.0:
        return lead_time.days, lead_time.chances
    nodes, weights = np.polynomial.legendre.leggauss(_PHASES)
    days = np.add.outer(lead_time.days, review * (nodes + 1.0) / 2.0)
    return days.ravel(), np.multiply.outer(lead_time.chances, weights / 2.0).ravel()


def _to_be_left(target: Target, demand: CompoundPoisson) -> Floats:
    """Units that must be on hand for all to be well.

    None at the end of a cycle, one for readiness, as many as the line asks for if lines are counted. For the
    fill rate they are the number of a unit within its line, each unit as likely: P(X ≥ k) / E X.
    """
    if target.measure == "cycle_service_level":
        return np.ones(1)
    if target.measure == "ready_rate":
        return np.array([0.0, 1.0])
    if target.measure == "line_fill_rate":
        return demand.sizes
    at_least: Floats = np.append(0.0, 1.0 - np.cumsum(demand.sizes)[:-1])
    at_least /= at_least.sum()
    return at_least


@dataclass(frozen=True)
class _Depth:
    """Units by which the position lies below its highest value ``top``.

    at_order: just before an order is placed. always: at any time (at reviews under a periodic policy, after they have
    ordered). lonely: chance that no line comes between two landings, about.
    """

    top: int
    at_order: Floats
    always: Floats
    lonely: float


def _depth(policy: ReplenishmentPolicy, demand: CompoundPoisson) -> _Depth | None:
    """Where the position of a policy lies; ``None`` for a policy without a formula."""
    kind = type(policy)
    if kind is BaseStock:
        return _Depth(0, demand.sizes, np.ones(1), 1.0)
    if isinstance(policy, ReorderPoint) and kind is ReorderPoint:
        return _lattice(policy.Q or 0.0, demand)
    if isinstance(policy, OrderUpTo) and kind is OrderUpTo:
        gap = policy.start() - policy.trigger()
        return _renewals(gap, demand.sizes, 1.0 if gap <= 0 else _half(gap, demand.sizes))
    if isinstance(policy, PeriodicOrderUpTo | PeriodicMinMax) and kind in (PeriodicOrderUpTo, PeriodicMinMax):
        return _periodic(policy, demand)
    return None


def _periodic(policy: PeriodicOrderUpTo | PeriodicMinMax, demand: CompoundPoisson) -> _Depth | None:
    """Policies with reviews: the units demanded between two of them take the place of a line's."""
    interval = _of_interval(policy.every, demand)
    if interval is None:
        return None
    if isinstance(policy, PeriodicMinMax):
        return _renewals(policy.start() - (policy.s or 0.0), interval, float(interval[0]))
    at_order = np.append(0.0, interval[1:])
    return _Depth(0, at_order / at_order.sum(), np.ones(1), float(interval[0]))


def _of_interval(days: float, demand: CompoundPoisson) -> Floats | None:
    """Law of the units demanded between two reviews."""
    mean, variance = days * demand.mean, days * demand.variance
    least = mean + 12.0 * math.sqrt(variance) + 12.0 * len(demand.sizes) + 2.0
    if least > 1 << 14:
        return None
    points = 1 << math.ceil(math.log2(least))
    return np.maximum(np.fft.irfft(demand.over(np.array([days]), np.ones(1), points), points), 0.0)


def _lattice(units: float, demand: CompoundPoisson) -> _Depth | None:
    """(r,Q): the position is as likely to be at each of the places between r and r + Q that it can reach.

    Counted from r + Q, where it starts: orders are multiples of Q, so it moves on the lattice of the greatest common
    divisor of Q and all sizes of lines, and uniformly (Hadley & Whitin 1963, section 4-7).
    """
    if not float(units).is_integer() or not 0 < units <= _POINTS:
        return None
    batch, sizes = int(units), demand.sizes
    step = int(np.gcd.reduce(np.append(np.flatnonzero(sizes), batch)))
    always = np.zeros(batch)
    always[::step] = step / batch
    # an order is placed by a line that takes the position down by Q or more
    at_order = np.convolve(always, sizes)
    at_order[:batch] = 0.0
    return _Depth(batch, at_order / at_order.sum(), always, _half(batch, sizes))


def _renewals(gap: float, sizes: Floats, lonely: float) -> _Depth | None:
    """(s,S): renewals from S, each at the first line (or interval) that takes the position down by S − s or more.

    The expected visits to each place solve a renewal equation (Zheng & Federgruen 1991, Operations Research 39).
    """
    if not float(gap).is_integer() or gap < 1 or gap > 1 << 14:
        return None
    visits = _visits(int(gap), sizes)
    at_order = np.convolve(visits, sizes)
    at_order[: int(gap)] = 0.0
    return _Depth(int(gap), at_order / at_order.sum(), visits / visits.sum(), lonely)


def _visits(gap: int, sizes: Floats) -> Floats:
    """Expected visits to 0, 1, … gap − 1 units below the start; sizes may be 0 or add up to less than 1."""
    visits = np.zeros(gap)
    stays = 1.0 / (1.0 - sizes[0])
    visits[0] = stays
    backwards = sizes[:0:-1]
    largest = len(backwards)
    for k in range(1, gap):
        some = min(k, largest)
        visits[k] = stays * float(visits[k - some : k] @ backwards[largest - some :])
    return visits


def _half(gap: float, sizes: Floats) -> float:
    """E (1/2)^n for the number n of lines that ask for ``gap`` units: about the chance that none falls in a cycle.

    Lines and landings of orders that many lines apart come in any sequence.
    """
    if gap >= 40.0 * (len(sizes) - 1):
        return 0.0
    visits = _visits(int(gap), sizes / 2.0)
    beyond = np.convolve(visits, sizes / 2.0)[int(gap) :]
    return float(beyond.sum())
