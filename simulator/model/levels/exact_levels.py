"""Exact laws of the required level: the smallest level at which a replenishment policy fills a line.

For each measure of service there is a random variable W, in units, such that P(W ≤ level) is the service at a
level. The smallest level that reaches a target is a quantile of W. With compound Poisson demand and a
constant lead time L, W is a sum of independent parts: the units by which the inventory position lies below
the level, the units demanded in L, and the units that must be left (Zipkin 2000, Foundations of Inventory
Management, chapters 6 and 7; Axsäter 2015, Inventory Control, chapter 5).

If lead times are random but orders hardly ever overtake each other, L has the law of the lead time. For base
stock with independent lead times Palm's theorem holds: the units on order have the law of the demand in a
constant lead time of the same mean, whatever the law of the lead time (Feeney & Sherbrooke 1966, Management
Science 12).
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
"""Largest probability of an exceptional cycle (overtaken, or without a line) that a formula may neglect."""
_POINTS: Final = 1 << 17
"""Largest table of a law, in units; a law that needs a larger one is not computed."""
_PHASES: Final = 24
"""Points of the Gauss-Legendre quadrature between two reviews."""


@dataclass(frozen=True)
class LeadTime:
    """Law of a lead time with finitely many values; rare overtaking is neglected.

    Attributes:
        days: values, in days.
        chances: their probabilities.
    """

    days: Floats
    chances: Floats

    @classmethod
    def constant(cls, days: float) -> LeadTime:
        """Return the law of a constant lead time."""
        return cls(np.array([days]), np.ones(1))

    @property
    def mean(self) -> float:
        """Mean lead time, in days."""
        return float(self.days @ self.chances)

    @property
    def variance(self) -> float:
        """Variance of the lead time, in square days."""
        return float((self.days - self.mean) ** 2 @ self.chances)

    def after(self, other: LeadTime, most: int) -> LeadTime:
        """Return the law of the sum with an independent time, with at most ``most`` values."""
        days = np.add.outer(self.days, other.days).ravel()
        chances = np.multiply.outer(self.chances, other.chances).ravel()
        return LeadTime(days, chances).with_few(most)

    def with_few(self, most: int) -> LeadTime:
        """Return the law with at most ``most`` values, means of slices that are thinner for long lead times."""
        some = self.chances > 0.0
        days, chances = self.days[some], self.chances[some]
        if len(days) <= most:
            return LeadTime(days, chances)
        sequence = np.argsort(days, kind="stable")
        days, chances = days[sequence], chances[sequence]
        middle = np.cumsum(chances) - chances / 2.0
        slices = np.floor(most * (1.0 - np.sqrt(np.clip(1.0 - middle, 0.0, 1.0)))).astype(np.intp)
        weights = np.asarray(np.bincount(slices, chances), np.float64)
        kept = weights > 0.0
        means: Floats = np.bincount(slices, chances * days)[kept] / weights[kept]
        return LeadTime(means, weights[kept])


@dataclass(frozen=True)
class RequiredLevelLaw:
    """Law of the required level W of a policy: ``chances[k]`` is P(W = k + offset)."""

    chances: Floats
    offset: int

    def service(self, level: float) -> float:
        """Return the service at a level, P(W ≤ level)."""
        place = math.floor(level) - self.offset
        return 0.0 if place < 0 else float(min(1.0, self.chances[: place + 1].sum()))

    def smallest(self, share: float) -> float:
        """Return the smallest level from 0 on at which the service is at least ``share``."""
        reached = np.cumsum(self.chances)
        place = int(np.searchsorted(reached, share - 1e-12 * (1.0 + share)))
        return max(0.0, float(place + self.offset))


def required_level_law(
    policy: ReplenishmentPolicy,
    target: Target,
    demand: CompoundPoisson,
    lead_time: LeadTime,
    rare: float = RARE,
) -> RequiredLevelLaw | None:
    """Compute the law of the required level W.

    Args:
        policy: sized policy; only the distance between its levels matters.
        target: measure of service.
        demand: demand for the stock.
        lead_time: law of the lead time; for base stock with independent lead times a constant with its mean.
        rare: largest probability of a cycle without a line that may be neglected.

    Returns:
        ``None`` if no formula is known or its table would be too large.
    """
    depth = _depth(policy, demand)
    if depth is None:
        return None
    if target.measure == "cycle_service_level":
        if depth.no_line_chance > rare:
            return None
        below, periods = depth.at_order, 0.0
    else:
        below, periods = depth.always, target.review
    days, chances = _with_phases(lead_time, periods)
    tables = [below, _required_on_hand(target, demand)]
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
    """Return the law of the lead time plus a uniform part of the review interval.

    Args:
        lead_time: law of the lead time.
        review: review interval, in days.

    Returns:
        Values (days) and their probabilities.
    """
    if review == 0.0:
        return lead_time.days, lead_time.chances
    nodes, weights = np.polynomial.legendre.leggauss(_PHASES)
    days = np.add.outer(lead_time.days, review * (nodes + 1.0) / 2.0)
    return days.ravel(), np.multiply.outer(lead_time.chances, weights / 2.0).ravel()


def _required_on_hand(target: Target, demand: CompoundPoisson) -> Floats:
    """Return the law of the units that must be on hand for good service: probabilities of 0, 1, 2, ... units.

    It is 0 units for the cycle service level, 1 unit for the ready rate, and the units of a line for the line
    fill rate. For the fill rate it is the number of a unit within its line, all units being equally likely:
    P(X ≥ k) / E X.
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
    """Law of the units by which the inventory position lies below its highest value.

    Attributes:
        top: highest position, in units above the level searched for.
        at_order: probabilities of 0, 1, 2, ... units just before an order is placed.
        always: probabilities of 0, 1, 2, ... units at any time; under a periodic policy just after reviews.
        no_line_chance: approximate probability that no line comes between two landings.
    """

    top: int
    at_order: Floats
    always: Floats
    no_line_chance: float


