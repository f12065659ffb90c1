import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.orders import OrderBook, Status, Streams
from simulator.values.deferred_columns import Deferred

DRAWN = ("time", "quantity", "price", "patience", "willing", "chance", "pick", "delivery")
RICH: dict[str, Any] = {
    "customers": {
        "gold": {"priority": 1, "patience": {"dist": "gamma", "mean": "9 days", "cv": 0.5}, "will_wait": 0.6},
        "standard": {"priority": 2},
    },
    "warehouses": {
        "rotterdam": {"serves": ["eu"], "pick_time": {"dist": "exponential", "mean": "6 min"}},
        "reno": {"serves": ["us"], "delivery": {"dist": "gamma", "mean": "3 days", "cv": 0.5}},
    },
    "run": {"horizon": "40 days", "cool_down": "10 days"},
}
HEADPHONES: dict[str, Any] = {
    "product": "headphones",
    "segments": {"gold": 0.3, "standard": 0.7},
    "regions": {"eu": 0.5, "us": 0.5},
    "rate": "20/day",
    "quantity": {"dist": "geometric", "mean": 1.5},
    "also": {"case": 0.25, "cable": 0.5},
    "also_quantity": {"dist": "poisson", "mean": 1},
}
CASES = {"product": "case", "segment": "gold", "region": "us", "rate": "3/day"}
PRODUCTS = {"headphones": {"price": 89}, "case": {"price": 12}, "cable": {"price": 5}}


def rows(book: OrderBook, mask) -> list[list[Any]]:
    """Drawn columns of the rows in the mask, with names in place of codes."""
    products = [book.products[k] for k in book.product[mask]]
    segments = [book.segments[k] for k in book.segment[mask]]
    regions = [book.regions[k] for k in book.region[mask]]
    return [products, segments, regions, *(getattr(book, column)[mask].tolist() for column in DRAWN)]


def of(book: OrderBook, product: str):
    return book.product == book.products.index(product)


def same_orders(one: OrderBook, other: OrderBook, product: str) -> bool:
    return rows(one, of(one, product)) == rows(other, of(other, product))


def test_a_small_scenario_has_a_plain_book(book):
    drawn = book(
        ["a"], [{"product": "a", "rate": "5/day"}], run={"horizon": "20 days", "cool_down": "4 days"}
    )
    assert (drawn.products, drawn.segments, drawn.regions) == (("a",), ("customers",), ("everywhere",))
    assert (drawn.warehouses, drawn.stocks) == (("warehouse",), ((0, 0),))
    assert len(drawn) == len(drawn.time) == pytest.approx(120, abs=55)
    assert (drawn.time < 24).all()
    assert (drawn.time > 20).any(), "demand goes on after the horizon"
    assert (drawn.quantity == 1).all()
    assert (drawn.patience == math.inf).all()
    assert (drawn.willing == 0).all()
    assert (drawn.status == Status.PENDING).all()
    assert np.isnan(drawn.shipped).all()
    assert len(np.unique(drawn.chance)) == len(drawn)


def test_chances_are_drawn_when_they_are_asked_for(book):
    demand = {**HEADPHONES, "also_quantity": {"dist": "discrete", "values": {0: 0.5, 3: 0.5}}}
    drawn, again = (book(PRODUCTS, [demand, CASES], **RICH) for _ in range(2))
    assert isinstance(vars(drawn)["chance"], Deferred)
    first = of(again, "headphones") & (again.segment == 0) & (again.region == 0)
    own = Streams(42, 0).uniforms(["demand/headphones/gold/eu/chance"], np.array([first.sum()]))
    assert drawn.chance[first].tolist() == own.tolist()
    assert len(np.unique(drawn.chance)) == len(drawn)


def test_a_book_is_the_same_whenever_it_is_drawn(book):
    one, again, other = (book(PRODUCTS, [HEADPHONES], **RICH, replication=k) for k in (3, 3, 4))
    everything = slice(None)
    assert rows(one, everything) == rows(again, everything)
    assert rows(one, everything) != rows(other, everything)


