"""A scenario file is read once for all its alternatives."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.scenario.load import ScenarioFile, load
from simulator.scenario.yaml import document
from simulator.scenario.yaml.composer import composed
from tests.benchmarks.large_shop import large_shop


@pytest.mark.parametrize("file", sorted(Path("scenarios").glob("*.yaml")), ids=lambda file: file.stem)
def test_alternatives_read_together_are_those_read_alone(file: Path) -> None:
    together = ScenarioFile(file)
    for alternative in reversed((None, *together.alternatives)):
        assert together.scenario(alternative) == load(file, alternative)


def test_sections_that_an_alternative_leaves_alone_are_validated_once(tmp_path: Path) -> None:
    file = tmp_path / "shop.yaml"
    file.write_text(large_shop(50, alternatives=3), encoding="utf-8")
    read = ScenarioFile(file)
    first, other = read.scenario(), read.scenario("level 1")
    assert first.policies != other.policies
    assert all(first.products[name] is one for name, one in other.products.items())
    assert all(one is two for one, two in zip(first.lanes, other.lanes, strict=True))


def test_a_file_is_parsed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "shop.yaml"
    file.write_text(large_shop(20, alternatives=3), encoding="utf-8")
    parsed: list[str] = []

    def counted(text: str, name: str, column: int = 1) -> object:
        parsed.append(name)
        return composed(text, name, column)

    monkeypatch.setattr(document, "composed", counted)
    read = ScenarioFile(file, ["run.horizon=100 days"])
    for alternative in read.alternatives:
        assert read.scenario(alternative).run.horizon == 100.0
    assert parsed.count(str(file)) == 1
