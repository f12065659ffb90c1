"""Plans: read back to the last bit, found by what was asked, refused when data has changed."""

import os
from pathlib import Path

import pytest

from simulator.experiments.sweeping.ranges import read_levels
from simulator.experiments.sweeping.sweep import sweep_design
from simulator.experiments.sweeping.variants import Variants
from simulator.reports.files.experiment_plans import PLAN, ExperimentPlan, followed, unfinished_plan
from simulator.reports.results.sweep import design_of, plan_of
from simulator.scenario.fingerprint import fingerprint
from simulator.scenario.load import load
from simulator.values.mistakes import ScenarioError
from tests.cli.shop import SHOP


@pytest.fixture
def shop(tmp_path):
    file = tmp_path / "shop.yaml"
    file.write_text(SHOP, encoding="utf-8")
    return file


def planned(shop, *over):
    variants = Variants(shop)
    return plan_of(
        sweep_design(variants, read_levels(over)), {"over": list(over)}, variants.folder, variants.files
    )


def kept(out, name, plan):
    folder = out / f"{name}.unfinished"
    folder.mkdir(parents=True)
    plan.write(folder)
    return folder


def test_a_plan_reads_back_the_same(shop, tmp_path):
    plan = planned(shop, "policies.replenishment.r=10:30:10", "policies.allocation=fcfs,priority")
    again = ExperimentPlan.read(kept(tmp_path, "a", plan))
    assert again.digest() == plan.digest()
    assert list(again.scenarios) == list(plan.scenarios)
    for name, scenario in plan.scenarios.items():
        assert fingerprint(again.scenarios[name]) == fingerprint(scenario)
    assert design_of(again).cells == design_of(plan).cells
    assert design_of(again).levels == design_of(plan).levels


@pytest.mark.parametrize(
    "name", ["baseline", "holiday_peak", "order_history", "loyalty", "customs_delays", "payment_timing"]
)
def test_every_kind_of_scenario_reads_back_the_same(name, tmp_path):
    scenario = load(f"scenarios/{name}.yaml")
    folder = kept(tmp_path, name, ExperimentPlan({}, Path("scenarios"), {name: scenario}, {}))
    assert fingerprint(ExperimentPlan.read(folder).scenarios[name]) == fingerprint(scenario)


def test_the_latest_plan_of_the_same_words_is_found(shop, tmp_path):
    out = tmp_path / "runs"
    asked = {"over": ["policies.replenishment.r=10,20"]}
    assert unfinished_plan(out, asked) is None
    older, newer = planned(shop, *asked["over"]), planned(shop, *asked["over"])
    first, second = kept(out, "older", older), kept(out, "newer", newer)
    kept(out, "other", planned(shop, "policies.replenishment.r=10,30"))
    (out / "broken.unfinished").mkdir()
    (out / "broken.unfinished" / PLAN).write_text("{", encoding="utf-8")
    os.utime(first / PLAN, (1, 1))
    assert unfinished_plan(out, asked) == second
    assert unfinished_plan(out, {"over": []}) is None


def test_an_edited_file_is_told(shop, tmp_path):
    out = tmp_path / "runs"
    plan = planned(shop, "policies.replenishment.r=10,20")
    kept(out, "a", plan)

    def fail():
        raise AssertionError

    assert followed(out, plan.asked, fail, resume=True)[1] is None
    shop.write_text("nothing: at all", encoding="utf-8")
    found, told = followed(out, plan.asked, fail, resume=True)
    assert found.digest() == plan.digest()
    assert told is not None
    assert told.startswith("shop.yaml: changed meanwhile; going on as planned.")
    with pytest.raises(AssertionError):
        followed(out, plan.asked, fail, resume=False)


def test_a_plan_of_another_version_is_refused(shop, tmp_path):
    folder = kept(tmp_path, "a", planned(shop, "policies.replenishment.r=10,20"))
    text = (folder / PLAN).read_text(encoding="utf-8").replace('"patience"', '"pazienza"')
    (folder / PLAN).write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError, match="cannot be followed any more"):
        ExperimentPlan.read(folder)
