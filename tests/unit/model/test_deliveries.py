"""Delivery by place and region, followed by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulator.experiments.replications.replications import replicate
from simulator.experiments.statistics.confidence_intervals import interval
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


@pytest.mark.parametrize("promise", [ATP, "none"])
def test_who_is_far_away_is_told_what_is_too_near_to_tell_others(promise: Any) -> None:
    # with four days to the landing the near region has its goods on day 5, sooner than in six days, the far on day 8
    record = shop(
        NEAR_AND_FAR,
        once(0, region="near"),
        once(0, region="far"),
        policies={"communication": {"quiet_if_under": "6 days", "in_stock": False}, "promise": promise},
    )
    told = dict(zip((record.book.regions[k] for k in record.book.region), record.book.notices, strict=True))
    assert told == {"near": 0, "far": 1}


# -- lines served from several warehouses --------------------------------------------------------------------


TERMS: dict[str, Any] = {
    "one": {
        "north": {"delivery": "1 day", "delivery_cost": 3},
        "south": {"delivery": "2 days", "delivery_cost": 4},
    },
    "two": {
        "north": {"delivery": "4 days", "delivery_cost": 9},
        "south": {"delivery": "3 days", "delivery_cost": 5},
    },
}


def routed(*demand: dict[str, Any], stock: tuple[Any, Any], **policies: Any) -> Record:
    """One, the home of the north, and two, the home of the south, may serve both; nothing is ordered.

    Two picks from 08:00 to 16:00 only, six hours a line.
    """
    one = {"stock": stock[0], "serves": TERMS["one"]}
    two = {"stock": stock[1], "serves": TERMS["two"], "hours": "Mon-Sun 08:00-16:00", "pick_time": "6 hours"}
    rules = {
        "replenishment": {"type": "R_S", "every": "90 days", "S": 0},
        "routing": {"type": "overflow", "sequence": {"south": ["two"]}},
        **policies,
    }
    products = {"ball": {"price": 10}, "cap": {"price": 10}}
    return play(rules, demand=demand, warehouses={"one": one, "two": two}, products=products)


SHELVES = ({"ball": 2, "cap": 1}, {"ball": 1, "cap": 2})


def both(day: float, region: str) -> dict[str, Any]:
    """An order for a ball and a cap."""
    return {**once(day, region=region), "also": {"cap": 1}}


@pytest.mark.parametrize(
    ("ship", "parcels", "cost"),
    [
        ("partial", {"one": 3, "two": 3}, {"one": 3 + 3 + 3, "two": 9 + 5 + 5}),
        ("complete", {"one": 2, "two": 2}, {"one": 6, "two": 14}),
    ],
)
def test_parcels_are_counted_and_paid_by_place_and_region(
    ship: str, parcels: dict[str, int], cost: dict[str, float]
) -> None:
    # the first order takes a ball and a cap from one, the second a ball from there and a cap from two; the third, of
    # the south, a ball and a cap from two
    orders = [both(1, "north"), both(2, "north"), both(3, "south")]
    record = routed(*orders, stock=SHELVES, ship=ship)
    book = record.book
    assert [book.warehouses[place] for place in book.served_from] == [
        "one",
        "one",
        "one",
        "two",
        "two",
        "two",
    ]
    found = figures(record)
    assert found.of("parcels", "warehouse") == parcels
    assert found.of("shipped_orders", "warehouse") == {"one": 2, "two": 2}
    assert found.of("delivery_cost", "warehouse") == cost
    assert found["shipped_orders"] == 3
    assert found["parcels_per_order"] == sum(parcels.values()) / 3


def test_what_another_place_has_is_promised_by_its_hours_and_its_way_to_the_region() -> None:
    # two picks in six of its eight hours: what comes at noon is picked until 10:00 of the next day
    orders = [once(1.5, region="north"), once(2.5, region="north"), once(3.5, region="south")]
    for promise in (ATP, {**ATP, "quantile": 0.5}):
        book = routed(*orders, stock=({"ball": 1}, {"ball": 2}), promise=promise).book
        assert [book.warehouses[place] for place in book.served_from] == ["one", "two", "two"]
        dates = [1.5 + 1, 3 + 10 / 24 + 4, 4 + 10 / 24 + 3]
        assert book.delivered.tolist() == pytest.approx(dates)
        assert book.promised.tolist() == pytest.approx(dates)


def test_parcels_take_and_cost_what_the_share_served_elsewhere_says() -> None:
    """Erlang's loss formula: a home with two units in a loop, an inexhaustible place behind it.

    Orders that find no unit at home overflow, as calls find no free line: with a load of rate x lead time = 2 on two
    units that is B = (2^2 / 2) / (1 + 2 + 2^2 / 2) = 0.4 of them (Erlang 1917).
    """
    near, far = {"dist": "exponential", "mean": "1 day"}, {"dist": "exponential", "mean": "4 days"}
    document = {
        "run": {"horizon": "420 days", "warm_up": "20 days", "cool_down": "60 days"},
        "products": {"ball": {"price": 10}},
        "demand": [{"product": "ball", "rate": "1/day", "region": "north"}],
        "warehouses": {
            "one": {"serves": {"north": {"delivery": near, "delivery_cost": 3}}, "stock": 2},
            "two": {"serves": {"north": {"delivery": far, "delivery_cost": 9}}, "stock": 10_000},
        },
        "suppliers": {"factory": {"lead_time": {"dist": "exponential", "mean": "2 days"}}},
        "policies": {"replenishment": {"type": "base_stock", "S": 2}, "routing": "overflow"},
    }
    outcome = replicate(Scenario.model_validate(document), 40, workers=1, keep_orders="none")
    found = outcome.summary(0.99)
    money = outcome.frame()["delivery_cost"] / outcome.frame()["parcels"]
    mean, half_width = interval(money.to_numpy(), 0.99)
    assert abs(found["served_elsewhere_share"].mean - 0.4) < found["served_elsewhere_share"].half_width
    assert abs(found["delivery_time_mean"].mean - 2.2) < found["delivery_time_mean"].half_width < 0.1
    assert abs(mean - (0.6 * 3 + 0.4 * 9)) < half_width < 0.1
    assert found["parcels_per_order"].mean == 1
