"""The outcome of all lines, from the stocks' sequence into that of the order book."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from simulator.model.records.line_table import LineTable
from simulator.orders.order_book import OrderBook, Status, draw
from simulator.orders.random.streams import Streams
from simulator.scenario.scenario import Scenario
from simulator.values.deferred_columns import is_constant

WAITED = (Status.FILLED_LATE, Status.CANCELLED, Status.BACKORDERED, Status.DECLINED, Status.PENDING)


def table(*, patient: bool) -> tuple[LineTable, OrderBook]:
    """Lines for three products."""
    names = ("ball", "cap", "hat")
    document = {
        "run": {"horizon": "100 days"},
        "products": {name: {"price": 10} for name in names},
        "customers": {"all": {} if patient else {"patience": {"dist": "exponential", "mean": "3 days"}}},
        "demand": [
            {"products": dict.fromkeys(names, "3/day"), "quantity": {"dist": "geometric", "mean": 2.0}}
        ],
    }
    scenario = Scenario.model_validate(document)
    book = draw(scenario, Streams(1, 0))
    return LineTable(book, [1.0]), book


@pytest.mark.parametrize("share", [0.0, 0.1, 0.9, 1.0])
@pytest.mark.parametrize("patient", [False, True])
def test_every_line_gets_its_own_outcome(share: float, *, patient: bool) -> None:
    (lines, book), rng = table(patient=patient), np.random.default_rng(1)
    n = len(lines.rows)
    lines.fill(0, n)
    others = np.flatnonzero(rng.random(n) < share)
    waited = [status for status in WAITED if status != Status.CANCELLED or not patient]
    lines.status[others] = rng.choice([int(status) for status in waited], len(others))
    for name in ("on_arrival", "filled", "unit_days", "over"):
        getattr(lines, name)[others] = rng.choice([0.0, 1.5, 2.5], len(others))
    lines.write_back()
    expected = {}
    status, row = lines.status, lines.rows
    at_once = status == Status.FROM_STOCK
    some = at_once | ((lines.on_arrival > 0) & (status != Status.CANCELLED))
    expected["on_arrival"] = np.where(at_once, lines.quantity, lines.on_arrival)
    expected["filled"] = np.where(at_once, lines.quantity, lines.filled)
    expected["unit_days"] = lines.unit_days
    expected["allocated"] = np.select(
        [status == Status.FILLED_LATE, some], [lines.over, lines.time], default=np.nan
    )
    expected["cancelled"] = np.where(status == Status.CANCELLED, lines.over, np.nan)
    assert np.array_equal(book.status[row], status)
    for name, values in expected.items():
        np.testing.assert_array_equal(getattr(book, name)[row], values, err_msg=name)
    assert is_constant(book.cancelled) is (patient or not share)


def test_who_stays_away_gets_nothing_even_where_all_others_are_served_together() -> None:
    _, book = table(patient=True)
    lines = LineTable(book, [1.0], may_change=True)
    away = np.array([4, 7])
    lines.drop(away, lines.bounds[1])
    lines.fill(0, len(book))
    lines.write_back()
    assert book.filled[lines.rows[away]].tolist() == [0.0, 0.0]
    assert book.filled.sum() == lines.quantity.sum() < book.quantity.sum()


@pytest.mark.parametrize("every", [1.0, 3.0])
def test_how_many_lines_some_units_complete(every: float) -> None:
    _, drawn = table(patient=True)
    for book in (drawn, replace(drawn, quantity=np.broadcast_to(every, len(drawn)))):
        lines = LineTable(book, [1.0])
        units = np.arange(0.0, book.quantity.sum() + 1.0)
        expected = [int((lines.cumulative <= some).sum()) for some in units]
        assert lines.completed(units).tolist() == expected


def test_who_accepts_a_backorder() -> None:
    _, book = table(patient=True)
    willing, segment = np.random.default_rng(1).random((2, len(book)))
    splitmix64 = replace(book, willing=willing, segment=(segment * 2).astype(np.int16))
    lines = LineTable(splitmix64, [0.2, 0.7])
    expected = willing < np.where(splitmix64.segment == 0, 0.2, 0.7)
    np.testing.assert_array_equal(lines.accepts, expected[lines.rows])
    assert is_constant(LineTable(splitmix64, [1.0, 1.0]).accepts)
    assert LineTable(splitmix64, [1.0, 1.0]).accepts.all()
