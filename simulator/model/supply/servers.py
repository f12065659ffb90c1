"""Servers with one queue, at which purchase orders wait for each other: production lines, inspectors, doors."""

from __future__ import annotations

from collections.abc import Callable, Generator
from heapq import heappop, heappush
from typing import Any, NamedTuple

from simpy.events import Event

from simulator.model.clock import Clock, Phase
from simulator.model.supply.purchase_order import PurchaseOrder


class Job(NamedTuple):
    """Work of one server for one purchase order.

    Attributes:
        servers: servers that do the work.
        rank: rank in their queue, low first; equal ranks are served first come first served.
        begin: called when a server begins; returns the days of work.
    """

    servers: Servers
    rank: float
    begin: Callable[[], float]


class Servers:
    """Servers with one queue. Each is a SimPy process, started when it is first needed."""

    def __init__(self, clock: Clock, number: int) -> None:
        self._clock = clock
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

    def _work(self) -> Generator[Event, Any, None]:
        """Do one job after the other, and wait while there is none."""
        clock, queue = self._clock, self._queue
        while True:
            while queue:
                _, _, purchase, job, done = heappop(queue)
                if purchase.quantity > 0:
                    yield clock.at(clock.now + job.begin(), Phase.RECEIPT, purchase.stock)
                done()
            idle = clock.event()
            self._idle.append(idle)
            yield idle
