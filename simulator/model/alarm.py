"""An event of the clock that stands for many moments: it comes at the first of them."""

from __future__ import annotations

import math
from collections.abc import Callable

from simpy.events import Event

from simulator.model.clock import Clock, Phase


class Alarm:
    """Calls ``ring`` at the first of the moments it is set for; that returns the next one (days, infinite for none).

    ``place``: number of the stock that is concerned.
    """

    def __init__(self, clock: Clock, place: int, ring: Callable[[], float]) -> None:
        self._clock = clock
        self._place = place
        self._ring = ring
        self._at = math.inf
        """The next event of the clock that counts; while it rings, now."""

    def set(self, moment: float) -> None:
        """Ring then (days) at the latest."""
        if moment < self._at and moment < self._clock.end:
            self._at = moment
            self._clock.call(moment, Phase.CANCELLATION, self._place, self._come)

    def _come(self, _event: Event) -> None:
        if self._clock.now == self._at:  # else an earlier event has taken its part since it was planned
            following = self._ring()
            self._at = math.inf
            self.set(following)
