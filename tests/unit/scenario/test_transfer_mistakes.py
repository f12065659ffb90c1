"""Mistakes about transfers between warehouses, and keys without effect: what is said, and where."""

from __future__ import annotations

import pytest

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
suppliers: {far: {lead_time: 9 days}}
lanes:
  - {from: main, to: branch, carries: transfers, transit: 1 day}
  - {from: branch, to: main, carries: transfers, transit: 1 day}
  - {from: hub, to: main, carries: transfers, transit: 2 days}
  - {from: far, to: hub}
  - {from: far, to: main}
  - {from: far, to: branch}
policies:
  replenishment: {type: r_Q, r: 20, Q: 30}
  transfers: reactive
"""
_SOUTH = ("demand[0].regions=", "demand[0].region=south")


@pytest.mark.parametrize(
    "policy",
    ["reactive", "{type: periodic, every: 7 days, reserve_cover: 3 days}", "{type: reactive, reserve: 4}"],
)
def test_transfers_are_no_mistake(told: Told, policy: str) -> None:
    assert told(f"policies.transfers={policy}") == []


@pytest.mark.parametrize(
    ("settings", "mistake"),
    [
        (
            ("lanes[3].carries=transfers", "warehouses.hub=", "lanes[2]=", "lanes[2].to=main"),
            "lanes[2].carries: only warehouses give up goods to others, and 'far' is a supplier",
        ),
        (("lanes[2].from=main",), "lanes[2]: goods of 'main' would stay there"),
        (
            ("lanes[0].carries=orders", "lanes[5]="),
            "lanes[1].carries: not supported yet: transfers to 'main', which supplies 'branch'",
        ),
        (
            ("lanes[3]={from: hub, to: main, mode: van}", "lanes[2].mode=train"),
            "lanes[2].carries: 'hub' supplies 'main' already",
        ),
        (
            ("lanes[2]={from: branch, to: main, mode: van, carries: transfers}", "lanes[1].mode=train"),
            "lanes[2]: not supported yet: several lanes for transfers from 'branch' to 'main'",
        ),
        (("lanes[2].carries=letters",), "lanes[2].carries: must be 'orders' or 'transfers', not 'letters'"),
        (
            ("lanes[3]=",),
            "warehouses.hub: it serves no region, and no lane leads there: it would hold nothing",
        ),
        (
            ("run.window=10 days",),
            "policies.transfers: not supported yet: run.window together with transfers",
        ),
        (
            ("policies.transfers={type: reactive, reserve: 3, reserve_cover: 2 days}",),
            "policies.transfers: give either 'reserve' or 'reserve_cover'",
        ),
        (("policies.transfers=periodic",), "policies.transfers.every: is missing"),
        (
            ("policies.transfers=reaktive",),
            "policies.transfers: unknown transfers policy 'reaktive'; did you mean 'reactive'?",
        ),
    ],
)
def test_a_mistake_is_told_at_its_key(told: Told, settings: tuple[str, ...], mistake: str) -> None:
    assert mistake in told(*settings)


@pytest.mark.parametrize(
    ("settings", "idle"),
    [
        (
            ("policies.transfers=none",),
            [f"lanes[{k}]: without effect: no policy moves goods over this lane" for k in (0, 1, 2)],
        ),
        (
            ("lanes[0]=", "lanes[0]=", "lanes[0]="),
            ["policies.transfers: without effect: there is no lane over which it could move goods"],
        ),
        # nobody waits in the hub
        (
            ("lanes[2]={from: main, to: hub, carries: transfers}",),
            ["lanes[2]: without effect: no policy moves goods over this lane"],
        ),
        (
            (
                "lanes[2]={from: main, to: hub, carries: transfers}",
                "policies.transfers={type: periodic, every: 1 day}",
            ),
            [],
        ),
        # no product is kept at both ends
        (
            ("demand[0].regions=", "demand[0].region=south", "lanes[2]="),
            [
                *(f"lanes[{k}]: without effect: no policy moves goods over this lane" for k in (0, 1)),
                "policies.transfers: without effect: there is no lane over which it could move goods",
            ],
        ),
        (
            ("policies.backorders=reject",),
            [
                *(f"lanes[{k}]: without effect: no policy moves goods over this lane" for k in (0, 1, 2)),
                "policies.transfers: without effect: no customer ever waits for a backorder",
            ],
        ),
    ],
)
def test_what_has_no_effect_is_told(told: Told, settings: tuple[str, ...], idle: list[str]) -> None:
    assert sorted(told(*settings)) == sorted(idle)


def test_units_kept_back_from_customers_who_never_come_do_not_leave_either(told: Told) -> None:
    def idle(policy: str) -> list[str]:
        found = told(
            "policies.allocation={type: critical_level, levels: {rare: 3}}",
            "customers={often: {priority: 1}, rare: {priority: 2}}",
            *("demand[0].segment=often", "demand[1].segment=often", f"policies.transfers={policy}"),
        )
        return [one for one in found if "levels" in one]

    assert idle("reactive") == []
    assert idle("none") == [
        "policies.allocation.levels.rare: without effect: no demand comes from this segment"
    ]
