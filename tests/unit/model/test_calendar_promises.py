"""Promises on routes with opening times, followed by hand. Day 0 is Thursday, 1 January 2026."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulator.calendars.calendar import Calendar
from simulator.calendars.opening_hours import Hours
from simulator.calendars.place_clock import PlaceClock
from simulator.model.availability.availability import Availability
from simulator.model.availability.open_spans import OpenSpans
from simulator.model.availability.outages import ClosedHours, DatedOutage, Holidays, Outages
from simulator.model.supply.landing_forecast import RouteForecasts
from simulator.model.supply.leg import RouteEnds
from simulator.model.supply.legs import LegSequence, milestones
from simulator.model.supply.purchase_order import PurchaseOrder
from simulator.model.waiting.delivery_forecast import OutstandingOrders
from simulator.orders.random.streams import Streams
from simulator.scenario.sections.run import Run
from simulator.scenario.sections.suppliers import Supplier
from simulator.scenario.sections.supply_network import Customs, Lane, Warehouse
from tests.unit.model.shop import once
from tests.unit.model.test_opening_times import (
    FRIDAY_16_59,
    MONDAY_08_00,
    OFFICE_HOURS,
    ordered_at,
    over_the_lane,
    through_customs,
)

ATP = {"promise": {"type": "atp", "revise_above": "0 days"}}
NAMES = [one.name for one in milestones()]
SITE = {"stock": 0, "delivery": "1 day"}


CERTAIN: dict[str, tuple[float, dict[str, Any], float]] = {
    "papers that begin a minute before the weekend": (
        FRIDAY_16_59,
        through_customs({"documents": "2 min", "hours": OFFICE_HOURS}),
        MONDAY_08_00 + 1 / 1440,
    ),
    "papers that end as the office closes": (
        1.0,
        through_customs({"documents": "9 h", "hours": OFFICE_HOURS}),
        1 + 17 / 24,
    ),
    "a closed week": (
        2.0,
        {
            "suppliers": {
                "factory": {
                    "lead_time": "4 days",
                    "closed": {"fair": {"from": "2026-01-05", "to": "2026-01-12"}},
                }
            }
        },
        13.0,
    ),
    "a holiday": (4.5, through_customs({"documents": "1 day", "holidays": "DE-BY"}), 6.5),
    "a departure out of hours": (
        3.0,
        over_the_lane({"departures": {"every": "7 days", "first": "3.5 days"}, "hours": OFFICE_HOURS}),
        MONDAY_08_00 + 3,
    ),
    "goods that leave when they are ready": (
        1 + 18 / 24,
        over_the_lane({"hours": OFFICE_HOURS}),
        MONDAY_08_00 + 3,
    ),
    "goods that come at night": (
        1.0,
        {
            "suppliers": {"factory": {"lead_time": "1 day"}},
            "warehouses": {"centre": {**SITE, "hours": OFFICE_HOURS}},
        },
        MONDAY_08_00,
    ),
}
"""Day of the order, sections, and the day on which the goods land: all by hand."""


@pytest.mark.parametrize("case", CERTAIN)
@pytest.mark.parametrize("step", [False, True])
def test_what_is_certain_is_promised_for_the_very_date(case: str, *, step: bool) -> None:
    day, sections, lands = CERTAIN[case]
    book = ordered_at(day, step=step, policies=ATP, **sections).book
    assert book.allocated[0] == pytest.approx(lands)
    assert book.promised[0] == pytest.approx(lands + 1, abs=1e-9)
    assert book.delivered[0] == pytest.approx(lands + 1)
    assert book.revisions[0] == 0


@pytest.mark.parametrize("pickers", [None, 1])
def test_lines_from_stock_are_promised_by_the_hours_of_the_pickers(pickers: int | None) -> None:
    site = {"stock": 9, "delivery": "1 day", "pick_time": "1 h", "hours": OFFICE_HOURS, "holidays": "DE-BY"}
    demand = [once(day) for day in (1.5, 1 + 16.5 / 24, 3.0, 4 + 17 / 24)]
    warehouses = {"centre": site if pickers is None else {**site, "pickers": pickers}}
    book = ordered_at(0.0, policies=ATP, demand=demand, warehouses=warehouses).book
    # within hours; over the weekend; on Sunday; after hours on the day before Epiphany
    picked = [1.5 + 1 / 24, MONDAY_08_00 + 0.5 / 24, MONDAY_08_00 + 1 / 24, 6 + 9 / 24]
    assert book.promised == pytest.approx([one + 1 for one in picked], abs=1e-9)
    if pickers is None:
        assert book.delivered == pytest.approx([one + 1 for one in picked])


def test_a_disruption_is_a_surprise_even_on_given_dates() -> None:
    strike = {"strike": {"from": "2026-01-03", "to": "2026-01-08"}}
    office = {
        "documents": "3 days",
        "disruptions": strike,
        "hours": "Mon-Sun 00:00-24:00",
        "holidays": "DE-BY",
    }
    book = ordered_at(0.0, policies=ATP, **through_customs(office)).book
    # New Year's Day is a holiday: papers from Friday until Sunday, and Epiphany is no obstacle; the strike is one
    assert book.promised[0] == pytest.approx(5.0)
    assert book.allocated[0] == pytest.approx(9.0)
    assert book.revisions[0] > 0


def forecasts(
    supplier: dict[str, Any],
    lane: dict[str, Any] | None = None,
    office: dict[str, Any] | None = None,
    **site: Any,
) -> RouteForecasts:
    ends = RouteEnds(
        "factory",
        Supplier.model_validate(supplier),
        None if lane is None else Lane.model_validate({"from": "factory", "to": "centre", **lane}),
        "port",
        None if office is None else Customs.model_validate(office),
        "centre",
        Warehouse.model_validate(site),
        run=Run.model_validate({"start": "2026-01-01"}),
    )
    return RouteForecasts(LegSequence(ends), Streams(42, 0))


def test_the_sample_is_pushed_from_the_last_milestone_and_by_what_has_passed() -> None:
    # one to three days to dispatch, seven and a half at sea, a day of papers on working days
    uniform = {"dist": "uniform", "low": "1 day", "high": "3 days"}
    route = forecasts(
        {"lead_time": uniform},
        {"transit": "7.5 days"},
        {"documents": "1 day", "hours": "Mon-Fri 00:00-24:00"},
    )
    goods = PurchaseOrder(0, 0, 1.0, 1.0, milestones=len(NAMES))
    pipeline = OutstandingOrders(route)
    pipeline.send(goods)

    def dates(now: float) -> list[float]:
        return [now + pipeline.expected(share, now)[1][0] for share in (0.02, 0.25, 0.7, 0.98)]

    # dispatched until Monday 00:00, there from Saturday noon, day 9, to Monday noon: three quarters before the office
    # opens on Monday, whose papers end a day later
    assert dates(1.0) == pytest.approx([12.0, 12.0, 12.0, 12.46], abs=0.05)
    # not dispatched on Sunday noon: until midnight, uniformly
    assert dates(3.5) == pytest.approx([12.01, 12.125, 12.35, 12.49], abs=0.05)
    # later than was ever to be expected: dispatched now, there on Saturday, day 16
    assert dates(9.0) == pytest.approx([19.0] * 4)
    goods.passed[NAMES.index("produced")] = goods.passed[NAMES.index("departed")] = 3.25
    assert dates(3.3) == pytest.approx([12.0] * 4)
    goods.passed[NAMES.index("arrived")] = 10.75
    assert dates(11.3) == pytest.approx([12.0] * 4)


@pytest.mark.parametrize("now", [1.0, 3.7, 8.0])
def test_a_random_sample_has_the_law_of_the_work_itself(now: float) -> None:
    gamma = {"dist": "gamma", "mean": "2 days", "cv": 0.7}
    route = forecasts(
        {"lead_time": "0 days"}, {}, {"documents": gamma, "hours": OFFICE_HOURS, "holidays": "DE-BY"}
    )
    start = PlaceClock(Run.model_validate({"start": "2026-01-01"}).start)
    outages: list[Outages] = [
        ClosedHours(Calendar(Hours.parse(OFFICE_HOURS), start)),
        Holidays(["DE-BY"], start),
    ]
    work = np.random.default_rng(5).gamma(1 / 0.49, 2 * 0.49, 40_000)
    ends = Availability(outages).all_after(np.full(len(work), now), work)
    for share in (0.3, 0.8):
        found = now + route.new_order(now, share)
        # the sample of 512 has a standard error of about two points of the share
        low, high = np.quantile(ends, (share - 0.06, share + 0.06))
        assert low <= found <= high


def test_spans_agree_with_the_availability_they_are_of() -> None:
    start = PlaceClock(Run.model_validate({"start": "2026-01-01"}).start)
    up = Availability(
        [
            ClosedHours(Calendar(Hours.parse("Mon-Fri 08:00-17:00, Sat 22:00-06:00"), start)),
            Holidays(["DE-BY"], start),
            DatedOutage(11.0, 19.5),
        ]
    )
    spans, rng = OpenSpans(up), np.random.default_rng(1)
    for longest in (3.0, 60.0, 900.0):
        # whole hours hit openings and closings
        times, days = rng.integers(0, 24 * 90, 500) / 24, rng.integers(0, int(longest), 500) / 24
        times[::2] += rng.random(250)
        days[::3] = rng.random(167) * longest / 24
        assert spans.up(times).tolist() == [up.up(time) for time in times.tolist()]
        assert spans.after(times, days) == pytest.approx(up.all_after(times, days), abs=1e-9)
        begun = [up.begun(time, one) for time, one in zip(times.tolist(), days.tolist(), strict=True)]
        assert spans.begun(times, days).tolist() == begun


def test_a_place_that_closes_once_opens_for_good() -> None:
    spans = OpenSpans(Availability([DatedOutage(2.0, 5.0)]))
    assert spans.after(np.array([0.0, 1.0, 3.0, 9.0]), np.array([2.0, 3.0, 1.0, 100.0])).tolist() == [
        2,
        7,
        6,
        109,
    ]
