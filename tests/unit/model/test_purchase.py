"""Purchase orders: what can still be taken off them."""

from __future__ import annotations

import math

import numpy as np

from simulator.model.supply.purchase_order import Milestone, PurchaseColumns, PurchaseOrder
from simulator.model.world import simulate
from simulator.scenario.scenario import Scenario


def order(produced: float) -> PurchaseOrder:
    purchase = PurchaseOrder(stock=0, number=0, placed=1.0, quantity=5.0, milestones=2)
    purchase.passed[0] = produced
    return purchase


def test_units_can_be_taken_off_until_the_goods_leave_the_supplier() -> None:
    assert order(produced=3.0).cancellable(2.0)
    assert not order(produced=3.0).cancellable(3.0)


def test_with_production_lines_only_until_production_begins() -> None:
    purchase = order(produced=math.nan)
    purchase.in_production = False
    assert purchase.cancellable(2.0)
    purchase.in_production = True
    assert not purchase.cancellable(2.0)


def test_an_order_that_finds_a_line_free_is_in_production_at_once() -> None:
    shop = {
        "run": {"horizon": "30 days", "cool_down": "30 days"},
        "products": {"tea": {}},
        "customers": {"all": {"patience": {"dist": "constant", "value": "5 days"}}},
        "demand": [{"product": "tea", "arrivals": {"type": "renewal", "interval": "25 days"}}],
        "suppliers": {"works": {"production": {"lines": 1, "unit_time": "20 days"}}},
        "policies": {"replenishment": {"type": "base_stock", "S": 0, "on_cancel": "cancel"}},
    }
    (purchase,) = simulate(Scenario.model_validate(shop)).purchases.placed
    assert simulate(Scenario.model_validate(shop)).purchases.cancelled.tolist() == [0.0]
    assert purchase == 25.0


def test_no_more_is_taken_off_than_was_ordered() -> None:
    purchase = order(produced=3.0)
    assert [purchase.cancel(2.0, 1.0), purchase.cancel(9.0, 1.5)] == [2.0, 3.0]
    assert purchase.cancellations == ((1.0, 2.0), (1.5, 3.0))
    assert not purchase.cancellable(2.0)


def test_what_has_not_happened_by_the_end_is_not_recorded() -> None:
    purchase = order(produced=3.0)
    purchase.passed[1] = 8.0
    table = PurchaseColumns.collect([purchase], [Milestone("produced"), Milestone("departed")], end=8.0)
    assert table.passed["produced"][0] == 3.0
    assert np.isnan(table.passed["departed"][0])


def test_an_order_that_is_put_on_its_way_again_is_as_it_was() -> None:
    milestones = [Milestone("produced"), Milestone("inspected", flag=True)]
    purchase = PurchaseOrder(stock=3, number=4, placed=1.0, quantity=5.0, source=1, milestones=2)
    purchase.passed, purchase.landing = [2.0, 7.0], 9.0
    table = PurchaseColumns.collect([purchase], milestones, end=6.0)
    assert table.passed["inspected"].tolist() == [
        True
    ]  # customs has chosen it, though it does not hold it yet
    table.received[0] = 9.0
    again = PurchaseColumns.collect([table.order(0)], milestones, end=20.0)
    for name in ("stock", "source", "number", "placed", "quantity"):
        assert getattr(again, name).tolist() == getattr(table, name).tolist()
    assert {name: column.tolist() for name, column in again.passed.items()} == {
        "produced": [2.0],
        "inspected": [True],
    }
