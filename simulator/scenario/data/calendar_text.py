"""Dates as people write them: which number is the day, names of months, hours, offsets from UTC."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from simulator.scenario.data.matching import matches

if TYPE_CHECKING:
    import pandas as pd

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
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
"""How a date can be written; ``one`` is the number that stands first or alone, ``two`` the other."""

_MONTHS: Final = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_CENTURY: Final = 69
"""Two-digit years from here on are of the last century, as POSIX has it."""


@dataclass(frozen=True)
class Parts:
    """What a column of dates says, by row; rows of another shape are nan everywhere."""

    year: Floats
    first: Floats
    second: Floats
    time: Floats
    offset: Floats
    short_year: Bools
    dashed: Bools

    @property
    def found(self) -> Bools:
        """Rows of the shape."""
        return ~np.isnan(self.first)

    def moments(self, *, day_first: bool, turned: bool = False) -> Moments:
        """Date and time of each row; NaT where there is no such day or hour.

        Args:
            day_first: whether the first number is the day, else it is the month.
            turned: whether the last number is the day, and the first one the year.
        """
        day, month = (self.first, self.second) if day_first else (self.second, self.first)
        year = self.year
        if turned:
            day, month, year = self.year % 100, self.second, _full_year(self.first, short=True)
        return moments(year, month, day) + self.time_of_day

    @property
    def time_of_day(self) -> NDArray[np.timedelta64]:
        """Time since midnight; NaT where there is no such time."""
        known = ~np.isnan(self.time)
        micros = np.round(np.where(known, self.time, 0.0) * 1e6).astype("timedelta64[us]")
        return np.where(known, micros, np.timedelta64("NaT", "us"))


def parts(cells: pd.Series, shape: str) -> Parts:
    """The parts of the dates of one shape in a column."""
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
    return Parts(
        year=np.where(short, _full_year(year, short=True), year),
        first=np.where(np.isnan(second), np.nan, first),
        second=second,
        time=np.where(found, _seconds(hour, minute, seconds, half), np.nan),
        offset=_offset(field("offset")),
        short_year=short,
        dashed=matches(cells, r"^\s*\d+-"),
    )


def moments(year: Floats, month: Floats, day: Floats) -> Moments:
    """Midnight of each date; NaT where there is no such day."""
    good = (year >= 1) & (year <= 9999) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)
    years, months, days = (np.where(good, part, 1).astype(np.int64) for part in (year, month, day))
    begins = ((years - 1970) * 12 + months - 1).astype("datetime64[M]")
    date = begins.astype("datetime64[D]") + (days - 1).astype("timedelta64[D]")
    good &= date.astype("datetime64[M]") == begins
    return np.where(good, date.astype("datetime64[us]"), np.datetime64("NaT", "us"))


def _seconds(hour: Floats, minute: Floats, second: Floats, half: NDArray[Any]) -> Floats:
    """Seconds since midnight, 0 without a time; nan where there is no such time."""
    twelve = half != ""
    good = np.where(twelve, (hour >= 1) & (hour <= 12), hour < 24) & (minute < 60) & ~(second >= 60)
    hours = np.where(twelve, hour % 12 + np.where(half == "p", 12.0, 0.0), hour)
    total = hours * 3600 + minute * 60 + np.nan_to_num(second)
    return np.where(np.isnan(hour), 0.0, np.where(good, total, np.nan))


def _offset(texts: pd.Series) -> Floats:
    """Minutes ahead of UTC; nan where there is no offset."""
    import pandas as pd

    codes, names = pd.factorize(texts)
    known = []
    for name in map(str, names):
        digits = name.lstrip("+-").replace(":", "")
        minutes = 0.0 if not digits.isdigit() else int(digits[:2]) * 60.0 + int(digits[2:] or 0)
        known.append(-minutes if name.startswith("-") else minutes)
    return np.array([*known, np.nan])[codes]


def _full_year(year: Floats, *, short: bool) -> Floats:
    return year + np.where(year >= _CENTURY, 1900.0, 2000.0) if short else year


def _month(names: pd.Series) -> Floats:
    """Number of the month by its English name or the first three letters (or four: Sept)."""
    import pandas as pd

    codes, texts = pd.factorize(names.str.lower())
    known = [
        next((k for k, month in enumerate(_MONTHS, 1) if month.startswith(str(text))), np.nan)
        for text in texts
    ]
    return np.array([*known, np.nan])[codes]
