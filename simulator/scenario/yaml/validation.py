"""Validation of merged data against a section: all mistakes at once, in plain words, with positions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from simulator.scenario.yaml.composition import Resolved
from simulator.scenario.yaml.merging import KINDS
from simulator.values.mistakes import Mark, Mistake, Place, ScenarioError
from simulator.values.number_hints import number_hint
from simulator.values.section import Section, nearest

T = TypeVar("T", bound=BaseModel)
Check = Callable[[T], Iterable[tuple[Place, str]]]
"""Function that yields (place, message) for each mistake in a whole model."""


def validate(
    model: type[T],
    resolved: Resolved,
    context: Mapping[str, Any] | None = None,
    checks: Sequence[Check[T]] = (),
    known: Mapping[str, Any] = MappingProxyType({}),
) -> T:
    """Validate the data and return the model.

    Args:
        model: class of the whole.
        resolved: the data with their positions.
        context: validation context, see `section`.
        checks: checks of the whole model, made once every value is valid.
        known: validated values of keys at the top, used in place of those in the data.

    Raises:
        ScenarioError: all mistakes, those found while reading the files included.
    """
    found = list(resolved.mistakes)
    texts: set[Place] = set()
    result, errors, translator = _validated(model, resolved, context, known)
    # Text fields keep 21314 or 007 as written. Only pydantic's errors tell text fields, hence the repetition.
    while (
        more := {translator.finding(error).place for error in errors if error["type"] == "string_type"}
        - texts
    ):
        texts |= more
        result, errors, translator = _validated(model, resolved.as_written(texts), context, known)
    found += translator.mistakes(errors)
    if result is not None:
        wrong = [mistake for check in checks for mistake in check(result)]
        found += [Mistake.at(resolved.mark(place), place, message) for place, message in wrong]
    if result is None or found:
        raise ScenarioError(found)
    return result


def _validated(
    model: type[T], resolved: Resolved, context: Mapping[str, Any] | None, known: Mapping[str, Any]
) -> tuple[T | None, list[ErrorDetails], _ErrorTranslator]:
    """Validate once.

    Returns:
        The model, or None; pydantic's errors; the translator that explains them.
    """
    translator = _ErrorTranslator(resolved, {})
    try:
        result = model.model_validate(
            {**resolved.data, **known} if known else resolved.data,
            context={**(context or {}), "section_of": translator.section_of},
        )
    except ValidationError as error:
        return None, error.errors(include_url=False), translator
    return result, [], translator


@dataclass(frozen=True)
class _Finding:
    """Error of pydantic with its place in the data.

    Attributes:
        place: path of the value.
        error: pydantic's description.
        fork: path of a value with several possible types, and the type that this error is about; None if no
            such value lies on the path.
        at_key: True if the error is about the key, not its value.
    """

    place: Place
    error: ErrorDetails
    fork: tuple[Place, str] | None
    at_key: bool

    @property
    def kind(self) -> str:
        """Pydantic's name of the error."""
        return self.error["type"]

    @property
    def shape(self) -> str | None:
        """Kind of value expected, such as ``a number``; None if the value has the right kind."""
        return _SHAPES.get(self.kind) or (_context(self.error, "expected") if self.kind in _CHOICES else None)

    @property
    def is_about_fork(self) -> bool:
        """True if the error is about a whole value with several possible types."""
        return self.fork is not None and self.place == self.fork[0] and not self.at_key


