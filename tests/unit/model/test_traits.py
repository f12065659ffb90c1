"""Attributes of waiting customers."""

from __future__ import annotations

import numpy as np

from simulator.model.records.line_table import LineTable
from simulator.model.waiting.customer_attributes import CustomerAttributes
from simulator.orders.order_book import OrderBook, draw
from simulator.orders.random.streams import Streams, derived
from simulator.scenario.scenario import Scenario


def shop() -> tuple[LineTable, OrderBook]:
    """Lines of two products."""
    document = {
        "run": {"horizon": "20 days"},
        "products": {"ball": {"price": 10}, "cap": {"price": 4}},
        "customers": {
            "gold": {"tolerance": {"dist": "exponential", "mean": "3 days"}},
            "new": {"patience": {"dist": "exponential", "mean": "3 days"}},
        },
        "demand": [
            {
                "products": {"ball": "3/day", "cap": "2/day"},
                "segments": {"gold": "50 %", "new": "50 %"},
                "quantity": {"dist": "geometric", "mean": 2.0},
            }
        ],
    }
    book = draw(Scenario.model_validate(document), Streams(1, 0))
    return LineTable(book, [1.0, 1.0]), book


def test_every_line_finds_its_own_customer() -> None:
    table, book = shop()
    attributes, rows, lines = CustomerAttributes(table, book), table.rows, range(len(book))
    assert not np.array_equal(rows, np.sort(rows))
    assert [attributes.row[line] for line in lines] == rows.tolist()
    assert [attributes.segment[line] for line in lines] == book.segment[rows].tolist()
    assert [attributes.patience(line) for line in lines] == book.patience[rows].tolist()
    assert [attributes.tolerance(line) for line in lines] == book.tolerance[rows].tolist()
    assert [attributes.value(line) for line in lines] == (book.quantity * book.price)[rows].tolist()
    for trait, name in ((attributes.reading, "reading"), (attributes.contact_process, "asking")):
        assert [trait(line) for line in lines] == derived(book.chance, name)[rows].tolist()


def test_many_lines_are_told_what_each_is_told_by_itself() -> None:
    attributes, lines = CustomerAttributes(*shop()), np.array([7, 3, 20, 4])
    for several, one in (
        (attributes.values, attributes.value),
        (attributes.readings, attributes.reading),
    ):
        assert several(lines).tolist() == [one(line) for line in lines.tolist()]
