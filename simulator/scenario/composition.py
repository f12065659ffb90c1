"""One scenario out of several texts: the file, what it extends, an alternative, and values set by hand.

Precedence: ``--set`` over the alternative over the file over what it extends.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from simulator.scenario.document import SET, Node, read
from simulator.scenario.merging import Merger, Override
from simulator.scenario.mistakes import Mark, Mistake, Place, ScenarioError
from simulator.scenario.section import nearest
from simulator.scenario.setting import Setting

__all__ = ["Layers", "Override", "Resolved", "changed", "compose", "with_defaults"]


@dataclass(frozen=True)
class Resolved:
    """What the scenario says when everything is merged, and where each part of it comes from.

    Attributes:
        root: the merged content.
        files: all files that were read, the scenario's own first.
        overrides: what was changed, in sequence.
        removed: where null stands for each place that null was given for.
        missed: where the keys of those nulls stand for which there was nothing to remove.
        mistakes: what is wrong in the files and settings although they could be read.
        unread: sections of which a part is missing since a data file could not be read.
    """

    root: Node
    files: tuple[str, ...]
    overrides: tuple[Override, ...] = ()
    removed: dict[Place, Mark] = field(default_factory=dict)
    missed: dict[Place, Mark] = field(default_factory=dict)
    mistakes: tuple[Mistake, ...] = ()
    unread: frozenset[Place] = frozenset()

    @cached_property
    def data(self) -> dict[str, Any]:
        """The content as plain data, always the same objects."""
        content: dict[str, Any] = self.root.plain()
        return content

    @cached_property
    def marks(self) -> dict[Place, Mark]:
        """Where each value stands; for a mapping, where it was changed last."""
        return {place: node.mark for place, node in self.root.walk()}

    @cached_property
    def keys(self) -> dict[Place, Mark]:
        """Where the key of each entry of a mapping stands; for a mapping, where it stood first."""
        return {place: node.key for place, node in self.root.walk() if node.key is not None}

    @cached_property
    def origins(self) -> dict[Place, str]:
        """Where each value comes from, for people; filled mappings and lists have none of their own."""
        return {place: node.origin for place, node in self.root.walk() if node.is_leaf}

    def as_written(self, places: Collection[Place]) -> Resolved:
        """The same with the text that is written at these places, wherever it was read as a number or truth."""

        def changed(node: Node, place: Place) -> Node:
            content = node.content
            if place in places and node.written:
                content = node.written
            elif isinstance(content, dict):
                content = {key: changed(inner, (*place, key)) for key, inner in content.items()}
            elif isinstance(content, list):
                content = [changed(inner, (*place, number)) for number, inner in enumerate(content)]
            return replace(node, content=content)

        return replace(self, root=changed(self.root, ()))

    def mark(self, place: Place) -> Mark:
        """Where the value stands, or the nearest thing around it."""
        while place not in self.marks:
            place = place[:-1]
        return self.marks[place]

    def key_mark(self, place: Place) -> Mark:
        """Where the key of the value stands, or the nearest thing around it."""
        return self.keys.get(place) or self.mark(place)

    def folder(self, place: Place = ()) -> Path:
        """Folder from which a path that is the value at `place` starts: its file's, or the current one."""
        file = self.mark(place).file
        return Path() if file.startswith(f"{SET} ") else Path(file).parent


def compose(
    path: str | os.PathLike[str], alternative: str | None = None, overrides: Sequence[str] = ()
) -> Resolved:
    """Read a scenario file and everything that changes it.

    Args:
        path: the scenario file.
        alternative: name of one of its alternatives.
        overrides: texts ``a.b.c=value``, as after ``--set``; later ones win.

    Raises:
        ScenarioError: a file cannot be read or extends itself, or there is no such alternative. A setting
            that cannot be applied is left out and becomes one of the result's mistakes.
    """
    return changed(Layers.read(path).resolved(alternative), overrides)


def changed(resolved: Resolved, overrides: Sequence[str]) -> Resolved:
    """The same with values set by hand, texts ``a.b.c=value``; later ones win.

    One that cannot be applied is left out and becomes one of the result's mistakes.
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
    """Merge the mapping `section`.`key` under every other mapping of the section, and take it away.

    So ``products.each`` becomes part of every product; all keeps its position.
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
    """A scenario file with all that it extends, read once, of which any alternative can be had.

    Attributes:
        root: everything merged, no alternative applied.
        base: the same without what the file itself says; ``None`` if it extends nothing.
        files: all files that were read, the scenario's own first.
        merger: what was overridden and removed so far.
        mistakes: what is wrong in the files although they could be read.
    """

    root: Node
    base: Node | None
    files: tuple[str, ...]
    merger: Merger
    mistakes: tuple[Mistake, ...]

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> Layers:
        """Read the file and what it extends. Raises ``ScenarioError`` as `compose` does."""
        files = _Files()
        root = files.merged(os.fspath(path))
        return cls(root, files.base, tuple(files.names), files.merger, tuple(files.mistakes))

    @property
    def alternatives(self) -> tuple[str, ...]:
        """Names of the alternatives."""
        content = self.root.content
        group = content.get("alternatives") if isinstance(content, dict) else None
        return tuple(group.content) if group is not None and isinstance(group.content, dict) else ()

    def resolved(self, alternative: str | None = None) -> Resolved:
        """The scenario with an alternative. Raises ``ScenarioError`` if there is none of that name."""
        before, root = self.merger, self.root
        merger = Merger.after(before.overrides, before.removed, before.missed)
        if alternative is not None:
            root = merger.over(root, _alternative(root, alternative, self.mistakes))
            # What is missing at the top is missing in the file, not in the override that came last.
            root = replace(root, mark=self.root.mark)
        overrides = tuple(merger.overrides)
        return Resolved(root, self.files, overrides, merger.removed, merger.missed, self.mistakes)

    def inherited(self) -> Resolved | None:
        """What the file extends, as it would be without the file; ``None`` if it extends nothing."""
        return None if self.base is None else Resolved(self.base, self.files[1:])


class _Files:
    """Reads files, each once, and puts each on top of what it extends."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.mistakes: list[Mistake] = []
        self.merger = Merger()
        self.base: Node | None = None
        """What the file that was merged last extends, merged."""
        self._read: dict[str, Node] = {}

    def merged(self, file: str, asked_at: Mark | None = None, chain: tuple[str, ...] = ()) -> Node:
        """The content of a file with all that it extends.

        Raises:
            ScenarioError: one of them cannot be read or extends itself; all mistakes found so far.
        """
        real = os.path.realpath(file)
        if real in self._read:
            return self._read[real]
        document = read(file, asked_at)
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
    """The overrides of an alternative."""
    place = ("alternatives",)
    content = root.content
    group = content.get("alternatives") if isinstance(content, dict) else None
    known = group.content if group is not None and isinstance(group.content, dict) else {}
    if name not in known:
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
