"""Clocks of places in other time zones, and what daylight saving does to hours and dates."""

from __future__ import annotations

import datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.calendars.calendar import Calendar
from simulator.calendars.opening_hours import Hours
from simulator.calendars.place_clock import PlaceClock

FRIDAY = datetime.date(2026, 3, 27)
"""Two days before clocks in Berlin skip from 02:00 to 03:00."""
HOUR = 1 / 24


def spans(hours: str, clock: PlaceClock, begin: float, number: int) -> list[tuple[float, float]]:
    """Openings and closings from a time on, in hours since the start."""
    calendar, found = Calendar(Hours.parse(hours), clock), []
    for _ in range(number):
        opens = calendar.next_open(begin)
        begin = calendar.next_close(opens)
        found.append((round(opens * 24, 6), round(begin * 24, 6)))
    return found


def test_without_zones_it_is_the_clock_of_the_run() -> None:
    for clock in (
        PlaceClock(FRIDAY),
        PlaceClock(FRIDAY, "Europe/Berlin"),
        PlaceClock(FRIDAY, None, "Asia/Tokyo"),
    ):
        assert clock.time(1441) == 1441 / 1440
        assert clock.minutes(1.5) == 2160


def test_office_hours_far_away() -> None:
    # eight hours ahead of Berlin in winter; clocks in Tokyo know no daylight saving
    tokyo = PlaceClock(FRIDAY, "Europe/Berlin", "Asia/Tokyo")
    assert spans("Mon-Fri 08:00-17:00", tokyo, 0.0, 2) == [(0, 9), (72, 81)]


def test_hours_begin_an_hour_earlier_by_the_clock_of_the_run_once_daylight_is_saved() -> None:
    berlin = PlaceClock(FRIDAY, "Europe/Berlin", "Europe/Berlin")
    assert spans("Mon-Fri 08:00-17:00", berlin, 0.0, 2) == [(8, 17), (3 * 24 + 7, 3 * 24 + 16)]


def test_the_day_on_which_clocks_skip_an_hour_has_23() -> None:
    berlin = PlaceClock(FRIDAY, "Europe/Berlin", "Europe/Berlin")
    midnights = [berlin.midnight(FRIDAY + datetime.timedelta(days=k)) for k in range(5)]
    lengths = [24 * (b - a) for a, b in pairwise(midnights)]
    assert lengths == pytest.approx([24, 24, 23, 24])


def test_times_that_are_skipped() -> None:
    berlin, sunday = PlaceClock(FRIDAY, "Europe/Berlin", "Europe/Berlin"), 2 * 24
    # 02:15 is as late as 03:00, an hour later by the new time
    assert spans("Sun 02:15-03:30", berlin, 0.0, 1) == [(sunday + 2, sunday + 2.5)]
    # an hour that there is not is none: the next Sunday has it, an hour earlier by the clock of the run
    assert spans("Sun 02:00-03:00", berlin, 0.0, 1) == [(sunday + 7 * 24 + 1, sunday + 7 * 24 + 2)]


def test_of_times_that_come_twice_the_first_counts() -> None:
    start = datetime.date(2026, 10, 23)
    berlin, sunday = PlaceClock(start, "Europe/Berlin", "Europe/Berlin"), 2 * 24
    assert spans("Sun 02:30-03:30", berlin, 0.0, 1) == [(sunday + 2.5, sunday + 4.5)]
    assert spans("Sun 01:00-02:30", berlin, 0.0, 1) == [(sunday + 1, sunday + 2.5)]


def test_clocks_after_the_last_year_that_python_knows() -> None:
    tokyo = PlaceClock(FRIDAY, "Europe/Berlin", "Asia/Tokyo")
    far = 20_000 * 365 * 1440
    assert tokyo.time(far) == pytest.approx((far - 8 * 60) / 1440)
    assert tokyo.time(far + 60) - tokyo.time(far) == pytest.approx(HOUR)


@given(
    st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]),
    st.integers(-10_000, 600_000),
    st.integers(1, 3000),
)
def test_time_never_goes_back(zone: str, minutes: int, more: int) -> None:
    clock = PlaceClock(datetime.date(2026, 1, 1), "UTC", zone)
    assert clock.time(minutes) <= clock.time(minutes + more)
    assert clock.minutes(clock.time(minutes)) >= minutes - 1e-4
