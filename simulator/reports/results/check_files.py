"""Inputs of a check: its scenario files, given as files, folders or names, and its margins."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from simulator.experiments.checking.check import Key
from simulator.experiments.checking.judgement import load_to_judge
from simulator.experiments.statistics.equivalence_tests import Margins
from simulator.scenario.load import ScenarioFile
from simulator.scenario.scenario import Scenario
from simulator.scenario.without_effect import without_effect
from simulator.scenario.yaml.document import read_document
from simulator.values.mistakes import Mark, Mistake, ScenarioError
from simulator.values.section import nearest

SCENARIOS: Final = Path("scenarios")
"""Default folder of scenarios."""


class NoCheckError(ValueError):
    """Error for arguments of a check that do not go together or name no scenario."""


def scenario_files(
    scenarios: str | os.PathLike[str] | Iterable[str | os.PathLike[str]] | None,
) -> dict[str, Path]:
    """Return the scenario files of a check by name, which is that of the file without ``.yaml``.

    Args:
        scenarios: paths of files, or of folders whose ``*.yaml`` files are taken; None for the folder
            ``scenarios``.

    Raises:
        NoCheckError: a folder has no scenario files, or two files have the same name.
    """
    if scenarios is None:
        scenarios = [SCENARIOS]
    elif isinstance(scenarios, str | os.PathLike):
        scenarios = [scenarios]
    files: dict[str, Path] = {}
    for path in map(Path, scenarios):
        inner = sorted(path.glob("*.yaml")) if path.is_dir() or path == SCENARIOS else [path]
        if not inner:
            raise NoCheckError(f"there are no scenario files (*.yaml) in {path}")
        for file in inner:
            if files.setdefault(file.stem, file) != file:
                twins = f"{files[file.stem]} and {file}"
                raise NoCheckError(f"{twins} would have the same baseline; check them apart")
    return files


def loaded_all(files: Mapping[str, Path]) -> tuple[dict[Key, Scenario], dict[str, tuple[Mistake, ...]]]:
    """Read every scenario, as it is and with each of its alternatives.

    Returns:
        The scenarios, and the keys without effect by name of the scenario; scenarios that have none are left out.

    Raises:
        ScenarioError: with the mistakes of all files.
    """
    loaded: dict[Key, Scenario] = {}
    idle: dict[str, tuple[Mistake, ...]] = {}
    mistakes: list[Mistake] = []
    for name, file in files.items():
        try:
            read = ScenarioFile(file)
            loaded[name, None] = load_to_judge(read)
        except ScenarioError as error:
            mistakes += error.mistakes
            continue
        for alternative in loaded[name, None].alternatives:
            try:
                loaded[name, alternative] = load_to_judge(read, alternative)
            except ScenarioError as error:
                mistakes += error.mistakes
        if found := without_effect(read):
            idle[name] = found
    if mistakes:
        raise ScenarioError(mistakes)
    return loaded, idle


def chosen_files(
    update: Sequence[str], files: Mapping[str, Path], loaded: Mapping[Key, Scenario]
) -> set[str]:
    """Return the file names (without ``.yaml``) of the scenarios to update.

    Args:
        update: names of scenarios or of their files.
        files: scenario files by name.
        loaded: scenarios by name of the file and alternative.

    Raises:
        NoCheckError: no scenario has one of the names, or several have.
    """
    by_own_name: dict[str, list[str]] = {}
    for name in files:
        by_own_name.setdefault(loaded[name, None].name, []).append(name)
    names: set[str] = set()
    for wanted in update:
        found = [wanted] if wanted in files else by_own_name.get(wanted, [])
        if not found:
            known = nearest(wanted, [*files, *by_own_name]) or f"; there are {', '.join(files)}"
            raise NoCheckError(f"there is no scenario '{wanted}' to update{known}")
        if len(found) > 1:
            raise NoCheckError(f"{' and '.join(found)} are both called '{wanted}'; name the file")
        names.update(found)
    return names


def margins_of(file: Path | None, options: Sequence[str]) -> dict[str, str]:
    """Read margins by metric or unit.

    Args:
        file: YAML file with lines ``NAME: SIZE``; None for no file.
        options: texts ``NAME=SIZE``, which win over the file.

    Raises:
        ScenarioError: with every unknown name and every text that is no margin, and its position.
    """
    margins: dict[str, str] = {}
    mistakes: list[Mistake] = []
    for name, text, mark in (*_in_file(file), *map(_in_option, options)):
        try:
            Margins({name: text})
        except ValueError as error:
            mistakes.append(Mistake.at(mark, (name,), str(error)))
        margins[name] = text
    if mistakes:
        raise ScenarioError(mistakes)
    return margins


def _in_file(file: Path | None) -> Iterator[tuple[str, str, Mark]]:
    if file is None:
        return
    document = read_document(file)
    if document.mistakes:
        raise ScenarioError(document.mistakes)
    for name, value in document.data.items():
        yield name, str(value), document.marks[name,]


def _in_option(option: str) -> tuple[str, str, Mark]:
    mark = Mark(f"--margin {option}", 1, 1)
    name, sign, text = option.partition("=")
    if not sign:
        raise ScenarioError.at(mark, "write NAME=SIZE, as days=5% or fill_rate='1 point or 2 sd'")
    return name.strip(), text.strip(), mark
