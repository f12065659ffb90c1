"""Delivery by place and region, followed by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulator.metrics.figures import figures
from simulator.model.world import Record, simulate
from simulator.scenario.scenario import Scenario
from tests.unit.model.shop import every, once, play

ATP = {"type": "available_to_promise", "revise_above": "0.25 days"}
NEAR_AND_FAR = {"near": {"delivery_cost": 3}, "far": {"delivery": "4 days", "delivery_cost": 9}}
"""The near region has the warehouse's own delivery of a day."""


def shop(serves: Any, *demand: dict[str, Any], stock: int = 0, **more: Any) -> Record:
    """A warehouse that delivers in a day, for money 2 a parcel; goods take 4 days."""
    centre = {"stock": stock, "delivery": "1 day", "delivery_cost": 2, "serves": serves}
    return play(demand=demand, warehouses={"centre": centre}, **more)


def test_each_region_has_its_delivery_and_its_cost() -> None:
    record = shop(NEAR_AND_FAR, once(0, region="near"), once(1, region="far"), once(2, region="far"), stock=2)
    book = record.book
    assert book.allocated.tolist() == [0, 1, 6]
    assert book.delivered.tolist() == [1, 5, 10]
    assert figures(record)["delivery_cost"] == 3 + 9 + 9


def test_terms_that_say_nothing_are_a_list_of_regions() -> None:
    gamma = {"dist": "gamma", "mean": "3 days", "cv": 0.5}

    def scenario(serves: Any) -> Scenario:
        return Scenario.model_validate(
            {
                "products": {"ball": {"price": 10}},
                "demand": [{"product": "ball", "rate": "2/day", "regions": {"near": 0.5, "far": 0.5}}],
                "warehouses": {"centre": {"serves": serves, "delivery": gamma, "delivery_cost": 2}},
                "policies": {"promise": ATP},
            }
        )

    listed, mapped = scenario(["near", "far"]), scenario({"near": {}, "far": {}})
    assert listed == mapped
    assert listed.model_dump_json() == mapped.model_dump_json()
    first, second = (simulate(one).book.frame().to_csv() for one in (listed, mapped))
    assert first == second


def test_the_terms_of_one_region_move_no_number_of_another() -> None:
    gamma = {"dist": "gamma", "mean": "3 days", "cv": 0.5}
    orders = [every(2, region="near"), every(3, region="far")]
    without = shop({"near": {}, "far": {}}, *orders, policies={"promise": ATP}).book
    within = shop({"near": {}, "far": {"delivery": gamma}}, *orders, policies={"promise": ATP}).book
    near = without.region == without.regions.index("near")
    for column in ("delivery", "delivered", "promised"):
        np.testing.assert_array_equal(getattr(without, column)[near], getattr(within, column)[near])
    assert np.all(within.delivery[~near] != without.delivery[~near])


@pytest.mark.parametrize("step", [False, True])
def test_promises_look_at_the_region(*, step: bool) -> None:
    # one ball on the shelf; the other two are ordered on days 1 and 2, and land on days 5 and 6
    record = shop(
        NEAR_AND_FAR,
        once(0, region="far"),
        once(1, region="far"),
        once(2, region="near"),
        stock=1,
        policies={"promise": ATP},
        step=step,
    )
    assert record.book.promised.tolist() == [4, 9, 7]
    assert record.book.delivered.tolist() == [4, 9, 7]


def test_regions_are_revised_each_by_its_own_delivery() -> None:
    # nothing is ordered before the review of day 3, which nobody counts on: all come three days later than promised
    review = {"type": "R_S", "every": "3 days", "S": 0, "first": "3 days"}
    orders = [once(day / 8, region="far" if day % 2 else "near") for day in range(8)]
    book = shop(NEAR_AND_FAR, *orders, policies={"promise": ATP, "replenishment": review}).book
    delivery = np.where(book.region == book.regions.index("far"), 4.0, 1.0)
    assert book.promised.tolist() == (book.time + 4.0 + delivery).tolist()
    assert book.delivered.tolist() == (7.0 + delivery).tolist()
    # a promise that has not moved by a quarter of a day stays
    assert np.all(np.abs(book.repromised - book.delivered) <= 0.25)
    assert np.all(book.revisions[book.promised < 7.0 + delivery - 0.25] > 0)


def test_a_customer_far_away_declines_a_date_that_one_nearby_accepts() -> None:
    record = shop(
        NEAR_AND_FAR,
        once(0, region="near"),
        once(0.5, region="far"),
        policies={"promise": {**ATP, "shown": "before"}},
        customers={"customers": {"tolerance": "6 days"}},
    )
    assert record.book.frame()["status"].tolist() == ["filled_late", "declined"]