def test_columns_have_the_distributions_of_their_sections(book):
    drawn = book(PRODUCTS, [HEADPHONES], **(RICH | {"run": {"horizon": "2000 days"}}))
    main = of(drawn, "headphones")
    gold, us = main & (drawn.segment == 0), main & (drawn.region == drawn.regions.index("us"))

    def near(values, mean, variance):
        assert abs(values.mean() - mean) < 5 * math.sqrt(variance / len(values))

    near(drawn.quantity[main], 1.5, 1.5 * 0.5)
    near(drawn.patience[gold], 9, 4.5**2)
    assert (drawn.patience[main & ~gold] == math.inf).all()
    near(drawn.willing[gold], 0.5, 1 / 12)
    near(drawn.delivery[us], 3, 1.5**2)
    near(drawn.pick[main & ~us], 6 / 1440, (6 / 1440) ** 2)
    assert (drawn.delivery[main & ~us] == 0).all()
    near(gold[main], 0.3, 0.21)
    near(us[main], 0.5, 0.25)
    assert set(drawn.price[main]) == {89.0}


def test_rows_are_in_order_of_time_and_orders_are_counted(book):
    drawn = book(PRODUCTS, [HEADPHONES, CASES], **RICH)
    assert (np.diff(drawn.time) >= 0).all()
    assert drawn.order[0] == 0
    assert set(np.diff(drawn.order)) == {0, 1}
    same = np.diff(drawn.order) == 0
    for column in ("time", "segment", "region", "patience", "willing"):
        values = getattr(drawn, column)
        assert np.array_equal(values[1:][same], values[:-1][same]), column


def test_further_lines_come_with_their_chance(book):
    demand = {key: value for key, value in HEADPHONES.items() if key != "also_quantity"}
    drawn = book(PRODUCTS, [demand], **(RICH | {"run": {"horizon": "500 days"}}))
    orders = int(drawn.order[-1]) + 1
    assert orders == of(drawn, "headphones").sum()
    for product, chance in (("case", 0.25), ("cable", 0.5)):
        share = of(drawn, product).sum() / orders
        assert abs(share - chance) < 5 * math.sqrt(chance * (1 - chance) / orders)
    sizes = np.bincount(drawn.order)
    assert abs((sizes == 3).mean() - 0.125) < 5 * math.sqrt(0.125 * 0.875 / orders)
    assert (drawn.product[np.flatnonzero(np.diff(drawn.order, prepend=-1))] == 0).all(), (
        "the main line is first"
    )


def test_orders_of_one_instant_keep_their_lines_together(book):
    clockwork = {"type": "renewal", "interval": "1 day", "first": "1 day"}
    demand = [
        {"product": "a", "arrivals": clockwork, "also": {"b": "100 %"}, "quantity": 2},
        {"product": "c", "arrivals": clockwork, "also": {"a": "100 %"}, "also_quantity": 7},
        {"product": "a", "arrivals": clockwork},
    ]
    drawn = book(["a", "b", "c"], demand, run={"horizon": "3 days", "cool_down": "1 day"})
    assert drawn.time.tolist() == [1.0] * 5 + [2.0] * 5 + [3.0] * 5
    assert [drawn.products[k] for k in drawn.product] == list("abcaa") * 3
    assert drawn.order.tolist() == [0, 0, 1, 1, 2, 3, 3, 4, 4, 5, 6, 6, 7, 7, 8]
    assert drawn.quantity.tolist() == [2, 1, 1, 7, 1] * 3


def test_a_line_of_no_units_is_no_line(book):
    quantity = {"dist": "discrete", "values": {0: 0.5, 3: 0.5}}
    drawn = book(["a", "b"], [{"product": "a", "rate": "20/day", "quantity": quantity, "also": {"b": 0.5}}])
    assert set(drawn.quantity[of(drawn, "a")]) == {3.0}
    assert set(np.diff(drawn.order)) == {0, 1}
    alone = np.bincount(drawn.order)[drawn.order] == 1
    assert (alone & of(drawn, "b")).any(), "an order may have only its further line"


