"""One text over another: mappings merge, lists replace, null removes.

Where the override names another kind (``type`` or ``dist``), it replaces the whole mapping, for the fields of
one policy mean nothing to another. A policy's bare name is short for a mapping with that ``type``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from simulator.scenario.document import SET, Node
from simulator.scenario.mistakes import Mark, Place, place_text

KINDS: Final = ("type", "dist")
"""Keys that say what kind of thing a mapping describes."""


@dataclass(frozen=True, slots=True)
class Override:
    """A value that took the place of another, as plain data; None stands for nothing there."""

    place: Place
    old: Any
    new: Any
    origin: str

    @property
    def path(self) -> str:
        """The place as text."""
        return place_text(self.place)


class Merger:
    """Merges nodes and keeps a log.

    Attributes:
        overrides: what took the place of something, or came in from an alternative or ``--set``.
        removed: where null stands for each place that null was given for.
        missed: where the keys of those nulls stand for which there was nothing to remove.
    """

    def __init__(self) -> None:
        self.overrides: list[Override] = []
        self.removed: dict[Place, Mark] = {}
        self.missed: dict[Place, Mark] = {}

    @classmethod
    def after(
        cls, overrides: Iterable[Override], removed: Mapping[Place, Mark], missed: Mapping[Place, Mark]
    ) -> Merger:
        """A log that goes on where another has ended, and leaves that as it is."""
        merger = cls()
        merger.overrides, merger.removed, merger.missed = list(overrides), dict(removed), dict(missed)
        return merger

    def merged(self, base: Node | None, over: Node, place: Place = ()) -> Node | None:
        """`over` on top of what stands at `place`; None if nothing is left.

        A merged mapping stands where it was changed last and has its key where it stood first: what is wrong
        with its values is told there, what is missing from it here.
        """
        if over.content is None and not _waits(place):
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
                # Of `--set p.Q=5 --set p.type=r_Q` both hold, although the first was set on another kind.
                set_too = {key: node for key, node in base.content.items() if node.source == SET}
                over = replace(over, content={**set_too, **over.content})
        if base is not None or over.source:
            self._log(place, base, over)
        self._forget_nulls(place)
        return self._without_nulls(over, place, base)

    def over(self, base: Node, over: Node, place: Place = ()) -> Node:
        """The same for mappings, of which something is always left."""
        result = self.merged(base, over, place)
        assert result is not None
        return result

    def _entries(self, base: dict[str, Node], over: dict[str, Node], place: Place) -> dict[str, Node]:
        entries = dict(base)
        for key, node in over.items():
            result = self.merged(base.get(key), node, (*place, key))
            if result is None:
                entries.pop(key, None)
            else:
                entries[key] = result
        return entries

    def _without_nulls(self, node: Node, place: Place, before: Node | None) -> Node:
        """A new mapping has nothing that null could remove; null means there, too, that nothing is said."""
        if not isinstance(node.content, dict):
            return node
        old = before.content if before is not None and isinstance(before.content, dict) else {}
        kept: dict[str, Node] = {}
        for key, part in node.content.items():
            inner = (*place, key)
            if part.content is None and not _waits(inner):
                self._note_null(inner, part, missed=key not in old)
            else:
                kept[key] = self._without_nulls(part, inner, old.get(key))
        return replace(node, content=kept)

    def _note_null(self, place: Place, node: Node, *, missed: bool) -> None:
        self.removed[place] = node.mark
        if missed:
            self.missed[place] = node.key or node.mark

    def _forget_nulls(self, place: Place) -> None:
        """What nulls did to a value is of no interest when another takes its place."""
        for nulls in (self.removed, self.missed):
            for inner in [inner for inner in nulls if inner[: len(place)] == place]:
                del nulls[inner]

    def _log(self, place: Place, base: Node | None, over: Node) -> None:
        old, new = None if base is None else base.plain(), over.plain()
        if old != new:
            self.overrides.append(Override(place, old, new, over.origin))


def opened(node: Node, place: Place) -> Node:
    """A policy that is only named (``fcfs``) as the mapping it is short for (``{type: fcfs}``)."""
    if place[:1] == ("alternatives",):
        place = place[2:]
    if not isinstance(node.content, str):
        return node
    if place == ("policies", "backorders"):
        return replace(node, content={})  # `accept` is short for no limit, and a limit has no type
    if (len(place) == 2 and place[0] == "policies") or place[-1:] in {("replenishment",), ("arrivals",)}:
        return replace(node, content={"type": replace(node, key=None)})
    return node


def _waits(place: Place) -> bool:
    """Whether null at this place is part of an alternative and removes only when that is applied."""
    return len(place) > 2 and place[0] == "alternatives"


def _other_kind(base: dict[str, Node], over: dict[str, Node]) -> bool:
    return any(_folded(base[kind]) != _folded(over[kind]) for kind in KINDS if kind in base and kind in over)


def _folded(node: Node) -> str:
    """A kind as it is compared: ``(s, S)`` and ``s_S`` are one. What is no text is a value and no kind."""
    text = node.content.casefold() if isinstance(node.content, str) else ""
    return re.sub(r"[^a-z0-9]+", "_", text).strip("_")
