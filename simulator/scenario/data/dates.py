"""Moments in a column of text: dates, or numbers that count days or stand for dates.

A column as a whole settles its kind; cells of another kind are marked as unreadable.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Moments = NDArray[np.datetime64]

_ISO: Final = r"^\d{4}-\d\d-\d\d(?:$|[T ])"
_NO_DATE: Final = "is not a date such as 2026-11-27 or a time such as 2026-11-27 14:30"
_NO_MOMENT: Final = np.datetime64("NaT", "us")
_DAY_NUMBERS: Final = 20_000
"""Numbers from here on are no days counted from the start of a run: Excel's serial number of 3 October 1954."""
_LAST_SERIAL: Final = 80_000
_EXCEL_DAY_0: Final = np.datetime64("1899-12-30", "us")
_COMPACT: Final = {8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}
_UNIX: Final = {"seconds": 1.0, "milliseconds": 1e3, "microseconds": 1e6, "nanoseconds": 1e9}
_UNIX_RANGE: Final = 1e8, 4.2e9
"""Seconds since 1970 that are taken for a time: from 1973 to 2103; in finer units so many times as much."""


@dataclass(frozen=True)
class Times:
    """A column of times.

    Attributes:
        moment: date and time of each row; ``None`` if the column counts days.
        days: those days, else zeros.
        bad: rows that cannot be read.
        problem: what is wrong with them, to follow the cell in a message.
        read_as: how the column was understood, in words; empty for plain dates and days.
    """

    moment: Moments | None
    days: Floats
    bad: Bools
    problem: str
    read_as: str = ""


def times(cells: pd.Series) -> Times:
    """The times in a column of text; missing values are unreadable."""
    import pandas as pd

    values = pd.to_numeric(cells, errors="coerce").to_numpy(np.float64, na_value=np.nan)
    numbers = np.isfinite(values)
    if 2 * int(numbers.sum()) >= int(cells.notna().sum()):
        return _of_numbers(cells, values)
    parsed = pd.to_datetime(cells, format="ISO8601", errors="coerce", utc=True)
    bad = parsed.isna().to_numpy() | ~cells.str.match(_ISO).fillna(value=False).to_numpy(np.bool_)
    moment = parsed.dt.tz_localize(None).to_numpy("datetime64[us]").copy()
    moment[bad] = _NO_MOMENT
    return Times(moment, np.zeros(len(cells)), bad, _NO_DATE)


def _of_numbers(cells: pd.Series, values: Floats) -> Times:
    """Dates written as digits, serial numbers of spreadsheets, Unix times, or days counted from the start."""
    readings = [*_compact(cells, values), *_unix(values), _serial(values)]
    best = max(readings, key=lambda reading: int((~reading.bad).sum()))
    if 2 * int((~best.bad).sum()) > len(values):
        return best
    # A stray serial number among days is far from them all, which is seen later.
    bad = ~(np.abs(values) < _LAST_SERIAL)
    return Times(None, np.where(bad, 0.0, values), bad, "is not a number of days")


def _compact(cells: pd.Series, values: Floats) -> list[Times]:
    """20261127, with hours and minutes 202611271430, with seconds 20261127143000."""
    import pandas as pd

    found = []
    for digits, pattern in _COMPACT.items():
        scale = 10.0 ** (digits - 4)
        if not ((values >= 1900 * scale) & (values < 2200 * scale)).any():
            continue
        parsed = pd.to_datetime(cells.where(cells.str.len() == digits), format=pattern, errors="coerce")
        moment = parsed.to_numpy("datetime64[us]")
        bad = np.isnat(moment)
        problem = f"is not a date such as {'20261127143000'[:digits]}"
        found.append(Times(moment, np.zeros(len(values)), bad, problem, f"dates as {digits} digits"))
    return found


def _unix(values: Floats) -> list[Times]:
    found = []
    for unit, factor in _UNIX.items():
        seconds = values / factor
        bad = ~((seconds >= _UNIX_RANGE[0]) & (seconds < _UNIX_RANGE[1]))
        micros = np.round(np.where(bad, 0.0, seconds) * 1e6).astype("timedelta64[us]")
        found.append(
            _as_dates(np.datetime64(0, "us") + micros, bad, "is not a Unix time", f"Unix times in {unit}")
        )
    return found


def _serial(values: Floats) -> Times:
    """Days since 30 December 1899, as Excel has counted since 1 March 1900; to the millisecond."""
    bad = ~((values >= _DAY_NUMBERS) & (values < _LAST_SERIAL))
    millis = np.round(np.where(bad, 0.0, values) * 86_400_000).astype("timedelta64[ms]")
    return _as_dates(
        _EXCEL_DAY_0 + millis, bad, "is not a serial number of a day", "days as serial numbers of Excel"
    )


def _as_dates(moment: Moments, bad: Bools, problem: str, read_as: str) -> Times:
    return Times(np.where(bad, _NO_MOMENT, moment), np.zeros(len(bad)), bad, problem, read_as)


FARTHEST: Final = 3653
"""Days between two rows of a file that follow each other in time, at most: ten years."""


def stray(times: Times) -> tuple[Bools, Floats]:
    """Rows that are more than ten years from the others, and how many days; the few are taken to be wrong."""
    if times.moment is None:
        days = np.where(times.bad, np.nan, times.days)
    else:
        days = (times.moment - np.datetime64(0, "us")) / np.timedelta64(86_400_000_000, "us")
    known = np.sort(days[~np.isnan(days)])
    gaps = np.diff(known)
    apart = np.zeros(len(days), np.bool_)
    far = np.zeros(len(days))
    if not (gaps > FARTHEST).any():
        return apart, far
    # The longest stretch without such a gap is the file; ties go to the earlier one.
    ends = np.flatnonzero(np.append(gaps > FARTHEST, True))
    lengths = np.diff(ends, prepend=-1)
    longest = int(np.argmax(lengths))
    first, last = known[ends[longest] - lengths[longest] + 1], known[ends[longest]]
    below, above = np.where(days < first, first - days, 0.0), np.where(days > last, days - last, 0.0)
    far = below + above
    return far > 0, far
