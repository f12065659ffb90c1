"""What happens to a stock between its events: lines arrive, customers who wait give up.

As long as nothing has to be done about it at once it is settled in bulk, whenever somebody looks at the stock (a free
run). While the position stays above the replenishment policy's trigger, an arriving line can only be filled as long as
on hand stays at or above the allocation policy's reserve level; below it too there is nothing to choose where levels
alone say what a line gets. Whole quantities make the bulk sums exact, so a free run changes nothing but speed.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from math import inf, nextafter
from typing import TYPE_CHECKING

from simulator.model.clock import Clock
from simulator.model.deadlines import Deadlines
from simulator.model.lines import StockLines
from simulator.model.sharing import Column, share

if TYPE_CHECKING:
    from simulator.model.stock import Stock

_FEW = 20
"""So many lines are sooner looked at one by one than put into columns."""


class Settlement:
    """Brings one stock up to date. ``reserve``, ``end_of_patience``: see `Stock`."""

    def __init__(
        self,
        stock: Stock,
        lines: StockLines,
        clock: Clock,
        reserve: float,
        end_of_patience: Callable[[int], float] | None = None,
    ) -> None:
        self._stock = stock
        self._lines = lines
        self._clock = clock
        self._reserve = reserve
        self.deadlines = Deadlines(
            clock, stock.index, lines.need, self.through_now, self._unheard, end_of_patience
        )
        """When those who wait give up."""

    def first_decision(self) -> int:
        """The next line at which something has to be done; all before it can be settled whenever somebody looks.

        That is the line that may bring a purchase order; where more than levels decides, or where others have to
        hear of it at once, also the first that may not be filled.
        """
        stock, lines = self._stock, self._lines
        line = stock.next
        if stock.levels is None and stock.waits:
            return line
        above = stock.position - stock.trigger  # an order is placed when these units are gone
        if line >= lines.stop or lines.quantity[line] >= above or not lines.whole or lines.early:
            return line
        if stock.levels is not None and stock.position % 1.0 == 0.0:
            stop = lines.stop
        else:
            stop = line if stock.waits else self._filled_before(lines.stop)
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
        return bisect_left(self._lines.time, now, self._stock.next, self._lines.stop)

    def _filled_before(self, stop: int) -> int:
        """First line that may find too few units above the level where somebody might be refused, or ``stop``."""
        line, lines = self._stock.next, self._lines
        base, spare = lines.cumulative[line] - lines.quantity[line], self._stock.on_hand - self._reserve
        return bisect_right(lines.cumulative, base + spare, line, stop) if spare > 0 else line

    def _unheard(self) -> float:
        """Time (days) before which no line that is still to be settled can wait and lose patience."""
        stock, stop = self._stock, self._lines.stop
        if stock.levels is None or stock.next >= stop:
            return inf
        return self._lines.first_deadline(self._filled_before(stop))

    def _go_on(self, stop: int, until: float) -> None:
        """Let the lines before place ``stop`` arrive, and customers give up whose patience ends before ``until``.

        Who gives up empty-handed leaves nothing to anybody, so that it does not matter which lines have arrived by
        then; who gives units back does so in his turn. (As does everybody where there are parts of units, lest sums
        differ in the last bit.)
        """
        stock, lines = self._stock, self._lines
        while True:
            while (end := self.deadlines.pop(until)) is not None:
                moment, line = end
                if lines.filled[line] > 0 or not self._whole:
                    self._go_on(self._place(moment), moment)
                stock.give_up(line, moment)
            if stop <= stock.next:
                return
            filled = stop if stock.levels is None else self._filled_before(stop)
            if filled > stock.next:
                stock.take(lines.fill(stock.next, filled))
                stock.next = filled
            if filled < stop and stock.levels is not None:
                self._share(stop, stock.levels)

    @property
    def _whole(self) -> bool:
        """Whether there are only whole units."""
        return self._stock.on_hand % 1.0 == 0.0 == self._stock.position % 1.0

    def _share(self, stop: int, levels: Column) -> None:
        """Lines get what lies above their levels, and wait for the rest: those before ``stop``, at least one.

        No further than until somebody gives units back.
        """
        stock, first = self._stock, self._stock.next
        if stop - first >= _FEW and self._whole:
            shares = share(self._lines.table, first, stop, levels, stock.on_hand)
            stock.next = shares.stop
            stock.take(shares.units)
            stock.wait_all(shares.waiting, shares.lacking)
            return
        time, deadlines = self._lines.time, self.deadlines
        for line in range(first, stop):
            if line > first and deadlines.first() <= time[line]:
                break
            stock.next = line + 1
            stock.arrive(line, time[line])
