"""Alarm: one event of the clock for many moments, which goes off at the first of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from simpy.events import Event

from simulator.model.clock import NEVER, Clock, Moment


class Alarm:
    """Call ``ring`` at the first of the moments it is set for.

    Args:
        clock: of the run.
        place: number of the stock, which orders events within a phase.
        ring: called with the moment that has come; returns the next one, `NEVER` for none.
    """

    def __init__(self, clock: Clock, place: int, ring: Callable[[Moment], Moment]) -> None:
        self._clock = clock
        self._place = place
        self._ring = ring
        self._next = NEVER
        """Moment of the event that counts; while it rings, the present one."""

    def set(self, moment: Moment) -> None:
        """Ring at that moment or before."""
        if moment < self._next and moment[0] < self._clock.end:
            self._next = moment
            self._clock.call(*moment, self._place, partial(self._on_event, moment))

    def _on_event(self, moment: Moment, _event: Event) -> None:
        if moment == self._next:  # else an earlier event has replaced it since
            following = self._ring(moment)
            self._next = NEVER
            self.set(following)
