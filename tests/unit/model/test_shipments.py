"""Purchase orders that leave in several shipments, followed by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulator.metrics.figures import figures
from simulator.model.world import Record
from simulator.scenario.sections.suppliers import Supplier
from tests.unit.model.shop import every, play

FOUR = {"replenishment": {"type": "r_Q", "r": -1, "Q": 4}}
"""Four balls at once, when the first customer of four has come."""


def parted(supplier: dict[str, Any], *, step: bool = False, **more: Any) -> Record:
    """A ball a day from day 0; four are ordered on days 0, 4, 8 ..."""
    return play(
        more.pop("policies", FOUR),
        demand=[every(1)],
        suppliers={"factory": {"ships_in": 2, **supplier}},
        step=step,
        **more,
    )


@pytest.mark.parametrize(
    ("units", "shipments"),
    [(5.0, [3.0, 2.0]), (4.0, [2.0, 2.0]), (1.0, [1.0]), (4.5, [2.5, 2.0]), (0.5, [0.5])],
)
def test_shipments_are_as_equal_as_whole_units_can_be(units: float, shipments: list[float]) -> None:
    assert Supplier.model_validate({"ships_in": 2}).shipments(units) == shipments


@pytest.mark.parametrize("step", [False, True])
def test_the_first_half_leaves_while_the_second_is_made(*, step: bool) -> None:
    found = parted({"lead_time": "0 days", "production": {"unit_time": "1 day"}}, step=step)
    purchases = found.purchases
    assert purchases.placed[:4].tolist() == [0, 0, 4, 4]
    assert purchases.number[:4].tolist() == [0, 0, 1, 1]
    assert purchases.part[:4].tolist() == [0, 1, 0, 1]
    assert purchases.quantity[:4].tolist() == [2, 2, 2, 2]
    assert purchases.received[:4].tolist() == [2, 4, 6, 8]
    # the customers of days 0 and 1 get the first two balls, those of 2 and 3 the others
    assert found.book.allocated[:4].tolist() == [2, 2, 4, 4]


@pytest.mark.parametrize("step", [False, True])
def test_the_first_shipment_takes_what_the_whole_order_would(*, step: bool) -> None:
    law = {"lead_time": {"dist": "exponential", "mean": "3 days"}}
    whole, both = parted({**law, "ships_in": 1}, step=step).purchases, parted(law, step=step).purchases
    first = both.where(both.part == 0)
    landed = min(len(whole), len(first))
    assert np.array_equal(whole.received[:landed], first.received[:landed], equal_nan=True)
    assert np.all(both.received[both.part == 1][:3] != first.received[:3])


def test_an_order_is_paid_once_and_each_shipment_travels_and_is_cleared_by_itself() -> None:
    found = parted(
        {"lead_time": "1 day", "order_cost": 7, "price": 10, "discounts": {4: "50 %"}},
        lanes=[
            {
                "from": "factory",
                "to": "centre",
                "transit": "0 days",
                "customs": "port",
                "freight": {"order": 3, "container": 5, "container_units": 3},
            }
        ],
        customs={"port": {"documents": "0 days", "green_lane": "0 days", "brokerage": 2}},
    )
    # five orders of four balls in twenty days
    overall = figures(found)
    assert overall["purchase_orders"] == 5
    assert overall["ordering_cost"] == 5 * 7
    assert overall["purchase_cost"] == 5 * 4 * 10 * 0.5
    assert overall["freight_cost"] == 5 * 2 * (3 + 5)
    assert overall["customs_cost"] == 5 * 2 * 2


def test_an_order_fails_as_a_whole() -> None:
    fails = {"share": "50 %", "noticed_after": "2 days"}
    run = {"horizon": "100 days", "cool_down": "10 days"}
    found = parted({"lead_time": "1 day", "fails": fails}, run=run)
    lost = found.purchases.lost.reshape(-1, 2)
    assert np.array_equal(lost[:, 0], lost[:, 1])
    assert 0 < np.count_nonzero(lost[:, 0]) < len(lost)


def test_the_second_shipment_is_cancelled_first() -> None:
    found = parted(
        {"lead_time": "3 days"},
        policies={"replenishment": {"type": "base_stock", "S": 0, "on_cancel": "cancel"}},
        customers={"standard": {"patience": "1 day"}},
    )
    assert found.purchases.cancelled[:3].tolist() == [1, 1, 1]
