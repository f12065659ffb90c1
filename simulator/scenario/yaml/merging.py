"""Merging of one scenario text over another: mappings merge, lists replace, null removes.

An override of another kind (``type`` or ``dist``) replaces the whole mapping, because the fields of one
policy mean nothing to another. The bare name of a policy is short for a mapping with that ``type``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from simulator.scenario.yaml.node import SET, Node
from simulator.values.mistakes import Mark, Place, place_text

KINDS: Final = ("type", "dist")
"""Keys that name the kind of policy or distribution a mapping describes."""


@dataclass(frozen=True, slots=True)
class Override:
    """Replacement of one value by another, as plain data.

    Attributes:
        place: path of the value in the scenario.
        old: the value before; None if there was none.
        new: the value after; None if it was removed.
        origin: source of the new value, such as ``a.yaml:7`` or ``--set``.
    """

    place: Place
    old: Any
    new: Any
    origin: str

    @property
    def path(self) -> str:
        """Place as text, such as ``demand[0].rate``."""
        return place_text(self.place)


class Merger:
    """Merging of nodes, with a log of the changes.

    Attributes:
        overrides: values that were replaced, and values added by an alternative or ``--set``.
        removed: places given as null, each with the position of the null.
        missed: places given as null although nothing stood there, each with the position of its key.
    """

    def __init__(self) -> None:
        self.overrides: list[Override] = []
        self.removed: dict[Place, Mark] = {}
        self.missed: dict[Place, Mark] = {}

    @classmethod
    def after(
        cls, overrides: Iterable[Override], removed: Mapping[Place, Mark], missed: Mapping[Place, Mark]
    ) -> Merger:
        """Return a merger that continues the log of an earlier one, whose collections are copied.

        Args:
            overrides: `overrides` of the earlier merger.
            removed: `removed` of the earlier merger.
            missed: `missed` of the earlier merger.
        """
        merger = cls()
        merger.overrides, merger.removed, merger.missed = list(overrides), dict(removed), dict(missed)
        return merger

    def merged(self, base: Node | None, over: Node, place: Place = ()) -> Node | None:
        """Merge one node over another; return None if nothing is left.

        A merged mapping has the position of its last change, and its key has the position of its first key.
        Mistakes in the values thus point to the change, and missing keys to the first mapping.

        Args:
            base: node below, None if nothing stands there.
            over: node above.
            place: path of both nodes.
        """
        if over.content is None and not _in_alternative(place):
            self._note_null(place, over, missed=base is None)
            if base is not None:
                self._log(place, base, over)
            return None
        if (
            base is not None
            and isinstance(over.content, dict)
            and not any(kind in over.content for kind in KINDS)
        ):
            base = opened(base, place)
        if base is not None and isinstance(base.content, dict) and isinstance(over.content, dict):
            if not _other_kind(base.content, over.content):
                content = self._entries(base.content, over.content, place)
                return Node(content, over.mark, base.key or over.key, base.source)
            if over.source == SET:
                # `--set p.Q=5 --set p.type=r_Q`: both hold, although the first was set on another kind.
                already_set = {key: node for key, node in base.content.items() if node.source == SET}
                over = replace(over, content={**already_set, **over.content})
        if base is not None or over.source:
            self._log(place, base, over)
        self._forget_nulls(place)
        return self._without_nulls(over, place, base)

    def over(self, base: Node, over: Node, place: Place = ()) -> Node:
        """Merge two mappings; unlike `merged`, this always leaves a node."""
        result = self.merged(base, over, place)
        assert result is not None
        return result

    def _entries(self, base: dict[str, Node], over: dict[str, Node], place: Place) -> dict[str, Node]:
        """Merge the entries of the mapping ``over`` over those of ``base``, both at ``place``."""
        entries = dict(base)
        for key, node in over.items():
            result = self.merged(base.get(key), node, (*place, key))
            if result is None:
                entries.pop(key, None)
            else:
                entries[key] = result
        return entries

    def _without_nulls(self, node: Node, place: Place, before: Node | None) -> Node:
        """Return a new value without its null entries at any depth.

        Each null is noted as removed, because in a new mapping, too, null means a key left out.

        Args:
            node: the new value; any other than a mapping is returned as it is.
            place: path of the value.
            before: the value replaced, None if nothing stood there.
        """
        if not isinstance(node.content, dict):
            return node
        old = before.content if before is not None and isinstance(before.content, dict) else {}
        kept: dict[str, Node] = {}
        for key, part in node.content.items():
            inner = (*place, key)
            if part.content is None and not _in_alternative(inner):
                self._note_null(inner, part, missed=key not in old)
            else:
                kept[key] = self._without_nulls(part, inner, old.get(key))
        return replace(node, content=kept)

    def _note_null(self, place: Place, node: Node, *, missed: bool) -> None:
        """Note the position of a null at a place; ``missed`` if nothing stood there."""
        self.removed[place] = node.mark
        if missed:
            self.missed[place] = node.key or node.mark

    def _forget_nulls(self, place: Place) -> None:
        """Drop the notes on nulls at and below a place whose value is replaced."""
        for nulls in (self.removed, self.missed):
            for inner in [inner for inner in nulls if inner[: len(place)] == place]:
                del nulls[inner]

    def _log(self, place: Place, base: Node | None, over: Node) -> None:
        """Log an override, unless it gives the value that stood there."""
        old, new = None if base is None else base.plain(), over.plain()
        if old != new:
            self.overrides.append(Override(place, old, new, over.origin))


def opened(node: Node, place: Place) -> Node:
    """Expand the bare name of a policy (``fcfs``) to the mapping it stands for (``{type: fcfs}``).

    Any other node is returned as it is.

    Args:
        node: the node.
        place: path of the node; it decides whether a policy can stand there.
    """
    if place[:1] == ("alternatives",):
        place = place[2:]
    if not isinstance(node.content, str):
        return node
    if place == ("policies", "backorders"):
        return replace(node, content={})  # `accept` is short for no limit, and a limit has no type
    if (len(place) == 2 and place[0] == "policies") or place[-1:] in {("replenishment",), ("arrivals",)}:
        return replace(node, content={"type": replace(node, key=None)})
    return node


def _in_alternative(place: Place) -> bool:
    """Return True inside an alternative, where null removes a value only once the alternative is applied."""
    return len(place) > 2 and place[0] == "alternatives"


def _other_kind(base: dict[str, Node], over: dict[str, Node]) -> bool:
    """Return True if two mappings name different kinds of policy or distribution."""
    return any(_folded(base[kind]) != _folded(over[kind]) for kind in KINDS if kind in base and kind in over)


def _folded(node: Node) -> str:
    """Normalise a kind for comparison: ``(s, S)`` equals ``s_S``, and a kind that is not text becomes ""."""
    text = node.content.casefold() if isinstance(node.content, str) else ""
    return re.sub(r"[^a-z0-9]+", "_", text).strip("_")
