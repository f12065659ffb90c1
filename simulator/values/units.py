"""Types of values with a unit or a limit, for the fields of the sections.

In Python time is in days, goods in units, money in currency units. `notation` reads and writes them as the
file does. Dumped as JSON, a value is text or a number that reads back as exactly the same value.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from simulator.values.notation import (
    SPELLINGS,
    Holding,
    amount,
    count,
    day,
    days,
    days_text,
    holding,
    holding_text,
    per_day,
    per_day_text,
    share,
)
from simulator.values.section import refusal

__all__ = [
    "DAYS_SCHEMA",
    "QUANTITY_SCHEMA",
    "Count",
    "Day",
    "Days",
    "Factor",
    "Holding",
    "HoldingCost",
    "Money",
    "PerDay",
    "PositiveCount",
    "PositiveDays",
    "PositivePerDay",
    "PositiveQuantity",
    "Quantity",
    "Share",
]


def _positive(read: Callable[[object], float], noun: str) -> Callable[[object], float]:
    """Return `read` with a refusal of 0; `noun` names the value in the message."""

    def more_than_zero(value: object) -> float:
        found = read(value)
        if found <= 0:
            raise refusal("positive", f"{noun} must be more than 0")
        return found

    return more_than_zero


def _positive_count(value: object) -> int:
    found = count(value)
    if found < 1:
        raise refusal("positive", "must be at least 1")
    return found


_TIME_WORDS: Final = "|".join(spelling for spellings in SPELLINGS.values() for spelling in spellings)
_PLAIN_NUMBER: Final = r"(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?"


def _text_schema(pattern: str, description: str, *examples: str, zero: bool = True) -> dict[str, Any]:
    """Return the JSON schema of text with a unit.

    Limits of a schema apply to numbers, not to text. Minimum and maximum 0 leave 0 as the only bare number.

    Args:
        pattern: regular expression of the unit.
        description: sentence shown by editors.
        examples: values shown by editors.
        zero: True if a bare 0 is allowed.
    """
    bare = {"minimum": 0, "maximum": 0} if zero else {}
    return {
        "type": ["string", "number"] if zero else "string",
        "pattern": rf"^\s*{_PLAIN_NUMBER}\s*{pattern}\s*$",
        **bare,
        "description": description,
        "examples": list(examples),
    }


def _number_schema(description: str, **limits: float) -> WithJsonSchema:
    return WithJsonSchema({"type": "number", **limits, "description": description})


_DURATION_PATTERN: Final = f"({_TIME_WORDS})"
_RATE_PATTERN: Final = rf"(/|per|a)\s*({_TIME_WORDS})"
_DURATION_EXAMPLES: Final = ("A duration with its unit.", "12 days", "36 h", "2 weeks")
_RATE_EXAMPLES: Final = ("A rate with its unit.", "40/day", "2/h", "300 per week")
DAYS_SCHEMA: Final = _text_schema(_DURATION_PATTERN, *_DURATION_EXAMPLES)
QUANTITY_SCHEMA: Final[dict[str, Any]] = {"type": "number", "minimum": 0, "description": "Units of goods."}
_HOLDING_SCHEMA: Final = _text_schema(
    rf"%?\s*{_RATE_PATTERN}",
    "Cost of keeping a unit on hand: a share of its cost, or money, per unit of time.",
    "25 %/year",
    "0.2/day",
)
_SHARE_SCHEMA: Final[dict[str, Any]] = {
    "type": ["number", "string"],
    "minimum": 0,
    "maximum": 1,
    "pattern": rf"^\s*{_PLAIN_NUMBER}\s*%\s*$",
    "description": "A share, in per cent or as a number from 0 to 1.",
    "examples": ["20 %", 0.2],
}
_DAY_SCHEMA: Final = {
    "type": "string",
    "format": "date",
    "description": "A calendar day.",
    "examples": ["2026-11-27"],
}


_DAYS_OUT: Final = PlainSerializer(days_text, return_type=str, when_used="json")
_PER_DAY_OUT: Final = PlainSerializer(per_day_text, return_type=str, when_used="json")
_HOLDING_OUT: Final = PlainSerializer(holding_text, return_type=str, when_used="json")

Days = Annotated[float, BeforeValidator(days), _DAYS_OUT, WithJsonSchema(DAYS_SCHEMA)]
"""A duration >= 0, in days."""
PositiveDays = Annotated[
    float,
    BeforeValidator(_positive(days, "a duration here")),
    _DAYS_OUT,
    WithJsonSchema(_text_schema(_DURATION_PATTERN, *_DURATION_EXAMPLES, zero=False)),
]
"""A duration > 0, in days."""
PerDay = Annotated[
    float,
    BeforeValidator(per_day),
    _PER_DAY_OUT,
    WithJsonSchema(_text_schema(_RATE_PATTERN, *_RATE_EXAMPLES)),
]
"""A rate >= 0, per day."""
PositivePerDay = Annotated[
    float,
    BeforeValidator(_positive(per_day, "a rate here")),
    _PER_DAY_OUT,
    WithJsonSchema(_text_schema(_RATE_PATTERN, *_RATE_EXAMPLES, zero=False)),
]
"""A rate > 0, per day."""
Share = Annotated[float, BeforeValidator(share), WithJsonSchema(_SHARE_SCHEMA)]
"""A share in 0..1."""
HoldingCost = Annotated[Holding, BeforeValidator(holding), _HOLDING_OUT, WithJsonSchema(_HOLDING_SCHEMA)]
"""The cost of keeping goods, see `Holding`."""
Money = Annotated[float, BeforeValidator(amount), _number_schema("Money, in currency units.", minimum=0)]
"""Money >= 0, in currency units."""
Quantity = Annotated[float, BeforeValidator(amount), WithJsonSchema(QUANTITY_SCHEMA)]
"""Goods >= 0, in units; need not be whole."""
PositiveQuantity = Annotated[
    float,
    BeforeValidator(_positive(amount, "a quantity here")),
    _number_schema("Units of goods.", exclusiveMinimum=0),
]
"""Goods > 0, in units."""
Factor = Annotated[float, BeforeValidator(amount), _number_schema("A number without dimension.", minimum=0)]
"""A number >= 0 without dimension, such as a coefficient of variation."""
Count = Annotated[int, BeforeValidator(count), WithJsonSchema({"type": "integer", "minimum": 0})]
"""A whole number >= 0."""
PositiveCount = Annotated[
    int, BeforeValidator(_positive_count), WithJsonSchema({"type": "integer", "minimum": 1})
]
"""A whole number >= 1."""
Day = Annotated[datetime.date, BeforeValidator(day), WithJsonSchema(_DAY_SCHEMA)]
"""A calendar day."""
