"""Hints for numbers in a notation that the file does not accept: ``30 %``, ``14 €``, ``1/6``, ``1,5``."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from typing import Final

_DIGITS: Final = r"[+-]?[0-9]{1,15}(?:\.[0-9]{1,15})?"
_GOODS: Final = r"(?:units?|pieces?|pcs|items?)"
_MONEY: Final = r"(?:[€$£¥₹]|[A-Z]{3})"
_GROUPED: Final = re.compile(r"[+-]?[0-9]{1,3}(?:[,.][0-9]{3})+(?:[,.][0-9]+)?")
_FORMS: Final[tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...]] = (
    (
        re.compile(rf"({_DIGITS})\s*(?:%|per ?cent|pct)", re.IGNORECASE),
        lambda found: f"{float(Fraction(found[1]) / 100):.6g}",
    ),
    (
        re.compile(r"([0-9]{1,15})\s*/\s*(0*[1-9][0-9]{0,14})"),
        lambda found: f"{int(found[1]) / int(found[2]):.6g}",
    ),
    (
        re.compile(r"[+-]?[0-9]{1,3}(?:[ '_\u00a0\u202f][0-9]{3})+"),
        lambda found: re.sub(r"[^0-9+-]", "", found[0]),
    ),
    (re.compile(r"([+-]?[0-9]{1,15}),([0-9]{1,2}|[0-9]{4,15})"), lambda found: f"{found[1]}.{found[2]}"),
    (re.compile(rf"{_MONEY}\s*({_DIGITS})"), lambda found: found[1]),
    (re.compile(rf"({_DIGITS})\s*(?:{_MONEY}|{_GOODS})"), lambda found: found[1]),
)
"""Spellings of a number, each with the function that extracts the plain number."""


def plain_number(text: object) -> str:
    """Return the plain number that a text stands for; "" if there is none or two are possible (``1,000``).

    >>> texts = ("30 %", "300 %", "14 €", "EUR 14.50", "1/6", "1,5", "12 units", "1 000", "12 h")
    >>> [plain_number(text) for text in texts]
    ['0.3', '3', '14', '14.50', '0.166667', '1.5', '12', '1000', '']
    """
    if isinstance(text, str):
        for form, number in _FORMS:
            if match := form.fullmatch(text.strip()):
                return number(match)
    return ""


def number_hint(text: object) -> str:
    """Return the end of a message about a text that is no number: the number to write instead, if known."""
    if found := plain_number(text):
        return f"; write {found}"
    if isinstance(text, str) and re.fullmatch(_DIGITS, text.strip()):
        return f"; write {text.strip()} without quotes"
    grouped = isinstance(text, str) and _GROUPED.fullmatch(text.strip())
    return "; write no separator of thousands, and a point before decimals" if grouped else ""


def with_plain_number(text: object, form: re.Pattern[str]) -> str:
    """Rewrite the number in a text with a unit: ``1,5 days`` becomes ``1.5 days``.

    Args:
        text: the text as written.
        form: pattern of texts that can be read.

    Returns:
        The rewritten text, "" if it does not match `form`.
    """
    match = re.fullmatch(r"\s*(.*[0-9])(\D+)", text) if isinstance(text, str) else None
    found = plain_number(match[1]) if match is not None else ""
    written = f"{found}{match[2].rstrip()}" if match is not None and found else ""
    return written if form.fullmatch(written) else ""
