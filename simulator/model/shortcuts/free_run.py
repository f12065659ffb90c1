"""The opening free run: what happens to stocks before anything can be decided, worked out for all of them at once.

Where lines are served in order of time, everybody waits and nothing stands in the way of the goods, the fate of every
line follows from arithmetic. Purchase orders are placed where the cumulative demand passes the multiples of the order
quantity. Landings, sorted, give the cumulative supply, and a line is filled when that reaches the cumulative demand:
with lead times that cross, the wait of the n-th unit is max(0, R(n - S) - T(n)), R being the *sorted* landings. A
stock's free run ends with the first customer who would not wait that long, or at the horizon; from there on the stock
is played event by event.

Columns of several stocks stand one behind the other. Supply is counted like the cumulative demand of the line table,
over all stocks, and never beyond the stock's own last line: so both rise from stock to stock, and one search does it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from simulator.model.records.line_table import LineTable
from simulator.model.shortcuts.bulk_purchases import BulkPurchases
from simulator.model.shortcuts.stock_plans import FreeRunState, StartLevels
from simulator.model.supply.purchase_order import PurchaseColumns
from simulator.orders.line_columns import by_time, ranges
from simulator.orders.order_book import OrderBook, Status
from simulator.values.arrays import Flags, Floats, Integers


def free_run(
    table: LineTable,
    book: OrderBook,
    journeys: BulkPurchases,
    starts: Sequence[StartLevels],
    horizon: float,
    end: float,
) -> FreeRunState:
    """Play these stocks (in their sequence) up to the horizon, each at most to its first customer who leaves.

    ``journeys``: the ways of their goods; ``starts``: how each starts.

    A stock whose purchase orders can land at the very instant at which they are placed does not begin: what comes
    first at one instant is for the clock to say. There has to be a line, of whichever stock. ``end``: of the run, in
    days: patience that lasts longer has no end. Writes the fates into the table.
    """
    run = _Run(table, book, journeys, starts)
    stop = run.lines_before(horizon)
    now = np.full(len(starts), horizon)
    supply = run.supply(stop, now)

    def end_at(stocks: Integers, lines: Integers) -> _Supply:
        """The supply when these stocks go no further than to these lines."""
        stop[stocks] = lines
        # what lands at the very instant of the line that ends the free run comes before the line
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
    journeys: BulkPurchases,
    starts: Sequence[StartLevels],
    window: tuple[float, float],
    end: float,
) -> FreeRunState | None:
    """Play the whole run of all stocks that there are.

    It is over when all lines of the measured ``window`` (days) are resolved, at ``end`` at the latest. ``None`` where
    not everybody waits as long as it takes, or purchase orders land when they are placed: see `free_run`.
    """
    if not (np.all(table.accepts) and table.patient):
        return None
    run = _Run(table, book, journeys, starts)
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


def _resolved(ordered: Floats, filled: Floats, window: tuple[float, float], end: float) -> float:
    """When the lines of the window no longer wait, given when these lines did (days): not before the horizon."""
    first, horizon = window
    still = (ordered >= first) & (ordered < horizon) & (filled >= horizon)
    last = float(filled[still].max(initial=-math.inf))
    # the instant in which the last line is filled is played to its end
    return horizon if not still.any() else min(math.nextafter(last, math.inf), end)


@dataclass(frozen=True, slots=True)
class _Supply:
    """Purchase orders, with their number and units by stock, and the landings among them.

    time, quantity, stock: of each landing (days, units, place of the stock), by stock and time. level: cumulative
    supply of each stock, at the start and after each landing; begin: where each stock's levels begin (one more for the
    end); of, when: stock and time of each level, -inf at the start.
    """

    purchases: PurchaseColumns
    orders: Integers
    ordered: Floats
    landed: Flags
    time: Floats
    quantity: Floats
    stock: Integers
    level: Floats
    begin: Integers
    of: Integers
    when: Floats


@dataclass(frozen=True, slots=True)
class _Waits:
    """Lines that wait: which, of which stock, the level they met, the level that completes them, and its time.

    before: for each level the first line that meets it.
    """

    line: Integers
    of: Integers
    met: Integers
    by: Integers
    filled: Floats
    before: Integers


class _Run:
    """The arithmetic. Stocks are named by their place among those that take part."""

    def __init__(
        self, table: LineTable, book: OrderBook, journeys: BulkPurchases, starts: Sequence[StartLevels]
    ) -> None:
        self._table = table
        self._book = book
        self._journeys = journeys
        self._stocks = journeys.stocks
        bounds: Integers = np.array(table.bounds, np.intp)
        self._first, self._last = bounds[self._stocks], bounds[self._stocks + 1]
        # a stock without lines stands where the one before it ends, so that supply rises from stock to stock
        self._base = np.where(self._first > 0, table.cumulative[self._first - 1], 0.0)
        self._total = np.where(self._last > 0, table.cumulative[self._last - 1], 0.0)
        self._on_hand = np.array([start.on_hand for start in starts])
        self._first_order = np.array([start.first_order for start in starts])
        self._level = np.array([start.level for start in starts])
        self._batch = np.array([start.batch for start in starts])

    def demanded(self, stop: Integers) -> Floats:
        """Units of each stock's lines before ``stop``."""
        return np.where(stop > self._first, self._table.cumulative[stop - 1] - self._base, 0.0)

    def lines_before(self, horizon: float) -> Integers:
        """For each stock its first line at or after the horizon."""
        if self._book.time[-1] < horizon:
            return np.array(self._last)
        return self._place(np.arange(len(self._stocks)), np.full(len(self._stocks), horizon))

    def _place(self, of: Integers, time: Floats) -> Integers:
        """For each time the first line, of the stock that it belongs to, at or after it."""
        if len(self._stocks) == 1:
            first, last = int(self._first[0]), int(self._last[0])
            return first + np.searchsorted(self._table.time[first:last], time)
        return first_at(self._table.time, self._first[of], self._last[of], time)

    # -- supply ------------------------------------------------------------------------------------------------------

    def supply(self, stop: Integers, now: Floats) -> _Supply:
        """Purchase orders brought by the lines before ``stop``, and their landings before ``now`` (by stock)."""
        count, of, placed, quantity = self._orders(stop)
        purchases = self._journeys.timetable(count, placed, quantity)
        landed = purchases.received < (now if len(now) == 1 else now[of])
        time, units, stock = purchases.received, quantity, of
        if not landed.all():
            time, units, stock = time[landed], units[landed], of[landed]
        if len(self._stocks) == 1 and np.all(units == units[:1]):
            time = np.sort(time)  # which of them lands when does not matter
        else:
            sequence = by_time(time)
            if len(self._stocks) > 1:
                codes = stock[sequence].astype(np.min_scalar_type(len(self._stocks)))
                sequence = sequence[np.argsort(codes, kind="stable")]
            time, units, stock = time[sequence], units[sequence], stock[sequence]
        begin, level_of, level = self._levels(units, stock)
        when = np.insert(time, begin[:-1] - np.arange(len(begin) - 1), -math.inf)
        ordered = np.bincount(of, quantity, len(self._stocks)).astype(np.float64, copy=False)
        return _Supply(purchases, count, ordered, landed, time, units, stock, level, begin, level_of, when)

    def served_at_once(self, supply: _Supply, stop: Integers) -> tuple[Integers, Integers]:
        """Stocks of whose purchase orders one lands when it is placed, and their first lines, if before ``stop``."""
        of = np.repeat(np.arange(len(self._stocks)), supply.orders)
        found = np.unique(of[supply.purchases.received <= supply.purchases.placed])
        found = found[stop[found] > self._first[found]]
        return found, self._first[found]

    def _orders(self, stop: Integers) -> tuple[Integers, Integers, Floats, Floats]:
        """How many purchase orders each stock places; of each, stock after stock: stock, time (days), units."""
        table, at_start = self._table, (self._first_order > 0.0).astype(np.intp)
        single = self._batch == 0.0
        due = self._base + self._on_hand + self._first_order - self._level
        batch = np.where(single, 1.0, self._batch)
        passed = np.floor((self._base + self.demanded(stop) - due) / batch) + 1.0
        number = np.where(single, stop - self._first, np.maximum(passed, 0.0).astype(np.intp)) + at_start
        of = np.repeat(np.arange(len(number)), number)
        nth = ranges(-at_start, number)  # -1: at the start
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
        """Where each stock's levels begin, and of each level the stock and the cumulative supply."""
        count = np.bincount(stock, minlength=len(self._stocks))
        begin = np.concatenate(([0], np.cumsum(count + 1)))
        of = np.repeat(np.arange(len(self._stocks)), count + 1)
        opens = self._base + self._on_hand
        change = np.insert(units, np.cumsum(count) - count, 0.0)
        running = np.cumsum(change)
        running += np.repeat(opens - running[begin[:-1]], count + 1)
        return begin, of, np.minimum(running, np.repeat(self._total, count + 1))

    # -- demand ------------------------------------------------------------------------------------------------------

    def waits(self, supply: _Supply, stop: Integers) -> _Waits:
        """The lines before ``stop`` that have to wait, and what becomes of them."""
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
        return _Waits(line, of[met], met, by, filled, before)

    def written(self, supply: _Supply, waits: _Waits, stop: Integers) -> FreeRunState:
        """Write the fate of the lines before ``stop`` into their columns."""
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
        """Cumulative demand of the lines of a stock before each line."""
        return np.where(line > self._first[of], self._table.cumulative[line - 1], self._base[of])

    def _unit_days(
        self, supply: _Supply, waits: _Waits, on_arrival: Floats, got: Floats, arrived: Floats
    ) -> Floats:
        """Days that the units of each line waited, those that have come: mostly all come with one landing."""
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


def _joined(first: Integers, stop: Integers) -> list[tuple[int, int]]:
    """The ranges from ``first`` to ``stop``, those that touch made one; empty ones left out."""
    some = stop > first
    first, stop = first[some], stop[some]
    apart = np.flatnonzero(first[1:] != stop[:-1])
    begin, last = np.append(0, apart + 1), np.append(apart, len(first) - 1)
    return list(zip(first[begin].tolist(), stop[last].tolist(), strict=True)) if len(first) else []


def first_at(times: Floats, first: Integers, last: Integers, sought: Floats) -> Integers:
    """For each time that is sought its place in its own range of ``times``, which rises there: all halved at once."""
    low, high = first, last
    for _ in range(int((last - first).max(initial=0)).bit_length()):
        middle = (low + high) >> 1
        reached = times[np.minimum(middle, len(times) - 1)] >= sought
        reached |= middle >= high
        low, high = np.where(reached, low, middle + 1), np.where(reached, middle, high)
    return low
