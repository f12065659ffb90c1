"""Scenarios that differ in a few values from one that is read once: later changes of its file change nothing."""

from __future__ import annotations

import hashlib
import json
import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from simulator.experiments.sweeping.ranges import OVER, Over, Range
from simulator.scenario.fingerprint import data_files, resolved
from simulator.scenario.load import completed, validated
from simulator.scenario.scenario import Scenario
from simulator.scenario.without_effect import without_effect
from simulator.scenario.yaml.composition import Resolved, changed, compose
from simulator.scenario.yaml.document import SET, parse_document
from simulator.values.mistakes import Mistake, ScenarioError

Values: TypeAlias = Mapping[str, str]
"""What is different: the value of each path, as texts before and after the equals sign."""


def named(values: Values) -> str:
    """The name of a variant.

    >>> named({"policies.replenishment.r": "100", "policies.allocation": "fcfs"})
    'policies.replenishment.r=100, policies.allocation=fcfs'
    """
    return ", ".join(settings_of(values))


class Variants:
    """A scenario of which many variants are wanted."""

    def __init__(
        self,
        scenario: Scenario | str | os.PathLike[str],
        alternative: str | None = None,
        overrides: Sequence[str] = (),
        *,
        replications: int | None = None,
        seed: int | None = None,
    ) -> None:
        """Read the scenario.

        Args:
            scenario: the path of a scenario file, or a scenario.
            alternative: name of an alternative in the file to apply.
            overrides: texts ``a.b.c=value`` that win over the file and the alternative.
            replications: how often to play it; left out: as often as it says.
            seed: of all random numbers; left out: the scenario's.

        Raises:
            ScenarioError: the file cannot be read, or there is no such alternative.
            ValueError: an alternative was named for a scenario that is loaded already, or that has data files,
                whose paths start at its file.
        """
        self.files: dict[str, str] = {}
        """SHA-256 of the scenario files that were read, by path."""
        self._source, self._alternative, self._overrides = scenario, alternative, overrides
        run = {"run.replications": replications, "run.seed": seed}
        settings = (*overrides, *(f"{path}={value}" for path, value in run.items() if value is not None))
        if not isinstance(scenario, Scenario):
            self.folder = Path(scenario).parent
            self._base = compose(scenario, alternative, settings)
            self.files = {str(Path(file).resolve()): file_digest(file) for file in self._base.files}
            return
        if alternative is not None or data_files(scenario):
            raise ValueError("alternatives and data files need the scenario's path: give it in its place")
        self.folder = Path()
        root = parse_document(json.dumps(resolved(scenario)), scenario.name).root
        self._base = changed(Resolved(root, (scenario.name,)), settings)

    def one(self, values: Values) -> Scenario:
        """The scenario with these values. Raises ScenarioError with everything that is wrong."""
        try:
            composed = changed(self._base, settings_of(values))
            return validated(completed(composed, self.folder), self.folder)
        except ScenarioError as error:
            raise ScenarioError(_as_varied(mistake, values) for mistake in error.mistakes) from None

    def all(self, cells: Sequence[Values]) -> tuple[Scenario, ...]:
        """The scenario with the values of each cell.

        Raises:
            ScenarioError: with everything that is wrong in any cell. Where one value is not what is wrong by
                itself, the cell is named.
        """
        scenarios: list[Scenario] = []
        wrong: dict[Mistake, list[int]] = defaultdict(list)
        for number, values in enumerate(cells):
            try:
                scenarios.append(self.one(values))
            except ScenarioError as error:
                for mistake in error.mistakes:
                    wrong[mistake].append(number)
        if wrong:
            raise ScenarioError(_with_cells(wrong, cells))
        return tuple(scenarios)

    def without_effect(self, cells: Iterable[Values]) -> tuple[Mistake, ...]:
        """Keys of the scenario file that change no figure, in any of its alternatives or with the values of a cell."""
        varied = [settings_of(values) for values in cells]
        return without_effect(self._source, self._overrides, alternative=self._alternative, variants=varied)

    def with_kinds(self, overs: Iterable[Over]) -> tuple[Over, ...]:
        """The same, the ranges of what takes whole numbers only marked as such.

        Both ends of every range are tried, all other paths unchanged. Raises ScenarioError if one is impossible.
        """
        found: list[Over] = []
        mistakes: list[Mistake] = []
        for over in overs:
            try:
                found.append(self._with_kind(over) if isinstance(over, Range) else over)
            except ScenarioError as error:
                mistakes.extend(error.mistakes)
        if mistakes:
            raise ScenarioError(mistakes)
        return tuple(found)

    def _with_kind(self, over: Range) -> Range:
        whole = replace(over, whole=over.low.is_integer() and over.high.is_integer())
        self.all([{over.path: whole.value(end)} for end in (over.low, over.high)])
        try:
            # Somewhere between, and no whole number.
            self.one({over.path: over.value(over.low + (over.high - over.low) / 2**0.5)})
        except ScenarioError:
            if not whole.whole:
                raise
            return whole
        return over


