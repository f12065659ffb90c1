import datetime
import gzip
import math
import os
from pathlib import Path

import numpy as np
import pytest

from simulator.orders import draw
from simulator.orders.daily_demand import counted_moments
from simulator.orders.random.streams import Streams
from simulator.scenario.histories.order_files import history_products, history_span, read_history
from simulator.scenario.load import load
from simulator.scenario.sections.order_history import History
from simulator.tables.format import Format
from simulator.values.mistakes import ScenarioError

ORDERS = """\
invoice,when,article,units,class,where,paid,note
A2,2026-01-05 12:00,0007,2,gold,eu,3.50,
A1,2026-01-05T06:00:00,NA,1,standard,us,10,"a, b"
A4,2026-01-05 12:00,lamp,3,standard,us,21,

R9,2026-01-06 09:00,lamp,-5,gold,eu,20,
A3,2026-01-07,0007,1.5,standard,us,4.50,
A2,2026-01-05 12:01,lamp,5,gold,eu,,
"""
COLUMNS = {"time": "when", "order": "invoice", "product": "article", "quantity": "units"}
ALL = COLUMNS | {"segment": "class", "region": "where", "price": "paid"}
SECTIONS = {
    "customers": {"gold": {"patience": {"dist": "exponential", "mean": "5 days"}}, "standard": {}},
    "warehouses": {
        "rotterdam": {"serves": ["eu"], "delivery": {"dist": "exponential", "mean": "3 days"}},
        "reno": {"serves": ["us"], "delivery": "1 day"},
    },
    "run": {"start": "2026-01-05", "horizon": "7 days", "cool_down": 0},
}
PRODUCTS = {"0007": {"price": 3}, "NA": {"price": 9}, "lamp": {"price": 20}}


@pytest.fixture(params=["orders.csv", "orders.csv.gz"])
def file(tmp_path, request) -> Path:
    path = Path(tmp_path, request.param)
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(ORDERS.encode()))
    else:
        path.write_text(ORDERS, encoding="utf-8")
    return path


def history(path: Path, columns=None, **fields) -> dict:
    return {"orders": str(path), "columns": ALL if columns is None else columns, "returns": "skip", **fields}


def written(folder: Path, text: str) -> Path:
    path = folder / "orders.csv"
    path.write_text(text, encoding="utf-8")
    return path


def mistakes(path: Path, **fields) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        read_history(History.model_validate({"orders": path.name, **fields}), path.parent)
    return [str(mistake).replace(f"{path.parent}/", "") for mistake in caught.value.mistakes]


def test_the_terms_of_a_region_move_no_other_region(book, file):
    def delivered(serves):
        site = {"serves": serves, "delivery": {"dist": "exponential", "mean": "3 days"}}
        drawn = book(PRODUCTS, [history(file)], **SECTIONS | {"warehouses": {"rotterdam": site}})
        at_home = np.array([drawn.regions[k] == "eu" for k in drawn.region])
        return drawn.delivery[at_home], drawn.delivery[~at_home]

    near, far = delivered(["eu", "us"])
    assert [len(near), len(far)] == [2, 3]
    for terms in ({"dist": "exponential", "mean": "9 days"}, "9 days"):
        as_before, changed = delivered({"eu": {}, "us": {"delivery": terms}})
        np.testing.assert_array_equal(as_before, near)
        assert np.all(changed != far)
    assert changed.tolist() == [9.0] * 3


def test_rows_become_order_lines(book, file):
    drawn = book(PRODUCTS, [history(file)], **SECTIONS)
    # Order A2 was placed at its earlier row; A4 at the same instant, but later in the file.
    assert drawn.time.tolist() == [0.25, 0.5, 0.5, 0.5, 2.0]
    assert drawn.order.tolist() == [0, 1, 1, 2, 3]
    assert [drawn.products[k] for k in drawn.product] == ["NA", "0007", "lamp", "lamp", "0007"]
    assert [drawn.segments[k] for k in drawn.segment] == ["standard", "gold", "gold", "standard", "standard"]
    assert [drawn.regions[k] for k in drawn.region] == ["us", "eu", "eu", "us", "us"]
    assert drawn.quantity.tolist() == [1, 2, 5, 3, 1.5]
    assert drawn.price.tolist() == [10, 3.5, 20, 21, 4.5]
    assert drawn.stocks == ((0, 0), (0, 2), (1, 0), (1, 1), (1, 2))


