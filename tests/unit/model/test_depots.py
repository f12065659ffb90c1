"""Warehouses that supply each other, followed by hand."""

from __future__ import annotations

from math import nan
from typing import Any

import numpy as np
import pytest

from simulator.metrics.figures import figures
from simulator.model.records.ledger import Ledger
from simulator.model.world import Record
from simulator.orders.backorder_cause import NO_CAUSE, BackorderCause
from simulator.orders.order_book import Status
from simulator.reports.files.data_frames import purchases_frame
from tests.unit.model.shop import every, once, play

DAILY: dict[str, Any] = {"type": "R_S", "every": "1 day", "first": "1 day"}


def base(level: float) -> dict[str, Any]:
    return {"replenishment": {"type": "base_stock", "S": level}}


def network(
    hub: dict[str, Any],
    *demand: dict[str, Any],
    step: bool = False,
    policies: dict[str, Any] | None = None,
    east: dict[str, Any] | None = None,
    west: dict[str, Any] | None = None,
    **sections: Any,
) -> Record:
    """A hub that the works reach in 3 days, 2 days from a shop in the east, 1 day from one in the west.

    The shops keep nothing: what a customer asks for is ordered from the hub.
    """
    document: dict[str, Any] = {
        "run": {"horizon": "30 days", "cool_down": "40 days"},
        "demand": demand,
        "warehouses": {
            "east": {"serves": ["east"], **base(0), **(east or {})},
            "west": {"serves": ["west"], **base(0), **(west or {})},
            "hub": {"serves": [], **hub},
        },
        "suppliers": {"works": {"lead_time": "3 days"}},
        "lanes": [
            {"from": "hub", "to": "east", "transit": "2 days"},
            {"from": "hub", "to": "west", "transit": "1 day"},
        ],
        **sections,
    }
    return play(policies, step=step, **document)


def bought(record: Record, warehouse: str) -> list[tuple[float, float, int, float]]:
    """Time of placing, units, part and landing of the purchase orders of a warehouse."""
    orders, book = record.purchases, record.book
    own = [book.warehouses[book.stocks[stock][0]] == warehouse for stock in orders.stock]
    columns = (orders.placed, orders.quantity, orders.part, orders.received)
    return [
        row
        for row, mine in zip(zip(*(one.tolist() for one in columns), strict=True), own, strict=True)
        if mine
    ]


REVIEWED = {"replenishment": {"type": "R_S", "every": "10 days", "S": 20}, "stock": 5}


@pytest.mark.parametrize("step", [False, True])
def test_an_order_waits_in_the_depot_and_is_shipped_in_parts(*, step: bool) -> None:
    record = network(
        REVIEWED,
        once(1, quantity=3, region="east"),
        once(2, quantity=4, region="west"),
        once(4, quantity=2, region="east"),
        step=step,
    )
    # of the 5 units in the hub 3 go east, and 2 west; 2 and 2 wait for the 24 that are ordered on day 10
    assert bought(record, "east") == [(1, 3, 0, 3), (4, 2, 0, 15)]
    assert bought(record, "west") == [(2, 2, 0, 3), (2, 2, 1, 14)]
    assert bought(record, "hub")[:1] == [(10, 24, 0, 13)]
    assert record.book.allocated.tolist() == [3, 14, 15]
    assert record.purchases.passed["produced"][:4].tolist() == [1, 2, 13, 13]


def test_the_table_of_purchase_orders_names_the_depot_and_each_shipment() -> None:
    record = network(REVIEWED, once(2, quantity=7, region="west"))
    rows = purchases_frame({0: record})[
        ["warehouse", "supplier", "number", "shipment", "quantity", "produced"]
    ]
    assert rows.to_numpy().tolist() == [
        ["west", "hub", 0, 1, 5, 2],
        ["west", "hub", 0, 2, 2, 13],
        ["hub", "works", 0, 1, 22, 13],
    ]


