"""The ways of many purchase orders at once: each as its stock's own draws have it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulator.model.clock import Clock
from simulator.model.shortcuts.bulk_purchases import BulkPurchases
from simulator.model.supply.purchase_order import PurchaseColumns
from simulator.model.supply.route import SupplyChain
from simulator.orders.random.streams import Streams, stream_name
from simulator.scenario.scenario import Scenario

RANDOM = {"dist": "gamma", "mean": "5 days", "cv": 0.7}
PORT = {"documents": RANDOM, "green_lane": RANDOM, "inspection": {"probability": 0.5, "time": RANDOM}}
NAMES = ["ball", "9/16 bolt", "hat"]
COUNTS = np.array([3, 0, 4])


class Counted(Streams):
    """Streams that count how often they are drawn from in bulk."""

    drawn = 0

    def first(self, *arguments: Any) -> Any:
        Counted.drawn += 1
        return super().first(*arguments)


def bulk_purchases(*, own_way: bool) -> BulkPurchases:
    """Hats come by sea and through customs, the others from next door; or all by sea."""
    document = {
        "products": {name: {"price": 10} for name in NAMES},
        "demand": [{"products": dict.fromkeys(NAMES, "1/day")}],
        "warehouses": {"centre": {}},
        "suppliers": {
            "far": {"products": ["hat"] if own_way else NAMES, "lead_time": RANDOM},
            **({"near": {"products": NAMES[:2], "lead_time": RANDOM}} if own_way else {}),
        },
        "lanes": [{"from": "far", "to": "centre", "transit": RANDOM, "customs": "port"}],
        "customs": {"port": PORT},
    }
    streams = Counted(5, 1)
    chain = SupplyChain(Scenario.model_validate(document), Clock(100.0), streams)
    ends = [stream_name("centre", name) for name in NAMES]
    return BulkPurchases(np.arange(3), ends, [chain.shared_route("centre", name) for name in NAMES], streams)


def played(leg_sequences: BulkPurchases, counts: np.ndarray) -> PurchaseColumns:
    orders = int(counts.sum())
    return leg_sequences.timetable(counts, np.arange(orders, dtype=float), np.ones(orders))


def days(stream: str, n: int) -> np.ndarray:
    """The first draws of a stream, by its name."""
    return Streams(5, 1).generator(stream).gamma(1 / 0.7**2, 5.0 * 0.7**2, n)


@pytest.mark.parametrize("own_way", [True, False])
def test_each_stock_meets_its_own_draws(*, own_way: bool) -> None:
    found = played(bulk_purchases(own_way=own_way), COUNTS)
    assert found.stock.tolist() == [0, 0, 0, 2, 2, 2, 2]
    assert found.number.tolist() == [0, 1, 2, 0, 1, 2, 3]
    supplier = "near" if own_way else "far"
    np.testing.assert_allclose(
        found.passed["produced"][:3], np.arange(3) + days(f"supplier/{supplier}/lead_time/centre/ball", 3)
    )
    hats = slice(3, 7)
    produced = np.arange(3, 7) + days("supplier/far/lead_time/centre/hat", 4)
    ready = (
        produced
        + days("lane/far/centre/transit/centre/hat", 4)
        + days("customs/port/documents/centre/hat", 4)
    )
    chosen = Streams(5, 1).generator("customs/port/chosen/centre/hat").random(4) < 0.5
    held = days("customs/port/inspection/centre/hat", 4)
    green = days("customs/port/green_lane/centre/hat", 4)
    np.testing.assert_allclose(found.received[hats], ready + np.where(chosen, held, green))
    assert found.passed["inspected"][hats].tolist() == chosen.tolist()


def test_what_is_not_on_the_way_takes_no_time_and_has_none() -> None:
    found = played(bulk_purchases(own_way=True), COUNTS)
    np.testing.assert_array_equal(found.received[:3], found.passed["produced"][:3])
    for place in ("departed", "arrived", "cleared"):
        assert np.isnan(found.passed[place][:3]).all()
        assert not np.isnan(found.passed[place][3:]).any()
    assert not found.passed["inspected"][:3].any()


@pytest.mark.parametrize("own_way", [True, False])
def test_fewer_orders_meet_what_they_met_before_and_draw_nothing_anew(*, own_way: bool) -> None:
    leg_sequences = bulk_purchases(own_way=own_way)
    played(leg_sequences, COUNTS)
    before, fewer = Counted.drawn, np.array([1, 0, 2])
    again = played(leg_sequences, fewer)
    assert Counted.drawn == before
    np.testing.assert_array_equal(again.received, played(bulk_purchases(own_way=own_way), fewer).received)


def test_a_stream_is_named_by_the_escaped_name_of_the_product() -> None:
    found = played(bulk_purchases(own_way=True), np.array([0, 2, 0]))
    drawn = days("supplier/near/lead_time/centre/9%2F16 bolt", 2)
    np.testing.assert_allclose(found.received, np.arange(2) + drawn)
