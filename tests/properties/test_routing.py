"""Worlds in which several warehouses serve a region."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.model.world import simulate
from simulator.orders.order_book import OrderBook
from simulator.scenario.scenario import Scenario
from tests.properties.depots import linked
from tests.properties.routes import routed, shared
from tests.properties.test_model import compare_with_steps, identities, unhurried, world_of
from tests.properties.worlds import arithmetic, coinciding, documents, scenario

plain = st.one_of(documents(), documents().flatmap(arithmetic), documents().flatmap(coinciding))
worlds = st.one_of(plain, plain.flatmap(linked)).filter(shared).flatmap(routed)


@settings(unhurried, max_examples=60)
@given(worlds)
def test_routed_lines_get_in_free_runs_what_they_get_line_by_line(document: dict[str, Any]) -> None:
    compare_with_steps(scenario(document))


@settings(unhurried, max_examples=20)
@given(worlds)
def test_units_are_conserved_wherever_lines_are_served(document: dict[str, Any]) -> None:
    world = world_of(document)
    while world.clock.peek() < world.scenario.run.end:
        world.clock.step()
        for stock in world.stocks:
            identities(world, stock)


@settings(unhurried, max_examples=40)
@given(worlds)
def test_a_line_is_served_by_a_warehouse_of_its_region(document: dict[str, Any]) -> None:
    record = simulate(scenario(document))
    book, home = record.book, record.scenario.warehouse_of
    for region, place, stock, serving in zip(
        book.region.tolist(),
        book.served_from.tolist(),
        book.stock.tolist(),
        book.serving.tolist(),
        strict=True,
    ):
        name = book.regions[region]
        assert book.warehouses[place] in record.scenario.warehouses_of(name)
        assert book.warehouses[book.stocks[stock][0]] == home(name)
        assert book.stocks[serving] == (place, book.stocks[stock][1])


@unhurried
@given(
    st.integers(0, 6),
    st.integers(0, 6),
    st.sampled_from([0.5, 1, 3]),
    st.sampled_from([0.5, 2, 4]),
    st.sampled_from([0.5, 2, 4]),
    st.integers(0, 10**6),
)
def test_pooled_warehouses_serve_as_one_would(
    north: int, south: int, lead: float, more: float, less: float, seed: int
) -> None:
    # unit lines of customers who wait, a constant lead time and base stock, and no delivery time
    def played(warehouses: dict[str, Any], **policies: Any) -> OrderBook:
        document = {
            "run": {"horizon": "40 days", "cool_down": "20 days", "seed": seed},
            "products": {"ball": {}},
            "demand": [
                {"product": "ball", "region": "north", "rate": f"{more}/day"},
                {"product": "ball", "region": "south", "rate": f"{less}/day"},
            ],
            "warehouses": warehouses,
            "suppliers": {"factory": {"lead_time": f"{lead} days"}},
            "policies": policies,
        }
        return simulate(Scenario.model_validate(document)).book

    def keeping(level: int) -> dict[str, Any]:
        return {"replenishment": {"type": "base_stock", "S": level}}

    one = played({"centre": {}}, **keeping(north + south))
    two = played(
        {
            "upper": {"serves": ["north", "south"], **keeping(north)},
            "lower": {"serves": ["south", "north"], **keeping(south)},
        },
        routing={"type": "pooled", "sequence": {"south": ["lower"]}},
    )
    for column in ("status", "allocated", "cancelled"):
        np.testing.assert_array_equal(getattr(two, column), getattr(one, column), err_msg=column)
