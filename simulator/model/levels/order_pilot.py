"""Pilot runs order by order, for stocks with many lines between two orders: these lines are not drawn.

The time between two orders is the first passage of the demand through the order quantity. In between, demand
follows a bridge. When the share s of the time has passed, its mean is s times the demand from one order to
the next, its variance is s (1 − s) times the variance of the demand in such a time, and its third cumulant is
s (1 − s) (1 − 2 s) times the third cumulant of that demand. For Poisson lines of one unit the passage is
exactly gamma, and these are the cumulants of the bridge's binomial law. With more than a few dozen lines
between two orders, no difference is visible in a service level.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from simulator.model.levels.demand_law import LineLaw
from simulator.orders.random.streams import Streams
from simulator.policies.replenishment import OrderUpTo, PeriodicOrderUpTo, ReorderPoint, ReplenishmentPolicy
from simulator.policies.service_level import Measure
from simulator.scenario.sections.suppliers import Supplier
from simulator.values.arrays import Floats

Landings = Callable[[Floats, Floats], Floats]
"""Function from the times (days) and units of purchase orders to the times (days) of their landings."""

MANY: Final = 40.0
"""Mean number of lines between two orders from which on they are not drawn."""
STEPS: Final = 2.0
"""Work of one order, as the number of lines drawn in the same time."""
_SLICES: Final = 1 << 13
"""Number of equally likely slices that stand for a law of units."""
_LOOKS: Final = 2
"""Mean number of instants per order at which the net stock is observed."""


@dataclass(frozen=True)
class PilotOrders:
    """Purchase orders of a stock and the demand between them.

    Attributes:
        placed: time of each order, in days: float64[orders].
        quantity: units of each order: float64[orders].
        demanded: units demanded up to each order, including the line that brings it: float64[orders].
        line: units of the line that brings the order, 0 for a review: float64[orders].
        cluster: units of demand around an order beyond those at other times. Lines come in clusters, and a
            larger cluster is more likely to bring an order.
        spread: variance of the demand from one order to the next, in square units; the bridge has s (1 − s)
            times this variance.
        lean: third cumulant of the demand over six times its variance, in units.
    """

    placed: Floats
    quantity: Floats
    demanded: Floats
    line: Floats
    cluster: float
    spread: float
    lean: float

    def demand_at(self, time: Floats, normal: Floats) -> Floats:
        """Compute the units demanded up to these times (days), from one standard normal number for each."""
        place = np.clip(np.searchsorted(self.placed, time, side="right") - 1, 0, len(self.placed) - 2)
        begin, end = self.placed[place], self.placed[place + 1]
        share = np.clip((time - begin) / (end - begin), 0.0, 1.0)
        before, after = self.demanded[place], self.demanded[place + 1]
        first = before + self.cluster / 2.0
        last = np.maximum(first, after - self.line[place + 1] - self.cluster / 2.0)
        # first terms of the expansion of Cornish & Fisher (1938)
        units = first + (last - first) * share + normal * np.sqrt(self.spread * share * (1.0 - share))
        units += self.lean * (1.0 - 2.0 * share) * (normal**2 - 1.0)
        found: Floats = np.clip(np.rint(units), before, after)
        return found


def lines_per_order(policy: ReplenishmentPolicy, demand: LineLaw, supplier: Supplier) -> float | None:
    """Compute the mean number of lines between two orders; ``None`` if lines must be drawn."""
    units = _units(policy, demand, supplier)
    if units is None or units * demand.rate < MANY * demand.mean:
        return None
    return units * demand.rate / demand.mean


def _units(policy: ReplenishmentPolicy, demand: LineLaw, supplier: Supplier) -> float | None:
    """Return the mean units of an order; ``None`` if the policy or supplier needs runs line by line.

    Under (s,S) they are S − s; the units by which a line takes the position below s come on top.
    """
    kind = type(policy)
    if isinstance(policy, ReorderPoint) and kind is ReorderPoint:
        return supplier.round_up(policy.Q or 0.0)
    if supplier.minimum is not None or supplier.lot is not None:
        return None
    if isinstance(policy, OrderUpTo) and kind is OrderUpTo:
        return policy.start() - policy.trigger()
    if isinstance(policy, PeriodicOrderUpTo) and kind is PeriodicOrderUpTo:
        return policy.every * demand.mean
    return None


def pilot_orders(
    policy: ReplenishmentPolicy, demand: LineLaw, supplier: Supplier, count: int, streams: Streams
) -> PilotOrders:
    """Draw the first orders of a policy that orders rarely.

    Args:
        policy: sized policy.
        demand: law of the lines.
        supplier: supplier, with minimum and lot.
        count: number of orders.
        streams: random streams of the run.
    """
    rng = streams.generator("orders")
    units = _units(policy, demand, supplier)
    assert units is not None
    noise = demand.variance / demand.mean  # E X² / E X for Poisson lines
    lean = demand.third / demand.variance / 6.0
    if isinstance(policy, PeriodicOrderUpTo):
        days, variance = policy.every, policy.every * demand.variance
        quantity = np.rint(_gamma(rng, units, variance, count))
        first = policy.reviews()
        assert first is not None
        placed = first[0] + days * np.arange(float(count))
        return PilotOrders(placed, quantity, np.cumsum(quantity), np.zeros(count), 0.0, units * noise, lean)
    line = _counted(demand.sizes * np.arange(len(demand.sizes)) / demand.unit_mean, rng, count)
    beyond = np.floor(line * rng.random(count))
    if isinstance(policy, ReorderPoint):
        demanded = units * np.arange(1.0, count + 1.0) + beyond
        quantity, mean = np.full(count, units), units
    else:
        quantity = units + beyond
        demanded, mean = np.cumsum(quantity), units + _mean_beyond(demand)
    gaps = _gamma(rng, mean / demand.mean, mean * demand.variance / demand.mean**3, count)
    spread = max(0.0, units - noise) * noise
    return PilotOrders(np.cumsum(gaps), quantity, demanded, line, noise - demand.line_noise, spread, lean)


def _mean_beyond(demand: LineLaw) -> float:
    """Compute the mean units by which a line takes the position below a level."""
    return (demand.line_noise - 1.0) / 2.0


def _gamma(rng: np.random.Generator, mean: float, variance: float, count: int) -> Floats:
    """Draw numbers from the gamma law with this mean and variance: float64[count]."""
    return rng.gamma(mean**2 / variance, variance / mean, count)


def _undershoot(demand: LineLaw, rng: np.random.Generator, count: int) -> Floats:
    """Draw the units by which a line takes the position below a level, P(X > u) / E X: float64[count]."""
    at_least = 1.0 - np.cumsum(demand.sizes)
    return _counted(at_least / at_least.sum(), rng, count)


def _counted(chances: Floats, rng: np.random.Generator, count: int) -> Floats:
    """Draw whole numbers from a table of probabilities: float64[count].

    They are drawn from equally likely slices of the law, much faster than by a search for each number.
    """
    slices = (np.arange(_SLICES) + 0.5) / _SLICES
    table = np.searchsorted(np.cumsum(chances)[:-1], slices, side="right").astype(np.float64)
    return table[rng.integers(0, _SLICES, count)]


def observe_required_levels(
    measure: Measure,
    policy: ReplenishmentPolicy,
    demand: LineLaw,
    found: PilotOrders,
    received: Floats,
    streams: Streams,
) -> tuple[Floats, Floats]:
    """Compute the required level at landings or random instants, up to the last order.

    Landings serve the cycle service level. For fill rate and line fill rate it is the level that a unit or
    line arriving at the instant requires. For Poisson lines random instants are as good as those of the lines
    (Wolff 1982).

    Args:
        measure: measure of service.
        policy: sized policy.
        demand: law of the lines.
        found: orders of the policy.
        received: landing of each order, in days: float64[orders].
        streams: random streams of the run.

    Returns:
        Time (days) and required level of each observation, the latter relative to the level of the policy
        (units).
    """
    rng = streams.generator("looks")
    last = found.placed[-1]
    inside = np.flatnonzero(received < last)
    sequence = inside[np.argsort(received[inside], kind="stable")]
    landed = received[sequence]
    supplied = policy.start() + np.append(0.0, np.cumsum(found.quantity[sequence]))
    if measure == "cycle_service_level":
        new = np.flatnonzero(landed[1:] > landed[:-1])
        time = landed[new + 1]
        need = found.demand_at(time, rng.standard_normal(len(time))) - supplied[new + 1]
        silent = rng.random(len(time)) < np.exp(-demand.rate * (time - landed[new]))
        return time, np.where(silent, -policy.start(), need)
    time = np.sort(rng.random(_LOOKS * len(found.placed))) * last
    need = (
        found.demand_at(time, rng.standard_normal(len(time)))
        - supplied[np.searchsorted(landed, time, side="right")]
    )
    return time, need + _required_on_hand(measure, demand, rng, len(need))


def _required_on_hand(
    measure: Measure, demand: LineLaw, rng: np.random.Generator, count: int
) -> Floats | float:
    """Draw the units that must be on hand: 1, those of a line, or the number of a unit in its line."""
    if measure == "ready_rate":
        return 1.0
    if measure == "fill_rate":
        return 1.0 + _undershoot(demand, rng, count)
    return _counted(demand.sizes, rng, count)
