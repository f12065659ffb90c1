"""Reminders of one stock: next time to attend to each waiting customer, behind a single event of the clock.

Plans change far more often than they come due. So a new plan costs an entry in a heap instead of an event,
and not even that if an older entry of the customer comes up earlier and can be replaced then.
"""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush

from simulator.model.clock import NEVER, Alarm, Clock, Moment, Phase
from simulator.model.waiting.waiting_customer import WaitingCustomer
from simulator.orders.lateness import INSTANT

_CANCELLATION, _NOTICE = Phase.CANCELLATION, Phase.NOTICE  # faster than attributes of an enum


class Reminders:
    """Priority queue of the next moment at which to attend to each waiting customer.

    Ends of patience belong to the phase of cancellations, all else to that of notices, after all events that
    might fill the line in that instant. Within a phase, plans are served in the sequence in which they were
    made.

    Args:
        clock: clock of the run.
        place: number of the stock.
        attend: called with each customer whose moment has come.
    """

    def __init__(self, clock: Clock, place: int, attend: Callable[[WaitingCustomer], None]) -> None:
        self._clock = clock
        self._attend = attend
        self._moments: list[tuple[Moment, int, WaitingCustomer]] = []
        """Heap of (moment, plan number, customer); void and postponed entries stay until they come up."""
        self._plans = 0
        self._alarm = Alarm(clock, place, self._attend_to_first)

    def plan(self, waiter: WaitingCustomer, now: float) -> None:
        """Plan the customer's next moment in place of the last plan: something is due, or the promise ends.

        Args:
            waiter: waiting customer.
            now: days.
        """
        self._plans += 1
        waiter.plan = self._plans
        date, time = waiter.date, waiter.next
        if now < date and date + INSTANT < time:
            time = date + INSTANT
        elif time < now:
            time = now
        waiter.moment = time, (_CANCELLATION if waiter.leaves <= time else _NOTICE)
        if waiter.moment < waiter.entered_moment:
            self._enter(waiter)

    def _enter(self, waiter: WaitingCustomer) -> None:
        """Enter the plan in force into the heap, if it comes before the end of the run."""
        moment, waiter.entered_moment = waiter.moment, NEVER
        if moment[0] < self._clock.end:
            waiter.entered_moment, waiter.entry = moment, waiter.plan
            heappush(self._moments, (moment, waiter.plan, waiter))
            self._alarm.set(moment)

    def drop(self, waiter: WaitingCustomer) -> None:
        """Cancel the customer's plan."""
        waiter.plan = 0

    def _attend_to_first(self, moment: Moment) -> Moment:
        """Attend to the first customer only: immediate consequences come before the next one's turn.

        Returns:
            Moment of the next plan, `NEVER` if there is none.
        """
        moments, waiter = self._moments, self._first()
        if waiter is not None and moments[0][0] <= moment:
            heappop(moments)
            waiter.entered_moment = NEVER
            self._attend(waiter)  # its new plans are not before now, so they set no event
            waiter = self._first()
        return NEVER if waiter is None else moments[0][0]

    def _first(self) -> WaitingCustomer | None:
        """Return the customer of the first valid plan; drop void entries and enter postponed plans anew."""
        moments = self._moments
        while moments:
            _, plan, waiter = moments[0]
            if plan == waiter.plan:
                return waiter
            heappop(moments)
            if plan == waiter.entry and waiter.plan:
                self._enter(waiter)
        return None
