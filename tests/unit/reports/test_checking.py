"""Checks from Python: which scenarios, how many replications, tables and files of what was found."""

import json

import pytest

import simulator
from simulator.experiments.checking.check import CheckOptions
from simulator.experiments.statistics.equivalence_tests import Margins
from simulator.reports.files import baseline_files
from simulator.reports.results.check_files import NoCheckError
from simulator.values.mistakes import ScenarioError
from tests.cli.shop import SHOP


@pytest.fixture
def shop(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scenarios").mkdir()
    file = tmp_path / "scenarios" / "shop.yaml"
    file.write_text(SHOP.replace("replications: 1", "replications: 3"), encoding="utf-8")
    return file


def changed(file, old, new):
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_update_then_check(shop):
    made = simulator.check(update=["shop"], workers=1)
    assert made.passed
    assert [path.as_posix() for path in made.updated] == ["results/baselines/shop.json"]
    found = simulator.check(workers=1)
    assert found.passed
    assert {(held.alternative, held.replications, held.seed) for held in found.held} == {
        (None, 2, 7),
        ("no waiting", 2, 7),
        ("members first", 2, 7),
    }
    assert set(found.figures["verdict"]) == {"same"}


def test_the_baseline_is_what_a_run_says(shop):
    simulator.check(update=["shop"], workers=1)
    plain = json.loads(shop.parents[1].joinpath("results/baselines/shop.json").read_text(encoding="utf-8"))
    run = simulator.run(shop, workers=1, alternative="no waiting")
    kept = plain["alternatives"]["no waiting"]
    assert (kept["replications"], kept["seed"]) == (3, 7)
    assert kept["figures"]["fill_rate"]["mean"] == pytest.approx(run["fill_rate"].mean, rel=1e-8)
    assert kept["figures"]["fill_rate"]["first"] == pytest.approx(run.replications["fill_rate"][:2].to_list())
    assert kept["figures"]["fill_rate"]["sd"] == pytest.approx(run.replications["fill_rate"].std(), rel=1e-8)


def test_tables_and_files(shop, tmp_path):
    simulator.check(update=["shop"], workers=1)
    changed(shop, "r: 30", "r: 25")
    changed(shop, "alternatives:", "expect: {fill_rate: at least 99 %, lines: '> 3'}\nalternatives:")
    found = simulator.check(shop, workers=1)
    assert not found.passed
    moved = found.figures.query("verdict == 'moved'")
    assert {"as is", "no waiting", "members first"} == set(moved["alternative"])
    assert (moved["difference"] == moved["new"] - moved["old"]).sum() > 10
    assert list(found.expectations["met"]) == [False, True] * 3
    assert set(found.expectations["n"]) == {3}  # as many as the scenario says where something is expected
    folder = found.save(tmp_path / "saved")
    assert {path.name for path in folder.iterdir()} == {
        "check.json",
        "figures.csv",
        "expectations.csv",
        "junit.xml",
    }
    plain = json.loads((folder / "check.json").read_text(encoding="utf-8"))
    assert plain["scenarios"][0]["reasons"] == ["the scenario has changed since its baseline was made"]


def test_words_are_no_change(shop):
    simulator.check(update=["shop"], workers=1)
    changed(shop, "Who waits?", "Who waits, and why?")
    changed(shop, "replications: 3", "replications: 4")
    assert simulator.check(workers=1).passed


def test_alternatives_that_came_and_went(shop):
    simulator.check(update=["shop"], workers=1)
    changed(shop, "members first:", "gold first:")
    reasons = {held.alternative: held.reasons for held in simulator.check(workers=1).held if held.reasons}
    assert reasons == {
        "gold first": ("there is no baseline",),
        "members first": ("the baseline has this alternative, but the scenario has not",),
    }


def test_a_baseline_without_scenario_is_told_where_all_are_held(shop):
    simulator.check(update=["shop"], workers=1)
    (shop.parent / "other.yaml").write_text(shop.read_text(encoding="utf-8"), encoding="utf-8")
    shop.unlink()
    simulator.check(update=["other"], workers=1)
    found = {held.name: held.reasons for held in simulator.check(workers=1).held if not held.passed}
    assert found.keys() == {"shop"}
    assert "results/baselines/shop.json" in found["shop"][0]
    assert simulator.check(shop.parent / "other.yaml", workers=1).passed


def test_results_do_not_depend_on_the_workers(shop):
    simulator.check(update=["shop"], workers=2)
    two = (shop.parents[1] / "results/baselines/shop.json").read_bytes()
    simulator.check(update=["shop"], workers=1)
    assert (shop.parents[1] / "results/baselines/shop.json").read_bytes() == two


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"update": ["shp"]}, "did you mean 'shop'"),
        ({"seed": 3}, "for equivalence"),
        ({"margins": {"days": "1 h"}}, "for equivalence"),
        ({"update": ["shop"], "equivalent": True}, "either tested or made anew"),
        ({"replications": 0}, "at least one replication is needed, not 0"),
        ({"replications": 0, "update": ["shop"]}, "at least one replication is needed, not 0"),
        ({"scenarios": "nothing"}, "no scenario files"),
        ({"scenarios": ["scenarios/shop.yaml", "more/shop.yaml"]}, "would have the same baseline"),
    ],
)
def test_what_cannot_be_checked(shop, tmp_path, asked, message):
    (tmp_path / "nothing").mkdir()
    with pytest.raises(NoCheckError, match=message):
        simulator.check(**asked)


def test_update_by_the_scenarios_own_name(shop):
    assert [path.name for path in simulator.check(update=["Corner shop"], workers=1).updated] == ["shop.json"]
    (shop.parent / "twin.yaml").write_text(shop.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(NoCheckError, match="shop and twin are both called 'Corner shop'"):
        simulator.check(update=["Corner shop"], workers=1)


def test_all_mistakes_of_all_files_at_once(shop):
    (shop.parent / "other.yaml").write_text("products: {}\n", encoding="utf-8")
    changed(shop, "backorders: reject", "backorders: rejct")
    with pytest.raises(ScenarioError) as error:
        simulator.check(workers=1)
    assert {mistake.file for mistake in error.value.mistakes} == {
        "scenarios/other.yaml",
        "scenarios/shop.yaml",
    }


def test_how_many_replications(shop):
    simulator.check(update=["shop"], workers=1, replications=5)
    bare, expecting = simulator.load(shop), simulator.load(shop, overrides=["expect.lines=more than 3"])
    baseline = next(
        iter(baseline_files.read_baseline(shop.parents[1] / "results/baselines/shop.json").values())
    )
    assert CheckOptions().count(bare, None) == 0
    assert CheckOptions().count(expecting, None) == 3
    assert CheckOptions().count(bare, baseline) == 2
    assert CheckOptions().count(expecting, baseline) == 3
    assert CheckOptions(margins=Margins()).count(bare, baseline) == 5
    assert CheckOptions(replications=9).count(bare, baseline) == 9
