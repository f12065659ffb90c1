"""Arithmetic of stocks on cumulative units: purchase orders, landings, and waits of lines that are served in sequence.

Purchase orders are placed where the cumulative demand passes the multiples of the order quantity. Sorted landings give
the cumulative supply, and a line is filled when the supply reaches its cumulative demand. So the wait of the n-th unit
is max(0, R(n - S) - T(n)), with its demand at T(n), the *sorted* landings R (lead times may cross) and the start level
S.

Columns of several stocks are joined, stock after stock. Supply is counted like the cumulative demand, over all stocks,
and capped at the stock's last line. So both rise from stock to stock, and one search serves all.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np

from simulator.model.records.line_table import LineTable
from simulator.model.shortcuts.bulk_purchases import BulkPurchases
from simulator.model.shortcuts.cumulative_supply import CumulativeSupply, WaitingUnits, first_at, joined
from simulator.model.shortcuts.stock_plans import FreeRunState, StartLevels
from simulator.model.supply.purchase_order import PurchaseColumns
from simulator.orders.line_columns import by_time, ranges
from simulator.orders.order_book import Status
from simulator.values.arrays import Floats, Integers


class Demand(Protocol):
    """Lines that stocks serve in sequence, those of one stock adjacent and sorted by time; see `LineTable`."""

    @property
    def bounds(self) -> Sequence[int]:
        """First line of each stock, and the number of lines."""
        ...

    @property
    def time(self) -> Floats:
        """Time of each line, days."""
        ...

    @property
    def quantity(self) -> Floats:
        """Units of each line."""
        ...

    @property
    def cumulative(self) -> Floats:
        """Cumulative units up to and including each line."""
        ...

    def completed(self, units: Floats) -> Integers:
        """Count the lines of all stocks complete with ``units``, counted like `cumulative`."""
        ...


class PlacedOrders(NamedTuple):
    """Purchase orders of the stocks that take part, stock after stock.

    Attributes:
        by_stock: number of orders of each stock.
        of: place of the stock of each order.
        placed: time of placing, days.
        units: of each order.
    """

    by_stock: Integers
    of: Integers
    placed: Floats
    units: Floats


class Portions(NamedTuple):
    """Units that waiting lines get from landings, line after line, those of a line in sequence of time.

    Attributes:
        waiting: index of the line among those that wait.
        level: index of the supply level that the landing reaches.
        units: that the line gets.
    """

    waiting: Integers
    level: Integers
    units: Floats


class CumulativeRun:
    """Arithmetic of a run; a stock is identified by its place among those that take part."""

    def __init__(self, demand: Demand, bulk_purchases: BulkPurchases, starts: Sequence[StartLevels]) -> None:
        """Begin.

        Args:
            demand: lines of all stocks, at least one.
            bulk_purchases: routes of the stocks that take part, in ascending sequence of the stocks.
            starts: start of each of these stocks.
        """
        self._demand = demand
        self._bulk_purchases = bulk_purchases
        self._stocks = bulk_purchases.stocks
        bounds: Integers = np.array(demand.bounds, np.intp)
        self._first, self._last = bounds[self._stocks], bounds[self._stocks + 1]
        # a stock without lines begins where the one before it ends, so that supply rises from stock to stock
        self._base = np.where(self._first > 0, demand.cumulative[self._first - 1], 0.0)
        self._total = np.where(self._last > 0, demand.cumulative[self._last - 1], 0.0)
        self._on_hand = np.array([start.on_hand for start in starts])
        self._first_order = np.array([start.first_order for start in starts])
        self._level = np.array([start.level for start in starts])
        self._batch = np.array([start.batch for start in starts])

    def demanded(self, stop: Integers) -> Floats:
        """Compute the units of each stock's lines before its line ``stop``: float64[stocks]."""
        return np.where(stop > self._first, self._demand.cumulative[stop - 1] - self._base, 0.0)

    def lines(self, stop: Integers) -> Integers:
        """Return the lines of each stock before its line ``stop``: intp[lines]."""
        return ranges(self._first, stop - self._first)

    def lines_before(self, horizon: float) -> Integers:
        """Find each stock's first line at or after the horizon (days): intp[stocks]."""
        if np.all(self._demand.time[np.maximum(self._last, 1) - 1] < horizon):
            return np.array(self._last)
        return self._place(np.arange(len(self._stocks)), np.full(len(self._stocks), horizon))

    def _place(self, of: Integers, time: Floats) -> Integers:
        """Find the first line at or after each time (days).

        Args:
            of: place of the stock whose lines are searched, for each time.
            time: days.
        """
        if len(self._stocks) == 1:
            first, last = int(self._first[0]), int(self._last[0])
            return first + np.searchsorted(self._demand.time[first:last], time)
        return first_at(self._demand.time, self._first[of], self._last[of], time)

    # -- supply ------------------------------------------------------------------------------------------------------

    def supply(self, stop: Integers, now: Floats) -> CumulativeSupply:
        """Compute the purchase orders caused by the lines before ``stop``, and their landings before ``now``.

        Args:
            stop: first line of each stock after its free run.
            now: end of each stock's free run, days.
        """
        orders = self.placed(stop)
        purchases = self._bulk_purchases.timetable(orders.by_stock, orders.placed, orders.units)
        return self.landed(purchases, orders.by_stock, orders.of, now)

    def landed(
        self, purchases: PurchaseColumns, count: Integers, of: Integers, now: Floats
    ) -> CumulativeSupply:
        """Compute the supply by the landings of purchase orders before ``now``.

        Args:
            purchases: orders, or shipments of them, stock after stock.
            count: number of these of each stock.
            of: place of the stock of each.
            now: end of each stock's free run, days.
        """
        quantity = purchases.quantity
        landed = purchases.received < (now if len(now) == 1 else now[of])
        time, units, stock = purchases.received, quantity, of
        if not landed.all():
            time, units, stock = time[landed], units[landed], of[landed]
        if len(self._stocks) == 1 and np.all(units == units[:1]):
            time = np.sort(time)  # landings of equal quantity are interchangeable
        else:
            sequence = by_time(time)
            if len(self._stocks) > 1:
                codes = stock[sequence].astype(np.min_scalar_type(len(self._stocks)))
                sequence = sequence[np.argsort(codes, kind="stable")]
            time, units, stock = time[sequence], units[sequence], stock[sequence]
        begin, level_of, level = self._levels(units, stock)
        when = np.insert(time, begin[:-1] - np.arange(len(begin) - 1), -math.inf)
        ordered = np.bincount(of, quantity, len(self._stocks)).astype(np.float64, copy=False)
        return CumulativeSupply(
            purchases, count, ordered, landed, time, units, stock, level, begin, level_of, when
        )

    def served_at_once(self, supply: CumulativeSupply, stop: Integers) -> tuple[Integers, Integers]:
        """Find stocks with a purchase order that lands when it is placed, and the first line of each.

        Stocks without a line before ``stop`` are left out.
        """
        of = np.repeat(np.arange(len(self._stocks)), supply.orders)
        found = np.unique(of[supply.purchases.received <= supply.purchases.placed])
        found = found[stop[found] > self._first[found]]
        return found, self._first[found]

    def placed(self, stop: Integers) -> PlacedOrders:
        """Compute the purchase orders caused by the lines before ``stop``."""
        demand, at_start = self._demand, (self._first_order > 0.0).astype(np.intp)
        single = self._batch == 0.0
        due = self._base + self._on_hand + self._first_order - self._level
        batch = np.where(single, 1.0, self._batch)
        passed = np.floor((self._base + self.demanded(stop) - due) / batch) + 1.0
        number = np.where(single, stop - self._first, np.maximum(passed, 0.0).astype(np.intp)) + at_start
        of = np.repeat(np.arange(len(number)), number)
        nth = ranges(-at_start, number)  # -1 for an order at the start
        line = ranges(self._first - at_start, number)
        if not single.all():
            passing = np.searchsorted(demand.cumulative, due[of] + self._batch[of] * nth)
            line = np.where(single[of], line, passing)
        line = np.minimum(line, len(demand.time) - 1)
        placed, units = demand.time[line], demand.quantity[line]
        if not single.all():
            units = np.where(single[of], units, self._batch[of])
        if at_start.any():
            placed, units = np.where(nth < 0, 0.0, placed), np.where(nth < 0, self._first_order[of], units)
        return PlacedOrders(number, of, placed, units)

    def _levels(self, units: Floats, stock: Integers) -> tuple[Integers, Integers, Floats]:
        """Compute the cumulative supply at the start and after each landing.

        Args:
            units: of each landing, sorted by stock, then by time.
            stock: place of the stock of each landing.

        Returns:
            ``begin``, ``of`` and ``level`` of `CumulativeSupply`.
        """
        count = np.bincount(stock, minlength=len(self._stocks))
        begin = np.concatenate(([0], np.cumsum(count + 1)))
        of = np.repeat(np.arange(len(self._stocks)), count + 1)
        opens = self._base + self._on_hand
        change = np.insert(units, np.cumsum(count) - count, 0.0)
        running = np.cumsum(change)
        running += np.repeat(opens - running[begin[:-1]], count + 1)
        return begin, of, np.minimum(running, np.repeat(self._total, count + 1))

    # -- demand ------------------------------------------------------------------------------------------------------

    def waits(self, supply: CumulativeSupply, stop: Integers) -> WaitingUnits:
        """Find the lines before ``stop`` that wait, and the supply levels that complete them."""
        cumulative, of = self._demand.cumulative, supply.of
        starts = np.isneginf(supply.when)
        before = np.where(starts, self._first[of], 0)
        before[~starts] = self._place(supply.stock, supply.time)
        before = np.minimum(before, stop[of])
        after = np.append(before[1:], 0)
        after[supply.begin[1:] - 1] = stop
        short = np.maximum(self._demand.completed(supply.level), before)
        met = np.flatnonzero(short < after)
        number = after[met] - short[met]
        line = ranges(short[met], number)
        met = np.repeat(met, number)
        by = np.searchsorted(supply.level, cumulative[line])
        done = by < supply.begin[of[met] + 1]
        filled = np.full(len(line), math.inf)
        filled[done] = supply.when[by[done]]
        return WaitingUnits(line, of[met], met, by, filled, before)

    def on_arrival(self, supply: CumulativeSupply, waits: WaitingUnits) -> Floats:
        """Compute the units that each line that waits got on arrival: float64[waits]."""
        quantity = self._demand.quantity[waits.line]
        found: Floats = np.clip(
            supply.level[waits.met] - (self._demand.cumulative[waits.line] - quantity), 0.0, quantity
        )
        return found

    def portions(self, supply: CumulativeSupply, waits: WaitingUnits, on_arrival: Floats) -> Portions:
        """Share landings among the lines that wait; ``on_arrival`` are the units that each got on arrival."""
        last_unit, level = self._demand.cumulative[waits.line], supply.level
        start = last_unit - self._demand.quantity[waits.line] + on_arrival
        first = np.maximum(np.searchsorted(level, start, side="right"), waits.met + 1)
        last = np.minimum(waits.by, supply.begin[waits.of + 1] - 1)
        count = np.maximum(last - first + 1, 0)
        of, landing = np.repeat(np.arange(len(count)), count), ranges(first, count)
        units = np.minimum(level[landing], last_unit[of]) - np.maximum(level[landing - 1], start[of])
        return Portions(of, landing, units)

    def write(self, table: LineTable, supply: CumulativeSupply, waits: WaitingUnits, stop: Integers) -> None:
        """Write the outcome of the lines before ``stop`` into their table."""
        line, on_arrival = waits.line, self.on_arrival(supply, waits)
        for first, last in joined(self._first, stop):
            table.fill(first, last)
        quantity, arrived = table.quantity[line], table.time[line]
        last_level = supply.level[supply.begin[1:] - 1]
        got = np.clip(last_level[waits.of] - (table.cumulative[line] - quantity), 0.0, quantity)
        done = np.isfinite(waits.filled)
        table.status[line] = np.where(done, Status.FILLED_LATE, Status.BACKORDERED)
        table.on_arrival[line], table.filled[line], table.need[line] = on_arrival, got, quantity - got
        table.over[line] = waits.filled
        of, level, units = self.portions(supply, waits, on_arrival)
        table.unit_days[line] = np.bincount(of, units * (supply.when[level] - arrived[of]), len(line))

    def given_out(self, supply: CumulativeSupply, waits: WaitingUnits) -> Floats:
        """Compute the units of each landing that lines get at once: float64[landings]."""
        landings = np.flatnonzero(~np.isneginf(supply.when))
        owed = self._before(waits.before[landings], supply.stock) - supply.level[landings - 1]
        return np.minimum(np.maximum(owed, 0.0), supply.quantity)

    def state(self, supply: CumulativeSupply, waits: WaitingUnits, stop: Integers) -> FreeRunState:
        """Return the outcome of the stocks, whose lines before ``stop`` have arrived."""
        demanded, ordered = self.demanded(stop), supply.ordered
        came = self._on_hand + np.bincount(supply.stock, supply.quantity, len(self._stocks))
        return FreeRunState(
            stocks=self._stocks,
            stop=stop,
            on_hand=np.maximum(came - demanded, 0.0),
            position=self._on_hand + ordered - demanded,
            backlog=np.maximum(demanded - came, 0.0),
            orders=supply.orders,
            purchases=supply.purchases,
            landed=supply.landed,
            time=supply.time,
            stock=self._stocks[supply.stock].astype(np.int32),
            taken_in=supply.quantity,
            given_out=self.given_out(supply, waits),
            waiting=waits.line[~np.isfinite(waits.filled)],
        )

    def _before(self, line: Integers, of: Integers) -> Floats:
        """Compute the cumulative demand before each line, with ``of`` the place of its stock."""
        return np.where(line > self._first[of], self._demand.cumulative[line - 1], self._base[of])
