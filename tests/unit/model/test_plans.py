"""Plans that stocks have in common."""

from __future__ import annotations

from typing import Any

from simulator.model.clock import Clock
from simulator.model.shortcuts.stock_plans import StockPlan, stock_plans
from simulator.model.supply.route import SupplyChain
from simulator.orders.order_book import draw
from simulator.orders.random.streams import Streams
from simulator.scenario.scenario import Scenario


def planned(rates: dict[str, str], **sections: Any) -> dict[str, StockPlan]:
    """The plan of each product; a service level of 50 % takes just what is expected in four days."""
    document = {
        "run": {"horizon": "30 days"},
        "products": {name: {"price": 10} for name in rates},
        "demand": [{"products": rates}],
        "suppliers": {"works": {"lead_time": "4 days"}},
        "policies": {"replenishment": {"type": "r_Q", "service_level": "50 %", "cover": "7 days"}},
        **sections,
    }
    scenario = Scenario.model_validate(document)
    streams = Streams(1, 0)
    book = draw(scenario, streams)
    found = stock_plans(scenario, book, SupplyChain(scenario, Clock(30.0), streams))
    return {book.products[product]: plan for (_, product), plan in zip(book.stocks, found, strict=True)}


def test_stocks_of_which_the_same_is_expected_share_a_plan() -> None:
    found = planned({"ball": "3/day", "cap": "3/day", "hat": "5/day"})
    assert found["ball"] is found["cap"]
    assert [found[name].policy.trigger() for name in ("ball", "hat")] == [12.0, 20.0]
    assert [found[name].on_hand for name in ("ball", "hat")] == [12.0 + 21.0, 20.0 + 35.0]
    assert [found[name].demand for name in ("ball", "hat")] == [3.0, 5.0]


def test_a_policy_or_a_stock_of_its_own_makes_a_plan_of_its_own() -> None:
    own = {"type": "base_stock", "S": 8}
    found = planned(
        {"ball": "3/day", "cap": "3/day", "hat": "3/day"},
        products={"ball": {"price": 10}, "cap": {"price": 10, "replenishment": own}, "hat": {"price": 10}},
        warehouses={"centre": {"stock": {"hat": 7}}},
    )
    assert found["cap"].on_hand == 8.0
    assert found["hat"].on_hand == 7.0
    assert found["hat"].policy.trigger() == found["ball"].policy.trigger() == 12.0
