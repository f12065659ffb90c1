"""Levels of stocks that differ in demand rate only: searched for at a grid of rates, interpolated in between.

The grid is the same for all scenarios, so that the level of a stock depends on no other stock. Fractional
levels are interpolated, at which the service, taken as linear between whole levels, equals the target.
Rounded up, such a level is the smallest one that reaches the target.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from simulator.model.levels.demand_law import LineStream, daily_variance
from simulator.model.levels.level_search import has_quick_law, smallest_level
from simulator.model.levels.sized_stock import FoundLevel, SizedStock
from simulator.policies.replenishment import ReorderPoint, ReplenishmentPolicy
from simulator.policies.service_level import Outlook, Target

_RATIO: Final = 1.12
"""Ratio of a rate of the grid to the one before."""
_SMOOTH: Final = 16.0
"""Mean demand over lead time and review interval, in units, from which on every other rate is enough."""
_FEW: Final = 20.0
"""Order quantity, in units or lots, below which only stocks with equal order quantities share levels."""
_BUSY: Final = 0.7
"""Load of a production line from which on a level depends on the rate too strongly to be interpolated."""


def interpolated_level(stock: SizedStock, target: Target) -> FoundLevel:
    """Find the smallest level that reaches the target, by a search or between two rates of the grid."""
    if not _shared(stock, target):
        return smallest_level(stock, target)
    rate = stock.lines_per_day
    step = 1 if stock.outlook.expected(target.review) < _SMOOTH else 2
    place = math.floor(math.log(rate) / math.log(_RATIO) / step) * step
    low, high = (smallest_level(_at(stock, some), target, between=True) for some in (place, place + step))
    part = (rate / _RATIO**place - 1.0) / (_RATIO**step - 1.0)
    return _between(low, high, part, target.share)


def _shared(stock: SizedStock, target: Target) -> bool:
    """Test whether the level is interpolated.

    It is if its lines follow one law and come from no history, all levels of the policy move together, no
    exact law is quick to compute, and production is not too busy.
    """
    if stock.recorded or not target.shifts or not _one_law(stock.sources) or has_quick_law(stock, target):
        return False
    return stock.leg_sequence.load(stock.outlook.demand_mean) < _BUSY


def _one_law(sources: Sequence[LineStream]) -> bool:
    """Test whether the streams are shares of one stream, whose law is of the same kind at any rate."""
    first = sources[0]
    arrivals = first.arrivals
    if arrivals.type == "renewal" and (
        arrivals.cv is None or arrivals.first is not None or first.chance < 1.0
    ):
        return False
    return all(flow._replace(share=first.share) == first for flow in sources[1:])


def _at(stock: SizedStock, place: int) -> SizedStock:
    """Return the stock at rate number ``place`` of the grid.

    Its order quantity covers the same number of days, rounded up to whole units. A small quantity stays the
    same number of units or lots.
    """
    rate, whole = _RATIO**place, math.fsum(flow.share for flow in stock.sources)
    parts = tuple(round(flow.share / whole, 9) for flow in stock.sources)
    sources = tuple(
        flow._replace(rate=rate, share=part, chance=1.0)
        for flow, part in zip(stock.sources, parts, strict=True)
    )
    mean = rate * stock.sources[0].quantity.mean
    outlook = Outlook(
        mean,
        sum(map(daily_variance, sources)),
        stock.outlook.lead_time_mean,
        stock.outlook.lead_time_variance,
    )
    policy, order = _covering(stock, mean)
    return replace(
        stock, policy=policy, outlook=outlook, sources=sources, key=(place, parts, order, stock.family)
    )


def _covering(stock: SizedStock, mean: float) -> tuple[ReplenishmentPolicy, float]:
    """Choose the order quantity of a stock at another rate.

    Args:
        stock: the stock at its own rate.
        mean: mean demand per day at the other rate, in units.

    Returns:
        If the order quantity is small, the policy that orders it at the other rate, and the quantity in
        units. Else the policy unchanged, and 0.
    """
    cover: float | None = getattr(stock.policy, "cover", None)
    if cover is None:
        return stock.policy, 0.0
    supplier, units = stock.leg_sequence.supplier, stock.outlook.covering(cover)
    if isinstance(stock.policy, ReorderPoint):
        units = supplier.round_up(units)
    if units >= _FEW * max(1.0, supplier.lot or 0.0):
        return stock.policy, 0.0
    return stock.policy.model_copy(update={"cover": units / mean}), units


def _between(low: FoundLevel, high: FoundLevel, part: float, share: float) -> FoundLevel:
    """Interpolate between the levels at two rates of the grid.

    Args:
        low: level at the lower rate.
        high: level at the higher rate.
        part: position of the rate between the two, from 0 to 1.
        share: service to reach.
    """

    def mixed(one: float, other: float) -> float:
        return (1.0 - part) * one + part * other

    at_zero = mixed(low.at_zero, high.at_zero)
    level = math.ceil(mixed(low.exactly(share), high.exactly(share)) - 1e-9)
    return FoundLevel(
        0.0 if at_zero >= share else float(max(1, level)),
        "pilot" if "pilot" in (low.found, high.found) else "exact",
        at_zero if at_zero >= share else min(low.service, high.service),
        at_zero,
        error=max(low.error, high.error),
        lack=max(low.lack, high.lack),
    )
