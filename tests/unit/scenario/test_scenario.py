"""Whole scenario files: every mistake at once, mistakes between sections, and what histories bring along."""

from __future__ import annotations

import datetime
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from simulator.model.levels.demand_moments import demand_moments
from simulator.model.world import simulate
from simulator.orders import Streams, draw
from simulator.scenario.data_file_notes import reading_notes
from simulator.scenario.load import load
from simulator.scenario.scenario import Scenario, crossed_checks
from simulator.values.mistakes import ScenarioError

TEN_MISTAKES = """\
name: ten mistakes
run: {horizon: 120, warm_up: 30 days}
products:
  headphones: {price: 89, cots: 41}
  earbuds: {price: -3}
  earbuds: {price: 3}
customers:
  gold: {priority: 1, patience: {dist: gama, mean: 3 days, cv: 1}}
demand:
  - {product: headfones, rate: 40/day, segment: gold}
  - {product: headphones, rate: -40/day, segment: silver}
warehouses:
  rotterdam: {serves: [eu], transfers: weekly}
policies:
  replenishment: {type: s_S, s: 300, S: 100}
"""

TINY = {"products": {"ball": {}}, "demand": [{"product": "ball", "rate": "1/day"}]}


def write(folder: Path, text: str, name: str = "shop.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def told(document: dict[str, Any]) -> list[str]:
    return [message for _, message in crossed_checks(Scenario.model_validate({**TINY, **document}))]


def test_ten_mistakes_are_told_at_once_with_their_places(tmp_path: Path) -> None:
    path = write(tmp_path, TEN_MISTAKES)
    with pytest.raises(ScenarioError) as error:
        load(path)
    found = [(mistake.line, mistake.column, mistake.path) for mistake in error.value.mistakes]
    assert found == [
        (2, 16, "run.horizon"),
        (4, 27, "products.headphones.cots"),
        (5, 20, "products.earbuds.price"),
        (6, 3, "products.earbuds"),
        (8, 40, "customers.gold.patience.dist"),
        (10, 15, "demand[0].product"),
        (11, 33, "demand[1].rate"),
        (11, 51, "demand[1].segment"),
        (13, 29, "warehouses.rotterdam.transfers"),
        (15, 18, "policies.replenishment"),
    ]
    text = str(error.value)
    assert f"{path}:4:27: products.headphones.cots: unknown key 'cots'; did you mean 'cost'?" in text
    assert "unknown key 'transfers'" in text


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"run": {"horizon": "10 days", "warm_up": "10 days"}}, "nothing would be measured"),
        ({"products": {"ball": {}, "bal": {}}}, "no demand asks for 'bal'; did you mean 'ball'?"),
        ({"warehouses": {"a": {}, "b": {"serves": ["eu"]}}}, "each must say which regions it 'serves'"),
        ({"warehouses": {"a": {"serves": ["eu"]}}}, "no warehouse serves region 'everywhere'"),
        (
            {"products": {"ball": {}}, "suppliers": {"a": {"products": ["cap"]}}},
            "no supplier has this product",
        ),
        (
            {
                "warehouses": {"a": {"serves": ["everywhere"]}, "b": {"serves": ["eu"]}},
                "lanes": [{"from": "supplier", "to": "a"}],
            },
            "supplier 'supplier' has lanes, but none to warehouse 'b'",
        ),
        ({"warehouses": {"a": {"serves": []}}}, "no warehouse serves region 'everywhere'"),
        (
            {
                "warehouses": {"a": {"serves": ["everywhere"]}, "b": {"serves": []}},
                "lanes": [{"from": "supplier", "to": "a"}],
            },
            "it serves no region, and no lane leads there: it would hold nothing",
        ),
        (
            {
                "customers": {"gold": {}, "standard": {}},
                "policies": {"allocation": {"type": "critical_level", "levels": {"standard": 3}}},
            },
            "shares priority 1 with one that has another level",
        ),
    ],
)
def test_mistakes_between_sections(document: dict[str, Any], message: str) -> None:
    assert any(message in one for one in told(document)), told(document)


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"suppliers": {"a": {}, "b": {"products": ["ball"]}}}, "several sources (a, b)"),
        ({"lanes": [{"from": "supplier", "to": "warehouse"}] * 2}, "several lanes lead from 'supplier'"),
        (
            {"warehouses": {"a": {"serves": ["eu", "everywhere"]}, "b": {"serves": ["eu"]}}},
            "region 'eu' is served by 'a' already",
        ),
        (
            {
                "warehouses": {
                    "a": {"serves": ["everywhere", "eu"]},
                    "b": {"serves": {"eu": {"delivery_cost": 1}}},
                }
            },
            "warehouses.b.serves.eu: region 'eu' is served by 'a' already",
        ),
        (
            {
                "lanes": [
                    {"from": "supplier", "to": "b"},
                    {"from": "b", "to": "a"},
                    {"from": "a", "to": "b"},
                ],
                "warehouses": {"a": {"serves": ["everywhere"]}, "b": {"serves": []}},
                "policies": {"replenishment": {"type": "base_stock", "S": 9}},
            },
            "goods would go round in a circle: a → b → a",
        ),
    ],
)
def test_a_choice_that_nobody_makes_is_refused_in_python_and_in_a_file(
    document: dict[str, Any], message: str, tmp_path: Path
) -> None:
    with pytest.raises(ValidationError, match=re.escape(message)):
        Scenario.model_validate({**TINY, **document})
    with pytest.raises(ScenarioError, match=re.escape(message)) as error:
        load(write(tmp_path, yaml.safe_dump({**TINY, **document})))
    (mistake,) = error.value.mistakes
    assert mistake.path.startswith(next(iter(document)))
    assert mistake.line > 1


