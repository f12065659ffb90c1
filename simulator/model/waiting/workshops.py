"""Workshops that make goods to order: staff with opening hours, and one queue of order lines each."""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Generator
from operator import attrgetter
from typing import Any, NamedTuple

import simpy
from simpy.events import Event
from simpy.resources.resource import SortedQueue

from simulator.calendars.opening_times import OpeningTimes
from simulator.model.availability.availability import Availability
from simulator.model.availability.stops import Stops
from simulator.model.clock import Clock, Phase
from simulator.model.records.ledger import Ledger
from simulator.model.records.line_table import LineTable
from simulator.orders.lateness import INSTANT
from simulator.orders.made_lines import MadeLines
from simulator.orders.order_book import Status
from simulator.orders.random.streams import Streams
from simulator.scenario.scenario import Scenario
from simulator.scenario.sections import products

_TO_MAKE, _MADE, _NOT_MADE = int(Status.TO_MAKE), int(Status.MADE), int(Status.NOT_MADE)
_SHIFT, _WORK_ENDS = 0, 1
"""Places in the phase of releases: shifts end first, so that nobody who is free at closing begins a line."""
_GIVES_UP = 2**31
"""Place in the phase of cancellations, after those of all stocks: customers who wait for goods give up first.

The lines of an order share their patience, so one may return a blank at the instant at which another stops waiting.
"""

GiveBack = Callable[[int], None]
"""Function that cancels a line and returns its blanks to stock."""


class Job(NamedTuple):
    """Order line in a workshop.

    Attributes:
        rank: rank in the queue, low first; equal ranks in sequence of coming.
        leaves: time (days) at which the customer cancels, unless the work has begun.
        work: days of work.
        begun: called when the work begins.
        done: called when it is done.
        cancelled: called when the customer cancels.
    """

    rank: int
    leaves: float
    work: float
    begun: Callable[[], None]
    done: Callable[[], None]
    cancelled: Callable[[], None]


class _Requests(SortedQueue):
    """Queue in which a new request finds its place by bisection; SimPy's own is sorted anew for each."""

    def append(self, item: Any) -> None:
        """Add a request behind all of the same rank."""
        insort(self, item, key=attrgetter("key"))


class Staff(simpy.PriorityResource):
    """People of a workshop. Nobody begins a line out of hours; work that has begun keeps its person."""

    PutQueue = _Requests

    def employ(self, number: int) -> None:
        """Change the number of people who may begin a line; new ones take the first lines of the queue."""
        more = number - int(self._capacity)
        self._capacity = number
        for _ in range(min(more, len(self.put_queue))):
            self._trigger_put(None)


class Workshop:
    """One workshop: a queue of lines in sequence of rank, then of coming."""

    def __init__(self, clock: Clock, section: products.Workshop, availability: Availability | None) -> None:
        """Open the workshop.

        Args:
            clock: clock of the run.
            section: the workshop in the scenario.
            availability: its hours and closures; ``None`` if it always works.
        """
        self._clock = clock
        self._availability = availability
        self._number = section.staff
        self._staff = Staff(clock, capacity=section.staff)
        if availability is not None:
            if availability.up(0.0) > 0.0:
                self._staff.employ(0)
            clock.process(self._shifts(availability))

    def join(self, job: Job) -> None:
        """Queue a line; it is begun at once if one of the staff is free."""
        self._clock.process(self._work(job))

    def _work(self, job: Job) -> Generator[Event, Any, None]:
        """SimPy process: one line, from its coming to the end of the work or its cancellation."""
        clock = self._clock
        with self._staff.request(priority=job.rank) as turn:
            if job.leaves < clock.end:
                yield turn | clock.at(job.leaves, Phase.CANCELLATION, _GIVES_UP)
            else:
                yield turn
            if not turn.triggered:
                job.cancelled()
                return
            job.begun()
            yield clock.at(self._end_of_work(clock.now, job.work), Phase.RELEASE, _WORK_ENDS)
        job.done()

    def _end_of_work(self, begun: float, work: float) -> float:
        """Return the time (days) at which work that begins now is done; it stands still out of hours.

        Work that is done within an instant of closing is done at closing: sums of the same times may differ in
        their last digits, and nobody begins another line in what is left.

        Args:
            begun: days.
            work: days.
        """
        available = self._availability
        if available is None or work <= INSTANT:
            return begun + work
        almost = available.after(begun, work - INSTANT)
        closes = available.next_stop(almost)
        return closes if closes - almost <= 2.0 * INSTANT else available.after(begun, work)

    def _shifts(self, availability: Availability) -> Generator[Event, Any, None]:
        """SimPy process: staff begin lines from each opening to each closing."""
        clock = self._clock
        while (opens := availability.up(clock.now)) < clock.end:
            if opens > clock.now:
                yield clock.at(opens, Phase.RELEASE, _SHIFT)
                self._staff.employ(self._number)
            closes = availability.next_stop(opens)
            if closes >= clock.end:
                return
            yield clock.at(closes, Phase.RELEASE, _SHIFT)
            self._staff.employ(0)


