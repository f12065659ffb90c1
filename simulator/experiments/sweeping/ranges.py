"""Ranges of settings: ``--over path=100:500:50``, ``--over path=fcfs,priority``, ``--over path=5:20 days``.

The paths are those of ``--set``. Values are texts as after its equals sign, so that every setting can be
varied. The unit of numbers follows the last one or each of them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, TypeAlias, TypeVar

from simulator.scenario.yaml.settings import path_steps
from simulator.values.mistakes import Mark, Mistake, Place, ScenarioError, place_text

OVER: Final = "--over"
"""Name of the option; it precedes the option's text in the marks of mistakes."""
MOST: Final = 10_000
"""Largest number of values of a path, or of cells of a grid; more are regarded as a typing error."""

_NUMBER = re.compile(
    r"\s*(?P<number>[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,2})?)\s*(?P<unit>(?:[A-Za-z%/].*)?)"
)
_BRACKETS: Final = {"[": "]", "{": "}"}
_FIXED: Final = {
    "run.seed": "all meet the same random numbers, or they could not be compared; ask for more --replications",
    "run.replications": "they are the same for all; ask for them with --replications",
}
"""Paths that cannot be varied, and the reason."""


@dataclass(frozen=True, slots=True)
class Levels:
    """Path and a list of its values, texts as after the equals sign of ``--set``."""

    path: str
    values: tuple[str, ...]

    @property
    def numbers(self) -> tuple[float, ...] | None:
        """Values as numbers; None if they are not all numbers of one unit."""
        read = [match for match in map(_NUMBER.fullmatch, self.values) if match is not None]
        if len(read) < len(self.values) or len({_singular(match["unit"]) for match in read}) > 1:
            return None
        return tuple(float(match["number"]) for match in read)

    @property
    def unit(self) -> str:
        """Unit of the numbers; "" without one, or if the values are no numbers."""
        read = [match["unit"] for match in map(_NUMBER.fullmatch, self.values) if match is not None]
        return "" if self.numbers is None else max(read, key=len)


@dataclass(frozen=True, slots=True)
class Range:
    """Path and an interval of numbers, both ends included.

    Attributes:
        path: path of the setting.
        low: smallest number.
        high: largest number.
        unit: unit of both; "" for plain numbers.
        whole: True if only the whole numbers of the interval are values.
    """

    path: str
    low: float
    high: float
    unit: str = ""
    whole: bool = False

    def value(self, number: float) -> str:
        """Return the text for a number of the range, rounded if ``whole``."""
        return _with_unit(str(round(number)) if self.whole else repr(float(number)), self.unit)

    def __str__(self) -> str:
        return _with_unit(f"{self.low:g} to {self.high:g}", self.unit)


Over: TypeAlias = Levels | Range
Kind = TypeVar("Kind", Levels, Range)


def read_levels(texts: Sequence[str]) -> tuple[Levels, ...]:
    """Read the texts of all ``--over`` options of a sweep, which needs lists of values or ranges with a step.

    Raises:
        ScenarioError: a text is wrong, or a range has no step; the error holds all mistakes.
    """
    return _only(Levels, texts, "a sweep needs a step (low:high:step), or a list of values (a,b,c)")


def read_ranges(texts: Sequence[str]) -> tuple[Range, ...]:
    """Read the texts of all ``--over`` options of an experiment that needs ranges without a step.

    Raises:
        ScenarioError: a text is wrong, or is a list or a range with a step; the error holds all mistakes.
    """
    return _only(Range, texts, "a range is needed here (low:high), without a step")


def _only(kind: type[Kind], texts: Sequence[str], wanted: str) -> tuple[Kind, ...]:
    """Read texts that must be of one kind; ``wanted`` is the message about others."""
    found = read_settings(texts)
    _refuse(
        [_start(text) for text, over in zip(texts, found, strict=True) if not isinstance(over, kind)], wanted
    )
    return tuple(over for over in found if isinstance(over, kind))


def read_settings(texts: Sequence[str]) -> tuple[Over, ...]:
    """Read the texts of all ``--over`` options, lists and ranges.

    Raises:
        ScenarioError: a text is wrong; the error holds all mistakes.
        ValueError: there is no text, so that nothing would vary; or one text stands in place of a list.
    """
    if isinstance(texts, str) or not texts:
        raise ValueError(
            "'over' is a list with at least one setting to vary, such as ['policies.replenishment.Q=50,100']"
        )
    found: dict[str, Over] = {}
    mistakes: list[Mistake] = []
    for text in texts:
        try:
            over = _read(text)
        except ScenarioError as error:
            mistakes.extend(error.mistakes)
            continue
        if over.path in found:
            mistakes.append(Mistake.at(_start(text), (), f"'{over.path}' is varied twice"))
        found[over.path] = over
    if mistakes:
        raise ScenarioError(mistakes)
    return tuple(found.values())


