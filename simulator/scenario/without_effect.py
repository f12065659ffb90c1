"""Keys of a scenario file that change no figure in any of its alternatives, each with its position and the reason.

Keys of the file itself and of ``--set`` are reported. A key of an extended file is reported if it acts in that file
alone, so that the scenario at hand takes away its effect.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from simulator.scenario.idle_key_rules import idle_keys, scenario_facts
from simulator.scenario.load import ScenarioFile
from simulator.scenario.reading import Reading
from simulator.scenario.scenario import Scenario
from simulator.scenario.yaml.composition import Resolved
from simulator.scenario.yaml.node import SET, Node
from simulator.values.idle_keys import IdleKey, ScenarioFacts
from simulator.values.mistakes import Mark, Mistake, Place, ScenarioError

OVER: Final = "--over"
"""Option that gives a varied value."""

_Key = tuple[Mark, str | None]
"""Position of a key or of a list entry, and the key's name; an entry and its first key have the same position."""


def without_effect(
    scenario: Scenario | ScenarioFile | str | os.PathLike[str],
    overrides: Sequence[str] = (),
    *,
    alternative: str | None = None,
    variants: Sequence[Sequence[str]] = (),
) -> tuple[Mistake, ...]:
    """Return the keys without effect, in the order of the file; none if the scenario has mistakes.

    Args:
        scenario: path of the scenario file, or the file if it has been read already. A loaded scenario does not know
            which keys its file gives; for it the result is empty.
        overrides: texts ``a.b.c=value`` that apply to every alternative, as after ``--set``; a file that has been read
            has its own.
        alternative: name of the alternative that the variants change.
        variants: further overrides of each variant that is played.
    """
    if isinstance(scenario, Scenario):
        return ()
    effects = _KeyEffects()
    try:
        file = scenario if isinstance(scenario, ScenarioFile) else ScenarioFile(scenario, overrides)
        for name in (None, *file.alternatives):
            effects.add(file.reading(name), name)
        for texts in variants:
            effects.add(file.varied(alternative, texts), alternative)
    except ScenarioError:
        return ()
    inherited = {key for key in effects.idle if key[0].file in file.layers.files[1:]}
    if inherited:
        effects.acting |= inherited - _acting_keys(file)
    varied = {f"{SET} {text}" for texts in variants for text in texts}
    reported: dict[tuple[str, int, int, str], Mistake] = {}
    for one in sorted(_as_varied(one, varied) for one in effects.mistakes()):
        reported.setdefault((one.file, one.line, one.column, one.path), one)
    return tuple(reported.values())


def _acting_keys(file: ScenarioFile) -> set[_Key]:
    """Return the keys that act in the extended files alone; none if they are no complete scenario."""
    effects = _KeyEffects()
    try:
        if (inherited := file.inherited()) is not None:
            effects.add(inherited, None)
    except ScenarioError:
        return set()
    return effects.acting


def _as_varied(mistake: Mistake, varied: set[str]) -> Mistake:
    """Attribute a mistake to ``--over``, without the value, if its text is one of `varied`."""
    if mistake.file not in varied:
        return mistake
    path = mistake.file.removeprefix(f"{SET} ").partition("=")[0]
    return Mistake(f"{OVER} {path}", 1, len(OVER) + 2, mistake.path, mistake.message)


def _entries(node: Node) -> dict[str, Node]:
    return node.content if isinstance(node.content, dict) else {}


