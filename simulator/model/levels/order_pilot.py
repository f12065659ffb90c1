"""Pilot runs order by order, for stocks with many lines between two orders: the lines in between are not drawn.

The time between two orders is the first passage of the demand through the order quantity, and the units demanded
between them, at a time in between, follow a bridge: of all that is demanded from one order to the next, the share of
the time that has passed, with a variance of share · (1 − share) times that of the demand in such a time, and a third
cumulant of share · (1 − share) · (1 − 2 share) times its. For Poisson lines of one unit the passage is exactly gamma
and these are the cumulants of the bridge's binomial law; with more than a few dozen lines between two orders nothing of
the difference can be seen in a service level.
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
from simulator.scenario.sections.supply_network import Supplier
from simulator.values.arrays import Floats

Landings = Callable[[Floats, Floats], Floats]
"""Landing times (days) of orders, from when they are placed and their units."""

MANY: Final = 40.0
"""Lines between two orders from which on they need not be drawn."""
STEPS: Final = 2.0
"""Lines that could be drawn in the time that an order takes."""
_SLICES: Final = 1 << 13
"""Parts of a law of units."""
_LOOKS: Final = 2
"""Instants between two orders at which the net stock is looked at."""


@dataclass(frozen=True)
class PilotOrders:
    """Purchase orders of a stock and the demand between them.

    placed: days. quantity: units. demanded: units demanded up to each order, its line included; line: units of that
    line, 0 for a review. cluster: units by which the lines around an order are more than at other times, because they
    come in clusters and one that is larger more often brings an order. spread: variance of the bridge from each order
    to the next, in units². lean: a sixth of its third cumulant over that, in units.
    """

    placed: Floats
    quantity: Floats
    demanded: Floats
    line: Floats
    cluster: float
    spread: float
    lean: float

    def demand_at(self, time: Floats, normal: Floats) -> Floats:
        """Units demanded up to these times (days), given a standard normal number for each."""
        place = np.clip(np.searchsorted(self.placed, time, side="right") - 1, 0, len(self.placed) - 2)
        begin, end = self.placed[place], self.placed[place + 1]
        share = np.clip((time - begin) / (end - begin), 0.0, 1.0)
        before, after = self.demanded[place], self.demanded[place + 1]
        first = before + self.cluster / 2.0
        last = np.maximum(first, after - self.line[place + 1] - self.cluster / 2.0)
        # the first terms of Cornish & Fisher (1938)
        units = first + (last - first) * share + normal * np.sqrt(self.spread * share * (1.0 - share))
        units += self.lean * (1.0 - 2.0 * share) * (normal**2 - 1.0)
        found: Floats = np.clip(np.rint(units), before, after)
        return found


def lines_per_order(policy: ReplenishmentPolicy, demand: LineLaw, supplier: Supplier) -> float | None:
    """Mean number of lines between two orders, if a policy is known here and orders rarely enough."""
    units = _units(policy, demand, supplier)
    if units is None or units * demand.rate < MANY * demand.mean:
        return None
    return units * demand.rate / demand.mean


def _units(policy: ReplenishmentPolicy, demand: LineLaw, supplier: Supplier) -> float | None:
    """Mean units of an order; ``None`` for a policy that is not known here."""
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
    """The first so many orders of a policy that orders rarely."""
    rng = streams.generator("orders")
    units = _units(policy, demand, supplier)
    assert units is not None
    noise = demand.variance / demand.mean  # E X² / E X
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
    """Mean units by which a line takes the position below a level."""
    return (demand.line_noise - 1.0) / 2.0


def _gamma(rng: np.random.Generator, mean: float, variance: float, count: int) -> Floats:
    return rng.gamma(mean**2 / variance, variance / mean, count)


def _undershoot(demand: LineLaw, rng: np.random.Generator, count: int) -> Floats:
    """Units by which a line takes the position below a level: P(X > u) / E X."""
    at_least = 1.0 - np.cumsum(demand.sizes)
    return _counted(at_least / at_least.sum(), rng, count)


def _counted(chances: Floats, rng: np.random.Generator, count: int) -> Floats:
    """Whole numbers of this law, from equally likely slices of it: much faster than one by one."""
    slices = (np.arange(_SLICES) + 0.5) / _SLICES
    table = np.searchsorted(np.cumsum(chances)[:-1], slices, side="right").astype(np.float64)
    return table[rng.integers(0, _SLICES, count)]


def observe_landings(
    measure: Measure,
    policy: ReplenishmentPolicy,
    demand: LineLaw,
    found: PilotOrders,
    received: Floats,
    streams: Streams,
) -> tuple[Floats, Floats]:
    """Time (days), and what a level has to cover at least, at landings or at instants in between.

    Relative to the level of the policy; up to the last order. For the fill rate and the share of lines it is what a
    unit or a line needs that comes at such an instant, which for Poisson lines is as good as any (Wolff 1982).
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
    return time, need + _to_be_left(measure, demand, rng, len(need))


def _to_be_left(measure: Measure, demand: LineLaw, rng: np.random.Generator, count: int) -> Floats | float:
    """Units that have to be on hand: one for readiness, the line's, or the number of a unit within its line."""
    if measure == "ready_rate":
        return 1.0
    if measure == "fill_rate":
        return 1.0 + _undershoot(demand, rng, count)
    return _counted(demand.sizes, rng, count)
