"""Every key of the schema has a scenario in which it moves a figure."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from simulator.values.section import Section
from tests.unit.scenario.worlds import figures, moved, written

EXEMPT = {
    "scenario.Scenario.name": "label",
    "scenario.Scenario.question": "label",
    "scenario.Scenario.show": "label: the figures that reports begin with",
    "demand_profiles.Peak.peak": "label",
    "demand_profiles.Surge.surge": "label",
    "scenario.Scenario.expect": "judges figures",
    "scenario.Scenario.alternatives": "other scenarios",
    "run.Run.window": "execution: the same figures in less memory",
    "run.Run.replications": "execution: how often",
    "order_history.History.returns": "a file with such rows can be played with one of its values only",
    "order_history.History.unreadable": "a file with such rows can be played with one of its values only",
    "order_history.History.wide": "a file is a table of days or not",
    "order_history.History.format": "how a data file is written",
    "tabulated.Empirical.format": "how a data file is written",
    "order_history.Columns.customer": "read for 'returns: net' only",
    "opening.OpeningOrder.placed": "label: the date in the table of purchase orders",
    "satisfaction.Satisfaction.after_delivery": "no figure depends on the day of the survey: told as without effect",
    "compensation.NoCompensation.when": "nothing is offered: told as without effect",
}
"""Keys that move no figure by themselves, each with the reason."""

_TABLE = yaml.safe_load(Path(__file__).with_name("acting_keys.yaml").read_text(encoding="utf-8"))
ACTS = {
    key: [setting for name in given for setting in _TABLE["before"].get(name, [name])]
    for key, given in _TABLE["acts"].items()
}
"""For each key the change that must move a figure, and the settings that hold before it."""


def _sections(base: type[Section] = Section) -> Iterator[type[Section]]:
    for cls in base.__subclasses__():
        yield cls
        yield from _sections(cls)


def schema_keys() -> set[str]:
    """Every key by the section that defines it, ``module.Section.key``; a law's once for both dimensions."""
    return {
        f"{cls.__module__.rpartition('.')[2]}.{cls.__name__}.{field.alias or name}"
        for cls in _sections()
        if cls.__module__.startswith(
            (
                "simulator.scenario.",
                "simulator.calendars.",
                "simulator.policies.",
                "simulator.laws.",
                "simulator.tables.",
                "simulator.values.",
            )
        )
        and not cls.__pydantic_generic_metadata__["origin"]
        for name, field in cls.model_fields.items()
        if name in inspect.get_annotations(cls)
    }


def test_every_key_of_the_schema_has_a_case_or_a_reason() -> None:
    laws = {key for key in schema_keys() if key.endswith(".dist") and not key.startswith("law.")}
    formats = {key for key in schema_keys() if key.startswith("format.Format.")}  # how a data file is written
    assert schema_keys() - laws - formats == ACTS.keys() | EXEMPT.keys()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("shop")


@pytest.fixture
def shop(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The shop in the current folder, where paths of settings start."""
    monkeypatch.chdir(folder)
    return written(folder)


@pytest.mark.parametrize("key", ACTS)
def test_a_key_moves_a_figure(shop: Path, key: str) -> None:
    change, *before = ACTS[key]
    assert moved(figures(shop, before), figures(shop, (*before, change)))
