"""Merged content of a scenario with the origin of each part, values set by hand, and common defaults."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from simulator.scenario.yaml.merging import Merger, Override
from simulator.scenario.yaml.node import SET, Node
from simulator.scenario.yaml.settings import Setting
from simulator.values.mistakes import Mark, Mistake, Place, ScenarioError

__all__ = ["Override", "Resolved", "changed", "with_defaults"]


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