def test_a_lane_starts_at_a_place_that_there_is(tmp_path: Path) -> None:
    document = {**TINY, "lanes": [{"from": "supplyer", "to": "warehouse"}]}
    with pytest.raises(
        ScenarioError, match="unknown supplier or warehouse 'supplyer'; did you mean 'supplier'"
    ):
        load(write(tmp_path, yaml.safe_dump(document)))


def test_a_depot_needs_no_lane_from_every_supplier() -> None:
    document = {
        "products": {"ball": {}, "cap": {}},
        "demand": [{"products": {"ball": "1/day", "cap": "1/day"}}],
        "warehouses": {"a": {"serves": ["everywhere"]}, "b": {"serves": []}},
        "suppliers": {"x": {"products": ["ball"]}, "y": {"products": ["cap"]}},
        "lanes": [{"from": "x", "to": "a"}, {"from": "x", "to": "b"}, {"from": "y", "to": "a"}],
    }
    assert told(document) == []


HISTORY = """\
products: {from: data/orders.csv, each: {cost: 2}, cap: {price: 99}}
demand:
  - orders: data/orders.csv
    columns: {time: when, order: number, product: article, quantity: pieces, price: each}
"""
ROWS = """\
when,number,article,pieces,each
2026-03-02 08:00,1,ball,2,10
2026-03-02 08:00,1,cap,1,5
2026-03-04 12:00,2,ball,3,14
"""


def with_history(folder: Path, text: str = HISTORY, rows: str = ROWS) -> Path:
    (folder / "data").mkdir()
    write(folder / "data", rows, "orders.csv")
    return write(folder, text)


def test_a_history_brings_products_prices_start_and_horizon(tmp_path: Path) -> None:
    scenario = load(with_history(tmp_path))
    assert {name: product.price for name, product in scenario.products.items()} == {"ball": 12, "cap": 99}
    assert scenario.products["ball"].cost == 2
    assert scenario.run.start == datetime.date(2026, 3, 2)
    assert scenario.run.horizon == 3
    book = simulate(scenario).book
    assert book.time.tolist() == pytest.approx([1 / 3, 1 / 3, 2.5])
    assert book.price.tolist() == [10, 5, 14]
    assert sum(book.units().values()) == 6


def test_what_is_written_wins_over_the_history(tmp_path: Path) -> None:
    path = with_history(tmp_path, HISTORY + "run: {start: 2026-03-01, horizon: 2 days}\n")
    scenario = load(path)
    assert scenario.run.start == datetime.date(2026, 3, 1)
    assert scenario.run.horizon == 2


def test_with_an_earlier_start_the_horizon_still_reaches_the_last_order(tmp_path: Path) -> None:
    scenario = load(with_history(tmp_path, HISTORY + "run: {start: 2026-03-01}\n"))
    assert scenario.run.horizon == 4


def test_a_history_in_a_file_that_is_extended_is_found_from_there(tmp_path: Path) -> None:
    (tmp_path / "base").mkdir()
    with_history(tmp_path / "base")
    path = write(tmp_path, "extends: base/shop.yaml\nname: other\n")
    assert set(load(path).products) == {"ball", "cap"}


