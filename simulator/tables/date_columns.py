"""Parsing of times in a column of text: dates, or numbers that count days or stand for dates.

The kind is decided for the column as a whole; cells of another kind are unreadable.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from simulator.tables.date_text import SHAPES, DateParts, Moments, date_parts
from simulator.tables.format import Format
from simulator.tables.refused_rows import UnsettledError
from simulator.tables.table import matches
from simulator.values.arrays import Flags, Floats

if TYPE_CHECKING:
    import pandas as pd

_ISO: Final = r"^\d{4}-\d\d-\d\d(?:$|[T ])"
_OFFSET: Final = r"\d\s*(?:Z|UTC|GMT|[+-]\d\d:?\d\d)$"
_DECIMAL_COMMA: Final = r"^(\d+),(\d+)$"
_NO_DATE: Final = "is not a date such as 2026-11-27 or a time such as 2026-11-27 14:30"
_NO_MOMENT: Final = np.datetime64("NaT", "us")
_DAY_NUMBERS: Final = 20_000
"""Smallest serial number of a date (3 October 1954 in Excel).

Lower numbers may count days from the start of a run.
"""
_LAST_SERIAL: Final = 80_000
_EXCEL_DAY_0: Final = np.datetime64("1899-12-30", "us")
_COMPACT: Final = {8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}
_UNIX: Final = {"seconds": 1.0, "milliseconds": 1e3, "microseconds": 1e6, "nanoseconds": 1e9}
_UNIX_RANGE: Final = 1e8, 4.2e9
"""Range of seconds since 1970 that count as a time, from 1973 to 2103.

