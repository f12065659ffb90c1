"""Search for the smallest level at which one stock reaches a service, by an exact law or by pilot runs."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from simulator.model.levels.demand_law import (
    CompoundPoisson,
)
from simulator.model.levels.exact_levels import RARE, LeadTime, required_level_law
from simulator.model.levels.pilot_observations import LevelObservations
from simulator.model.levels.pilot_runs import PilotRuns
from simulator.model.levels.sized_stock import FoundLevel, ServiceCurve, SizedStock, _order_interval
from simulator.model.supply.legs import LegSequence
from simulator.policies.replenishment import (
    BaseStock,
    ReorderPoint,
    ReplenishmentPolicy,
)
from simulator.policies.service_level import Target

_REMEMBERED: Final = 1 << 14
"""Number of levels that a process remembers."""
_SLACK: Final = 0.005
"""Service by which a level may miss the target, and by which the level one unit lower may exceed it."""
_SURE: Final = 3.0
"""Number of standard errors between the service and the limit allowed, for a level to count as known."""
_SURE_FOR_OTHERS: Final = 3.5
"""Number of standard errors within the slack, for a stock at a rate of the grid.

It is larger, because levels interpolated from it carry its error and their own.
"""
_FIRST: Final = 40_000, 5_000
"""Steps of the first pilot run: for a stock at a rate of the grid, and for any other stock.

Each further run is as long as the precision still missing seems to need.
"""
_LEAD_TIMES: Final = 40
"""Smallest length of the first pilot run, in lead times plus review intervals."""


def exact_service(stock: SizedStock, target: Target) -> ServiceCurve | None:
    """Return the service by an exact law; ``None`` if none is known."""
    demand, policy = stock.demand, stock.at(0.0)
    if demand is None:
        return None
    lead_time = _lead_time(stock, policy, demand)
    if lead_time is None or _rounded(stock.leg_sequence, policy):
        return None
    return required_level_law(policy, target, demand, lead_time)


def _lead_time(stock: SizedStock, policy: ReplenishmentPolicy, demand: CompoundPoisson) -> LeadTime | None:
    """Return the law of the lead time if overtaking is rare or does not matter; else ``None``."""
    leg_sequence = stock.leg_sequence
    if (constant := leg_sequence.constant) is not None:
        return LeadTime.constant(constant)
    if leg_sequence.queues or leg_sequence.timetable:
        return None
    if isinstance(policy, BaseStock):
        return None if leg_sequence.in_sequence else LeadTime.constant(stock.law().mean)
    gap = _order_interval(policy, demand)
    if gap is None or stock.law().overtaking(*gap) > RARE:
        return None
    return stock.law().law


def _rounded(leg_sequence: LegSequence, policy: ReplenishmentPolicy) -> bool:
    """Test whether the supplier's minimum or lot changes the quantities that the policy orders."""
    supplier = leg_sequence.supplier
    if supplier.minimum is None and supplier.lot is None:
        return False
    if not isinstance(policy, ReorderPoint):
        return True
    batch = policy.Q or 0.0
    return (supplier.minimum or 0.0) > batch or (supplier.lot is not None and batch % supplier.lot != 0.0)


def has_quick_law(stock: SizedStock, target: Target) -> bool:
    """Test whether an exact law is known that needs a single value of the lead time, so that it is quick."""
    single = stock.leg_sequence.constant is not None or isinstance(stock.policy, BaseStock)
    return single and target.shifts and exact_service(stock, target) is not None


@lru_cache(_REMEMBERED)
def smallest_level(stock: SizedStock, target: Target, *, between: bool = False) -> FoundLevel:
    """Find the smallest level that reaches the target.

    Args:
        stock: stock to find the level of.
        target: service to reach.
        between: the stock is at a rate of the grid, and its service must be precise enough to interpolate.
    """
    if not target.shifts:
        return _by_halving(stock, target)
    found = exact_service(stock, target)
    if found is not None:
        level = found.smallest(target.share)
        return FoundLevel(
            level, "exact", found.service(level), found.service(0.0), found.service(level - 1.0)
        )
    return _piloted(stock, target, between=between)