@dataclass(frozen=True)
class _ErrorTranslator:
    """Translation of pydantic's errors to mistakes.

    Attributes:
        resolved: the data as pydantic saw them.
        section_of: class that read each mapping, by the mapping's id.
    """

    resolved: Resolved
    section_of: dict[int, type[Section]]

    def mistakes(self, errors: Iterable[ErrorDetails]) -> list[Mistake]:
        """Return the mistakes, without repetition."""
        found = [self.finding(error) for error in errors if not _is_echo(error)]
        findings = [one for one in found if one.kind != "too_short" or one.place not in self.resolved.unread]
        reported: dict[tuple[Mark, Place, str], Mistake] = {}
        for finding, shapes in _of_nearest_types(findings):
            mark, message = self._mark(finding), self._message(finding, shapes)
            # A mistake repeated by an alias or a default stands in one line of the file and is told once.
            reported.setdefault((mark, finding.place[-1:], message), Mistake.at(mark, finding.place, message))
        return [*reported.values(), *self._unknown_nulls()]

    def finding(self, error: ErrorDetails) -> _Finding:
        """Return the finding for an error of pydantic.

        The location of the error is followed through the data. A step that is not in the data is the name of
        a type that pydantic tried.
        """
        value: Any = self.resolved.data
        place: Place = ()
        fork: tuple[Place, str] | None = None
        location = error["loc"]
        last = location[-1] if location else ""
        names_key = error["type"] in {"missing", "extra_forbidden"}
        for step in location if not names_key else location[:-1]:
            if isinstance(value, dict) and str(step) in value:
                value, place = value[str(step)], (*place, str(step))
            elif isinstance(value, list) and isinstance(step, int) and step < len(value):
                value, place = value[step], (*place, step)
            elif fork is None and step != "[key]":
                fork = place, str(step)
        if names_key:
            place = (*place, str(last))
        return _Finding(place, error, fork, at_key=last == "[key]")

    def _mark(self, finding: _Finding) -> Mark:
        """Return the position to report: of the key for an unknown key, of the mapping for a missing one."""
        place = finding.place
        if finding.kind == "missing":
            return self.resolved.removed.get(place) or self.resolved.key_mark(place[:-1])
        if finding.kind == "extra_forbidden" or finding.at_key:
            return self.resolved.key_mark(place)
        return self.resolved.mark(place)

    def _message(self, finding: _Finding, shapes: Sequence[str]) -> str:
        """Return the message on a finding.

        Args:
            finding: the finding.
            shapes: kinds of values expected, if the value is of another kind; else empty.
        """
        error = finding.error
        if finding.kind == "extra_forbidden":
            parent: Any = self.resolved.data
            for step in finding.place[:-1]:
                parent = parent[step]
            return _unknown_key(str(finding.place[-1]), self.section_of.get(id(parent)))
        if len(shapes) > 1 or (shapes and finding.kind != _NOT_A_NUMBER):
            written = number_hint(error["input"]) if "a number" in shapes else ""
            return f"must be {' or '.join(shapes)}, not {_shown(error['input'])}{written}"
        if finding.kind in _SENTENCES:
            limits = {name: _plain(limit) for name, limit in (error.get("ctx") or {}).items()}
            values = {**limits, "shown": _shown(error["input"])}
            return _SENTENCES[finding.kind].format_map(defaultdict(str, values))
        return error["msg"].removeprefix("Value error, ").removeprefix("Assertion failed, ")

    def _unknown_nulls(self) -> Iterator[Mistake]:
        """Yield a mistake for each null under an unknown key, because pydantic sees no nulls."""
        for place, mark in self.resolved.missed.items():
            parent: Any = self.resolved.data
            for step in place[:-1]:
                parent = parent.get(step) if isinstance(parent, dict) else None
            section = self.section_of.get(id(parent))
            if section is not None and place[-1] not in {*parent, *section.keys(), *section.later}:
                yield Mistake.at(mark, place, _unknown_key(str(place[-1]), section))


def _is_echo(error: ErrorDetails) -> bool:
    """Return True if a list is too short only without its invalid entries, which have errors of their own."""
    return error["type"] == "too_short" and len(error["input"]) >= (error.get("ctx") or {})["min_length"]


def _of_nearest_types(findings: Sequence[_Finding]) -> list[tuple[_Finding, tuple[str, ...]]]:
    """Keep only the findings about the nearest type of each value with several possible types.

    Returns:
        The findings kept, each with the kinds of values expected. There are several kinds if the value
        resembles none of its possible types.
    """
    forks: dict[Place, dict[str, list[_Finding]]] = defaultdict(lambda: defaultdict(list))
    for finding in findings:
        if finding.fork is not None:
            forks[finding.fork[0]][finding.fork[1]].append(finding)
    kept: list[tuple[_Finding, tuple[str, ...]]] = []
    for finding in findings:
        types = forks[finding.fork[0]] if finding.fork is not None else {}
        if len(types) < 2:
            kept.append((finding, (finding.shape,) if finding.shape else ()))
            continue
        assert finding.fork is not None
        best = min(types, key=lambda name: _distance(types[name]))
        if finding.fork[1] == best:
            near = _distance(types[best])[0] < _OTHER_SHAPE
            others = [finding] if near else [one for branch in types.values() for one in branch]
            kept.append((finding, tuple(dict.fromkeys(one.shape for one in others if one.shape))))
    return kept


