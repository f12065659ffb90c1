"""Layers of a scenario: a file over the files it extends, ready for any alternative.

Precedence: ``--set`` over the alternative over the file over the files it extends.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from simulator.scenario.yaml.composition import Resolved, changed
from simulator.scenario.yaml.document import read_document
from simulator.scenario.yaml.merging import Merger
from simulator.scenario.yaml.node import Node
from simulator.values.mistakes import Mark, Mistake, ScenarioError
from simulator.values.section import nearest


def compose(
    path: str | os.PathLike[str], alternative: str | None = None, overrides: Sequence[str] = ()
) -> Resolved:
    """Read a scenario file and merge everything that changes it.

    Args:
        path: the scenario file.
        alternative: name of one of its alternatives.
        overrides: texts ``a.b.c=value``, as after ``--set``; later ones win.

    Raises:
        ScenarioError: a file cannot be read or extends itself, there is no such alternative, or it is not a
            mapping of overrides. An override that cannot be applied does not raise: it is left out and added
            to the mistakes of the result.
    """
    return changed(Layers.read(path).resolved(alternative), overrides)


@dataclass(frozen=True)
class Layers:
    """Scenario file merged over the files it extends, read once and ready for any alternative.

    Attributes:
        root: merged content without an alternative.
        base: merged content of the extended files alone; ``None`` if the file extends nothing.
        files: all files read, the scenario's own first.
        merger: log of the overrides and removals so far.
        mistakes: mistakes in files that could be read.
    """

    root: Node
    base: Node | None
    files: tuple[str, ...]
    merger: Merger
    mistakes: tuple[Mistake, ...]

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> Layers:
        """Read a file and the files it extends.

        Raises:
            ScenarioError: a file cannot be read or extends itself.
        """
        files = _FileMerger()
        root = files.merged(os.fspath(path))
        return cls(root, files.base, tuple(files.names), files.merger, tuple(files.mistakes))

    @property
    def alternatives(self) -> tuple[str, ...]:
        """Names of the alternatives, in the order of the file."""
        return tuple(_alternatives(self.root))

    @property
    def valid_alternatives(self) -> tuple[str, ...]:
        """Names of the alternatives that are mappings or empty."""
        found = _alternatives(self.root).items()
        return tuple(name for name, node in found if node.content is None or isinstance(node.content, dict))

    def key_of(self, alternative: str) -> Mark | None:
        """Return the position of an alternative's name, None if there is no such alternative."""
        node = _alternatives(self.root).get(alternative)
        return None if node is None else node.key

    def resolved(self, alternative: str | None = None) -> Resolved:
        """Return the scenario with an alternative applied.

        Raises:
            ScenarioError: there is no alternative of that name, or it is not a mapping of overrides.
        """
        before, root = self.merger, self.root
        merger = Merger.after(before.overrides, before.removed, before.missed)
        if alternative is not None:
            root = merger.over(root, _alternative(root, alternative, self.mistakes))
            # A key missing at the top is missing in the file, not in the last override.
            root = replace(root, mark=self.root.mark)
        overrides = tuple(merger.overrides)
        return Resolved(root, self.files, overrides, merger.removed, merger.missed, self.mistakes)

    def inherited(self) -> Resolved | None:
        """Return the extended files, merged without the file itself; ``None`` if it extends nothing."""
        return None if self.base is None else Resolved(self.base, self.files[1:])


