"""Small worlds that can be followed by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulator.model.world import Record, simulate
from simulator.orders.order_book import Status
from simulator.scenario.scenario import Scenario


def play(**sections: Any) -> Record:
    """A shop with one product and constant times: an order for 2 units at 0, 1, 2, ... days."""
    document: dict[str, Any] = {
        "run": {"horizon": "10 days", "cool_down": "10 days"},
        "products": {"ball": {"price": 10, "cost": 4}},
        "demand": [
            {
                "product": "ball",
                "quantity": 2,
                "arrivals": {"type": "renewal", "interval": "1 day", "first": "0 days"},
            }
        ],
        "warehouses": {"centre": {"stock": 3}},
        "suppliers": {"factory": {"lead_time": "1.5 days"}},
        "policies": {"replenishment": {"type": "r_Q", "r": 0, "Q": 4}},
    }
    return simulate(Scenario.model_validate({**document, **sections}))


def test_a_line_is_filled_in_parts_and_waits_for_the_rest() -> None:
    book = play().book
    # 0: 2 of 3 units. 1: 1 unit at once, 1 waits; position -1: 4 are ordered and land at 2.5.
    # 2: both wait. 2.5: 1 to the line of day 1, 2 to that of day 2, 1 stays.
    assert book.status[:3].tolist() == [Status.FROM_STOCK, Status.FILLED_LATE, Status.FILLED_LATE]
    assert book.on_arrival[:3].tolist() == [2, 1, 0]
    assert book.allocated[:3].tolist() == [0, 2.5, 2.5]
    assert book.unit_days[:3].tolist() == [0, 1.5, 1.0]


def test_at_one_instant_a_receipt_comes_before_the_order() -> None:
    book = play(suppliers={"factory": {"lead_time": "1 day"}}).book
    assert book.allocated[1] == 2.0
    assert book.status[2] == Status.FROM_STOCK


def test_out_of_stock_sells_what_there_is_and_refuses_the_rest() -> None:
    record = play(policies={"replenishment": {"type": "r_Q", "r": 0, "Q": 4}, "backorders": "reject"})
    book = record.book
    assert book.status[1] == Status.REFUSED
    assert book.filled[1] == 1
    assert record.purchases.placed[0] == 1.0  # the position fell to 0 with the unit that was sold


def test_who_will_not_wait_declines() -> None:
    book = play(customers={"hasty": {"will_wait": "0 %"}}).book
    assert book.status[1] == Status.DECLINED
    assert book.filled[1] == 1


def test_a_limit_on_backorders() -> None:
    policies = {"replenishment": {"type": "r_Q", "r": 0, "Q": 4}, "backorders": {"limit": 2}}
    book = play(policies=policies).book
    assert book.status[1] == Status.FILLED_LATE  # 1 unit waits
    assert book.status[2] == Status.REFUSED  # 2 more would be 3


def test_a_customer_who_gives_up_gives_reserved_units_back() -> None:
    record = play(
        customers={"hasty": {"patience": "0.5 days"}}, suppliers={"factory": {"lead_time": "9 days"}}
    )
    book = record.book
    assert book.status[1] == Status.CANCELLED
    assert book.cancelled[1] == 1.5
    assert book.filled[1] == 0
    # the unit that came back goes to the line of day 2, which gives it back in turn
    assert book.on_arrival[2] == 1


def test_complete_orders_ship_when_their_last_line_is_allocated() -> None:
    demand = [
        {
            "product": "ball",
            "arrivals": {"type": "renewal", "interval": "1 day", "first": "0 days"},
            "also": {"cap": "100 %"},
        }
    ]
    policies = {"replenishment": {"type": "base_stock", "S": 0}, "ship": "complete"}
    book = play(
        products={"ball": {}, "cap": {}},
        demand=demand,
        policies=policies,
        warehouses={"centre": {"stock": {"ball": 5}, "delivery": "1 day"}},
    ).book
    assert book.allocated[:2].tolist() == [0, 1.5]  # the cap has to be bought
    assert book.shipped[:2].tolist() == [1.5, 1.5]
    assert book.delivered[:2].tolist() == [2.5, 2.5]


def test_the_run_ends_when_the_last_counted_line_is_resolved() -> None:
    record = play()
    counted = record.book.time < 10
    last = record.book.allocated[counted].max()
    assert record.end == np.nextafter(last, np.inf)


@pytest.mark.parametrize(
    ("customs", "inspected", "cleared"),
    [
        ({"documents": "1 day", "green_lane": "2 days"}, False, 3.0),
        (
            {
                "documents": "1 day",
                "green_lane": "2 days",
                "inspection": {"probability": 1, "time": "5 days"},
            },
            True,
            6.0,
        ),
        (
            {"documents": "1 day", "inspection": {"probability": 1, "time": "5 days", "inspectors": 1}},
            True,
            6.0,
        ),
    ],
)
def test_customs_takes_its_time(customs: dict[str, Any], *, inspected: bool, cleared: float) -> None:
    record = play(
        suppliers={"factory": {"lead_time": "1 day"}},
        lanes=[{"from": "factory", "to": "centre", "transit": "2 days", "customs": "port"}],
        customs={"port": customs},
        warehouses={"centre": {"stock": 3}},
    )
    first = record.purchases
    assert bool(first.passed["inspected"][0]) is inspected
    assert first.placed[0] == 1
    assert [first.passed[name][0] for name in ("produced", "departed", "arrived")] == [2, 2, 4]
    assert first.passed["cleared"][0] == 4 + cleared
    assert first.received[0] == first.passed["cleared"][0]


def test_two_inspections_wait_for_one_inspector() -> None:
    record = play(
        suppliers={"factory": {"lead_time": "0 days"}},
        lanes=[{"from": "factory", "to": "centre", "customs": "port"}],
        customs={"port": {"inspection": {"probability": 1, "time": "5 days", "inspectors": 1}}},
        policies={"replenishment": {"type": "base_stock", "S": 3}},
    )
    assert record.purchases.placed[:3].tolist() == [0, 1, 2]
    assert record.purchases.passed["cleared"][:3].tolist() == [5, 10, 15]


def test_goods_wait_for_the_next_departure_and_keep_their_sequence() -> None:
    record = play(
        suppliers={"factory": {"lead_time": "0 days"}},
        lanes=[{"from": "factory", "to": "centre", "transit": "1 day", "departures": {"every": "3 days"}}],
        policies={"replenishment": {"type": "base_stock", "S": 3}},
    )
    assert record.purchases.passed["departed"][:5].tolist() == [0, 3, 3, 3, 6]
    assert record.purchases.received[:5].tolist() == [1, 4, 4, 4, 7]


def test_production_lines_make_one_order_after_the_other() -> None:
    record = play(
        suppliers={"factory": {"lead_time": "0 days", "capacity": "1/day"}},
        policies={"replenishment": {"type": "base_stock", "S": 3}},
    )
    assert record.purchases.received[:3].tolist() == [2, 4, 6]  # two units each, a day a unit


def test_quantities_are_rounded_up_to_the_minimum_and_to_lots() -> None:
    record = play(
        suppliers={"factory": {"lead_time": "1 day", "minimum": 5, "lot": 3}},
        policies={"replenishment": {"type": "base_stock", "S": 3}},
    )
    assert record.purchases.quantity[0] == 6


def test_a_review_sees_the_orders_of_its_instant() -> None:
    record = play(
        policies={"replenishment": {"type": "R_S", "every": "2 days", "S": 50}},
        warehouses={"centre": {"stock": 50}},
    )
    assert record.purchases.placed[0] == 2.0
    assert record.purchases.quantity[0] == 6  # the orders of days 0, 1 and 2


def test_a_continuous_policy_too_sees_all_orders_of_an_instant_before_it_orders() -> None:
    stream = {"product": "ball", "arrivals": {"type": "renewal", "interval": "1 day", "first": "0 days"}}
    record = play(
        demand=[{**stream, "quantity": 3}, {**stream, "quantity": 1}],
        policies={"replenishment": {"type": "s_S", "s": 7, "S": 10}},
        warehouses={"centre": {"stock": 10}},
    )
    assert record.purchases.placed[:2].tolist() == [0, 1]
    assert record.purchases.quantity[:2].tolist() == [4, 4]


def test_goods_that_come_the_moment_they_are_ordered_are_still_waited_for() -> None:
    """Fast or step by step: nothing is on hand when a customer asks, so the line is late, by no time at all."""
    book = play(
        warehouses={"centre": {"stock": 0}},
        suppliers={"factory": {"lead_time": "0 days"}},
        policies={"replenishment": {"type": "base_stock", "S": 0}},
    ).book
    assert book.status[:10].tolist() == [Status.FILLED_LATE] * 10  # the run ends when they are resolved
    assert book.allocated[:10].tolist() == book.time[:10].tolist()
