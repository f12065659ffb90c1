"""What happens to a stock between its events: lines arrive at its demand point, customers who wait give up.

As long as nothing has to be done about it at once it is settled in bulk, whenever somebody looks at the stock (a free
run). While the position stays above the replenishment policy's trigger, an arriving line can only be filled as long as
on hand stays at or above the allocation policy's reserve level; below it too there is nothing to choose where levels
alone say what a line gets. Whole quantities make the bulk sums exact, so a free run changes nothing but speed.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from math import inf, nextafter

from simulator.model.clock import Clock
from simulator.model.stock import bulk_allocation
from simulator.model.stock.demand_point import DemandPoint
from simulator.model.waiting.cancellation_deadlines import Deadlines
from simulator.values.arrays import Floats


class StockUpdate:
    """Brings one demand point, and the inventory that serves it, up to date.

    ``reserve``, ``end_of_patience``: see `Stock`.
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
        self._deadlines = point.deadlines = Deadlines(
            clock, point.inventory.number, point.lines.need, self.through_now, self._unheard, end_of_patience
        )

    def first_decision(self) -> int:
        """The next line at which something has to be done; all before it can be settled whenever somebody looks.

        That is the line that may bring a purchase order; where more than levels decides, or where others have to
        hear of it at once, also the first that may not be filled.
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
        base = lines.cumulative[line] - lines.quantity[line]
        return bisect_left(lines.cumulative, base + above, line, stop)

    def before(self, now: float) -> None:
        """Settle what happened before ``now``."""
        self._go_on(self._place(now), now)

    def through_now(self) -> None:
        """Settle what happened before, and let customers give up whose patience ends now."""
        now = self._clock.now
        self._go_on(self._place(now), nextafter(now, inf))

    def lines_before(self, stop: int) -> None:
        """Settle what happened before the line at place ``stop``, which comes now."""
        self._go_on(stop, nextafter(self._clock.now, inf))

    def _place(self, now: float) -> int:
        """Of the first line that comes at that time (days) or later."""
        return bisect_left(self._lines.time, now, self._point.next, self._lines.stop)

    def _filled_before(self, stop: int) -> int:
        """First line that may find too few units above the level where somebody might be refused, or ``stop``."""
        line, lines = self._point.next, self._lines
        base, spare = lines.cumulative[line] - lines.quantity[line], self._inventory.on_hand - self._reserve
        return bisect_right(lines.cumulative, base + spare, line, stop) if spare > 0 else line

    def _unheard(self) -> float:
        """Earliest time (days) at which a line that is still to be settled could be cancelled."""
        point, stop = self._point, self._lines.stop
        if point.levels is None or point.next >= stop:
            return inf
        return self._lines.first_deadline(self._filled_before(stop))

    def _go_on(self, stop: int, until: float) -> None:
        """Let the lines before place ``stop`` arrive, and customers give up whose patience ends before ``until``.

        Who gives up empty-handed leaves nothing to anybody, so that it does not matter which lines have arrived by
        then; who gives units back does so in his turn. (As does everybody where there are parts of units, lest sums
        differ in the last bit.)
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
        """Whether there are only whole units."""
        return self._inventory.on_hand % 1.0 == 0.0 == self._inventory.position % 1.0

    def _share(self, stop: int, levels: Floats) -> None:
        """Lines get what lies above their levels, and wait for the rest: those before ``stop``, at least one.

        No further than until somebody gives units back.
        """
        point, first = self._point, self._point.next
        if stop - first >= bulk_allocation.FEW and self._whole:
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
