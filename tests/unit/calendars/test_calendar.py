"""Opening hours: what is understood, what is refused, and where openings fall in a run."""

import datetime
import json

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from simulator.calendars.calendar import Calendar
from simulator.calendars.opening_hours import Hours, OpeningHours
from simulator.calendars.place_clock import PlaceClock
from simulator.model.availability.availability import Availability
from simulator.model.availability.outages import ClosedHours

HOURS = TypeAdapter(OpeningHours)
MONDAY = datetime.date(2026, 1, 5)
THURSDAY = PlaceClock(datetime.date(2026, 1, 1))
OFFICE = Hours.parse("Mon-Fri 08:00-17:00")
MINUTE = 1 / 1440
DAY = 1440

UNDERSTOOD = {
    "Mon 08:00-17:00": [(480, 1020)],
    "mon-tue 8:00-9:30": [(480, 570), (DAY + 480, DAY + 570)],
    "Monday - Tuesday  08:00 – 09:30": [(480, 570), (DAY + 480, DAY + 570)],
    "Sun 00:00-24:00": [(6 * DAY, 7 * DAY)],
    "Sat-Mon 10:00-11:00": [(600, 660), (5 * DAY + 600, 5 * DAY + 660), (6 * DAY + 600, 6 * DAY + 660)],
    "Mon 08:00-12:00, Mon 13:00-17:00": [(480, 720), (780, 1020)],
    "Mon 08:00-12:00, Mon 10:00-17:00": [(480, 1020)],
    "Mon 22:00-06:00": [(1320, DAY + 360)],
    "Mon-Tue 00:00-24:00": [(0, 2 * DAY)],
    "Sun 22:00-06:00": [(6 * DAY + 1320, 7 * DAY + 360)],
    "Sat-Sun 12:00-24:00, Mon 00:00-01:00": [(5 * DAY + 720, 6 * DAY), (6 * DAY + 720, 7 * DAY + 60)],
    "Mon-Sun 00:00-24:00": [(0, 7 * DAY)],
    " Always ": [(0, 7 * DAY)],
}


@pytest.mark.parametrize(("text", "spans"), UNDERSTOOD.items())
def test_what_is_understood(text, spans):
    hours = HOURS.validate_python(text)
    assert list(hours.spans) == spans
    assert HOURS.validate_python(HOURS.dump_python(hours, mode="json")) == hours
    jsonschema.validate(text.strip(), HOURS.json_schema())


REFUSED = {
    "": "'' are no opening hours; write for example 'Mon-Fri 08:00-17:00', or 'always'",
    "08:00-17:00": "'08:00-17:00' are no opening hours; write for example 'Mon-Fri 08:00-17:00', or 'always'",
    "Mon-Fri": "'Mon-Fri' are no opening hours; write for example 'Mon-Fri 08:00-17:00', or 'always'",
    "Mon-Fry 08:00-17:00": "unknown day 'Fry'; known: Mon, Tue, Wed, Thu, Fri, Sat, Sun",
    "Mon 08:00-24:01": "24:01 is no time of day",
    "Mon 08:60-17:00": "08:60 is no time of day",
    "Mon 08:00-08:00": "'Mon 08:00-08:00' is open for no time; a whole day is written 00:00-24:00",
    "Mon 24:00-08:00": "'Mon 24:00-08:00' is open for no time; a whole day is written 00:00-24:00",
    "always, Sat 08:00-12:00": "'always' are no opening hours; write for example 'Mon-Fri 08:00-17:00', or 'always'",
}


@pytest.mark.parametrize(("text", "problem"), REFUSED.items())
def test_what_is_refused(text, problem):
    with pytest.raises(ValidationError) as caught:
        HOURS.validate_python(text)
    assert caught.value.errors()[0]["msg"] == problem


def test_what_is_no_text_is_refused():
    with pytest.raises(ValidationError, match="these are no opening hours"):
        HOURS.validate_python(8)


def test_the_schema_is_json():
    assert json.loads(json.dumps(HOURS.json_schema()))["type"] == "string"