@pytest.mark.parametrize("step", [False, True])
def test_a_depot_gathers_the_orders_of_an_instant_and_buys_once(*, step: bool) -> None:
    record = network(
        {"replenishment": {"type": "base_stock", "S": 4}},
        once(1, quantity=3, region="east"),
        once(1, quantity=2, region="west"),
        step=step,
    )
    assert bought(record, "hub") == [(1, 5, 0, 4)]
    assert bought(record, "west") == [(1, 1, 0, 2), (1, 1, 1, 5)]


@pytest.mark.parametrize("step", [False, True])
def test_reviews_of_one_instant_go_from_the_customers_to_the_supplier(*, step: bool) -> None:
    # the hub reviews when the shops do, after them, and orders what they have ordered
    record = network(
        {"replenishment": {**DAILY, "S": 6}},
        once(0.5, quantity=2, region="east"),
        once(0.5, quantity=3, region="west"),
        east={"replenishment": {**DAILY, "S": 0}},
        west={"replenishment": {**DAILY, "S": 0}},
        step=step,
    )
    assert bought(record, "east") == [(1, 2, 0, 3)]
    assert bought(record, "west") == [(1, 3, 0, 2)]
    assert bought(record, "hub") == [(1, 5, 0, 4)]


def test_receipts_of_one_instant_go_from_the_supplier_to_the_customers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    moves: list[tuple[float, int, float]] = []
    record = Ledger.move

    def noted(self: Ledger, time: float, stock: int, on_hand: float, backlog: float) -> None:
        moves.append((time, stock, on_hand))
        record(self, time, stock, on_hand, backlog)

    monkeypatch.setattr(Ledger, "move", noted)
    # the unit of day 0 is ordered again by the hub and lands there on day 3; that of day 1 lands in the east then
    network(
        {"replenishment": {"type": "base_stock", "S": 2}},
        once(0, quantity=1, region="west"),
        once(1, quantity=1, region="east"),
        step=True,
    )
    assert [move for move in moves if move[0] == 3] == [(3, 2, 1), (3, 0, 1), (3, 0, -1)]


@pytest.mark.parametrize("step", [False, True])
def test_goods_pass_a_depot_without_delay_before_the_customers_of_the_instant(*, step: bool) -> None:
    record = network(
        {"replenishment": {"type": "base_stock", "S": 0}},
        once(0, quantity=1, region="east"),
        once(3, quantity=1, region="east"),
        east={"replenishment": {"type": "base_stock", "S": 1}, "stock": 0},
        lanes=[{"from": "hub", "to": "east"}, {"from": "hub", "to": "west"}],
        step=step,
    )
    # ordered at the start and for the customer of day 0, landed in the hub and the shop on day 3, before the customer
    assert record.book.status.tolist() == [Status.FILLED_LATE, Status.FROM_STOCK]
    assert record.book.allocated.tolist() == [3, 3]


def short(sharing: dict[str, Any], *, step: bool = False) -> Record:
    """A hub that gets 4 units on day 2.5, where by then 3 are asked for in the east (1 a day) and 6 in the west (2).

    It ordered them on day 0.5: 1 unit, and the 3 asked for on day 0. Shops order for each customer.
    """
    return network(
        {
            "replenishment": {"type": "R_S", "every": "20 days", "first": "0.5 days", "S": 1},
            "stock": 0,
            "internal": sharing,
        },
        every(1, quantity=1, region="east"),
        every(1, quantity=2, region="west"),
        suppliers={"works": {"lead_time": "2 days"}},
        lanes=[
            {"from": "hub", "to": "east", "transit": "4 days"},
            {"from": "hub", "to": "west", "transit": "1 day"},
        ],
        step=step,
    )


