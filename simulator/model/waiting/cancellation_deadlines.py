"""Cancellation deadlines of one stock's waiting lines, behind a single event of the clock.

Most lines are served before their deadline. So a deadline costs an entry in a heap, and an event of the clock
only if it comes first.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from heapq import heappop, heappush

import numpy as np
from numpy.typing import NDArray

from simulator.model.clock import Alarm, Clock, Moment, Phase
from simulator.values.arrays import FloatView


class CancellationDeadlines:
    """Priority queue of waiting lines by cancellation deadline, then by line.

    The stock pops lines whenever it is settled. Where a cancellation must be processed at its own time,
    `plan_cancellation` makes an event of the clock settle the stock then.

    Args:
        clock: clock of the run.
        place: number of the stock.
        need: units that each line still lacks, 0 if it does not wait.
        settle: brings the stock up to date.
        earliest_unsettled_deadline: gives the earliest time (days) at which an unsettled line could cancel. Such a
            line is not in the queue yet, because the stock settles many lines at once.
        exact: gives a line's cancellation time (days), if the deadlines added are lower bounds only. It is
            called when the bound of a waiting line comes up, since most lines are served before.
    """

    def __init__(
        self,
        clock: Clock,
        place: int,
        need: FloatView,
        settle: Callable[[], None],
        earliest_unsettled_deadline: Callable[[], float],
        exact: Callable[[int], float] | None = None,
    ) -> None:
        self._clock = clock
        self._need = need
        self._settle = settle
        self._earliest_unsettled_deadline = earliest_unsettled_deadline
        self._exact = exact
        self._ends: list[tuple[float, int]] = []
        """Heap of (time in days, line); lines that have been served stay until they come up."""
        self._alarm = Alarm(clock, place, self._ring)

    def add(self, line: int, moment: float) -> None:
        """Add a waiting line and its deadline (days), a lower bound of it with ``exact``."""
        if moment < self._clock.end:
            heappush(self._ends, (moment, line))

    def add_all(self, lines: NDArray[np.intp], moments: NDArray[np.float64]) -> None:
        """Add many waiting lines, see `add`."""
        soon = np.flatnonzero(moments < self._clock.end)
        for entry in zip(moments[soon].tolist(), lines[soon].tolist(), strict=True):
            heappush(self._ends, entry)

    def first(self) -> float:
        """Return the earliest deadline (days) of a waiting line, infinite without one."""
        ends, need = self._ends, self._need
        while ends and need[ends[0][1]] <= 0:
            heappop(ends)
        return ends[0][0] if ends else math.inf

    def pop(self, before: float) -> tuple[float, int] | None:
        """Remove the first line that cancels before a time (days).

        Returns:
            Cancellation time and line; ``None`` if no line cancels before.
        """
        while self.first() < before:
            moment, line = heappop(self._ends)
            if self._exact is None or (exact := self._exact(line)) <= moment:
                return moment, line
            self.add(line, exact)
        return None

    def plan_cancellation(self) -> None:
        """Have the stock settled at the earliest deadline, and from then on at each following one."""
        self._alarm.set(self._next())

    def _ring(self, _moment: Moment) -> Moment:
        self._settle()
        return self._next()

    def _next(self) -> Moment:
        return min(self.first(), self._earliest_unsettled_deadline()), Phase.CANCELLATION