def test_what_the_file_does_not_say_is_drawn(book, file):
    one, two = (book(PRODUCTS, [history(file)], **SECTIONS, replication=k) for k in (1, 2))
    assert np.array_equal(one.time, two.time)
    assert np.array_equal(np.isinf(one.patience), [True, False, False, True, True])
    assert one.patience[1] == one.patience[2], "the lines of an order have one customer"
    assert one.patience[1] != two.patience[1]
    assert one.delivery[[0, 3, 4]].tolist() == [1.0] * 3
    assert one.delivery[1] != one.delivery[2]
    assert len(np.unique([one.chance, two.chance])) == 10


def test_rows_outside_the_run_are_left_out(book, file):
    whole = book(PRODUCTS, [history(file)], **SECTIONS)
    run = {"start": "2026-01-05", "horizon": "12 h", "cool_down": 0}
    short = book(PRODUCTS, [history(file)], **(SECTIONS | {"run": run}))
    assert short.time.tolist() == [0.25]
    run = {"start": "2026-01-06", "horizon": "9 days"}
    late = book(PRODUCTS, [history(file)], **(SECTIONS | {"run": run}))
    assert late.time.tolist() == [1.0]
    assert short.chance[0] == whole.chance[0], "the run's length moves no draw"
    assert late.chance[0] == whole.chance[-1]


def test_two_readings_of_a_file_have_different_draws(book, file):
    drawn = book(PRODUCTS, [history(file), history(file)], **SECTIONS)
    assert len(drawn) == 10
    assert len(np.unique(drawn.chance)) == 10
    assert drawn.order.max() == 7
    assert drawn.order.tolist() == [0, 1, 2, 2, 3, 4, 4, 5, 6, 7]


def test_histories_and_drawn_demand_share_a_book(book, file):
    demand = {"product": "lamp", "rate": "5/day", "segment": "gold", "region": "eu"}
    alone = book(PRODUCTS, [demand], **SECTIONS)
    both = book(PRODUCTS, [history(file), demand], **SECTIONS)
    assert len(both) == len(alone) + 5
    assert set(alone.time) < set(both.time)
    assert (np.diff(both.time) >= 0).all()


def test_few_columns_are_enough(book, tmp_path):
    path = written(tmp_path, "time,product\n0.5,a\n0.25,b\n0.25,b\n-1,a\n")
    columns = {"quantity": None}
    drawn = book({"a": {"price": 2}, "b": {}}, [history(path, columns)], run={"horizon": "1 day"})
    assert drawn.time.tolist() == [0.25, 0.25, 0.5]
    assert drawn.order.tolist() == [0, 1, 2], "without order numbers every row is an order"
    assert drawn.price.tolist() == [0, 0, 2]
    assert (drawn.quantity == 1).all()
    assert (drawn.patience == math.inf).all()
    assert (drawn.segments, drawn.regions) == (("customers",), ("everywhere",))


def test_a_fixed_segment_and_region(book, file):
    drawn = book(PRODUCTS, [history(file, COLUMNS, segment="standard", region="us")], **SECTIONS)
    assert {drawn.segments[k] for k in drawn.segment} == {"standard"}
    assert {drawn.regions[k] for k in drawn.region} == {"us"}
    assert drawn.price.tolist() == [9, 3, 20, 20, 3]


def test_an_order_goes_to_one_region(book, tmp_path):
    path = written(tmp_path, "time,order,product,quantity,where\n0,1,a,1,eu\n0,1,b,1,us\n")
    columns = {"order": "order", "region": "where"}
    drawn = book(["a", "b"], [history(path, columns)], **SECTIONS)
    assert (drawn.stocks, drawn.stock.tolist()) == (((0, 0), (0, 1)), [0, 1])


