"""When the patience of those who wait for one stock ends, and the one event by which the clock may know of it.

Most are served before. So a deadline costs a place in a heap here, and an event of the clock at most when it comes
first.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from heapq import heappop, heappush

import numpy as np
from numpy.typing import NDArray

from simulator.model.alarm import Alarm
from simulator.model.clock import Clock, Moment, Phase
from simulator.model.elements import Elements


class Deadlines:
    """Lines in the sequence in which patience ends, within an instant in their own.

    The stock takes them out when it is looked at. Where others have to hear of it at once, it is to ``look_out``: an
    event of the clock then calls ``settle`` in time. Lines of which it has not heard yet, because it settles many at
    once, may already wait: ``unheard`` gives a time (days) before which none of these loses patience.
    ``place``: number of the stock; ``need``: units that each line lacks, 0 for who does not wait any more.
    ``exact``: where moments are no more than bounds that patience outlasts, gives the moment (days) at which a line's
    patience ends; it is asked when the bound of a line comes up that still waits, which most do not live to see.
    """

    def __init__(
        self,
        clock: Clock,
        place: int,
        need: Elements,
        settle: Callable[[], None],
        unheard: Callable[[], float],
        exact: Callable[[int], float] | None = None,
    ) -> None:
        self._clock = clock
        self._need = need
        self._settle = settle
        self._unheard = unheard
        self._exact = exact
        self._ends: list[tuple[float, int]] = []
        """(time in days, line) as a heap; who has been served stays until it comes up."""
        self._alarm = Alarm(clock, place, self._ring)

    def add(self, line: int, moment: float) -> None:
        """The line waits until then (days); with ``exact`` at least until then."""
        if moment < self._clock.end:
            heappush(self._ends, (moment, line))

    def add_all(self, lines: NDArray[np.intp], moments: NDArray[np.float64]) -> None:
        """These lines wait until then."""
        soon = np.flatnonzero(moments < self._clock.end)
        for entry in zip(moments[soon].tolist(), lines[soon].tolist(), strict=True):
            heappush(self._ends, entry)

    def first(self) -> float:
        """The first moment (days) at which patience may end of a line that waits."""
        ends, need = self._ends, self._need
        while ends and need[ends[0][1]] <= 0:
            heappop(ends)
        return ends[0][0] if ends else math.inf

    def pop(self, before: float) -> tuple[float, int] | None:
        """The first end of patience before that time (days), and whose; it is taken out."""
        while self.first() < before:
            moment, line = heappop(self._ends)
            if self._exact is None or (exact := self._exact(line)) <= moment:
                return moment, line
            self.add(line, exact)
        return None

    def look_out(self) -> None:
        """Have ``settle`` called when the first patience may end, and from then on whenever the next one may."""
        self._alarm.set(self._next())

    def _ring(self, _moment: Moment) -> Moment:
        self._settle()
        return self._next()

    def _next(self) -> Moment:
        return min(self.first(), self._unheard()), Phase.CANCELLATION
