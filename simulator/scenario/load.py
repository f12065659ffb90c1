"""Loading of scenarios from a file, as it is or with an alternative and values set by hand."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from simulator.scenario.reading import Reading, Readings
from simulator.scenario.scenario import Scenario
from simulator.scenario.yaml.composition import changed
from simulator.scenario.yaml.layers import Layers
from simulator.values.mistakes import Mistake, ScenarioError


def load(
    path: str | os.PathLike[str], alternative: str | None = None, overrides: Sequence[str] = ()
) -> Scenario:
    """Read a scenario file.

    Args:
        path: the YAML file.
        alternative: name of the alternative to apply.
        overrides: texts ``a.b.c=value`` that win over everything else.

    Raises:
        ScenarioError: the scenario has mistakes; the error holds all of them.
    """
    return ScenarioFile(path, overrides).scenario(alternative)


class ScenarioFile:
    """A scenario file, read once for all its alternatives.

    Attributes:
        path: path of the file.
        overrides: texts ``a.b.c=value`` that apply to every alternative, as after ``--set``.
        layers: content of the file and of the files it extends.
    """

    def __init__(self, path: str | os.PathLike[str], overrides: Sequence[str] = ()) -> None:
        """Read the file.

        Args:
            path: the YAML file.
            overrides: texts ``a.b.c=value`` that win over the file and its alternatives.

        Raises:
            ScenarioError: a file cannot be read or extends itself.
        """
        self.path = path
        self.overrides = tuple(overrides)
        self.layers = Layers.read(path)
        self._readings = Readings(Path(path).parent)
        self._known: dict[str | None, Reading | ScenarioError] = {}

    @property
    def alternatives(self) -> tuple[str, ...]:
        """Names of the alternatives, in the order of the file."""
        return self.layers.alternatives

    @property
    def valid_alternatives(self) -> tuple[str, ...]:
        """Names of the alternatives that are mappings or empty; loading the scenario itself reports the others."""
        return self.layers.valid_alternatives

    def reading(self, alternative: str | None = None) -> Reading:
        """Return the scenario with an alternative, as text and as sections.

        Raises:
            ScenarioError: the scenario has mistakes, or there is no such alternative.
        """
        if alternative not in self._known:
            try:
                self._known[alternative] = self.varied(alternative)
            except ScenarioError as error:
                self._known[alternative] = error
        found = self._known[alternative]
        if isinstance(found, ScenarioError):
            raise ScenarioError(found.mistakes)
        return found

    def varied(self, alternative: str | None = None, overrides: Sequence[str] = ()) -> Reading:
        """Return the scenario with an alternative and further overrides, read anew at each call.

        Raises:
            ScenarioError: the scenario has mistakes, or there is no such alternative.
        """
        resolved = changed(self.layers.resolved(alternative), (*self.overrides, *overrides))
        return self._readings.of(resolved)

    def inherited(self) -> Reading | None:
        """Return the extended files without the file itself, None if it extends nothing.

        Raises:
            ScenarioError: they are no complete scenario.
        """
        resolved = self.layers.inherited()
        return None if resolved is None else Readings(self._readings.folder).of(resolved)

    def scenario(self, alternative: str | None = None) -> Scenario:
        """Return the scenario with an alternative.

        Raises:
            ScenarioError: the scenario has mistakes; those of the alternative name it.
        """
        with self.alternative_named(alternative, self.reading):
            return self.reading(alternative).scenario

    @contextmanager
    def alternative_named(self, alternative: str | None, without: Callable[[], object]) -> Iterator[None]:
        """Name the alternative in mistakes of the ``with`` block that do not occur without it.

        Args:
            alternative: name of the alternative that the block applies, None for no alternative.
            without: function that does the work of the block without the alternative.

        Raises:
            ScenarioError: the error of the block; mistakes of the alternative end with its name.
        """
        try:
            yield
        except ScenarioError as error:
            if alternative is None:
                raise
            known = set(_mistakes(without))
            suffix = f" (in the alternative '{alternative}'{self._inherited(alternative)})"
            raise ScenarioError(
                one
                if one in known or _is_about_alternatives(one)
                else replace(one, message=one.message + suffix)
                for one in error.mistakes
            ) from None

    def _inherited(self, alternative: str) -> str:
        """Return a clause with the inheriting and the defining file; "" if the file defines the alternative itself."""
        key, file = self.layers.key_of(alternative), os.fspath(self.path)
        return "" if key is None or key.file == file else f", which {file} inherits from {key.file}"


def _mistakes(act: Callable[[], object]) -> tuple[Mistake, ...]:
    """Return the mistakes that calling a function raises."""
    try:
        act()
    except ScenarioError as error:
        return error.mistakes
    return ()


def _is_about_alternatives(mistake: Mistake) -> bool:
    """Return True if the path of the mistake names the alternative already."""
    return mistake.path.partition(".")[0] == "alternatives"
