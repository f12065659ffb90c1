"""Inventories at places that customers do not ask from, and lines asked from one place of several."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulator.metrics.figures import figures
from simulator.metrics.measures.step_series import series_frame
from simulator.model.levels.stock_levels import asked_levels
from simulator.model.world import Record, simulate
from simulator.scenario.scenario import Scenario

RULE = {"type": "r_Q", "r": 10, "Q": 20}


def play(depot: dict[str, Any] | None, *, step: bool = False, **sections: Any) -> Record:
    """A shop, with a depot beside it that lanes from the works reach in two days, three after the order.

    Balls come over the lane, caps from a supplier that has none.
    """
    warehouses: dict[str, Any] = {"shop": {"serves": ["everywhere"], "replenishment": RULE}}
    lanes = [{"from": "works", "to": "shop"}]
    if depot is not None:
        warehouses["depot"] = {"serves": [], **depot}
        lanes.append({"from": "works", "to": "depot", "transit": "2 days"})
    document = {
        "run": {"horizon": "40 days", "cool_down": "0 days"},
        "products": {"ball": {"price": 10, "cost": 5, "holding": "1/day"}, "cap": {"price": 10}},
        "demand": [{"products": {"ball": "2/day", "cap": "2/day"}}],
        "warehouses": warehouses,
        "suppliers": {
            "works": {"products": ["ball"], "lead_time": "3 days"},
            "tailor": {"products": ["cap"], "lead_time": {"dist": "exponential", "mean": "3 days"}},
        },
        "lanes": lanes,
        "policies": {"replenishment": RULE},
        **sections,
    }
    return simulate(Scenario.model_validate(document), step=step)


def shelf(record: Record, warehouse: str) -> list[tuple[str, float, float]]:
    """Product, time and units on hand whenever they change."""
    frame = series_frame(record)
    own = frame[frame["warehouse"] == warehouse]
    return list(zip(own["product"], own["time"], own["on_hand"], strict=True))


def test_a_depot_holds_what_lanes_bring_there() -> None:
    record = play({"stock": 40})
    assert record.book.stocks == ((0, 0), (0, 1), (1, 0))
    assert record.initial.tolist() == [30, 30, 40]
    assert shelf(record, "depot") == [("ball", 0.0, 40.0)]
    found = figures(record)
    assert found.of("on_hand_mean", "warehouse")["depot"] == pytest.approx(40)
    assert found.of("holding_cost", "warehouse")["depot"] == pytest.approx(40 * 40)
    assert found.of("lines", "warehouse")["depot"] == 0


@pytest.mark.parametrize("step", [False, True])
def test_a_depot_orders_by_its_policy(*, step: bool) -> None:
    # 5 units at the start, level 10: 20 more are ordered at once and land after 3 + 2 days
    record = play({"stock": 5}, step=step)
    assert shelf(record, "depot") == [("ball", 0.0, 5.0), ("ball", 5.0, 25.0)]
    # ordered up to 12 at the first review, on day 7; nothing is taken, so that no other orders anything
    record = play({"replenishment": {"type": "R_S", "every": "7 days", "S": 12}, "stock": 2}, step=step)
    assert shelf(record, "depot") == [("ball", 0.0, 2.0), ("ball", 12.0, 12.0)]


def test_a_depot_changes_nothing_for_customers() -> None:
    without, beside = play(None), play({"stock": 5})
    for name in ("time", "quantity", "status", "allocated", "delivered"):
        np.testing.assert_array_equal(getattr(without.book, name), getattr(beside.book, name))
    shop = beside.purchases.stock < 2
    np.testing.assert_array_equal(without.purchases.received, beside.purchases.received[shop])


def test_a_level_that_is_left_to_the_demand_is_one_of_no_demand() -> None:
    record = play({"replenishment": {"type": "r_Q", "service_level": "95 %", "cover": "14 days"}})
    assert shelf(record, "depot") == [("ball", 0.0, 1.0)]


def test_the_levels_of_a_depot_are_shown() -> None:
    shown = asked_levels(play({"replenishment": {"type": "base_stock", "S": 7}}).scenario)
    assert set(shown) == {("shop", "ball"), ("shop", "cap"), ("depot", "ball")}
    assert shown["depot", "ball"].policy.start() == 7


def test_a_warehouse_whose_regions_nobody_asks_from_holds_nothing() -> None:
    record = play({"serves": ["moon"], "stock": 40})
    assert record.book.stocks == ((0, 0), (0, 1))
