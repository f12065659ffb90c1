"""Section ``expect``: conditions on the figures of a scenario, such as ``fill_rate: ">= 95 %"``.

A limit is kept as text until `Condition.bound` gets the unit of the metric. Metrics and their units are in
the glossary, which no module of a scenario imports.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from simulator.scenario.yaml.node import plain_value
from simulator.values.notation import days, number, per_day, share
from simulator.values.section import refusal

Sign = Literal[">=", "<=", ">", "<"]

_WORDS: Final[dict[Sign, tuple[str, ...]]] = {
    ">=": (">=", "≥", "at least"),
    "<=": ("<=", "≤", "at most"),
    ">": (">", "more than"),
    "<": ("<", "less than"),
}
_SIGNS: Final = {word: sign for sign, words in _WORDS.items() for word in words}
_WRITTEN: Final = "|".join(re.escape(sign).replace(r"\ ", " +") for sign in _SIGNS)
_CONDITION: Final = re.compile(rf"\s*(?P<sign>{_WRITTEN})\s*(?P<limit>[^\s=<>].*?)\s*", re.IGNORECASE)
_EXAMPLE: Final = "write for example '>= 95 %' (in quotes), or: at least 95 %"


@dataclass(frozen=True, slots=True)
class Condition:
    """Limit on the mean of a metric.

    Attributes:
        sign: comparison of the mean with the limit.
        limit: the limit as written, unit included.
    """

    sign: Sign
    limit: str

    def __str__(self) -> str:
        return f"{self.sign} {self.limit}"

    def bound(self, unit: str) -> float:
        """Return the limit as a number, for a metric in a unit of the glossary.

        A share is written ``95 %`` or 0.95, a duration with its unit, and a figure per day or year as a rate
        (``6/year``). Every other figure is a number, with or without its unit (``200 units``).

        Args:
            unit: unit of the metric in the glossary, such as ``days`` or ``units (time average)``.

        Raises:
            ValueError: the limit does not fit the unit.

        >>> Condition(">=", "36 h").bound("days"), Condition("<", "12 %").bound("share")
        (1.5, 0.12)
        >>> Condition("<=", "-200").bound("money"), Condition("<=", "40 units").bound("units (time average)")
        (-200.0, 40.0)
        """
        value = plain_value(self.limit)
        if unit == "share":
            return share(value)
        if unit == "days":
            return days(value)
        if unit in _RATES:
            if value and not isinstance(value, str):
                raise refusal(
                    "unit", f"{self.limit} has no unit; write for example '{self.limit}/{unit[4:]}'"
                )
            return per_day(value) * _RATES[unit]
        noun = unit.partition(" (")[0]
        bare = plain_value(self.limit.removesuffix(noun).rstrip())
        return number(bare, f"a number of {noun}" if noun.endswith("s") else "a number")


_RATES: Final = {"per day": 1, "per year": 365}
"""Units of rates, with the length of their period in days."""


def condition(value: object) -> Condition:
    """Read a condition such as ``>= 95 %`` or ``at most 3 days``.

    Raises:
        PydanticCustomError: `value` is not a condition.
    """
    if isinstance(value, Condition):
        return value
    if not isinstance(value, str):
        raise refusal("condition", f"an expectation is a text or a list of texts; {_EXAMPLE}")
    match = _CONDITION.fullmatch(value)
    if match is None:
        raise refusal("condition", f"'{value}' is no expectation; {_EXAMPLE}")
    return Condition(_SIGNS[re.sub(" +", " ", match["sign"].lower())], match["limit"])


def split_condition(text: str) -> tuple[str, str]:
    """Split text such as ``fill_rate >= 95 %`` into metric and condition, which is "" if there is none.

    >>> split_condition("units lost at most 5"), split_condition("fill_rate")
    (('units lost ', 'at most 5'), ('fill_rate', ''))
    """
    match = re.search(_WRITTEN, text, re.IGNORECASE)
    return (text, "") if match is None else (text[: match.start()], text[match.start() :])


def _as_tuple(value: object) -> object:
    if isinstance(value, list | tuple) and not value:
        raise refusal("condition", f"an empty list expects nothing; {_EXAMPLE}")
    return value if isinstance(value, list | tuple) else (value,)


def _written(conditions: tuple[Condition, ...]) -> str | list[str]:
    texts = [str(one) for one in conditions]
    return texts[0] if len(texts) == 1 else texts


_TEXT_SCHEMA: Final[dict[str, Any]] = {"type": "string", "pattern": rf"^\s*({_WRITTEN})\s*[^\s=<>].*$"}
SCHEMA: Final[dict[str, Any]] = {
    "anyOf": [_TEXT_SCHEMA, {"type": "array", "items": _TEXT_SCHEMA, "minItems": 1}]
}

Conditions = Annotated[
    tuple[Annotated[Condition, BeforeValidator(condition)], ...],
    BeforeValidator(_as_tuple),
    PlainSerializer(_written, return_type=str | list[str], when_used="json"),
    WithJsonSchema(SCHEMA),
]
"""One condition, or a list of conditions that all have to hold."""
