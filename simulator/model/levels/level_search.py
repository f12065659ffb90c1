"""The search for the smallest level of one stock that reaches a service level: by an exact law, else by pilot runs."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
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
from simulator.model.levels.exact_levels import RARE, LeadTime, required_level_law
from simulator.model.levels.lead_time_law import LeadTimeLaw, lead_time_law
from simulator.model.levels.pilot_observations import LevelObservations
from simulator.model.levels.pilot_runs import PilotRuns
from simulator.model.levels.recorded_days import RecordedDays
from simulator.model.supply.legs import LegSequence
from simulator.orders.random.streams import Streams
from simulator.policies.replenishment import (
    BaseStock,
    OrderUpTo,
    PeriodicPolicy,
    ReorderPoint,
    ReplenishmentPolicy,
)
from simulator.policies.service_level import OtherService, Outlook, Target
from simulator.values.arrays import Floats

_STEPS: Final = 1_500_000
"""Steps of the pilot runs of a stock at the most; a step is about as much work as a line."""
_RECORDED_STEPS: Final = 40_000
"""The same where order histories take part."""
_REMEMBERED: Final = 1 << 14
"""Answers that a process remembers."""
_SLACK: Final = 0.005
"""Service by which a level may miss the target, and one unit less may reach more."""
_SURE: Final = 3.0
"""Standard errors of the service within its distance from what is allowed, for a level to be known."""
_SURE_FOR_OTHERS: Final = 3.5
"""The same within all of the slack, for a stock that stands for others: their levels carry its error and their own."""
_COARSE: Final = 1.25
"""Standard error of the service over the largest that is small enough, from which on it is told."""
_FIRST: Final = 40_000, 5_000
"""Steps of the first pilot run, about as many lines; each further one as long as it seems to take.

Of a stock that stands for others, and of one by itself.
"""
_LEAD_TIMES: Final = 40
"""Lead times that a pilot run lasts at least."""
_OVER_TIME: Final = ("cycle_service_level", "ready_rate")
"""Measures that do not look through the eyes of the lines."""
_CLUSTERED: Final = 10.0
"""Days between two orders from which on lines in clusters need not be drawn."""


class ServiceCurve(Protocol):
    """Service as a function of the level."""

    def service(self, level: float) -> float:
        """Service at a level."""
        ...

    def smallest(self, share: float) -> float:
        """Smallest whole level from 0 on with this service."""
        ...


class FoundLevel(NamedTuple):
    """A level, and how it was found.

    service, at_zero, below: at the level, at level 0 and one unit below; error: standard error of the service; lack:
    that over the largest with which the level is known.
    """

    level: float
    found: Literal["exact", "pilot"]
    service: float
    at_zero: float
    below: float = 0.0
    error: float = 0.0
    lack: float = 0.0

    def exactly(self, share: float) -> float:
        """The level, with a fraction, at which the service would be this share if it were linear between units."""
        if self.level == 0.0 or self.service <= self.below:
            return self.level
        return self.level - min(1.0, max(0.0, (self.service - share) / (self.service - self.below)))

    def note(self, target: Target) -> str:
        """Sentence about a level that misses the target from above, or is not known well."""
        if self.level == 0.0 and self.service > target.share + 0.005:
            return f"the lowest level allowed, 0, already reaches {100 * self.service:.1f} %"
        if self.service < target.share - 0.005:
            return f"the highest level allowed reaches {100 * self.service:.1f} % only"
        if self.lack > _COARSE:
            return f"the service was found to ± {196 * self.error:.1f} points only"
        return ""


class TrialOutlook(Outlook):
    """An outlook by which every level that is left to the simulator is the one being tried."""

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
        """The level being tried."""
        return self._level


@dataclass(frozen=True)
class SizedStock:
    """What decides the level of one stock; stocks with the same key are one.

    family: what it has in common with stocks that differ in nothing but their rate. policy: as the file has it.
    sources: streams of drawn lines; recorded: days of order histories.
    """

    key: Hashable
    family: Hashable = field(compare=False)
    policy: ReplenishmentPolicy = field(compare=False)
    outlook: Outlook = field(compare=False)
    sources: tuple[LineStream, ...] = field(compare=False)
    recorded: tuple[RecordedDays, ...] = field(compare=False)
    way: LegSequence = field(compare=False)
    seed: int = field(compare=False)

    @property
    def steps(self) -> float:
        """Steps of its pilot runs at the most."""
        return _RECORDED_STEPS if self.recorded else _STEPS

    def law(self) -> LeadTimeLaw:
        """The law of independent lead times."""
        return lead_time_law(self.way, self.seed)

    def at(self, level: float) -> ReplenishmentPolicy:
        """The policy with this level."""
        return self.policy.sized(TrialOutlook(self.outlook, level))

    @cached_property
    def demand(self) -> CompoundPoisson | None:
        """The demand as a compound Poisson process, if it is one of whole units."""
        return None if self.recorded else compound_poisson(self.sources)

    def lines_to_count(self, target: Target) -> LineLaw | None:
        """The law of the lines where pilot runs may count them without drawing each.

        Lines that come in clusters see less of the stock than time does, and their days have to be short against the
        time between two orders.
        """
        if self.recorded or (self.demand is None and target.measure not in _OVER_TIME):
            return None
        law = line_law(self.sources)
        if law is None or self.demand is not None:
            return law
        gap = _gap(self.at(0.0), law)
        return law if gap is not None and gap[0] >= _CLUSTERED else None

    @property
    def lines_a_day(self) -> float:
        """Mean number of lines a day."""
        return sum(flow.lines_a_day for flow in self.sources) + sum(
            days.lines_a_day for days in self.recorded
        )

    def drawn(self, days: float, streams: Streams) -> tuple[Floats, Floats, Floats]:
        """Lines on ``[0, days)``: time of the order, date of the line (days), and units."""
        parts = [draw_lines(self.sources, days, streams)] if self.sources else []
        for number, recorded in enumerate(self.recorded):
            time, units = recorded.drawn(math.ceil(days), streams, f"history/{number}")
            parts.append((time, time, units))
        if len(parts) == 1:
            return parts[0]
        time, date, units = (np.concatenate(column) for column in zip(*parts, strict=True))
        sequence = np.argsort(time, kind="stable")
        return time[sequence], date[sequence], units[sequence]


def exact_service(stock: SizedStock, target: Target) -> ServiceCurve | None:
    """The service by an exact law, where one is known."""
    demand, policy = stock.demand, stock.at(0.0)
    if demand is None:
        return None
    lead_time = _lead_time(stock, policy, demand)
    if lead_time is None or _rounded(stock.way, policy):
        return None
    return required_level_law(policy, target, demand, lead_time)


def _lead_time(stock: SizedStock, policy: ReplenishmentPolicy, demand: CompoundPoisson) -> LeadTime | None:
    """The law of the lead time where orders do not overtake each other, or where it does not matter."""
    way = stock.way
    if (constant := way.constant) is not None:
        return LeadTime.constant(constant)
    if way.queues or way.timetable:
        return None
    if isinstance(policy, BaseStock):
        return None if way.in_sequence else LeadTime.constant(stock.law().mean)
    gap = _gap(policy, demand)
    if gap is None or stock.law().overtaking(*gap) > RARE:
        return None
    return stock.law().law


def _gap(policy: ReplenishmentPolicy, demand: CompoundPoisson | LineLaw) -> tuple[float, float] | None:
    """Mean and variance of the time between two orders, in days and days²; at least about that."""
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


def _rounded(way: LegSequence, policy: ReplenishmentPolicy) -> bool:
    """Whether the supplier's minimum or lot changes what the policy orders."""
    supplier = way.supplier
    if supplier.minimum is None and supplier.lot is None:
        return False
    if not isinstance(policy, ReorderPoint):
        return True
    batch = policy.Q or 0.0
    return (supplier.minimum or 0.0) > batch or (supplier.lot is not None and batch % supplier.lot != 0.0)


