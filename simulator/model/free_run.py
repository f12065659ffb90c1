"""The opening free run of a stock: what happens before anything can be decided, worked out at once.

Where lines are served in order of time, everybody waits and nothing stands in the way of the goods, the fate of every
line follows from arithmetic. Purchase orders are placed where the cumulative demand passes the multiples of the order
quantity. Landings, sorted, give the cumulative supply, and a line is filled when that reaches the cumulative demand:
with lead times that cross, the wait of the n-th unit is max(0, R(n - S) - T(n)), R being the *sorted* landings (Muckstadt
2005, Analysis and Algorithms for Service Parts Supply Chains, section 2). It ends with the first customer who would not
wait that long, or at the horizon; from there on the stock is played event by event.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from simulator.model.lines import StockLines
from simulator.model.purchase import Purchases
from simulator.orders.book import Status
from simulator.orders.lines import by_time
from simulator.policies.replenishment import ReplenishmentPolicy

Column = NDArray[np.float64]
Places = NDArray[np.intp]


class Way(Protocol):
    """Where purchase orders go."""

    @property
    def independent(self) -> bool:
        """Whether a purchase order meets nothing on its way that depends on any other."""
        ...

    def round_up(self, quantity: float) -> float:
        """Quantity after the supplier's minimum and lot rule."""
        ...

    def timetable(self, stock: int, placed: Column, quantity: Column) -> Purchases:
        """The first purchase orders of the stock, with the times at which they will pass each place."""
        ...


@dataclass(frozen=True, slots=True)
class Opening:
    """What has happened when the free run is over, and what is still to come.

    stop: first line that is not part of it. on_hand, position, backlog: units then. purchases: all that were placed,
    in sequence; landed: whether each has come. time, taken_in, given_out: of each landing, units that came and that
    went to waiting lines. waiting: lines that wait then, in sequence of service.
    """

    stop: int
    on_hand: float
    position: float
    backlog: float
    purchases: Purchases
    landed: NDArray[np.bool_]
    time: Column
    taken_in: Column
    given_out: Column
    waiting: list[int]


def free_run(
    stock: int,
    lines: StockLines,
    way: Way,
    policy: ReplenishmentPolicy,
    on_hand: float,
    *,
    split: bool,
) -> FreeRun | None:
    """The free run of a stock that holds ``on_hand`` units at the start, or ``None`` where there is more to it."""
    largest = float(lines.columns["quantity"].max(initial=0.0))
    batch = policy.batch(largest)
    simple = lines.whole and not lines.early and lines.one_at_a_time and (split or largest == 1.0)
    if batch is None or not simple or not way.independent or policy.on_cancel != "keep":
        return None
    level, quantity = math.floor(batch[0]), way.round_up(batch[1] or 1.0)
    first_order = policy.quantity(on_hand)
    first_order = way.round_up(first_order) if first_order > 0.0 else 0.0
    if batch[1] == 0.0:
        if quantity != 1.0 or on_hand + first_order != batch[0]:
            return None
        quantity = 0.0
    if not all(float(units).is_integer() for units in (on_hand, first_order, quantity)):
        return None
    return FreeRun(stock, lines, way, on_hand, first_order, (level, quantity))


