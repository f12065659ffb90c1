"""Stocks with several sources: which policy is asked, which two sources are meant, and what comes first."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulator.model.world import Record, simulate
from simulator.scenario.scenario import Scenario

EXPEDITED = {"from": "far", "backlog": 1}


def played(
    suppliers: dict[str, Any], policies: dict[str, Any], *, rate: str = "3/day", horizon: str = "60 days"
) -> Record:
    products = ["mug", "cup"] if any("products" in one for one in suppliers.values()) else ["mug"]
    document = {
        "run": {"horizon": horizon, "seed": 4},
        "products": {name: {"cost": 2} for name in products},
        "demand": [{"products": dict.fromkeys(products, rate)}],
        "suppliers": suppliers,
        "policies": policies,
    }
    return simulate(Scenario.model_validate(document))


def test_a_product_with_one_source_that_is_expedited_too_is_bought_without_a_choice() -> None:
    # the cup has one source, of which the shares of the mug say nothing
    suppliers = {
        "far": {"lead_time": "9 days", "products": ["cup"]},
        "near": {"lead_time": "2 days", "products": ["mug"]},
        "mill": {"lead_time": "4 days", "products": ["mug"]},
    }
    policies = {
        "replenishment": {"type": "r_Q", "r": 9, "Q": 20},
        "sourcing": {"type": "split", "shares": {"near": 1, "mill": 1}},
        "expediting": EXPEDITED,
    }
    orders = played(suppliers, policies).purchases
    assert set(orders.source[orders.stock == 0]) == {0, 1}  # mug
    assert set(orders.source[orders.stock == 1]) == {0, 1}  # cup, the second of them expedited


def test_equally_fast_sources_are_still_two() -> None:
    suppliers = {"dear": {"lead_time": "5 days"}, "cheap": {"lead_time": "5 days"}}
    policies = {
        "replenishment": {"type": "R_S", "every": "5 days", "S": 60},
        "sourcing": {"type": "dual_index", "expedite_to": 50},
    }
    assert set(played(suppliers, policies).purchases.source) == {0, 1}


def test_expediting_comes_after_the_review_of_its_instant() -> None:
    policies = {
        "replenishment": {"type": "R_S", "every": "2 days", "S": 10},
        "expediting": {**EXPEDITED, "every": "10 days"},
    }
    orders = played({"far": {"lead_time": "9 days"}}, policies).purchases
    expedited = orders.placed[orders.source == 1]
    assert len(expedited) > 1
    for day in expedited:  # the review orders what is missing, as if nothing were expedited
        before = np.isin(orders.placed, day) & (orders.source == 0)
        assert before.any()
