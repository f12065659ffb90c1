"""The scenario that ``simulator new`` writes."""

from pathlib import Path

import pytest

from simulator.experiments.replications.assurance import Assurance
from simulator.reports.results.run import run
from simulator.reports.scenarios.starter import file_of, starter, write_starter
from simulator.reports.scenarios.validation import Validation
from simulator.reports.wording.precision_notes import about_warm_up
from simulator.scenario.load import load


def test_can_be_run_as_it_is(tmp_path):
    file = write_starter(str(tmp_path / "shop"))
    assert Validation.of(file).mistakes == ()
    results = run(file, replications=2, workers=1)
    assert 0 < results["backorder_rate"].mean < 0.3


@pytest.mark.parametrize("seed", [42, 1, 2])
def test_its_warm_up_is_long_enough(tmp_path, seed):
    results = run(write_starter(str(tmp_path / "shop")), replications=2, workers=1, seed=seed)
    found = Assurance.of(results.outcome).warm_up
    assert (found.verdict, found.method) == ("enough", "first landing")
    assert about_warm_up(found) == ""


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("my_first-shop", "My first shop"),
        ("2026", "2026"),
        ("null", "Null"),
        ("a#b: c", "A#b: c"),
        ("o'hara", "O'hara"),
    ],
)
def test_is_named_after_its_file(tmp_path, name, title):
    assert load(write_starter(str(tmp_path / name))).name == title


def test_first_line_is_for_the_editor():
    assert starter(Path("a.yaml")).startswith("# yaml-language-server: $schema=scenario.schema.json\n")


def test_commands_can_be_copied():
    assert "simulator run 'my shop.yaml'" in starter(Path("my shop.yaml"))


@pytest.mark.parametrize("name", ["", ".", "..", "a\nb"])
def test_impossible_names(name):
    with pytest.raises(ValueError, match="is no name for a file"):
        file_of(name)
