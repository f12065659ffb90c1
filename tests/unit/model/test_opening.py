"""Goods under way and customers who wait when a run begins, followed by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulator.metrics.figures import figures
from simulator.model.world import Record
from simulator.orders.order_book import Status
from tests.unit.model.shop import every, play

START = {"start": "2026-01-01", "horizon": "20 days", "cool_down": "40 days"}


def order(units: float, placed: str, lands: str, **more: Any) -> dict[str, Any]:
    return {"product": "ball", "units": units, "placed": placed, "lands": lands, **more}


def line(units: float, ordered: str) -> dict[str, Any]:
    return {"product": "ball", "units": units, "ordered": ordered}


def begun(opening: dict[str, Any], *, step: bool = False, **sections: Any) -> Record:
    """A ball a day from day 0; S is 10, goods take 4 days."""
    sections = {"warehouses": {"centre": {"stock": 0}}, **sections}
    policies = sections.pop("policies", {})
    return play(
        {"replenishment": {"type": "base_stock", "S": 10}, **policies},
        run=START,
        demand=[every(1)],
        opening=opening,
        step=step,
        **sections,
    )


@pytest.mark.parametrize("step", [False, True])
def test_a_customer_may_wait_for_a_product_that_nobody_else_asks_for_there(*, step: bool) -> None:
    found = begun(
        {"waiting": [line(2, "2025-12-22") | {"region": "island"}]},
        warehouses={
            "centre": {"serves": ["everywhere"], "stock": 0},
            "shore": {"serves": ["island"], "stock": 0},
        },
        step=step,
    )
    book = found.book
    assert book.warehouses[book.stocks[book.stock[0]][0]] == "shore"
    assert book.allocated[0] == 4
    assert found.purchases.quantity[found.purchases.stock == book.stock[0]].tolist() == [12]
    anywhere = begun({"waiting": [line(2, "2025-12-22") | {"region": "island"}]}, step=step)
    assert anywhere.book.allocated[0] == 4


@pytest.mark.parametrize("step", [False, True])
def test_who_waits_is_served_before_those_who_come(*, step: bool) -> None:
    found = begun(
        {
            "purchase_orders": [order(3, "2025-12-20", "2026-01-03"), order(4, "2025-12-28", "2026-01-06")],
            "waiting": [line(2, "2025-12-22"), line(2, "2025-12-30")],
        },
        step=step,
    )
    book = found.book
    assert book.time[:3].tolist() == [-10, -2, 0]
    # 3 units on day 2: the oldest gets 2, the next 1 of 2, and the rest on day 4 from what is ordered on day 0
    assert book.allocated[:3].tolist() == [2, 4, 4]
    assert book.unit_days[:2].tolist() == [2 * 12, 1 * 4 + 1 * 6]
    # the position was 0 + 7 - 4; base stock orders 7 at once, then a ball for each customer
    assert found.purchases.placed.tolist()[:5] == [-12, -4, 0, 0, 1]
    assert found.purchases.quantity.tolist()[:5] == [3, 4, 7, 1, 1]
    assert found.purchases.number.tolist()[:4] == [-2, -1, 0, 1]
    assert found.purchases.received.tolist()[:3] == [2, 5, 4]


def test_units_on_hand_are_handed_out_at_the_start() -> None:
    found = begun(
        {
            "stock": [{"product": "ball", "units": 3}],
            "waiting": [line(2, "2025-12-22"), line(4, "2025-12-30")],
        },
        warehouses={"centre": {}},
    )
    assert found.initial.tolist() == [3]
    assert found.book.allocated[:2].tolist() == [0, 4]
    assert found.book.unit_days[:2].tolist() == [20, 1 * 2 + 3 * 6]


@pytest.mark.parametrize("step", [False, True])
def test_patience_begins_with_the_run(*, step: bool) -> None:
    found = begun(
        {"waiting": [line(2, "2025-12-22")]},
        customers={"some": {"patience": "3 days"}},
        step=step,
    )
    assert found.book.status[0] == Status.CANCELLED
    assert found.book.cancelled[0] == 3


def test_lines_from_before_count_in_the_backlog_and_not_among_the_orders() -> None:
    found = figures(begun({"waiting": [line(5, "2025-12-22")]}))
    assert found["orders"] == 20
    assert found["backorders_mean"] > 0
    assert found["backorders_max"] >= 5


def test_a_promise_follows_the_date_that_the_supplier_has_confirmed() -> None:
    found = begun(
        {"purchase_orders": [order(1, "2025-12-01", "2026-01-11")]},
        policies={
            "replenishment": {"type": "R_S", "every": "15 days", "S": 0},
            "promise": "available_to_promise",
        },
    )
    assert found.book.promised[0] == 10  # the first ball's customer gets what lands on day 10


def test_other_stocks_and_later_orders_meet_the_same_draws() -> None:
    supply: dict[str, Any] = {
        "suppliers": {"factory": {"lead_time": {"dist": "gamma", "mean": "4 days", "cv": 0.5}}}
    }
    plain = begun({"stock": [{"product": "ball", "units": 0}]}, warehouses={"centre": {}}, **supply)
    coming = begun({"purchase_orders": [order(3, "2025-12-20", "2026-01-03")]}, **supply)

    def days(record: Record) -> dict[int, float]:
        took = record.purchases.received - record.purchases.placed
        return dict(zip(record.purchases.number.tolist(), np.round(took, 9).tolist(), strict=True))

    first, second = days(plain), days(coming)
    common = [number for number in first if number in second and not np.isnan(first[number])]
    assert len(common) > 10
    assert [first[number] for number in common] == [second[number] for number in common]


@pytest.mark.parametrize("step", [False, True])
def test_who_waits_may_come_from_where_and_for_what_nobody_else_asks(*, step: bool) -> None:
    found = begun(
        {
            "waiting": [
                {**line(1, "2025-12-30"), "product": "cap"},
                {**line(1, "2025-12-31"), "region": "moon"},
            ]
        },
        products={"ball": {}, "cap": {}},
        step=step,
    )
    book = found.book
    assert [book.products[product] for product in book.product[:2]] == ["cap", "ball"]
    assert [book.regions[region] for region in book.region[:2]] == ["everywhere", "moon"]
    assert book.allocated[:2].tolist() == [4, 4]


@pytest.mark.parametrize("step", [False, True])
def test_the_first_orders_count_what_is_under_way_from_each_source(*, step: bool) -> None:
    found = begun(
        {"purchase_orders": [order(4, "2025-12-20", "2026-01-03")]},
        policies={"sourcing": {"type": "split", "shares": {"factory": 0.5, "workshop": 0.5}}},
        suppliers={"factory": {"lead_time": "4 days"}, "workshop": {"lead_time": "4 days"}},
        step=step,
    ).purchases
    # 6 more are needed, of 10 in all each has to supply 5; then a ball for the first customer
    assert found.source[:4].tolist() == [0, 0, 0, 1]
    assert found.quantity[:4].tolist() == [4, 1, 1, 5]