_OTHER_SHAPE = 2
_KINDS_AT = [(kind,) for kind in KINDS]


def _distance(branch: Sequence[_Finding]) -> tuple[int, int]:
    """Return the distance of a value from a type, given the findings about that type.

    Returns:
        Two numbers to compare in this order. The first is 2 for a value of another kind, 1 for a mapping or
        list refused as a whole, else 0. The second is the number of findings.
    """
    whole = [finding for finding in branch if finding.is_about_fork]
    kinds = [one for one in branch if one.place[-1:] in _KINDS_AT and one.kind in _CHOICES]
    if kinds or any(finding.shape for finding in whole):
        return _OTHER_SHAPE, len(branch)
    refused = any(isinstance(one.error["input"], dict | list) and one.kind != "value_error" for one in whole)
    return int(refused), len(branch)


def _unknown_key(key: str, section: type[Section] | None) -> str:
    """Return the message on an unknown key: not supported yet, or unknown with the nearest known key."""
    if section is None:
        return f"unknown key '{key}'"
    if key in section.later:
        consequence = section.later[key]
        return f"'{key}' is not supported yet" + (f": {consequence}" if consequence else "")
    return f"unknown key '{key}'{nearest(key, section.keys())}"


def _context(error: ErrorDetails, name: str) -> str | None:
    """Return an entry of the context of pydantic's error as text, None if it has no such entry."""
    value = (error.get("ctx") or {}).get(name)
    return None if value is None else str(value)


def _plain(value: Any) -> str:
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _shown(value: Any) -> str:
    """Return a value as quoted in messages, shortened to `_LONGEST_SHOWN` characters."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list | tuple | set):
        return "a list"
    text = f"'{value}'" if isinstance(value, str) else _plain(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


_LONGEST_SHOWN = 60
_NOT_A_NUMBER = (
    "number"  # error of `notation.number`; its own message is kept where only a number is possible
)
_CHOICES: Final = frozenset({"literal_error", "enum"})
_SHAPES: Final = {
    kind: noun
    for noun, kinds in {
        "a number": f"{_NOT_A_NUMBER} float_type float_parsing decimal_type decimal_parsing",
        "a whole number": "int_type int_parsing int_from_float int_parsing_size",
        "a finite number": "finite_number",
        "a text": "string_type string_sub_type",
        "true or false": "bool_type bool_parsing",
        "a mapping": "dict_type mapping_type model_type model_attributes_type dataclass_type",
        "a list": "list_type tuple_type set_type frozen_set_type iterable_type",
        "empty": "none_required",
        "a day such as 2026-11-27": "date_type date_parsing date_from_datetime_parsing date_from_datetime_inexact",
    }.items()
    for kind in kinds.split()
}
_SENTENCES: Final = {
    "missing": "is missing",
    "greater_than": "must be more than {gt}, not {shown}",
    "greater_than_equal": "must be at least {ge}, not {shown}",
    "less_than": "must be less than {lt}, not {shown}",
    "less_than_equal": "must be at most {le}, not {shown}",
    "multiple_of": "must be a multiple of {multiple_of}, not {shown}",
    "too_short": "too few entries: {actual_length} instead of at least {min_length}",
    "too_long": "too many entries: {actual_length} instead of at most {max_length}",
    "string_too_short": "must have at least {min_length} characters",
    "string_too_long": "must have at most {max_length} characters",
    "string_pattern_mismatch": "must look like {pattern}, not {shown}",
    "union_tag_not_found": "needs {discriminator}",
    "union_tag_invalid": "{discriminator} must be one of {expected_tags}, not '{tag}'",
}
