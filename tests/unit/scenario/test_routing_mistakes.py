"""Mistakes about regions that several warehouses serve: what is said, and where."""

from __future__ import annotations

import pytest

from tests.unit.scenario.conftest import Told

SHOP = """\
run: {horizon: 30 days, replications: 1}
products: {mug: {price: 14, cost: 6}, cup: {price: 10, cost: 4}}
demand:
  - {product: mug, rate: 6/day, regions: {north: 50 %, south: 30 %, west: 20 %}}
  - {product: cup, rate: 3/day, region: north}
warehouses:
  main: {serves: [north, west]}
  branch: {serves: [south, north]}
policies:
  replenishment: {type: r_Q, r: 20, Q: 30}
  routing: overflow
"""


def test_several_warehouses_of_a_region_are_no_mistake(told: Told) -> None:
    assert told() == []
    assert told("policies.routing.sequence={north: [branch]}") == []


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            ("policies.routing=",),
            "warehouses.branch.serves[1]: region 'north' is served by 'main' already: say under 'policies.routing' ",
        ),
        (("policies.routing=nearest",), "policies.routing: unknown routing policy 'nearest'; known:"),
        (
            ("policies.routing.sequence={east: [main]}",),
            "policies.routing.sequence.east: no warehouse serves region 'east'",
        ),
        (
            ("policies.routing.sequence={north: [main, brench]}",),
            "policies.routing.sequence.north[1]: unknown warehouse 'brench'; did you mean 'branch'?",
        ),
        (
            ("policies.routing.sequence={west: [branch]}",),
            "policies.routing.sequence.west[0]: 'branch' does not serve region 'west'",
        ),
        (
            ("policies.routing.sequence={north: [main, main]}",),
            "policies.routing.sequence.north[1]: 'main' is named twice",
        ),
        (("policies.routing.sequence=quickest",), "policies.routing.sequence"),
        (("policies.routing=reserve_home",), "policies.routing.reserve: "),
        (
            (
                "policies.allocation={type: critical_level, levels: {customers: 3}, clearing: threshold}",
                "customers={customers: {priority: 2}, gold: {}}",
                "demand[1].segment=gold",
            ),
            "policies.allocation: not supported yet: threshold clearing together with routing",
        ),
        (
            ("workshops={bench: {}}", "products.mug.made_to_order={workshop: bench, time: 1 h}"),
            "products.mug.made_to_order: not supported yet: made_to_order together with routing",
        ),
        (
            (
                "policies.replenishment={type: base_stock, service_level: 95 %}",
                "warehouses.branch.serves=[north]",
                "warehouses.main.serves=[north, south, west]",
            ),
            "policies.replenishment.service_level: not supported yet: a 'service_level' for 'branch', which is",
        ),
        (
            ("run.window=10 days",),
            "policies.routing: not supported yet: run.window together with lines served from several warehouses",
        ),
    ],
)
def test_a_mistake_is_told_at_its_key(told: Told, settings: tuple[str, ...], message: str) -> None:
    found = told(*settings)
    assert len(found) == 1
    assert found[0].startswith(message)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            ("warehouses.branch.serves=[south]",),
            "policies.routing: without effect: each region is served by one warehouse",
        ),
        (
            ("policies.routing.sequence={west: [main]}",),
            "policies.routing.sequence.west: without effect: one warehouse serves this region",
        ),
        (
            (
                "demand[0].regions.north=",
                "demand[0].regions.south=80 %",
                "demand[1].region=east",
                "warehouses.main.serves=[north, west, east]",
                "warehouses.branch.serves=[north, south, east]",
                "policies.routing.sequence={north: [branch]}",
            ),
            "policies.routing.sequence.north: without effect: no order comes from this region",
        ),
        (
            ("policies.routing.substitutes_first=true",),
            "policies.routing.substitutes_first: without effect: no product has substitutes",
        ),
        (
            (
                "policies.routing=home",
                "warehouses.branch.serves=[north]",
                "warehouses.main.serves=[north, south, west]",
            ),
            "warehouses.branch: without effect: all orders of its regions are served from their homes",
        ),
    ],
)
def test_what_has_no_effect_is_told(told: Told, settings: tuple[str, ...], message: str) -> None:
    assert told(*settings) == [message]


def test_home_may_be_played_in_windows(told: Told) -> None:
    assert told("policies.routing=home", "run.window=10 days") == []
