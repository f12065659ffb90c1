"""Opening hours of a week."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Annotated, Final

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from simulator.values.section import refusal

_DAY: Final = 24 * 60
WEEK: Final = 7 * _DAY
"""Minutes of a week."""
_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NUMBER_OF: Final = {
    spelling: number for number, name in enumerate(_WEEKDAYS) for spelling in (name, name[:3])
}
_TIME: Final = r"\d{1,2}:\d{2}"
_SPAN_PATTERN: Final = rf"[A-Za-z]+(\s*[-–]\s*[A-Za-z]+)?\s+{_TIME}\s*[-–]\s*{_TIME}"
_SPAN: Final = re.compile(
    r"(?P<first>[A-Za-z]+)(\s*[-–]\s*(?P<last>[A-Za-z]+))?"
    rf"\s+(?P<opens>{_TIME})\s*[-–]\s*(?P<closes>{_TIME})"
)
_EXAMPLE: Final = "'Mon-Fri 08:00-17:00', or 'always'"

Spans = tuple[tuple[int, int], ...]
"""Open times as pairs (opens, closes), in whole minutes since Monday 00:00."""


@dataclass(frozen=True, slots=True)
class Hours:
    """Weekly opening hours.

    Attributes:
        spans: pairs (opens, closes) in whole minutes since Monday 00:00, in order, with closed time between
            them. The last may close in the following week, so that a night from Sunday to Monday is one span.
            The instant ``closes`` itself is closed.
        text: the hours as the scenario file writes them.
    """

    spans: Spans
    text: str = field(compare=False)

    @classmethod
    def parse(cls, text: object) -> Hours:
        """Read hours from text such as ``Mon-Fri 08:00-17:00, Sat 10:00-14:00`` or ``always``.

        A closing time before the opening time is on the following day. Spans may overlap. ``Hours`` made in
        Python are returned as they are.

        Raises:
            PydanticCustomError: the text names no opening hours.

        >>> Hours.parse("Mon 08:00-17:30").spans
        ((480, 1050),)
        """
        if isinstance(text, Hours):
            return text
        if not isinstance(text, str):
            raise refusal("hours", f"these are no opening hours; write for example {_EXAMPLE}")
        if text.strip().lower() == "always":
            return cls(((0, WEEK),), "always")
        spans = [span for part in text.split(",") for span in _spans(part.strip())]
        return cls(_merged(spans), text.strip())

    @property
    def share(self) -> float:
        """Open share of the week, in 0..1."""
        return sum(closes - opens for opens, closes in self.spans) / WEEK

    @property
    def wait(self) -> tuple[float, float]:
        """Mean (days) and variance (days²) of the wait for an opening, from a random time of the week.

        In a gap of length g the wait is uniform on [0, g].
        """
        opens = [*(opens for opens, _ in self.spans[1:]), self.spans[0][0] + WEEK]
        gaps = [(opens - closes) / _DAY for opens, (_, closes) in zip(opens, self.spans, strict=True)]
        week = WEEK / _DAY
        mean = sum(gap**2 for gap in gaps) / 2 / week
        return mean, sum(gap**3 for gap in gaps) / 3 / week - mean**2

    @property
    def always(self) -> bool:
        """True for hours that never close."""
        return self.share == 1.0


def _spans(part: str) -> Spans:
    """Parse one part of the text, such as ``Mon-Fri 08:00-17:00``, to one span for each day.

    Each span opens in this week and closes in this week or the next.

    Raises:
        PydanticCustomError: the part names no opening hours.
    """
    match = _SPAN.fullmatch(part)
    if match is None:
        raise refusal("hours", f"'{part}' are no opening hours; write for example {_EXAMPLE}")
    first = _weekday(match["first"])
    last = _weekday(match["last"] or match["first"])
    opens, closes = _minute(match["opens"]), _minute(match["closes"])
    if opens in {closes, _DAY}:
        raise refusal("hours", f"'{part}' is open for no time; a whole day is written 00:00-24:00")
    if closes < opens:
        closes += _DAY
    days = range(first, first + (last - first) % 7 + 1)
    return tuple((day % 7 * _DAY + opens, day % 7 * _DAY + closes) for day in days)


def _weekday(name: str) -> int:
    """Return the number of a weekday, 0 for Monday, from its name or the first three letters."""
    number = _NUMBER_OF.get(name.lower())
    if number is None:
        known = ", ".join(day[:3].capitalize() for day in _WEEKDAYS)
        raise refusal("hours", f"unknown day '{name}'; known: {known}")
    return number


def _minute(time: str) -> int:
    """Read a time of day such as ``08:30`` as minutes since midnight."""
    hour, minute = (int(number) for number in time.split(":"))
    if minute >= 60 or hour * 60 + minute > _DAY:
        raise refusal("hours", f"{time} is no time of day")
    return hour * 60 + minute


def _merged(spans: list[tuple[int, int]]) -> Spans:
    """Join spans that overlap or touch; only the last of the result may close in the next week."""
    inside = [(opens, min(closes, WEEK)) for opens, closes in spans]
    inside += [(0, closes - WEEK) for _, closes in spans if closes > WEEK]
    merged: list[tuple[int, int]] = []
    for opens, closes in sorted(inside):
        if merged and opens <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], closes))
        else:
            merged.append((opens, closes))
    if len(merged) > 1 and merged[0][0] == 0 and merged[-1][1] == WEEK:
        merged = [*merged[1:-1], (merged[-1][0], WEEK + merged[0][1])]
    return tuple(merged)


OpeningHours = Annotated[
    Hours,
    BeforeValidator(Hours.parse),
    PlainSerializer(lambda hours: hours.text, return_type=str, when_used="json"),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": rf"^\s*([Aa]lways|{_SPAN_PATTERN}(\s*,\s*{_SPAN_PATTERN})*)\s*$",
            "description": "Weekly opening hours.",
            "examples": ["Mon-Fri 08:00-17:00", "Mon-Fri 08:00-20:00, Sat 10:00-14:00", "always"],
        }
    ),
]
"""Weekly opening hours as text in the scenario file; see `Hours`."""

ALWAYS: Final = Hours.parse("always")
"""Hours of a place that never closes."""

NEVER_CLOSES: Final = "it never closes"
"""Reason why hours without an end change nothing."""
