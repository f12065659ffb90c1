"""The tables of a comparison: what stands where, at any width."""

import io

import pytest
from rich.console import Console

from simulator.reports.console.comparison import change_tables, customer_tables, show_comparison
from simulator.reports.results.comparison import ComparisonResults, compare


@pytest.fixture(scope="module")
def few(shop) -> ComparisonResults:
    return compare(shop, replications=10, workers=1)


@pytest.fixture(scope="module")
def many(shop) -> ComparisonResults:
    own = {f"reorder {level} and more": [f"policies.replenishment.r={level}"] for level in range(10, 60, 6)}
    return compare(shop, {**own, "as ever": ["policies.replenishment.r=30"]}, replications=4, workers=1)


def printed(what, width):
    stream = io.StringIO()
    console = Console(file=stream, width=width, highlight=False, markup=False, emoji=False)
    if isinstance(what, ComparisonResults):
        show_comparison(console, what)
    else:
        for table in what:
            console.print(table)
    return [line.rstrip() for line in stream.getvalue().splitlines()]


@pytest.mark.parametrize("width", [60, 80, 100, 140])
@pytest.mark.parametrize("which", ["few", "many"])
def test_no_line_is_too_long(which, width, request):
    lines = printed(request.getfixturevalue(which), width)
    assert max(map(len, lines)) <= width
    assert "…" not in "".join(lines)


@pytest.mark.parametrize("which", ["few", "many"])
def test_a_mark_is_explained_only_where_it_stands(which, request):
    lines = printed(request.getfixturevalue(which), 80)
    told = [k for k, line in enumerate(lines) if line.startswith("≠ instead of")]
    above = "".join(lines[: told[0]] if told else lines)
    assert not told or "≠" in above


def test_few_alternatives_are_columns(few):
    lines = printed(change_tables(few, 80), 80)
    assert lines[0].split() == ["as", "is", "no", "waiting", "members", "first"]
    assert [line.split("  ")[0] for line in lines[1:4]] == ["Profit", "Lines from stock", "Lines that waited"]
    assert len(change_tables(few, 80)) == 1


def test_many_alternatives_are_rows(many):
    lines = printed(change_tables(many, 80), 80)
    tables = len(change_tables(many, 80))
    assert tables <= 3
    for start in ("as is", "reorder 10", "reorder 58"):
        assert sum(line.startswith(start) for line in lines) == tables
    assert not any(line.startswith("as ever") for line in lines)  # nothing differs
    text = " ".join(printed(many, 80))
    assert "Nothing at all differs under 'as ever'." in text


def test_what_was_asked_for_is_all_there(shop):
    asked = [
        "profit",
        "orders",
        "units",
        "receipts",
        "ready_rate",
        "filled_units",
        "purchase_cost",
        "order_rate",
    ]
    found = compare(shop, ["no waiting", "members first"], replications=3, workers=1, metrics=asked)
    text = "\n".join(printed(change_tables(found, 60), 60))
    for name in (
        "Profit",
        "Orders",
        "Units",
        "Receipts",
        "Ready rate",
        "Filled units",
        "Purchase cost",
        "Order rate",
    ):
        assert name in text.replace("\n", " ")


def test_who_is_better_off(few):
    lines = printed(customer_tables(few, 80), 80)
    assert lines[0].split()[-3:] == ["Everybody", "members", "passers-by"]
    row = few.customers.set_index(["alternative", "segment"]).loc[("no waiting", "everybody")]
    shares = f"{100 * row['better']:.1f} % / {100 * row['worse']:.1f} %"
    assert (
        next(line for line in lines if line.startswith("no waiting"))
        .split("  ", 1)[1]
        .strip()
        .startswith(shares)
    )


def test_marks(few):
    lines = printed(change_tables(few, 80), 80)
    table = few.differences.query("shown and dimension == 'overall'").set_index(["metric", "alternative"])
    profit = next(line for line in lines if line.startswith("Profit"))
    assert ("✗" in profit) == (table.loc[("profit", "no waiting"), "verdict"] == "worse")
    assert "✓" in next(line for line in lines if line.startswith("Lines that waited"))
