"""Variants of a scenario that differ in a few values.

The scenario is read once, so that later changes of its file have no effect.
"""

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
from simulator.scenario.reading import Readings
from simulator.scenario.scenario import Scenario
from simulator.scenario.without_effect import without_effect
from simulator.scenario.yaml.composition import Resolved, changed
from simulator.scenario.yaml.document import parse_document
from simulator.scenario.yaml.layers import compose
from simulator.scenario.yaml.node import SET
from simulator.values.mistakes import Mistake, ScenarioError

Values: TypeAlias = Mapping[str, str]
"""Values of a variant by path, as the texts before and after the equals sign of ``--set``."""


def named(values: Values) -> str:
    """Return the name of a variant.

    >>> named({"policies.replenishment.r": "100", "policies.allocation": "fcfs"})
    'policies.replenishment.r=100, policies.allocation=fcfs'
    """
    return ", ".join(settings_of(values))


class Variants:
    """Scenario from which variants are made."""

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
            scenario: path of a scenario file, or a scenario.
            alternative: name of an alternative in the file to apply.
            overrides: texts ``a.b.c=value`` that take precedence over the file and the alternative.
            replications: number of replications; by default that of the scenario.
            seed: seed of all random numbers; by default that of the scenario.

        Raises:
            ScenarioError: the file cannot be read, or there is no such alternative.
            ValueError: ``scenario`` is a loaded scenario, and an alternative is named or the scenario has
                data files, whose paths are relative to its file.
        """
        self.files: dict[str, str] = {}
        """SHA-256 of the scenario files that were read, by path."""
        self._source, self._alternative, self._overrides = scenario, alternative, overrides
        run = {"run.replications": replications, "run.seed": seed}
        settings = (*overrides, *(f"{path}={value}" for path, value in run.items() if value is not None))
        if not isinstance(scenario, Scenario):
            self.folder = Path(scenario).parent
            self._base = compose(scenario, alternative, settings)
            self._readings = Readings(self.folder)
            self.files = {str(Path(file).resolve()): file_digest(file) for file in self._base.files}
            return
        if alternative is not None or data_files(scenario):
            raise ValueError("alternatives and data files need the scenario's path: give it in its place")
        self.folder = Path()
        root = parse_document(json.dumps(resolved(scenario)), scenario.name).root
        self._base = changed(Resolved(root, (scenario.name,)), settings)
        self._readings = Readings(self.folder)

    def one(self, values: Values) -> Scenario:
        """Return the scenario with some values.

        Raises:
            ScenarioError: the values cannot be used; the error holds all mistakes.
        """
        try:
            return self._readings.of(changed(self._base, settings_of(values))).scenario
        except ScenarioError as error:
            raise ScenarioError(_as_varied(mistake, values) for mistake in error.mistakes) from None

    def all(self, cells: Sequence[Values]) -> tuple[Scenario, ...]:
        """Return the scenarios with the values of each cell.

        Raises:
            ScenarioError: the values of a cell cannot be used. The error holds the mistakes in all cells,
                with the name of a cell if its values are wrong only in combination.
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
        """Return the keys of the scenario file without any effect in its alternatives and with the values of cells."""
        varied = [settings_of(values) for values in cells]
        return without_effect(self._source, self._overrides, alternative=self._alternative, variants=varied)

    def with_kinds(self, overs: Iterable[Over]) -> tuple[Over, ...]:
        """Return ranges and lists of values; ranges of fields that take whole numbers only are marked.

        Both ends of every range are tried, with all other paths unchanged.

        Raises:
            ScenarioError: an end of a range is impossible.
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
        """Return a range, marked to hold whole numbers only if a fraction is impossible between its ends."""
        whole = replace(over, whole=over.low.is_integer() and over.high.is_integer())
        self.all([{over.path: whole.value(end)} for end in (over.low, over.high)])
        try:
            # A number between the ends that is not whole.
            self.one({over.path: over.value(over.low + (over.high - over.low) / 2**0.5)})
        except ScenarioError:
            if not whole.whole:
                raise
            return whole
        return over


def file_digest(file: str | os.PathLike[str]) -> str:
    """Return the SHA-256 of the content of a file; "" if it cannot be read."""
    try:
        return hashlib.sha256(Path(file).read_bytes()).hexdigest()
    except OSError:
        return ""


def settings_of(values: Values) -> list[str]:
    """Return the values as texts ``path=value``."""
    return [f"{path}={value}" for path, value in values.items()]


def _as_varied(mistake: Mistake, values: Values) -> Mistake:
    """Return a mistake with its place in the text of an ``--over`` option, if it comes from one of the values."""
    for text in settings_of(values):
        if mistake.file == f"{SET} {text}":
            further = len(OVER) - len(SET)
            return replace(mistake, file=f"{OVER} {text}", column=mistake.column + further)
    return mistake


def _with_cells(wrong: Mapping[Mistake, list[int]], cells: Sequence[Values]) -> Iterable[Mistake]:
    """Yield each mistake once; it names a cell unless all cells, or all cells with the mistaken value, have it.

    Args:
        wrong: numbers of the cells with each mistake.
        cells: values of all cells.
    """
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
    """Split mistakes in two lists: those in paths whose values are all wrong with messages that differ, and the rest.

    The first list has only the mistakes in the first value of such a path; their messages mention the other
    values.
    """
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
