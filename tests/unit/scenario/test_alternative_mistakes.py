"""A mistake that only an alternative makes names it, and the file that inherits it."""

import pytest

from simulator.experiments.checking.judgement import load_to_judge
from simulator.reports.scenarios.validation import Validation
from simulator.scenario.load import load
from simulator.values.mistakes import ScenarioError

BASE = """\
products: {mug: {price: 14, cost: 6}}
demand: [{product: mug, rate: 20/day}]
alternatives:
  typo: {policies: {alocation: priority}}
  short: {run: {horizon: 10 days}, expect: {fil_rate: at least 9 %}}
"""
HEIR = "extends: base.yaml\nrun: {horizon: 90 days, warm_up: 30 days}\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "base.yaml").write_text(BASE, encoding="utf-8")
    (tmp_path / "heir.yaml").write_text(HEIR, encoding="utf-8")
    return tmp_path


def told(act, *words):
    with pytest.raises(ScenarioError) as error:
        act(*words)
    return str(error.value).splitlines()


TYPO = "base.yaml:4:21: policies.alocation: unknown key 'alocation'; did you mean 'allocation'?"


@pytest.mark.parametrize("read", [load, load_to_judge])
def test_the_alternative_and_its_heir_are_named(folder, read):
    assert told(read, "base.yaml", "typo") == [f"{TYPO} (in the alternative 'typo')"]
    behind = "(in the alternative 'typo', which heir.yaml inherits from base.yaml)"
    assert told(read, "heir.yaml", "typo") == [f"{TYPO} {behind}"]


def test_a_mistake_elsewhere_that_the_alternative_makes(folder):
    """The warm-up of the heir is longer than the horizon of the inherited alternative."""
    (line,) = told(load, "heir.yaml", "short")
    assert line.startswith("heir.yaml:2:34: run.warm_up: the warm-up must end before the horizon")
    assert line.endswith("(in the alternative 'short', which heir.yaml inherits from base.yaml)")


def test_expectations_of_an_alternative(folder):
    (line,) = told(load_to_judge, "base.yaml", "short")
    assert line.endswith("did you mean 'fill_rate'? (in the alternative 'short')")


def test_a_mistake_of_the_file_itself_is_told_once(folder):
    (folder / "heir.yaml").write_text(HEIR + "prducts: {}\n", encoding="utf-8")
    lines = [str(mistake) for mistake in Validation.of(folder / "heir.yaml").mistakes]
    assert sum("prducts" in line for line in lines) == 1
    assert not any("prducts" in line and "alternative" in line for line in lines)


def test_what_says_already_what_it_is_about(folder):
    assert told(load, "heir.yaml", "nope") == [
        "base.yaml:3:1: alternatives: unknown alternative 'nope'; known: typo, short"
    ]
    (folder / "base.yaml").write_text(BASE + "  five: 5\n", encoding="utf-8")
    lines = [str(mistake) for mistake in Validation.of(folder / "base.yaml").mistakes]
    assert [line for line in lines if "five" in line] == [
        f"{folder / 'base.yaml'}:6:9: alternatives.five: must be a mapping, not 5"
    ]
