"""Keys of a scenario file that change no figure in any of its alternatives, each with its position and the reason.

Keys of the file itself and of ``--set`` are reported. A key of an extended file is reported if it acts in that file
alone, so that the scenario at hand takes away its effect.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, NamedTuple

from simulator.scenario.histories.derived_values import with_paths_from
from simulator.scenario.idle_key_rules import idle_keys
from simulator.scenario.load import completed, validated
from simulator.scenario.scenario import Scenario
from simulator.scenario.yaml.composition import Layers, Resolved, changed
from simulator.scenario.yaml.document import SET, Node
from simulator.values.idle_keys import IdleKey
from simulator.values.mistakes import Mark, Mistake, Place, ScenarioError

OVER: Final = "--over"
"""Option that gives a varied value."""

_Key = tuple[Mark, str | None]
"""Position of a key or of a list entry, and the key's name; an entry and its first key have the same position."""


def without_effect(
    scenario: Scenario | str | os.PathLike[str],
    overrides: Sequence[str] = (),
    *,
    loaded: Mapping[str | None, Scenario] | None = None,
    alternative: str | None = None,
    variants: Sequence[Sequence[str]] = (),
) -> tuple[Mistake, ...]:
    """Return the keys without effect, in the order of the file; none if the scenario has mistakes.

    Args:
        scenario: path of the scenario file. A loaded scenario does not know which keys its file gives; for it the
            result is empty.
        overrides: texts ``a.b.c=value`` that apply to every alternative, as after ``--set``.
        loaded: scenarios loaded already with these overrides, by name of the alternative.
        alternative: name of the alternative that the variants change.
        variants: further overrides of each variant that is played.
    """
    if isinstance(scenario, Scenario):
        return ()
    known, folder = loaded or {}, Path(scenario).parent
    effects, alternatives = _KeyEffects(), _Alternatives(folder)
    try:
        layers = Layers.read(scenario)
        for name in (None, *layers.alternatives):
            resolved = changed(layers.resolved(name), overrides)
            effects.add(alternatives.of(resolved, known.get(name)), name)
        for texts in variants:
            effects.add(
                alternatives.of(changed(layers.resolved(alternative), (*overrides, *texts)), None),
                alternative,
            )
    except ScenarioError:
        return ()
    inherited = {key for key in effects.idle if key[0].file in layers.files[1:]}
    if inherited:
        effects.acting |= inherited - _acting_keys(layers.inherited(), folder)
    varied = {f"{SET} {text}" for texts in variants for text in texts}
    reported: dict[tuple[str, int, int, str], Mistake] = {}
    for one in sorted(_as_varied(one, varied) for one in effects.mistakes()):
        reported.setdefault((one.file, one.line, one.column, one.path), one)
    return tuple(reported.values())


def _acting_keys(resolved: Resolved | None, folder: Path) -> set[_Key]:
    """Return the keys that act in the extended files alone; none if they are no complete scenario."""
    effects = _KeyEffects()
    try:
        if resolved is not None:
            effects.add(_Alternatives(folder).of(resolved, None), None)
    except ScenarioError:
        return set()
    return effects.acting


def _as_varied(mistake: Mistake, varied: set[str]) -> Mistake:
    """Attribute a mistake to ``--over``, without the value, if its text is one of `varied`."""
    if mistake.file not in varied:
        return mistake
    path = mistake.file.removeprefix(f"{SET} ").partition("=")[0]
    return Mistake(f"{OVER} {path}", 1, len(OVER) + 2, mistake.path, mistake.message)


@dataclass(frozen=True, slots=True)
class _Alternative:
    """A scenario as text and as sections, with its keys without effect.

    Attributes:
        resolved: the merged files and overrides.
        root: the same with values from data files and common defaults.
        scenario: the validated scenario.
        rules: reason of each place that changes no figure.
    """

    resolved: Resolved
    root: Node
    scenario: Scenario
    rules: Mapping[Place, str]


class _Alternatives:
    """Reader of one alternative after the other; sections equal to those of the first one are validated once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._first: _Alternative | None = None

    def of(self, resolved: Resolved, scenario: Scenario | None) -> _Alternative:
        """Read one alternative.

        Args:
            resolved: its merged files and overrides.
            scenario: the validated scenario, if it has been loaded already.

        Raises:
            ScenarioError: the scenario has mistakes.
        """
        unchanged = self._unchanged(resolved)
        if self._first is not None and unchanged >= _FROM_DATA:
            root, scenario = self._rest(self._first, resolved, unchanged, scenario)
        else:
            full = completed(resolved, self._folder)
            root, scenario = full.root, scenario or validated(full, self._folder)
        reading = _Alternative(resolved, root, scenario, _rules(idle_keys(scenario), resolved))
        self._first = self._first or reading
        return reading

    def _unchanged(self, resolved: Resolved) -> frozenset[str]:
        """Return the sections that are the same nodes as in the first alternative."""
        first = {} if self._first is None else _entries(self._first.resolved.root)
        now = _entries(resolved.root)
        return frozenset(key for key in _SECTIONS if first.get(key) is now.get(key))

    def _rest(
        self, first: _Alternative, resolved: Resolved, unchanged: frozenset[str], scenario: Scenario | None
    ) -> tuple[Node, Scenario]:
        """Complete and validate only the changed sections; take the others from the first alternative.

        Args:
            first: the first alternative.
            resolved: merged files and overrides of this alternative.
            unchanged: names of the sections to take from the first alternative.
            scenario: the validated scenario, if it has been loaded already.
        """
        others = {key: node for key, node in _entries(resolved.root).items() if key not in unchanged}
        part = with_paths_from(replace(resolved, root=replace(resolved.root, content=others)), self._folder)
        kept = {key: node for key, node in _entries(first.root).items() if key in unchanged}
        root = replace(resolved.root, content={**kept, **_entries(part.root)})
        if scenario is None:
            given = {key: getattr(first.scenario, key) for key in unchanged}
            scenario = validated(replace(part, root=root), self._folder, given)
        return root, scenario


def _entries(node: Node) -> dict[str, Node]:
    return node.content if isinstance(node.content, dict) else {}


_SECTIONS: Final = frozenset(Scenario.keys())
_FROM_DATA: Final = frozenset({"products", "demand", "run"})
"""Sections that take values from data files, so that they have to be read together."""


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
    _checked: dict[str, tuple[Node, dict[Place, str]]] = field(default_factory=dict)

    def add(self, reading: _Alternative, alternative: str | None) -> None:
        """Record the effect of each key of an alternative.

        Args:
            reading: the alternative as text and as sections.
            alternative: its name; ``None`` for the scenario itself.
        """
        each = {_key(node, place): place for place, node in _common_defaults(reading.resolved.root)}
        by_section: dict[str, dict[Place, str]] = defaultdict(dict)
        for place, reason in reading.rules.items():
            by_section[str(place[0])][place] = reason
        for section, node in _entries(reading.root).items():
            rules = by_section[section]
            seen = self._checked.get(section)
            if section in _LABELS or (seen is not None and seen[0] is node and seen[1] == rules):
                continue
            self._checked.setdefault(section, (node, rules))
            for found in _given_keys(section, node, rules):
                self._note(found, each, alternative)

    def _note(self, found: _GivenKey, each: Mapping[_Key, Place], alternative: str | None) -> None:
        """Record the effect of one key.

        Args:
            found: the key with its reason, if it has no effect.
            each: places of the keys under ``products.each``, to report them there.
            alternative: name of the alternative, to report its keys within it.
        """
        key = found.key
        self.around.setdefault(key, found.around)
        if found.reason is None:
            self.acting.add(key)
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
