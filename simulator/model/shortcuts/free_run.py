"""Free run at the opening: outcome of the lines up to the first decision, computed for all stocks at once.

If lines are served in order of time, all customers wait and purchase orders do not queue, the outcome of
every line follows from arithmetic. Purchase orders are placed where the cumulative demand passes the
multiples of the order quantity. Sorted landings give the cumulative supply, and a line is filled when the
supply reaches its cumulative demand. So the wait of the n-th unit is max(0, R(n - S) - T(n)), with its demand
at T(n), the *sorted* landings R (lead times may cross) and the start level S. The free run of a stock ends at
the first customer who would not wait that long, or at the horizon. From there the stock is played event by
event.

Columns of several stocks are joined, stock after stock. Supply is counted like the cumulative demand of the
line table, over all stocks, and capped at the stock's last line. So both rise from stock to stock, and one
search serves all.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from simulator.model.records.line_table import LineTable
from simulator.model.shortcuts.bulk_purchases import BulkPurchases
from simulator.model.shortcuts.cumulative_supply import (
    CumulativeSupply,
    WaitingUnits,
    _joined,
    _resolved,
    first_at,
)
from simulator.model.shortcuts.stock_plans import FreeRunState, StartLevels
from simulator.orders.line_columns import by_time, ranges
from simulator.orders.order_book import OrderBook, Status
from simulator.values.arrays import Floats, Integers


def free_run(
    table: LineTable,
    book: OrderBook,
    bulk_purchases: BulkPurchases,
    starts: Sequence[StartLevels],
    horizon: float,
    end: float,
) -> FreeRunState:
    """Play each stock up to the horizon or its first customer who leaves, and write outcomes into the table.

    A stock with a purchase order that lands at the instant of its placing has no free run, because the
    sequence of events at one instant is up to the clock.

    Args:
        table: lines of all stocks, at least one.
        book: order book of the lines.
        bulk_purchases: routes of the stocks that take part, in ascending sequence of the stocks.
        starts: start of each of these stocks.
        horizon: latest end of a free run, days.
        end: of the run, days; customers whose patience ends later do not leave.
    """
    run = _Run(table, book, bulk_purchases, starts)
    stop = run.lines_before(horizon)
    now = np.full(len(starts), horizon)
    supply = run.supply(stop, now)

    def end_at(stocks: Integers, lines: Integers) -> CumulativeSupply:
        """Compute the supply with the free runs of these stocks ended at these lines."""
        stop[stocks] = lines
        # a landing at the instant of the line that ends the free run precedes the line
        now[stocks] = np.nextafter(table.time[lines], math.inf)
        return run.supply(stop, now)

    instant, first_lines = run.served_at_once(supply, stop)
    if len(instant):
        supply = end_at(instant, first_lines)
    waits = run.waits(supply, stop)
    leaves = np.flatnonzero(table.leave(waits.line, waits.filled, end))
    if len(leaves):
        stocks, first = np.unique(waits.of[leaves], return_index=True)
        supply = end_at(stocks, waits.line[leaves[first]])
        waits = run.waits(supply, stop)
    return run.written(supply, waits, stop)


def whole_run(
    table: LineTable,
    book: OrderBook,
    bulk_purchases: BulkPurchases,
    starts: Sequence[StartLevels],
    window: tuple[float, float],
    end: float,
) -> FreeRunState | None:
    """Play the whole run of all stocks; write outcomes into the table.

    Args:
        table: lines of all stocks, at least one.
        book: order book of the lines.
        bulk_purchases: routes of all stocks.
        starts: start of each stock.
        window: first and last time of the measured window, days.
        end: latest end of the run, days; it ends earlier when all lines of the window are resolved.

    Returns:
        The outcome. ``None`` if a customer may decline or cancel, or if a purchase order lands when it is
        placed, see `free_run`.
    """
    if not (np.all(table.accepts) and table.patient):
        return None
    run = _Run(table, book, bulk_purchases, starts)
    stop = run.lines_before(end)
    supply = run.supply(stop, np.full(len(starts), end))
    if len(run.served_at_once(supply, stop)[0]):
        return None
    waits = run.waits(supply, stop)
    over = _resolved(table.time[waits.line], waits.filled, window, end)
    if over < end:
        stop = run.lines_before(over)
        supply = run.supply(stop, np.full(len(starts), over))
        waits = run.waits(supply, stop)
    return replace(run.written(supply, waits, stop), over=over)


class _Run:
    """Arithmetic of the free run; a stock is identified by its place among those that take part."""

    def __init__(
        self, table: LineTable, book: OrderBook, bulk_purchases: BulkPurchases, starts: Sequence[StartLevels]
    ) -> None:
        self._table = table
        self._book = book
        self._bulk_purchases = bulk_purchases
        self._stocks = bulk_purchases.stocks
        bounds: Integers = np.array(table.bounds, np.intp)
        self._first, self._last = bounds[self._stocks], bounds[self._stocks + 1]
        # a stock without lines begins where the one before it ends, so that supply rises from stock to stock
        self._base = np.where(self._first > 0, table.cumulative[self._first - 1], 0.0)
        self._total = np.where(self._last > 0, table.cumulative[self._last - 1], 0.0)
        self._on_hand = np.array([start.on_hand for start in starts])
        self._first_order = np.array([start.first_order for start in starts])
        self._level = np.array([start.level for start in starts])
        self._batch = np.array([start.batch for start in starts])

    def demanded(self, stop: Integers) -> Floats:
        """Compute the units of each stock's lines before its line ``stop``: float64[stocks]."""
        return np.where(stop > self._first, self._table.cumulative[stop - 1] - self._base, 0.0)

    def lines_before(self, horizon: float) -> Integers:
        """Find each stock's first line at or after the horizon (days): intp[stocks]."""
        if self._book.time[-1] < horizon:
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
            return first + np.searchsorted(self._table.time[first:last], time)
        return first_at(self._table.time, self._first[of], self._last[of], time)

    # -- supply ------------------------------------------------------------------------------------------------------

    def supply(self, stop: Integers, now: Floats) -> CumulativeSupply:
        """Compute the purchase orders caused by the lines before ``stop``, and their landings before ``now``.

        Args:
            stop: first line of each stock after its free run.
            now: end of each stock's free run, days.
        """
        count, of, placed, quantity = self._orders(stop)
        purchases = self._bulk_purchases.timetable(count, placed, quantity)
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

    def _orders(self, stop: Integers) -> tuple[Integers, Integers, Floats, Floats]:
        """Compute the purchase orders caused by the lines before ``stop``.

        Returns:
            Number of orders of each stock; then for each order, stock after stock: place of the stock, time
            of placing (days) and units.
        """
        table, at_start = self._table, (self._first_order > 0.0).astype(np.intp)
        single = self._batch == 0.0
        due = self._base + self._on_hand + self._first_order - self._level
        batch = np.where(single, 1.0, self._batch)
        passed = np.floor((self._base + self.demanded(stop) - due) / batch) + 1.0
        number = np.where(single, stop - self._first, np.maximum(passed, 0.0).astype(np.intp)) + at_start
        of = np.repeat(np.arange(len(number)), number)
        nth = ranges(-at_start, number)  # -1 for an order at the start
        line = ranges(self._first - at_start, number)
        if not single.all():
            passing = np.searchsorted(table.cumulative, due[of] + self._batch[of] * nth)
            line = np.where(single[of], line, passing)
        line = np.minimum(line, len(table.time) - 1)
        placed, units = table.time[line], table.quantity[line]
        if not single.all():
            units = np.where(single[of], units, self._batch[of])
        if at_start.any():
            placed, units = np.where(nth < 0, 0.0, placed), np.where(nth < 0, self._first_order[of], units)
        return number, of, placed, units

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
        cumulative, of = self._table.cumulative, supply.of
        starts = np.isneginf(supply.when)
        before = np.where(starts, self._first[of], 0)
        before[~starts] = self._place(supply.stock, supply.time)
        before = np.minimum(before, stop[of])
        after = np.append(before[1:], 0)
        after[supply.begin[1:] - 1] = stop
        short = np.maximum(self._table.completed(supply.level), before)
        met = np.flatnonzero(short < after)
        number = after[met] - short[met]
        line = ranges(short[met], number)
        met = np.repeat(met, number)
        by = np.searchsorted(supply.level, cumulative[line])
        done = by < supply.begin[of[met] + 1]
        filled = np.full(len(line), math.inf)
        filled[done] = supply.when[by[done]]
        return WaitingUnits(line, of[met], met, by, filled, before)

    def written(self, supply: CumulativeSupply, waits: WaitingUnits, stop: Integers) -> FreeRunState:
        """Write the outcome of the lines before ``stop`` into the table and return that of the stocks."""
        table, line = self._table, waits.line
        for first, last in _joined(self._first, stop):
            table.fill(first, last)
        quantity, demand = table.quantity[line], table.cumulative[line]
        last_level = supply.level[supply.begin[1:] - 1]
        on_arrival = np.clip(supply.level[waits.met] - (demand - quantity), 0.0, quantity)
        got = np.clip(last_level[waits.of] - (demand - quantity), 0.0, quantity)
        done, arrived = np.isfinite(waits.filled), table.time[line]
        table.status[line] = np.where(done, Status.FILLED_LATE, Status.BACKORDERED)
        table.on_arrival[line], table.filled[line], table.need[line] = on_arrival, got, quantity - got
        table.over[line] = waits.filled
        table.unit_days[line] = self._unit_days(supply, waits, on_arrival, got, arrived)
        demanded, ordered = self.demanded(stop), supply.ordered
        came = self._on_hand + np.bincount(supply.stock, supply.quantity, len(self._stocks))
        starts = np.isneginf(supply.when)
        owed = self._before(waits.before[~starts], supply.stock) - supply.level[np.flatnonzero(~starts) - 1]
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
            given_out=np.minimum(np.maximum(owed, 0.0), supply.quantity),
            waiting=line[~done],
        )

    def _before(self, line: Integers, of: Integers) -> Floats:
        """Compute the cumulative demand before each line, with ``of`` the place of its stock."""
        return np.where(line > self._first[of], self._table.cumulative[line - 1], self._base[of])

    def _unit_days(
        self, supply: CumulativeSupply, waits: WaitingUnits, on_arrival: Floats, got: Floats, arrived: Floats
    ) -> Floats:
        """Compute the days waited until allocation, summed over the units of each line: float64[lines].

        Most lines get all their units from one landing; only the others are computed one by one.

        Args:
            supply: levels of all stocks.
            waits: the lines.
            on_arrival: units that each line got on arrival.
            got: units that each line has got in total.
            arrived: time of each line, days.
        """
        late, level = got - on_arrival, supply.level
        start = self._table.cumulative[waits.line] - self._table.quantity[waits.line] + on_arrival
        first = np.maximum(np.searchsorted(level, start, side="right"), waits.met + 1)
        last = np.minimum(waits.by, supply.begin[waits.of + 1] - 1)
        days = np.zeros(len(late))
        once = np.flatnonzero((late > 0.0) & (first == last))
        days[once] = late[once] * (supply.when[last[once]] - arrived[once])
        for k in np.flatnonzero((late > 0.0) & (first < last)).tolist():
            reached = start[k]
            for landing in range(int(first[k]), int(last[k]) + 1):
                units = min(level[landing], start[k] + late[k]) - reached
                days[k] += units * (supply.when[landing] - arrived[k])
                reached += units
        return days
