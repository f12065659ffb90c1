"""The clock: SimPy's environment with absolute event times and a fixed order of things at one instant."""

from __future__ import annotations

import math
from collections.abc import Callable
from enum import IntEnum
from heapq import heappush

import simpy
from simpy.events import Event


class Phase(IntEnum):
    """What comes first at one instant. SimPy's own priorities 0 and 1 are what follows at once from an event."""

    RECEIPT = 2
    RELEASE = 3
    CANCELLATION = 4
    ANNOUNCEMENT = 5
    ORDER = 6
    REVIEW = 7
    NOTICE = 8


_PLACES = 2**32
"""More than there are stocks, so that the phase decides before the place."""


Moment = tuple[float, Phase]
"""A time in days, and the phase of that instant."""
NEVER: Moment = (math.inf, Phase.NOTICE)


class Clock(simpy.Environment):
    """An environment whose events are placed at absolute times: ``now + (t - now)`` would lose the last bit."""

    def __init__(self, end: float, begin: float = 0.0) -> None:
        super().__init__(begin)
        self.end = end
        """Latest time of the run, in days: what would happen then or later need not be planned."""
        self.may_skip = False
        """Whether a process may go on to its next time by itself, see ``skip_to``."""

    def at(self, time: float, phase: Phase, place: int = 0) -> Event:
        """Event that happens at ``time`` (days, not before now), in its phase of that instant.

        Within a phase the sequence is by ``place`` (a number of the stock that is concerned), then first planned
        first: so what happens first never depends on how far ahead somebody planned.
        """
        event = Event(self)
        event._ok = True  # noqa: SLF001 - an event that is bound to happen, as simpy.Timeout makes it
        event._value = None  # noqa: SLF001
        sequence = phase * _PLACES + place
        heappush(self._queue, (max(time, self.now), sequence, next(self._eid), event))  # type: ignore[misc]
        return event

    def call(self, time: float, phase: Phase, place: int, action: Callable[[Event], None]) -> None:
        """Have ``action`` called at ``time``: a fifth of the cost of a process that waits for it."""
        event = self.at(time, phase, place)
        assert event.callbacks is not None
        event.callbacks.append(action)

    def skip_to(self, time: float) -> bool:
        """Go on to ``time`` at once if nothing else happens until then: who asks need not sleep."""
        if not self.may_skip or self._queue[0][0] <= time:
            return False
        self._now = time
        return True
