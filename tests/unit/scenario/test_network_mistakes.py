"""Mistakes about warehouses that supply each other: what is said, and where."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.model.levels.stock_levels import all_levels
from simulator.scenario.load import load
from tests.unit.scenario.conftest import Told

SHOP = """\
run: {horizon: 30 days, replications: 1}
products: {mug: {price: 14, cost: 6}, cup: {price: 10, cost: 4}}
demand:
  - {product: mug, rate: 6/day, regions: {north: 70 %, south: 30 %}}
  - {product: cup, rate: 3/day, region: north}
warehouses:
  main: {serves: [north]}
  branch: {serves: [south]}
  hub: {serves: []}
suppliers:
  far: {lead_time: 9 days, products: [mug]}
  near: {lead_time: 2 days, products: [cup]}
lanes:
  - {from: far, to: hub}
  - {from: near, to: main}
  - {from: hub, to: main, transit: 1 day}
  - {from: hub, to: branch, transit: 2 days}
policies:
  replenishment: {type: r_Q, r: 20, Q: 30}
"""
_TOGETHER = "together with goods from another warehouse"


def test_a_network_is_no_mistake(told: Told) -> None:
    assert told() == []
    assert told("warehouses.hub.internal={sharing: priority, priorities: {branch: 2}}") == []


def test_a_quantity_that_covers_the_demand_of_a_depot_covers_that_of_its_warehouses(tmp_path: Path) -> None:
    (tmp_path / "shop.yaml").write_text(SHOP, encoding="utf-8")
    cover = "warehouses.hub.replenishment={type: r_Q, r: 5, cover: 4 days}"
    levels = all_levels(load(tmp_path / "shop.yaml", None, [cover]))
    assert levels["hub", "mug"].policy.start() == 5 + 4 * 6
    assert levels["hub", "mug"].demand_mean == pytest.approx(9 * 6)


def test_a_stock_that_no_goods_reach_has_no_level(tmp_path: Path) -> None:
    (tmp_path / "shop.yaml").write_text(SHOP, encoding="utf-8")
    assert ("branch", "cup") not in all_levels(load(tmp_path / "shop.yaml"))


@pytest.mark.parametrize(
    ("settings", "mistake"),
    [
        (
            ("lanes[1]={from: branch, to: hub}",),
            "lanes: goods would go round in a circle: hub → branch → hub",
        ),
        (
            ("lanes[1]={from: main, to: main}",),
            "lanes: goods would go round in a circle: main → main",
        ),
        (
            ("demand[1].region=south",),
            "warehouses.branch: no supplier and no warehouse with a lane there has 'cup'",
        ),
        (
            ("lanes[1]={from: far, to: main}", "demand[1].product=mug", "products.cup=", "suppliers.near="),
            "lanes[2]: product 'mug' has several sources (far, hub): say under 'policies.sourcing' how to buy",
        ),
        (
            (
                "policies.replenishment=",
                "policies.replenishment={type: base_stock, service_level: 95 %}",
                "warehouses.hub.replenishment={type: standing_order, every: 7 days, Q: 40}",
            ),
            (
                "policies.replenishment.service_level: not supported yet: a 'service_level' for 'main' behind 'hub', "
                "which replenishes by 'standing_order'; give the levels as numbers"
            ),
        ),
        (
            (
                "policies.allocation={type: critical_level, levels: {b: 3}, clearing: threshold}",
                "customers={a: {priority: 1}, b: {priority: 2}}",
                "demand[0].segment=a",
                "demand[1].segment=b",
            ),
            f"policies.allocation: not supported yet: threshold clearing {_TOGETHER}",
        ),
        (
            ("run.window=10 days",),
            "lanes[2].from: not supported yet: run.window together with goods from another warehouse",
        ),
        (
            ("warehouses.hub.internal={ship: complete, sharing: proportional}",),
            "warehouses.hub.internal: 'ship: complete' does not go with 'proportional', which ships parts",
        ),
        (
            ("warehouses.main.internal={sharing: priority, priorities: {branch: 2}}",),
            "warehouses.main.internal.priorities.branch: no lane leads from 'main' there",
        ),
        (
            ("warehouses.hub.internal={sharing: priority, priorities: {brunch: 2}}",),
            "warehouses.hub.internal.priorities.brunch: unknown warehouse 'brunch'; did you mean 'branch'?",
        ),
        (
            ("warehouses.main.internal={level: 3}",),
            "warehouses.main.internal: without effect: no lane leads from here",
        ),
        (
            ("warehouses.hub.internal={priority: 2}",),
            "warehouses.hub.internal.priority: without effect: no customer is served from here",
        ),
        (
            ("warehouses.hub.serves=[east]", "lanes[1].to=hub", "warehouses.hub.internal={priority: 2}"),
            "warehouses.hub.internal.priority: without effect: the allocation policy does not look at it",
        ),
        (
            ("warehouses.hub.internal={priorities: {branch: 2}}",),
            "warehouses.hub.internal.priorities: without effect: 'sharing: fcfs' does not look at them",
        ),
    ],
)
def test_what_is_told(told: Told, settings: tuple[str, ...], mistake: str) -> None:
    assert mistake in told(*settings)
