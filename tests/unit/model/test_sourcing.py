"""Buying from one or several sources, followed order by order: when it is placed, where, how much, when it lands."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from simulator.metrics.figures import Figures, figures
from simulator.model.supply.quota import QuotaBook
from simulator.model.world import Record, simulate
from simulator.scenario.scenario import Scenario
from simulator.scenario.sections.suppliers import Capacity
from simulator.scenario.sources import StockSources

Order = tuple[float, str, float, float]
"""Day of placing, source, units, day of landing; infinite for an order that never lands."""


def sold(day: float, quantity: int = 1, product: str = "ball", **stream: Any) -> dict[str, Any]:
    """One order of a customer."""
    arrivals = {"type": "renewal", "interval": "1000 days", "first": f"{day} days"}
    return {"product": product, "quantity": quantity, "arrivals": arrivals, **stream}


def played(
    demand: list[dict[str, Any]],
    suppliers: dict[str, Any],
    policies: dict[str, Any] | None = None,
    *,
    S: float = 0,
    **sections: Any,
) -> Record:
    """Base stock S, S on hand at the start; the same if every line is an event of its own."""
    document: dict[str, Any] = {
        "run": {"horizon": "60 days"},
        "products": {"ball": {"price": 10}},
        "demand": demand,
        "warehouses": {"centre": {}},
        "suppliers": suppliers,
        **sections,
    }
    document["policies"] = {"replenishment": {"type": "base_stock", "S": S}, **(policies or {})}
    scenario = Scenario.model_validate(document)
    record, stepped = simulate(scenario), simulate(scenario, step=True)
    assert orders(record) == orders(stepped)
    return record


def orders(record: Record, product: str = "ball") -> list[Order]:
    """Purchase orders of a product, in sequence of placing."""
    scenario, bought = record.scenario, record.purchases
    (warehouse,) = scenario.warehouses
    labels = [one.label for one in StockSources(scenario).of(warehouse, product)]
    number = record.book.products.index(product)
    chosen = np.array([record.book.stocks[stock][1] == number for stock in bought.stock], np.bool_)
    columns = (bought.placed, bought.source, bought.quantity, np.nan_to_num(bought.received, nan=np.inf))
    return [
        (round(placed, 9), labels[int(source)], quantity, round(received, 9))
        for placed, source, quantity, received in zip(
            *(column[chosen].tolist() for column in columns), strict=True
        )
    ]


def served(record: Record) -> list[float]:
    """Days on which the lines got all their units."""
    return [round(day, 9) for day in record.book.allocated.tolist()]


# -- maximum -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("supplier", "first", "second"),
    [
        # 12 are wanted on day 1. On day 4 the position is 20 - 12 + first - 1, so that 13 - first are wanted.
        ({"maximum": 5}, 5, 5),
        ({"maximum": 5, "lot": 2}, 4, 4),  # two lots of 2; 9 wanted, 10 in lots, 4 taken
        ({"maximum": 5, "minimum": 3}, 5, 5),
        ({"maximum": 11, "minimum": 3}, 11, 3),  # 2 wanted, raised to 3
        ({"maximum": 11, "lot": 4}, 8, 8),  # 5 wanted, 8 in lots
        ({"maximum": 12}, 12, 1),
    ],
)
def test_a_maximum_caps_an_order_and_the_rest_is_not_ordered(supplier, first, second):
    record = played([sold(1, 12), sold(4)], {"s": {"lead_time": "2 days", **supplier}}, S=20)
    assert orders(record) == [(1, "s", first, 3), (4, "s", second, 6)]


def test_a_maximum_holds_at_every_review():
    # Position 20 - 12 = 8 at 2, 13 at 4, 18 at 6, 20 at 8.
    policies = {"replenishment": {"type": "R_S", "every": "2 days", "S": 20}}
    record = played([sold(1, 12)], {"s": {"lead_time": "3 days", "maximum": 5}}, policies)
    assert orders(record) == [(2, "s", 5, 5), (4, "s", 5, 7), (6, "s", 2, 9)]


def test_what_two_sources_with_a_maximum_leave_is_not_ordered():
    suppliers = {"a": {"lead_time": "2 days", "maximum": 5}, "b": {"lead_time": "1 day", "maximum": 3}}
    record = played([sold(1, 12)], suppliers, {"sourcing": "fallback"}, S=20)
    assert orders(record) == [(1, "a", 5, 3), (1, "b", 3, 2)]


def test_a_maximum_holds_for_all_modes_of_a_supplier_and_for_what_is_expedited():
    # Day 1: 5 of 8 by sea, so that nothing can be expedited. Day 2: 5 of 8 by air; day 3: the other 3.
    policies = {
        "sourcing": {"type": "single", "source": "far by sea"},
        "expediting": {"from": "far by air", "backlog": 1},
    }
    lanes = [
        {"from": "far", "to": "centre", "mode": "sea", "transit": "20 days"},
        {"from": "far", "to": "centre", "mode": "air", "transit": "3 days"},
    ]
    record = played([sold(1, 8)], {"far": {"lead_time": "0 days", "maximum": 5}}, policies, lanes=lanes)
    assert orders(record) == [
        (1, "far by sea", 5, 21),
        (2, "far by air (expedited)", 5, 5),
        (3, "far by air (expedited)", 3, 6),
    ]


# -- fallback ------------------------------------------------------------------------------------------------


def test_the_next_source_gets_what_the_first_has_no_capacity_for():
    # a makes 5 units a day. 12 on day 1.5: 5 for a, 7 for b. Day 2 is a new period: 3 for a, and 2 are left of it
    # at 2.25, when 4 are wanted. At 2.5 nothing is left, at 3 all 5.
    suppliers = {
        "a": {"lead_time": "2 days", "capacity": {"units": 5, "per": "1 day"}},
        "b": {"lead_time": "1 day"},
    }
    demand = [sold(1.5, 12), sold(2, 3), sold(2.25, 4), sold(2.5), sold(3)]
    record = played(demand, suppliers, {"sourcing": "fallback"}, S=30)
    assert orders(record) == [
        (1.5, "a", 5, 3.5),
        (1.5, "b", 7, 2.5),
        (2, "a", 3, 4),
        (2.25, "a", 2, 4.25),
        (2.25, "b", 2, 3.25),
        (2.5, "b", 1, 3.5),
        (3, "a", 1, 5),
    ]


def test_the_next_source_gets_orders_while_the_production_lines_of_the_first_are_busy():
    # The line of a works from 1 to 2; it is free again for the order of day 2, and works on its 2 units until 4.
    suppliers = {
        "a": {"lead_time": "0 days", "production": {"unit_time": "1 day"}},
        "b": {"lead_time": "5 days"},
    }
    demand = [sold(1), sold(1.5), sold(2, 2), sold(3.9), sold(4)]
    record = played(demand, suppliers, {"sourcing": "fallback"}, S=30)
    assert orders(record) == [
        (1, "a", 1, 2),
        (1.5, "b", 1, 6.5),
        (2, "a", 2, 4),
        (3.9, "b", 1, 8.9),
        (4, "a", 1, 5),
    ]


def test_orders_that_find_no_room_anywhere_queue_at_the_first_source_of_the_sequence():
    # b comes first here: 2 for b, 1 for a, 3 more for b, whose capacity of days 0, 1 and 2 is used.
    suppliers = {
        "a": {"lead_time": "1 day", "capacity": {"units": 1, "per": "1 day"}},
        "b": {"lead_time": "1 day", "capacity": {"units": 2, "per": "1 day"}},
    }
    sourcing = {"type": "fallback", "sequence": ["b", "a"]}
    record = played([sold(0.5, 6)], suppliers, {"sourcing": sourcing}, S=30)
    assert orders(record) == [(0.5, "a", 1, 1.5), (0.5, "b", 5, 3)]


# -- expediting ----------------------------------------------------------------------------------------------

SLOW_AND_FAST = {"slow": {"lead_time": "10 days"}, "fast": {"lead_time": "1.5 days"}}


def expedited(
    demand: list[dict[str, Any]], S: float = 0, promise: Any = "none", every: str = "1 day", **rule: Any
) -> Record:
    policies = {
        "sourcing": {"type": "single", "source": "slow"},
        "expediting": {"from": "fast", "every": every, **rule},
        "promise": promise,
    }
    return played(demand, SLOW_AND_FAST, policies, S=S)


def test_units_that_customers_wait_for_are_expedited_once():
    # Backlog 2 on day 1, 3 on day 2: buy 3, which land at 3.5. The order of 4 at 2.2 leaves a position of
    # 0 + (2 + 1 + 3) - 7 = -1: one more from slow. On day 3, 7 wait and 3 are expedited: buy 4. On day 4 those
    # 4 wait and 4 are expedited: nothing.
    record = expedited([sold(0.5, 2), sold(1.5), sold(2.2, 4)], backlog=3, order_fee=10, unit_fee=2)
    assert orders(record) == [
        (0.5, "slow", 2, 10.5),
        (1.5, "slow", 1, 11.5),
        (2, "fast (expedited)", 3, 3.5),
        (2.2, "slow", 1, 12.2),
        (3, "fast (expedited)", 4, 4.5),
    ]
    assert served(record) == [3.5, 3.5, 4.5]  # the expedited units overtake
    found = figures(record)
    assert (found["expedited_orders"], found["expedited_units"]) == (2, 7)
    assert found["expediting_cost"] == 2 * 10 + 7 * 2
    assert found.of("purchase_units", "supplier") == {"slow": 4, "fast": 0, "fast (expedited)": 7}
    assert found.of("expediting_cost", "supplier") == {"slow": 0, "fast": 0, "fast (expedited)": 34}


@pytest.mark.parametrize(
    ("rule", "placed"),
    [
        ({"oldest_wait": "2 days"}, 3),  # since day 1: exactly 2 days on day 3
        ({"oldest_wait": "2.5 days"}, 4),
        ({"oldest_wait": "2.5 days", "every": "0.5 days"}, 3.5),
        ({"oldest_wait": "2.5 days", "backlog": 1}, 1),  # one condition is enough; the order of day 1 is seen
        (
            {"promise_within": "2 days", "promise": {"type": "fixed", "lead_time": "7 days"}},
            6,
        ),  # promised for day 8
        ({"promise_within": "0 days", "promise": {"type": "fixed", "lead_time": "7 days"}}, 8),
        ({"backlog": 2}, None),
        ({"promise_within": "2 days", "oldest_wait": "20 days"}, None),  # nothing is promised
    ],
)
def test_each_condition_expedites_on_its_day(rule, placed):
    found = orders(expedited([sold(1)], **rule))
    later = [] if placed is None else [(placed, "fast (expedited)", 1, placed + 1.5)]
    assert found == [(1, "slow", 1, 11), *later]


@pytest.mark.parametrize(("cover", "some"), [("3 days", True), ("3.1 days", False)])
def test_backlog_is_measured_in_days_of_past_demand(cover, some):
    # 28 units in the past 28 days are one a day; 3 of them wait.
    found = orders(expedited([sold(0.5, 28)], S=25, backlog_cover=cover))
    assert found == [(0.5, "slow", 28, 10.5), *([(1, "fast (expedited)", 3, 2.5)] if some else [])]


# -- order by order ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quantity", "threshold", "slow", "fast"),
    [
        (4, 2, 3, 1),  # the units see a net stock of 5, 4, 3 and 2
        (4, 1, 4, 0),
        (4, 3.5, 2, 2),
        (4, 5, 0, 4),
        (7, 0, 5, 2),  # the last two see 0 and -1, as those who order then wait
        (7, -1, 6, 1),
    ],
)
def test_each_unit_of_an_order_sees_the_net_stock_before_it(quantity, threshold, slow, fast):
    policies = {"sourcing": {"type": "order_by_order", "threshold": threshold}}
    record = played([sold(1, quantity)], SLOW_AND_FAST, policies, S=5)
    every = [(1, "slow", slow, 11), (1, "fast", fast, 2.5)]
    assert orders(record) == [order for order in every if order[2] > 0]


# -- shares and prices ---------------------------------------------------------------------------------------

ABROAD = {"a": {"lead_time": "1 day"}, "b": {"lead_time": "2 days"}}


@pytest.mark.parametrize("shares", [{"a": 0.75, "b": 0.25}, {"a": 0.6, "b": 0.2}])
def test_single_units_go_where_most_is_owed(shares):
    # Owed to a and b before each unit: .75 .25, .5 .5 (the first), .25 .75, 1 0, and from the start again.
    record = played(
        [sold(day) for day in range(1, 9)], ABROAD, {"sourcing": {"type": "split", "shares": shares}}, S=9
    )
    assert [source for _, source, _, _ in orders(record)] == ["a", "a", "b", "a", "a", "a", "b", "a"]


def test_an_order_is_divided_by_what_was_ordered_so_far():
    # One unit goes to a. Of 8 in all a should have 6, b 2: the next 7 are 5 and 2.
    shares = {"type": "split", "shares": {"a": 0.75, "b": 0.25}}
    record = played([sold(1), sold(2, 7)], ABROAD, {"sourcing": shares}, S=9)
    assert orders(record) == [(1, "a", 1, 2), (2, "a", 5, 3), (2, "b", 2, 4)]


@pytest.mark.parametrize(
    ("a", "b", "lane", "sources"),
    [
        # 5 on day 1, 10 on day 2, 10 on day 20. a: 50, 80, 80 with its discount.
        ({}, {"price": 9}, {}, "baa"),  # b: 45, 90, 90
        ({}, {"price": 9}, {"unit": 1}, "aaa"),  # b: 50 (a tie: the first), 100, 100
        ({}, {"price": 9}, {"order": 4.9}, "baa"),  # b: 49.9, 94.9
        ({}, {"price": 9}, {"order": 5.1}, "aaa"),
        ({}, {"price": 7}, {"container": 8, "container_units": 5}, "bab"),  # b: 43, 86; from day 10 a: 100
        ({"order_cost": 6}, {"price": 8.5}, {}, "bbb"),  # b: 42.5, 85; a: 56, 86
        (
            {},
            {"price": 9, "price_changes": [{"on": "2026-01-11", "factor": 0.8}]},
            {},
            "bab",
        ),  # b: 72 on day 20
    ],
)
def test_the_cheapest_source_is_that_for_the_quantity_and_the_day(a, b, lane, sources):
    changes = [{"on": "2026-01-11", "factor": 1.25}] if lane.get("container") else []
    record = played(
        [sold(1, 5), sold(2, 10), sold(20, 10)],
        {
            "a": {
                "lead_time": "1 day",
                "price": 10,
                "discounts": {10: "20 %"},
                "price_changes": changes,
                **a,
            },
            "b": {"lead_time": "1 day", **b},
        },
        {"sourcing": "cheapest"},
        S=30,
        run={"horizon": "60 days", "start": "2026-01-01"},
        lanes=[
            {"from": "a", "to": "centre"},
            {"from": "b", "to": "centre", **({"freight": lane} if lane else {})},
        ],
    )
    assert "".join(source for _, source, _, _ in orders(record)) == sources


def test_prices_change_at_the_beginning_of_their_date():
    # Day 10 begins on 2026-01-11.
    record = played(
        [sold(9.9), sold(10)],
        {"a": {"price": 10}, "b": {"price": 12, "price_changes": [{"on": "2026-01-11", "factor": 0.5}]}},
        {"sourcing": "cheapest"},
        S=5,
        run={"horizon": "60 days", "start": "2026-01-01"},
    )
    assert [source for _, source, _, _ in orders(record)] == ["a", "b"]


# -- modes ---------------------------------------------------------------------------------------------------


def test_lanes_of_two_modes_are_two_sources_of_one_supplier():
    # 2 days at the supplier, then 20 by sea or 3 by air. The order of day 1 is looked at on day 1.
    policies = {
        "sourcing": {"type": "single", "source": "far by sea"},
        "expediting": {"from": "far by air", "backlog": 2},
    }
    lanes = [
        {"from": "far", "to": "centre", "mode": "sea", "transit": "20 days", "freight": {"order": 3}},
        {"from": "far", "to": "centre", "mode": "air", "transit": "3 days", "freight": {"unit": 4}},
    ]
    record = played([sold(1, 3)], {"far": {"lead_time": "2 days"}}, policies, S=1, lanes=lanes)
    assert orders(record) == [(1, "far by sea", 3, 23), (1, "far by air (expedited)", 2, 6)]
    assert figures(record).of("freight_cost", "supplier") == {
        "far by sea": 3,
        "far by air": 0,
        "far by air (expedited)": 8,
    }


# -- capacity a period, production ---------------------------------------------------------------------------


def test_the_last_unit_beyond_the_capacity_decides_when_an_order_leaves():
    # 5 units on day 0, 5 on day 1, 2 on day 2.
    suppliers = {"s": {"lead_time": "1 day", "capacity": {"units": 5, "per": "1 day"}}}
    assert orders(played([sold(0.5, 12)], suppliers, S=20)) == [(0.5, "s", 12, 3)]


@pytest.mark.parametrize("number", [3, 7, 1146, 2 * 10**5])
def test_a_review_at_the_beginning_of_a_period_finds_all_of_its_capacity(number):
    # Reviews of every 7.2 h and periods of 2.4 h begin together, but 3 x 0.1 > 0.3 by a rounding error.
    book, now = QuotaBook(Capacity(units=5, per="0.1 days")), number * 0.3
    assert (book.left(now), book.room_from(now)) == (5, now)
    assert book.take(5, now) == now
    assert book.left(now) == 0
    assert book.take(1, now) == pytest.approx(now + 0.1)


def test_two_stocks_share_a_capacity_a_period():
    # Day 1: 4 for balls leave at once; 1 for caps is left, its other 3 leave on day 2. 2 are left of day 2 for the
    # 3 balls of 2.5, the third leaves on day 3. What day 3 leaves is lost: 6 on day 5 leave on days 5 and 6.
    record = played(
        [sold(1, 4), sold(1, 4, "cap"), sold(2.5, 3), sold(5, 6, "cap")],
        {"s": {"lead_time": "0 days", "capacity": {"units": 5, "per": "1 day"}}},
        S=20,
        products={"ball": {"price": 10}, "cap": {"price": 10}},
    )
    assert orders(record) == [(1, "s", 4, 1), (2.5, "s", 3, 3)]
    assert orders(record, "cap") == [(1, "s", 4, 2), (5, "s", 6, 6)]


@pytest.mark.parametrize(("first", "ball", "tea"), [("placed", 4.5, 5.5), ("backlog", 5.5, 4.5)])
def test_a_production_line_makes_the_order_that_customers_wait_for_first(first, ball, tea):
    # The line makes 3 cups from 0.5 to 3.5. A ball is ordered on day 1, with 4 on hand; tea on day 2, with none:
    # 1 waits. Either takes a day.
    record = played(
        [sold(0.5, 3, "cup"), sold(1), sold(2, 1, "tea")],
        {"s": {"lead_time": "0 days", "production": {"unit_time": "1 day", "first": first}}},
        products={
            "ball": {"price": 10, "replenishment": {"type": "base_stock", "S": 5}},
            "tea": {"price": 10},
            "cup": {"price": 10, "replenishment": {"type": "base_stock", "S": 5}},
        },
    )
    assert orders(record, "cup") == [(0.5, "s", 3, 3.5)]
    assert orders(record) == [(1, "s", 1, ball)]
    assert orders(record, "tea") == [(2, "s", 1, tea)]


# -- cancelling ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("price_a", "price_b", "left"), [(1, 3, (2, 1)), (3, 1, (1, 2))])
def test_the_dearer_of_two_orders_of_an_instant_is_cancelled_first(price_a, price_b, left):
    # 4 units on day 1, 2 from either source. A customer who wanted 1 gives up on day 4.
    record = _given_up([sold(1, 1, segment="hasty"), sold(1, 3, segment="patient")], price_a, price_b)
    assert orders(record) == [(1, "a", left[0], 11), (1, "b", left[1], 11)]
    assert record.purchases.cancelled.tolist() == [2 - left[0], 2 - left[1]]


def test_the_newest_units_of_any_source_are_cancelled():
    # The unit of day 2, from a (a tie), is newer than those of day 1, and the dearer b. A second unit comes from b.
    demand = [sold(1, 2, segment="hasty"), sold(1, 2, segment="patient"), sold(2, segment="patient")]
    record = _given_up(demand, 1, 3)
    assert orders(record) == [(1, "a", 2, 11), (1, "b", 1, 11), (2, "a", 0, math.inf)]


def _given_up(demand: list[dict[str, Any]], price_a: float, price_b: float) -> Record:
    """Two sources, half from either; hasty customers give up after 3 days."""
    return played(
        demand,
        {
            "a": {"lead_time": "10 days", "price": price_a},
            "b": {"lead_time": "10 days", "price": price_b},
        },
        {
            "replenishment": {"type": "base_stock", "S": 0, "on_cancel": "cancel"},
            "sourcing": {"type": "split", "shares": {"a": "50 %", "b": "50 %"}},
        },
        customers={"hasty": {"patience": "3 days"}, "patient": {}},
    )


# -- money ---------------------------------------------------------------------------------------------------


def money(found: Figures, metric: str) -> dict[str, float]:
    return {name: round(value, 9) for name, value in found.of(metric, "supplier").items()}


def test_money_by_source():
    # Orders of 2 balls on day 1, of 6 on day 12, half from either source: 1 + 3 from each. Cost in products: 5.
    # near: 1 x 4 + 3 x 4. far: 1 x 6, then 3 x 6 x 0.9 (discount) x 1.5 (from day 10).
    # Freight of far: 2 an order, 0.5 a unit, 10 a container of 2: 2 + 0.5 + 10, then 2 + 1.5 + 20.
    # Wages of far: 6 h a unit at 20 an hour, for 4 units.
    record = played(
        [sold(1, 2), sold(12, 6)],
        {
            "near": {"lead_time": "1 day", "price": 4, "order_cost": 7},
            "far": {
                "lead_time": "3 days",
                "price": {"ball": 6},
                "discounts": {3: "10 %"},
                "price_changes": [{"on": "2026-01-11", "factor": 1.5}],
                "production": {"unit_time": "6 h", "wage": 20},
            },
        },
        {"sourcing": {"type": "split", "shares": {"near": 0.5, "far": 0.5}}},
        S=20,
        products={"ball": {"price": 10, "cost": 5}},
        run={"horizon": "60 days", "start": "2026-01-01"},
        lanes=[
            {"from": "near", "to": "centre"},
            {
                "from": "far",
                "to": "centre",
                "freight": {"order": 2, "unit": 0.5, "container": 10, "container_units": 2},
            },
        ],
    )
    # far makes 1 unit in 0.25 days, 3 in 0.75.
    assert orders(record) == [
        (1, "near", 1, 2),
        (1, "far", 1, 4.25),
        (12, "near", 3, 13),
        (12, "far", 3, 15.75),
    ]
    found = figures(record)
    assert money(found, "purchase_cost") == {"near": 16, "far": 6 + 24.3}
    assert money(found, "price_variance") == {"near": 16 - 20, "far": 30.3 - 20}
    assert money(found, "ordering_cost") == {"near": 14, "far": 0}
    assert money(found, "freight_cost") == {"near": 0, "far": 12.5 + 23.5}
    assert money(found, "production_cost") == {"near": 0, "far": 4 * 6 * 20}
    assert found["purchase_cost"] == pytest.approx(46.3)
    # Holding and backorders cost nothing here, and nobody is refused.
    assert found["total_cost"] == pytest.approx(46.3 + 14 + 36 + 480)
    # 8 balls sold at 10, which cost 5 each, and 6.3 more than that was paid.
    assert found["profit"] == pytest.approx(80 - 40 - 6.3 - 14 - 36 - 480)