@pytest.mark.parametrize("step", [False, True])
@pytest.mark.parametrize(
    ("sharing", "east", "west"),
    [
        # in the sequence of the orders: 1 east and 2 west of day 0, 1 east of day 1
        ({}, [(0, 1), (1, 1)], [(0, 2)]),
        # the west first: both of day 0 and both of day 1
        ({"sharing": "priority", "priorities": {"east": 2}}, [], [(0, 2), (1, 2)]),
        # 3 : 6 is 1.33 : 2.67, the fourth unit goes to the larger remainder
        ({"sharing": "proportional"}, [(0, 1)], [(0, 2), (1, 1)]),
        # the east is short by 3 units, 3 days, and 4 days away; the west by 6, 3 days, and 1 day away: -7 and -4 days.
        # Three units bring the east to -4, all that it waits for; the fourth goes west.
        ({"sharing": "fair_share"}, [(0, 1), (1, 1), (2, 1)], [(0, 1)]),
    ],
)
def test_a_short_depot_shares_by_its_rule(
    sharing: dict[str, Any], east: list[tuple[float, float]], west: list[tuple[float, float]], *, step: bool
) -> None:
    record = short(sharing, step=step)
    orders = record.purchases
    shipped = orders.passed["produced"] == 2.5
    for stock, expected in ((0, east), (1, west)):
        mine = shipped & (orders.stock == stock)
        assert (
            list(zip(orders.placed[mine].tolist(), orders.quantity[mine].tolist(), strict=True)) == expected
        )


@pytest.mark.parametrize("step", [False, True])
def test_an_order_shipped_complete_holds_back_those_behind(*, step: bool) -> None:
    record = network(
        {**REVIEWED, "internal": {"ship": "complete"}},
        once(1, quantity=7, region="east"),
        once(2, quantity=1, region="west"),
        step=step,
    )
    assert bought(record, "east") == [(1, 7, 0, 15)]
    assert bought(record, "west") == [(2, 1, 0, 14)]


@pytest.mark.parametrize("step", [False, True])
@pytest.mark.parametrize(
    ("stock", "internal", "allocation", "east", "hub"),
    [
        # the order for the east comes first, and gets both units
        (2, {}, "fcfs", 2 + 2, 13),
        # both are kept back for the hub's own customer; of the next two none, of those after them both
        (2, {"level": 2}, "fcfs", 23 + 2, 3),
        # what comes on day 13 and on day 23 goes to the one who asked first, or to the customer first
        (0, {}, "fcfs", 13 + 2, 23),
        (0, {"priority": 2}, "priority", 23 + 2, 13),
        # of equal priority, by time
        (0, {}, "priority", 13 + 2, 23),
    ],
)
def test_customers_of_a_depot_wait_beside_its_orders(
    stock: int, internal: dict[str, Any], allocation: str, east: float, hub: float, *, step: bool
) -> None:
    rule = {"type": "standing_order", "every": "10 days", "Q": 2}
    record = network(
        {"serves": ["hub"], "stock": stock, "replenishment": rule, "internal": internal},
        once(2, quantity=2, region="east"),
        once(3, quantity=2, region="hub"),
        policies={"allocation": allocation},
        step=step,
    )
    assert record.book.allocated.tolist() == [east, hub]


@pytest.mark.parametrize("step", [False, True])
def test_customers_do_not_overtake_an_order_that_waits_for_all_its_units(*, step: bool) -> None:
    def played(allocation: dict[str, Any]) -> list[float]:
        record = network(
            {**REVIEWED, "serves": ["hub"], "internal": {"ship": "complete"}},
            once(2, quantity=7, region="east"),
            once(3, quantity=2, region="hub"),
            policies={"allocation": allocation},
            step=step,
        )
        allocated: list[float] = record.book.allocated.tolist()
        return allocated

    assert played({"type": "fcfs"}) == [15, 13]
    assert played({"type": "fcfs", "overtaking": True}) == [15, 3]


@pytest.mark.parametrize("step", [False, True])
def test_a_cancelled_order_takes_back_what_the_depot_has_not_shipped(*, step: bool) -> None:
    record = network(
        REVIEWED,
        once(1, quantity=7, region="east"),
        once(2, quantity=1, region="west"),
        customers={"everybody": {"patience": "4 days"}},
        east={"replenishment": {"type": "base_stock", "S": 0, "on_cancel": "cancel"}},
        step=step,
    )
    # 5 of 7 are shipped on day 1; on day 5 the other 2 are taken back, on day 6 the west gives up: nobody waits then
    assert bought(record, "east") == [(1, 5, 0, 3), (1, 0, 1, pytest.approx(nan, nan_ok=True))]
    assert record.purchases.cancelled[record.purchases.stock == 0].tolist() == [0, 2]
    assert bought(record, "west") == [(2, 1, 0, 14)]
    assert bought(record, "hub")[0] == (10, 21, 0, 13)  # to 20, and the order of the west stands


