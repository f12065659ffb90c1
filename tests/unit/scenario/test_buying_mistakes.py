"""Mistakes about sources, and about the policies that buy from them: what is said, and where."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from simulator.scenario.load import load
from simulator.values.mistakes import ScenarioError

SHOP = """\
run: {horizon: 30 days, replications: 1}
products: {mug: {price: 14, cost: 6}, cup: {price: 10, cost: 4}}
demand:
  - {product: mug, rate: 6/day, regions: {north: 70 %, south: 30 %}}
  - {product: cup, rate: 3/day, region: north, also: {mug: 50 %}, also_quantity: 2}
warehouses: {main: {serves: [north]}, branch: {serves: [south]}}
suppliers:
  far: {lead_time: 9 days}
  near: {lead_time: 2 days, products: [mug]}
policies:
  replenishment: {type: R_S, every: 7 days, S: 90}
  sourcing: {type: dual_index, expedite_to: 20}
"""
_SURGE = "policies.sourcing={type: tailored_base_surge, standing: %s/day}"
_LANES = "lanes=[{from: far, to: main, mode: sea}, {from: far, to: main, mode: air}, {from: far, to: branch}]"
Told = Callable[..., list[str]]


@pytest.fixture
def told(tmp_path: Path) -> Told:
    (tmp_path / "shop.yaml").write_text(SHOP, encoding="utf-8")

    def told(*settings: str) -> list[str]:
        """Each mistake with its path."""
        try:
            load(tmp_path / "shop.yaml", None, settings)
        except ScenarioError as error:
            return [f"{one.path}: {one.message}" for one in error.mistakes]
        return []

    return told


@pytest.mark.parametrize(
    ("settings", "mistake"),
    [
        (
            ("policies.sourcing=",),
            "suppliers.near: product 'mug' has several sources (far, near): say under 'policies.sourcing' how to buy",
        ),
        (
            (_LANES, "suppliers.near=", "policies.sourcing="),
            (
                "lanes[1]: product 'mug' has several sources (far by sea, far by air): "
                "say under 'policies.sourcing' how to buy"
            ),
        ),
        (
            ("policies.sourcing=", "policies.sourcing={type: split, shares: {fra: 1}}"),
            "policies.sourcing.shares.fra: unknown source 'fra'; did you mean 'far'?",
        ),
        (
            ("products.mug.sourcing={type: fallback, sequence: [far, mill]}",),
            "products.mug.sourcing.sequence[1]: unknown source 'mill'; known: far, near",
        ),
        (
            ("policies.sourcing=", "policies.sourcing={type: fallback, sequence: [far, far]}"),
            "policies.sourcing: 'sequence' names 'far' twice",
        ),
        (
            ("policies.sourcing=", "policies.sourcing={type: split, shares: {far: 0, near: 0}}"),
            "policies.sourcing: some share must be above 0",
        ),
        (
            (
                "suppliers.mill={products: [cup]}",
                "policies.sourcing={type: split, shares: {mill: 1, near: 0}}",
            ),
            "policies.sourcing: it names no source of 'mug' for 'main' to buy from; known: far, near",
        ),
        (
            (_LANES, "suppliers.near=", "policies.sourcing={type: single, source: far}"),
            "policies.sourcing: it names no source of 'mug' for 'main' to buy from; known: far by sea, far by air",
        ),
        (
            ("policies.sourcing.fast=near", "policies.sourcing.slow=near"),
            "policies.sourcing: 'fast' and 'slow' must be two sources",
        ),
        (
            ("products.mug.replenishment={type: r_Q, r: 3, Q: 9}",),
            (
                "policies.sourcing: 'dual_index' cannot buy 'mug' for 'main': it needs the replenishment policy 'R_S', "
                "not 'r_Q'"
            ),
        ),
        (
            ("products.mug.sourcing={type: order_by_order, threshold: 3}",),
            (
                "products.mug.sourcing: 'order_by_order' cannot buy 'mug' for 'main': it needs the replenishment "
                "policy 'base_stock', not 'R_S'"
            ),
        ),
        (
            (
                "policies.sourcing=",
                _SURGE % 1,
                "policies.replenishment=",
                "policies.replenishment={type: R_S, every: 7 days, service_level: 90 %}",
            ),
            (
                "policies.sourcing: 'tailored_base_surge' cannot buy 'mug' for 'main': it needs 'R_S' with a given "
                "'S', since no level is searched for it yet"
            ),
        ),
        (
            ("lanes=[{from: far, to: main}, {from: far, to: main, mode: air}, {from: far, to: branch}]",),
            "lanes[1]: several lanes lead from 'far' to 'main': each needs a 'mode' of its own",
        ),
        (
            ("lanes=[{from: far, to: main, freight: {container: 30}}, {from: far, to: branch}]",),
            "lanes[0].freight: 'container' and 'container_units' go together",
        ),
        (
            ("suppliers.far.minimum=30", "suppliers.far.maximum=20"),
            "suppliers.far: the smallest order has 30 units by 'minimum' and 'lot', more than the 'maximum' of 20",
        ),
        (
            ("suppliers.far.lot=8", "suppliers.far.minimum=9", "suppliers.far.maximum=15"),
            "suppliers.far: the smallest order has 16 units by 'minimum' and 'lot', more than the 'maximum' of 15",
        ),
        (("suppliers.far.maximum=0",), "suppliers.far.maximum: a quantity here must be more than 0"),
        (("suppliers.far.capacity={units: 30}",), "suppliers.far.capacity.per: is missing"),
        (
            ("suppliers.far.capacity={unit: 30, units: 30, per: 7 days}",),
            "suppliers.far.capacity.unit: unknown key 'unit'; did you mean 'units'?",
        ),
        (
            ("suppliers.far.capacity={units: 30/day, per: 7 days}",),
            "suppliers.far.capacity.units: '30/day' is not a number",
        ),
        (
            ("suppliers.far.capacity=a lot",),
            (
                "suppliers.far.capacity: 'a lot' is not a rate; write for example '40/day' "
                "(understood: /s, /min, /h, /day, /week, /month, /year)"
            ),
        ),
        (
            ("suppliers.far.capacity=30/day", "suppliers.far.production={unit_time: 1 h}"),
            "suppliers.far: give either 'capacity' or 'production'",
        ),
        (
            ("suppliers.far.production={unit_time: 1 h, first: late}",),
            "suppliers.far.production.first: must be 'placed' or 'backlog', not 'late'",
        ),
        (("suppliers.far.price=cheap",), "suppliers.far.price: must be a number or a mapping, not 'cheap'"),
        (
            ("suppliers.far.price={mgu: 3}",),
            "suppliers.far.price.mgu: unknown product 'mgu'; did you mean 'mug'?",
        ),
        (("suppliers.far.price={mug: -3}",), "suppliers.far.price.mug: cannot be negative (-3)"),
        (
            ("suppliers.far.discounts={few: 3 %}",),
            "suppliers.far.discounts.few: 'few' is not a number",
        ),
        (
            ("suppliers.far.price_changes=[{on: 2026-02-20}]",),
            "suppliers.far.price_changes[0].factor: is missing",
        ),
        (
            ("policies.expediting={from: far}",),
            "policies.expediting: give a condition: backlog, backlog_cover, oldest_wait, promise_within",
        ),
        (
            ("policies.expediting={from: farr, backlog: 4}",),
            "policies.expediting.from: unknown source 'farr'; did you mean 'far'?",
        ),
        (
            ("run.window=10 days",),
            "policies.sourcing: not supported yet: run.window together with a sourcing policy",
        ),
    ],
)
def test_a_mistake_is_told_once_where_it_stands(told: Told, settings: tuple[str, ...], mistake: str) -> None:
    assert told(*settings) == [mistake]


def test_a_mistake_in_many_products_is_told_once(told: Told) -> None:
    both = ("suppliers.near.products=", "policies.sourcing=")
    (mistake,) = told(*both)
    assert "product 'mug' has several sources (far, near)" in mistake


def test_a_policy_is_checked_for_each_product_with_the_same_sources(told: Told) -> None:
    (mistake,) = told("suppliers.near.products=", "products.cup.replenishment={type: base_stock, S: 4}")
    assert "'dual_index' cannot buy 'cup' for 'main': it needs the replenishment policy 'R_S'" in mistake


def test_a_standing_order_is_below_the_demand_of_its_stock(told: Told) -> None:
    # the branch is asked for 6 x 30 % = 1.8 mugs a day, the main warehouse for 6 x 70 % + 3 x 50 % x 2 = 7.2
    assert told("policies.sourcing=", _SURGE % 1.7) == []
    (mistake,) = told("policies.sourcing=", _SURGE % 1.8)
    assert mistake.endswith(
        "'mug' for 'branch': the standing order of 1.8 a day is not below the demand of 1.8 a day"
    )
    both = " ".join(told("policies.sourcing=", _SURGE % 7.5))
    assert "for 'main': the standing order of 7.5 a day is not below the demand of 7.2 a day" in both
    assert "for 'branch': the standing order of 7.5 a day is not below the demand of 1.8 a day" in both


def test_what_nobody_stocks_needs_no_demand_for_a_standing_order(told: Told) -> None:
    # nobody in the south asks for cups
    assert told("suppliers.near.products=", "policies.sourcing=", _SURGE % 1.5) == []
