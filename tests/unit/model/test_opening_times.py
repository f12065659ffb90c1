"""Opening hours and closures of suppliers and customs offices, followed by hand. Day 0 is Thursday, 1 January 2026."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.calendars.calendar import Calendar
from simulator.calendars.opening_hours import Hours
from simulator.calendars.place_clock import PlaceClock
from simulator.model.availability.availability import Availability
from simulator.model.availability.outages import ClosedHours
from simulator.model.world import Record
from simulator.scenario.sections.run import Run
from tests.unit.model.shop import once, play

RUN = {"start": "2026-01-01", "horizon": "30 days", "cool_down": "40 days"}
OFFICE_HOURS = "Mon-Fri 08:00-17:00"
FRIDAY_16_59 = 1 + (16 * 60 + 59) / 1440
MONDAY_08_00 = 4 + 8 / 24


def ordered_at(day: float, *, step: bool = False, **sections: Any) -> Record:
    return play(run=RUN, demand=[once(day)], step=step, **sections)


def through_customs(office: dict[str, Any]) -> dict[str, Any]:
    return {
        "suppliers": {"factory": {"lead_time": "0 days"}},
        "lanes": [{"from": "factory", "to": "centre", "customs": "port"}],
        "customs": {"port": office},
    }


@pytest.mark.parametrize("step", [False, True])
def test_goods_at_customs_a_minute_before_the_weekend(*, step: bool) -> None:
    # two minutes of papers: one on Friday, one on Monday
    found = ordered_at(
        FRIDAY_16_59, step=step, **through_customs({"documents": "2 min", "hours": OFFICE_HOURS})
    )
    assert found.purchases.received[0] == pytest.approx(MONDAY_08_00 + 1 / 1440)


@pytest.mark.parametrize("inspectors", [None, 1])
def test_an_inspection_goes_on_in_opening_hours(inspectors: int | None) -> None:
    rule = {"probability": 1.0, "time": "1 h", **({} if inspectors is None else {"inspectors": inspectors})}
    found = ordered_at(FRIDAY_16_59, **through_customs({"inspection": rule, "hours": OFFICE_HOURS}))
    assert found.purchases.received[0] == pytest.approx(MONDAY_08_00 + 59 / 1440)


def test_customs_on_strike() -> None:
    strike = {"strike": {"from": "2026-01-02", "to": "2026-01-09"}}
    found = ordered_at(0.5, **through_customs({"documents": "1 day", "disruptions": strike}))
    assert found.purchases.received[0] == 8.5


@pytest.mark.parametrize("step", [False, True])
def test_a_purchase_order_in_a_closed_week_is_late_by_exactly_that_week(*, step: bool) -> None:
    closed = {"holidays": {"from": "2026-01-05", "to": "2026-01-12"}}
    open_, shut = (
        ordered_at(2.0, step=step, suppliers={"factory": {"lead_time": "4 days", **more}})
        for more in ({}, {"closed": closed})
    )
    assert shut.purchases.received[0] == open_.purchases.received[0] + 7


def test_production_works_in_opening_hours_and_the_lead_time_runs_on_the_clock() -> None:
    supplier = {"lead_time": "1 day", "production": {"unit_time": "10 h"}, "hours": OFFICE_HOURS}
    found = ordered_at(0.0, suppliers={"factory": supplier})
    # nine hours on Thursday and one on Friday
    assert found.purchases.received[0] == pytest.approx(1 + 9 / 24 + 1)


def test_closed_times_of_a_week() -> None:
    up = Availability(
        [ClosedHours(Calendar(Hours.parse(OFFICE_HOURS), PlaceClock(Run.model_validate(RUN).start)))]
    )
    assert up.up(0.0) == pytest.approx(8 / 24)
    assert up.up(0.5) == 0.5
    assert up.up(17 / 24) == pytest.approx(1 + 8 / 24)
    assert up.after(0.5, 9 / 24) == pytest.approx(1.5)
    assert up.after(0.5, 50 * 9 / 24) == pytest.approx(70.5)


def test_always_open_is_as_without_hours() -> None:
    plain, always = (
        ordered_at(0.3, **through_customs({"documents": "5 h", **more})) for more in ({}, {"hours": "always"})
    )
    assert plain.purchases.received.tolist() == always.purchases.received.tolist()


def test_customs_on_a_holiday() -> None:
    # Tuesday, 6 January 2026 is Epiphany, a holiday in Bavaria and not in all of Germany
    german, bavarian = (
        ordered_at(4.5, **through_customs({"documents": "1 day", "holidays": code})).purchases.received[0]
        for code in ("DE", "DE-BY")
    )
    assert german == 5.5
    assert bavarian == 6.5


@pytest.mark.parametrize("step", [False, True])
def test_production_and_the_lead_time_stand_still_on_a_holiday(*, step: bool) -> None:
    supplier = {"lead_time": "2 days", "production": {"unit_time": "1 day"}, "holidays": ["DE-BY", "US"]}
    found = ordered_at(3.5, step=step, suppliers={"factory": supplier})
    # made from Sunday noon to Monday noon, then half a day, the holiday, and one and a half days
    assert found.purchases.received[0] == 7.5


def test_the_end_of_work_at_the_closing_needs_no_further_day() -> None:
    # nine hours of papers from the opening on, Friday and Monday
    for day, end in ((1.0, 1 + 17 / 24), (4.0, 4 + 17 / 24)):
        found = ordered_at(day, **through_customs({"documents": "9 h", "hours": OFFICE_HOURS}))
        assert found.purchases.received[0] == pytest.approx(end)


def test_a_supplier_in_another_time_zone() -> None:
    # 08:00 to 17:00 in Sao Paulo is 12:00 to 21:00 in Berlin in winter
    supplier = {
        "lead_time": "0 days",
        "production": {"unit_time": "10 h"},
        "hours": OFFICE_HOURS,
        "time_zone": "America/Sao_Paulo",
    }
    run = {**RUN, "time_zone": "Europe/Berlin"}
    found = play(run=run, demand=[once(0.0)], suppliers={"factory": supplier})
    assert found.purchases.received[0] == pytest.approx(1 + 13 / 24)


def test_dates_of_a_customs_office_in_another_time_zone() -> None:
    # Friday, 2 January begins in Tokyo eight hours before it does in Berlin
    office = {
        "documents": "1 day",
        "closed": {"fair": {"from": "2026-01-02", "to": "2026-01-03"}},
        "disruptions": {"strike": {"from": "2026-01-04", "to": "2026-01-05"}},
        "time_zone": "Asia/Tokyo",
    }
    run = {**RUN, "time_zone": "Europe/Berlin"}
    found = play(run=run, demand=[once(0.0)], **through_customs(office))
    # sixteen hours on Thursday, closed until 16:00 on Friday, eight hours on
    assert found.purchases.received[0] == pytest.approx(2.0)
    found = play(run=run, demand=[once(2.0)], **through_customs(office))
    assert found.purchases.received[0] == pytest.approx(4.0)