def _piloted(stock: SizedStock, target: Target, *, between: bool) -> FoundLevel:
    """Find the smallest level by pilot runs, until it is known well enough or all steps are taken."""
    share = target.share

    def lack(needs: LevelObservations) -> float:
        level = needs.smallest(share)
        if between:
            return needs.error(level) / _SLACK * _SURE_FOR_OTHERS
        return max(_lack(needs, some, share) for some in {level, max(0.0, level - 1.0)})

    needs, missing = _played(stock, stock.at(0.0), target, lack, _FIRST[0 if between else 1])
    if needs is None:
        return FoundLevel(0.0, "pilot", 1.0, 1.0, error=math.inf, lack=math.inf)
    level = needs.smallest(share)
    reached, at_zero, below = (needs.service(some) for some in (level, 0.0, level - 1.0))
    return FoundLevel(level, "pilot", reached, at_zero, below, needs.error(level), missing)


def _lack(needs: LevelObservations, level: float, share: float) -> float:
    """Compute the standard error of the service at a level, as a multiple of the largest allowed.

    With the largest allowed it is known on which side of ``share`` the service lies. Close to ``share``,
    either side will do.
    """
    error = max(needs.error(level), math.sqrt(share * (1.0 - share) / len(needs.low)))
    return error / (abs(needs.service(level) - share) + _SLACK) * _SURE


def _played(
    stock: SizedStock,
    policy: ReplenishmentPolicy,
    target: Target,
    lack: Callable[[LevelObservations], float],
    first: float,
) -> tuple[LevelObservations | None, float]:
    """Play pilot runs until they are precise enough or all steps are taken.

    Args:
        stock: stock to play.
        policy: its policy, sized.
        target: measure of service.
        lack: computes the standard error as a multiple of the largest allowed.
        first: steps of the first run.

    Returns:
        Observations of all runs, ``None`` without any, and their standard error as a multiple of the largest
        allowed.
    """
    pilot = PilotRuns(
        policy, stock.drawn, stock.lines_to_count(target), stock.leg_sequence, target.measure, stock.seed
    )
    steps_a_day = pilot.steps_a_line * stock.lines_per_day
    least = _LEAD_TIMES * (stock.outlook.lead_time_mean + target.review) * steps_a_day
    played, more = 0.0, min(max(first, least), stock.steps)
    while True:
        needs = pilot.play(more / steps_a_day)
        played += more
        missing = math.inf if needs is None else lack(needs)
        if missing <= 1.0 or played >= stock.steps:
            return needs, missing
        # the standard error falls with the square root of the steps
        more = min(played * min(3.0, max(0.25, 1.1 * missing**2 - 1.0)), stock.steps - played)


def _by_halving(stock: SizedStock, target: Target) -> FoundLevel:
    """Find the smallest level by bisection, if the policy's other levels do not move with it."""

    def service(level: float) -> tuple[float, float, float]:
        """Return service, its standard error, and the latter as a multiple of the largest allowed."""
        policy = stock.at(level)
        found = None
        demand = stock.demand
        if demand is not None and (lead_time := _lead_time(stock, policy, demand)) is not None:
            found = (
                None
                if _rounded(stock.leg_sequence, policy)
                else required_level_law(policy, target, demand, lead_time)
            )
        if found is not None:
            return found.service(level), 0.0, 0.0
        needs, lack = _played(stock, policy, target, lambda needs: _lack(needs, 0.0, target.share), _FIRST[1])
        if needs is None:
            return 1.0, math.inf, math.inf
        return needs.service(0.0), needs.error(0.0), lack

    low, high = -1.0, _highest(stock)
    seen = {high: service(high)}
    while high - low > 1.0:
        middle = math.floor((low + high) / 2.0)
        seen[middle] = service(middle)
        if seen[middle][0] >= target.share:
            high = middle
        else:
            low = middle
    reached, error, lack = seen[high]
    at_zero = seen[0.0][0] if 0.0 in seen else 0.0
    return FoundLevel(high, "exact" if error == 0.0 else "pilot", reached, at_zero, error=error, lack=lack)


def _highest(stock: SizedStock) -> float:
    """Return the highest whole level that the policy allows, below the S of the scenario."""
    return max(0.0, math.ceil(stock.at(0.0).start()) - 1.0)
