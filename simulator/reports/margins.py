"""Margins of equivalence that the user gives, in a file or on the command line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from simulator.experiments.equivalence import Margins
from simulator.scenario.document import read
from simulator.scenario.mistakes import Mark, Mistake, ScenarioError


def margins_of(file: Path | None, options: Sequence[str]) -> dict[str, str]:
    """Margins by metric or unit: those of the file, and over them the options ``NAME=SIZE``.

    Raises:
        ScenarioError: with every name that is unknown and everything that is no margin, and where it stands.
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
    document = read(file)
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
