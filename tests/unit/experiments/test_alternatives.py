"""What is compared, by whatever it is named."""

import pytest

from simulator.experiments.comparing.alternatives import AS_IS, alternatives_of
from simulator.policies.allocation import CriticalLevel, Priority
from simulator.scenario.load import load
from simulator.values.mistakes import ScenarioError
from tests.cli.shop import SHOP


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "shop.yaml"
    path.write_text(SHOP)
    return path


def test_all_of_the_file(file):
    assert list(alternatives_of(file)) == [AS_IS, "no waiting", "members first"]


def test_the_reference_comes_first(file):
    assert list(alternatives_of(file, against="members first")) == ["members first", AS_IS, "no waiting"]
    assert list(alternatives_of(file, ["no waiting"], "members first")) == ["members first", "no waiting"]
    assert list(alternatives_of(file, ["members first", AS_IS])) == [AS_IS, "members first"]


def test_of_ones_own(file):
    found = alternatives_of(
        file,
        {
            "policy": Priority(),
            "texts": ["policies.allocation=priority"],
            "named": "members first",
            "scenario": load(file, "members first"),
        },
        overrides=["products.tea.price=5"],
    )
    assert all(one.policies.allocation == Priority() for name, one in found.items() if name != AS_IS)
    assert [one.products["tea"].price for one in found.values()] == [5, 5, 5, 5, 4]


@pytest.mark.parametrize(
    ("wanted", "against", "told"),
    [
        (["member first"], AS_IS, "did you mean 'members first'"),
        (None, "x", "no alternative 'x'; known: as is, no waiting, members first$"),
        ([AS_IS], AS_IS, "nothing to compare"),
        ({"levels": CriticalLevel(levels={"members": 3.0, "passers-by": 0.0})}, AS_IS, None),
    ],
)
def test_mistakes(file, wanted, against, told):
    if told is None:
        assert "levels" in alternatives_of(file, wanted, against)
        return
    with pytest.raises((ValueError, ScenarioError), match=told):
        alternatives_of(file, wanted, against)


def test_a_loaded_scenario_has_only_what_is_given(file):
    scenario = load(file)
    assert list(alternatives_of(scenario, {"gold": Priority()})) == [AS_IS, "gold"]
    with pytest.raises(ValueError, match="give its path"):
        alternatives_of(scenario, ["members first"])
    with pytest.raises(ValueError, match="give its path"):
        alternatives_of(scenario, {"gold": Priority()}, overrides=["run.seed=3"])
    with pytest.raises(ValueError, match="nothing to compare"):
        alternatives_of(scenario)


def test_the_name_of_the_unchanged_scenario_is_taken(file):
    file.write_text(SHOP.replace("no waiting:", "as is:"))
    with pytest.raises(ValueError, match="call that alternative otherwise"):
        alternatives_of(file)
