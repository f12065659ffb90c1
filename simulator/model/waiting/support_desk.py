"""Support desk: agents with opening hours, and a queue that impatient customers leave."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator
from itertools import count
from typing import Any

import simpy
from simpy.events import Event

from simulator.calendars.opening_times import OpeningTimes
from simulator.laws.distributions import Exponential
from simulator.model.availability.availability import Availability
from simulator.model.availability.stops import Stops
from simulator.model.clock import Clock, Phase
from simulator.model.records.contact_log import NO_LINE, ContactLog, Contacts
from simulator.orders.random.streams import Draws, Streams
from simulator.scenario.sections import support_desk
from simulator.scenario.sections.run import Run

_SHIFT, _CALL_ENDS = 0, 1
"""Places in the phase of releases: shifts end first, so that an agent free at closing takes no contact."""


class Agents(simpy.Resource):
    """Agents whose number changes. When it falls, busy agents finish their contact; free ones leave first."""

    def employ(self, number: int) -> None:
        """Change the number of agents; new ones take the first customers of the queue."""
        more = number - int(self._capacity)
        self._capacity = number
        for _ in range(min(more, len(self.put_queue))):
            self._trigger_put(None)

    @property
    def on_duty(self) -> int:
        """Number of agents present, including those who only finish a contact."""
        return max(int(self._capacity), self.count)


class SupportDesk:
    """Server of contacts, first come first served.

    Contacts about backorders and contacts of the base load have random streams of their own for contact time
    and patience, with the n-th draw for the n-th contact. So the base load is the same under all policies.
    """

    def __init__(self, clock: Clock, desk: support_desk.SupportDesk, run: Run, streams: Streams) -> None:
        """Open the desk.

        Args:
            clock: clock of the run.
            desk: section ``support_desk`` of the scenario.
            run: section ``run`` of the scenario.
            streams: random streams of the replication.
        """
        self._clock = clock
        self._desk = desk
        stops = Stops.of(("support desk",), run.clock(desk.time_zone), OpeningTimes.of(desk))
        self._opens = Availability([]) if stops is None else stops.availability(streams)
        self._log = ContactLog()
        self._draws = _ContactDraws(desk, streams, "support")
        self._surge = False
        self._agents = None if desk.agents is None else Agents(clock, capacity=desk.agents)
        if self._agents is not None:
            self._staff(open_now=self._is_open(0.0))
            if stops is not None:
                clock.process(self._shifts())
        if desk.base_load > 0:
            clock.process(self._base_load(_ContactDraws(desk, streams, "support/base_load"), streams))

    def contact(self, line: int, answered: Callable[[], None], unanswered: Callable[[], None]) -> None:
        """Make a contact about a line, now or when the desk opens.

        One of the two callbacks is called, neither if the run ends before.

        Args:
            line: row of the line in the order book.
            answered: called when an agent takes the contact.
            unanswered: called when the customer leaves the queue.
        """
        now = self._clock.now
        contact = self._draws.next()
        opening = self._opens.up(now)
        if opening == now:
            self._ask(line, contact, answered, unanswered)
        else:
            self._clock.call(
                opening, Phase.ORDER, line, lambda _: self._ask(line, contact, answered, unanswered)
            )

    def staff_for(self, open_lines: int) -> None:
        """Call in the surge agents, or send them home, by the number of lines waiting."""
        surge = self._desk.surge
        if surge is None or (open_lines > surge.above) == self._surge:
            return
        self._surge = not self._surge
        if self._agents is not None:
            self._staff(open_now=self._is_open(self._clock.now))

    def _is_open(self, time: float) -> bool:
        """Test whether the desk is open at ``time`` (days); at the instant of closing it is not."""
        return self._opens.up(time) == time

    def contacts(self) -> Contacts:
        """Return all contacts so far, as columns."""
        return self._log.columns()

    def _ask(
        self,
        line: int,
        contact: tuple[float, float],
        answered: Callable[[], None],
        unanswered: Callable[[], None],
    ) -> None:
        """Begin a contact; ``contact`` holds contact time and patience in the queue (days)."""
        duration, patience = contact
        place = self._log.add(self._clock.now, line)
        if self._agents is None:
            self._log.answer(place, 0.0, duration)
            answered()
        else:
            self._clock.process(self._queue(self._agents, place, duration, patience, answered, unanswered))

    def _queue(
        self,
        agents: Agents,
        place: int,
        duration: float,
        patience: float,
        answered: Callable[[], None],
        unanswered: Callable[[], None],
    ) -> Generator[Event, Any, None]:
        """SimPy process: one contact, from its beginning to the end of the answer."""
        clock, asked = self._clock, self._clock.now
        with agents.request() as turn:
            if math.isinf(patience):
                yield turn
            else:
                yield turn | clock.at(asked + patience, Phase.CANCELLATION)
            if not turn.triggered:
                self._log.give_up(place, clock.now - asked)
                unanswered()
                return
            self._log.answer(place, clock.now - asked, duration)
            answered()
            yield clock.at(clock.now + duration, Phase.RELEASE, _CALL_ENDS)
        self._log.employ(clock.now, agents.on_duty)

    def _shifts(self) -> Generator[Event, Any, None]:
        """SimPy process: agents come at each opening and go at each closing."""
        clock, opens = self._clock, self._opens
        time = 0.0
        while True:
            open_now = self._is_open(time)
            time = opens.next_stop(time) if open_now else opens.up(time)
            if time >= clock.end:
                return
            yield clock.at(time, Phase.RELEASE, _SHIFT)
            self._staff(open_now=not open_now)

    def _staff(self, *, open_now: bool) -> None:
        """Set the number of agents: with surge agents while they are called in, 0 while the desk is closed."""
        desk, agents = self._desk, self._agents
        assert agents is not None
        assert desk.agents is not None
        further = desk.surge.agents if self._surge and desk.surge is not None else 0
        agents.employ(desk.agents + further if open_now else 0)
        self._log.employ(self._clock.now, agents.on_duty)

    def _base_load(self, draws: _ContactDraws, streams: Streams) -> Generator[Event, Any, None]:
        """SimPy process: contacts not about backorders, a Poisson process within opening hours."""
        clock, desk = self._clock, self._desk
        mean_gap = desk.hours.share / desk.base_load
        gaps = streams.draws(Exponential(dist="exponential", mean=mean_gap), "support/base_load")
        time = 0.0
        for n in count():
            time = self._opens.after(time, gaps[n])
            if time >= clock.end:
                return
            yield clock.at(time, Phase.ORDER)
            self._ask(NO_LINE, draws.next(), _no_effect, _no_effect)


class _ContactDraws:
    """Random contact times, and patience in the desk's queue, of one kind of contacts, in days."""

    def __init__(self, desk: support_desk.SupportDesk, streams: Streams, name: str) -> None:
        self._durations = streams.draws(desk.contact_time, f"{name}/contact_time")
        self._patience: Draws | None = None
        if desk.patience is not None:
            self._patience = streams.draws(desk.patience, f"{name}/patience")

    def next(self) -> tuple[float, float]:
        """Return contact time and patience of the next contact."""
        return self._durations.next(), math.inf if self._patience is None else self._patience.next()


def _no_effect() -> None:
    """Do nothing: a contact of the base load has no effect on backorders."""