def has_quick_law(stock: SizedStock, target: Target) -> bool:
    """Whether an exact law is known that takes a single lead time."""
    single = stock.way.constant is not None or isinstance(stock.policy, BaseStock)
    return single and target.shifts and exact_service(stock, target) is not None


@lru_cache(_REMEMBERED)
def smallest_level(stock: SizedStock, target: Target, *, between: bool = False) -> FoundLevel:
    """The smallest level that reaches the target; ``between``: as a number with a fraction, for others."""
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
    """The smallest level by pilot runs, until it is known well enough or they have taken all steps."""
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
    """Standard error of the service at a level over the largest by which it is known on which side of a share it is.

    Near the share, either side will do.
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
    """What pilot runs have shown until they lacked nothing, or all steps were taken; and what they still lack.

    Args:
        stock: what is played.
        policy: sized.
        target: measure of service.
        lack: standard error over the largest that is small enough.
        first: steps of the first run.
    """
    pilot = PilotRuns(
        policy, stock.drawn, stock.lines_to_count(target), stock.way, target.measure, stock.seed
    )
    steps_a_day = pilot.steps_a_line * stock.lines_a_day
    least = _LEAD_TIMES * (stock.outlook.lead_time_mean + target.review) * steps_a_day
    played, more = 0.0, min(max(first, least), stock.steps)
    while True:
        needs = pilot.play(more / steps_a_day)
        played += more
        missing = math.inf if needs is None else lack(needs)
        if missing <= 1.0 or played >= stock.steps:
            return needs, missing
        more = min(played * min(3.0, max(0.25, 1.1 * missing**2 - 1.0)), stock.steps - played)


def _by_halving(stock: SizedStock, target: Target) -> FoundLevel:
    """The smallest level where others of the policy do not move with it: each level is tried by itself."""

    def service(level: float) -> tuple[float, float, float]:
        """Service relative to what the policy itself calls 0, its standard error, and what that lacks."""
        policy = stock.at(level)
        found = None
        demand = stock.demand
        if demand is not None and (lead_time := _lead_time(stock, policy, demand)) is not None:
            found = (
                None if _rounded(stock.way, policy) else required_level_law(policy, target, demand, lead_time)
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
    """Highest level that the policy allows: below the S of the file."""
    return max(0.0, math.ceil(stock.at(0.0).start()) - 1.0)