class Workshops:
    """All workshops of a run, and the lines that are made to order in them."""

    def __init__(
        self,
        clock: Clock,
        scenario: Scenario,
        table: LineTable,
        made: MadeLines,
        ledger: Ledger,
        streams: Streams,
    ) -> None:
        """Open the workshops, and start the process that brings them the lines without a blank.

        Args:
            clock: clock of the run.
            scenario: scenario to play.
            table: lines of the order book.
            made: lines made to order; their times are written into it.
            ledger: counts waiting lines.
            streams: random streams of the replication.
        """
        self._clock = clock
        self._table = table
        self._made = made
        self._ledger = ledger
        self._workshops: list[Workshop] = []
        self._ranks: list[list[int]] = []
        """Rank of a line by its segment, workshop by workshop."""
        segments = scenario.customers.values()
        for name, section in scenario.workshops.items():
            clock_there = scenario.run.clock(section.time_zone)
            stops = Stops.of(("workshop", name), clock_there, OpeningTimes.of(section))
            available = None if stops is None else stops.availability(streams)
            self._workshops.append(Workshop(clock, section, available))
            by_priority = section.queue == "priority"
            self._ranks.append([one.priority if by_priority else 0 for one in segments])
        clock.process(self._lines_without_blank())

    def join(self, line: int, give_back: GiveBack | None = None) -> None:
        """Bring a line to its workshop now.

        Args:
            line: line of the table, with its blanks.
            give_back: called if the customer cancels; ``None`` for a line without blanks.
        """
        table, made = self._table, self._made
        assert table.made is not None
        number = int(table.made[line])
        made.queued[number] = self._clock.now
        self._ledger.wait(float(table.time[line]), 1)
        code = int(made.workshop[number])

        def begun() -> None:
            made.begun[number] = self._clock.now

        def done() -> None:
            made.done[number] = now = self._end(line)
            table.status[line], table.over[line] = _MADE, now
            table.filled[line] = units = table.quantity[line]
            table.unit_days[line] = units * (now - table.time[line])

        def cancelled() -> None:
            now = self._end(line)
            if give_back is None:
                table.status[line], table.over[line] = _NOT_MADE, now
            else:
                give_back(line)

        job = Job(
            self._ranks[code][int(table.segment[line])],
            float(table.deadlines(slice(line, line + 1))[0]),
            float(made.work[number]),
            begun,
            done,
            cancelled,
        )
        self._workshops[code].join(job)

    def _end(self, line: int) -> float:
        """Count a line that waits no longer, and return the present time (days)."""
        self._ledger.wait(float(self._table.time[line]), -1)
        return self._clock.now

    def _lines_without_blank(self) -> Generator[Event, Any, None]:
        """SimPy process: bring the lines that need no blank to their workshops, each at its own time."""
        clock, table = self._clock, self._table
        place = len(table.bounds) - 1  # after the lines of all stocks
        for line in range(table.bounds[-1], len(table.time)):
            time = float(table.time[line])
            if time >= clock.end:
                return
            yield clock.at(time, Phase.ORDER, place)
            if table.quantity[line] > 0.0:
                table.status[line] = _TO_MAKE
                self.join(line)
