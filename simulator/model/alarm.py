"""An event of the clock that stands for many moments: it comes at the first of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from simpy.events import Event

from simulator.model.clock import NEVER, Clock, Moment


class Alarm:
    """Calls ``ring`` at the first of the moments it is set for.

    Args:
        clock: where its events stand.
        place: number of the stock that is concerned.
        ring: is called with the moment that has come; returns the next one, ``NEVER`` for none.
    """

    def __init__(self, clock: Clock, place: int, ring: Callable[[Moment], Moment]) -> None:
        self._clock = clock
        self._place = place
        self._ring = ring
        self._next = NEVER
        """The event of the clock that counts; while it rings, the present one."""

    def set(self, moment: Moment) -> None:
        """Ring at that moment at the latest."""
        if moment < self._next and moment[0] < self._clock.end:
            self._next = moment
            self._clock.call(*moment, self._place, partial(self._come, moment))

    def _come(self, moment: Moment, _event: Event) -> None:
        if moment == self._next:  # else an earlier event has taken its part since it was planned
            following = self._ring(moment)
            self._next = NEVER
            self.set(following)
