"""Section ``format``: separator, encoding, numbers and dates of a data file, unless they are detected."""

from __future__ import annotations

import codecs
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from simulator.calendars.time_zones import TimeZone
from simulator.values.section import Section, refusal

_SEPARATORS = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "space": " ", "pipe": "|"}
_DATE_WORDS = ("day first", "month first", "year first", "excel", "unix", "days")
_GROUPS = {"space": " ", "none": ""}


_SHEETS = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}


def _separator(text: object) -> object:
    """Read a separator: one character, or a word such as ``tab``."""
    found = _SEPARATORS.get(text.strip().casefold(), text) if isinstance(text, str) else text
    if isinstance(found, str) and (len(found) != 1 or found in '"\r\n'):
        raise refusal("separator", f"a separator is one character or 'tab', not '{text}'")
    return found


def _thousands(text: object) -> object:
    """Read the mark between thousands: a character, ``space`` or ``none``."""
    found = _GROUPS.get(text, text) if isinstance(text, str) else text
    if isinstance(found, str) and found not in {".", ",", " ", "'", "’", "_", ""}:
        raise refusal(
            "thousands", f"thousands are marked by '.', ',', 'space', \"'\" or 'none', not '{text}'"
        )
    return found


def _encoding(name: str) -> str:
    try:
        "".encode(name)
        codecs.lookup(name)
    except (LookupError, ValueError):
        raise refusal("encoding", f"unknown encoding '{name}'; such as utf-8, cp1252, utf-16") from None
    return name


def _dates(text: str) -> str:
    if "%" not in text and text not in _DATE_WORDS:
        known = ", ".join(f"'{word}'" for word in _DATE_WORDS)
        raise refusal("dates", f"must be a pattern such as '%d.%m.%Y %H:%M' or one of {known}, not '{text}'")
    return text


def _as_tuple(value: object) -> object:
    return (value,) if isinstance(value, str) else value


class Format(Section):
    """Format of a data file. Keys left out are detected from the file, and notes report the result."""

    separator: Annotated[str, BeforeValidator(_separator)] | None = Field(
        default=None, description="Character between cells, or 'tab'."
    )
    decimal: Literal[".", ","] | None = Field(default=None, description="Decimal mark.")
    thousands: Annotated[str, BeforeValidator(_thousands)] | None = Field(
        default=None, description="Mark between thousands: '.', ',', 'space', \"'\" or 'none'."
    )
    encoding: Annotated[str, AfterValidator(_encoding)] | None = Field(
        default=None, description="Encoding of the text, such as cp1252."
    )
    dates: Annotated[str, AfterValidator(_dates)] | None = Field(
        default=None,
        description="A pattern such as '%d.%m.%Y %H:%M', or 'day first', 'month first', 'year first', 'excel', "
        "'unix', 'days'.",
    )
    time_zone: TimeZone | None = Field(
        default=None,
        description="Time zone, such as Europe/Berlin, to whose wall time times with an offset are converted.",
    )
    sheet: Annotated[tuple[str, ...], BeforeValidator(_as_tuple), WithJsonSchema(_SHEETS)] | None = Field(
        default=None, description="Sheet of a workbook, or a list of sheets read as one table."
    )
