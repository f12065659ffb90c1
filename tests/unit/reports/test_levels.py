"""Levels as a tidy table, and as the few rows that people read."""

import io
import math

import pytest
from rich.console import Console

from simulator.model.levels.sized_stock import Found, StockLevel
from simulator.policies.replenishment import BaseStock, OrderUpTo, ReorderPoint, StandingOrder
from simulator.reports.console.levels import show_levels
from simulator.reports.scenarios import validation
from simulator.reports.wording.level_tables import (
    MOST,
    alternatives_frame,
    comment,
    differing_levels,
    level_table,
    levels_frame,
)

R_Q = StockLevel(ReorderPoint(r=45.0, Q=60.0), 36.0, 6.0, "exact")
S_S = StockLevel(OrderUpTo(s=50.0, S=80.0), 36.0, 6.0, "given")
MIXED = {
    ("centre", "ball"): R_Q,
    ("centre", "cap"): S_S,
    ("centre", "hat"): StockLevel(BaseStock(S=30.5), 36.0, 6.0, "pilot"),
    ("centre", "pin"): StockLevel(StandingOrder(Q=5.0, every="7 days"), 8.0, 3.0, "given"),
}


def shown(width, levels, title="Levels"):
    """What the console prints, one text a line."""
    file = io.StringIO()
    show_levels(Console(file=file, width=width, highlight=False, markup=False), levels, title)
    return [line.rstrip() for line in file.getvalue().splitlines()]


def test_frame_has_a_row_for_each_stock():
    table = levels_frame(MIXED)
    names = ["warehouse", "policy", "r", "Q", "s", "S", "safety_stock", "demand_mean", "demand_sd"]
    assert list(table.columns) == ["product", *names, "found", "note"]
    ball, _, hat, pin = table.to_dict("records")
    assert [ball[name] for name in ("product", "policy", "r", "Q", "found")] == [
        "ball",
        "r_Q",
        45,
        60,
        "exact",
    ]
    assert table["safety_stock"].tolist()[:3] == [45 - 36, 50 - 36, 30.5 - 36]
    assert math.isnan(pin["safety_stock"])  # a standing order looks at no level
    assert all(math.isnan(hat[name]) for name in ("r", "Q", "s"))


def test_frame_of_alternatives_names_them():
    table = alternatives_frame({"as is": {("centre", "ball"): R_Q}, "more": {("centre", "ball"): S_S}})
    assert table[["alternative", "product", "policy"]].to_numpy().tolist() == [
        ["as is", "ball", "r_Q"],
        ["more", "ball", "s_S"],
    ]


def test_the_delay_in_a_depot_is_told_where_levels_know_it():
    depot = StockLevel(ReorderPoint(r=45.0, Q=60.0), 36.0, 6.0, "network")
    shop = StockLevel(ReorderPoint(r=5.0, Q=6.0), 3.0, 2.0, "network", depot_delay=0.26)
    levels = {("depot", "ball"): depot, ("shop", "ball"): shop}
    table = levels_frame(levels)
    assert list(table.columns)[-3:] == ["depot_delay", "found", "note"]
    assert math.isnan(table["depot_delay"][0])
    assert table["depot_delay"][1] == 0.26
    text = level_table(levels, "")
    assert text.columns[-1] == "Depot delay"
    assert [row[-1] for row in text.rows] == ["–", "0.3"]
    assert "Policy: r_Q. How found: law of the network." in text.notes
    assert "part of the lead time" in text.notes[-1]
    assert "Depot delay" not in level_table({("depot", "ball"): depot}, "").columns


def test_columns_that_no_policy_has_are_left_out():
    table = level_table({("centre", "ball"): R_Q}, "")
    assert table.columns == ("Product", "r", "Q", "Safety stock", "Demand mean", "Demand sd")
    assert table.rows == (("ball", "45", "60", "9", "36", "6"),)
    assert "Policy: r_Q. How found: exact law." in table.notes


def test_columns_in_which_stocks_differ_are_shown():
    table = level_table(MIXED, "")
    assert table.columns[:6] == ("Product", "Policy", "r", "Q", "s", "S")
    assert [row[-1] for row in table.rows] == ["exact law", "given", "pilot run", "given"]
    assert table.rows[2][5] == "30.5"
    two_sites = {("north", "ball"): R_Q, ("south", "ball"): R_Q}
    assert level_table(two_sites, "").columns[:2] == ("Product", "Warehouse")


