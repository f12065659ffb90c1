"""Goods held at customs: news for those who wait, followed by hand. Day 0 is Thursday, 1 January 2026."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.laws.distributions import constant
from simulator.model.records.message_log import MessageKind
from simulator.model.supply.leg import RouteEnds
from simulator.model.supply.legs import LegSequence
from simulator.model.world import Record
from simulator.scenario.sections.suppliers import Supplier
from simulator.scenario.sections.supply_network import Customs, Lane, Warehouse
from tests.unit.model.shop import once, play

POLICIES = {
    "promise": {"type": "atp", "quantile": 0.5, "revise_above": "0 days"},
    "communication": {"confirm": False, "delay_notice": True, "channel": {"read": 1}},
}


def held(*, step: bool, inspected: bool = True, policies: dict[str, Any] = POLICIES, **office: Any) -> Record:
    """A ball ordered on day 0, two days at sea, a day of papers; three in ten purchase orders are inspected."""
    rule = {"probability": 0.3, "time": "4 days", **office.pop("inspection", {})}
    for seed in range(60):
        found = play(
            policies,
            run={"start": "2026-01-01", "horizon": "20 days", "cool_down": "40 days", "seed": seed},
            demand=[once(0)],
            suppliers={"factory": {"lead_time": "0 days"}},
            lanes=[{"from": "factory", "to": "centre", "transit": "2 days", "customs": "port"}],
            customs={"port": {"documents": "1 day", "inspection": rule, **office}},
            step=step,
        )
        if bool(found.purchases.passed["inspected"][0]) == inspected:
            return found
    pytest.fail("not one order in sixty was inspected")


@pytest.mark.parametrize("inspection", [{}, {"inspectors": 1}])
@pytest.mark.parametrize("step", [False, True])
def test_a_hold_moves_the_date_as_it_begins_and_is_told(inspection: dict[str, Any], *, step: bool) -> None:
    found = held(step=step, inspection=inspection)
    book, messages = found.book, found.messages
    # seven in ten are cleared on day 3 and delivered on day 4; from day 3 on it is known that this takes four days more
    assert (book.promised[0], book.repromised[0], book.revisions[0]) == (4.0, 8.0, 1)
    assert book.delivered[0] == 8.0
    assert list(zip(messages.time.tolist(), messages.kind.tolist(), strict=True)) == [
        (3.0, MessageKind.DELAY)
    ]


@pytest.mark.parametrize("step", [False, True])
def test_a_hold_that_nobody_is_told_of_moves_the_date_all_the_same(*, step: bool) -> None:
    found = held(step=step, policies={"promise": POLICIES["promise"]})
    assert (found.book.promised[0], found.book.repromised[0]) == (4.0, 8.0)
    assert not len(found.messages.time)


@pytest.mark.parametrize("step", [False, True])
def test_goods_that_are_not_held_are_on_time(*, step: bool) -> None:
    found = held(step=step, inspected=False)
    assert (found.book.promised[0], found.book.revisions[0], found.book.delivered[0]) == (4.0, 0, 4.0)
    assert not len(found.messages.time)


@pytest.mark.parametrize("inspection", [{}, {"inspectors": 1}])
@pytest.mark.parametrize("step", [False, True])
def test_a_hold_goes_on_in_opening_times(inspection: dict[str, Any], *, step: bool) -> None:
    found = held(step=step, inspection=inspection, hours="Mon-Fri 00:00-24:00", holidays="DE-BY")
    # there on Saturday, papers on Monday, 5 January; Tuesday is Epiphany, so inspected from Wednesday on, without
    # the weekend: until the end of Monday, 12 January
    assert (found.book.promised[0], found.book.repromised[0]) == pytest.approx((6.0, 13.0))
    assert found.book.delivered[0] == pytest.approx(13.0)
    assert found.messages.time == pytest.approx([5.0])


def test_equal_times_of_inspection_and_green_lane_do_not_vary() -> None:
    rule = {"probability": 0.2, "time": "0.05 days"}
    office = Customs.model_validate({"documents": "0.05 days", "green_lane": "0.05 days", "inspection": rule})
    lane = Lane.model_validate({"from": "factory", "to": "centre", "customs": "port"})
    ends = RouteEnds(
        "factory", Supplier(lead_time=constant(0.5)), lane, "port", office, "centre", Warehouse()
    )
    mean, variance = LegSequence(ends).moments
    assert mean == pytest.approx(0.6)
    assert variance == 0.0
