"""What products that come the same way have in common."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulator.model.clock import Clock
from simulator.model.supply.route import SupplyChain
from simulator.orders.random.streams import Streams
from simulator.scenario.scenario import Scenario
from simulator.scenario.sections.suppliers import Supplier

RANDOM = {"dist": "exponential", "mean": "5 days"}


class Named(Streams):
    """Streams that note which of them are drawn from."""

    def __init__(self, seed: int, replication: int) -> None:
        super().__init__(seed, replication)
        self.names: list[str] = []

    def generator(self, name: str) -> np.random.Generator:
        self.names.append(name)
        return super().generator(name)


def document(**sections: Any) -> dict[str, Any]:
    """Balls and caps come from the factory, hats from elsewhere."""
    return {
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


def chain(**sections: Any) -> SupplyChain:
    return SupplyChain(Scenario.model_validate(document(**sections)), Clock(10.0), Streams(5, 1))


def test_only_what_chance_has_a_part_in_is_drawn_for_each_stock() -> None:
    lanes = [{"from": "factory", "to": "centre", "transit": "3 days"}]
    supply = chain(lanes=lanes)
    legs = supply.shared_route("centre", "ball").leg_sequence.legs
    routes = [supply.route("centre", product, 0.0) for product in ("ball", "cap")]
    ball, cap = ([route.draws(leg.delay) for leg in legs] for route in routes)
    assert ball[1] is cap[1]
    assert [ball[1][n] for n in (0, 40)] == [3.0, 3.0]
    assert ball[0][0] != cap[0][0]


def test_draws_are_numbered_by_stock_and_source() -> None:
    second = Supplier.model_validate({"products": ["ball"], "lead_time": RANDOM})
    one = Scenario.model_validate(document())
    two = one.model_copy(update={"suppliers": {**one.suppliers, "second": second}})

    def drawn(scenario: Scenario, source: int) -> tuple[list[str], list[float]]:
        streams = Named(5, 1)
        route = SupplyChain(scenario, Clock(10.0), streams).route("centre", "ball", 0.0, source)
        placed = [order for _ in range(2) for order in route.order(0, 0.0, 1.0)]
        for order in placed:
            route.send(order, lambda _: None)
        assert [(order.source, order.number) for order in placed] == [(source, 0), (source, 1)]
        return streams.names, [order.landing for order in placed]

    assert drawn(one, 0)[0] == ["supplier/factory/lead_time/centre/ball"]
    assert drawn(two, 0) == drawn(one, 0)  # a further source moves no draw of the first
    assert drawn(two, 1)[0] == ["supplier/second/lead_time/centre/ball/second"]
    assert drawn(two, 0)[1] != drawn(two, 1)[1]
    third = two.model_copy(update={"suppliers": {**two.suppliers, "third": second}})
    assert drawn(third, 1) == drawn(two, 1)


def test_a_forecast_depends_on_the_way_and_not_on_the_product() -> None:
    supply = chain()
    ball, cap, hat = (supply.shared_route("centre", product).forecasts for product in ("ball", "cap", "hat"))
    assert ball is cap
    assert ball.new_order(0.0, 0.5) != hat.new_order(0.0, 0.5)