class FreeRun:
    """The arithmetic for one stock that has ``on_hand`` units at the start."""

    def __init__(
        self, stock: int, lines: StockLines, way: Way, on_hand: float, first_order: float, batch: tuple[float, float]
    ) -> None:
        """``first_order``: units ordered at the start; ``batch``: reorder level and order quantity, 0 for one for one."""
        self._stock = stock
        self._lines = lines
        self._columns = lines.columns
        self._way = way
        self._on_hand = on_hand
        self._first_order = first_order
        self._level, self._batch = batch

    def until(self, horizon: float, end: float) -> Opening:
        """Play up to the horizon, or to the first customer who gives up before ``end`` (days) or does not wait at all."""
        count = int(np.searchsorted(self._columns["time"], horizon))
        purchases, trigger = self._orders(count)
        supply = self._supply(purchases, purchases.received < horizon)
        waits = self._waits(supply, count)
        leaves = self._lines.leave(waits.lines, waits.filled, end)
        if len(leaves):
            count = int(leaves[0])
            now = float(self._columns["time"][count])
            kept = trigger < count
            purchases = purchases.where(kept)
            supply = self._supply(purchases, purchases.received <= now)
            waits = self._waits(supply, count)
        return self._written(purchases, supply, waits, count)

    # -- supply ------------------------------------------------------------------------------------------------------

    def _orders(self, count: int) -> tuple[Purchases, Places]:
        """Purchase orders that the first ``count`` lines bring, and the line that brings each (-1: the start)."""
        columns, cumulative = self._columns, self._columns["cumulative"]
        if self._batch == 0.0:
            trigger, quantity = np.arange(count), columns["quantity"][:count]
        else:
            due = self._on_hand + self._first_order - self._level
            number = max(0, math.floor((cumulative[count] - due) / self._batch) + 1)
            trigger = np.searchsorted(cumulative, due + self._batch * np.arange(number)) - 1
            quantity = np.full(number, self._batch)
        placed = columns["time"][trigger]
        if self._first_order > 0.0:
            trigger = np.concatenate(([-1], trigger))
            placed, quantity = np.concatenate(([0.0], placed)), np.concatenate(([self._first_order], quantity))
        return self._way.timetable(self._stock, placed, quantity), trigger

    def _supply(self, purchases: Purchases, landed: NDArray[np.bool_]) -> _Supply:
        time, quantity = purchases.received, purchases.quantity
        if not landed.all():
            time, quantity = time[landed], quantity[landed]
        sequence = by_time(time)
        quantity = quantity[sequence]
        return _Supply(
            time[sequence], quantity, np.concatenate(([self._on_hand], self._on_hand + np.cumsum(quantity))), landed
        )

    # -- demand ------------------------------------------------------------------------------------------------------

    def _waits(self, supply: _Supply, count: int) -> _Waits:
        """The lines, of the first ``count``, that have to wait, and what becomes of them."""
        time, cumulative = self._columns["time"][:count], self._columns["cumulative"]
        before = np.searchsorted(time, supply.time)  # lines before each landing
        first = np.concatenate(([0], before))
        last = np.concatenate((before, [count]))
        short = np.maximum(np.searchsorted(cumulative, supply.units, side="right") - 1, first)
        between = np.flatnonzero(short < last)  # landings after which lines come that they do not cover
        number = last[between] - short[between]
        lines = np.repeat(short[between] - (np.cumsum(number) - number), number) + np.arange(int(number.sum()))
        last_landing = np.repeat(between, number)
        demand = cumulative[lines + 1]
        by = np.searchsorted(supply.units, demand)
        filled = np.append(supply.time, math.inf)[by - 1] if len(by) else np.zeros(0)
        return _Waits(lines, last_landing, by, filled, before)

    def _written(self, purchases: Purchases, supply: _Supply, waits: _Waits, count: int) -> Opening:
        """Write the fate of the first ``count`` lines into their columns."""
        lines, columns = self._lines, self._columns
        demanded, now = columns["cumulative"], len(supply.time)
        lines.fill(0, count)
        quantity, demand = columns["quantity"][waits.lines], demanded[waits.lines + 1]
        on_arrival = np.clip(supply.units[waits.landing] - (demand - quantity), 0.0, quantity)
        got = np.minimum(supply.units[now] - (demand - quantity), quantity).clip(0.0)
        done = waits.by <= now
        columns["status"][waits.lines] = np.where(done, Status.FILLED_LATE, Status.BACKORDERED)
        columns["on_arrival"][waits.lines] = on_arrival
        columns["filled"][waits.lines] = got
        arrived = columns["time"][waits.lines]
        begun = np.where(on_arrival > 0.0, arrived, math.nan)
        columns["allocated"][waits.lines] = np.where(done, waits.filled, begun)
        columns["unit_days"][waits.lines] = self._unit_days(supply, waits, on_arrival, got, arrived)
        columns["need"][waits.lines] = quantity - got
        demand_before = demanded[waits.before]
        owed = np.maximum(demand_before - supply.units[:-1], 0.0)
        ordered = self._on_hand + float(purchases.quantity.sum())
        return Opening(
            stop=count,
            on_hand=float(max(supply.units[now] - demanded[count], 0.0)),
            position=float(ordered - demanded[count]),
            backlog=float(max(demanded[count] - supply.units[now], 0.0)),
            purchases=purchases,
            landed=supply.landed,
            time=supply.time,
            taken_in=supply.quantity,
            given_out=np.minimum(owed, supply.quantity),
            waiting=waits.lines[~done].tolist(),
        )

    def _unit_days(
        self, supply: _Supply, waits: _Waits, on_arrival: Column, got: Column, arrived: Column
    ) -> Column:
        """Days that the units of each line waited, those that have come: mostly all come with one landing."""
        late = got - on_arrival
        start = self._columns["cumulative"][waits.lines] + on_arrival
        first = np.maximum(np.searchsorted(supply.units, start, side="right"), waits.landing + 1)
        last = np.minimum(waits.by, len(supply.time))
        days = np.zeros(len(late))
        once = np.flatnonzero((late > 0.0) & (first == last))
        days[once] = late[once] * (supply.time[last[once] - 1] - arrived[once])
        for k in np.flatnonzero((late > 0.0) & (first < last)).tolist():
            reached = start[k]
            for landing in range(int(first[k]), int(last[k]) + 1):
                units = min(supply.units[landing], start[k] + late[k]) - reached
                days[k] += units * (supply.time[landing - 1] - arrived[k])
                reached += units
        return days


@dataclass(frozen=True, slots=True)
class _Supply:
    """Landings in order of time: days, units; ``units``: of all so far, the start included (one more element)."""

    time: Column
    quantity: Column
    units: Column
    landed: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Waits:
    """Lines that wait: the last landing before each, the one that completes it (counted from 1) and its time."""

    lines: Places
    landing: Places
    by: Places
    filled: Column
    before: Places