def file_digest(file: str | os.PathLike[str]) -> str:
    """SHA-256 of what a file holds; "" if it cannot be read."""
    try:
        return hashlib.sha256(Path(file).read_bytes()).hexdigest()
    except OSError:
        return ""


def settings_of(values: Values) -> list[str]:
    """The values as texts ``path=value``."""
    return [f"{path}={value}" for path, value in values.items()]


def _as_varied(mistake: Mistake, values: Values) -> Mistake:
    """The mistake as one of ``--over``, if it stands in a text that came from there."""
    for text in settings_of(values):
        if mistake.file == f"{SET} {text}":
            further = len(OVER) - len(SET)
            return replace(mistake, file=f"{OVER} {text}", column=mistake.column + further)
    return mistake


def _with_cells(wrong: Mapping[Mistake, list[int]], cells: Sequence[Values]) -> Iterable[Mistake]:
    """What is wrong, once for all cells in which it is the same, with the name of one if that tells something."""
    blamed, rest = _by_path(wrong, cells)
    yield from blamed
    together: dict[tuple[str, str], list[Mistake]] = defaultdict(list)
    for mistake in rest:
        together[mistake.path, mistake.message].append(mistake)
    for alike in together.values():
        numbers = sorted({number for mistake in alike for number in wrong[mistake]})
        text = alike[0].file.removeprefix(f"{OVER} ")
        with_its_value = [k for k, values in enumerate(cells) if text in settings_of(values)]
        if len(numbers) == len(cells):
            yield alike[0]
        elif with_its_value and set(with_its_value) <= set(numbers):
            yield from alike
        else:
            more = len(numbers) - 1
            others = f" and {more} {'other' if more == 1 else 'others'}" if more else ""
            where = f"{alike[0].message} (in the cell {named(cells[numbers[0]])}{others})"
            yield replace(alike[0], message=where)


def _by_path(mistakes: Iterable[Mistake], cells: Sequence[Values]) -> tuple[list[Mistake], list[Mistake]]:
    """Mistakes in the first value of paths whose values are all wrong, each in words of its own; and all others."""
    rest: dict[str, list[Mistake]] = defaultdict(list)
    for mistake in mistakes:
        rest[mistake.file].append(mistake)
    blamed: list[Mistake] = []
    for path in cells[0]:
        texts = [f"{OVER} {path}={value}" for value in dict.fromkeys(values[path] for values in cells)]
        if len({one.message for text in texts for one in rest.get(text, ())}) > 1 and all(
            text in rest for text in texts
        ):
            first, *others = [rest.pop(text) for text in texts]
            also = "the other value" if len(others) == 1 else f"the other {len(others)} values"
            blamed += [replace(one, message=f"{one.message}; {also} likewise") for one in first]
    return blamed, [mistake for alike in rest.values() for mistake in alike]