Finer units are converted to seconds first.
"""


@dataclass(frozen=True)
class Times:
    """Times in a column; arrays of shape (rows,).

    Attributes:
        moment: wall time of each row; ``None`` if the column counts days.
        days: time in days, if the column counts days; else zeros.
        bad: True for each unreadable row.
        problem: problem of unreadable rows, to follow the cell in a message.
        read_as: detected kind of times, in words; empty for plain dates and days.
    """

    moment: Moments | None
    days: Floats
    bad: Flags
    problem: str
    read_as: tuple[str, ...] = ()


def times(cells: pd.Series, given: Format | None = None) -> Times:
    """Parse the times in a column of text; missing values are unreadable.

    Args:
        cells: column of text.
        given: format of the file as far as the scenario sets it.

    Raises:
        UnsettledError: no row shows the order of day, month and year.
    """
    import pandas as pd

    given = given or Format()
    word = given.dates
    if word is not None and "%" in word:
        parsed = pd.to_datetime(cells, format=word, errors="coerce")
        return _dated(parsed.to_numpy("datetime64[us]"), f"is not a date such as '{word}'", f"dates '{word}'")
    plain = _iso(cells) if word in {None, "year first"} else None
    if plain is not None:
        return plain
    points = cells.str.replace(_DECIMAL_COMMA, r"\1.\2", regex=True)
    values = pd.to_numeric(points, errors="coerce").to_numpy(np.float64, na_value=np.nan)
    numbers = 2 * int(np.isfinite(values).sum()) >= int(cells.notna().sum())
    if word in {"excel", "unix", "days"} or (word is None and numbers):
        return _from_numbers(cells, values, given)
    return _in_usual_shape(cells, given)


def _iso(cells: pd.Series) -> Times | None:
    """Parse dates in ISO 8601 without offsets; ``None`` if a cell has another form."""
    import pandas as pd

    known = cells.notna().to_numpy()
    if not known.any() or (known & ~matches(cells, _ISO)).any() or matches(cells, _OFFSET).any():
        return None
    parsed = pd.to_datetime(cells, format="ISO8601", errors="coerce", utc=True)
    if (known & parsed.isna().to_numpy()).any():  # such as 2026-11-27 2:30 PM
        return None
    return _dated(parsed.dt.tz_localize(None).to_numpy("datetime64[us]"), _NO_DATE)


def _in_usual_shape(cells: pd.Series, given: Format) -> Times:
    """Parse dates in the shape that most rows have."""
    word = given.dates
    shapes = [shape for shape in SHAPES if word is None or (shape == "year first") == (word == "year first")]
    if word == "year first":
        shapes.append("numbers")
    found = {shape: date_parts(cells, shape) for shape in shapes}
    shape = max(shapes, key=lambda name: int(found[name].found.sum()))
    date = found[shape]
    if shape != "numbers":
        moment, read_as = date.moments(day_first=True), ""
    else:
        read_as = word or _day_order(date)
        moment = date.moments(day_first=read_as == "day first", turned=read_as == "year first")
    problem = f"is not a date with the {read_as}" if shape == "numbers" else _NO_DATE
    dated = _dated(moment, problem, "" if shape == "year first" else read_as)
    return _wall_times(dated, date.offset, given.time_zone)


def _day_order(date: DateParts) -> str:
    """Return ``day first`` or ``month first``, by the rows with a number above 12.

    Raises:
        UnsettledError: no row shows the order.
    """
    day_first, month_first = int((date.first > 12).sum()), int((date.second > 12).sum())
    dashed = (date.short_year & date.dashed & ((date.year % 100) <= 31) & (date.second <= 12))[date.found]
    row = int(np.argmax(date.found))
    if dashed.all():
        raise UnsettledError(
            row, "may begin or end with the year; set 'format: {dates: day first}' or 'year first'"
        )
    if not day_first and not month_first:
        either = date.found & (date.first != date.second)
        if either.any():
            raise UnsettledError(
                int(np.argmax(either)),
                "may begin with the day or the month, and no row settles it; set 'format: {dates: day first}' or "
                "'format: {dates: month first}'",
            )
    return "day first" if day_first >= month_first else "month first"


def _wall_times(dated: Times, offset: Floats, zone: str | None) -> Times:
    """Convert times with an offset to the wall time of a zone. Without a zone keep each wall time as written.

    Args:
        dated: the times as written.
        offset: minutes ahead of UTC, nan without an offset.
        zone: time zone set by the scenario.
    """
    import pandas as pd

    known = ~np.isnan(offset)
    if not known.any() or dated.moment is None:
        return dated
    if zone is not None:
        minutes = np.nan_to_num(offset).astype("timedelta64[m]")
        moment = np.where(known, _in_zone(dated.moment - minutes, zone), dated.moment)
        return replace(dated, moment=moment, read_as=(*dated.read_as, f"wall time of {zone}"))
    names = [_offset_text(minutes) for minutes in pd.unique(pd.Series(offset[known]))]
    if not known[~dated.bad].all():
        names.append("none")
    description = ("times of UTC",) if names == ["+00:00"] else ()
    if len(names) > 1:
        description = (f"offsets {', '.join(names)}, each as its own wall time",)
    return replace(dated, read_as=(*dated.read_as, *description))


def _in_zone(moment: Moments, zone: str) -> Moments:
    """Convert moments in UTC to the wall time of a zone."""
    import pandas as pd

    wall: Moments = (
        pd.DatetimeIndex(moment, tz="UTC").tz_convert(zone).tz_localize(None).to_numpy("datetime64[us]")
    )
    return wall


def _offset_text(minutes: float) -> str:
    hours, rest = divmod(round(abs(minutes)), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02}:{rest:02}"


def _from_numbers(cells: pd.Series, values: Floats, given: Format) -> Times:
    """Interpret numbers as dates in digits, serial numbers of spreadsheets, Unix times or counted days.

    Args:
        cells: column of text.
        values: the number in each cell.
        given: format of the file as far as the scenario sets it.
    """
    readings = {
        "": _compact(cells, values),
        "unix": _unix(values, given.time_zone),
        "excel": [_serial(values)],
    }
    if given.dates == "days":
        bad = ~np.isfinite(values)
        return Times(None, np.where(bad, 0.0, values), bad, "is not a number of days")
    allowed = readings[given.dates] if given.dates else [one for some in readings.values() for one in some]
    best = max(allowed, key=lambda reading: int((~reading.bad).sum()))
    if given.dates or 2 * int((~best.bad).sum()) > len(values):
        return best
    # A stray serial number among days is far from all of them; `stray` finds it later.
    bad = ~(np.abs(values) < _LAST_SERIAL)
    return Times(None, np.where(bad, 0.0, values), bad, "is not a number of days")


def _compact(cells: pd.Series, values: Floats) -> list[Times]:
    """Parse dates in digits: 20261127, with hours and minutes 202611271430, with seconds 20261127143000."""
    import pandas as pd

    found = []
    for digits, pattern in _COMPACT.items():
        scale = 10.0 ** (digits - 4)
        if not ((values >= 1900 * scale) & (values < 2200 * scale)).any():
            continue
        parsed = pd.to_datetime(cells.where(cells.str.len() == digits), format=pattern, errors="coerce")
        problem = f"is not a date such as {'20261127143000'[:digits]}"
        found.append(_dated(parsed.to_numpy("datetime64[us]"), problem, f"dates of {digits} digits"))
    return found


def _unix(values: Floats, zone: str | None) -> list[Times]:
    """Parse Unix times in seconds or milli-, micro- and nanoseconds, as wall time of a zone or UTC."""
    found = []
    for unit, factor in _UNIX.items():
        seconds = values / factor
        bad = ~((seconds >= _UNIX_RANGE[0]) & (seconds < _UNIX_RANGE[1]))
        micros = np.round(np.where(bad, 0.0, seconds) * 1e6).astype("timedelta64[us]")
        moment = np.datetime64(0, "us") + micros
        wall = moment if zone is None else _in_zone(moment, zone)
        read_as = f"Unix times in {unit}, {zone or 'UTC'}"
        found.append(_dated(np.where(bad, _NO_MOMENT, wall), "is not a Unix time", read_as))
    return found


def _serial(values: Floats) -> Times:
    """Parse days since 30 December 1899, to the millisecond: Excel's serial numbers from 1 March 1900 on."""
    bad = ~((values >= _DAY_NUMBERS) & (values < _LAST_SERIAL))
    millis = np.round(np.where(bad, 0.0, values) * 86_400_000).astype("timedelta64[ms]")
    moment = np.where(bad, _NO_MOMENT, _EXCEL_DAY_0 + millis)
    return _dated(moment, "is not a serial number of a day", "serial numbers of days as in Excel")