@dataclass
class _KeyEffects:
    """Effect of each key in the alternatives checked so far.

    Attributes:
        idle: keys without effect in some alternative, each with its place and the first reason found.
        acting: keys with an effect in some alternative.
        around: key of the mapping or list around each key.
    """

    idle: dict[_Key, tuple[Place, str]] = field(default_factory=dict)
    acting: set[_Key] = field(default_factory=set)
    around: dict[_Key, _Key | None] = field(default_factory=dict)
    _first: tuple[dict[str, Node], ScenarioFacts] | None = None
    """Sections of the first alternative, and the facts on which the effect of their keys depends."""

    def add(self, reading: Reading, alternative: str | None) -> None:
        """Record the effect of each key of an alternative.

        Args:
            reading: the alternative as text and as sections.
            alternative: its name; ``None`` for the scenario itself.
        """
        each = {_key(node, place): place for place, node in _common_defaults(reading.resolved.root)}
        facts = scenario_facts(reading.scenario)
        entries = _entries(reading.completed.root)
        first, known = self._first or ({}, None)
        self._first = self._first or (entries, facts)
        sections = {
            section: node
            for section, node in entries.items()
            if section not in _LABELS and not (facts == known and first.get(section) is node)
        }
        by_section: dict[str, dict[Place, str]] = defaultdict(dict)
        for place, reason in _rules(idle_keys(reading.scenario, facts, sections), reading.resolved).items():
            by_section[str(place[0])][place] = reason
        for section, node in sections.items():
            for found in _given_keys(section, node, by_section[section]):
                self._note(found, each, alternative)

    def _note(self, found: _GivenKey, each: Mapping[_Key, Place], alternative: str | None) -> None:
        """Record the effect of one key.

        Args:
            found: the key with its reason, if it has no effect.
            each: places of the keys under ``products.each``, to report them there.
            alternative: name of the alternative, to report its keys within it.
        """
        key = found.key
        around = self.around.setdefault(key, found.around)
        if found.reason is None:
            self.acting.add(key)
            # ``--set`` makes the mappings around its key in one alternative, and finds them where the key acts
            while around is not None and around not in self.acting:
                self.acting.add(around)
                around = self.around.get(around)
        elif key not in self.idle:
            of_alternative = alternative is not None and found.source == f"alternative '{alternative}'"
            place = ("alternatives", str(alternative), *found.place) if of_alternative else found.place
            self.idle[key] = each.get(key, place), found.reason

    def mistakes(self) -> Iterator[Mistake]:
        """Yield a mistake for each key without effect in all alternatives, unless a key around it is reported."""
        ineffective = self.idle.keys() - self.acting
        for key in ineffective:
            outer = self.around[key]
            while outer is not None and outer not in ineffective:
                outer = self.around[outer]
            if outer is None:
                place, reason = self.idle[key]
                yield Mistake.at(key[0], place, f"without effect: {reason}")


class _GivenKey(NamedTuple):
    """A key or list entry given in the file.

    Attributes:
        key: identity of the key across alternatives.
        around: identity of the mapping or list around it.
        place: path in the scenario.
        source: source of the value, as in `Node`.
        reason: reason for its lack of effect; ``None`` if it has an effect.
    """

    key: _Key
    around: _Key | None
    place: Place
    source: str
    reason: str | None


def _given_keys(section: str, top: Node, rules: Mapping[Place, str]) -> Iterator[_GivenKey]:
    """Yield every key given in a section; keys within a key without effect share its reason.

    Args:
        section: name of the section.
        top: content of the section.
        rules: reasons by place.
    """
    pending: list[tuple[Place, Node, _Key | None, str | None]] = [((section,), top, None, None)]
    while pending:
        place, node, around, reason = pending.pop()
        key = _key(node, place)
        reason = reason or _reason(rules, place, node)
        yield _GivenKey(key, around, place, node.source, reason)
        if isinstance(node.content, dict):
            pending += [((*place, name), one, key, reason) for name, one in node.content.items()]
        elif isinstance(node.content, list):
            pending += [((*place, k), one, key, reason) for k, one in enumerate(node.content)]


_LABELS: Final = frozenset({"name", "question", "show", "expect", "alternatives"})
"""Sections that never change a figure, or are checked as alternatives."""


def _rules(idle: Iterator[IdleKey], resolved: Resolved) -> Mapping[Place, str]:
    """Return the reasons by place, without reports ``by_value`` about values that replace another one."""
    replaced = [change.place for change in resolved.overrides if change.old is not None]
    return {
        one.place: one.reason
        for one in idle
        if not (one.by_value and any(place[: len(one.place)] == one.place for place in replaced))
    }


def _reason(rules: Mapping[Place, str], place: Place, node: Node) -> str | None:
    """Return the reason of a place, None if it has an effect; the bare name of a policy stands for its ``type``."""
    reason = rules.get(place)
    return rules.get((*place, "type")) if reason is None and isinstance(node.content, str) else reason


def _key(node: Node, place: Place) -> _Key:
    """Return the identity of a key or list entry across alternatives."""
    name = place[-1] if place else None
    return node.key or node.mark, name if isinstance(name, str) else None


def _common_defaults(root: Node) -> Iterator[tuple[Place, Node]]:
    """Yield the nodes under ``products.each``, each with its place."""
    group = root.content.get("products") if isinstance(root.content, dict) else None
    each = group.content.get("each") if group is not None and isinstance(group.content, dict) else None
    return iter(()) if each is None else each.walk(("products", "each"))
