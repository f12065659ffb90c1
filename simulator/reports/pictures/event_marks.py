"""Event marks: the dated events of a scenario, marked in charts over time."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from simulator.reports.pictures import axes, palette
from simulator.reports.pictures.layers import Spec, layer, nominal, quantitative
from simulator.reports.pictures.picture import ChartKey, Row
from simulator.scenario.scenario import Scenario
from simulator.scenario.sections.demand_profiles import Peak, Surge
from simulator.scenario.sections.run import Run

_CLOSE = 0.06
"""Share of the time shown; the numbers of events nearer to each other than that stand in different rows."""
_MOST_ROWS = 3
"""Largest number of rows of numbers."""
_ROW_HEIGHT = 17
"""Pixels from one row of numbers to the next."""


@dataclass(frozen=True, slots=True)
class Event:
    """Dated event of demand.

    Attributes:
        name: of the peak or surge.
        first: first day.
        last: last day, part of the event.
        effect: in words.
    """

    name: str
    first: datetime.date
    last: datetime.date
    effect: str


def events(scenario: Scenario) -> tuple[Event, ...]:
    """Return the peaks and surges of demand between the start of the run and its horizon, by date.

    A surge fades without end and is shown as its first day.
    """
    start, end = scenario.run.start, date_of(scenario.run, scenario.run.horizon)
    found = [event for event in _all(scenario) if event.first < end and event.last >= start]
    return tuple(sorted(found, key=lambda event: (event.first, event.last)))


def date_of(run: Run, day: float) -> datetime.date:
    """Return the calendar date of a time, given in days from the start of the run."""
    return run.start + datetime.timedelta(days=int(day))


def spelled(first: datetime.date, last: datetime.date | None = None) -> str:
    """Write a date, or the period between two dates, both included.

    >>> spelled(datetime.date(2026, 11, 27), datetime.date(2026, 11, 30))
    '27–30 November 2026'
    >>> spelled(datetime.date(2026, 12, 30), datetime.date(2027, 1, 2))
    '30 December 2026 – 2 January 2027'
    >>> spelled(datetime.date(2026, 4, 1))
    '1 April 2026'
    """
    if last is None or last == first:
        return f"{first.day} {first:%B %Y}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{spelled(last)}"
    begin = f"{first.day} {first:%B}" if first.year == last.year else spelled(first)
    return f"{begin} – {spelled(last)}"


def rows(found: Iterable[Event], days: float) -> list[int]:
    """Assign a row to the number of each event, so that close numbers overlap only if there are no more rows.

    Args:
        found: events by date.
        days: length of the time shown.
    """
    latest: list[datetime.date] = []
    places = []
    for event in found:
        free = (k for k, date in enumerate(latest) if (event.first - date).days > _CLOSE * days)
        row = next(free, len(latest))
        if row == len(latest) and row < _MOST_ROWS:
            latest.append(event.first)
        row = min(row, _MOST_ROWS - 1)
        latest[row] = event.first
        places.append(row)
    return places


def event_keys(found: Iterable[Event]) -> tuple[ChartKey, ...]:
    """Make the key to the numbers of the events."""
    return tuple(
        ChartKey(f"{event.name}, {spelled(event.first, event.last)}: {event.effect}", mark=str(number))
        for number, event in enumerate(found, 1)
    )


def places(found: Sequence[Event], run: Run) -> list[Row]:
    """Return a row for each event: its dates clipped to the run, its number, and the height of the number."""
    start, end = run.start, date_of(run, run.horizon)
    return [
        {
            "date": axes.milliseconds(max(event.first, start)),
            # the last day is part of the event
            "end": axes.milliseconds(min(event.last + datetime.timedelta(days=1), end)),
            "number": str(number),
            "height": -9 - _ROW_HEIGHT * row,
        }
        for number, (event, row) in enumerate(zip(found, rows(found, run.horizon), strict=True), 1)
    ]


def event_marks() -> list[Spec]:
    """Draw a line, a band and a number above the chart for each of the `places`, its rows "events"."""
    line = {"x": axes.date("date")}
    above = {**line, "y": quantitative("height", scale=None, axis=None)}
    number = {**above, "text": nominal("number")}
    return [
        layer("rect", {**line, "x2": {"field": "end"}}, rows="events", color=palette.EVENT, opacity=0.35),
        layer("rule", line, rows="events", color=palette.EVENT),
        layer(
            "point", above, rows="events", color=palette.EVENT, filled=True, size=190, opacity=1, clip=False
        ),
        layer("text", number, rows="events", color=palette.PAPER, fontSize=10, fontWeight="bold", clip=False),
    ]


def _all(scenario: Scenario) -> Iterator[Event]:
    for profile in scenario.profiles:
        if isinstance(profile, Peak):
            yield Event(profile.peak, profile.first, profile.last, f"demand × {profile.factor:g}")
        elif isinstance(profile, Surge):
            effect = f"demand × {profile.factor:g}, fading over {profile.decays:g} days"
            yield Event(profile.surge, profile.on, profile.on, effect)
