"""What is planned for the customers who wait for one stock, and the one event by which the clock knows of it.

Plans change far oftener than they come true: a new one costs a place in a heap here, not an event of the clock, and
not even that if the plan before it comes up earlier and can be exchanged then.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from heapq import heappop, heappush

from simpy.events import Event

from simulator.model.clock import Clock, Phase
from simulator.model.treatment import Waiter


class Agenda:
    """For each waiting customer the next moment at which to look after him; the first is attended to first.

    Within an instant that is what was planned first. ``place``: number of the stock.
    """

    def __init__(self, clock: Clock, place: int, attend: Callable[[Waiter], None]) -> None:
        self._clock = clock
        self._place = place
        self._attend = attend
        self._moments: list[tuple[float, int, Waiter]] = []
        """(time in days, number of the plan, whose) as a heap; what is void or put off stays until it comes up."""
        self._plans = 0
        self._wakes = math.inf
        """The next event of the clock that counts; never later than the first moment."""

    def plan(self, waiter: Waiter, now: float) -> None:
        """Attend to the customer when something is due or the promise runs out, and not when it was planned before."""
        self._plans += 1
        waiter.plan = self._plans
        date, moment = waiter.date, waiter.next
        if now < date < moment:
            moment = date
        elif moment < now:
            moment = now
        waiter.moment = moment
        if moment < waiter.comes:
            self._enter(waiter)

    def _enter(self, waiter: Waiter) -> None:
        moment, waiter.comes = waiter.moment, math.inf
        if moment < self._clock.end:
            waiter.comes, waiter.entry = moment, waiter.plan
            heappush(self._moments, (moment, waiter.plan, waiter))
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
            waiter.comes = math.inf
            self._attend(waiter)  # what it plans is not before now and does not wake anybody
            waiter = self._first()
        self._wakes = math.inf
        if waiter is not None:
            self._wake_at(moments[0][0])

    def _first(self) -> Waiter | None:
        """Whose turn is next; moments that are void are forgotten, those that were put off entered anew."""
        moments = self._moments
        while moments:
            _, plan, waiter = moments[0]
            if plan == waiter.plan:
                return waiter
            heappop(moments)
            if plan == waiter.entry and waiter.plan:
                self._enter(waiter)
        return None