def test_office_hours_of_a_run_that_starts_on_a_thursday():
    calendar = Calendar(OFFICE, THURSDAY)
    assert calendar.next_open(0.0) > 0.0
    assert calendar.next_open(0.0) == 8 / 24
    assert calendar.next_open(8 / 24) == 8 / 24
    assert calendar.next_close(8 / 24) == 17 / 24
    assert calendar.next_open(17 / 24) > 17 / 24
    assert calendar.next_open(17 / 24) == (24 + 8) / 24
    friday_evening = 1 + 18 / 24
    assert calendar.next_open(friday_evening) == (4 * 24 + 8) / 24
    assert calendar.next_close(friday_evening) == (4 * 24 + 17) / 24


def test_a_night_from_sunday_to_monday_is_one_span():
    calendar = Calendar(Hours.parse("Sun 22:00-06:00"), PlaceClock(MONDAY))
    assert calendar.next_open(0.0) == 0.0
    assert calendar.next_close(0.0) == 6 / 24
    assert calendar.next_open(0.5) == 6 + 22 / 24
    assert calendar.next_close(6.95) == 7 + 6 / 24


def test_always_open():
    calendar = Calendar(Hours.parse("always"), THURSDAY)
    assert calendar.next_open(0.1) == 0.1
    assert calendar.next_open(0.1) == 0.1
    assert calendar.next_close(0.1) == float("inf")


def test_open_time_passes_only_in_the_opening_hours():
    calendar = Availability([ClosedHours(Calendar(OFFICE, THURSDAY))])
    assert OFFICE.share == pytest.approx(45 / 168)
    assert calendar.after(0.0, 1 / 24) == pytest.approx(9 / 24)
    assert calendar.after(16 / 24, 2 / 24) == pytest.approx(1 + 9 / 24)
    assert calendar.after(0.0, 45 / 24) == pytest.approx(6 + 17 / 24)
    assert calendar.after(0.0, 46 / 24) == pytest.approx(7 + 9 / 24)


def test_the_mean_wait_for_an_opening():
    # closed for 63 hours at the weekend and for 15 in four nights of 168 hours
    mean, variance = OFFICE.wait
    assert mean == pytest.approx((63**2 + 4 * 15**2) / 2 / 168 / 24)
    assert variance == pytest.approx((63**3 + 4 * 15**3) / 3 / 168 / 24**2 - mean**2)
    assert Hours.parse("always").wait == (0.0, 0.0)


@st.composite
def some_hours(draw):
    days = st.sampled_from(["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"])
    times = st.sampled_from(["00:00", "06:30", "08:00", "12:00", "23:59", "24:00"])
    parts = []
    for _ in range(draw(st.integers(1, 4))):
        opens = draw(times.filter("24:00".__ne__))
        closes = draw(times.filter(opens.__ne__))
        parts.append(f"{draw(days)}-{draw(days)} {opens}-{closes}")
    return Hours.parse(", ".join(parts))


@given(some_hours(), st.integers(0, 6), st.integers(0, 21 * DAY))
def test_next_open_and_next_close_agree_with_a_walk_minute_by_minute(hours, weekday, minute):
    calendar = Calendar(hours, PlaceClock(MONDAY + datetime.timedelta(days=weekday)))

    def open_by_hand(at):
        of_week = (at + weekday * DAY) % (7 * DAY)
        return any(
            opens <= of_week < closes or opens <= of_week + 7 * DAY < closes for opens, closes in hours.spans
        )

    assert (calendar.next_open(minute / DAY) == minute / DAY) == open_by_hand(minute)
    assert (calendar.next_open((minute + 0.5) / DAY) == (minute + 0.5) / DAY) == open_by_hand(minute)
    opening = next(at for at in range(minute, minute + 7 * DAY + 1) if open_by_hand(at))
    assert calendar.next_open(minute / DAY) == opening / DAY
    if not hours.always:
        closing = next(at for at in range(opening, opening + 7 * DAY + 1) if not open_by_hand(at))
        assert calendar.next_close(minute / DAY) == closing / DAY
