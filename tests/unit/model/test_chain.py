"""What products that come the same way have in common."""

from __future__ import annotations

from typing import Any

from simulator.model.chain import SupplyChain
from simulator.model.clock import Clock
from simulator.orders.streams import Streams
from simulator.scenario.scenario import Scenario

RANDOM = {"dist": "exponential", "mean": "5 days"}


def chain(**sections: Any) -> SupplyChain:
    """Balls and caps come from the factory, hats from elsewhere."""
    document = {
        "run": {"horizon": "10 days"},
        "products": {name: {"price": 10} for name in ("ball", "cap", "hat")},
        "demand": [{"products": {"ball": "1/day", "cap": "1/day", "hat": "1/day"}}],
        "warehouses": {"centre": {}},
        "suppliers": {
            "factory": {"products": ["ball", "cap"], "lead_time": RANDOM},
            "elsewhere": {"products": ["hat"], "lead_time": RANDOM},
        },
        **sections,
    }
    return SupplyChain(Scenario.model_validate(document), Clock(10.0), Streams(5, 1))


def test_a_forecast_depends_on_the_way_and_not_on_the_product() -> None:
    supply = chain()
    ball, cap, hat = (supply.connection("centre", product).way for product in ("ball", "cap", "hat"))
    assert ball is cap
    assert ball.new_order(0.0, 0.5) != hat.new_order(0.0, 0.5)
