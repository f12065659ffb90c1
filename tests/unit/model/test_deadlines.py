"""Cancellation deadlines, and the number of events they cost."""

from __future__ import annotations

import math

import numpy as np

from simulator.model.clock import Clock
from simulator.model.waiting.cancellation_deadlines import CancellationDeadlines
from simulator.values.arrays import memory_view


class Shop:
    """Lines 0 to 5, each short of one unit, with logs of cancellations (day, line) and of settlements (day)."""

    def __init__(
        self, earliest_unsettled_deadline: list[float] | None = None, exact: dict[int, float] | None = None
    ) -> None:
        self.clock = Clock(end=100.0)
        self.need = np.ones(6)
        self.cancelled: list[tuple[float, int]] = []
        self.settled: list[float] = []
        self.earliest_unsettled_deadline = earliest_unsettled_deadline or []
        """Successive days on which lines not added yet could cancel."""
        self.deadlines = CancellationDeadlines(
            self.clock,
            0,
            memory_view(self.need),
            self.settle,
            lambda: min(self.earliest_unsettled_deadline, default=math.inf),
            None if exact is None else exact.__getitem__,
        )

    def settle(self) -> None:
        now = self.clock.now
        self.settled.append(now)
        self.earliest_unsettled_deadline = [day for day in self.earliest_unsettled_deadline if day > now]
        while (end := self.deadlines.pop(math.nextafter(now, math.inf))) is not None:
            self.cancelled.append(end)
            self.need[end[1]] = 0.0

    def wait(self, *ends: tuple[int, float]) -> None:
        """Add lines with their deadlines, and run to the end."""
        for line, moment in ends:
            self.deadlines.add(line, moment)
            self.deadlines.plan_cancellation()
        self.clock.run(until=100.0)


def test_lines_are_cancelled_by_deadline_then_by_line() -> None:
    shop = Shop()
    shop.wait((3, 7.0), (1, 9.0), (0, 7.0), (2, 100.0))
    assert shop.cancelled == [(7.0, 0), (7.0, 3), (9.0, 1)]


def test_many_are_cancelled_as_one_by_one() -> None:
    shop = Shop()
    shop.deadlines.add_all(np.array([4, 5, 2]), np.array([3.0, math.inf, 2.0]))
    shop.deadlines.plan_cancellation()
    shop.clock.run(until=100.0)
    assert shop.cancelled == [(2.0, 2), (3.0, 4)]


def test_only_who_looks_out_is_told_by_the_clock() -> None:
    shop = Shop()
    shop.deadlines.add(0, 5.0)
    assert shop.clock.peek() == math.inf
    assert shop.deadlines.pop(5.0) is None
    assert shop.deadlines.pop(5.1) == (5.0, 0)
    assert shop.deadlines.first() == math.inf


def test_who_has_been_served_costs_no_event() -> None:
    shop = Shop()
    shop.need[1:5] = 0.0
    shop.wait(*((line, 10.0 + line) for line in range(6)))
    assert shop.cancelled == [(10.0, 0), (15.0, 5)]
    assert shop.settled == [10.0, 15.0]


def test_an_earlier_deadline_comes_first_whenever_it_was_heard_of() -> None:
    shop = Shop()
    shop.wait((0, 20.0), (1, 5.0))
    assert shop.cancelled == [(5.0, 1), (20.0, 0)]
    assert shop.settled == [5.0, 20.0]


def test_lines_that_nobody_has_heard_of_are_settled_before_they_lose_patience() -> None:
    shop = Shop(earliest_unsettled_deadline=[4.0, 6.0])
    shop.wait((0, 5.0))
    assert shop.settled == [4.0, 5.0, 6.0]
    assert shop.cancelled == [(5.0, 0)]


def test_a_bound_that_comes_up_gives_way_to_the_exact_moment() -> None:
    shop = Shop(exact={0: 8.0, 1: 4.0, 2: 100.0, 3: 8.0})
    shop.wait((3, 7.0), (0, 7.5), (1, 4.0), (2, 6.0))
    assert shop.cancelled == [(4.0, 1), (8.0, 0), (8.0, 3)]


def test_nobody_asks_for_the_exact_moment_of_who_has_been_served() -> None:
    shop = Shop(exact={})
    shop.need[0] = 0.0
    shop.wait((0, 5.0))
    assert shop.cancelled == []
