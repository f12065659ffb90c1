"""``simulator run``: what it prints and what it leaves."""

import json
import math
import os

import pandas as pd
import pytest


def run_folder(answer, folder):
    """The run folder that the output names."""
    last = answer.out.splitlines()[-1]
    assert last.startswith("Results in ")
    return folder / last.removeprefix("Results in ")


def test_report(simulator, folder):
    answer = simulator("run", "shop.yaml", "--workers", "1", "--replications", "3")
    assert answer.code == 0
    assert answer.err == ""
    lines = answer.out.splitlines()
    assert lines[:2] == ["Corner shop", "Who waits?"]
    assert "customers" in answer.out
    assert "had to wait" in answer.out
    assert "Measured: all 60 days. All totals are of this time." in lines
    later = simulator("run", "shop.yaml", "--set", "run.warm_up=20 days", "--workers", "1")
    assert "Measured: days 20 to 60, 40 days. All totals are of this time." in later.out
    for heading in ("Customers", "Waiting", "Stock", "Money", "Segment", "Levels"):
        assert heading in answer.out
    assert "members" in answer.out
    assert "±" in answer.out
    assert max(map(len, lines)) <= 80
    assert "\x1b" not in answer.out
    assert run_folder(answer, folder).is_dir()


def test_run_folder(simulator, folder):
    answer = simulator("run", "shop.yaml", "--seed", "11", "--set", "products.tea.price=5", "--out", "runs")
    place = run_folder(answer, folder)
    assert place.parent == folder / "runs"
    assert place.name.startswith("corner-shop-")
    assert {file.name for file in place.iterdir()} == {
        "manifest.json",
        "metrics.csv",
        "metrics.json",
        "metrics_by_product.parquet",
        "replications.csv",
        "backorder_causes.csv",
        "levels.csv",
        "orders.parquet",
        "purchases.parquet",
        "series.parquet",
        "report.html",
    }
    manifest = json.loads((place / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["hash"].startswith(place.name.removeprefix("corner-shop-"))
    assert manifest["seed"] == manifest["scenario"]["run"]["seed"] == 11
    assert manifest["scenario"]["products"]["tea"]["price"] == 5
    assert manifest["overrides"] == ["products.tea.price=5"]
    assert manifest["argv"][1:3] == ["run", "shop.yaml"]
    assert {"simulator", "python", "numpy", "simpy"} <= manifest["versions"].keys()
    assert [(one["product"], one["r"], one["S"], one["found"]) for one in manifest["levels"]] == [
        ("tea", 30, None, "given"),
        ("pots", 30, None, "given"),
    ]
    assert {"streams", "started", "wall_seconds", "commit"} <= manifest.keys()


@pytest.mark.skipif(os.name != "posix", reason="permissions are different elsewhere")
def test_run_folder_can_be_read_like_any_other(simulator, folder):
    (folder / "ordinary").mkdir()
    place = run_folder(simulator("run", "shop.yaml", "-q"), folder)
    assert place.stat().st_mode == (folder / "ordinary").stat().st_mode


def test_same_run_same_folder(simulator, folder):
    first = simulator("run", "shop.yaml", "-q")
    mark = run_folder(first, folder) / "old"
    mark.touch()
    second = simulator("run", "shop.yaml", "-q", "--workers", "2")
    assert first.out == second.out
    assert not mark.exists()
    assert [place.name for place in (folder / "results/runs").iterdir()] == [mark.parent.name]


@pytest.mark.parametrize(
    "words", [["--seed", "8"], ["--replications", "2"], ["-a", "no waiting"], ["-s", "run.cool_down=31 days"]]
)
def test_other_run_other_folder(simulator, words):
    assert simulator("run", "shop.yaml", "-q").out != simulator("run", "shop.yaml", "-q", *words).out


def test_json(simulator, folder):
    answer = simulator("run", "shop.yaml", "--json", "--alternative", "no waiting", "--seed", "3")
    assert answer.err == ""
    result = json.loads(answer.out)
    keys = [
        "schema_version",
        "scenario",
        "alternative",
        "seed",
        "replications",
        "metrics",
        "by",
        "assurance",
        "warnings",
    ]
    assert list(result) == keys
    assert (result["scenario"], result["alternative"]) == ("Corner shop", "no waiting")
    assert (result["seed"], result["replications"]) == (3, 1)
    assert set(result["metrics"]["fill_rate"]) == {"mean", "half_width", "unit"}
    assert result["metrics"]["fill_rate"]["half_width"] is None  # one replication
    assert result["metrics"]["backorder_wait_mean"]["mean"] is None  # nobody waits
    assert result["by"].keys() == {"segment", "warehouse", "supplier"}
    assert list(result["by"]["segment"]) == ["members", "passers-by"]
    assert result["by"]["supplier"]["importer"]["purchase_orders"]["unit"] == "purchase orders"
    (saved,) = (folder / "results/runs").glob("*/metrics.json")
    assert json.loads(saved.read_text(encoding="utf-8")) == result


def test_quiet(simulator, folder):
    answer = simulator("run", "shop.yaml", "--quiet")
    assert answer.err == ""
    assert len(answer.out.splitlines()) == 1
    assert run_folder(answer, folder).is_dir()


def test_tables(simulator, folder):
    place = run_folder(simulator("run", "shop.yaml", "--replications", "3", "-q"), folder)
    metrics = pd.read_csv(place / "metrics.csv")
    assert list(metrics.columns) == ["metric", "dimension", "group", "mean", "half_width", "unit"]
    assert set(metrics["dimension"]) == {"overall", "segment", "warehouse", "supplier"}
    products = pd.read_parquet(place / "metrics_by_product.parquet")
    assert list(products.columns) == ["metric", "product", "mean", "half_width", "unit"]
    assert set(products["product"]) == {"tea", "pots"}
    units = products[products["metric"] == "units"]["mean"].sum()
    overall = metrics[(metrics["metric"] == "units") & (metrics["dimension"] == "overall")]
    assert units == pytest.approx(overall["mean"].item())
    replications = pd.read_csv(place / "replications.csv")
    assert list(replications["replication"]) == [0, 1, 2]
    of_orders = metrics[(metrics["metric"] == "orders") & (metrics["dimension"] == "overall")]
    assert of_orders["mean"].item() == pytest.approx(replications["orders"].mean())

    orders = pd.read_parquet(place / "orders.parquet")
    assert set(orders["replication"]) == {0}
    counted = orders[orders["time"] < 60]
    assert counted["order"].nunique() == replications["orders"][0]
    purchases = pd.read_parquet(place / "purchases.parquet")
    assert (purchases["quantity"] % 40 == 0).all()
    assert set(purchases["supplier"]) == {"importer"}
    landed = purchases.dropna(subset="received")
    assert (landed["received"] >= landed["placed"]).all()
    series = pd.read_parquet(place / "series.parquet")
    assert (series[["on_hand", "backlog"]] >= 0).all(axis=None)
    start = series[(series["time"] == 0) & (series["product"] == "tea")]
    assert start["on_hand"].item() == 70  # r + Q


def test_figures_by_product_are_printed_if_asked_for(simulator, folder):
    plain = json.loads(simulator("run", "shop.yaml", "--json").out)
    assert plain["schema_version"] == 2
    assert set(plain["by"]) == {"segment", "warehouse", "supplier"}
    whole = json.loads(simulator("run", "shop.yaml", "--json", "--by", "product").out)
    products = whole["by"].pop("product")
    assert whole["by"] == plain["by"]
    assert whole["metrics"] == plain["metrics"]
    (place,) = (folder / "results/runs").iterdir()
    table = pd.read_parquet(place / "metrics_by_product.parquet")
    found = {(row.product, row.metric): row.mean for row in table.itertuples()}
    for product, figures in products.items():
        for metric, one in figures.items():
            assert found[product, metric] == one["mean"] or one["mean"] is None


def test_figures_by_product_are_for_programs(simulator):
    answer = simulator("run", "shop.yaml", "--by", "product")
    assert answer.code == 2
    assert "--by" in answer.err
    assert "metrics_by_product.parquet" in answer.err


def test_orders_of_all_replications(simulator, folder):
    place = run_folder(
        simulator("run", "shop.yaml", "--replications", "3", "--keep-orders", "all", "-q"), folder
    )
    orders = pd.read_parquet(place / "orders.parquet")
    replications = pd.read_csv(place / "replications.csv")
    counted = orders[orders["time"] < 60].groupby("replication")["order"].nunique()
    assert list(counted) == list(replications["orders"])


def test_wide_terminal(simulator, monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")
    assert max(map(len, simulator("run", "shop.yaml").out.splitlines())) <= 120


def test_figures_do_not_depend_on_workers(simulator):
    one, two = (
        json.loads(simulator("run", "shop.yaml", "--json", "--replications", "4", "--workers", n).out)
        for n in ("1", "2")
    )
    assert one == two
    assert not math.isnan(one["metrics"]["fill_rate"]["half_width"])


def test_a_run_in_windows_keeps_figures_and_no_orders(simulator, folder):
    whole = run_folder(simulator("run", "shop.yaml", "--replications", "2"), folder)
    answer = simulator(
        "run", "shop.yaml", "--replications", "2", "--set", "run.window=1 week", "--keep-orders", "all"
    )
    assert answer.code == 0
    assert "Played in windows of 7 days: orders and movements were not kept." in answer.out
    place = run_folder(answer, folder)
    assert {file.name for file in place.iterdir()} == {
        "manifest.json",
        "metrics.csv",
        "metrics.json",
        "metrics_by_product.parquet",
        "replications.csv",
        "backorder_causes.csv",
        "levels.csv",
        "report.html",
    }
    known, found = (pd.read_csv(one / "metrics.csv") for one in (whole, place))
    pd.testing.assert_frame_equal(found, known, rtol=1e-9)
    assert "in windows of 7 days, orders not kept" in (place / "report.html").read_text(encoding="utf-8")
    assert json.loads((place / "manifest.json").read_text(encoding="utf-8"))["orders"] == "none"


def test_what_cannot_be_played_in_windows_is_a_mistake(simulator):
    answer = simulator("run", "shop.yaml", "--set", "run.window=7d", "--set", "policies.payment=on_order")
    assert answer.code == 2
    assert "policies.payment: not supported yet: run.window together with payment" in answer.err
