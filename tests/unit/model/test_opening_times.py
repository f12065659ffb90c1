"""Opening hours and closures of suppliers and customs offices, followed by hand. Day 0 is Thursday, 1 January 2026."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from simulator.calendars.calendar import Calendar
from simulator.calendars.opening_hours import Hours
from simulator.calendars.place_clock import PlaceClock
from simulator.model.availability.availability import Availability
from simulator.model.availability.outages import ClosedHours
from simulator.model.supply.leg import RouteEnds
from simulator.model.supply.legs import LegSequence
from simulator.model.world import Record
from simulator.orders.random.streams import Streams
from simulator.scenario.scenario import Scenario
from simulator.scenario.sections.run import Run
from tests.unit.model.shop import once, play

RUN = {"start": "2026-01-01", "horizon": "30 days", "cool_down": "40 days"}
OFFICE_HOURS = "Mon-Fri 08:00-17:00"
FRIDAY_16_59 = 1 + (16 * 60 + 59) / 1440
MONDAY_08_00 = 4 + 8 / 24


def ordered_at(day: float, *, step: bool = False, **sections: Any) -> Record:
    return play(step=step, **{"run": RUN, "demand": [once(day)], **sections})


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


def over_the_lane(lane: dict[str, Any]) -> dict[str, Any]:
    return {
        "suppliers": {"factory": {"lead_time": "0 days"}},
        "lanes": [{"from": "factory", "to": "centre", "transit": "3 days", **lane}],
    }


@pytest.mark.parametrize("step", [False, True])
def test_goods_depart_in_opening_times_and_arrive_whenever_they_do(*, step: bool) -> None:
    for ready, departs in ((FRIDAY_16_59, FRIDAY_16_59), (1 + 18 / 24, MONDAY_08_00)):
        found = ordered_at(ready, step=step, **over_the_lane({"hours": OFFICE_HOURS})).purchases
        assert found.passed["departed"][0] == pytest.approx(departs)
        assert found.received[0] == pytest.approx(departs + 3)


@pytest.mark.parametrize("step", [False, True])
def test_a_departure_out_of_hours_is_put_off_and_takes_what_is_ready_by_then(*, step: bool) -> None:
    # a ship each Sunday at noon, days 3, 10, ...; it leaves on Monday at eight, in the second week on Wednesday
    lane = {
        "departures": {"every": "7 days", "first": "3.5 days"},
        "hours": OFFICE_HOURS,
        "closed": {"fair": {"from": "2026-01-12", "to": "2026-01-14"}},
    }
    for ready, departs in ((3.0, MONDAY_08_00), (4.0, MONDAY_08_00), (4.5, 13 + 8 / 24), (12.5, 13 + 8 / 24)):
        found = ordered_at(ready, step=step, **over_the_lane(lane)).purchases
        assert found.passed["departed"][0] == pytest.approx(departs)


@pytest.mark.parametrize("step", [False, True])
def test_random_departures_out_of_hours_are_put_off(*, step: bool) -> None:
    departures = {"departures": {"rate": "3/day"}}
    plain, late = (
        ordered_at(2.1, step=step, **over_the_lane({**departures, **more})).purchases.passed["departed"][0]
        for more in ({}, {"hours": OFFICE_HOURS})
    )
    assert 2.1 < plain < 4
    assert late == pytest.approx(MONDAY_08_00)


@pytest.mark.parametrize("step", [False, True])
@pytest.mark.parametrize("dock", [None, {"doors": 1, "unload": "2 h"}])
def test_unloading_begins_within_hours_and_finishes(dock: dict[str, Any] | None, *, step: bool) -> None:
    site = {"stock": 0, "hours": OFFICE_HOURS, **({} if dock is None else {"dock": dock})}
    takes = 0.0 if dock is None else 2 / 24
    for arrives, begins in ((FRIDAY_16_59, FRIDAY_16_59), (1 + 17 / 24, MONDAY_08_00), (3.0, MONDAY_08_00)):
        found = ordered_at(
            arrives, step=step, suppliers={"factory": {"lead_time": "0 days"}}, warehouses={"centre": site}
        )
        assert found.purchases.received[0] == pytest.approx(begins + takes)


@pytest.mark.parametrize("step", [False, True])
def test_a_closed_door_takes_the_goods_that_rank_first_at_the_opening(*, step: bool) -> None:
    # the caps come on Saturday, the balls, which more is asked for, on Sunday; one door, an hour each
    found = play(
        {"allocation": "high_demand_first"},
        run=RUN,
        products={"cap": {}, "ball": {}},
        demand=[{**once(2.0), "product": "cap"}, once(3.0, quantity=2)],
        suppliers={"factory": {"lead_time": "0 days"}},
        warehouses={"centre": {"stock": 0, "hours": OFFICE_HOURS, "dock": {"unload": "1 h"}}},
        step=step,
    )
    assert found.purchases.quantity.tolist() == [1, 2]
    assert found.purchases.received == pytest.approx([MONDAY_08_00 + 2 / 24, MONDAY_08_00 + 1 / 24])


@pytest.mark.parametrize("pickers", [None, 1])
@pytest.mark.parametrize("step", [False, True])
def test_picking_runs_in_opening_time(pickers: int | None, *, step: bool) -> None:
    # an hour of picking, half of it on Friday; Tuesday is Epiphany
    site = {
        "stock": 5,
        "hours": OFFICE_HOURS,
        "holidays": "DE-BY",
        "pick_time": "1 h",
        "delivery": "1 day",
        **({} if pickers is None else {"pickers": pickers}),
    }
    friday, monday = 1 + 16.5 / 24, 4 + 17 / 24
    found = play(run=RUN, demand=[once(friday), once(monday)], warehouses={"centre": site}, step=step)
    picked = [MONDAY_08_00 + 0.5 / 24, 6 + 9 / 24]
    assert found.book.allocated.tolist() == [friday, monday]
    assert found.book.shipped == pytest.approx(picked)
    assert found.book.delivered == pytest.approx([one + 1 for one in picked])


def legs(lane: dict[str, Any], site: dict[str, Any]) -> LegSequence:
    supplier = {"lead_time": {"dist": "exponential", "mean": "5 days"}}
    document = {
        "products": {"ball": {}},
        "demand": [{"product": "ball", "rate": "1/day"}],
        "suppliers": {"factory": supplier},
        "lanes": [{"from": "factory", "to": "centre", "transit": "3 days", **lane}],
        "warehouses": {"centre": site},
    }
    return LegSequence(RouteEnds.of(Scenario.model_validate(document), "factory", "centre"))


@pytest.mark.parametrize(
    ("lane", "site"),
    [
        ({"hours": OFFICE_HOURS}, {}),
        ({}, {"hours": "Mon-Sat 06:00-14:00"}),
        ({}, {"hours": OFFICE_HOURS, "dock": {"doors": 50, "unload": "6 h"}}),
        ({"departures": {"rate": "20/day"}, "hours": OFFICE_HOURS}, {}),
    ],
)
def test_automatic_levels_count_the_wait_for_an_opening(lane: dict[str, Any], site: dict[str, Any]) -> None:
    route = legs(lane, site)
    placed = np.sort(np.random.default_rng(3).random(20_000)) * 7000
    days = route.landings(placed, np.ones(len(placed)), Streams(42, 0), together=True) - placed
    error = days.std() / math.sqrt(len(days))
    assert route.constant is None
    assert abs(days.mean() - route.moments[0]) < 4 * error
    assert math.sqrt(route.moments[1]) == pytest.approx(days.std(), rel=0.03)


def test_closures_and_holidays_are_no_part_of_automatic_levels() -> None:
    plain, dated = (
        legs({}, {}),
        legs({"holidays": "DE"}, {"closed": {"fair": {"from": "2026-01-05", "to": "2026-02-02"}}}),
    )
    assert dated.moments == plain.moments
    placed = np.arange(0.0, 100.0)
    landings = [one.landings(placed, np.ones(100), Streams(42, 0)).tolist() for one in (plain, dated)]
    assert landings[0] == landings[1]