@pytest.mark.parametrize("step", [False, True])
def test_an_order_that_is_cancelled_holds_nobody_back(*, step: bool) -> None:
    record = network(
        {**REVIEWED, "internal": {"ship": "complete"}},
        once(1, quantity=7, region="east"),
        once(2, quantity=1, region="west"),
        customers={"everybody": {"patience": "4 days"}},
        east={"replenishment": {"type": "base_stock", "S": 0, "on_cancel": "cancel"}},
        step=step,
    )
    assert bought(record, "west") == [(2, 1, 0, 6)]  # shipped on day 5
    assert record.book.allocated.tolist()[1] == 6


def test_each_shipment_of_an_order_has_draws_of_its_own() -> None:
    lanes = [
        {"from": "hub", "to": "east", "transit": {"dist": "uniform", "low": "1 day", "high": "5 days"}},
        {"from": "hub", "to": "west"},
    ]
    whole = network({"stock": 9, **base(9)}, once(1, quantity=9, region="east"), lanes=lanes)
    parts = network({"stock": 5, **base(9)}, once(1, quantity=9, region="east"), lanes=lanes)
    (_, _, _, landed), ((_, _, _, first), (_, _, _, second)) = bought(whole, "east")[0], bought(parts, "east")
    assert first == landed  # the first shipment has the draw of the order
    assert second - 4 != first - 1  # shipped on day 4, one on day 1


def test_figures_of_supply_between_warehouses() -> None:
    found = figures(
        network(
            {**REVIEWED, "holding": "0.5/day"},
            once(1, quantity=3, region="east"),
            once(2, quantity=4, region="west"),
            once(4, quantity=2, region="east"),
            products={"ball": {"price": 10, "cost": 5, "holding": "2/day"}},
        )
    )
    # see the first test: 3 and 2 units of days 1 and 2 are shipped at once; 2 of day 2 and 2 of day 4 on day 13
    assert found["internal_units"] == 9
    assert found["internal_fill_rate"] == pytest.approx(5 / 9)
    assert found.of("internal_fill_rate", "warehouse") == pytest.approx(
        {"east": 3 / 5, "west": 2 / 4, "hub": nan}, nan_ok=True
    )
    assert found.of("internal_fill_rate", "supplier") == pytest.approx(
        {"works": nan, "hub": 5 / 9}, nan_ok=True
    )
    assert found["depot_delay_mean"] == pytest.approx((2 * 11 + 2 * 9) / 9)
    assert found["internal_backlog_mean"] == pytest.approx((2 * 11 + 2 * 9) / 30)
    assert found["in_transit_mean"] == pytest.approx((5 * 2 + 4 * 1) / 30)
    assert found["transit_cost"] == pytest.approx((5 * 2 + 4 * 1) * 0.5)
    # 5 units to day 1, 2 to day 2; 24 land on day 13, and 4 leave
    assert found.of("holding_cost", "warehouse")["hub"] == pytest.approx((5 + 2 + 17 * 20) * 0.5)
    assert found["purchase_orders"] == 4
    assert found["purchase_cost"] == 24 * 5
    # units a day: 3 on day 1, 4 on day 2 and 2 on day 4, in 30 days; the shops order the same, the hub 24 on day 10
    east, west, hub = 9 + 4 - 25 / 30, 16 - 16 / 30, 9 + 16 + 4 - 81 / 30
    ordered = 24**2 - 24**2 / 30
    ratios = found.of("order_variance_ratio", "warehouse")
    assert ratios == pytest.approx({"east": 1, "west": 1, "hub": ordered / hub})
    assert found["order_variance_ratio"] == pytest.approx((east + west + ordered) / (east + west + hub))