def _depth(policy: ReplenishmentPolicy, demand: CompoundPoisson) -> _Depth | None:
    """Compute the law of the position under a policy; ``None`` if no formula is known."""
    kind = type(policy)
    if kind is BaseStock:
        return _Depth(0, demand.sizes, np.ones(1), 1.0)
    if isinstance(policy, ReorderPoint) and kind is ReorderPoint:
        return _lattice(policy.Q or 0.0, demand)
    if isinstance(policy, OrderUpTo) and kind is OrderUpTo:
        gap = policy.start() - policy.trigger()
        return _renewals(gap, demand.sizes, 1.0 if gap <= 0 else _no_line_chance(gap, demand.sizes))
    if isinstance(policy, PeriodicOrderUpTo | PeriodicMinMax) and kind in (PeriodicOrderUpTo, PeriodicMinMax):
        return _periodic(policy, demand)
    return None


def _periodic(policy: PeriodicOrderUpTo | PeriodicMinMax, demand: CompoundPoisson) -> _Depth | None:
    """Compute the law of the position under a periodic policy, from the demand between two reviews."""
    interval = _of_interval(policy.every, demand)
    if interval is None:
        return None
    if isinstance(policy, PeriodicMinMax):
        return _renewals(policy.start() - (policy.s or 0.0), interval, float(interval[0]))
    at_order = np.append(0.0, interval[1:])
    return _Depth(0, at_order / at_order.sum(), np.ones(1), float(interval[0]))


def _of_interval(days: float, demand: CompoundPoisson) -> Floats | None:
    """Compute the law of the units demanded in ``days`` days; ``None`` if its table would be too large."""
    mean, variance = days * demand.mean, days * demand.variance
    least = mean + 12.0 * math.sqrt(variance) + 12.0 * len(demand.sizes) + 2.0
    if least > 1 << 14:
        return None
    points = 1 << math.ceil(math.log2(least))
    return np.maximum(np.fft.irfft(demand.over(np.array([days]), np.ones(1), points), points), 0.0)


def _lattice(units: float, demand: CompoundPoisson) -> _Depth | None:
    """Compute the law of the position under (r,Q): uniform over the values it can reach above r.

    It starts at r + Q, the highest value. Orders are multiples of Q, so it moves on the lattice of the
    greatest common divisor of Q and all line sizes, where it is uniform (Hadley & Whitin 1963, section 4-7).

    Args:
        units: order quantity Q.
        demand: demand for the stock.

    Returns:
        ``None`` if Q is not whole or too large.
    """
    if not float(units).is_integer() or not 0 < units <= _POINTS:
        return None
    batch, sizes = int(units), demand.sizes
    step = int(np.gcd.reduce(np.append(np.flatnonzero(sizes), batch)))
    always = np.zeros(batch)
    always[::step] = step / batch
    # a line that takes the position down to r or below places an order
    at_order = np.convolve(always, sizes)
    at_order[:batch] = 0.0
    return _Depth(batch, at_order / at_order.sum(), always, _no_line_chance(batch, sizes))


def _renewals(gap: float, sizes: Floats, no_line_chance: float) -> _Depth | None:
    """Compute the law of the position under (s,S).

    The position is renewed at S by the first line (or review interval) that takes it down to s or below. Its
    expected visits to each value solve a renewal equation (Zheng & Federgruen 1991, Operations Research 39).

    Args:
        gap: S − s, in units.
        sizes: probabilities that a line (or review interval) asks for 0, 1, 2, ... units.
        no_line_chance: see `_Depth`.

    Returns:
        ``None`` if ``gap`` is not whole, below 1 or too large.
    """
    if not float(gap).is_integer() or gap < 1 or gap > 1 << 14:
        return None
    often = visits(int(gap), sizes)
    at_order = np.convolve(often, sizes)
    at_order[: int(gap)] = 0.0
    return _Depth(int(gap), at_order / at_order.sum(), often / often.sum(), no_line_chance)


def visits(gap: int, sizes: Floats) -> Floats:
    """Compute the expected visits to 0, 1, ... gap − 1 units below the start: float64[gap].

    Args:
        gap: units below the start at which visits end.
        sizes: probabilities of steps of 0, 1, 2, ... units; they may add up to less than 1.
    """
    visits = np.zeros(gap)
    stays = 1.0 / (1.0 - sizes[0])
    visits[0] = stays
    backwards = sizes[:0:-1]
    largest = len(backwards)
    for k in range(1, gap):
        some = min(k, largest)
        visits[k] = stays * float(visits[k - some : k] @ backwards[largest - some :])
    return visits


def _no_line_chance(gap: float, sizes: Floats) -> float:
    """Compute E (1/2)^n, n being the number of lines that ask for ``gap`` units together.

    It approximates the probability that no line falls into a cycle, because lines and the landings of orders
    that are n lines apart come in any order.
    """
    if gap >= 40.0 * (len(sizes) - 1):
        return 0.0
    often = visits(int(gap), sizes / 2.0)
    beyond = np.convolve(often, sizes / 2.0)[int(gap) :]
    return float(beyond.sum())
