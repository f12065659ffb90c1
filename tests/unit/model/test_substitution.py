"""Customers who take another product, followed by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulator.model.world import Record
from simulator.orders.order_book import Status
from tests.unit.model.shop import every, once, play


def shop(
    policies: dict[str, Any] | None = None,
    *,
    stock: dict[str, int] | None = None,
    chances: dict[str, float] | None = None,
    **sections: Any,
) -> Record:
    """One order for 3 balls at 1 day; caps and kites stand in for them. Goods take 4 days."""
    products: dict[str, Any] = {"ball": {"substitutes": chances or {"cap": 1}}, "cap": {}, "kite": {}}
    document = {
        "products": products,
        "demand": [once(1, quantity=3), once(19, product="cap"), once(19, product="kite")],
        "warehouses": {"centre": {"stock": {"ball": 0, "cap": 5, "kite": 2, **(stock or {})}}},
    }
    return play(policies, **{**document, **sections})


def test_the_whole_line_is_taken_from_the_other_stock() -> None:
    record = shop()
    book = record.book
    assert book.status[0] == Status.SUBSTITUTED
    assert (book.substituted[0], book.products[book.substitute[0]]) == (3, "cap")
    assert (book.filled[0], book.on_arrival[0], book.unit_days[0]) == (0, 0, 0)
    assert book.allocated[0] == book.shipped[0] == book.delivered[0] == 1
    (moved,) = np.flatnonzero(record.movements.time == 1)
    assert book.stocks[record.movements.stock[moved]][1] == book.products.index("cap")
    assert record.movements.on_hand[moved] == -3
    assert record.movements.backlog[moved] == 0


def test_the_other_stock_is_replenished_at_once() -> None:
    record = shop({"replenishment": {"type": "r_Q", "r": 2, "Q": 7}}, stock={"ball": 4, "kite": 9})
    # 3 of 4 balls leave the position at 1: ordered; nobody needs a cap
    assert record.book.status[0] == Status.FROM_STOCK
    record = shop({"replenishment": {"type": "r_Q", "r": 2, "Q": 7}}, stock={"kite": 9})
    bought = [(record.book.products[record.book.stocks[k][1]]) for k in record.purchases.stock[:2]]
    assert list(zip(bought, record.purchases.placed[:2].tolist(), strict=True)) == [("ball", 0), ("cap", 1)]


def test_what_there_is_of_the_product_itself_comes_first() -> None:
    book = shop(stock={"ball": 1}).book
    assert book.status[0] == Status.SUBSTITUTED
    assert (book.on_arrival[0], book.filled[0], book.substituted[0]) == (1, 1, 2)


def test_the_reserve_of_threshold_clearing_is_not_for_substitution() -> None:
    rule = {"type": "critical_level", "levels": {"standard": 2}, "clearing": "threshold"}
    customers = {"gold": {"priority": 1}, "standard": {"priority": 2}}
    demand = [
        once(1, quantity=3, segment="gold"),
        once(19, product="cap", segment="standard"),
        once(19, product="kite", segment="gold"),
    ]
    for caps, taken in ((5, 3), (4, 2), (3, 1), (2, 0)):
        book = shop({"allocation": rule}, stock={"cap": caps}, customers=customers, demand=demand).book
        assert book.substituted[0] == taken


def test_what_no_substitute_covers_is_waited_for() -> None:
    book = shop(stock={"cap": 2}).book
    assert book.status[0] == Status.FILLED_LATE
    assert (book.filled[0], book.substituted[0], book.unit_days[0]) == (1, 2, 4)
    assert book.allocated[0] == 5


@pytest.mark.parametrize(
    ("sections", "status"),
    [
        ({"policies": {"backorders": "reject"}}, Status.REFUSED),
        ({"customers": {"hasty": {"will_wait": "0 %"}}}, Status.DECLINED),
        ({"customers": {"hasty": {"patience": "2 days"}}}, Status.CANCELLED),
    ],
)
def test_what_was_taken_is_sent_whatever_becomes_of_the_rest(
    sections: dict[str, Any], status: Status
) -> None:
    record = shop(stock={"cap": 2}, **sections)
    book = record.book
    assert book.status[0] == status
    assert (book.filled[0], book.substituted[0]) == (0, 2)
    assert book.allocated[0] == book.shipped[0] == 1
    units = book.units()
    assert units["substituted"] == 2
    assert units[status.name.lower()] == 2  # the later order for a cap fares no better
    assert sum(units.values()) == book.quantity.sum()


def test_a_second_substitute_is_offered_for_what_the_first_did_not_cover() -> None:
    book = shop(stock={"cap": 2, "kite": 2}, chances={"cap": 1, "kite": 1}).book
    assert book.status[0] == Status.SUBSTITUTED
    assert (book.substituted[0], book.products[book.substitute[0]]) == (3, "kite")


def test_a_substitute_is_not_taken_from_those_who_wait_for_it() -> None:
    # 5 caps on hand, an order for 7 that is not split waits since day 0.5
    record = shop(
        {"allocation": {"type": "fcfs", "split": False}},
        demand=[once(0.5, product="cap", quantity=7), once(1, quantity=3), once(19, product="kite")],
    )
    assert record.book.status[1] == Status.FILLED_LATE
    assert record.book.substituted[1] == 0


def test_a_reserve_is_kept_from_lower_classes_of_other_products() -> None:
    policies = {"allocation": {"type": "critical_level", "levels": {"standard": 3}}}
    customers = {"gold": {"priority": 1}, "standard": {"priority": 2}}
    demand = [once(1, quantity=3, segment="standard"), once(19, product="cap"), once(19, product="kite")]
    book = shop(policies, customers=customers, demand=demand).book
    assert (book.status[0], book.substituted[0]) == (
        Status.BACKORDERED,
        2,
    )  # no ball is bought for the reserve


def test_each_customer_decides_with_the_chance_of_the_pair() -> None:
    book = shop(
        stock={"cap": 5000},
        chances={"cap": 0.3},
        demand=[every(0.01), once(19, product="cap"), once(19, product="kite")],
    ).book
    balls = (book.product == book.products.index("ball")) & (book.status != Status.PENDING)
    assert np.mean(book.status[balls] == Status.SUBSTITUTED) == pytest.approx(0.3, abs=0.04)
    assert not np.any(book.status[balls] == Status.FROM_STOCK)


def test_a_stock_that_was_sure_to_last_is_looked_at_again_when_others_take_from_it() -> None:
    # 13 balls are enough for all orders for balls, had not a customer taken 12 instead of caps
    record = shop(
        {"replenishment": {"type": "R_S", "every": "90 days", "S": 0}},
        stock={"ball": 13, "cap": 0},
        products={"ball": {}, "cap": {"substitutes": {"ball": 1}}, "kite": {}},
        demand=[every(5), once(1, product="cap", quantity=12), once(19, product="kite")],
    )
    book = record.book
    assert book.status[:3].tolist() == [Status.FROM_STOCK, Status.SUBSTITUTED, Status.BACKORDERED]
