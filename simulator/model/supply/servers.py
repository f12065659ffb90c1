"""Servers with one queue, at which purchase orders wait for each other: production lines, inspectors, doors."""

from __future__ import annotations

from collections.abc import Callable, Generator
from heapq import heapify, heappop, heappush
from operator import add
from typing import Any, NamedTuple

import numpy as np
from simpy.events import Event

from simulator.model.availability.availability import Availability
from simulator.model.availability.working_time import WorkingTime
from simulator.model.clock import Clock, Phase
from simulator.model.picking import Work, pick_times
from simulator.model.supply.purchase_order import PurchaseOrder
from simulator.values.arrays import Floats


class Job(NamedTuple):
    """Work of one server for one purchase order.

    Attributes:
        servers: servers that do the work.
        rank: rank in their queue, low first; equal ranks are served first come first served.
        begin: called with the time (days) at which a server begins; returns the time at which the work is done.
        urgency: returns the urgency of the job at the moment, high first, before the rank; ``None`` if it has none.
    """

    servers: Servers
    rank: float
    begin: Callable[[float], float]
    urgency: Callable[[], float] | None = None


class Servers:
    """Servers with one queue. Each is a SimPy process, started when it is first needed."""

    def __init__(self, clock: Clock, number: int, opens: Callable[[float], float] | None = None) -> None:
        """Begin without jobs.

        Args:
            clock: of the run.
            number: number of servers.
            opens: returns the first time (days) at or after a time at which a job can begin; ``None`` if at any time.
        """
        self._clock = clock
        self._opens = opens
        self._unused = number
        """Number of servers not started yet."""
        self._queue: list[tuple[float, int, PurchaseOrder, Job, Callable[[], None]]] = []
        """Heap of the jobs that wait, by rank, then by sequence of arrival."""
        self._joined = 0
        self._idle: list[Event] = []
        """Event for each idle server that sends it back to work."""

    def join(self, purchase: PurchaseOrder, job: Job, done: Callable[[], None]) -> None:
        """Queue for a server; ``done`` is called at the end of the work, or of the wait if nothing is left to do.

        Nothing is left to do for a purchase order that was cancelled while it waited.
        """
        heappush(self._queue, (job.rank, self._joined, purchase, job, done))
        self._joined += 1
        if self._idle:
            self._idle.pop().succeed()
        elif self._unused:
            self._unused -= 1
            self._clock.process(self._work())

    @property
    def free(self) -> bool:
        """True if a server would begin a job at once."""
        return not self._queue and (self._unused > 0 or bool(self._idle))

    def _next(self) -> tuple[float, int, PurchaseOrder, Job, Callable[[], None]]:
        """Take the next job out of the queue: the most urgent, then that of the lowest rank."""
        if self._queue[0][3].urgency is None:
            return heappop(self._queue)
        urgencies = [0.0 if entry[3].urgency is None else entry[3].urgency() for entry in self._queue]
        place = min(range(len(urgencies)), key=lambda k: (-urgencies[k], *self._queue[k][:2]))
        found = self._queue.pop(place)
        heapify(self._queue)
        return found

    def _work(self) -> Generator[Event, Any, None]:
        """Do one job after the other, and wait while there is none."""
        clock, queue = self._clock, self._queue
        while True:
            while queue:
                if self._opens is not None and (opening := self._opens(clock.now)) > clock.now:
                    yield clock.at(opening, Phase.RELEASE)  # then for the job that ranks first by that time
                    continue
                _, _, purchase, job, done = self._next()
                if purchase.quantity > 0:
                    yield clock.at(job.begin(clock.now), Phase.RECEIPT, purchase.place)
                done()
            idle = clock.event()
            self._idle.append(idle)
            yield idle


def service_ends(
    arrivals: Floats, work: Floats, servers: int, up: Availability | None = None, end: Work = add
) -> Floats:
    """Compute the times (days) at which jobs are done, first come first served: float64[jobs].

    One server follows Lindley's recursion as a running maximum (Lindley 1952). Several servers use a heap of
    the times at which each becomes free, see `pick_times`.

    Args:
        arrivals: days, in any sequence.
        work: days that each job takes.
        servers: number of servers.
        up: availability of all servers, which stop together; ``None`` if they always work.
        end: end of the work of a server, if it depends on its begin.
    """
    if up is not None:
        worked = WorkingTime(up, float(arrivals.max(initial=0.0) + work.sum()))
        return worked.when(service_ends(worked.at(arrivals), work, servers))
    sequence = np.argsort(arrivals, kind="stable")
    time, length, done = arrivals[sequence], work[sequence], np.empty(len(arrivals))
    if servers == 1 and end is add:
        total = np.cumsum(length)
        done[sequence] = total + np.maximum.accumulate(time - (total - length))
    else:
        done[sequence] = pick_times(time, length, servers, end)
    return done