def test_span_and_products_of_a_file(file, tmp_path):
    source = History.model_validate(history(Path(file.name)))
    assert history_span(source, file.parent) == (datetime.date(2026, 1, 5), 3.0)
    prices = history_products(source, file.parent)
    assert list(prices.items()) == [("0007", 4.0), ("NA", 10.0), ("lamp", 21.0)]
    counted = written(tmp_path, "time,product,quantity\n3,x,1\n0.5,y,1\n")
    assert history_span(History(orders=counted.name), tmp_path) == (None, 4.0)
    assert history_products(History(orders=counted.name), tmp_path) == {"x": None, "y": None}


def test_names_are_trimmed_text(tmp_path):
    path = written(tmp_path, "time,order,product,quantity\n1,01,007,1\n2,1,7,1\n3, 1,7.0,1\n4,1 , 7,1\n")
    rows = read_history(
        History.model_validate({"orders": path.name, "columns": {"order": "order"}}), tmp_path
    )
    assert rows.product.names == ("007", "7", "7.0")
    assert rows.order.tolist() == [0, 1, 1, 1]


def test_times_with_offsets_are_wall_times_unless_the_zone_is_known(tmp_path):
    path = written(
        tmp_path, "time,product,quantity\n2026-01-05T06:00:00+02:00,x,1\n2026-01-05T12:00:00Z,x,1\n"
    )
    rows = read_history(History(orders=path.name), tmp_path)
    assert rows.times(datetime.date(2026, 1, 5)).tolist() == [0.25, 0.5]
    assert rows.notes == ("orders.csv: read as: offsets +02:00, +00:00, each as its own wall time",)
    rows = read_history(History(orders=path.name, format=Format(time_zone="Europe/Moscow")), tmp_path)
    assert rows.times(datetime.date(2026, 1, 5)).tolist() == [7 / 24, 15 / 24]


def test_a_changed_file_is_read_again(tmp_path):
    source = History(orders="orders.csv")
    written(tmp_path, "time,product,quantity\n1,x,1\n")
    assert len(read_history(source, tmp_path)) == 1
    path = written(tmp_path, "time,product,quantity\n1,x,1\n2,x,1\n")
    os.utime(path, ns=(0, 0))
    assert len(read_history(source, tmp_path)) == 2


def test_bad_cells_are_reported_by_row_and_column_all_at_once(tmp_path):
    path = written(
        tmp_path,
        "time,product,quantity,price,order\n"
        "2026-01-05,a,1,2,x\n"
        "05/01/2026,a,two,-2,x\n"
        "\n"
        "2026-02-30,,3,2,\n"
        "2026-01-05,a,,cheap,x\n"
        "2026-01-05,a,inf,,x\n",
    )
    not_a_date = "is not a date such as 2026-11-27 or a time such as 2026-11-27 14:30"
    skip = "; 'unreadable: skip' leaves such rows out"
    fill = f"{skip}, and 'columns: {{…: {{column: …, empty: …}}}}' gives empty cells a value"
    assert mistakes(path, columns={"price": "price", "order": "order"}) == [
        f"orders.csv:3:1: price: '-2' is below 0{skip}",
        f"orders.csv:3:1: quantity: 'two' is not a number{skip}",
        f"orders.csv:3:1: time: '05/01/2026' {not_a_date}{skip}",
        f"orders.csv:5:1: order: is empty{fill}",
        f"orders.csv:5:1: product: is empty{fill}",
        f"orders.csv:5:1: time: '2026-02-30' {not_a_date}",
        f"orders.csv:6:1: price: 'cheap' is not a number{skip}",
        "orders.csv:6:1: quantity: is empty",
        "orders.csv:7:1: quantity: 'inf' is not a number",
    ]


def test_of_a_kind_twenty_mistakes_are_told(tmp_path):
    path = written(tmp_path, "time,product,quantity\n" + "0,a,x\n" * 25 + "0,a,1\n")
    told = mistakes(path)
    assert len(told) == 20
    assert told[-1] == "orders.csv:21:1: quantity: 'x' is not a number (and 5 more rows)"


