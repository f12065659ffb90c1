"""Section ``opening``: lists, data files, and what is wrong with them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from simulator.scenario.load import load
from simulator.scenario.without_effect import without_effect
from simulator.values.mistakes import ScenarioError

SHOP = """\
run: {start: 2026-01-01, horizon: 20 days}
products: {ball: {price: 10}}
demand: [{product: ball, rate: 1/day}]
suppliers: {works: {lead_time: 4 days}}
"""


def shop(folder: Path, opening: str, more: str = "") -> Any:
    (folder / "shop.yaml").write_text(SHOP + more + "opening:\n" + opening)
    return load(folder / "shop.yaml")


def mistakes(folder: Path, opening: str, more: str = "") -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        shop(folder, opening, more)
    return [str(mistake).removeprefix(f"{folder}/") for mistake in caught.value.mistakes]


def test_a_file_says_what_a_list_says(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text("product;units;placed;lands\nball;3;2025-12-20;2026-01-03\n")
    (tmp_path / "waiting.csv").write_text("ordered,units,product\n2025-12-30,2,ball\n")
    (tmp_path / "stock.csv").write_text("product,units\nball,5\n")
    files = shop(tmp_path, "  purchase_orders: orders.csv\n  waiting: waiting.csv\n  stock: stock.csv\n")
    lists = shop(
        tmp_path,
        "  purchase_orders: [{product: ball, units: 3, placed: 2025-12-20, lands: 2026-01-03}]\n"
        "  waiting: [{product: ball, units: 2, ordered: 2025-12-30}]\n"
        "  stock: [{product: ball, units: 5}]\n",
    )
    assert files.opening == lists.opening


def test_a_product_may_be_called_a_number(tmp_path: Path) -> None:
    (tmp_path / "stock.csv").write_text("product,units\n85123,5\n")
    (tmp_path / "shop.yaml").write_text(SHOP.replace("ball", '"85123"') + "opening: {stock: stock.csv}\n")
    opening = load(tmp_path / "shop.yaml").opening
    assert opening is not None
    assert opening.stock[0].product == "85123"


def test_a_mistake_in_a_file_has_its_line_and_column(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text(
        "product,units,placed,lands,colour\nball,3,2025-12-20,soon,red\nbell,0,2025-12-20,2026-01-03,red\n"
    )
    found = mistakes(tmp_path, "  purchase_orders: orders.csv\n")
    assert [one.split(": ")[0] for one in found] == [
        "orders.csv:1:1",
        "orders.csv:2:4",
        "orders.csv:3:1",
        "orders.csv:3:2",
    ]
    assert "unknown column" in found[0]
    assert "'soon' is not a day" in found[1]
    assert "unknown product 'bell'" in found[2]


@pytest.mark.parametrize(
    ("opening", "message"),
    [
        (
            "purchase_orders: [{product: ball, units: 3, placed: 2026-01-02, lands: 2026-01-03}]",
            "placed by then",
        ),
        (
            "purchase_orders: [{product: ball, units: 3, placed: 2025-12-02, lands: 2025-12-03}]",
            "into 'stock'",
        ),
        (
            "purchase_orders: [{product: ball, units: 3, placed: 2025-12-02, lands: 2025-12-01}]",
            "before it is",
        ),
        (
            "purchase_orders: [{product: ball, from: sea, units: 3, placed: 2025-12-02, lands: 2026-01-03}]",
            "no source 'sea'",
        ),
        ("waiting: [{product: ball, units: 3, ordered: 2026-01-02}]", "has ordered before"),
        ("waiting: [{product: ball, units: 3, ordered: 2025-12-02, region: moon}]", "no warehouse serves"),
        ("stock: [{product: ball, units: 3}, {product: ball, units: 3}]", "given twice"),
    ],
)
def test_what_cannot_be_is_refused(tmp_path: Path, opening: str, message: str) -> None:
    found = mistakes(tmp_path, f"  {opening}\n", "warehouses: {hall: {serves: [everywhere]}}\n")
    assert any(message in one for one in found)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("policies: {promise: {type: fixed, lead_time: 9 days}}\n", "together with promises"),
        ("policies: {payment: on_order}\n", "together with payment"),
        ("support_desk: {agents: 1, contact_time: 5 min}\n", "together with 'support_desk'"),
    ],
)
def test_features_that_would_need_the_past_are_not_supported(tmp_path: Path, more: str, message: str) -> None:
    found = mistakes(tmp_path, "  waiting: [{product: ball, units: 3, ordered: 2025-12-02}]\n", more)
    assert any(message in one for one in found), found


def test_who_waits_at_the_start_has_patience_though_nobody_else_may_wait(tmp_path: Path) -> None:
    shop(
        tmp_path,
        "  waiting: [{product: ball, units: 2, ordered: 2025-12-30, segment: gold}]\n",
        "customers: {standard: {patience: 5 days}, gold: {patience: 2 days}}\npolicies: {backorders: reject}\n",
    )
    told = {one.path for one in without_effect(tmp_path / "shop.yaml")}
    assert "customers.standard.patience" in told
    assert not {path for path in told if path.startswith("customers.gold")}
