"""Parsing of dates in text: order of day and month, names of months, time of day, offset from UTC."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from simulator.tables.table import matches
from simulator.values.arrays import Flags, Floats

if TYPE_CHECKING:
    import pandas as pd

Moments = NDArray[np.datetime64]

_REST: Final = (
    r"(?:(?:[T,]\s*|\s+)(?P<hour>\d{1,2})[:.](?P<minute>\d\d)(?:[:.](?P<second>\d\d(?:[.,]\d+)?))?"
    r"\s*(?P<half>[AaPp]\.?[Mm]\.?)?\s*(?P<offset>Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?)?\s*$"
)
_YEAR: Final = r"(?P<year>\d{4}|\d\d)"
SHAPES: Final = {
    "year first": r"^\s*(?P<year>\d{4})[-/.](?P<two>\d{1,2})[-/.](?P<one>\d{1,2})" + _REST,
    "numbers": r"^\s*(?P<one>\d{1,2})[-/.](?P<two>\d{1,2})[-/.]" + _YEAR + _REST,
    "day month": r"^\s*(?P<one>\d{1,2})\.?[-/ ]?(?P<name>[A-Za-z]{3,9})\.?,?[-/ ]" + _YEAR + _REST,
    "month day": r"^\s*(?P<name>[A-Za-z]{3,9})\.?[-/ ](?P<one>\d{1,2})(?:st|nd|rd|th)?,?[-/ ]"
    + _YEAR
    + _REST,
}
"""Patterns of dates by shape. ``one`` is the first or only number beside the year, ``two`` the other.

