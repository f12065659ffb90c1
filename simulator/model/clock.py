"""Clock of a run: a SimPy environment with absolute event times, phases within an instant, and alarms."""

from __future__ import annotations

import math
from collections.abc import Callable
from enum import IntEnum
from functools import partial
from heapq import heappush

import simpy
from simpy.events import Event


class Phase(IntEnum):
    """Phases of one instant, in their order.

    They begin at 2, because SimPy's own priorities 0 and 1 are for immediate consequences of an event.
    """

    RECEIPT = 2
    RELEASE = 3
    CANCELLATION = 4
    ANNOUNCEMENT = 5
    ORDER = 6
    LOSS = 7
    TRANSFER = 8
    REVIEW = 9
    EXPEDITING = 10
    NOTICE = 11


_PLACES = 2**32
"""Upper bound of ``place``, above any number of stocks or lines, so that the phase decides first."""


Moment = tuple[float, Phase]
"""Time in days, and phase of that instant."""
NEVER: Moment = (math.inf, Phase.NOTICE)
"""Moment after all others."""


class Clock(simpy.Environment):
    """SimPy environment with events at absolute times, since ``now + (t - now)`` would lose the last bit."""

    def __init__(self, end: float, begin: float = 0.0) -> None:
        super().__init__(begin)
        self.end = end
        """End of the run, in days; events at this time or later need not be scheduled."""

    def at(self, time: float, phase: Phase, place: int = 0) -> Event:
        """Schedule an event and return it.

        Events of one phase happen in order of ``place``, then in the order in which they were scheduled. So
        the order of stocks never depends on how long before an event was scheduled.

        Args:
            time: days; a time before now means now.
            phase: phase of that instant.
            place: number of the stock, or of another object that has events in the phase.
        """
        event = Event(self)
        event._ok = True  # noqa: SLF001 - triggered already, like a simpy.Timeout
        event._value = None  # noqa: SLF001
        sequence = phase * _PLACES + place
        heappush(self._queue, (max(time, self.now), sequence, next(self._eid), event))  # type: ignore[misc]
        return event

    def call(self, time: float, phase: Phase, place: int, action: Callable[[Event], None]) -> None:
        """Schedule a call of ``action`` (see `at`), at a fifth of the cost of a waiting process."""
        event = self.at(time, phase, place)
        assert event.callbacks is not None
        event.callbacks.append(action)


class Alarm:
    """Alarm that calls a function at the first of the moments it is set for.

    Args:
        clock: clock of the run.
        place: number of the stock, which orders events within a phase.
        ring: called with the present moment; returns the next moment to ring at, `NEVER` for none.
    """

    def __init__(self, clock: Clock, place: int, ring: Callable[[Moment], Moment]) -> None:
        self._clock = clock
        self._place = place
        self._ring = ring
        self._next = NEVER
        """Moment of the next call; during a call, the present moment."""

    def set(self, moment: Moment) -> None:
        """Set the alarm to ring at this moment, unless it rings earlier or the run ends before."""
        if moment < self._next and moment[0] < self._clock.end:
            self._next = moment
            self._clock.call(*moment, self._place, partial(self._on_event, moment))

    def _on_event(self, moment: Moment, _event: Event) -> None:
        if moment == self._next:  # else an earlier moment was set since
            following = self._ring(moment)
            self._next = NEVER
            self.set(following)
