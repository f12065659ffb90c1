"""Resolved scenario as YAML, with the origin of every value beside it."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from simulator.scenario.data_file_notes import reading_notes
from simulator.scenario.scenario import Scenario
from simulator.scenario.yaml.composition import Resolved
from simulator.scenario.yaml.writing import flow_text, key_text
from simulator.values.mistakes import Place

DEFAULT: Final = "default"
_MISSING: Final = object()
_LONGEST: Final = 60
"""Most characters of a value in the list of overrides."""
_WIDEST: Final = 56
"""Longest text, in characters, behind which comments are aligned."""


@dataclass(frozen=True, slots=True)
class ResolvedLine:
    """Line of YAML and the origin of its value; the origin is empty for a line without a value."""

    text: str
    origin: str = ""


def resolved_text(resolved: Resolved, scenario: Scenario) -> str:
    """Return the scenario with every default, one line for each value with its origin as a comment.

    Comments below list the overrides, notes on data files, and the names of the alternatives. The text reads
    back as the same scenario. Values are written as the user wrote them. A key with neither a value nor a
    default is left out. So are the alternatives: one may have been applied, and the others have no part in the
    scenario.
    """
    full = scenario.model_dump(mode="json", exclude={"alternatives"})
    lines = [(line.text, f"# {line.origin}" if line.origin else "") for line in _Writer(resolved).top(full)]
    parts = ["\n".join(_aligned(lines))]
    changes = [
        (f"#   {change.path}: {_shown(change.old)} → {_shown(change.new)}", f"({change.origin})")
        for change in resolved.overrides
        if change.place[:1] != ("alternatives",)
    ]
    if changes:
        parts.append("\n".join(["# Overrides, old → new", *_aligned(changes)]))
    if notes := reading_notes(scenario):
        parts.append("\n".join(["# Data files", *(f"#   {note}" for note in notes)]))
    if scenario.alternatives:
        names = ", ".join(shlex.quote(name) for name in scenario.alternatives)
        parts.append(f"# Alternatives: {names}")
    return "\n\n".join(parts)


def _aligned(lines: list[tuple[str, str]]) -> list[str]:
    """Return the texts, each with its note behind it, the notes aligned."""
    widest = max((len(text) for text, _ in lines if len(text) <= _WIDEST), default=0)
    return [f"{text:<{widest}}  {note}" if note else text for text, note in lines]


def _shown(value: Any) -> str:
    """Return a value of an override as text, cut if it is long."""
    text = "nothing" if value is None else flow_text(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST].rstrip()}…"


class _Writer:
    """Writer of the lines of a scenario, from its full values and those that the user gave."""

    def __init__(self, resolved: Resolved) -> None:
        self._origins = resolved.origins
        self._given = {key: value for key, value in resolved.data.items() if key != "alternatives"}

    def top(self, full: dict[str, Any]) -> Iterator[ResolvedLine]:
        """Yield the lines of the whole scenario."""
        yield from self.mapping(full, self._given, (), 0)

    def mapping(
        self, full: dict[str, Any], given: Any, place: Place, indent: int, *, complete: bool = False
    ) -> Iterator[ResolvedLine]:
        """Yield the lines of the entries of a mapping.

        Args:
            full: the mapping with all defaults.
            given: value that the user wrote there, if any.
            place: of the mapping in the scenario.
            indent: depth of the entries.
            complete: True if there are no entries but those of ``given``.
        """
        if isinstance(given, str):  # a policy's bare name is short for its type
            given, own_origin = {"type": given}, self._origins.get(place)
        else:
            own_origin = None
        entries: dict[str, Any] = given if isinstance(given, dict) else {}
        # A distribution has no defaults. Its keys may be numbers, which can be written in many ways.
        complete = complete or "dist" in entries
        keys = entries if complete else {**dict.fromkeys(entries), **full}
        for key in keys:
            value, raw = full.get(key), entries.get(key, _MISSING)
            origin = own_origin if own_origin and raw is not _MISSING else None
            yield from self._entry(key, value, raw, (*place, key), indent, origin, complete=complete)

    def _entry(
        self,
        key: str,
        full: Any,
        given: Any,
        place: Place,
        indent: int,
        origin: str | None,
        *,
        complete: bool,
    ) -> Iterator[ResolvedLine]:
        """Yield the lines of one entry; ``origin``, if given, replaces the one known for its place."""
        start = f"{'  ' * indent}{key_text(key)}:"
        if given is _MISSING and (full is None or full in ({}, [])):
            return
        opens = isinstance(given, dict | str) or given is _MISSING
        if opens and isinstance(full, dict) and full:
            yield ResolvedLine(start)
            yield from self.mapping(full, given, place, indent + 1, complete=complete)
        elif isinstance(full, list) and any(isinstance(part, dict) for part in full):
            yield ResolvedLine(start)
            for number, part in enumerate(full):
                own = given[number] if isinstance(given, list) else _MISSING
                yield from self._dashed(part, own, (*place, number), indent + 1)
        else:
            value = full if given is _MISSING else given
            yield ResolvedLine(f"{start} {flow_text(value)}", origin or self._origin(place))

    def _dashed(self, full: Any, given: Any, place: Place, indent: int) -> Iterator[ResolvedLine]:
        """Yield the lines of a list element, the first with a dash."""
        if not isinstance(full, dict):
            yield ResolvedLine(f"{'  ' * indent}- {flow_text(full)}", self._origin(place))
            return
        for number, line in enumerate(self.mapping(full, given, place, indent + 1)):
            dash = "  " * indent + "- "
            yield ResolvedLine(dash + line.text[len(dash) :], line.origin) if number == 0 else line

    def _origin(self, place: Place) -> str:
        """Return the origin of a value; of a list or mapping written in one line, that of its first part."""
        if place in self._origins:
            return self._origins[place]
        inner = (origin for part, origin in self._origins.items() if part[: len(place)] == place)
        return next(inner, DEFAULT)