def test_of_many_stocks_those_with_most_demand_are_shown():
    policy = ReorderPoint(r=1.0, Q=2.0)
    many = {("centre", f"item {k}"): StockLevel(policy, float(k), 1.0, "given") for k in range(3_000)}
    table = level_table(many, "levels.csv has all.")
    assert [row[0] for row in table.rows] == [f"item {k}" for k in range(3_000 - MOST, 3_000)]
    assert table.notes[0] == "The 12 of 3,000 stocks with most demand. levels.csv has all."


def test_notes_are_told_with_the_product():
    note = "the lowest level allowed already reaches 99.2 %"
    levels = {("centre", "ball"): R_Q, ("centre", "cap"): StockLevel(S_S.policy, 36.0, 6.0, "exact", note)}
    assert "cap: the lowest level allowed already reaches 99.2 %." in level_table(levels, "").notes
    alone = {("centre", "cap"): levels["centre", "cap"], ("centre", "hat"): levels["centre", "cap"]}
    assert "The lowest level allowed already reaches 99.2 %." in level_table(alone, "").notes


@pytest.mark.parametrize("width", [40, 60, 80])
def test_no_level_is_cut_off(width):
    levels = MIXED | {("centre", "a product with a longer name"): R_Q}
    lines = shown(width, level_table(levels, "levels.csv has all."))
    assert max(map(len, lines)) <= width
    assert "…" not in "".join(lines)
    assert "30.5" in " ".join(lines).split()
    told = " ".join(lines)
    assert ("Demand" in " ".join(lines[:3])) != ("without demand sd, demand mean" in told)


@pytest.mark.parametrize("width", range(64, 100))
def test_no_word_is_cut_off_at_the_edge(width):
    scarf, coffee = ("centre", "scarf"), ("centre", "coffee")

    def found(how: Found, S: float, r: float) -> dict[tuple[str, str], StockLevel]:
        one, other = BaseStock(S=S), ReorderPoint(r=r, Q=10.0)
        return {scarf: StockLevel(one, 100.0, 51.0, how), coffee: StockLevel(other, 100.0, 51.0, how)}

    levels = {
        "as is": found("exact", 118.0, 125.0),
        "textbook": found("textbook", 184.0, 153.0),
        "95 % of units": found("pilot", 118.0, 122.0),
    }
    table = differing_levels(levels, "")
    assert table is not None
    words = " ".join(shown(width, table)).split()
    assert {"law", "formula", "run"} <= set(words) or "How" not in words


def test_where_alternatives_differ():
    more = StockLevel(ReorderPoint(r=60.0, Q=60.0), 36.0, 6.0, "textbook")
    same, stock, other = {("centre", "cap"): S_S}, ("centre", "ball"), ("centre", "cap")
    table = differing_levels(
        {"as is": {stock: R_Q, **same}, "b": {stock: more, **same}, "c": {stock: R_Q}}, ""
    )
    assert table is not None
    assert [row[:4] for row in table.rows] == [("ball", "as is", "45", "60"), ("ball", "b", "60", "60")]
    assert other not in table.rows
    assert differing_levels({"as is": {stock: R_Q}, "b": {stock: R_Q}}, "") is None


def test_comment_is_a_comment():
    lines = comment(level_table(MIXED, "")).splitlines()
    assert lines[0] == "# Levels"
    assert all(line.startswith("# ") for line in lines)


def test_results_and_folder_have_the_levels(results, tmp_path):
    tea = results.levels.set_index("product").loc["tea"]
    assert tea[["policy", "r", "Q", "found"]].tolist() == ["r_Q", 30.0, 40.0, "given"]
    assert tea["demand_mean"] == pytest.approx(6 * 8)
    assert tea["demand_sd"] == pytest.approx((8 * 6 + 6**2 * 8**2) ** 0.5)
    assert tea["safety_stock"] == pytest.approx(30 - 48)
    place = results.save(tmp_path)
    assert (place / "levels.csv").read_text().startswith("product,warehouse,policy,r,Q,s,S,safety_stock,")
    assert "<h2>Levels</h2>" in (place / "report.html").read_text(encoding="utf-8")


def test_validating_works_out_no_level(tmp_path, monkeypatch):
    file = tmp_path / "shop.yaml"
    text = "products: {tea: {}}\ndemand: [{product: tea, rate: 4/day}]\n"
    file.write_text(text, encoding="utf-8")  # its levels are left to the simulator

    def sized(*_):
        raise AssertionError("a level was worked out")

    monkeypatch.setattr(ReorderPoint, "sized", sized)
    assert validation.Validation.of(file).mistakes == ()
