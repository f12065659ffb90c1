"""Defects found at receipt, and purchase orders that never come, followed by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from simulator.metrics.figures import figures
from simulator.model.supply.purchase_order import PurchaseOrder
from simulator.model.supply.quality import SourceQuality
from simulator.model.world import Record
from simulator.orders.random.streams import Streams
from simulator.scenario.sections.suppliers import Supplier
from tests.unit.model.shop import every, once, play

RUN = {"start": "2026-01-01", "horizon": "40 days", "cool_down": "40 days"}


def bought(
    supplier: dict[str, Any], replenishment: dict[str, Any], *, step: bool = False, **more: Any
) -> Record:
    """A ball a day from day 0."""
    sections: dict[str, Any] = {"run": RUN, "demand": [every(1)], **more}
    return play({"replenishment": replenishment}, suppliers={"factory": supplier}, step=step, **sections)


@pytest.mark.parametrize("step", [False, True])
def test_defects_leave_the_position_and_are_ordered_again(*, step: bool) -> None:
    # ten balls at a time, eight of them good
    found = bought(
        {"lead_time": "4 days", "yield": {"share": 0.8}}, {"type": "r_Q", "r": 2, "Q": 10}, step=step
    )
    orders = found.purchases
    assert set(orders.quantity[~np.isnan(orders.received)].tolist()) == {8.0}
    assert set(orders.defects[~np.isnan(orders.received)].tolist()) == {2.0}
    # the position is 0 + 10 at the start, falls by one a day, and by 2 when the first order lands on day 4: to 3 with
    # the customer of that day, which brings no order; the customer of day 5 does
    assert orders.placed[:2].tolist() == [0, 5]
    known = figures(found)
    assert known["defective_units"] == orders.defects[orders.received < 40].sum()


@pytest.mark.parametrize("step", [False, True])
def test_a_defect_that_lowers_the_position_to_the_level_brings_an_order_at_once(*, step: bool) -> None:
    found = bought(
        {"lead_time": "4 days", "yield": {"share": 0.5}}, {"type": "r_Q", "r": 2, "Q": 10}, step=step
    )
    # on day 4 the position falls from 6 to 1 with the five defects, and to 0 with the customer
    assert found.purchases.placed[:2].tolist() == [0, 4]


def test_each_unit_is_good_by_its_own_chance() -> None:
    found = bought(
        {"lead_time": "1 day", "yield": "90 %"},
        {"type": "R_S", "every": "1 day", "S": 100},
        demand=[{"product": "ball", "rate": "50/day"}],
        run={**RUN, "horizon": "400 days"},
    )
    orders = found.purchases
    landed = ~np.isnan(orders.received)
    good, all_units = orders.quantity[landed], (orders.quantity + orders.defects)[landed]
    z = (good.sum() - 0.9 * all_units.sum()) / np.sqrt(0.09 * all_units.sum())
    assert abs(z) < 3
    # binomial: the variance of one order is n p (1 - p)
    spread = np.mean((good - 0.9 * all_units) ** 2 / (0.09 * all_units))
    assert spread == pytest.approx(1.0, abs=0.25)


@pytest.mark.parametrize("step", [False, True])
def test_a_failed_order_is_noticed_after_the_stated_time_and_ordered_again_once(*, step: bool) -> None:
    found = bought(
        {"lead_time": "4 days", "fails": {"share": "40 %", "noticed_after": "7 days"}},
        {"type": "R_S", "every": "1 day", "S": 5, "first": "0 days"},
        step=step,
    )
    orders = found.purchases
    lost = np.flatnonzero(orders.lost > 0)
    assert 5 < len(lost) < 35
    assert np.isnan(orders.received[lost]).all()
    assert orders.cancelled.sum() == 0
    for row in lost.tolist():
        again = orders.placed == orders.placed[row] + 7
        # the customer of the day, and what is missed now
        assert (orders.quantity + orders.lost)[again].sum() == 1 + orders.lost[row]


def test_only_landed_units_are_paid() -> None:
    found = figures(
        bought(
            {"lead_time": "1 day", "yield": {"share": 0.5}},
            {"type": "standing_order", "every": "5 days", "Q": 8},
            products={"ball": {"price": 10, "cost": 3}},
        )
    )
    assert found["received_units"] == 7 * 4
    assert found["purchase_cost"] == 7 * 4 * 3


def test_a_perfect_supplier_needs_no_columns() -> None:
    found = bought({"lead_time": "4 days"}, {"type": "base_stock", "S": 3})
    assert not found.purchases.defects.any()
    assert not found.purchases.lost.any()


@pytest.mark.parametrize("step", [False, True])
def test_what_never_comes_is_noticed_before_a_review_of_the_same_instant(*, step: bool) -> None:
    # a ball is expedited on day 6 and never comes; the review of day 7 was planned on day 0, before that order
    found = play(
        {
            "replenishment": {"type": "R_S", "every": "7 days", "S": 0},
            "sourcing": "single",
            "expediting": {"from": "workshop", "backlog": 1, "every": "6 days"},
        },
        demand=[once(5)],
        suppliers={
            "factory": {"lead_time": "1 day"},
            "workshop": {"lead_time": "1 day", "fails": {"share": 1, "noticed_after": "1 day"}},
        },
        step=step,
    )
    assert found.purchases.placed.tolist()[:2] == [6, 7]


@pytest.mark.parametrize("good", [0, {"share": 0}])
def test_who_delivers_nothing_is_no_supplier(good: Any) -> None:
    with pytest.raises(ValidationError, match=r"nothing ever comes|above 0"):
        Supplier.model_validate({"yield": good})


def test_a_part_of_a_unit_is_good_or_not_as_a_whole() -> None:
    supplier = Supplier.model_validate({"yield": "50 %"})
    quality = SourceQuality(supplier, "factory", Streams(1, 0), "centre/ball")
    found = {quality.good_units(PurchaseOrder(0, number, 0.0, 0.5)) for number in range(50)}
    assert found == {0.0, 0.5}
