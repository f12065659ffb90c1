"""Values with a unit as a scenario file writes them: `36 h`, `40/day`, `20 %`, `25 %/year`.

Each kind of value has a function that reads it and refuses impossible values. Times become days. Each kind
with a unit of time also has a function that writes it as text, which reads back as exactly the same number.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Final, Literal

from pydantic_core import PydanticCustomError

from simulator.values.number_hints import number_hint, plain_number, with_plain_number
from simulator.values.section import refusal

SPELLINGS: Final = {
    "s": ("s", "sec", "secs", "second", "seconds"),
    "min": ("min", "mins", "minute", "minutes"),
    "h": ("h", "hr", "hrs", "hour", "hours"),
    "day": ("d", "day", "days"),
    "week": ("w", "wk", "week", "weeks"),
    "month": ("month", "months"),
    "year": ("y", "yr", "year", "years"),
}
_DAYS_IN: Final = {
    "s": Fraction(1, 86_400),
    "min": Fraction(1, 1_440),
    "h": Fraction(1, 24),
    "day": Fraction(1),
    "week": Fraction(7),
    "month": Fraction(365, 12),
    "year": Fraction(365),
}
_UNIT: Final = {spelling: _DAYS_IN[unit] for unit, spellings in SPELLINGS.items() for spelling in spellings}

# An exponent has at most three digits: numbers are read exactly, and 1e999999999 would fill the memory.
_NUMBER: Final = r"(?P<number>[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?)"
_WORD: Final = r"(?P<unit>[A-Za-z]+)"
_BARE: Final = re.compile(rf"\s*{_NUMBER}\s*")
_DURATION: Final = re.compile(rf"\s*{_NUMBER}\s*{_WORD}\s*")
_RATE: Final = re.compile(rf"\s*{_NUMBER}\s*(?P<percent>%)?\s*(?:/|\bper\b|\ba\b)\s*{_WORD}\s*")
_PERCENT: Final = re.compile(rf"\s*{_NUMBER}\s*%\s*")

_TEXTS: Final = 1 << 15
"""Number of texts that are remembered: the same few values are written again and again."""
_NEAR: Final = 1e-14
"""Relative difference above which two numbers are not equal, however products were rounded."""
_DURATIONS: Final = "understood: s, min, h, days, weeks, months, years"
_RATES: Final = "understood: /s, /min, /h, /day, /week, /month, /year"


@dataclass(frozen=True, slots=True)
class Holding:
    """Cost of keeping a unit on hand for a day: a share of its unit cost, or an amount of money."""

    kind: Literal["share", "money"] = "money"
    per_day: float = 0.0
    """Share of the unit cost per day, or money per unit and day."""

    def rate(self, unit_cost: float) -> float:
        """Return the cost, in money per unit and day, for goods that cost `unit_cost` (money per unit)."""
        return self.per_day * unit_cost if self.kind == "share" else self.per_day


def number(value: object, noun: str = "a number") -> float:
    """Read a bare number as a finite float.

    Args:
        value: a value of the YAML file.
        noun: the expected kind of value, for the error message.

    Raises:
        PydanticCustomError: `value` is not a finite number; truth values and text are not numbers.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise refusal("number", f"{_shown(value)} is not {noun}{number_hint(value)}")
    try:
        finite = float(value)
    except OverflowError:
        finite = math.inf
    if not math.isfinite(finite):
        raise refusal("finite", f"{_shown(value)} is not a finite number")
    return finite


def days(value: object) -> float:
    """Read a duration such as `36 h`, in days; 0 needs no unit.

    Raises:
        PydanticCustomError: a bare number other than 0, an unknown unit, a negative or infinite duration.
    """
    if _is_number(value):
        return _zero_without_unit(value, " days", _DURATIONS)
    match = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise _unreadable(value, "a duration", "12 days", _DURATIONS, _DURATION)
    return _exact(match, value, _days_in(match, _DURATIONS), "a duration")


