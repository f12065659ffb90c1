"""Queue of a stock, against a plain list, and its cost when it is long."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simulator.model.allocation.waiting_list import WaitingList
from simulator.model.patience.cancellation_hazard import CancellationHazard
from simulator.model.waiting.delivery_forecast import OTHERS, LandingForecast
from simulator.model.waiting.service_queue import PromiseReview, ServiceQueue
from simulator.model.waiting.waiting_customer import WaitingCustomer
from simulator.policies.promise import AvailableToPromise

NOW = 10.0


class Goods(LandingForecast):
    """Regular forecast: every ``batch`` units come ``apart`` days after those before."""

    by_region = False

    def __init__(self, batch: float, apart: float) -> None:
        self._batch, self._apart, self.looks = batch, apart, 0
        self.look_behind(0.0)

    def look_behind(self, ahead: float, region: int = OTHERS) -> None:
        assert region == OTHERS
        self._ahead = ahead
        self.holds_until = math.inf

    def quantile(self, share: float) -> float:
        assert share == 0.8
        self.looks += 1
        batches = self._ahead // self._batch
        self.holds_until = (batches + 1) * self._batch
        return (1 + batches) * self._apart


PROMISE = AvailableToPromise.model_validate({"type": "available_to_promise", "revise_above": "1 day"})


def waiter(rank: float, line: int, units: float = 1.0, date: float = math.nan) -> WaitingCustomer:
    somebody = WaitingCustomer(
        (rank, line), line, line, units, 0.0, None, CancellationHazard(math.inf, None), None
    )
    somebody.date = date
    return somebody


def review(queue: ServiceQueue, goods: Goods) -> list[tuple[int, float]]:
    """Revise promises, and list the lines with their new dates."""
    revised = []

    def revise(who: WaitingCustomer, now: float, date: float) -> None:
        assert now == NOW
        revised.append((who.line, date))
        who.date = date

    queue.review(PromiseReview(PROMISE, goods, NOW, revise))
    return revised


def plainly(waiting: list[WaitingCustomer], goods: Goods) -> list[tuple[int, float]]:
    """Revise promises line by line, without a tree."""
    found, ahead = [], 0.0
    for who in sorted(waiting, key=lambda one: one.key):
        ahead += who.units
        goods.look_behind(ahead)
        date = NOW + goods.quantile(0.8)
        if not (who.date > NOW and abs(date - who.date) <= 1.0):
            found.append((who.line, date))
    return found


@pytest.mark.parametrize("ranks", [1, 3, 1000])
def test_it_says_what_a_plain_list_says(ranks: int) -> None:
    rng = np.random.default_rng(ranks)
    queue, waiting = ServiceQueue(), list[WaitingCustomer]()
    for line in range(1500):
        date = math.nan if rng.random() < 0.05 else NOW + rng.integers(-1, 40)
        one = waiter(float(rng.integers(ranks)), line, float(rng.integers(1, 9)), date)
        ahead = sum(who.units for who in waiting if who.key < one.key)
        assert queue.ahead(one.key) == ahead
        assert queue.ends_before(one.key) == all(who.key < one.key for who in waiting)
        queue.join(one)
        waiting.append(one)
        if rng.random() < 0.4:
            gone = waiting.pop(int(rng.integers(len(waiting))))
            queue.leave(gone)
        if waiting and rng.random() < 0.1:
            served = waiting[int(rng.integers(len(waiting)))]
            queue.lessen(served, served.units / 2)
        if rng.random() < 0.05:
            expected = plainly(waiting, Goods(200.0, 2.0))
            assert review(queue, Goods(200.0, 2.0)) == expected
        assert queue.units == sum(who.units for who in waiting)
    again = ServiceQueue(waiting)
    assert [again.ahead(who.key) for who in waiting] == [queue.ahead(who.key) for who in waiting]
    while waiting:
        queue.leave(waiting.pop(int(rng.integers(len(waiting)))))
        assert queue.units == sum(who.units for who in waiting)
    assert review(queue, Goods(200.0, 2.0)) == []


def test_promises_that_stand_are_not_looked_at_one_by_one() -> None:
    queue = ServiceQueue()
    for line in range(5000):
        queue.join(waiter(0.0, line, date=NOW + 2.0))
    goods = Goods(1e6, 2.0)
    assert review(queue, goods) == []
    assert goods.looks == 1


class Counted(float):
    """Number that counts its comparisons and additions."""

    count = 0

    def __lt__(self, other: float) -> bool:
        Counted.count += 1
        return float(self) < float(other)

    def __gt__(self, other: float) -> bool:
        Counted.count += 1
        return float(self) > float(other)

    def __le__(self, other: float) -> bool:
        Counted.count += 1
        return float(self) <= float(other)

    def __add__(self, other: float) -> Counted:
        Counted.count += 1
        return Counted(float(self) + float(other))

    __radd__ = __add__


def work_of_a_customer(waiting: int) -> float:
    """Mean steps for a customer to join ``waiting`` others, a review of all promises, and one service."""
    rng = np.random.default_rng(1)
    n = waiting + 200
    rank: list[float] = [Counted(number) for number in rng.random(n)]
    need = [1.0] * n
    lines = WaitingList(
        need,
        [0] * n,
        range(n),
        lambda _: rank,
        lambda _: rank,
        [0.0],
        [0.0],
        split=True,
        overtaking=True,
        own=range(n),
    )
    queue, present = ServiceQueue(), dict[int, WaitingCustomer]()

    def join(line: int) -> None:
        one = present[line] = waiter(lines.rank(line), line, Counted(1.0), Counted(NOW + 0.2))
        lines.join(line)
        queue.join(one)

    for line in range(waiting):
        join(line)
    goods = Goods(waiting / 3, 0.1)  # three of their lots cover all, at nearly the same time
    review(queue, goods)
    Counted.count = 0
    for line in range(waiting, n):
        queue.ends_before((rank[line], line))
        queue.ahead((rank[line], line))
        join(line)
        assert review(queue, goods) == []
        ((served, _),) = lines.serve(1.0, 1.0, NOW)
        need[served] = 0.0
        queue.leave(present.pop(served))
    return Counted.count / 200


def test_ten_times_as_many_who_wait_are_hardly_more_work() -> None:
    few, many = work_of_a_customer(10_000), work_of_a_customer(100_000)
    assert many < 2.0 * few