def test_a_product_without_a_price_in_the_file_has_that_of_each(tmp_path: Path) -> None:
    text = HISTORY.replace("cost: 2", "price: 7")
    path = with_history(tmp_path, text, ROWS.replace("2,10", "2,").replace("3,14", "3,"))
    assert {name: product.price for name, product in load(path).products.items()} == {"ball": 7, "cap": 99}
    assert load(path, overrides=["products.each=null"]).products["ball"].price == 0


def test_a_profile_beside_nothing_but_histories_is_a_mistake(tmp_path: Path) -> None:
    profiles = "profiles: [{weekly: [1, 1, 1, 1, 1, 1, 2]}]\n"
    with pytest.raises(ScenarioError, match=r"shop.yaml:5:12: profiles\[0\]: changes nothing"):
        load(with_history(tmp_path, HISTORY + profiles))
    drawn = HISTORY + "  - {product: ball, rate: 1/day}\n" + profiles
    assert load(write(tmp_path, drawn)).profiles
    with pytest.raises(ScenarioError, match="changes nothing"):
        load(write(tmp_path, drawn.replace("weekly:", "products: [cap], weekly:")))


def test_levels_are_counted_over_the_days_of_the_file_whatever_the_horizon(tmp_path: Path) -> None:
    rows = (
        "when,number,article,pieces,each\n"
        "2025-12-01 10:00,1,ball,5,1\n2025-12-04 10:00,2,ball,5,1\n"
        "2025-12-09 10:00,3,ball,5,1\n2025-12-10 23:00,4,cap,1,1\n"
    )
    path = with_history(tmp_path, rows=rows)
    for run in ("run.horizon=100 days", "run.horizon=3 days", "run.start=2025-11-01"):
        scenario = load(path, overrides=[run, "run.cool_down=0 days"])
        moments = demand_moments(scenario, draw(scenario, Streams(1, 0)))
        # 15 units in ten days: 3 · 5² / 10 − 1.5² = 5.25.
        assert moments["warehouse", "ball"] == (1.5, 5.25)
        assert moments["warehouse", "cap"] == pytest.approx((0.1, 0.09))


def test_rows_outside_the_run_are_told(tmp_path: Path) -> None:
    path = with_history(tmp_path, HISTORY + "run: {start: 2026-03-03, horizon: 1 day, cool_down: 0}\n")
    assert reading_notes(load(path)) == [
        "orders.csv: 2 rows are left out, before 2026-03-03, the start of the run",
        "orders.csv: 1 row is left out, after day 1, the end of the run",
    ]


@pytest.mark.parametrize(
    ("text", "rows", "message"),
    [
        (HISTORY.replace("from: data/orders.csv", "from: other.csv"), ROWS, "no entry of 'demand'"),
        (HISTORY.replace("article", "artikel"), ROWS, "no column 'artikel'; did you mean 'article'?"),
        (HISTORY, ROWS.replace(",3,14", ",three,14"), "orders.csv:4:1: pieces: 'three' is not a number"),
        (
            HISTORY.replace("from: data/orders.csv, each: {cost: 2}, ", ""),
            ROWS,
            "orders.csv:2:1: article: unknown product 'ball'; known: cap",
        ),
    ],
)
def test_mistakes_in_and_about_a_history(tmp_path: Path, text: str, rows: str, message: str) -> None:
    with pytest.raises(ScenarioError, match=re.escape(message)):
        load(with_history(tmp_path, text, rows))


def test_a_dumped_scenario_reads_back_equal(tmp_path: Path) -> None:
    scenario = load(
        write(tmp_path, "products: {ball: {holding: 25 %/year}}\ndemand: [{product: ball, rate: 3/h}]\n")
    )
    assert Scenario.model_validate(scenario.model_dump(mode="json")) == scenario


def test_a_time_zone_of_a_place_needs_that_of_the_run() -> None:
    supplier = {"suppliers": {"works": {"time_zone": "Asia/Tokyo"}}}
    assert told(supplier) == ["where a place has a time zone, the run needs its own: 'run.time_zone'"]
    assert told({**supplier, "run": {"time_zone": "Europe/Berlin"}}) == []


def test_holidays_are_known_for_so_many_years() -> None:
    supplier = {"suppliers": {"works": {"holidays": "DE"}}}
    assert told({**supplier, "run": {"horizon": "70 years"}}) == []
    (message,) = told({**supplier, "run": {"horizon": "80 years"}})
    assert message == "holidays are known until 2100 only, and the run may end after that"


def test_an_unknown_time_zone() -> None:
    with pytest.raises(
        ValidationError, match="unknown time zone 'Europe/Berlim'; did you mean 'Europe/Berlin'"
    ):
        Scenario.model_validate({**TINY, "run": {"time_zone": "Europe/Berlim"}})