def per_day(value: object) -> float:
    """Read a rate such as `40/day` or `0.5 per week`, per day; 0 needs no unit.

    Raises:
        PydanticCustomError: a bare number other than 0, an unknown unit, a negative or infinite rate.
    """
    if _is_number(value):
        return _zero_without_unit(value, "/day", _RATES)
    match = _RATE.fullmatch(value) if isinstance(value, str) else None
    if match is None or match["percent"]:
        raise _unreadable(value, "a rate", "40/day", _RATES, _RATE)
    return _exact(match, value, 1 / _days_in(match, _RATES), "a rate")


def share(value: object) -> float:
    """Read a share from `20 %` or 0.2, as a number in 0..1.

    Raises:
        PydanticCustomError: other text, or a share below 0 or above 1.
    """
    match = _PERCENT.fullmatch(value) if isinstance(value, str) else None
    if match is not None:
        part = _exact(match, value, Fraction(1, 100), "a share")
    else:
        written = with_plain_number(value, _PERCENT) or plain_number(value)
        example = (
            ""
            if plain_number(value)
            else f"; write {written!r}"
            if written
            else "; write for example '20 %' or 0.2"
        )
        part = number(value, f"a share{example}")
    if part > 1 and match is None:
        raise refusal("share", f"a share is at most 1, not {_shown(value)}; per cent are written '20 %'")
    if part > 1:
        raise refusal("share", f"a share is at most 100 %, not {_shown(value)}")
    if part < 0:
        raise refusal("share", f"a share cannot be negative ({_shown(value)})")
    return part


def holding(value: object) -> Holding:
    """Read a holding cost: `25 %/year` of the unit cost, or `0.2/day` in money per unit; 0 needs no unit.

    Raises:
        PydanticCustomError: `value` is neither.
    """
    if isinstance(value, Holding):
        return value
    if _is_number(value) and number(value) == 0:
        return Holding()
    match = _RATE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        written = with_plain_number(value, _RATE)
        example = (
            f"'{written}'"
            if written
            else "for example '25 %/year' (of the unit cost) or '0.2/day' (money per unit)"
        )
        raise refusal("unit", f"{_shown(value)} is not a holding cost; write {example}")
    size = 1 / _days_in(match, _RATES)
    if match["percent"]:
        return Holding("share", _exact(match, value, size / 100, "a holding cost"))
    return Holding("money", _exact(match, value, size, "a holding cost"))


def numeral(value: object) -> object:
    """Turn text that is a number into a float, because keys of a mapping are text."""
    try:
        return float(value) if isinstance(value, str) else value
    except ValueError:
        return value


def amount(value: object) -> float:
    """Read a bare number >= 0: units of goods, or money.

    Raises:
        PydanticCustomError: `value` is not a finite number, or is negative.
    """
    found = number(value)
    if found < 0:
        raise refusal("negative", f"cannot be negative ({_shown(value)})")
    return found


def count(value: object) -> int:
    """Read a whole number >= 0; 1e3 is whole, 2.5 is not.

    Raises:
        PydanticCustomError: `value` is not a number, negative, or not whole.
    """
    found = amount(value)
    if found != math.floor(found):
        raise refusal("whole", f"{_shown(value)} is not a whole number")
    return int(found)


def day(value: object) -> datetime.date:
    """Read a calendar day such as `2026-11-27`.

    Raises:
        PydanticCustomError: other text, or a day that does not exist.
    """
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return value
    if isinstance(value, str) and re.fullmatch(r"\s*[0-9]{4}-[0-9]{2}-[0-9]{2}\s*", value):
        try:
            return datetime.date.fromisoformat(value.strip())
        except ValueError as error:
            raise refusal("day", f"{_shown(value)} is not a day: {error}") from None
    raise refusal("day", f"{_shown(value)} is not a day; write for example '2026-11-27'")


@lru_cache(maxsize=_TEXTS)
def days_text(value: float) -> str:
    """Write a duration in days so that `days` reads back the same float: `12 days`, `6 min`."""
    in_days = f"{_digits(value)} {'day' if value == 1 else 'days'}"
    return _shortest(in_days, [(f"{{}} {unit}", _DAYS_IN[unit]) for unit in ("h", "min", "s")], value, days)


