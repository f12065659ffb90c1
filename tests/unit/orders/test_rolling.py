"""Order books drawn piece by piece, against the same drawn at once."""

import dataclasses

import numpy as np
import pytest

from simulator.orders.order_book import OrderBook, Status, draw
from simulator.orders.random.streams import Streams
from simulator.orders.rolling_book import RollingDemand, book_part, join_books
from simulator.values.deferred_columns import is_constant

DEMAND = [
    {
        "products": {"ball": "3/day", "cap": "2.5/day"},
        "segments": {"gold": 0.3, "standard": 0.7},
        "quantity": {"dist": "geometric", "mean": 1.5},
        "arrivals": {"type": "negative_binomial", "dispersion": 0.3},
    },
    {"product": "cap", "segment": "gold", "rate": "2/day", "also": {"ball": "40 %"}},
    {"product": "ball", "segment": "gold", "arrivals": {"type": "renewal", "interval": "0.1 days"}},
    {"product": "ball", "segment": "gold", "rate": "1/day", "arrivals": {"type": "renewal", "cv": 0.5}},
    {
        "product": "cap",
        "segment": "standard",
        "arrivals": {"type": "renewal", "interval": "2 days", "first": "11 days"},
    },
]
CUSTOMERS = {
    "gold": {"patience": {"dist": "exponential", "mean": "4 days"}},
    "standard": {"will_wait": 0.5},
}
PROFILES = [
    {"weekly": [1, 1, 1, 1, 2, 3, 0]},
    {"surge": "fame", "on": "2026-01-09", "factor": 4, "decays": "5 days"},
]


@pytest.fixture
def shop(scenario):
    return scenario(
        ["ball", "cap"],
        DEMAND,
        customers=CUSTOMERS,
        profiles=PROFILES,
        warehouses={"centre": {"pick_time": {"dist": "exponential", "mean": "0.1 days"}}},
        run={"horizon": "30 days", "cool_down": "9.5 days"},
    )


def columns(book):
    return {field.name: getattr(book, field.name) for field in dataclasses.fields(OrderBook)}


@pytest.mark.parametrize("days", [1, 7, 10, 39])
def test_pieces_are_the_book(shop, days):
    whole = draw(shop, Streams(shop.run.seed, 3))
    rolling = RollingDemand(shop, 3)
    book = rolling.until(days)
    for end in range(2 * days, 40 + days, days):
        more = rolling.until(min(end, shop.run.end))
        assert len(more) == 0 or more.time[0] >= end - days
        book = join_books(book, more)
    for name, column in columns(book).items():
        np.testing.assert_array_equal(column, getattr(whole, name), err_msg=name)


def test_what_is_one_number_stays_one(shop):
    rolling = RollingDemand(shop, 0)
    book = join_books(rolling.until(5), rolling.until(10))
    assert is_constant(book.status)
    assert is_constant(book.delivery)
    assert is_constant(book_part(book, np.array([1, 4])).status)
    assert not is_constant(book.pick)


def test_a_part_has_the_rows_and_numbers_orders_anew(shop):
    book = RollingDemand(shop, 0).until(10)
    book.open("status")
    book.status[:] = Status.FROM_STOCK
    rows = np.flatnonzero(np.isin(book.order, [2, 3, 7]))
    some = book_part(book, rows)
    assert some.time.tolist() == book.time[rows].tolist()
    assert some.chance.tolist() == book.chance[rows].tolist()
    assert sorted(set(some.order.tolist())) == [0, 1, 2]
    assert np.bincount(some.order).tolist() == [np.sum(book.order == n) for n in (2, 3, 7)]


def test_columns_that_are_one_stay_one(shop):
    book = RollingDemand(shop, 0).until(10)
    book.delivered = book.allocated = np.arange(float(len(book)))
    some = book_part(book, np.arange(3))
    assert some.delivered is some.allocated
    assert len(book_part(book, np.arange(0))) == 0