def _read(text: str) -> Over:
    steps, start = path_steps(text, f"{OVER} {text}")
    place = tuple(step.name for step in steps)
    path, mark = place_text(place), _start(text)
    if path in _FIXED:
        raise ScenarioError.at(mark, f"cannot be varied: {_FIXED[path]}", place)
    parts = [_NUMBER.fullmatch(part) for part in text[start:].split(":")]
    numbers = [part for part in parts if part is not None]
    if len(parts) in {2, 3} and len(numbers) == len(parts):
        return _range(path, numbers, mark, place)
    values = _with_last_unit(_listed(text[start:]))
    for k, value in enumerate(values):
        if not value:
            raise ScenarioError.at(mark, "a value is missing; 'null' stands for none", place)
        if value in values[:k]:
            raise ScenarioError.at(mark, f"'{value}' stands there twice", place)
    return Levels(path, tuple(values))


def _range(path: str, parts: list[re.Match[str]], mark: Mark, place: Place) -> Over:
    """Read ``low:high`` or ``low:high:step``.

    Raises:
        ScenarioError: units, ends or step do not fit together.
    """
    # The longest unit is "days" for a range from 1 day.
    unit = max((part["unit"].strip() for part in parts), key=len)
    given = {_singular(part["unit"]) for part in parts} - {""}
    if len(given) > 1 or (given and not parts[-1]["unit"]):
        raise ScenarioError.at(mark, "the numbers of a range need one unit, as in 5:20 days", place)
    low, high = (Decimal(part["number"]) for part in parts[:2])
    if low >= high:
        raise ScenarioError.at(mark, f"the range ends at {high}, but starts at {low}", place)
    if len(parts) == 2:
        return Range(path, float(low), float(high), unit)
    step = Decimal(parts[2]["number"])
    if step <= 0:
        raise ScenarioError.at(mark, f"the step must be more than 0, not {step}", place)
    count = int((high - low) / step) + 1
    if count > MOST:
        raise ScenarioError.at(mark, f"{count:,} values are too many; use a longer step", place)
    # Decimal numbers, so that the third value of 0.1:0.5:0.1 is 0.3 and the last is not lost.
    return Levels(path, tuple(_with_unit(_plain(low + k * step), unit) for k in range(count)))


def _listed(text: str) -> list[str]:
    """Split a text at commas, except within brackets or quotes."""
    parts, open_ = [""], ""
    for character in text:
        if open_ and character == open_[-1]:
            open_ = open_[:-1]
        elif open_[-1:] not in {'"', "'"}:
            open_ += character if character in {'"', "'"} else _BRACKETS.get(character, "")
        if character == "," and not open_:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts]


def _with_last_unit(values: list[str]) -> list[str]:
    """Append the unit of the last value to all values, if these are numbers and only the last has a unit."""
    read = [_NUMBER.fullmatch(value) for value in values]
    numbers = [match for match in read if match is not None]
    units = [match["unit"] for match in numbers]
    if len(numbers) < len(values) or not units[-1] or any(units[:-1]):
        return values
    return [_with_unit(match["number"], units[-1]) for match in numbers]


def _start(text: str) -> Mark:
    """Return the place of the value in the text of an ``--over`` option."""
    return Mark(f"{OVER} {text}", 1, len(OVER) + 2 + path_steps(text, f"{OVER} {text}")[1])


def _refuse(marks: list[Mark], message: str) -> None:
    if marks:
        raise ScenarioError(Mistake.at(mark, (), message) for mark in marks)


def _with_unit(number: str, unit: str) -> str:
    if number == "1" and len(unit) > 1:
        unit = unit.removesuffix("s")
    return f"{number}{unit}" if unit.startswith("/") else f"{number} {unit}".rstrip()


def _singular(unit: str) -> str:
    """Return a unit in a form that compares equal for ``1 day`` and ``2 days``."""
    return "".join(unit.split()).removesuffix("s") if len(unit) > 1 else unit


def _plain(value: Decimal) -> str:
    """Write a number without an exponent and without trailing zeros after the decimal point."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
