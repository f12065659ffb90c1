"""Goods from sources to warehouses: units that landed, and the days in each step of their way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Self

import numpy as np

from simulator.metrics.grouping import StockColumns, group_sums
from simulator.metrics.measured_window import Window
from simulator.values.arrays import Flags, Floats, Integers

if TYPE_CHECKING:
    from simulator.model.supply.purchase_order import PurchaseColumns
    from simulator.model.world import Record
    from simulator.scenario.scenario import Scenario
    from simulator.scenario.sections.supply_network import Lane


class Step(IntEnum):
    """Step of goods on their way from a source; a step that a way does not have takes no time."""

    QUEUE = 0
    """From the order until production begins; without production lines, until its turn in the capacity a period."""
    PREPARATION = 1
    """Until the goods are ready. An order at another warehouse waits there until it is handed out."""
    DISPATCH = 2
    """Until the goods depart."""
    TRANSIT = 3
    """Until the goods arrive at the end of the lane, or at customs."""
    CUSTOMS = 4
    """Until the goods are cleared."""
    RECEIPT = 5
    """Until the goods are on the shelf."""


@dataclass(frozen=True, slots=True)
class SourceFlows:
    """Goods from each source to each warehouse, over all products; expedited ones count with the others of their mode.

    Attributes:
        origins: supplier or warehouse that sends.
        destinations: warehouse that receives.
        modes: mode of the lane where several lead from one to the other, else empty.
        offices: customs office on the lane, else empty.
        internal: True if a warehouse sends: bool[ways].
        units: good units that landed in the measured window: float64[ways].
        days: unit-days that these spent in each step: float64[steps, ways]. Goods under way at the start of the run
            are in neither.
        timed: units that ``days`` are of: float64[ways].
        pending: unit-days of all goods in each step in the measured window: float64[steps, ways].
    """

    origins: tuple[str, ...]
    destinations: tuple[str, ...]
    modes: tuple[str, ...]
    offices: tuple[str, ...]
    internal: Flags
    units: Floats
    days: Floats
    timed: Floats
    pending: Floats

    @classmethod
    def of(cls, record: Record, window: Window) -> Self:
        """Add up the purchase orders of a record."""
        sources, scenario, orders = StockColumns(record).sources, record.scenario, record.purchases
        ways: dict[tuple[str, str, str], int] = {}
        way_of_pair = np.array(
            [
                ways.setdefault((one.source.supplier, one.warehouse, one.source.mode), len(ways))
                for one in sources.prices
            ],
            np.intp,
        )
        lanes = _lanes(scenario, ways)
        sellers = [scenario.seller(origin) for origin, _, _ in ways]
        steps = _StepTimes(
            orders,
            way_of_pair[sources.pair[sources.of(orders)]],
            lane=np.array([lane is not None for lane in lanes], np.bool_),
            customs=np.array([lane is not None and lane.customs is not None for lane in lanes], np.bool_),
            lines=np.array([one.workshop is not None for one in sellers], np.bool_),
            quota=np.array([one.quota is not None for one in sellers], np.bool_),
        )
        landed = np.where(window.contains(orders.received), orders.quantity, 0.0)
        timed = np.where(steps.known, landed, 0.0)
        days, pending = np.zeros((2, len(Step), len(ways)))
        begin = orders.placed
        for step, end in zip(Step, steps.ends(), strict=True):
            took = np.subtract(end, begin, out=np.zeros(len(timed)), where=timed > 0.0)
            days[step] = group_sums(steps.way, len(ways), timed * took)
            inside = window.clip(end) - window.clip(begin)
            pending[step] = group_sums(steps.way, len(ways), steps.units(step) * inside)
            begin = end
        return cls(
            origins=tuple(origin for origin, _, _ in ways),
            destinations=tuple(site for _, site, _ in ways),
            modes=tuple(mode for *_, mode in ways),
            offices=tuple("" if lane is None else lane.customs or "" for lane in lanes),
            internal=np.array([origin not in scenario.suppliers for origin, _, _ in ways], np.bool_),
            units=group_sums(steps.way, len(ways), landed),
            days=days,
            timed=group_sums(steps.way, len(ways), timed),
            pending=pending,
        )

    def then(self, other: Self) -> Self:
        """Add the flows of another window of the same run."""
        return type(self)(
            *(self.origins, self.destinations, self.modes, self.offices, self.internal),
            self.units + other.units,
            self.days + other.days,
            self.timed + other.timed,
            self.pending + other.pending,
        )


def _lanes(scenario: Scenario, ways: Iterable[tuple[str, str, str]]) -> list[Lane | None]:
    """Return the lane of each way, as `Scenario.lane_between` does; a network has too many for one search each."""
    found: dict[tuple[str, str, str | None], Lane] = {}
    for lane in scenario.lanes:
        for mode in ("", lane.mode):
            found.setdefault((*lane.ends, mode), lane)
    return [found.get(way) for way in ways]


class _StepTimes:
    """End of each step of purchase orders, in days; infinite while the step goes on.

    Attributes:
        way: of each order: intp[orders].
        known: False for goods under way at the start of the run, of which only the landing is known: bool[orders].
    """

    def __init__(
        self,
        orders: PurchaseColumns,
        way: Integers,
        *,
        lane: Flags,
        customs: Flags,
        lines: Flags,
        quota: Flags,
    ) -> None:
        """Take note of the milestones on each way.

        Args:
            orders: purchase orders.
            way: of each.
            lane: True if goods travel over a lane: bool[ways].
            customs: True if they pass customs: bool[ways].
            lines: True if they are made on production lines: bool[ways].
            quota: True if the supplier has a capacity a period: bool[ways].
        """
        self.way = way
        self.known = orders.number >= 0
        self._orders = orders
        self._passed = {
            "turn": quota,
            "begun": lines,
            "produced": np.ones(len(lane), np.bool_),
            "departed": lane,
            "arrived": lane,
            "cleared": customs,
        }

    def units(self, step: Step) -> Floats:
        """Return the units of each order in a step, defective ones included.

        Units that never come count as being prepared until that is noticed.
        """
        orders = self._orders
        sent: Floats = orders.quantity + orders.defects
        return sent + orders.lost if step <= Step.PREPARATION else sent

    def ends(self) -> Iterator[Floats]:
        """Yield the time of the end of each step, in sequence: float64[orders]."""
        orders = self._orders
        time, lost = orders.placed, orders.lost > 0.0
        received = np.where(np.isnan(orders.received), np.inf, orders.received)
        for step in Step:
            for milestone in _MILESTONES[step]:
                if self._passed[milestone].any():
                    time = self._after(time, milestone)
            if step == Step.RECEIPT:
                time = received
            # what never comes is prepared until that is noticed, and then goes nowhere
            elif lost.any():
                time = np.where(
                    lost, np.minimum(time, orders.noticed) if step == Step.QUEUE else orders.noticed, time
                )
            # the place of goods under way at the start is not known: they travel until they land
            yield time if self.known.all() else np.where(self.known, time, self._opening(step, received))

    def _after(self, time: Floats, milestone: str) -> Floats:
        """Return the times of a milestone where it is on the way, else ``time``."""
        passed = self._orders.passed[milestone]
        there = self._passed[milestone][self.way]
        return np.where(there, np.where(np.isnan(passed), np.inf, passed), time)

    def _opening(self, step: Step, received: Floats) -> Floats:
        return self._orders.placed if step < Step.TRANSIT else received


_MILESTONES: dict[Step, tuple[str, ...]] = {
    Step.QUEUE: ("turn", "begun"),
    Step.PREPARATION: ("produced",),
    Step.DISPATCH: ("departed",),
    Step.TRANSIT: ("arrived",),
    Step.CUSTOMS: ("cleared",),
    Step.RECEIPT: (),
}
"""Milestones that end each step, the later one last."""
