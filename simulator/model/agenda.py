"""What is planned for the customers who wait for one stock, and the one event by which the clock knows of it.

Plans change far oftener than they come true: a new one costs a place in a heap here, not an event of the clock.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from heapq import heappop, heappush

from simpy.events import Event

from simulator.model.clock import Clock, Phase
from simulator.model.treatment import Waiter


class Agenda:
    """For each waiting customer the next moment at which something is due; what comes first is attended to first.

    Within an instant that is what was planned first. ``place``: number of the stock.
    """

    def __init__(self, clock: Clock, place: int, attend: Callable[[Waiter], None]) -> None:
        self._clock = clock
        self._place = place
        self._attend = attend
        self._moments: list[tuple[float, int, Waiter]] = []
        """(time in days, number of the plan, whose) as a heap; what is void stays until it comes up."""
        self._plans = 0
        self._wakes = math.inf
        """The next event of the clock that counts; never later than the first moment."""

    def plan(self, waiter: Waiter, moment: float) -> None:
        """Attend to the customer then (days) and no longer when it was planned before."""
        self._plans += 1
        waiter.plan = self._plans
        if moment < self._clock.end:
            moment = max(moment, self._clock.now)
            heappush(self._moments, (moment, self._plans, waiter))
            if moment < self._wakes:
                self._wake_at(moment)

    def drop(self, waiter: Waiter) -> None:
        """Nothing is due any more."""
        waiter.plan = 0

    def _wake_at(self, moment: float) -> None:
        self._wakes = moment
        self._clock.call(moment, Phase.CANCELLATION, self._place, self._wake)

    def _wake(self, _event: Event) -> None:
        """Attend to one customer, so that whatever follows at once from that comes before the next."""
        now, moments = self._clock.now, self._moments
        if now != self._wakes:
            return  # since this event was planned an earlier one has taken its part
        waiter = self._first()
        if waiter is not None and moments[0][0] <= now:
            heappop(moments)
            self._attend(waiter)  # what it plans is not before now and does not wake anybody
            waiter = self._first()
        self._wakes = math.inf
        if waiter is not None:
            self._wake_at(moments[0][0])

    def _first(self) -> Waiter | None:
        """Whose turn is next; moments that are void are forgotten."""
        moments = self._moments
        while moments:
            _, plan, waiter = moments[0]
            if plan == waiter.plan:
                return waiter
            heappop(moments)
        return None