@lru_cache(maxsize=_TEXTS)
def per_day_text(value: float) -> str:
    """Write a rate per day so that `per_day` reads back the same float: `40/day`, `300/week`."""
    by_day = f"{_digits(value)}/day"
    forms = [(f"{{}}/{unit}", 1 / _DAYS_IN[unit]) for unit in ("week", "month", "year", "h", "min")]
    return _shortest(by_day, forms, value, per_day)


@lru_cache(maxsize=_TEXTS)
def holding_text(value: Holding) -> str:
    """Write a holding cost so that `holding` reads back the same cost."""
    if value.kind == "money":
        return per_day_text(value.per_day)
    # A float's shortest decimal times 100 is exact as a fraction, and so is its text.
    exact = Fraction(repr(value.per_day)) * 100
    by_day = f"{_decimal(exact)} %/day"
    forms = [("{} %/year", Fraction(1, 36_500)), ("{} %/month", Fraction(12, 36_500))]
    return _shortest(by_day, forms, value.per_day, lambda text: holding(text).per_day)


def _shortest(
    by_day: str, forms: list[tuple[str, Fraction]], value: float, read: Callable[[str], float]
) -> str:
    """Return `by_day` if it is short, else the shortest text that reads back as `value`, whole numbers first.

    Args:
        by_day: the value written in days or per day.
        forms: other texts for it, each with the size of its unit in days or per day.
        value: in days or per day.
        read: the function that reads the text back.
    """
    if len(by_day) <= len("123.45 days"):
        return by_day
    texts = [by_day]
    for form, size in forms:
        found = float(f"{value / float(size):.12g}")
        # Reading is exact, and slow: a text that is far from the value need not be read.
        if abs(found * float(size) - value) <= _NEAR * abs(value):
            text = form.format(_digits(found))
            texts += [text] if read(text) == value else []
    return min(texts, key=lambda text: ("." in text, len(text)))


def _digits(value: float) -> str:
    return str(int(value)) if value == math.floor(value) and abs(value) < 1e15 else repr(value)


def _decimal(value: Fraction) -> str:
    """Write a fraction as a decimal number, exactly; its denominator has no prime factors but 2 and 5."""
    wide = Context(prec=400)
    return format(wide.divide(Decimal(value.numerator), Decimal(value.denominator)).normalize(wide), "f")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _zero_without_unit(value: object, unit: str, understood: str) -> float:
    """Return 0 for the number 0; any other number needs a unit and is refused."""
    found = number(value)
    if found == 0:
        return 0.0
    example = f"{_digits(abs(found))}{unit}"
    raise refusal("unit", f"{_shown(value)} has no unit; write for example '{example}' ({understood})")


def _unreadable(
    value: object, noun: str, example: str, understood: str, form: re.Pattern[str]
) -> PydanticCustomError:
    if isinstance(value, str) and _BARE.fullmatch(value):
        return refusal("unit", f"{_shown(value)} has no unit; write for example '{example}' ({understood})")
    if written := with_plain_number(value, form):
        return refusal("unit", f"{_shown(value)} is not {noun}; write '{written}'")
    return refusal("unit", f"{_shown(value)} is not {noun}; write for example '{example}' ({understood})")


def _days_in(match: re.Match[str], understood: str) -> Fraction:
    size = _UNIT.get(match["unit"].lower())
    if size is None:
        raise refusal("unit", f"unknown unit '{match['unit']}' in '{match[0].strip()}' ({understood})")
    return size


def _exact(match: re.Match[str], value: object, size: Fraction, noun: str) -> float:
    """Multiply the number in `match` by `size` and round once, so that 20 % is 0.2 to the bit."""
    try:
        found = float(Fraction(match["number"]) * size)
    except OverflowError:
        raise refusal("finite", f"{_shown(value)} is too large") from None
    if found < 0:
        raise refusal("negative", f"{noun} cannot be negative ({_shown(value)})")
    return found


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if value is None:
        return "nothing"
    if isinstance(value, str):
        return f"'{value}'"
    if isinstance(value, dict):
        return "a mapping"
    return "a list" if isinstance(value, list | tuple) else str(value)
