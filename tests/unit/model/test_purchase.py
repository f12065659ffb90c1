"""Purchase orders: what can still be taken off them."""

from __future__ import annotations

import math

import numpy as np

from simulator.model.purchase import PurchaseOrder, Purchases


def order(produced: float) -> PurchaseOrder:
    purchase = PurchaseOrder(stock=0, number=0, placed=1.0, quantity=5.0)
    purchase.produced = produced
    return purchase


def test_units_can_be_taken_off_until_the_goods_leave_the_supplier() -> None:
    assert order(produced=3.0).cancellable(2.0)
    assert not order(produced=3.0).cancellable(3.0)


def test_with_production_lines_only_until_production_begins() -> None:
    purchase = order(produced=math.nan)
    purchase.started = math.nan
    assert purchase.cancellable(2.0)
    purchase.started = 1.5
    assert not purchase.cancellable(2.0)


def test_no_more_is_taken_off_than_was_ordered() -> None:
    purchase = order(produced=3.0)
    assert [purchase.cancel(2.0), purchase.cancel(9.0)] == [2.0, 3.0]
    assert not purchase.cancellable(2.0)


def test_what_has_not_happened_by_the_end_is_not_recorded() -> None:
    purchase = order(produced=3.0)
    purchase.departed = 8.0
    table = Purchases.collect([purchase], end=8.0)
    assert table.produced[0] == 3.0
    assert np.isnan(table.departed[0])