def test_days_that_are_not_numbers(tmp_path):
    path = written(tmp_path, "time,product,quantity\n0.5,a,1\n2026-01-05,a,1\n,a,1\n")
    assert mistakes(path) == [
        "orders.csv:3:1: time: '2026-01-05' is not a number of days; 'unreadable: skip' leaves such rows out",
        "orders.csv:4:1: time: is empty",
    ]


def test_missing_columns_are_named(tmp_path):
    path = written(tmp_path, "Time,article,Quantity\n0,a,1\n")
    assert mistakes(path) == [
        "orders.csv:1:1: product: no column 'product'; known: Time, article, Quantity",
        "orders.csv:1:1: quantity: no column 'quantity'; did you mean 'Quantity'?",
        "orders.csv:1:1: time: no column 'time'; did you mean 'Time'?",
    ]


def test_two_columns_of_one_name_are_a_mistake_only_if_they_are_read(tmp_path):
    path = written(tmp_path, "time,product,note,quantity,quantity,note\n0,a,,1,2,\n")
    assert mistakes(path) == ["orders.csv:1:1: quantity: several columns are named 'quantity'"]
    path = written(tmp_path, "time,product,note,quantity,,,note\n0,a,,1,2,,\n")
    assert len(read_history(History(orders=path.name), tmp_path)) == 1


def test_a_row_centuries_from_all_others_is_a_mistake(tmp_path):
    path = written(
        tmp_path, "time,product,quantity\n2026-01-05,a,1\n2206-01-05,a,1\n2026-01-06,a,1\n1926-01-06,a,1\n"
    )
    assert mistakes(path) == [
        (
            "orders.csv:3:1: time: '2206-01-05' is more than ten years from all other rows; "
            "'unreadable: skip' leaves such rows out"
        ),
        "orders.csv:5:1: time: '1926-01-06' is more than ten years from all other rows",
    ]


def test_renaming_the_file_moves_nothing(book, tmp_path):
    drawn = []
    for name in ("orders.csv", "sales of 2026.csv"):
        (tmp_path / name).write_text(ORDERS, encoding="utf-8")
        drawn.append(book(PRODUCTS, [history(tmp_path / name)], **SECTIONS))
    assert drawn[0].chance.tolist() == drawn[1].chance.tolist()
    assert drawn[0].patience.tolist() == drawn[1].patience.tolist()


def test_units_of_each_day_of_all_files_together(scenario, tmp_path):
    for name, rows in {
        "nov.csv": "2025-11-29 10:00,a,2\n2025-11-30 09:00,b,1\n",
        "dec.csv": "2025-12-02,a,3\n2025-12-02 23:59,a,1\n",
    }.items():
        (tmp_path / name).write_text(f"time,product,quantity\n{rows}", encoding="utf-8")
    demand = [{"orders": str(tmp_path / name)} for name in ("dec.csv", "nov.csv")]
    run = {"start": "2025-12-01", "horizon": "1 day"}
    moments = dict(counted_moments(scenario(["a", "b"], demand, run=run)))
    # a: 2, 0, 0, 4 units on the four days; b: 0, 1, 0, 0.
    assert moments == {("warehouse", "a"): (1.5, 2.75), ("warehouse", "b"): (0.25, 0.1875)}


def test_returns_are_refused_unless_skipped(tmp_path):
    path = written(tmp_path, "time,product,quantity\n0,a,1\n1,a,-2\n2,a,0\n3,a,4\n")
    advice = "'returns: skip' leaves such rows out, 'returns: net' takes them off earlier sales"
    assert mistakes(path) == [
        f"orders.csv:3:1: quantity: '-2' is not a positive quantity; {advice}",
        "orders.csv:4:1: quantity: '0' is not a positive quantity",
    ]
    rows = read_history(History(orders=path.name, returns="skip"), tmp_path)
    assert rows.quantity.tolist() == [1, 4]
    assert rows.row.tolist() == [2, 5]