class _FileMerger:
    """Reader of scenario files that reads each file once and merges it over the files it extends.

    Attributes:
        names: files read, in order.
        mistakes: mistakes in files that could be read.
        merger: log of the merges.
        base: merged content of the files extended by the last merged file; ``None`` if it extends nothing.
    """

    def __init__(self) -> None:
        self.names: list[str] = []
        self.mistakes: list[Mistake] = []
        self.merger = Merger()
        self.base: Node | None = None
        self._read: dict[str, Node] = {}

    def merged(self, file: str, asked_at: Mark | None = None, chain: tuple[str, ...] = ()) -> Node:
        """Read a file and merge it over the files it extends.

        Args:
            file: path of the file.
            asked_at: position at which another file extends it; ``None`` for the scenario's own file.
            chain: paths of the files that led here by ``extends``, the scenario's own first.

        Raises:
            ScenarioError: a file cannot be read or extends itself; the error holds all mistakes so far.
        """
        real = os.path.realpath(file)
        if real in self._read:
            return self._read[real]
        document = read_document(file, asked_at)
        self.names.append(file)
        self.mistakes.extend(document.mistakes)
        content = document.root.content
        assert isinstance(content, dict)
        own = replace(document.root, content={key: node for key, node in content.items() if key != "extends"})
        layers = [*self._bases(content.get("extends"), (*chain, file)), own]
        result, base = layers[0], None
        for layer in layers[1:]:
            base, result = result, self.merger.over(result, layer)
        self._read[real], self.base = result, base
        return result

    def _bases(self, extends: Node | None, chain: tuple[str, ...]) -> list[Node]:
        """Read the extended files, each merged over its own bases.

        Args:
            extends: value of the key ``extends``.
            chain: paths of the files that led here, the extending file last.

        Raises:
            ScenarioError: a file cannot be read or extends itself; the error holds all mistakes so far.
        """
        if extends is None or extends.content is None:
            return []
        bases: list[Node] = []
        wrong: list[Mistake] = []
        for node in extends.content if isinstance(extends.content, list) else [extends]:
            try:
                bases.append(self._base(node, chain))
            except ScenarioError as error:
                wrong.extend(error.mistakes)
        if wrong:
            raise ScenarioError([*self.mistakes, *wrong])
        return bases

    def _base(self, node: Node, chain: tuple[str, ...]) -> Node:
        """Read one extended file, whose path is the content of `node`."""
        place = ("extends",)
        if not isinstance(node.content, str):
            raise ScenarioError.at(
                node.mark, "must be the path of a scenario file, or a list of paths", place
            )
        file = os.path.normpath(Path(node.mark.file).parent / node.content)
        if os.path.realpath(file) in {os.path.realpath(name) for name in chain}:
            raise ScenarioError.at(node.mark, f"goes round in a circle: {' → '.join((*chain, file))}", place)
        return self.merged(file, node.mark, chain)


def _alternative(root: Node, name: str, mistakes: Sequence[Mistake]) -> Node:
    """Return the overrides of an alternative.

    Args:
        root: merged content of the scenario.
        name: name of the alternative.
        mistakes: mistakes found so far, raised together with any others.

    Raises:
        ScenarioError: there is no such alternative, or it is not a mapping of overrides.
    """
    place = ("alternatives",)
    known = _alternatives(root)
    if name not in known:
        group = root.content.get("alternatives") if isinstance(root.content, dict) else None
        mark = root.mark if group is None else group.key or group.mark
        hint = nearest(name, known) if known else "; the scenario has none"
        raise ScenarioError([*mistakes, Mistake.at(mark, place, f"unknown alternative '{name}'{hint}")])
    chosen = known[name]
    overrides = {} if chosen.content is None else chosen.content
    if not isinstance(overrides, dict):
        problem = Mistake.at(chosen.mark, (*place, name), "must be a mapping of overrides")
        raise ScenarioError([*mistakes, problem])
    wrong = [
        Mistake.at(node.key or node.mark, (*place, name, key), f"an alternative cannot hold '{key}'")
        for key, node in overrides.items()
        if key in {"extends", "alternatives"}
    ]
    if wrong:
        raise ScenarioError([*mistakes, *wrong])
    return replace(chosen, content=overrides).from_source(f"alternative '{name}'")


def _alternatives(root: Node) -> dict[str, Node]:
    """Return the alternatives of a scenario by name."""
    group = root.content.get("alternatives") if isinstance(root.content, dict) else None
    return group.content if group is not None and isinstance(group.content, dict) else {}
