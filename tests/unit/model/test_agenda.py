"""Times and sequence in which waiting customers are attended to."""

from __future__ import annotations

import math

import pytest

from simulator.model.clock import Clock, Phase
from simulator.model.patience.cancellation_hazard import CancellationHazard
from simulator.model.waiting.reminders import Reminders
from simulator.model.waiting.waiting_customer import WaitingCustomer
from simulator.orders.lateness import INSTANT


class Attended:
    """Agenda on a clock of its own, with a log of (day, line)."""

    def __init__(self) -> None:
        self.clock = Clock(100.0)
        self.agenda = Reminders(self.clock, 0, self._attend)
        self.waiters = [
            WaitingCustomer((0.0, line), line, line, 1.0, 0.0, None, CancellationHazard(math.inf, None), None)
            for line in range(4)
        ]
        self.log: list[tuple[float, int]] = []

    def plan(self, line: int, moment: float, date: float = math.inf) -> None:
        self.waiters[line].next, self.waiters[line].date = moment, date - INSTANT
        self.agenda.plan(self.waiters[line], self.clock.now)

    def _attend(self, waiter: WaitingCustomer) -> None:
        self.log.append((self.clock.now, waiter.line))

    def play(self, until: float = 100.0) -> list[tuple[float, int]]:
        self.clock.run(until=until)
        return self.log


def test_each_is_attended_to_when_something_is_due_or_the_promise_runs_out() -> None:
    attended = Attended()
    attended.plan(0, 3.0)
    attended.plan(1, 5.0, date=2.0)
    attended.plan(2, 1.0, date=2.0)
    attended.plan(3, math.inf)
    assert attended.play() == [(1.0, 2), (2.0, 1), (3.0, 0)]


@pytest.mark.parametrize("moment", [1.0, 4.0, 6.0])
def test_the_last_plan_counts_whether_it_is_earlier_or_later(moment: float) -> None:
    attended = Attended()
    for planned in (3.0, 2.0, 5.0, moment):
        attended.plan(0, planned)
    assert attended.play() == [(moment, 0)]


def test_within_an_instant_the_sequence_is_that_of_the_last_plans() -> None:
    attended = Attended()
    attended.plan(0, 2.0)
    for line in (1, 2, 0):  # line 0 is put off: it stands in the heap already, but now comes last
        attended.plan(line, 5.0)
    assert attended.play() == [(5.0, 1), (5.0, 2), (5.0, 0)]


def test_who_is_put_off_to_the_same_moment_comes_last_there() -> None:
    attended = Attended()
    for line in (0, 1, 0):
        attended.plan(line, 5.0)
    assert attended.play() == [(5.0, 1), (5.0, 0)]


def test_who_has_left_is_not_attended_to() -> None:
    attended = Attended()
    attended.plan(0, 2.0)
    attended.plan(0, 4.0)
    attended.plan(1, 3.0)
    attended.agenda.drop(attended.waiters[0])
    assert attended.play() == [(3.0, 1)]


def test_a_moment_beyond_the_end_may_still_be_brought_forward() -> None:
    attended = Attended()
    attended.plan(0, 2.0)
    attended.plan(0, 200.0)
    attended.play(until=3.0)
    attended.plan(0, 7.0)
    assert attended.play() == [(7.0, 0)]


def test_what_is_overdue_is_attended_to_at_once() -> None:
    attended = Attended()
    attended.play(until=3.0)
    attended.plan(0, 1.0)
    assert attended.play() == [(3.0, 0)]


def test_patience_ends_before_the_orders_of_an_instant_and_all_else_comes_after_them() -> None:
    attended = Attended()
    attended.plan(0, 3.0)
    attended.waiters[1].leaves = 3.0
    attended.plan(1, 3.0)
    attended.clock.call(3.0, Phase.REVIEW, 0, lambda _: attended.log.append((3.0, -1)))
    assert attended.play() == [(3.0, 1), (3.0, -1), (3.0, 0)]


def test_patience_that_turns_out_to_end_at_the_moment_of_a_plan_takes_its_place() -> None:
    attended = Attended()
    attended.plan(0, 3.0)
    attended.waiters[0].leaves = 3.0
    attended.plan(0, 3.0)
    attended.clock.call(3.0, Phase.REVIEW, 0, lambda _: attended.log.append((3.0, -1)))
    assert attended.play() == [(3.0, 0), (3.0, -1)]
