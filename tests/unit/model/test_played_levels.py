"""Levels that are shown: those that are played, with the demand that they have to cover."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.model.clock import Clock
from simulator.model.levels.sized_stock import StockLevel
from simulator.model.levels.stock_levels import asked_levels
from simulator.model.shortcuts.stock_plans import stock_plans
from simulator.model.supply.route import SupplyChain
from simulator.orders.order_book import draw
from simulator.orders.random.streams import Streams
from simulator.scenario.scenario import Scenario

AUTOMATIC = {"type": "r_Q", "service_level": "95 %", "cover": "7 days"}


def shop(policy: dict[str, Any], **sections: Any) -> Scenario:
    """Four units a day, Poisson, from a supplier who takes nine days."""
    document = {
        "run": {"horizon": "30 days"},
        "products": {"ball": {}},
        "demand": [{"product": "ball", "rate": "4/day"}],
        "suppliers": {"works": {"lead_time": "9 days"}},
        "policies": {"replenishment": policy},
        **sections,
    }
    return Scenario.model_validate(document)


def level(policy: dict[str, Any], **sections: Any) -> StockLevel:
    return asked_levels(shop(policy, **sections))["warehouse", "ball"]


def test_levels_of_the_file_are_given() -> None:
    found = level({"type": "r_Q", "r": 40, "Q": 60})
    assert (found.found, found.note) == ("given", "")
    assert found.policy.batch(1.0) == (40.0, 60.0)


def test_demand_over_a_constant_lead_time() -> None:
    found = level({"type": "r_Q", "r": 40, "Q": 60})
    assert found.demand_mean == pytest.approx(36.0)  # 4 a day for 9 days
    assert found.demand_sd == pytest.approx(6.0)  # Poisson: the root of 36


def test_demand_over_a_lead_time_and_a_review_interval() -> None:
    found = level({"type": "R_S", "every": "7 days", "S": 70})
    assert (found.demand_mean, found.demand_sd) == pytest.approx((64.0, 8.0))


def test_demand_over_a_random_lead_time() -> None:
    works = {"works": {"lead_time": {"dist": "exponential", "mean": "8 days"}}}
    found = level({"type": "r_Q", "r": 40, "Q": 60}, suppliers=works)
    assert found.demand_mean == pytest.approx(32.0)
    assert found.demand_sd == pytest.approx((8 * 4 + 4**2 * 8**2) ** 0.5)  # Wald: E[L] var(D) + E[D]² var(L)


def test_levels_that_are_left_to_the_simulator_are_those_that_are_played() -> None:
    scenario = shop(AUTOMATIC)
    streams = Streams(scenario.run.seed, 0)
    book = draw(scenario, streams)
    (plan,) = stock_plans(scenario, book, SupplyChain(scenario, Clock(scenario.run.end), streams))
    found = asked_levels(scenario)["warehouse", "ball"]
    assert found.policy == plan.policy
    assert found.found != "given"


def test_only_stocks_that_somebody_asks_for_have_levels() -> None:
    sites = {"north": {"serves": ["n"]}, "south": {"serves": ["s"]}}
    asked = [
        {"product": "ball", "rate": "4/day", "region": "n"},
        {"product": "cap", "rate": "1/day", "region": "s"},
    ]
    found = asked_levels(shop(AUTOMATIC, products={"ball": {}, "cap": {}}, warehouses=sites, demand=asked))
    assert set(found) == {("north", "ball"), ("south", "cap")}
