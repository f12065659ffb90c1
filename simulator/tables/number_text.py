"""Parsing of numbers in text columns: decimal marks, thousands, currency, trailing signs, brackets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from simulator.tables.format import Format
from simulator.tables.refused_rows import UnsettledError
from simulator.tables.table import DataTable, plain_numbers

if TYPE_CHECKING:
    import pandas as pd

_CODES: Final = (
    "EUR USD GBP CHF JPY CNY RMB INR BRL AUD CAD NZD SEK NOK DKK PLN CZK HUF RON TRY ZAR MXN KRW SGD HKD RUB UAH ILS",
)
_CURRENCY: Final = rf"(?:{'|'.join(_CODES[0].split())}|[A-Z]{{0,2}}[$€£¥₹₩₽₺₴₪₫฿¢]|kr\.?|zł|Kč|Ft|Fr\.|Rs\.?)"
_SIGN: Final = "[-+−]"
_CELL: Final = re.compile(
    rf"(\()?({_SIGN})?\s*{_CURRENCY}?\s*({_SIGN})?\s*(\d[\d.,\s'’]*(?:[eE][-+]?\d+)?|[.,]\d+(?:[eE][-+]?\d+)?)"
    rf"\s*({_SIGN})?\s*{_CURRENCY}?\s*({_SIGN})?(\))?"
)
_SPACES: Final = re.compile(r"(?<=\d)[\s'’](?=\d{3}(?!\d))")
_NUMBER: Final = re.compile(r"(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?")
_GROUPS: Final = {
    mark: re.compile(rf"\d{{1,3}}(?:{re.escape(mark)}\d{{2,3}})*{re.escape(mark)}\d{{3}}(?!\d)")
    for mark in ".,"
}
_EITHER: Final = (
    "may be thousands or have three decimals, and no row settles it; set 'format: {decimal: \".\"}' or "
    "'format: {decimal: \",\"}'"
)
_OTHER: Final = {".": ",", ",": "."}


@dataclass(frozen=True)
class NumberMarks:
    """Decimal mark and mark between thousands of a file.

    Attributes:
        decimal: decimal mark.
        thousands: mark between thousands, empty for none.
        guessed: True if the mark between thousands could be a decimal mark as well.
    """

    decimal: str = "."
    thousands: str = ","
    guessed: bool = False

    @property
    def read_as(self) -> tuple[str, ...]:
        """Decimal comma, or guessed mark between thousands, in words; empty for plain numbers."""
        thousands = (f"thousands '{self.thousands}'",) if self.guessed else ()
        return ("decimal ','",) if self.decimal == "," else thousands


def number_marks(table: DataTable, columns: Sequence[str], given: Format) -> NumberMarks:
    """Return the marks of all numbers of a table, set by the scenario or detected.

    Args:
        table: the table.
        columns: names of the columns of numbers.
        given: format of the file as far as the scenario sets it.

    Raises:
        UnsettledError: the numbers are ambiguous or contradict each other.
    """
    if given.decimal is not None:
        other = _OTHER[given.decimal]
        return NumberMarks(given.decimal, other if given.thousands is None else given.thousands)
    if given.thousands in _OTHER:
        return NumberMarks(_OTHER[given.thousands], given.thousands)
    # With commas between cells, decimal commas would need quotes everywhere.
    usual = table.separator in {
        ",",
        "",
    }
    if usual and all(plain_numbers(table.column(name)) is not None for name in columns):
        return NumberMarks()
    seen: dict[str, tuple[str, int]] = {}
    for name in columns:
        for row, cell in _marked(table.column(name)):
            seen.setdefault(_decimal_mark(_bare(cell)[0]), (name, row))
    return _settled(seen, usual=usual)


def _settled(seen: dict[str, tuple[str, int]], *, usual: bool) -> NumberMarks:
    """Decide on the marks of a table.

    Args:
        seen: results of `_decimal_mark` for the cells, each with column and row of its first cell.
        usual: True if a decimal point is usual for such a file.

    Raises:
        UnsettledError: the cells are ambiguous or contradict each other.
    """
    if "." in seen and "," in seen:
        column, row = max(seen["."], seen[","], key=lambda place: place[1])
        raise UnsettledError(
            row, "has another decimal mark than rows before it; set 'format: {decimal: …}'", column
        )
    if "," in seen or "." in seen:
        return NumberMarks(",", ".") if "," in seen else NumberMarks()
    comma, point = seen.get("?,"), seen.get("?.")
    unsettled = (comma if point else None) if usual else comma or point
    if unsettled:
        raise UnsettledError(unsettled[1], _EITHER, unsettled[0])
    return NumberMarks(guessed=comma is not None)


def _marked(cells: pd.Series) -> Iterator[tuple[int, str]]:
    """Yield the first row and the text of each different cell with a point or a comma."""
    different = cells.reset_index(drop=True).drop_duplicates().dropna()
    for row, text in zip(different.index.tolist(), map(str, different.tolist()), strict=True):
        if "." in text or "," in text:
            yield row, text


def _decimal_mark(text: str) -> str:
    """Return the decimal mark of a number, or "" for a number without marks.

    A mark that may separate thousands as well follows a ``?``.
    """
    points, commas = text.count("."), text.count(",")
    if not points + commas:
        return ""
    if points and commas:
        return "." if text.rfind(".") > text.rfind(",") else ","
    mark = "." if points else ","
    if points + commas > 1:
        return _OTHER[mark]
    whole, _, rest = text.partition(mark)
    thousands = len(rest) == 3 and rest.isdigit() and 0 < len(whole) <= 3 and not whole.startswith("0")
    return f"?{mark}" if thousands else mark


def numbers(cells: pd.Series, marks: NumberMarks) -> NDArray[np.float64]:
    """Return the number in each cell, nan for a cell without one.

    Args:
        cells: column of text.
        marks: decimal mark and mark between thousands.
    """
    import pandas as pd

    plain = plain_numbers(cells) if marks.decimal == "." else None
    if plain is not None:
        return plain
    codes, texts = pd.factorize(cells)
    known = np.array([*(number(str(text), marks) for text in texts), np.nan])
    return known[codes]


def number(text: str, marks: NumberMarks) -> float:
    """Parse a number; nan if the text is no number.

    Args:
        text: text such as ``1.299,00 €``.
        marks: decimal mark and mark between thousands.

    >>> marks = NumberMarks(decimal=",", thousands=".")
    >>> [number(text, marks) for text in ("1.299,00 €", "-2,5", "(3)", "4-", "EUR 1 000", "1.2,3", "x")]
    [1299.0, -2.5, -3.0, -4.0, 1000.0, nan, nan]
    """
    bare, negative = _bare(text)
    if marks.thousands in _GROUPS and marks.thousands in bare:
        found = _GROUPS[marks.thousands].match(bare)
        if found is None:
            return np.nan
        bare = found[0].replace(marks.thousands, "") + bare[found.end() :]
    if marks.decimal == ",":
        bare = bare.replace(".", "x").replace(",", ".")
    if not _NUMBER.fullmatch(bare):
        return np.nan
    return -float(bare) if negative else float(bare)


def _bare(text: str) -> tuple[str, bool]:
    """Strip sign, currency and spaces between thousands off a number.

    Returns:
        The digits with their marks, "" for a text that is no number, and True if the number is negative.
    """
    found = _CELL.fullmatch(text.strip())
    if found is None:
        return "", False
    opened, *signs, digits, behind, last, closed = found.groups()
    signs = [sign for sign in (*signs, behind, last) if sign]
    if (opened is None) != (closed is None) or len(signs) + (opened is not None) > 1:
        return "", False
    return _SPACES.sub("", digits.strip()), opened is not None or signs in (["-"], ["−"])