def test_a_stock_is_a_product_in_the_warehouse_of_the_region(book):
    drawn = book(PRODUCTS, [HEADPHONES, CASES | {"rate": 0}], **RICH)
    assert (drawn.regions, drawn.warehouses) == (("eu", "us"), ("rotterdam", "reno"))
    assert drawn.stocks == tuple((warehouse, product) for warehouse in range(2) for product in range(3))
    pairs = np.array(drawn.stocks)[drawn.stock]
    assert np.array_equal(pairs[:, 1], drawn.product)
    assert np.array_equal(pairs[:, 0], drawn.region)
    only = book(PRODUCTS, [CASES | {"rate": 0}], **RICH)
    assert (only.stocks, len(only)) == (((1, 1),), 0), "a stock is there before its first order"


@given(later=st.floats(0, 30), cool_down=st.floats(0, 5))
def test_a_longer_run_only_appends(book, later, cool_down):
    demand = [HEADPHONES, CASES | {"arrivals": {"type": "negative_binomial", "dispersion": 0.5}}]
    sections = RICH | {"profiles": [{"weekly": [1, 1, 1, 2, 1, 0, 0]}]}
    short = book(PRODUCTS, demand, **(sections | {"run": {"horizon": "6.5 days", "cool_down": 0}}))
    run = {"horizon": f"{6.5 + later} days", "cool_down": f"{cool_down} days"}
    long = book(PRODUCTS, demand, **(sections | {"run": run}))
    n = len(short)
    assert rows(long, slice(n)) == rows(short, slice(None))
    assert np.array_equal(long.order[:n], short.order)
    assert np.array_equal(long.stock[:n], short.stock)


OTHERS = st.sampled_from(
    [
        {"product": "case", "segment": "gold", "region": "us", "rate": "9/day"},
        {"product": "case", "segments": {"gold": 0.5, "new": 0.5}, "region": "asia", "rate": "1/day"},
        {"product": "cable", "segment": "new", "region": "eu", "rate": "4/day", "also": {"case": 0.5}},
        {"product": "new/one", "rate": "2/day", "region": "eu", "arrivals": {"type": "renewal", "cv": 0.5}},
    ]
)


@given(
    before=st.lists(OTHERS, max_size=3),
    after=st.lists(OTHERS, max_size=3),
    profile=st.sampled_from(["case", "cable"]),
)
def test_what_is_added_for_others_moves_no_order(book, before, after, profile):
    demand = {key: value for key, value in HEADPHONES.items() if key != "also"}
    run = {"run": {"horizon": "8 days", "cool_down": 0}}
    alone = book(PRODUCTS, [demand], **(RICH | run))
    richer = (
        RICH
        | run
        | {
            "customers": {"new": {"patience": "2 days"}, **RICH["customers"]},
            "warehouses": {"osaka": {"serves": ["asia"]}, **RICH["warehouses"]},
            "profiles": [{"weekly": [1, 2, 3, 4, 5, 6, 7], "products": [profile]}],
        }
    )
    among = book({"new/one": {}, **PRODUCTS}, [*before, demand, *after], **richer)
    assert same_orders(alone, among, "headphones")


def test_a_second_stream_of_the_same_customers_is_another_one(book):
    one = book(PRODUCTS, [CASES], **RICH)
    two = book(PRODUCTS, [CASES, CASES], **RICH)
    assert len(np.unique(two.time)) == len(two) > 1.5 * len(one)
    assert set(one.time) < set(two.time)


def test_policies_face_the_same_customers(book):
    accept, reject = (
        book(PRODUCTS, [HEADPHONES], **RICH, policies={"backorders": name}) for name in ("accept", "reject")
    )
    assert rows(accept, slice(None)) == rows(reject, slice(None))


def test_a_column_of_one_number_takes_no_memory(book):
    drawn = book(PRODUCTS, [CASES], **RICH)
    assert drawn.price.strides == (0,)
    bytes_a_line = sum(
        values.itemsize
        for name in OrderBook.__dataclass_fields__
        if isinstance(values := getattr(drawn, name), np.ndarray) and values.strides != (0,)
    )
    assert bytes_a_line <= 150


