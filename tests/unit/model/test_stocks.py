"""Stocks that are put together only when something is to happen to them."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from simulator.model.world import Record, World
from simulator.orders.book import draw
from simulator.orders.deferred import Deferred
from simulator.orders.streams import Streams
from simulator.scenario.scenario import Scenario

NAMES = [f"p{k}" for k in range(20)]


def world(*, cool_down: str = "0 days", **policies: Any) -> World:
    """Twenty products; most have stock at the end, some have customers who wait."""
    document = {
        "run": {"horizon": "60 days", "cool_down": cool_down},
        "products": {name: {"price": 10} for name in NAMES},
        "demand": [{"products": dict.fromkeys(NAMES, "1/day")}],
        "suppliers": {"works": {"lead_time": {"dist": "gamma", "mean": "10 days", "cv": 0.4}}},
        "policies": {"replenishment": {"type": "r_Q", "r": 13, "Q": 10}, **policies},
    }
    scenario = Scenario.model_validate(document)
    streams = Streams(scenario.run.seed, 0)
    return World(scenario, streams, draw(scenario, streams))


def waiting(record: Record) -> set[int]:
    return set(record.book.stock[np.isnan(record.book.allocated)].tolist())


def test_a_stock_to_which_nothing_is_left_to_happen_is_not_put_together() -> None:
    played = world()
    record = played.record(0, played.play())
    assert 0 < len(waiting(record)) < 10
    assert {stock.index for stock in played.stocks.in_use()} == waiting(record)


def test_all_stocks_whose_life_goes_on_are_put_together() -> None:
    assert len(world(cool_down="10 days").stocks.in_use()) == 20
    assert len(world(backorders="reject").stocks.in_use()) == 20


def test_when_a_stock_is_put_together_makes_no_difference() -> None:
    lazy, eager = world(), world()
    stocks = list(eager.stocks)
    assert eager.stocks[7] is stocks[7]
    one, other = (each.record(0, each.play()) for each in (lazy, eager))
    for table in ("book", "purchases", "movements"):
        mine, yours = getattr(one, table), getattr(other, table)
        for field in dataclasses.fields(mine):
            np.testing.assert_array_equal(getattr(mine, field.name), getattr(yours, field.name))


def test_a_stock_that_is_put_together_late_stands_where_its_free_run_has_ended() -> None:
    played = world()
    end = played.play()
    record = played.record(0, end)
    for stock in played.stocks:
        mine = record.book.stock == stock.index
        landed = record.purchases.quantity[
            (record.purchases.stock == stock.index) & (record.purchases.received < end)
        ].sum()
        assert stock.on_hand == played.stocks.initial[stock.index] + landed - record.book.filled[mine].sum()
        assert stock.backlog == (record.book.quantity - record.book.filled)[mine].sum()
        assert stock.next == played.table.bounds[stock.index + 1]


def test_a_column_for_which_no_policy_asks_is_not_drawn() -> None:
    for allocation, deferred in (("fcfs", True), ("random", False)):
        played = world(cool_down="10 days", allocation=allocation)
        record = played.record(0, played.play())
        assert np.any(record.book.allocated > record.book.time)  # somebody has waited
        assert isinstance(vars(record.book)["chance"], Deferred) is deferred
