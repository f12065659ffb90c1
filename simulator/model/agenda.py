"""What is planned for the customers who wait for one stock, and the one event by which the clock knows of it.

Plans change far oftener than they come true: a new one costs a place in a heap here, not an event of the clock, and
not even that if the plan before it comes up earlier and can be exchanged then.
"""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush

from simulator.model.alarm import Alarm
from simulator.model.clock import NEVER, Clock, Moment, Phase
from simulator.model.treatment import Waiter
from simulator.orders.lateness import INSTANT

_CANCELLATION, _NOTICE = Phase.CANCELLATION, Phase.NOTICE  # faster than an attribute of the class


class Agenda:
    """The next moment at which to attend to each waiting customer; the first is attended to first.

    Ends of patience come in the phase of cancellations, all else in that of notices: after everything by which the
    line might have been filled in that instant. Within a phase the plan that was made first comes first.
    ``place``: number of the stock.
    """

    def __init__(self, clock: Clock, place: int, attend: Callable[[Waiter], None]) -> None:
        self._clock = clock
        self._attend = attend
        self._moments: list[tuple[Moment, int, Waiter]] = []
        """(moment, number of the plan, whose) as a heap; what is void or put off stays until it comes up."""
        self._plans = 0
        self._alarm = Alarm(clock, place, self._attend_to_first)

    def plan(self, waiter: Waiter, now: float) -> None:
        """Attend to the customer when something is due or the promise runs out, and not when it was planned before."""
        self._plans += 1
        waiter.plan = self._plans
        date, time = waiter.date, waiter.next
        if now < date and date + INSTANT < time:
            time = date + INSTANT
        elif time < now:
            time = now
        waiter.moment = time, (_CANCELLATION if waiter.leaves <= time else _NOTICE)
        if waiter.moment < waiter.comes:
            self._enter(waiter)

    def _enter(self, waiter: Waiter) -> None:
        moment, waiter.comes = waiter.moment, NEVER
        if moment[0] < self._clock.end:
            waiter.comes, waiter.entry = moment, waiter.plan
            heappush(self._moments, (moment, waiter.plan, waiter))
            self._alarm.set(moment)

    def drop(self, waiter: Waiter) -> None:
        """Nothing is due any more."""
        waiter.plan = 0

    def _attend_to_first(self, moment: Moment) -> Moment:
        """Attend to one customer, so that whatever follows at once from that comes before the next."""
        moments, waiter = self._moments, self._first()
        if waiter is not None and moments[0][0] <= moment:
            heappop(moments)
            waiter.comes = NEVER
            self._attend(waiter)  # what it plans is not before now and does not wake anybody
            waiter = self._first()
        return NEVER if waiter is None else moments[0][0]

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