In the shape "year first" ``one`` is the day and ``two`` the month.
"""

_MONTHS: Final = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_CENTURY: Final = 69
"""First two-digit year that belongs to the 20th century; lower ones belong to the 21st (POSIX)."""


@dataclass(frozen=True)
class DateParts:
    """Parts of the dates in a column, arrays of shape (rows,); nan in rows of another shape.

    Attributes:
        year: four-digit year.
        first: the number in the group ``one`` of `SHAPES`.
        second: the number in the group ``two``, or the number of the month's name.
        time: seconds since midnight; nan for an impossible time.
        offset: minutes ahead of UTC; nan without an offset.
        short_year: True if the year has two digits.
        dashed: True if a dash follows the first number.
    """

    year: Floats
    first: Floats
    second: Floats
    time: Floats
    offset: Floats
    short_year: Flags
    dashed: Flags

    @property
    def found(self) -> Flags:
        """True for each row of the shape."""
        return ~np.isnan(self.first)

    def moments(self, *, day_first: bool, turned: bool = False) -> Moments:
        """Return date and time of each row; NaT for an impossible day or hour.

        Args:
            day_first: True if the first number is the day, False if it is the month.
            turned: True if the first number is the year and the last one the day.
        """
        day, month = (self.first, self.second) if day_first else (self.second, self.first)
        year = self.year
        if turned:
            day, month, year = self.year % 100, self.second, _full_year(self.first, short=True)
        return date_times(year, month, day) + self.time_of_day

    @property
    def time_of_day(self) -> NDArray[np.timedelta64]:
        """Time since midnight; NaT for an impossible time."""
        known = ~np.isnan(self.time)
        micros = np.round(np.where(known, self.time, 0.0) * 1e6).astype("timedelta64[us]")
        return np.where(known, micros, np.timedelta64("NaT", "us"))


def date_parts(cells: pd.Series, shape: str) -> DateParts:
    """Split the dates of one shape into their parts.

    Args:
        cells: column of text.
        shape: key of `SHAPES`.
    """
    import pandas as pd
    import pyarrow as pa
    import pyarrow.compute as pc

    text = pa.array(cells, type=pa.string())
    fields = pc.extract_regex(text, SHAPES[shape])

    def field(name: str) -> Any:
        if f"<{name}>" not in SHAPES[shape]:
            return pd.Series([None] * len(cells), dtype="str")
        return pd.Series(pc.struct_field(fields, name).to_pandas(), dtype="str").replace("", None)

    def numbers(name: str) -> Floats:
        column = field(name).str.replace(",", ".")
        values: Floats = pd.to_numeric(column, errors="coerce").to_numpy(np.float64, na_value=np.nan)
        return values

    years, first, second = field("year"), numbers("one"), numbers("two")
    if "<name>" in SHAPES[shape]:
        second = _month(field("name"))
    found = ~np.isnan(first)
    short = (years.str.len() == 2).fillna(value=False).to_numpy(np.bool_)
    year = pd.to_numeric(years, errors="coerce").to_numpy(np.float64, na_value=np.nan)
    hour, minute, seconds = numbers("hour"), numbers("minute"), numbers("second")
    half = field("half").str[:1].str.lower().fillna("").to_numpy()
    return DateParts(
        year=np.where(short, _full_year(year, short=True), year),
        first=np.where(np.isnan(second), np.nan, first),
        second=second,
        time=np.where(found, _seconds(hour, minute, seconds, half), np.nan),
        offset=_offset(field("offset")),
        short_year=short,
        dashed=matches(cells, r"^\s*\d+-"),
    )


def date_times(year: Floats, month: Floats, day: Floats) -> Moments:
    """Return midnight of each date; NaT for an impossible day.

    Args:
        year: four-digit year, nan if unknown.
        month: 1 to 12.
        day: day of the month.
    """
    good = (year >= 1) & (year <= 9999) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)
    years, months, days = (np.where(good, part, 1).astype(np.int64) for part in (year, month, day))
    begins = ((years - 1970) * 12 + months - 1).astype("datetime64[M]")
    date = begins.astype("datetime64[D]") + (days - 1).astype("timedelta64[D]")
    good &= date.astype("datetime64[M]") == begins
    return np.where(good, date.astype("datetime64[us]"), np.datetime64("NaT", "us"))


def _seconds(hour: Floats, minute: Floats, second: Floats, half: NDArray[Any]) -> Floats:
    """Return the seconds since midnight, 0 without a time, nan for an impossible time.

    Args:
        hour: 0 to 23, or 1 to 12 with `half`; nan without a time.
        minute: 0 to 59.
        second: below 60; nan counts as 0.
        half: ``a`` for a.m., ``p`` for p.m., else empty.
    """
    twelve = half != ""
    good = np.where(twelve, (hour >= 1) & (hour <= 12), hour < 24) & (minute < 60) & ~(second >= 60)
    hours = np.where(twelve, hour % 12 + np.where(half == "p", 12.0, 0.0), hour)
    total = hours * 3600 + minute * 60 + np.nan_to_num(second)
    return np.where(np.isnan(hour), 0.0, np.where(good, total, np.nan))


def _offset(texts: pd.Series) -> Floats:
    """Return the minutes ahead of UTC; nan without an offset."""
    import pandas as pd

    codes, names = pd.factorize(texts)
    known = []
    for name in map(str, names):
        digits = name.lstrip("+-").replace(":", "")
        minutes = 0.0 if not digits.isdigit() else int(digits[:2]) * 60.0 + int(digits[2:] or 0)
        known.append(-minutes if name.startswith("-") else minutes)
    return np.array([*known, np.nan])[codes]


def _full_year(year: Floats, *, short: bool) -> Floats:
    """Return the year, with its century added if `short` says that it has two digits."""
    return year + np.where(year >= _CENTURY, 1900.0, 2000.0) if short else year


def _month(names: pd.Series) -> Floats:
    """Return the number of the month for its English name or the first three letters (or four: Sept)."""
    import pandas as pd

    codes, texts = pd.factorize(names.str.lower())
    known = [
        next((k for k, month in enumerate(_MONTHS, 1) if month.startswith(str(text))), np.nan)
        for text in texts
    ]
    return np.array([*known, np.nan])[codes]
