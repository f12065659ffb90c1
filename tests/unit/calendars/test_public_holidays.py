"""Public holidays: codes that are understood, codes that are refused, and the dates."""

from __future__ import annotations

import datetime
import subprocess
import sys

import pytest
from pydantic import TypeAdapter, ValidationError

from simulator.calendars.public_holidays import LAST_YEAR, HolidayCodes, holidays_between, holidays_of

CODES = TypeAdapter(HolidayCodes)


@pytest.mark.parametrize(
    ("given", "codes"),
    [("DE", ("DE",)), ("DE-BY", ("DE-BY",)), (["DE", "BR-SP", "DE"], ("DE", "BR-SP")), ([], ())],
)
def test_codes_that_are_understood(given: object, codes: tuple[str, ...]) -> None:
    assert CODES.validate_python(given) == codes
    assert CODES.validate_python(CODES.dump_python(codes, mode="json")) == codes


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ("Germany", "no holidays are known of 'Germany'; did you mean 'DE'?"),
        ("de", "no holidays are known of 'de'; did you mean 'DE'?"),
        ("Atlantis", "no holidays are known of 'Atlantis'; write an ISO 3166 code such as DE or DE-BY"),
        ("DE-BAY", "no holidays are known of 'DE-BAY'; did you mean 'DE-BY'?"),
        ("SG-X", "no holidays are known of 'SG-X'; only those of all of 'SG'"),
        (["DE", 49], "this is no country; write an ISO 3166 code such as DE or DE-BY"),
    ],
)
def test_codes_that_are_refused(given: object, problem: str) -> None:
    with pytest.raises(ValidationError) as caught:
        CODES.validate_python(given)
    assert caught.value.errors()[0]["msg"] == problem


def test_epiphany_is_a_holiday_in_bavaria_and_not_in_all_of_germany() -> None:
    epiphany = datetime.date(2026, 1, 6)
    assert epiphany in holidays_of(["DE-BY"], 2026)
    assert epiphany not in holidays_of(["DE"], 2026)


def test_several_codes_give_each_date_once_and_in_sequence() -> None:
    both = holidays_of(["DE", "FR"], 2026)
    assert both == sorted(set(both))
    assert both.count(datetime.date(2026, 5, 1)) == 1
    assert datetime.date(2026, 7, 14) in both
    assert datetime.date(2026, 10, 3) in both


def test_a_day_off_in_lieu_at_the_end_of_the_year_before_is_of_its_own_year() -> None:
    # 1 January 2028 is a Saturday; federal offices of the United States are closed on the Friday before
    assert datetime.date(2027, 12, 31) in holidays_of(["US"], 2027)
    assert all(day.year == 2028 for day in holidays_of(["US"], 2028))


def test_holidays_between_two_dates() -> None:
    found = holidays_between(("DE",), datetime.date(2026, 12, 25), datetime.date(2027, 1, 1))
    assert [day.isoformat() for day in found] == ["2026-12-25", "2026-12-26", "2027-01-01"]


def test_nothing_is_known_after_the_last_year() -> None:
    assert holidays_of(["DE"], LAST_YEAR)
    assert holidays_of(["DE"], LAST_YEAR + 1) == []


def test_the_package_is_loaded_only_for_scenarios_with_holidays() -> None:
    program = (
        "import sys, simulator; from simulator.scenario.scenario import Scenario; "
        "Scenario.model_validate({'products': {'ball': {}}, 'demand': [{'product': 'ball', 'rate': '1/day'}]}); "
        "print('holidays' in sys.modules)"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"
