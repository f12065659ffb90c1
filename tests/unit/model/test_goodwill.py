"""Goodwill: orders that stay away, and no other change."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulator.model.world import Record, simulate
from simulator.scenario.scenario import Scenario

OUTCOMES = ("order", "status", "filled", "allocated", "delivered", "promised", "repromised")


def play(
    goodwill: dict[str, Any] | None, *, step: bool = False, reorder_level: int = 100, refuse: bool = False
) -> Record:
    """Shop that is short of stock half of the time; hardly ever with a higher reorder level."""
    document = {
        "run": {"horizon": "400 days", "cool_down": "30 days", "seed": 5},
        "products": {"ball": {"price": 3}, "cap": {"price": 5}},
        "customers": {"gold": {"priority": 1}, "standard": {"priority": 2}},
        "demand": [
            {
                "products": {"ball": "20/day"},
                "segments": {"gold": "30 %", "standard": "70 %"},
                "also": {"cap": "20 %"},
            }
        ],
        "suppliers": {"factory": {"lead_time": {"dist": "gamma", "mean": "8 days", "cv": 0.4}}},
        "policies": {
            "replenishment": {"type": "r_Q", "r": reorder_level, "Q": 150},
            "allocation": "priority",
            "backorders": "reject" if refuse else "accept",
            "promise": "available_to_promise",
        },
        "loyalty": {} if goodwill is None else {"goodwill": goodwill},
    }
    return simulate(Scenario.model_validate(document), step=step)


def test_nobody_stays_away_where_nobody_comes_back_anyway() -> None:
    without, with_none = play(None), play({"returning": 0})
    assert with_none.away.tolist() == [0, 0]
    for column in OUTCOMES:
        np.testing.assert_array_equal(getattr(without.book, column), getattr(with_none.book, column))


def test_a_free_run_is_the_same_as_step_by_step() -> None:
    free, stepped = play({"returning": 1}), play({"returning": 1}, step=True)
    assert free.away.sum() > 0
    for column in OUTCOMES:
        np.testing.assert_array_equal(getattr(free.book, column), getattr(stepped.book, column))


def test_who_stays_away_is_in_no_figure() -> None:
    record = play({"returning": 1})
    book = record.book
    assert len(book) < len(play(None).book)
    assert book.quantity.min() > 0
    assert sum(book.units().values()) == book.quantity.sum()
    np.testing.assert_array_equal(np.unique(book.order), np.arange(book.order.max() + 1))


def test_the_worse_a_shop_serves_the_more_stay_away() -> None:
    well, badly = play({"returning": 1}, reorder_level=260), play({"returning": 1}, reorder_level=60)
    assert badly.away.sum() > 3 * max(1, well.away.sum())
    worse = play({"returning": 1}, reorder_level=60, refuse=True)
    assert worse.away.sum() > badly.away.sum()  # 10 % lost when refused, 2.1 to 6.1 % when they wait


def test_the_loss_is_what_the_chances_say() -> None:
    # everybody is refused from the start: 10 % of the chance of a next order is lost, of those who come back half
    record = play({"returning": 0.5, "period": "50 days"}, reorder_level=-1000, refuse=True)
    first = play(None, reorder_level=-1000, refuse=True).book
    asked = len(np.unique(first.order[(first.time >= 200) & (first.time < 400)]))
    came = len(np.unique(record.book.order[(record.book.time >= 200) & (record.book.time < 400)]))
    assert 1 - came / asked == pytest.approx(0.05, abs=4 * np.sqrt(0.05 / asked))
