"""When the patience of those who wait for one stock ends, and the one event by which the clock knows of it.

Most are served before. So a deadline costs a place in a heap here, and an event of the clock only when it comes first.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from heapq import heappop, heappush

import numpy as np
from numpy.typing import NDArray

from simulator.model.alarm import Alarm
from simulator.model.clock import Clock
from simulator.model.elements import Elements


class Deadlines:
    """Cancels lines whose patience ends: in the sequence of their deadlines, within an instant in that of the lines.

    Lines of which the stock has not heard yet, because it settles many at once, may already wait. ``unheard`` gives a
    time (days) before which none of these loses patience; then at the latest the stock is asked to ``settle``.
    ``place``: number of the stock; ``need``: units that each line lacks, 0 for who does not wait any more.
    ``exact``: where moments are no more than bounds that patience outlasts, gives the moment (days) at which a line's
    patience ends; it is asked when the bound of a line comes up that still waits, which most do not live to see.
    """

    def __init__(
        self,
        clock: Clock,
        place: int,
        need: Elements,
        cancel: Callable[[int], None],
        settle: Callable[[float], None],
        unheard: Callable[[], float],
        exact: Callable[[int], float] | None = None,
    ) -> None:
        self._clock = clock
        self._need = need
        self._cancel = cancel
        self._settle = settle
        self._unheard = unheard
        self._exact = exact
        self._ends: list[tuple[float, int]] = []
        """(time in days, line) as a heap; who has been served stays until it comes up."""
        self._alarm = Alarm(clock, place, self._cancel_those_due)

    def add(self, line: int, moment: float) -> None:
        """The line waits until then (days); with ``exact`` at least until then."""
        if moment < self._clock.end:
            heappush(self._ends, (moment, line))
            self._alarm.set(moment)

    def add_all(self, lines: NDArray[np.intp], moments: NDArray[np.float64]) -> None:
        """These lines wait until then."""
        soon = np.flatnonzero(moments < self._clock.end)
        for line, moment in zip(lines[soon].tolist(), moments[soon].tolist(), strict=True):
            self.add(line, moment)

    def look_out(self) -> None:
        """Lines that nobody has heard of may wait sooner than was thought."""
        self._alarm.set(self._unheard())

    def _cancel_those_due(self) -> float:
        now, ends = self._clock.now, self._ends
        self._settle(now)
        while ends and (ends[0][0] <= now or self._need[ends[0][1]] <= 0):
            line = heappop(ends)[1]
            if self._need[line] <= 0:
                continue
            if self._exact is not None and (moment := self._exact(line)) > now:
                self.add(line, moment)
            else:
                self._cancel(line)
        return min(ends[0][0] if ends else math.inf, self._unheard())
