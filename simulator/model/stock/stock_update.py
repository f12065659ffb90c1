"""Update of a stock between its events: arrivals of lines, and cancellations of waiting lines.

Lines that need no decision at their own time are settled in bulk, when the stock is next needed (a free run).
A line can only be filled, and brings no purchase order, while on hand stays at or above the reserve level of
the allocation policy and the inventory position stays above the trigger of the replenishment policy. Below
the reserve level, too, there is nothing to decide where admission levels alone determine the units of a line.
Whole quantities make the bulk sums exact, so a free run changes nothing but speed.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from math import inf, nextafter

from simulator.model.allocation import bulk_allocation
from simulator.model.clock import Clock
from simulator.model.stock.demand_point import DemandPoint
from simulator.model.waiting.cancellation_deadlines import CancellationDeadlines
from simulator.values.arrays import Floats


class StockUpdate:
    """Update of one demand point and the inventory that serves it.

    Args:
        point: demand point.
        clock: clock of the run.
        reserve: units on hand that admit a line of any segment, see `Stock`.
        end_of_patience: gives the cancellation time of a line (days), see `Stock`.
    """

    def __init__(
        self,
        point: DemandPoint,
        clock: Clock,
        reserve: float,
        end_of_patience: Callable[[int], float] | None = None,
    ) -> None:
        self._point = point
        self._inventory = point.inventory
        self._lines = point.lines
        self._clock = clock
        self._reserve = reserve
        self._deadlines = point.deadlines = CancellationDeadlines(
            clock,
            point.inventory.number,
            point.lines.need,
            self.through_now,
            self._earliest_unsettled_deadline,
            end_of_patience,
        )

    def first_decision(self) -> int:
        """Return the next line that needs a decision at its own time; lines before it can be settled later.

        It is the first line that may bring a purchase order, or is made to order. Unless admission levels alone
        decide (see `DemandPoint.levels`), the first line that may not be filled needs a decision, too.
        """
        point, inventory, lines = self._point, self._inventory, self._lines
        line = point.next
        if point.levels is None and len(point.waiting):
            return line
        above = inventory.position - inventory.buyer.trigger  # an order is placed when these units are gone
        if line >= lines.stop or lines.quantity[line] >= above or not lines.whole or lines.early:
            return line
        if point.levels is not None and inventory.position % 1.0 == 0.0:
            stop = lines.stop
        else:
            stop = line if len(point.waiting) else self._filled_before(lines.stop)
        if lines.made:
            stop = min(stop, lines.next_made(line))
        base = lines.cumulative[line] - lines.quantity[line]
        return bisect_left(lines.cumulative, base + above, line, stop)

    def before(self, now: float) -> None:
        """Settle all arrivals and cancellations before ``now`` (days)."""
        self._go_on(self._place(now), now)

    def through_now(self) -> None:
        """Settle all arrivals before the present time, and all cancellations up to and at that time."""
        now = self._clock.now
        self._go_on(self._place(now), nextafter(now, inf))

    def lines_before(self, stop: int) -> None:
        """Settle the arrivals of lines before ``stop``, and all cancellations up to the present time."""
        self._go_on(stop, nextafter(self._clock.now, inf))

    def _place(self, now: float) -> int:
        """Return the first line that arrives at ``now`` (days) or later."""
        return bisect_left(self._lines.time, now, self._point.next, self._lines.stop)

    def _filled_before(self, stop: int) -> int:
        """Return the first line that may find too few units above the reserve level, or ``stop``."""
        line, lines = self._point.next, self._lines
        base, spare = lines.cumulative[line] - lines.quantity[line], self._inventory.on_hand - self._reserve
        return bisect_right(lines.cumulative, base + spare, line, stop) if spare > 0 else line

    def _earliest_unsettled_deadline(self) -> float:
        """Return the earliest time (days) at which an unsettled line could cancel, infinite if none could."""
        point, stop = self._point, self._lines.stop
        if point.levels is None or point.next >= stop:
            return inf
        return self._lines.first_deadline(self._filled_before(stop))

    def _go_on(self, stop: int, until: float) -> None:
        """Settle the arrivals of lines before ``stop``, and the cancellations before ``until`` (days).

        A cancelled line without reserved units affects no other line and may be processed in any order. One
        that returns units is processed at its own time. If quantities are not whole, every cancellation is,
        because sums in another order could differ in the last bit.
        """
        point, lines = self._point, self._lines
        while True:
            while (end := self._deadlines.pop(until)) is not None:
                moment, line = end
                if lines.filled[line] > 0 or not self._whole:
                    self._go_on(self._place(moment), moment)
                point.give_up(line, moment)
            if stop <= point.next:
                return
            filled = stop if point.levels is None else self._filled_before(stop)
            if filled > point.next:
                self._inventory.take(lines.fill(point.next, filled))
                point.next = filled
            if filled < stop and point.levels is not None:
                self._share(stop, point.levels)

    @property
    def _whole(self) -> bool:
        """True if on hand and inventory position are whole numbers."""
        return self._inventory.on_hand % 1.0 == 0.0 == self._inventory.position % 1.0

    def _share(self, stop: int, levels: Floats) -> None:
        """Let at least one line before ``stop`` arrive and take units above its admission level.

        It stops before the first cancellation that returns units, if not sooner.

        Args:
            stop: line after the last that may arrive.
            levels: admission levels by segment, units: float64[segments].
        """
        point, first = self._point, self._point.next
        if stop - first >= bulk_allocation.BULK_MINIMUM and self._whole:
            shares = bulk_allocation.allocate_arrivals(
                self._lines.table, first, stop, levels, self._inventory.on_hand
            )
            point.next = shares.stop
            self._inventory.take(shares.units)
            point.wait_all(shares.waiting, shares.lacking)
            return
        time, deadlines = self._lines.time, self._deadlines
        for line in range(first, stop):
            if line > first and deadlines.first() <= time[line]:
                break
            point.next = line + 1
            point.arrive(line, time[line])