def _dated(moment: Moments, problem: str, read_as: str = "") -> Times:
    """Return a column of dates as Times.

    Args:
        moment: date and time of each row; NaT marks unreadable rows.
        problem: problem of unreadable rows, to follow the cell in a message.
        read_as: detected kind of dates, in words.
    """
    return Times(moment, np.zeros(len(moment)), np.isnat(moment), problem, (read_as,) if read_as else ())


FARTHEST: Final = 3653
"""Largest gap, in days, between two rows next to each other in time: ten years."""


def stray(times: Times) -> Flags:
    """Flag rows separated from the largest group of rows by a gap of more than ten years: bool[rows]."""
    if times.moment is None:
        days = np.where(times.bad, np.nan, times.days)
    else:
        days = (times.moment - np.datetime64(0, "us")) / np.timedelta64(86_400_000_000, "us")
    known = np.sort(days[~np.isnan(days)])
    gaps = np.diff(known) > FARTHEST
    if not gaps.any():
        return np.zeros(len(days), np.bool_)
    # The largest group of rows without such a gap is taken as right, the first of several equal ones.
    ends = np.flatnonzero(np.append(gaps, np.True_))
    lengths = np.diff(ends, prepend=-1)
    longest = int(np.argmax(lengths))
    first, last = known[ends[longest] - lengths[longest] + 1], known[ends[longest]]
    found: Flags = (days < first) | (days > last)
    return found
