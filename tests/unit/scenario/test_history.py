"""What the section of an order history makes of the rows of its files."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulator.experiments.workers.workload import workload
from simulator.orders import Streams, draw
from simulator.orders.daily_demand import counted_moments
from simulator.orders.order_book import OrderBook
from simulator.scenario.data_file_notes import reading_notes
from simulator.scenario.histories.order_files import OrderRows, read_history
from simulator.scenario.load import load
from simulator.scenario.scenario import Scenario
from simulator.scenario.sections.order_history import History
from simulator.values.mistakes import ScenarioError

ROWS = """\
when,order,product,units,kind,status,customer,wanted
2025-12-01 06:00,1, mug ,5,trade,delivered,anna,2025-12-03
2025-12-01 12:00,2,cup,2,,cancelled,bert,
2025-12-02 12:00,3,mug,4,guest,delivered,anna,2025-12-02
"""
COLUMNS = {"time": "when", "order": "order", "product": "product", "quantity": "units"}


def written(folder: Path, text: str = ROWS, name: str = "orders.csv") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def rows_of(folder: Path, columns: dict[str, Any] | None = None, **fields: Any) -> OrderRows:
    written_columns = COLUMNS | (columns or {})
    return read_history(
        History.model_validate({"orders": "orders.csv", "columns": written_columns, **fields}), folder
    )


def scenario(
    folder: Path, entry: str, *more: str, products: str = "{mug: {price: 9}, cup: {price: 4}}"
) -> Scenario:
    lines = [f"products: {products}", "demand:", f"  - {entry}", *more]
    (folder / "shop.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return load(folder / "shop.yaml")


def book(valid: Scenario, replication: int = 0) -> OrderBook:
    return draw(valid, Streams(valid.run.seed, replication))


ENTRY = "{orders: orders.csv, columns: {time: when, order: order, product: product, quantity: units}"


def test_rows_are_chosen_by_the_values_of_columns(tmp_path: Path) -> None:
    written(tmp_path)
    assert rows_of(tmp_path, only={"status": "delivered"}).row.tolist() == [2, 4]
    assert rows_of(tmp_path, **{"except": {"status": ["delivered", "lost"]}}).row.tolist() == [3]
    chosen = rows_of(
        tmp_path, only={"status": ["delivered"]}, **{"except": {"customer": ["bert"], "kind": "guest"}}
    )
    assert chosen.row.tolist() == [2]
    assert chosen.notes == ("orders.csv: 2 rows are left out by 'only' and 'except'",)
    with pytest.raises(ScenarioError, match=r"has no orders; .* no row has status 'deliverd'; did you mean"):
        rows_of(tmp_path, only={"status": "deliverd"})
    with pytest.raises(
        ScenarioError, match=r"orders.csv:1:1: only: no column 'state'; did you mean 'status'\?"
    ):
        rows_of(tmp_path, only={"state": "delivered"})


def test_numbers_in_a_filter_are_what_is_written(tmp_path: Path) -> None:
    written(tmp_path, ROWS.replace(",1, mug", ",007, mug"))
    valid = scenario(tmp_path, f"{ENTRY}, only: {{order: [007, 3]}}}}")
    assert len(book(valid)) == 2


def test_empty_cells_have_a_value(tmp_path: Path) -> None:
    written(tmp_path)
    rows = rows_of(tmp_path, {"segment": {"column": "kind", "empty": "guest"}})
    assert rows.segment is not None
    assert [rows.segment.names[k] for k in rows.segment.codes] == ["trade", "guest", "guest"]
    with pytest.raises(ScenarioError, match=r"orders.csv:3:1: kind: is empty"):
        rows_of(tmp_path, {"segment": "kind"})
    with pytest.raises(ValueError, match="'empty' of 'price' must be a number, not 'cheap'"):
        rows_of(tmp_path, {"price": {"column": "kind", "empty": "cheap"}})


def test_names_are_trimmed(tmp_path: Path) -> None:
    assert rows_of(written(tmp_path)).product.names == ("mug", "cup")


@pytest.mark.parametrize(
    ("sales", "columns", "left", "note"),
    [
        # Of the customer: the later of the two sales before it first, then the earlier.
        (
            [("1", "anna", 5), ("2", "anna", 4), ("3", "anna", -6), ("4", "anna", 3)],
            {"customer": "customer"},
            [3, 3],
            6,
        ),
        # Of the order, although the customer bought the same later.
        ([("1", "anna", 5), ("2", "anna", 4), ("1", "anna", -2)], {"customer": "customer"}, [3, 4], 2),
        # Without customers only of the order.
        ([("1", "anna", 5), ("3", "anna", -2)], {}, [5], 0),
        # Not of another customer, and none without a name.
        ([("1", "anna", 5), ("3", "bert", -2), ("4", "", -1)], {"customer": "customer"}, [5], 0),
        # Not of a later sale.
        ([("1", "anna", -2), ("2", "anna", 5)], {"customer": "customer"}, [5], 0),
    ],
)
def test_returns_are_taken_off_earlier_sales(
    tmp_path: Path, sales: list[tuple[str, str, int]], columns: dict[str, str], left: list[int], note: int
) -> None:
    body = "".join(
        f"2025-12-{day:02} 08:00,{order},mug,{units},,,{customer},\n"
        for day, (order, customer, units) in enumerate(sales, 1)
    )
    written(tmp_path, ROWS.splitlines()[0] + "\n" + body)
    rows = rows_of(tmp_path, columns, returns="net")
    assert rows.quantity.tolist() == left
    assert rows.notes[-1].startswith(f"orders.csv: {note} returned units are taken off earlier sales")
    returned = -sum(units for *_, units in sales if units < 0)
    assert (f"; {returned - note} have no earlier sale and are left out" in rows.notes[-1]) == (
        returned > note
    )


def test_a_return_in_the_next_file_is_taken_off_a_sale_in_the_first(tmp_path: Path) -> None:
    written(tmp_path)
    written(tmp_path, "when,order,product,units\n2026-01-02,1,mug,-5\n2026-01-02,4,cup,1\n", "more.csv")
    source = {"orders": ["orders.csv", "more.csv"], "columns": COLUMNS, "returns": "net"}
    rows = read_history(History.model_validate(source), tmp_path)
    assert rows.quantity.tolist() == [2, 4, 1]
    assert rows.order.tolist() == [0, 1, 2]
    assert [rows.files[k].name for k in rows.file] == ["orders.csv", "orders.csv", "more.csv"]
    assert rows.row.tolist() == [3, 4, 3]


def test_unreadable_rows_are_skipped_and_counted(tmp_path: Path) -> None:
    text = ROWS.replace("2025-12-01 12:00", "unknown").replace(",4,guest", ",four,guest")
    rows = rows_of(written(tmp_path, text), unreadable="skip")
    assert rows.row.tolist() == [2]
    assert rows.notes == ("orders.csv: 2 rows are left out, unreadable (units: 1, when: 1)",)


def test_goods_may_be_wanted_later(tmp_path: Path) -> None:
    written(tmp_path)
    valid = scenario(tmp_path, f"{ENTRY[:-1]}, due: wanted}}}}")
    drawn = book(valid)
    # Order 1 is placed at 6:00 and wanted two days later at midnight; order 3's date is past when it is placed.
    assert drawn.time.tolist() == [0.5, 1.5, 2.0]
    assert drawn.lead.tolist() == [0, 0, 1.75]
    assert [drawn.products[k] for k in drawn.product] == ["cup", "mug", "mug"]


def test_a_history_of_one_product(tmp_path: Path) -> None:
    written(tmp_path)
    entry = "{orders: orders.csv, columns: {time: when, order: order, product: null, quantity: units}}"
    valid = scenario(tmp_path, entry, products="{mug: {price: 9}}")
    assert book(valid).quantity.tolist() == [5, 2, 4]
    valid = scenario(tmp_path, entry.replace("}}", "}, product: cup}"))
    assert {valid.demand[0].product} == {"cup"}  # type: ignore[attr-defined]
    with pytest.raises(ScenarioError, match="name the product of all rows: 'product: …'"):
        scenario(tmp_path, entry)


def test_a_scaled_history_has_so_many_lines_on_average_and_keeps_those_of_a_smaller_scale(
    tmp_path: Path,
) -> None:
    header = ROWS.splitlines()[0]
    body = "".join(f"2025-12-{1 + k // 100:02} 08:00,{k // 2},mug,1,,,,\n" for k in range(1000))
    written(tmp_path, f"{header}\n{body}")
    counts = {}
    for scale in ("0.3", "0.6", "1", "1.2", "2", "2.5"):
        drawn = book(scenario(tmp_path, f"{ENTRY}, scale: {scale}}}"))
        counts[scale] = len(drawn)
        # Five standard deviations of a binomial number of lines.
        part = float(scale) % 1
        assert abs(len(drawn) - 1000 * float(scale)) <= 5 * np.sqrt(1000 * part * (1 - part))
    assert counts["1"] == 1000
    assert counts["2"] == 2000
    one, two = (book(scenario(tmp_path, f"{ENTRY}, scale: {scale}}}")) for scale in ("0.3", "0.6"))
    assert set(one.chance.tolist()) < set(two.chance.tolist())
    doubled = book(scenario(tmp_path, f"{ENTRY}, scale: 2}}"))
    assert set(book(scenario(tmp_path, f"{ENTRY}}}")).chance.tolist()) < set(doubled.chance.tolist())
    assert doubled.order.max() == 999, "the second copy of a line is in a second order"


def test_a_history_may_be_thinned_to_nothing(tmp_path: Path) -> None:
    written(tmp_path)
    assert len(book(scenario(tmp_path, f"{ENTRY}, scale: 0.0001}}"))) == 0


def test_a_history_comes_again(tmp_path: Path) -> None:
    written(tmp_path)
    valid = scenario(tmp_path, f"{ENTRY}, repeat: 1 week}}", "run: {horizon: 14 days, cool_down: 1 day}")
    assert book(valid).time.tolist() == [0.25, 0.5, 1.5, 7.25, 7.5, 8.5, 14.25, 14.5]
    longer = scenario(tmp_path, f"{ENTRY}, repeat: 1 week}}", "run: {horizon: 30 days}")
    assert book(longer).chance[:8].tolist() == book(valid).chance.tolist()
    with pytest.raises(
        ScenarioError, match=r"shop.yaml:3:.*: the history lasts 2 days; it cannot come again after 1"
    ):
        scenario(tmp_path, f"{ENTRY}, repeat: 1 day}}")


def test_levels_of_scaled_and_repeated_histories(tmp_path: Path) -> None:
    written(tmp_path)
    moments = dict(counted_moments(scenario(tmp_path, f"{ENTRY}, repeat: 1 week, scale: 1.5}}")))
    # Mugs: 5 and 4 in a week of 7 days, 1.5 times; each line of q adds 0.5 · 0.5 · q² of variance to the week.
    mean = 1.5 * 9 / 7
    variance = 1.5**2 * (25 + 16) / 7 - mean**2 + 0.25 * (25 + 16) / 7
    assert moments["warehouse", "mug"] == pytest.approx((mean, variance))


def test_several_files_are_read_as_one_here_and_for_products(tmp_path: Path) -> None:
    written(tmp_path)
    written(tmp_path, "when,order,product,units\n2026-01-02,9,jug,1\n", "jan.csv")
    entry = ENTRY.replace("orders.csv", "[orders.csv, jan.csv]") + "}"
    valid = scenario(tmp_path, entry, products="{from: [orders.csv, jan.csv]}")
    assert list(valid.products) == ["mug", "cup", "jug"]
    assert valid.run.start == datetime.date(2025, 12, 1)
    assert valid.run.horizon == 33
    assert len(book(valid)) == 4


@pytest.mark.parametrize(
    ("products", "told"),
    [
        ("{from: {file: orders.csv}}", "must be the path of a data file, or a list of paths"),
        ("{from: [orders.csv, other.csv]}", "no entry of 'demand' has 'orders: other.csv', which would name"),
    ],
)
def test_products_from_something_else(tmp_path: Path, products: str, told: str) -> None:
    written(tmp_path)
    with pytest.raises(ScenarioError) as caught:
        scenario(tmp_path, f"{ENTRY}}}", products=products)
    assert len([one for one in caught.value.mistakes if told in one.message]) == 1
    assert "Node(" not in str(caught.value)


def test_an_unreadable_file_is_told_once_and_nothing_follows_from_it(tmp_path: Path) -> None:
    written(tmp_path, ROWS.replace(",4,guest", ",four,guest"))
    stream = "  - {product: mug, rate: 1/day}"
    with pytest.raises(ScenarioError) as caught:
        scenario(
            tmp_path,
            f"{ENTRY}}}",
            stream,
            "warehouses: {hall: {pickers: many}}",
            products="{from: orders.csv}",
        )
    told = [str(mistake).removeprefix(f"{tmp_path}/") for mistake in caught.value.mistakes]
    asked = f"(asked for in {tmp_path}/shop.yaml:3)"
    assert (
        told[0]
        == f"orders.csv:4:1: units: 'four' is not a number; 'unreadable: skip' leaves such rows out {asked}"
    )
    assert len(told) == 2, "the file, and what is wrong elsewhere"
    assert told[1].startswith("shop.yaml:5:30: warehouses.hall.pickers: ")


def test_what_was_found_out_is_told(tmp_path: Path) -> None:
    written(tmp_path, "day;units\n1;2,5\n2;1.000,0\n", "sizes.csv")
    sizes = "{product: mug, rate: 1/day, quantity: {dist: empirical, file: sizes.csv, column: units}}"
    assert reading_notes(scenario(tmp_path, sizes, products="{mug: {}}")) == [
        "sizes.csv: read as: ';', decimal ','"
    ]
    written(tmp_path, ROWS.replace("2025-12-01", "1/12/2025").replace("2025-12-02 ", "13/12/2025 "))
    assert reading_notes(scenario(tmp_path, f"{ENTRY}}}")) == ["orders.csv: read as: day first"]


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"columns": {"customer": "c"}}, "the column 'customer' is read for 'returns: net' only"),
        ({"returns": "net"}, "'returns: net' needs a column 'order' or 'customer'"),
        ({"product": "mug"}, "give either a fixed 'product'"),
        ({"orders": ["a.csv", "a.csv"]}, "a file stands twice in 'orders'"),
        ({"wide": True, "columns": {"time": "when"}}, "leave out 'time'"),
        ({"scale": 0}, "a quantity here must be more than 0"),
        ({"scale": 2000}, "less than or equal to 1000"),
    ],
)
def test_histories_that_cannot_be(fields: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        History.model_validate({"orders": "a.csv", **fields})


def test_the_work_ahead_counts_copies_and_repetitions(tmp_path: Path) -> None:
    written(tmp_path)
    run = "run: {horizon: 28 days, cool_down: 0 days}"
    once = workload(scenario(tmp_path, f"{ENTRY}}}", run)).counts["order lines"]
    often = workload(scenario(tmp_path, f"{ENTRY}, scale: 2.5, repeat: 1 week}}", run)).counts["order lines"]
    assert (once, often) == (3, 30)
