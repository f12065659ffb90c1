"""The dated events of a scenario, as they are marked beside a course of time."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import altair as alt

from simulator.reports.pictures import axes, palette
from simulator.reports.pictures.picture import ChartKey, Row, chart_of
from simulator.scenario.scenario import Scenario
from simulator.scenario.sections.demand_profiles import Peak, Surge
from simulator.scenario.sections.run import Run

_CLOSE = 0.06
"""Marks nearer to each other than this share of the time shown stand in different rows."""
_MOST_ROWS = 3
_ROW_HEIGHT = 17
"""Pixels from one row of numbers to the next."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens to demand from ``first`` to ``last`` (dates, both included)."""

    name: str
    first: datetime.date
    last: datetime.date
    effect: str


def events(scenario: Scenario) -> tuple[Event, ...]:
    """Peaks and surges of demand that begin or last within the time up to the horizon, in sequence.

    A surge fades for ever; it is shown as its first day.
    """
    start, end = scenario.run.start, date_of(scenario.run, scenario.run.horizon)
    found = [event for event in _all(scenario) if event.first < end and event.last >= start]
    return tuple(sorted(found, key=lambda event: (event.first, event.last)))


def date_of(run: Run, day: float) -> datetime.date:
    """The calendar date of a time in days from the start of the run."""
    return run.start + datetime.timedelta(days=int(day))


def spelled(first: datetime.date, last: datetime.date | None = None) -> str:
    """A date, or the time between two, as people write it.

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
    """The row in which each event's number stands, so that numbers near to each other do not overlap."""
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
    """What the numbers of the events stand for."""
    return tuple(
        ChartKey(f"{event.name}, {spelled(event.first, event.last)}: {event.effect}", mark=str(number))
        for number, event in enumerate(found, 1)
    )


def places(found: Sequence[Event], run: Run) -> list[Row]:
    """Where the events are marked, from the start of the run to its horizon, with their numbers."""
    start, end = run.start, date_of(run, run.horizon)
    return [
        {
            "date": axes.milliseconds(max(event.first, start)),
            # The last day is part of the event.
            "end": axes.milliseconds(min(event.last + datetime.timedelta(days=1), end)),
            "number": str(number),
            "height": -9 - _ROW_HEIGHT * row,
        }
        for number, (event, row) in enumerate(zip(found, rows(found, run.horizon), strict=True), 1)
    ]


def event_marks() -> list[alt.Chart]:
    """A line and a band for each of the ``places`` that the chart has as "events", and its number above the chart."""
    chart, x = chart_of("events"), axes.date("date")
    height = alt.Y("height:Q", scale=None, axis=None)
    return [
        chart.mark_rect(color=palette.EVENT, opacity=0.35).encode(x=x, x2=alt.X2("end:T")),
        chart.mark_rule(color=palette.EVENT).encode(x=x),
        chart.mark_point(color=palette.EVENT, filled=True, size=190, opacity=1, clip=False).encode(
            x=x, y=height
        ),
        chart.mark_text(color=palette.PAPER, fontSize=10, fontWeight="bold", clip=False).encode(
            x=x, y=height, text=alt.Text("number:N")
        ),
    ]


def _all(scenario: Scenario) -> Iterator[Event]:
    for profile in scenario.profiles:
        if isinstance(profile, Peak):
            yield Event(profile.peak, profile.first, profile.last, f"demand × {profile.factor:g}")
        elif isinstance(profile, Surge):
            effect = f"demand × {profile.factor:g}, fading over {profile.decays:g} days"
            yield Event(profile.surge, profile.on, profile.on, effect)
