"""Order lines served from another warehouse than their home, followed by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulator.metrics.figures import figures
from simulator.model.world import Record
from simulator.orders.order_book import Status
from tests.unit.model.shop import once, play

NOTHING = {"type": "R_S", "every": "90 days", "S": 0}


def network(
    routing: Any = "overflow",
    *,
    stock: tuple[Any, ...] = (1, 5),
    policies: dict[str, Any] | None = None,
    **sections: Any,
) -> Record:
    """Homes one and two of north and south, each serving the other's region, too; delivery takes 1 and 3 days.

    Nothing is ordered unless a test says otherwise; goods take 4 days.
    """
    warehouses = {
        name: {"serves": serves, "stock": units, "delivery": f"{days} days", "delivery_cost": 10 * days}
        for name, serves, units, days in zip(
            ("one", "two"), (["north", "south"], ["south", "north"]), stock, (1, 3), strict=True
        )
    }
    if isinstance(routing, str):
        routing = {"type": routing}
    document: dict[str, Any] = {
        "warehouses": warehouses,
        "demand": [once(1, region="north"), once(2, region="north"), once(3, region="north")],
    }
    shop = {"replenishment": NOTHING, "routing": {"sequence": {"south": ["two"]}, **routing}}
    return play({**shop, **(policies or {})}, **{**document, **sections})


def places(record: Record) -> list[tuple[str, str]]:
    """Status and warehouse of each line."""
    book = record.book
    return [
        (Status(status).name.lower(), book.warehouses[site])
        for status, site in zip(book.status.tolist(), book.served_from.tolist(), strict=True)
    ]


@pytest.mark.parametrize("step", [False, True])
def test_what_the_home_lacks_comes_from_the_next_warehouse(*, step: bool) -> None:
    record = network(step=step)
    book = record.book
    assert places(record) == [("from_stock", "one"), ("from_stock", "two"), ("from_stock", "two")]
    assert [book.warehouses[book.stocks[k][0]] for k in book.stock] == ["one"] * 3
    assert book.delivered.tolist() == [2, 5, 6]  # in a day from one, in three from two
    found = figures(record)
    assert found["served_elsewhere_share"] == 2 / 3
    assert found.of("served_elsewhere_share", "warehouse") == {"one": 0, "two": 1}
    assert found.of("lines", "warehouse") == {"one": 1, "two": 2}
    assert found.of("delivery_cost", "warehouse") == {"one": 10, "two": 60}
    # 1 unit on hand for a day; 5 for two days, then 4 for one, then 3 up to day 20
    assert found.of("on_hand_mean", "warehouse") == {"one": 1 / 20, "two": (2 * 5 + 4 + 17 * 3) / 20}
    assert found.of("ready_rate", "warehouse") == {"one": 1 / 20, "two": 1}


def test_the_warehouse_that_serves_orders_again() -> None:
    record = network(policies={"replenishment": {"type": "base_stock", "S": 1}}, stock=(1, 1))
    orders = record.purchases
    bought = [record.book.warehouses[record.book.stocks[k][0]] for k in orders.stock]
    assert list(zip(bought, orders.placed.tolist(), strict=True)) == [("one", 1), ("two", 2), ("one", 3)]
    assert places(record)[2] == ("filled_late", "one")
    assert record.book.allocated[2] == 5  # the unit ordered on day 1 lands at its home


def test_home_keeps_every_line() -> None:
    record = network("home", policies={"backorders": "reject"})
    assert places(record) == [("from_stock", "one"), ("refused", "one"), ("refused", "one")]
    assert figures(record)["served_elsewhere_share"] == 0
    assert [record.book.warehouses[site] for site, _ in record.book.stocks] == [
        "one"
    ]  # nobody asks two for balls


def test_a_line_is_served_from_one_warehouse() -> None:
    record = network(stock=(2, 2), demand=[once(1, region="north", quantity=3)])
    assert places(record) == [("backordered", "one")]
    assert record.book.on_arrival.tolist() == [2]  # four are there, but not in one place
    record = network(stock=(2, 3), demand=[once(1, region="north", quantity=3)])
    assert places(record) == [("from_stock", "two")]
    assert record.book.on_arrival.tolist() == [3]


def test_refusal_comes_after_overflow() -> None:
    record = network(policies={"backorders": "reject"}, stock=(1, 1))
    assert places(record) == [("from_stock", "one"), ("from_stock", "two"), ("refused", "one")]


def test_a_reserve_stays_for_the_home_of_others() -> None:
    demand = [once(day, region="north") for day in (1, 2, 3)] + [once(4, region="south", quantity=3)]
    record = network({"type": "reserve_home", "reserve": 4}, demand=demand)
    home, away = ("backordered", "one"), ("from_stock", "two")
    assert places(record) == [("from_stock", "one"), away, home, away]  # the last one is at home in two


def test_a_critical_level_stays_too() -> None:
    customers = {"gold": {"priority": 1}, "standard": {"priority": 2}}
    allocation = {"type": "critical_level", "levels": {"standard": 3}}
    demand = [once(day, region="north", segment="standard") for day in (1, 2)]
    demand += [once(3, region="north", segment="gold", quantity=2)]
    for rule in ("overflow", {"type": "reserve_home", "reserve": 1}):
        record = network(
            rule, stock=(0, 4), policies={"allocation": allocation}, customers=customers, demand=demand
        )
        assert places(record)[:2] == [("from_stock", "two"), ("backordered", "one")]
        assert places(record)[2] == ("from_stock", "two")


@pytest.mark.parametrize("step", [False, True])
def test_orders_of_one_instant_are_served_in_the_sequence_of_the_book(*, step: bool) -> None:
    # two has one unit: the first of the two orders that come together gets it, whichever stock it asks
    north, south = once(1, region="north"), once(1, region="south")
    record = network(stock=(0, 1), demand=[north, south], step=step)
    assert places(record) == [("from_stock", "two"), ("backordered", "two")]
    record = network(stock=(0, 1), demand=[south, north], step=step)
    assert places(record) == [("from_stock", "two"), ("backordered", "one")]
    record = network(stock=(1, 0), demand=[south, north], step=step)
    assert places(record) == [("from_stock", "one"), ("backordered", "one")]


@pytest.mark.parametrize("step", [False, True])
def test_orders_of_a_history_at_one_instant_are_served_as_they_stand_there(
    tmp_path: Path, *, step: bool
) -> None:
    # both warehouses have two balls; a to f come at once, in the sequence of the file
    rows = "".join(
        f"2026-01-02,ball,1,{order},{region}\n"
        for order, region in zip(
            "abcdef", ("south", "south", "south", "north", "south", "north"), strict=True
        )
    )
    (tmp_path / "orders.csv").write_text(f"time,product,quantity,order,region\n{rows}", encoding="utf-8")
    columns = {"order": "order", "region": "region"}
    record = network(
        stock=(2, 2),
        demand=[{"orders": str(tmp_path / "orders.csv"), "columns": columns}],
        run={"start": "2026-01-01", "horizon": "20 days", "cool_down": "40 days"},
        step=step,
    )
    # c takes one of north's, d the last one; e and f find nothing anywhere, and wait at home
    assert places(record) == [
        *[("from_stock", "two")] * 2,
        *[("from_stock", "one")] * 2,
        ("backordered", "two"),
        ("backordered", "one"),
    ]


def test_a_stock_orders_once_for_all_orders_of_an_instant() -> None:
    demand = [once(1, region="south"), once(1, region="north"), once(1, region="north")]
    record = network(stock=(0, 3), demand=demand, policies={"replenishment": {"type": "s_S", "s": 2, "S": 3}})
    orders = record.purchases
    two = [record.book.warehouses[record.book.stocks[k][0]] == "two" for k in orders.stock]
    assert orders.placed[two].tolist() == [1]
    assert orders.quantity[two].tolist() == [3]


def test_the_sequence_is_that_of_the_file_of_costs_or_of_times() -> None:
    def served(sequence: Any, **terms: dict[str, Any]) -> str:
        sites = {
            name: {"serves": ["north"], "stock": 1, **terms.get(name, {})} for name in ("one", "two", "three")
        }
        record = network(
            {"type": "overflow", "sequence": sequence}, warehouses=sites, demand=[once(1, region="north")]
        )
        return places(record)[0][1]

    cheap, quick = {"delivery_cost": 4, "delivery": "2 days"}, {"delivery_cost": 5, "delivery": "1 day"}
    dear = {"delivery_cost": 5, "delivery": "3 days"}
    terms = {"one": dear, "two": quick, "three": cheap}
    assert served("file", **terms) == "one"
    assert served("cost", **terms) == "three"
    assert served("time", **terms) == "two"
    assert served("cost", one=dear, two=quick, three=dear) == "one"  # on ties as in the file
    assert served({"north": ["three", "one"]}, **terms) == "three"
    assert served({}, **terms) == "one"


def test_another_product_comes_after_other_warehouses_or_before() -> None:
    products = {"ball": {"substitutes": {"cap": 1}}, "cap": {}}
    stock = ({"ball": 1, "cap": 9}, {"ball": 1, "cap": 9})
    demand = [once(day, region="north") for day in (1, 2, 3)]
    demand += [once(19, region="north", product="cap"), once(19, region="south", product="cap")]
    record = network(stock=stock, products=products, demand=demand)
    assert places(record)[:3] == [("from_stock", "one"), ("from_stock", "two"), ("substituted", "one")]
    rule = {"type": "overflow", "substitutes_first": True}
    record = network(rule, stock=stock, products=products, demand=demand)
    assert places(record)[:3] == [("from_stock", "one"), ("substituted", "one"), ("substituted", "one")]
    products["ball"] = {"substitutes": {"cap": 0}}  # who does not want one is served elsewhere
    record = network(rule, stock=stock, products=products, demand=demand)
    assert places(record)[:3] == [("from_stock", "one"), ("from_stock", "two"), ("backordered", "one")]


def test_who_takes_another_product_in_part_waits_for_the_rest_at_home() -> None:
    products = {"ball": {"substitutes": {"cap": 1}}, "cap": {}}
    rule = {"type": "overflow", "substitutes_first": True}
    stock = ({"ball": 1, "cap": 1}, {"ball": 9, "cap": 9})
    demand = [once(1, region="north", quantity=3), once(19, region="north", product="cap")]
    record = network(rule, stock=stock, products=products, demand=demand)
    book = record.book
    assert places(record)[0] == ("backordered", "one")
    assert (book.on_arrival[0], book.substituted[0]) == (1, 1)


def test_an_order_shipped_whole_leaves_each_warehouse_by_itself() -> None:
    products: dict[str, Any] = {"ball": {}, "cap": {}, "kite": {}}
    demand = [{**once(1, region="north"), "also": {"cap": 1, "kite": 1}}]
    stock = ({"ball": 1, "cap": 0, "kite": 0}, {"ball": 0, "cap": 1, "kite": 0})
    record = network(
        stock=stock,
        products=products,
        demand=demand,
        policies={"ship": "complete", "replenishment": {"type": "base_stock", "S": 0}},
    )
    assert places(record) == [("from_stock", "one"), ("from_stock", "two"), ("filled_late", "one")]
    # the kite lands at one on day 5, and leaves with the ball; the cap has left two on day 1
    assert record.book.shipped.tolist() == [5, 1, 5]
    assert record.book.delivered.tolist() == [6, 4, 6]
    assert figures(record)["delivery_cost"] == 10 + 30


def test_lines_due_later_are_routed_when_they_are_due() -> None:
    demand = [once(1, region="north", due="2 days"), once(2, region="north")]
    record = network(demand=demand)
    book = record.book
    assert book.time.tolist() == [2, 3]
    assert places(record) == [("from_stock", "one"), ("from_stock", "two")]
    assert record.purchases.placed.tolist() == []


def test_promises_are_those_of_the_warehouse_that_serves() -> None:
    policies = {
        "promise": {"type": "atp", "quantile": 0.5},
        "replenishment": {"type": "base_stock", "S": 1},
    }
    record = network(policies=policies, stock=(1, 1))
    # from stock in the delivery time of the warehouse; the third waits at home for the unit that lands on day 5
    assert record.book.promised.tolist() == [2, 5, 6]


def test_an_inexhaustible_second_warehouse_leaves_nobody_waiting() -> None:
    demand = [
        {"product": "ball", "region": "north", "rate": "5/day", "quantity": {"dist": "geometric", "mean": 3}}
    ]
    record = network(
        demand=demand, stock=(3, 10**6), policies={"replenishment": {"type": "base_stock", "S": 3}}
    )
    assert np.all(record.book.status[record.book.time < 20] == Status.FROM_STOCK)
    assert 0.5 < figures(record)["served_elsewhere_share"] < 1


def test_each_warehouse_has_draws_of_its_own_for_a_line() -> None:
    """The n-th line from a region is handled in the same time, however many lines another policy sends there."""
    sites = {
        name: {"serves": ["north"], "stock": units, "delivery": {"dist": "exponential", "mean": "2 days"}}
        for name, units in (("one", 9), ("two", 99))
    }
    demand = [{"product": "ball", "region": "north", "rate": "5/day"}]

    def handled(units: int) -> tuple[Any, Any]:
        sites["one"]["stock"] = units
        book = network({"type": "overflow", "sequence": "file"}, warehouses=sites, demand=demand).book
        return book.delivery, book.served_from

    (few, of_few), (many, of_many) = handled(9), handled(30)
    same = of_few == of_many
    assert 20 < same.sum() < len(same)
    assert np.array_equal(few[same], many[same])
    assert not np.isclose(few[~same], many[~same]).any()
    assert few[of_few == 1].mean() == pytest.approx(2, abs=0.5)


# -- waiting in another warehouse --------------------------------------------------------------------------------


def pooled(*, step: bool = False, **sections: Any) -> Record:
    """One warehouse buys in 4 days, two in 6; both keep one ball."""
    sections.setdefault("stock", (1, 1))
    lanes = [{"from": "factory", "to": "one"}, {"from": "factory", "to": "two", "transit": "2 days"}]
    policies = {"replenishment": {"type": "base_stock", "S": 1}, **sections.pop("policies", {})}
    return network("pooled", policies=policies, lanes=lanes, step=step, **sections)


@pytest.mark.parametrize("step", [False, True])
def test_a_line_waits_where_its_unit_comes_first(*, step: bool) -> None:
    # one orders on day 1 (lands on day 5), two on day 2 (on day 8); each line that waits in one brings another order of
    # one, which lands 4 days later: on days 7, 7.5 and 8.25
    demand = [once(day, region="north") for day in (1, 2, 3, 3.5, 4.25)]
    record = pooled(demand=demand, step=step)
    book = record.book
    assert places(record) == [
        ("from_stock", "one"),
        ("from_stock", "two"),
        ("filled_late", "one"),
        ("filled_late", "one"),
        ("filled_late", "one"),
    ]
    assert book.allocated.tolist() == [1, 2, 5, 7, 7.5]
    record = pooled(demand=[*demand, once(4.5, region="north")], step=step)
    assert places(record)[5] == (
        "filled_late",
        "two",
    )  # day 8; the one that one ordered on day 4.5 comes on 8.5
    assert record.book.allocated[5] == 8
    found = figures(record)
    assert found.of("backordered_lines", "warehouse") == {"one": 3, "two": 1}
    # two waits from day 4.5 to day 8
    assert found.of("backorders_mean", "warehouse")["two"] == pytest.approx(3.5 / 20)
    assert found.of("delivery_cost", "warehouse") == {"one": 40, "two": 60}


def test_what_waits_in_another_warehouse_is_cleared_by_its_rank() -> None:
    customers = {"gold": {"priority": 1}, "standard": {"priority": 2}}
    demand = [
        once(1, region="north", segment="standard"),  # waits in two, whose goods land on day 3
        once(2, region="south", segment="gold"),  # of two, comes before it
    ]
    opening = {
        "purchase_orders": [
            {"product": "ball", "warehouse": "two", "units": 1, "placed": "2026-01-01", "lands": "2026-01-04"}
        ]
    }
    record = pooled(
        demand=demand,
        customers=customers,
        warehouses={
            "one": {"serves": ["north"], "stock": 0},
            "two": {"serves": ["south", "north"], "stock": 0},
        },
        run={"start": "2026-01-01", "horizon": "20 days", "cool_down": "40 days"},
        opening=opening,
        policies={"allocation": "priority", "replenishment": NOTHING},
    )
    assert places(record) == [("backordered", "two"), ("filled_late", "two")]
    assert record.book.allocated[1] == 3


@pytest.mark.parametrize("step", [False, True])
def test_who_waits_elsewhere_gives_up_there(*, step: bool) -> None:
    customers = {"hasty": {"patience": "1 day"}}
    demand = [once(1, region="north"), once(3, region="south")]
    opening = {
        "purchase_orders": [
            {"product": "ball", "warehouse": "two", "units": 1, "placed": "2026-01-01", "lands": "2026-01-04"}
        ]
    }
    record = pooled(
        demand=demand,
        customers=customers,
        stock=(0, 0),
        run={"start": "2026-01-01", "horizon": "20 days", "cool_down": "40 days"},
        opening=opening,
        policies={"replenishment": NOTHING},
        step=step,
    )
    assert places(record) == [("cancelled", "two"), ("from_stock", "two")]
    assert record.book.cancelled[0] == 2
    moved = record.movements
    two = [record.book.warehouses[record.book.stocks[k][0]] == "two" for k in moved.stock]
    assert moved.backlog[two].tolist() == [-1, 0]


def test_who_waits_elsewhere_is_promised_the_date_of_that_warehouse() -> None:
    demand = [once(day, region="north") for day in (1, 2, 3, 3.5, 4.25, 4.5)]
    record = pooled(demand=demand, policies={"promise": {"type": "atp", "quantile": 0.5}})
    assert record.book.promised[5] == 8 + 3
    assert record.book.promised.tolist()[:5] == [2, 5, 6, 8, 8.5]


def test_a_limit_of_backorders_is_that_of_the_warehouse_where_the_line_would_wait() -> None:
    demand = [once(day, region="north") for day in (1, 2, 3, 3.5, 4)]
    record = pooled(demand=demand, policies={"backorders": {"limit": 2}})
    assert places(record)[4] == ("refused", "one")


# -- whole orders -----------------------------------------------------------------------------------------------


def whole(stock: tuple[Any, Any], *, quantity: int = 1, **sections: Any) -> list[str]:
    """Warehouse of each line of an order for a ball, a cap and a kite from the north."""
    products: dict[str, Any] = {"ball": {}, "cap": {}, "kite": {}}
    demand = [{**once(1, region="north", quantity=quantity), "also": {"cap": 1, "kite": 1}}]
    record = network("fewest_parcels", stock=stock, products=products, demand=demand, **sections)
    return [place for _, place in places(record)]


def test_an_order_comes_from_one_warehouse_that_has_all_of_it() -> None:
    lacking, everything = {"ball": 5, "cap": 5, "kite": 0}, {"ball": 1, "cap": 1, "kite": 1}
    assert whole((everything, everything)) == ["one", "one", "one"]
    assert whole((lacking, everything)) == ["two", "two", "two"]
    assert whole((everything, lacking)) == ["one", "one", "one"]
    # nobody has all of it: line by line, as by overflow
    assert whole((lacking, {"ball": 1, "cap": 0, "kite": 1})) == ["one", "one", "two"]
    assert whole((lacking, {"ball": 0, "cap": 0, "kite": 0})) == ["one", "one", "one"]
    assert whole((lacking, everything), quantity=2) == ["one", "one", "two"]  # two has too few balls


def test_two_lines_for_one_product_need_both(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text(
        "time,product,quantity,order,region\n"
        "2026-01-02,ball,2,a,north\n2026-01-02,ball,2,a,north\n2026-01-03,ball,1,b,north\n"
    )
    demand = [{"orders": str(tmp_path / "orders.csv"), "columns": {"order": "order", "region": "region"}}]
    run = {"start": "2026-01-01", "horizon": "20 days", "cool_down": "40 days"}

    def served(*stock: int) -> list[str]:
        record = network(
            "fewest_parcels", stock=stock, demand=demand, run=run, policies={"backorders": "reject"}
        )
        return [place for _, place in places(record)]

    assert served(4, 9) == ["one", "one", "two"]
    assert served(3, 9) == ["two", "two", "one"]
    assert served(3, 3) == ["one", "two", "one"]
