"""``simulator sensitivity``: what it prints, what it leaves, and how it goes on."""

import json
import sys

import pandas as pd
import pytest

from simulator.model.world import simulate
from tests.cli.shop import SHOP

OVER = ["--over", "policies.replenishment.r=10:60", "--over", "products.tea.price=3:5", "--workers", "1"]


def result_folder(answer, folder):
    last = answer.out.splitlines()[-1]
    assert last.startswith("Results in ")
    return folder / last.removeprefix("Results in ")


def test_screening(simulator, folder):
    answer = simulator("sensitivity", "shop.yaml", *OVER, "--replications", "2", "--size", "5")
    assert answer.code == 0
    assert answer.err == ""
    lines = answer.out.splitlines()
    assert lines[0] == "Corner shop · 15 points, 2 replications each"
    assert "Fill rate depends most on r: from the low end of its range to the high end it" in lines
    assert lines.count("Measured: all 60 days. All totals are of this time.") == 1
    assert "No effect at all: tea.price." in " ".join(lines)
    assert "Profit depends most on tea.price" in answer.out
    assert max(map(len, lines[:-1])) <= 80
    place = result_folder(answer, folder)
    assert place.name.startswith("sensitivity-corner-shop-")
    files = {
        "indices.csv",
        "noise.csv",
        "results.parquet",
        "sensitivity.json",
        "manifest.json",
        "report.html",
    }
    assert files <= {file.name for file in place.iterdir()}
    manifest = json.loads((place / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["method"], manifest["size"]) == ("morris", 5)


def test_shares_of_variance_as_json(simulator):
    words = ["--method", "sobol", "--size", "8", "--metric", "profit", "--metric", "lead_time_mean", "--json"]
    plain = json.loads(simulator("sensitivity", "shop.yaml", *OVER, *words).out)
    assert plain["points"] == 32
    assert list(plain["metrics"]) == ["profit", "lead_time_mean"]
    price = plain["metrics"]["profit"]["inputs"]["products.tea.price"]
    assert price["ST"]["value"] > 0.5
    assert plain["metrics"]["profit"]["noise_share"] is None  # one replication does not tell


def test_a_figure_that_nothing_changes(simulator):
    words = ["--replications", "2", "--size", "2", "--metric", "orders"]
    answer = simulator("sensitivity", "shop.yaml", *OVER, *words)
    assert "Orders is the same at all points." in answer.out
    answer = simulator("sensitivity", "shop.yaml", *OVER, *words, "--method", "sobol")
    assert "Orders is the same at all points." in answer.out


def test_an_interrupted_one_goes_on_as_planned(simulator, folder, monkeypatch):
    played: list[tuple[float, float, int]] = []
    limit = 7

    def counted(scenario, replication):
        if len(played) == limit:
            raise KeyboardInterrupt
        played.append((scenario.policies.replenishment.r, scenario.products["tea"].price, replication))
        return simulate(scenario, replication)

    monkeypatch.setattr("simulator.experiments.replications.trials.simulate", counted)
    words = ["sensitivity", "shop.yaml", *OVER, "--replications", "2", "--size", "4", "--out", "runs"]
    answer = simulator(*words)
    assert answer.code == 130
    assert "--resume" in answer.err
    limit = 1_000
    (folder / "shop.yaml").write_text(SHOP.replace("cost: 9", "cost: 1"), encoding="utf-8")
    resumed = simulator(*words, "--resume")
    assert "shop.yaml: changed meanwhile" in resumed.err
    results = pd.read_parquet(result_folder(resumed, folder) / "results.parquet")
    assert len(results) == 24
    assert len(played) == len(set(played)) == len(results.drop(columns="point").drop_duplicates())
    (folder / "shop.yaml").write_text(SHOP, encoding="utf-8")
    monkeypatch.setattr("simulator.experiments.replications.trials.simulate", simulate)
    place = result_folder(resumed, folder)
    whole = result_folder(simulator(*words, "--out", "whole"), folder)
    assert place.name == whole.name
    assert (place / "indices.csv").read_bytes() == (whole / "indices.csv").read_bytes()
    pd.testing.assert_frame_equal(results, pd.read_parquet(whole / "results.parquet"), check_exact=True)


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        (["--over", "policies.replenishment.r=10:50:10"], "a range is needed here (low:high)"),
        (["--over", "policies.allocation=fcfs,priority"], "a range is needed here"),
        (["--over", "products.tee.price=3:5"], "did you mean 'tea'?"),
        (["--over", "products.tea.price=-3:5"], "cannot be negative (-3)"),
        (
            ["--over", "products.tea.price=3:5", "--method", "sobol", "--size", "50"],
            "power of two, such as 64",
        ),
        (["--over", "products.tea.price=3:5", "--metric", "proft"], "did you mean 'profit'?"),
        (["--over", "products.tea.price=3:5", "--method", "shapley"], "'morris', 'sobol'"),
    ],
)
def test_mistakes(simulator, folder, words, wrong):
    answer = simulator("sensitivity", "shop.yaml", *words)
    assert answer.code == 2
    assert wrong in " ".join(answer.err.replace("│", " ").split())
    assert not (folder / "results").exists()


def test_without_salib(simulator, monkeypatch):
    for name in [name for name in sys.modules if name.partition(".")[0] == "SALib"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "SALib", None)
    answer = simulator("sensitivity", "shop.yaml", *OVER)
    assert answer.code == 2
    assert "pip install 'backorder-simulator[sensitivity]'" in answer.err
