"""Stock to be sized: what decides its level, and the level that was given or found."""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final, Literal, NamedTuple, Protocol

import numpy as np

from simulator.model.levels.demand_law import (
    CompoundPoisson,
    LineLaw,
    LineStream,
    compound_poisson,
    draw_lines,
    line_law,
)
from simulator.model.levels.lead_time_law import LeadTimeLaw, lead_time_law
from simulator.model.levels.recorded_days import RecordedDays
from simulator.model.supply.legs import LegSequence
from simulator.orders.random.streams import Streams
from simulator.policies.replenishment import (
    OrderUpTo,
    PeriodicPolicy,
    ReorderPoint,
    ReplenishmentPolicy,
)
from simulator.policies.service_level import OtherService, Outlook, Target
from simulator.values.arrays import Floats


class ServiceCurve(Protocol):
    """Service as a function of the level."""

    def service(self, level: float) -> float:
        """Return the service at a level."""
        ...

    def smallest(self, share: float) -> float:
        """Return the smallest whole level from 0 on at which the service is at least ``share``."""
        ...


Found = Literal["given", "textbook", "exact", "pilot", "network"]


@dataclass(frozen=True)
class StockLevel:
    """Level of a stock.

    Attributes:
        policy: policy, sized: every level is a number.
        demand_mean: mean demand over the lead time (and the review interval), in units.
        demand_sd: standard deviation of this demand, in units.
        found: source of the level.
        note: remark for the planner, empty for none.
        depot_delay: mean days that its orders are expected to wait in another warehouse, part of the lead time;
            ``None`` if it buys from a supplier, or if all levels of the network are given.
    """

    policy: ReplenishmentPolicy
    demand_mean: float
    demand_sd: float
    found: Found
    note: str = ""
    depot_delay: float | None = None


def by_formula(
    asked: ReplenishmentPolicy, outlook: Outlook, policy: ReplenishmentPolicy | None = None
) -> StockLevel:
    """Return the level of the file, or the one that the policy derives from the outlook.

    Args:
        asked: policy of the scenario.
        outlook: expected demand and lead time.
        policy: policy already sized, to use instead.
    """
    policy = policy or asked.sized(outlook)
    left_open = getattr(asked, "service_level", None) is not None
    review = asked.reviews()
    days = 0.0 if review is None else review[1]
    found: Found = "textbook" if left_open else "given"
    return StockLevel(policy, outlook.expected(days), outlook.deviation(days), found)


class FoundLevel(NamedTuple):
    """Level that a search or an interpolation found.

    Attributes:
        level: level, in units.
        found: method, an exact law or pilot runs.
        service: service at the level.
        at_zero: service at level 0.
        below: service at the level one unit lower.
        error: standard error of the service.
        lack: standard error as a multiple of the largest at which the level counts as known.
    """

    level: float
    found: Literal["exact", "pilot"]
    service: float
    at_zero: float
    below: float = 0.0
    error: float = 0.0
    lack: float = 0.0

    def exactly(self, share: float) -> float:
        """Return the fractional level with service ``share``, taken as linear between whole levels."""
        if self.level == 0.0 or self.service <= self.below:
            return self.level
        return self.level - min(1.0, max(0.0, (self.service - share) / (self.service - self.below)))

    def note(self, target: Target) -> str:
        """Return a note if the level exceeds or misses the target or is not known well, else no text."""
        if self.level == 0.0 and self.service > target.share + 0.005:
            return f"the lowest level allowed, 0, already reaches {100 * self.service:.1f} %"
        if self.service < target.share - 0.005:
            return f"the highest level allowed reaches {100 * self.service:.1f} % only"
        if self.lack > _COARSE:
            return f"the service was found to ± {196 * self.error:.1f} points only"
        return ""


class TrialOutlook(Outlook):
    """Outlook that gives the level on trial for every level left to the simulator."""

    __slots__ = ("_level",)
    _level: float

    def __init__(self, outlook: Outlook, level: float) -> None:
        super().__init__(
            outlook.demand_mean,
            outlook.demand_variance,
            outlook.lead_time_mean,
            outlook.lead_time_variance,
        )
        object.__setattr__(self, "_level", level)

    def reorder_level(self, _service_level: float | OtherService, _review: float = 0.0) -> float:
        """Return the level on trial."""
        return self._level


def overloaded(asked: ReplenishmentPolicy, outlook: Outlook, target: Target, load: float) -> StockLevel:
    """Return the textbook level, with a note, for a stock that production cannot keep up with."""
    level = outlook.reorder_level(target.share, target.review)
    sized = by_formula(asked, outlook, asked.sized(TrialOutlook(outlook, level)))
    wanted, busy = f"{100 * target.share:.6g} %", f"{100 * load:.4g} %"
    return replace(sized, note=f"no level reaches {wanted}: production is loaded to {busy}")


