"""Levels of stocks that are alike but for their rate: searched for at some rates only, and interpolated between them.

Those rates are the same whatever stocks there are, so that the level of a stock depends on no other stock. A level is
interpolated as a number with a fraction, the one at which the service, linear between whole units, is that of the
target; rounded up, it is the smallest that reaches it.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

from simulator.model.level_search import Answer, Stock, cheap, search
from simulator.policies.replenishment import Outlook, ReorderPoint, ReplenishmentPolicy, Target

_RATIO: Final = 1.12
"""Of a rate that is searched for and the one before."""
_FEW: Final = 20.0
"""Units (or lots) of an order up to which only stocks with equal orders are compared."""
_BUSY: Final = 0.7
"""Load of a production line above which a level depends on the rate too much to be interpolated."""


def answer(stock: Stock, target: Target) -> Answer:
    """The answer for a stock: searched for, or between two that are."""
    if not _shared(stock, target):
        return search(stock, target)
    rate = stock.lines_a_day
    place = math.floor(math.log(rate) / math.log(_RATIO))
    low, high = (search(_at(stock, place + more), target) for more in (0, 1))
    part = (rate / _RATIO**place - 1.0) / (_RATIO - 1.0)
    return _between(low, high, part, target.share)


def _shared(stock: Stock, target: Target) -> bool:
    """Whether the level is found between those of other rates: one stream of Poisson lines, and a costly search."""
    if len(stock.sources) != 1 or stock.recorded or not target.shifts:
        return False
    if stock.sources[0].arrivals.type != "poisson" or cheap(stock, target):
        return False
    return stock.legs.load(stock.outlook.demand_mean) < _BUSY


def _at(stock: Stock, place: int) -> Stock:
    """The stock at a rate that is searched for.

    Its order covers as many days, rounded to whole units; as many units or lots where they are few.
    """
    (flow,) = stock.sources
    rate, units = _RATIO**place, flow.quantity
    mean, square = rate * units.mean, rate * (units.variance + units.mean**2)
    outlook = Outlook(mean, square, stock.outlook.lead_time_mean, stock.outlook.lead_time_variance)
    policy, order = _covering(stock, mean)
    return replace(
        stock,
        policy=policy,
        outlook=outlook,
        sources=(flow._replace(rate=rate, share=1.0, chance=1.0),),
        key=(place, order, stock.family),
    )


def _covering(stock: Stock, mean: float) -> tuple[ReplenishmentPolicy, float]:
    """The policy with the order of the stock where it is of few units or lots, and it; else as it is, and 0."""
    cover: float | None = getattr(stock.policy, "cover", None)
    if cover is None:
        return stock.policy, 0.0
    supplier, units = stock.legs.supplier, stock.outlook.covering(cover)
    if isinstance(stock.policy, ReorderPoint):
        units = supplier.round_up(units)
    if units >= _FEW * max(1.0, supplier.lot or 0.0):
        return stock.policy, 0.0
    return stock.policy.model_copy(update={"cover": units / mean}), units


def _between(low: Answer, high: Answer, part: float, share: float) -> Answer:
    """The answer at a rate between two."""

    def mixed(one: float, other: float) -> float:
        return (1.0 - part) * one + part * other

    at_zero = mixed(low.at_zero, high.at_zero)
    level = math.ceil(mixed(low.exactly(share), high.exactly(share)) - 1e-9)
    return Answer(
        0.0 if at_zero >= share else float(max(1, level)),
        "pilot" if "pilot" in (low.found, high.found) else "exact",
        at_zero if at_zero >= share else min(low.service, high.service),
        at_zero,
        error=max(low.error, high.error),
    )
