"""Goods that go sideways between warehouses, followed by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulator.metrics.figures import figures
from simulator.model.world import Record
from simulator.orders.backorder_cause import NO_CAUSE, BackorderCause
from simulator.orders.order_book import Status
from simulator.policies.transfers import Transfer, TransferPolicy, level_out
from simulator.reports.files.data_frames import purchases_frame, transfers_frame
from simulator.reports.wording.cause_table import cause_note
from tests.unit.model.shop import every, once, play

REACTIVE: dict[str, Any] = {"type": "reactive"}
NEVER: dict[str, Any] = {"type": "R_S", "every": "900 days", "S": 0}
"""A policy that orders nothing while anybody looks."""
_WAY = {"from": "west", "to": "east", "carries": "transfers", "transit": "2 days"}


def base(level: float, **keys: Any) -> dict[str, Any]:
    return {"replenishment": {"type": "base_stock", "S": level, **keys}}


def sideways(
    transfers: Any,
    *demand: dict[str, Any],
    east: dict[str, Any],
    west: dict[str, Any],
    step: bool = False,
    policies: dict[str, Any] | None = None,
    **sections: Any,
) -> Record:
    """Two shops that the works reach in 6 days; goods go from the west to the east in 2.

    The west has a customer, though perhaps not before the end of the run.
    """
    warehouses = {"east": {"serves": ["east"], **east}, "west": {"serves": ["west"], **west}}
    warehouses = sections.pop("warehouses", warehouses)
    if "west" in warehouses and all(one["region"] != "west" for one in demand):
        demand = (*demand, once(900, region="west"))
    document: dict[str, Any] = {
        "run": {"horizon": "30 days", "cool_down": "40 days"},
        "demand": demand,
        "warehouses": warehouses,
        "suppliers": {"works": {"lead_time": "6 days"}},
        "lanes": [_WAY],
        **sections,
    }
    return play({"transfers": transfers, **(policies or {})}, step=step, **document)


def sent(record: Record) -> list[tuple[str, float, float, float]]:
    """Receiver, time of leaving, units and landing of each transfer."""
    return _rows(record, record.transfers)


def bought(record: Record) -> list[tuple[str, float, float, float]]:
    """Warehouse, time of placing, units and landing of each purchase order."""
    return _rows(record, record.purchases)


def _rows(record: Record, orders: Any) -> list[tuple[str, float, float, float]]:
    book = record.book
    sites = [book.warehouses[book.stocks[stock][0]] for stock in orders.stock]
    columns = (one.tolist() for one in (orders.placed, orders.quantity, orders.received))
    return list(zip(sites, *columns, strict=True))


@pytest.mark.parametrize("step", [False, True])
def test_a_shop_gets_what_another_can_spare_and_buys_the_rest(*, step: bool) -> None:
    record = sideways(
        {"type": "reactive", "reserve": 2},
        once(1, quantity=4, region="east"),
        east=base(0),
        west=base(5),
        step=step,
    )
    # 3 of the 5 in the west may leave; the east orders the fourth, and the west what it gave, in the same instant
    assert sent(record) == [("east", 1, 3, 3)]
    assert bought(record) == [("east", 1, 1, 7), ("west", 1, 3, 7)]
    assert record.book.allocated.tolist() == [7]
    assert record.book.unit_days.tolist() == [3 * 2 + 1 * 6]


@pytest.mark.parametrize("step", [False, True])
@pytest.mark.parametrize(
    ("day", "units", "moved"),
    [
        # of the units ordered on day 1, which land on day 7, both are too late for a customer of day 4
        (4, 1, [("east", 4, 1, 6)]),
        # a transfer of day 5 would land with them, one of day 6 later: only what they do not cover is sent
        (5, 2, []),
        (6, 1, []),
        (6, 3, [("east", 6, 1, 8)]),
    ],
)
def test_nothing_is_sent_that_comes_no_sooner_than_goods_on_their_way(
    day: float, units: float, moved: list[tuple[str, float, float, float]], *, step: bool
) -> None:
    record = sideways(
        REACTIVE,
        once(1, quantity=2, region="east"),
        once(day, quantity=units, region="east"),
        east=base(2),
        west=base(5),
        step=step,
    )
    assert sent(record) == moved
    lacking = units - sum(row[2] for row in moved)  # to S = 2 again
    expected = [("east", 1, 2, 7)] + ([("east", day, lacking, day + 6)] if lacking else [])
    assert [row for row in bought(record) if row[0] == "east"] == expected


@pytest.mark.parametrize("step", [False, True])
def test_nobody_counts_on_goods_that_are_overdue(*, step: bool) -> None:
    fire = {"from": "2026-01-03", "to": "2026-01-21", "stops": "dispatch"}
    record = sideways(
        REACTIVE,
        once(1, quantity=2, region="east"),
        once(6, quantity=1, region="east"),
        once(8, quantity=1, region="east"),
        east=base(2),
        west={"stock": 5, "replenishment": NEVER},
        suppliers={"works": {"lead_time": "6 days", "disruptions": {"fire": fire}}},
        step=step,
    )
    # the two units of day 1 are planned to land on day 7, before a transfer of day 6, and do not until the fire is over
    # on day 20; on day 8 nobody knows when they come, and both lines are helped out
    assert sent(record) == [("east", 8, 2, 10)]
    assert record.book.allocated.tolist() == [1, 10, 10]


@pytest.mark.parametrize("step", [False, True])
def test_the_orders_of_the_instant_come_before_transfers(*, step: bool) -> None:
    # two lines are backordered in the east, one before and one after the customer of the west in the book
    record = sideways(
        REACTIVE,
        once(1, quantity=1, region="east"),
        once(1, quantity=3, region="west"),
        once(1, quantity=2, region="east"),
        east=base(0),
        west=base(5),
        step=step,
    )
    assert record.book.status.tolist() == [Status.FILLED_LATE, Status.FROM_STOCK, Status.FILLED_LATE]
    assert sent(record) == [("east", 1, 2, 3)]  # all that is left, for both lines
    assert bought(record) == [("east", 1, 1, 7), ("west", 1, 5, 7)]


@pytest.mark.parametrize("step", [False, True])
def test_goods_that_come_later_are_not_sent_for_those_who_wait_already(*, step: bool) -> None:
    record = sideways(
        REACTIVE,
        once(1, quantity=1, region="east"),
        once(4, quantity=1, region="east"),
        east={"stock": 0, "replenishment": NEVER},
        west={"stock": 0, "replenishment": {"type": "R_S", "every": "3 days", "S": 1}},
        suppliers={"works": {"lead_time": "0 days"}},
        step=step,
    )
    # the unit that comes west on day 3 leaves on day 4, when the next line is backordered; the older line gets it
    assert sent(record)[0] == ("east", 4, 1, 6)
    assert record.book.allocated.tolist()[0] == 6


@pytest.mark.parametrize("step", [False, True])
@pytest.mark.parametrize(
    ("west", "demand", "policies", "units"),
    [
        # four units are kept back from ordinary customers, and so from those of another shop
        ({}, [], {"allocation": {"type": "critical_level", "levels": {"new": 4}}}, 1),
        # a line waits for six units, and holds the five back
        ({}, [once(0, quantity=6, region="west")], {"allocation": {"type": "fcfs", "split": False}}, 0),
        ({}, [], {"transfers": {"type": "reactive", "reserve": 9}}, 0),
        # 4 days of 1 unit a day, one of which is ordered on day 1: of 3 units none
        (
            {"stock": 5},
            [every(1, region="west")],
            {"transfers": {"type": "reactive", "reserve_cover": "4 days"}},
            0,
        ),
        (
            {"stock": 5},
            [every(1, region="west")],
            {"transfers": {"type": "reactive", "reserve_cover": "1 day"}},
            2,
        ),
    ],
)
def test_a_shop_keeps_what_it_needs(
    west: dict[str, Any], demand: list[dict[str, Any]], policies: dict[str, Any], units: float, *, step: bool
) -> None:
    record = sideways(
        REACTIVE,
        *({"segment": "gold", **one} for one in (*demand, once(1, quantity=4, region="east"))),
        customers={"gold": {"priority": 1}, "new": {"priority": 2}},
        east=base(0),
        west={**base(5), **west},
        policies=policies,
        step=step,
    )
    assert sum(row[2] for row in sent(record) if row[1] == 1) == units


@pytest.mark.parametrize("step", [False, True])
def test_a_shop_asks_first_where_goods_come_from_soonest(*, step: bool) -> None:
    def lane(origin: str, transit: str) -> dict[str, Any]:
        return {"from": origin, "to": "east", "carries": "transfers", "transit": transit}

    record = sideways(
        REACTIVE,
        once(1, quantity=8, region="east"),
        east=base(0),
        west=base(0),
        warehouses={
            "east": {"serves": ["east"], **base(0)},
            **{
                name: {"serves": [], "stock": units, "replenishment": NEVER}
                for name, units in (("far", 9), ("near", 3), ("next", 2), ("lost", 4))
            },
        },
        lanes=[
            *(
                lane(*way)
                for way in (("far", "5 days"), ("near", "1 day"), ("next", "1 day"), ("lost", "7 days"))
            ),
            *({"from": "works", "to": name} for name in ("east", "far", "near", "next", "lost")),
        ],
        step=step,
    )
    assert sent(record) == [("east", 1, 3, 6), ("east", 1, 3, 2), ("east", 1, 2, 2)]
    assert not bought(record)


@pytest.mark.parametrize("step", [False, True])
def test_a_purchase_order_is_cancelled_and_a_transfer_is_not(*, step: bool) -> None:
    record = sideways(
        {"type": "reactive", "reserve": 2},
        once(1, quantity=4, region="east"),
        customers={"everybody": {"patience": "1 day"}},
        east=base(0, on_cancel="cancel"),
        west=base(5),
        step=step,
    )
    assert sent(record) == [("east", 1, 3, 3)]
    assert record.book.status.tolist() == [Status.CANCELLED]
    assert record.purchases.cancelled.tolist() == [1, 0]
    assert record.transfers.cancelled.tolist() == [0]


@pytest.mark.parametrize("step", [False, True])
@pytest.mark.parametrize(("transit", "landing"), [("0 days", 1), ("2 days", 3)])
def test_two_shops_behind_a_depot_help_each_other_out(transit: str, landing: float, *, step: bool) -> None:
    record = sideways(
        REACTIVE,
        once(1, quantity=3, region="east"),
        east=base(1),
        west=base(2),
        warehouses={
            "east": {"serves": ["east"], **base(1)},
            "west": {"serves": ["west"], **base(2)},
            "hub": {"serves": [], **base(0)},
        },
        lanes=[
            {"from": "hub", "to": "east", "transit": "1 day"},
            {"from": "hub", "to": "west", "transit": "1 day"},
            {**_WAY, "transit": transit},
        ],
        suppliers={"works": {"lead_time": "3 days"}},
        step=step,
    )
    # both units of the west go east before the east orders 1 and the west 2 of the hub, which orders them then
    assert sent(record) == [("east", 1, 2, landing)]
    assert bought(record) == [("east", 1, 1, 5), ("west", 1, 2, 5), ("hub", 1, 3, 4)]
    assert record.book.allocated.tolist() == [landing]


def test_a_promise_follows_a_transfer() -> None:
    record = sideways(
        REACTIVE,
        once(1, region="east"),
        east=base(0),
        west=base(5),
        policies={"promise": {"type": "atp", "quantile": 0.5}},
    )
    # promised when the line is placed, before anything is sent; in the same instant it is
    assert record.book.promised.tolist() == [7]
    assert record.book.repromised.tolist() == [3]
    assert record.book.allocated.tolist() == [3]


def test_goods_under_way_from_another_shop_are_on_order_for_a_sourcing_policy() -> None:
    record = sideways(
        REACTIVE,
        once(1, quantity=2, region="east"),
        east={"replenishment": {"type": "R_S", "every": "2 days", "S": 0}, "stock": 0},
        west={"replenishment": NEVER, "stock": 1},
        suppliers={"works": {"lead_time": "6 days"}, "mill": {"lead_time": "1 day"}},
        policies={"sourcing": {"type": "dual_index", "expedite_to": 0}},
    )
    # on day 2 the unit that is planned to land on day 3, within the day of the mill, covers one of the two
    assert sent(record) == [("east", 1, 1, 3)]
    assert bought(record) == [("east", 2, 1, 3)]


@pytest.mark.parametrize("step", [False, True])
@pytest.mark.parametrize(
    ("keys", "units"),
    [
        # 27 units in the west last 27 days, and the east lacks 2, a day of its demand; of the 25 together 8 and 17
        # last 8 and 8.5 days, as equally long as can be
        ({}, 19),
        ({"reserve": 10}, 17),
        ({"reserve_cover": "5 days"}, 19),
        ({"reserve_cover": "9 days"}, 18),
    ],
)
def test_stocks_are_levelled_out_at_fixed_times(keys: dict[str, Any], units: float, *, step: bool) -> None:
    record = sideways(
        {"type": "periodic", "every": "100 days", "first": "2 days", **keys},
        every(1, region="west"),
        every(0.5, region="east"),
        east={"stock": 3, "replenishment": NEVER},
        west={"stock": 30, "replenishment": NEVER},
        step=step,
    )
    assert sent(record) == [("east", 2, units, 4)]


@pytest.mark.parametrize("step", [False, True])
def test_goods_on_order_last_as_long_as_goods_on_hand(*, step: bool) -> None:
    record = sideways(
        {"type": "periodic", "every": "4 days"},
        every(1, region="west"),
        every(1, region="east"),
        east={"stock": 0, "replenishment": {"type": "R_S", "every": "100 days", "first": "0 days", "S": 20}},
        west={"stock": 23, "replenishment": NEVER},
        run={"horizon": "9 days", "cool_down": "40 days"},
        step=step,
    )
    # day 4: the west has 18, and the east 21 on order less 5 waiting; day 8: 13 left in the west, 13 of 22 in the east
    assert bought(record) == [("east", 0, 21, 6)]
    assert sent(record) == [("east", 4, 1, 6)]


def test_figures_of_transfers() -> None:
    record = sideways(
        REACTIVE,
        once(1, quantity=4, region="east"),
        once(29, quantity=2, region="east"),
        products={"ball": {"price": 10, "cost": 5, "holding": "2/day"}},
        east=base(0),
        west={**base(5), "holding": "0.5/day"},
        lanes=[{**_WAY, "freight": {"order": 7, "unit": 0.25}, "customs": "port"}],
        customs={"port": {"duty": "10 %", "brokerage": 3}},
    )
    found = figures(record)
    assert sent(record) == [("east", 1, 4, 3), ("east", 29, 2, 31)]
    assert found["transfers"] == 2
    assert found["transferred_units"] == 6
    assert found["transfers_in_transit_mean"] == pytest.approx((4 * 2 + 2 * 1) / 30)
    # freight of both, customs of what landed by day 30, and holding on the way up to then
    cost = (7 + 4 * 0.25) + (7 + 2 * 0.25) + (4 * 5 * 0.1 + 3) + (4 * 2 + 2 * 1) * 0.5
    assert found["transfer_cost"] == pytest.approx(cost)
    assert found.of("transfer_cost", "warehouse") == pytest.approx({"east": cost, "west": 0})
    # purchase orders are those of the west alone, from the works, without freight and customs
    assert found["purchase_orders"] == 2
    assert found["received_units"] == 4
    assert found["purchase_cost"] == 20
    assert found["freight_cost"] == found["customs_cost"] == found["transit_cost"] == 0
    assert found["lead_time_mean"] == 6
    assert found["on_order_mean"] == pytest.approx((4 * 6 + 2 * 1) / 30)
    assert found["holding_cost"] == pytest.approx((5 * 1 + 1 * 6 + 5 * 22 + 3 * 1) * 0.5)
    assert found["transport_cost"] == pytest.approx(cost)
    known = ("holding_cost", "transfer_cost", "cost_of_goods_sold")
    assert found["profit"] == pytest.approx(60 - sum(found[name] for name in known))
    assert found["total_cost"] == pytest.approx(20 + found["holding_cost"] + cost)


@pytest.mark.parametrize(("cover", "units"), [("0.9 days", 2), ("1 day", 2), ("1.1 days", 1)])
def test_a_reserve_in_days_is_whole_units(cover: str, units: float) -> None:
    record = sideways(
        {"type": "reactive", "reserve_cover": cover},
        every(1, region="west"),
        once(1, quantity=4, region="east"),
        east=base(0),
        west={**base(5), "replenishment": NEVER, "stock": 5},
    )
    assert sent(record)[0] == (
        "east",
        1,
        units,
        3,
    )  # of the 3 that are left after the second customer of the west


def test_every_transfer_has_draws_of_its_own_that_no_purchase_order_moves() -> None:
    transit = {"dist": "uniform", "low": "0 days", "high": "5 days"}

    def played(seed: int, **works: Any) -> Record:
        return sideways(
            REACTIVE,
            once(1, quantity=1, region="east"),
            once(2, quantity=1, region="east"),
            east=base(0),
            west=base(5),
            lanes=[{**_WAY, "transit": transit}],
            suppliers={"works": {"lead_time": "9 days", **works}},
            run={"horizon": "30 days", "cool_down": "40 days", "seed": seed},
        )

    record = played(1)
    days = record.transfers.received - record.transfers.placed
    assert len(set(days.tolist())) == 2
    again = played(1, lead_time={"dist": "gamma", "mean": "9 days", "cv": 0.4}).transfers
    np.testing.assert_array_equal(again.received - again.placed, days)
    assert not np.array_equal(played(2).transfers.received, record.transfers.received)


def test_the_table_of_transfers_names_both_ends() -> None:
    record = sideways(
        REACTIVE,
        once(1, quantity=4, region="east"),
        east=base(0),
        west=base(3),
        lanes=[{**_WAY, "customs": "port"}],
        customs={"port": {"documents": "1 day"}},
    )
    table = transfers_frame({0: record})
    row = [
        "product",
        "from",
        "to",
        "number",
        "quantity",
        "sent",
        "departed",
        "arrived",
        "cleared",
        "received",
    ]
    assert table[row].to_numpy().tolist() == [["ball", "west", "east", 0, 3, 1, 1, 3, 4, 4]]
    assert purchases_frame({0: record})["supplier"].unique().tolist() == ["works"]


def test_a_line_finds_nothing_because_units_were_given_up() -> None:
    record = sideways(
        REACTIVE,
        once(1, quantity=2, region="east"),
        once(2, quantity=3, region="west"),
        once(9, quantity=9, region="west"),
        east=base(0),
        west={"stock": 4, "replenishment": NEVER},
    )
    # on day 2 the west lacks one of three, and gave up two the day before; on day 9 it lacks ten
    assert sent(record) == [("east", 1, 2, 3)]
    assert record.book.cause.tolist()[1] == BackorderCause.TRANSFERS
    assert record.book.cause.tolist()[2] not in (BackorderCause.TRANSFERS, NO_CAUSE)


def test_a_late_transfer_is_late_like_any_goods() -> None:
    def played(seed: int) -> Record:
        return sideways(
            REACTIVE,
            once(1, quantity=3, region="east", segment="hasty"),
            once(7, quantity=3, region="east", segment="patient"),
            customers={"hasty": {"patience": "0.5 days"}, "patient": {}},
            east=base(0),
            west={"stock": 3, "replenishment": NEVER},
            lanes=[{**_WAY, "transit": {"dist": "discrete", "values": {"1 day": "50 %", "9 days": "50 %"}}}],
            suppliers={"works": {"lead_time": "20 days"}},
            run={"horizon": "30 days", "cool_down": "40 days", "seed": seed},
        )

    # given up for a customer who left; planned to land after 5 days, on day 6, and landed on day 10 if it takes 9
    late = next(record for record in map(played, range(20)) if sent(record) == [("east", 1, 3, 10)])
    assert late.book.status.tolist()[:2] == [Status.CANCELLED, Status.FILLED_LATE]
    assert late.book.cause.tolist()[1] == BackorderCause.TRANSPORT


class Greedy(TransferPolicy):
    """More than there is, whenever it is asked."""

    def on_backorder(self, place: Any, ways: Any) -> list[Transfer]:
        """Return a thousand units over each lane, twice."""
        assert place is ways[0].destination
        return [Transfer(number, 1000.0) for number in (*range(len(ways)), *range(len(ways)))]


def test_no_policy_moves_more_than_there_is() -> None:
    record = sideways(Greedy(), once(1, quantity=4, region="east"), east=base(0), west=base(5))
    assert sent(record) == [("east", 1, 5, 3)]


def test_level_out_reaches_the_lowest_sum_of_squares_by_brute_force() -> None:
    rng = np.random.default_rng(7)
    for _ in range(60):
        supplied = rng.integers(-4, 9, 3).astype(float).tolist()
        demand = rng.choice([0.5, 1.0, 2.0, 3.5], 3).tolist()
        available = [max(0.0, units) for units in supplied]
        ends = [(0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1)]
        moved = level_out(ends, supplied=supplied, available=available, demand=demand)
        after = list(supplied)
        for (origin, destination), units in zip(ends, moved, strict=True):
            after[origin] -= units
            after[destination] += units
        total = int(sum(supplied))
        lowest = min(
            _squares([first, second, total - first - second], demand)
            for first in range(-4, 25)
            for second in range(-4, 25)
            if all(
                left >= have - free
                for left, have, free in zip(
                    (first, second, total - first - second), supplied, available, strict=True
                )
            )
        )
        assert _squares(after, demand) == pytest.approx(lowest)
        for place in range(3):  # nothing goes in circles
            leaves = sum(units for (origin, _), units in zip(ends, moved, strict=True) if origin == place)
            comes = sum(units for (_, end), units in zip(ends, moved, strict=True) if end == place)
            assert not (leaves and comes)


def _squares(supplied: list[float], demand: list[float]) -> float:
    return sum(units**2 / each for units, each in zip(supplied, demand, strict=True))


def test_a_place_without_demand_gives_all_to_those_who_run_out_first() -> None:
    moved = level_out(
        [(0, 1), (0, 2), (1, 0)], supplied=[5.0, 3.0, 0.0], available=[5.0, 3.0, 0.0], demand=[0.0, 1.0, 1.0]
    )
    assert moved == [1.0, 4.0, 0.0]


def test_units_given_up_are_the_shops_own_doing() -> None:
    shares = dict.fromkeys(BackorderCause, 0.0) | {BackorderCause.TRANSFERS: 0.25, BackorderCause.DOCK: 0.75}
    assert "75.0 % because goods were late" in cause_note(shares)
    assert "25.0 % because of the shop's own stock policy" in cause_note(shares)
