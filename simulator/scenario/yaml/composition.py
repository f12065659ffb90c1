"""Composition of a scenario from a file, the files it extends, an alternative, and values set by hand.

Precedence: ``--set`` over the alternative over the file over the files it extends.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from simulator.scenario.yaml.document import read_document
from simulator.scenario.yaml.merging import Merger, Override
from simulator.scenario.yaml.node import SET, Node
from simulator.scenario.yaml.settings import Setting
from simulator.values.mistakes import Mark, Mistake, Place, ScenarioError
from simulator.values.section import nearest

__all__ = ["Layers", "Override", "Resolved", "changed", "compose", "with_defaults"]


@dataclass(frozen=True)
class Resolved:
    """Merged content of a scenario, with the origin of each part.

    Attributes:
        root: the merged content.
        files: all files read, the scenario's own first.
        overrides: changes, in the order in which they were applied.
        removed: places given as null, each with the position of the null.
        missed: places given as null although nothing stood there, each with the position of its key.
        mistakes: mistakes in files and settings that could be read.
        unread: places of sections that are incomplete because a data file could not be read.
        plain: plain data of sections for which they are known already.
    """

    root: Node
    files: tuple[str, ...]
    overrides: tuple[Override, ...] = ()
    removed: dict[Place, Mark] = field(default_factory=dict)
    missed: dict[Place, Mark] = field(default_factory=dict)
    mistakes: tuple[Mistake, ...] = ()
    unread: frozenset[Place] = frozenset()
    plain: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def data(self) -> dict[str, Any]:
        """Content as plain data; the same objects at every access."""
        content = self.root.content
        assert isinstance(content, dict)
        return {key: self.plain[key] if key in self.plain else node.plain() for key, node in content.items()}

    @cached_property
    def marks(self) -> dict[Place, Mark]:
        """Position of each value; for a mapping, of its last change."""
        return {place: node.mark for place, node in self.root.walk()}

    @cached_property
    def keys(self) -> dict[Place, Mark]:
        """Position of the key of each entry; for a mapping, of its first key."""
        return {place: node.key for place, node in self.root.walk() if node.key is not None}

    @cached_property
    def origins(self) -> dict[Place, str]:
        """Origin of each scalar, empty list and empty mapping, as text for people."""
        return {place: node.origin for place, node in self.root.walk() if node.is_leaf}

    def as_written(self, places: Collection[Place]) -> Resolved:
        """Return a copy in which some values are text, although they look like numbers or truth values.

        Args:
            places: paths of the values that become text as written.
        """

        def as_text(node: Node, place: Place) -> Node:
            content = node.content
            if place in places and node.written:
                content = node.written
            elif isinstance(content, dict):
                content = {key: as_text(inner, (*place, key)) for key, inner in content.items()}
            elif isinstance(content, list):
                content = [as_text(inner, (*place, number)) for number, inner in enumerate(content)]
            return replace(node, content=content)

        return replace(self, root=as_text(self.root, ()), plain={})

    def mark(self, place: Place) -> Mark:
        """Return the position of the value at a place, or of the nearest value around it."""
        while place not in self.marks:
            place = place[:-1]
        return self.marks[place]

    def key_mark(self, place: Place) -> Mark:
        """Return the position of the key at a place, else of the value there or the nearest around it."""
        return self.keys.get(place) or self.mark(place)

    def folder(self, place: Place = ()) -> Path:
        """Return the folder from which a path at `place` starts.

        It is the folder of the file that gives the path, or the current folder for one from ``--set``.
        """
        file = self.mark(place).file
        return Path() if file.startswith(f"{SET} ") else Path(file).parent


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


def changed(resolved: Resolved, overrides: Sequence[str]) -> Resolved:
    """Apply values set by hand.

    Args:
        resolved: the merged scenario.
        overrides: texts ``a.b.c=value``; later ones win. One that cannot be applied is left out and added to
            the mistakes of the result.
    """
    merger = Merger.after(resolved.overrides, resolved.removed, resolved.missed)
    mistakes = list(resolved.mistakes)
    root = resolved.root
    for text in overrides:
        try:
            root = Setting.read(text).applied(root, merger)
        except ScenarioError as error:
            mistakes.extend(error.mistakes)
    return Resolved(
        replace(root, mark=resolved.root.mark),
        resolved.files,
        tuple(merger.overrides),
        merger.removed,
        merger.missed,
        tuple(mistakes),
    )


def with_defaults(resolved: Resolved, section: str, key: str) -> Resolved:
    """Merge the mapping `section`.`key` under every other mapping of the section, and remove it.

    For example, ``products.each`` becomes part of every product. All values keep their positions.

    Args:
        resolved: the merged scenario.
        section: name of a section at the top.
        key: key of the mapping with the common defaults.
    """
    top = resolved.root.content
    group = top.get(section) if isinstance(top, dict) else None
    if not isinstance(top, dict) or group is None or not isinstance(group.content, dict):
        return resolved
    entries = dict(group.content)
    each = entries.pop(key, None)
    if each is None or not isinstance(each.content, dict):
        return resolved
    merger = Merger()
    for name, node in entries.items():
        if isinstance(node.content, dict):
            filled = merger.over(each, node, (section, name))
            entries[name] = replace(filled, mark=node.mark, key=node.key)
    root = replace(resolved.root, content={**top, section: replace(group, content=entries)})
    return replace(
        resolved,
        root=root,
        removed={**resolved.removed, **merger.removed},
        missed={**resolved.missed, **merger.missed},
    )


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