@pytest.mark.parametrize("content", [b"", b"time,product,quantity\n", b"time,product,quantity\n0,a,-1\n"])
def test_a_file_without_orders(tmp_path, content):
    (tmp_path / "orders.csv").write_bytes(content)
    (mistake,) = mistakes(tmp_path / "orders.csv", returns="skip")
    assert mistake.startswith(("orders.csv:1:1: has no orders", "orders.csv:1:1: is empty"))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("orders.csv.gz", gzip.compress(ORDERS.encode(), mtime=0)[:60]),
        ("orders.csv", b"time,product,quantity\n0,\x00,1\n"),
        ("orders.xlsx", b"PK\x03\x04 and no more"),
        ("orders.parquet", b"PAR1 and no more"),
        ("orders.db", b"SQLite format 3\x00 and more"),
    ],
)
def test_a_damaged_file_is_a_mistake(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    (mistake,) = mistakes(tmp_path / name)
    assert mistake.startswith(f"{name}:1:1: ")


def test_rows_with_more_cells_than_the_header_are_mistakes_unless_they_are_empty(tmp_path):
    path = written(tmp_path, "time,product,quantity\n0,a,1\n0,a,1,5\n0,a\n0,a,1,,\n")
    told = (
        "4 cells, but the header has 3; ',' is taken for the separator; 'format: {separator: …}' sets another"
    )
    assert mistakes(path) == [f"orders.csv:3:1: {told}"]
    path = written(tmp_path, "\ntime,product,quantity\n0,a,1,,\n1,a,2\n")
    assert read_history(History(orders=path.name), tmp_path).row.tolist() == [3, 4]


def test_a_missing_file_is_a_mistake(tmp_path):
    assert mistakes(tmp_path / "order.csv") == ["order.csv:1:1: cannot be read: No such file or directory"]


def test_unknown_names_are_reported_at_their_first_row(scenario, file):
    sections = SECTIONS | {
        "customers": {"golden": {}, "standard": {}},
        "warehouses": {"rotterdam": {"serves": ["eu"]}},
    }
    wrong = scenario({"0007": {}, "na": {}, "lamps": {}}, [history(file)], **sections)
    with pytest.raises(ScenarioError) as caught:
        draw(wrong, Streams(1, 0))
    assert [str(mistake).removeprefix(f"{file}:") for mistake in caught.value.mistakes] == [
        "2:1: class: unknown segment 'gold'; did you mean 'golden'?",
        "3:1: article: unknown product 'NA'; did you mean 'na'?",
        "3:1: where: no warehouse serves region 'us'",
        "4:1: article: unknown product 'lamp'; did you mean 'lamps'?",
    ]


def test_a_run_before_all_orders_is_a_mistake(scenario, file):
    sections = SECTIONS | {"run": {"start": "2025-01-05", "horizon": "30 days", "cool_down": 0}}
    with pytest.raises(
        ScenarioError, match=r"none of its 5 rows is within the run, days 0 to 30 from 2025-01-05"
    ):
        draw(scenario(PRODUCTS, [history(file)], **sections), Streams(1, 0))


def test_a_path_starts_at_the_folder_of_the_scenario_file(file):
    text = f"""
        run: {{horizon: 7 days, cool_down: 0}}
        products: {{from: data/{file.name}}}
        demand: [{{orders: data/{file.name}, columns: {COLUMNS}, returns: skip}}]
    """
    (file.parent / "data").mkdir()
    file.rename(file.parent / "data" / file.name)
    (file.parent / "scenario.yaml").write_text(text, encoding="utf-8")
    drawn = draw(load(file.parent / "scenario.yaml"), Streams(1, 0))
    assert drawn.products == ("0007", "NA", "lamp")
    assert drawn.time.tolist() == [0.25, 0.5, 0.5, 0.5, 2.0]


def test_the_first_row_of_each_order(file):
    rows = read_history(History(**history(file)))
    assert rows.order.tolist() == [0, 1, 2, 3, 0]
    assert rows.first.tolist() == [0, 1, 2, 3]
    assert list(rows.first_seen(rows.product)) == [(0, "0007"), (1, "NA"), (2, "lamp")]