@dataclass(frozen=True)
class SizedStock:
    """Stock whose level is searched for, with everything that decides it; stocks with the same key are equal.

    Attributes:
        key: equal for stocks with the same level.
        family: part of the key that stocks share if they differ in their demand rate only.
        policy: policy of the scenario, not sized.
        outlook: expected demand and lead time.
        sources: streams of order lines.
        recorded: days of order histories.
        leg_sequence: legs of its route.
        seed: seed of the scenario.
    """

    key: Hashable
    family: Hashable = field(compare=False)
    policy: ReplenishmentPolicy = field(compare=False)
    outlook: Outlook = field(compare=False)
    sources: tuple[LineStream, ...] = field(compare=False)
    recorded: tuple[RecordedDays, ...] = field(compare=False)
    leg_sequence: LegSequence = field(compare=False)
    seed: int = field(compare=False)

    @property
    def steps(self) -> float:
        """Largest number of steps of its pilot runs."""
        return _RECORDED_STEPS if self.recorded else _STEPS

    def law(self) -> LeadTimeLaw:
        """Return the law of independent lead times on its route."""
        return lead_time_law(self.leg_sequence, self.seed)

    def at(self, level: float) -> ReplenishmentPolicy:
        """Return the policy sized with this level."""
        return self.policy.sized(TrialOutlook(self.outlook, level))

    @cached_property
    def demand(self) -> CompoundPoisson | None:
        """Demand as a compound Poisson process; ``None`` if it is not one of whole units."""
        return None if self.recorded else compound_poisson(self.sources)

    def lines_to_count(self, target: Target) -> LineLaw | None:
        """Return the law of the lines if pilot runs need not draw each line, else ``None``.

        Lines that come in clusters meet less stock than there is on average over time. So they are
        drawn, unless the measure is over time and clusters, such as the days of ``negative_binomial``
        arrivals, are short against the time between two orders.
        """
        if self.recorded or (self.demand is None and target.measure not in _OVER_TIME):
            return None
        law = line_law(self.sources)
        if law is None or self.demand is not None:
            return law
        gap = _order_interval(self.at(0.0), law)
        return law if gap is not None and gap[0] >= _CLUSTERED else None

    @property
    def lines_per_day(self) -> float:
        """Mean number of lines per day."""
        return sum(flow.lines_per_day for flow in self.sources) + sum(
            days.lines_per_day for days in self.recorded
        )

    def drawn(self, days: float, streams: Streams) -> tuple[Floats, Floats, Floats]:
        """Draw the lines on ``[0, days)``, sorted by the time of their order.

        Returns:
            Time of the order (days), due date (days) and units: float64[lines] each.
        """
        parts = [draw_lines(self.sources, days, streams)] if self.sources else []
        for number, recorded in enumerate(self.recorded):
            time, units = recorded.drawn(math.ceil(days), streams, f"history/{number}")
            parts.append((time, time, units))
        if len(parts) == 1:
            return parts[0]
        time, date, units = (np.concatenate(column) for column in zip(*parts, strict=True))
        sequence = np.argsort(time, kind="stable")
        return time[sequence], date[sequence], units[sequence]


_STEPS: Final = 1_500_000
"""Largest number of steps of a stock's pilot runs; a step is about as much work as a line."""
_RECORDED_STEPS: Final = 40_000
"""Largest number of steps for a stock with demand from order histories."""
_COARSE: Final = 1.25
"""Standard error, as a multiple of the largest allowed, above which a note tells the precision."""
_OVER_TIME: Final = ("cycle_service_level", "ready_rate")
"""Measures of service over time or cycles, not over lines or units."""
_CLUSTERED: Final = 10.0
"""Mean time between two orders, in days, from which on lines that come in clusters need not be drawn."""


def _order_interval(
    policy: ReplenishmentPolicy, demand: CompoundPoisson | LineLaw
) -> tuple[float, float] | None:
    """Estimate the time between two orders, or a lower bound of it.

    Returns:
        Mean (days) and variance (square days); ``None`` for a policy of another kind.
    """
    if isinstance(policy, PeriodicPolicy):
        return policy.every, 0.0
    if isinstance(policy, ReorderPoint):
        units = policy.Q or 0.0
    elif isinstance(policy, OrderUpTo):
        units = policy.start() - policy.trigger()
    else:
        return None
    # first passage of a renewal reward process (Cox 1962, Renewal Theory, section 8.3)
    return units / demand.mean, units * demand.variance / demand.mean**3
