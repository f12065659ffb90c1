"""Levels of stocks that are alike but for their rate: searched for at some rates only, and interpolated between them.

Those rates are the same whatever stocks there are, so that the level of a stock depends on no other stock. A level is
interpolated as a number with a fraction, the one at which the service, linear between whole units, is that of the
target; rounded up, it is the smallest that reaches it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from simulator.model.levels.demand_law import LineStream, daily_variance
from simulator.model.levels.level_search import FoundLevel, SizedStock, has_quick_law, smallest_level
from simulator.policies.replenishment import ReorderPoint, ReplenishmentPolicy
from simulator.policies.service_level import Outlook, Target

_RATIO: Final = 1.12
"""Of a rate that is searched for and the one before."""
_SMOOTH: Final = 16.0
"""Mean units of demand over a lead time from which on every other of these rates is enough."""
_FEW: Final = 20.0
"""Units (or lots) of an order up to which only stocks with equal orders are compared."""
_BUSY: Final = 0.7
"""Load of a production line above which a level depends on the rate too much to be interpolated."""


def interpolated_level(stock: SizedStock, target: Target) -> FoundLevel:
    """The answer for a stock: searched for, or between two that are."""
    if not _shared(stock, target):
        return smallest_level(stock, target)
    rate = stock.lines_a_day
    step = 1 if stock.outlook.expected(target.review) < _SMOOTH else 2
    place = math.floor(math.log(rate) / math.log(_RATIO) / step) * step
    low, high = (smallest_level(_at(stock, some), target, between=True) for some in (place, place + step))
    part = (rate / _RATIO**place - 1.0) / (_RATIO**step - 1.0)
    return _between(low, high, part, target.share)


def _shared(stock: SizedStock, target: Target) -> bool:
    """Whether the level is found between those of other rates: its lines follow one law, and the search is costly."""
    if stock.recorded or not target.shifts or not _one_law(stock.sources) or has_quick_law(stock, target):
        return False
    return stock.way.load(stock.outlook.demand_mean) < _BUSY


def _one_law(sources: Sequence[LineStream]) -> bool:
    """Whether the streams are shares of one, and at another rate of the same law."""
    first = sources[0]
    arrivals = first.arrivals
    if arrivals.type == "renewal" and (
        arrivals.cv is None or arrivals.first is not None or first.chance < 1.0
    ):
        return False
    return all(flow._replace(share=first.share) == first for flow in sources[1:])


def _at(stock: SizedStock, place: int) -> SizedStock:
    """The stock at a rate that is searched for.

    Its order covers as many days, rounded to whole units; as many units or lots where they are few.
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
    """The policy with the order of the stock where it is of few units or lots, and it; else as it is, and 0."""
    cover: float | None = getattr(stock.policy, "cover", None)
    if cover is None:
        return stock.policy, 0.0
    supplier, units = stock.way.supplier, stock.outlook.covering(cover)
    if isinstance(stock.policy, ReorderPoint):
        units = supplier.round_up(units)
    if units >= _FEW * max(1.0, supplier.lot or 0.0):
        return stock.policy, 0.0
    return stock.policy.model_copy(update={"cover": units / mean}), units


def _between(low: FoundLevel, high: FoundLevel, part: float, share: float) -> FoundLevel:
    """The answer at a rate between two."""

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