@pytest.mark.parametrize("sharing", ["fcfs", "proportional", "fair_share"])
def test_equal_places_get_equal_service(sharing: str) -> None:
    # two shops alike behind a hub that is short every week; the difference of their backlogs over 40 runs
    differences = []
    for seed in range(40):
        record = network(
            {"replenishment": {"type": "R_S", "every": "7 days", "S": 16}, "internal": {"sharing": sharing}},
            *({"product": "ball", "rate": "1/day", "region": name} for name in ("east", "west")),
            east=base(2),
            west=base(2),
            lanes=[{"from": "hub", "to": name, "transit": "1 day"} for name in ("east", "west")],
            run={"horizon": "200 days", "cool_down": "40 days", "seed": seed},
        )
        waits = figures(record).of("backorders_mean", "warehouse")
        assert waits["east"] > 0.05
        differences.append(waits["east"] - waits["west"])
    error = np.std(differences, ddof=1) / np.sqrt(len(differences))
    assert abs(np.mean(differences)) < 3.3 * error  # 99.8 % of Student's t with 39 degrees of freedom
    assert error < 0.1


@pytest.mark.parametrize("step", [False, True])
def test_a_place_buys_elsewhere_while_its_depot_is_short(*, step: bool) -> None:
    record = network(
        REVIEWED,
        once(1, quantity=4, region="west"),
        once(2, quantity=4, region="west"),
        policies={"sourcing": {"type": "fallback", "sequence": ["hub", "works"]}},
        lanes=[
            {"from": "hub", "to": "east", "transit": "2 days"},
            {"from": "hub", "to": "west", "transit": "1 day"},
            {"from": "works", "to": "west"},
            {"from": "works", "to": "hub"},
        ],
        step=step,
    )
    # of the second four, one is in the hub; the works send three
    assert sorted(bought(record, "west")) == [(1, 4, 0, 2), (2, 1, 0, 3), (2, 3, 0, 5)]


@pytest.mark.parametrize("step", [False, True])
def test_goods_under_way_between_warehouses_at_the_start_land_on_their_dates(*, step: bool) -> None:
    order = {
        "product": "ball",
        "warehouse": "east",
        "units": 3,
        "from": "hub",
        "placed": "2025-12-30",
        "lands": "2026-01-04",
    }
    record = network(
        REVIEWED,
        once(1, quantity=2, region="east"),
        opening={"purchase_orders": [order]},
        run={"start": "2026-01-01", "horizon": "30 days"},
        step=step,
    )
    # 3 are on their way for the 2 that are asked for, so that nothing is ordered
    assert record.book.allocated.tolist() == [3]
    assert bought(record, "east") == [(-2, 3, 0, 3)]


@pytest.mark.parametrize("step", [False, True])
def test_a_customer_who_waits_for_what_waits_in_the_depot_waits_because_of_it(*, step: bool) -> None:
    record = network(
        {**REVIEWED, "stock": 0},
        once(1, quantity=1, region="west"),
        once(5, quantity=1, region="west"),
        west={**base(1), "stock": 1},
        step=step,
    )
    # the one sold on day 1 should be there again on day 2, but the hub has nothing until day 13
    assert record.book.cause.tolist() == [NO_CAUSE, BackorderCause.DEPOT]


def test_orders_of_warehouses_are_demand_of_a_depot_that_sells_itself() -> None:
    def cause(stock: float, day: float) -> int:
        record = network(
            {"serves": ["hub"], "stock": stock, "replenishment": {"type": "R_S", "every": "10 days", "S": 8}},
            {
                **every(4),
                "region": "hub",
                "arrivals": {"type": "renewal", "interval": "4 days", "first": "3.9 days"},
            },
            once(day, quantity=7, region="east"),
        )
        (line,) = np.flatnonzero(record.book.time == 7.9)
        found: int = record.book.cause[line]
        return found

    # by day 7.9 the hub has sold one ball, as it should; with the 7 of the east on day 5 it was more than that
    assert cause(8, 5) == BackorderCause.CHANCE
    assert cause(1, 25) == BackorderCause.STOCK_POLICY
