"""Stocks that are put together only when something is to happen to them."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from simulator.model.world import Record, World
from simulator.orders.order_book import draw
from simulator.orders.random.streams import Streams
from simulator.scenario.scenario import Scenario
from simulator.values.deferred_columns import Deferred

NAMES = [f"p{k}" for k in range(20)]


def world(*, cool_down: str = "0 days", step: bool = False, customers: Any = None, **policies: Any) -> World:
    """Twenty products; most have stock at the end, some have customers who wait."""
    document = {
        "run": {"horizon": "60 days", "cool_down": cool_down},
        "products": {name: {"price": 10} for name in NAMES},
        "demand": [{"products": dict.fromkeys(NAMES, "1/day")}],
        "suppliers": {"works": {"lead_time": {"dist": "gamma", "mean": "10 days", "cv": 0.4}}},
        **({"customers": customers} if customers else {}),
        "policies": {"replenishment": {"type": "r_Q", "r": 13, "Q": 10}, **policies},
    }
    scenario = Scenario.model_validate(document)
    streams = Streams(scenario.run.seed, 0)
    return World(scenario, streams, draw(scenario, streams), step=step)


def waiting(record: Record) -> set[int]:
    return set(record.book.stock[np.isnan(record.book.allocated)].tolist())


def test_where_the_whole_run_is_arithmetic_no_stock_is_put_together() -> None:
    for cool_down in ("0 days", "10 days"):
        played = world(cool_down=cool_down)
        record = played.record(0, played.play())
        assert waiting(record)
        assert not played.stocks.in_use()


def test_where_somebody_may_leave_stocks_are_put_together_to_which_something_is_left_to_happen() -> None:
    patience = {"all": {"patience": "50 days"}}
    played = world(customers=patience)
    record = played.record(0, played.play())
    assert 0 < len(waiting(record)) < 10
    assert {stock.index for stock in played.stocks.in_use()} == waiting(record)
    assert len(world(cool_down="10 days", customers=patience).stocks.in_use()) == 20


def test_all_stocks_are_put_together_where_there_is_no_free_run() -> None:
    assert len(world(backorders="reject").stocks.in_use()) == 20


@pytest.mark.parametrize(
    ("level", "cool_down"), [(13, "20 days"), (3, "0.5 days"), (0, "20 days"), (60, "20 days")]
)
def test_a_whole_run_is_over_when_it_is_in_steps(level: int, cool_down: str) -> None:
    rule = {"type": "r_Q", "r": level, "Q": 10}
    ends = []
    for step in (False, True):
        played = world(cool_down=cool_down, step=step, replenishment=rule)
        ends.append(played.play())
        assert (played.stocks.over is None) is step
    assert ends[0] == ends[1]
    assert (ends[0] == 60.0) is (level == 60)  # nobody waits
    assert (ends[0] == 60.5) is (level == 3)  # some wait longer than that


def test_when_a_stock_is_put_together_makes_no_difference() -> None:
    lazy, eager = (world(customers={"all": {"patience": "50 days"}}) for _ in range(2))
    stocks = list(eager.stocks)
    assert eager.stocks[7] is stocks[7]
    one, other = (each.record(0, each.play()) for each in (lazy, eager))
    for table in ("book", "purchases", "movements"):
        mine, yours = getattr(one, table), getattr(other, table)
        for field in dataclasses.fields(mine):
            np.testing.assert_equal(getattr(mine, field.name), getattr(yours, field.name))


def test_a_stock_that_is_put_together_late_stands_where_its_free_run_has_ended() -> None:
    played = world()
    end = played.play()
    record = played.record(0, end)
    for stock in played.stocks:
        mine = record.book.stock == stock.index
        landed = record.purchases.quantity[
            (record.purchases.stock == stock.index) & (record.purchases.received < end)
        ].sum()
        assert (
            stock.inventory.on_hand
            == played.stocks.initial[stock.index] + landed - record.book.filled[mine].sum()
        )
        assert stock.point.backlog == (record.book.quantity - record.book.filled)[mine].sum()
        assert stock.point.next == played.table.bounds[stock.index + 1]


def test_a_column_for_which_no_policy_asks_is_not_drawn() -> None:
    for allocation, deferred in (("fcfs", True), ("random", False)):
        played = world(cool_down="10 days", allocation=allocation)
        record = played.record(0, played.play())
        assert np.any(record.book.allocated > record.book.time)  # somebody has waited
        assert isinstance(vars(record.book)["chance"], Deferred) is deferred