def test_the_frame_has_names(book):
    drawn = book(PRODUCTS, [HEADPHONES], **RICH)
    drawn.open("status")
    drawn.status[0] = Status.FILLED_LATE
    frame = drawn.frame()
    assert len(frame) == len(drawn)
    first = frame.iloc[0]
    assert first["product"] == "headphones"
    assert first["status"] == "filled_late"
    assert first["segment"] == drawn.segments[drawn.segment[0]]
    assert first["warehouse"] == {"eu": "rotterdam", "us": "reno"}[first["region"]]
    assert frame["served_from"].tolist() == frame["warehouse"].tolist()
    assert set(frame["served_from"]) == {"rotterdam", "reno"}
    assert frame["time"].tolist() == drawn.time.tolist()
    assert frame["cancelled"].isna().all()


@given(st.data())
def test_every_unit_is_accounted_for(book, data):
    drawn = book(["a"], [{"product": "a", "rate": "5/day", "quantity": 4}], run={"horizon": "9 days"})
    drawn.open("status", "filled", "substituted")
    for k in range(min(len(drawn), 20)):
        drawn.status[k] = status = data.draw(st.sampled_from(Status))
        allocated = {
            Status.FROM_STOCK: 4.0,
            Status.FILLED_LATE: 4.0,
            Status.PENDING: 0.0,
            Status.CANCELLED: 0.0,
            Status.MADE: 4.0,
            Status.NOT_MADE: 0.0,
        }
        drawn.filled[k] = allocated.get(status, data.draw(st.integers(0, 3)))
        if status == Status.SUBSTITUTED:
            drawn.substituted[k] = 4 - drawn.filled[k]
        elif status in {Status.BACKORDERED, Status.REFUSED, Status.DECLINED, Status.CANCELLED}:
            drawn.substituted[k] = data.draw(st.integers(0, 4 - int(drawn.filled[k])))
        elif status == Status.FILLED_LATE:
            drawn.substituted[k] = data.draw(st.integers(0, 3))
            drawn.filled[k] = 4 - drawn.substituted[k]
    units = drawn.units()
    assert sum(units.values()) == drawn.quantity.sum()
    assert min(units.values()) >= 0
    waiting = np.isin(drawn.status, [Status.BACKORDERED, Status.TO_MAKE])
    assert units["open"] == 4 * waiting.sum() - drawn.substituted[waiting].sum()
    assert units["substituted"] == drawn.substituted.sum()


def test_what_is_served_when_it_is_placed_is_promised_so_many_days_later(book):
    drawn = book(PRODUCTS, [HEADPHONES], **RICH)
    drawn.open("status", "promised", "repromised")
    drawn.status[:] = np.resize([Status.FROM_STOCK, Status.SUBSTITUTED, Status.FILLED_LATE], len(drawn))
    days = np.where(drawn.stock == drawn.stock[0], 2.0, math.nan)
    drawn.promise_at_once(lambda rows: days[rows])
    promised = (drawn.stock == drawn.stock[0]) & (drawn.status != Status.FILLED_LATE)
    assert drawn.promised[promised].tolist() == (drawn.time[promised] + 2.0).tolist()
    assert np.isnan(drawn.promised[~promised]).all()
    assert np.array_equal(drawn.repromised, drawn.promised, equal_nan=True)


def test_rows_of_a_stock_are_found_next_to_each_other(book):
    drawn = book(PRODUCTS, [HEADPHONES], **RICH)
    assert drawn.by_stock is not None
    assert (np.diff(drawn.stock[drawn.by_stock]) >= 0).all()
    same = np.diff(drawn.stock[drawn.by_stock]) == 0
    assert (np.diff(drawn.by_stock)[same] > 0).all()
    assert book(PRODUCTS, [CASES], **RICH).by_stock is None, "all lines are of one stock"


def test_what_is_noted_of_some_lines_stands_in_their_rows(book):
    drawn = book(PRODUCTS, [HEADPHONES], **RICH)
    drawn.open("status")
    drawn.status[:] = np.resize([Status.FROM_STOCK, Status.DECLINED, Status.FILLED_LATE], len(drawn))
    late = drawn.rest()[1::2][::-1]
    drawn.note(late, {"notices": np.arange(len(late)), "compensation": late / 2.0})
    assert drawn.notices[late].tolist() == list(range(len(late)))
    assert drawn.compensation[late].tolist() == (late / 2.0).tolist()
    assert drawn.notices.sum() == sum(range(len(late)))
    assert drawn.notices.dtype == np.int16
