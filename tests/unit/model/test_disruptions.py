"""Disruptions at a supplier, followed by hand. Day 0 is 1 January."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from simulator.model.availability.availability import Availability
from simulator.model.availability.outages import DatedOutage, DrawnOutages
from simulator.model.availability.working_time import WorkingTime
from simulator.model.world import Record
from simulator.orders.random.streams import Streams
from simulator.scenario.scenario import Scenario
from simulator.scenario.sections.disruptions import Disruption
from tests.unit.model.shop import every, once, play

RUN = {"start": "2026-01-01", "horizon": "30 days", "cool_down": "40 days"}


def january(first: int, until: int, stops: str) -> dict[str, Any]:
    return {"from": f"2026-01-{first + 1:02d}", "to": f"2026-01-{until + 1:02d}", "stops": stops}


def disrupted(supplier: dict[str, Any], *, step: bool = False, **more: Any) -> Record:
    """A ball a day from day 0; each is ordered at once."""
    policies = more.pop("policies", {"replenishment": {"type": "base_stock", "S": 0}})
    return play(policies, run=RUN, demand=[every(1)], suppliers={"factory": supplier}, step=step, **more)


@pytest.mark.parametrize("step", [False, True])
def test_production_interrupted_at_a_third_resumes_with_two_thirds(*, step: bool) -> None:
    found = disrupted(
        {
            "lead_time": "0 days",
            "production": {"unit_time": "3 days"},
            "disruptions": {"fire": january(1, 5, "production")},
        },
        step=step,
    )
    # the ball of day 0: one day of work, four of fire, two of work; the next begins at 7
    assert found.purchases.received[:3].tolist() == [7, 10, 13]


def test_what_is_made_before_the_production_stops_is_not_touched() -> None:
    found = disrupted(
        {
            "lead_time": "0 days",
            "production": {"unit_time": "1 day"},
            "disruptions": {"fire": january(2, 5, "production")},
        }
    )
    assert found.purchases.received[:4].tolist() == [1, 2, 6, 7]


@pytest.mark.parametrize("step", [False, True])
def test_a_lead_time_stands_still_where_nothing_is_made_on_lines(*, step: bool) -> None:
    found = disrupted(
        {"lead_time": "2 days", "disruptions": {"strike": january(1, 4, "production")}}, step=step
    )
    assert found.purchases.received[:6].tolist() == [5, 6, 6, 6, 6, 7]


@pytest.mark.parametrize("step", [False, True])
def test_what_is_ready_leaves_together_at_recovery(*, step: bool) -> None:
    found = disrupted(
        {"lead_time": "1 day", "disruptions": {"strike": january(2, 6, "dispatch")}},
        lanes=[{"from": "factory", "to": "centre", "transit": "2 days"}],
        step=step,
    )
    # ready at 1, 2, 3, 4, 5, 6, ...
    assert found.purchases.received[:7].tolist() == [3, 8, 8, 8, 8, 8, 9]


@pytest.mark.parametrize("step", [False, True])
def test_who_is_reviewed_all_the_time_orders_at_recovery(*, step: bool) -> None:
    found = disrupted({"lead_time": "4 days", "disruptions": {"strike": january(2, 6, "orders")}}, step=step)
    assert found.purchases.placed[:5].tolist() == [0, 1, 6, 7, 8]
    assert found.purchases.quantity[:5].tolist() == [1, 1, 5, 1, 1]


def test_who_is_reviewed_at_times_orders_at_the_next_review() -> None:
    found = disrupted(
        {"lead_time": "1 day", "disruptions": {"strike": january(2, 7, "orders")}},
        policies={"replenishment": {"type": "R_S", "every": "3 days", "S": 5}},
    )
    assert found.purchases.placed[:2].tolist() == [9, 12]


def test_a_standing_order_skips() -> None:
    found = disrupted(
        {"lead_time": "1 day", "disruptions": {"strike": january(2, 5, "orders")}},
        policies={"replenishment": {"type": "standing_order", "every": "2 days", "Q": 2}},
    )
    assert found.purchases.placed[:3].tolist() == [6, 8, 10]


@pytest.mark.parametrize("step", [False, True])
def test_a_fallback_goes_elsewhere_while_the_first_is_down(*, step: bool) -> None:
    found = play(
        {"replenishment": {"type": "base_stock", "S": 0}, "sourcing": "fallback"},
        run=RUN,
        demand=[every(1)],
        suppliers={
            "factory": {"lead_time": "4 days", "disruptions": {"strike": january(2, 4, "orders")}},
            "workshop": {"lead_time": "9 days"},
        },
        step=step,
    )
    assert found.purchases.source[:6].tolist() == [0, 0, 1, 1, 0, 0]


def two_sources(
    sourcing: dict[str, Any], factory: dict[str, Any], workshop: dict[str, Any], *, step: bool, **more: Any
) -> list[tuple[float, int, float]]:
    """(placed, source, units) of the first orders of a stock with two suppliers."""
    policies = {"replenishment": {"type": "base_stock", "S": 0}, "sourcing": sourcing}
    found = play(
        policies | more.pop("policies", {}),
        run=RUN,
        suppliers={
            name: {"lead_time": "4 days", "disruptions": {"strike": strike}}
            for name, strike in (("factory", factory), ("workshop", workshop))
        },
        step=step,
        **more,
    ).purchases
    return list(zip(found.placed.tolist(), found.source.tolist(), found.quantity.tolist(), strict=True))


@pytest.mark.parametrize("step", [False, True])
def test_a_fallback_goes_to_the_source_that_is_up_first(*, step: bool) -> None:
    assert two_sources(
        {"type": "fallback"},
        january(0, 9, "orders"),
        january(0, 3, "orders"),
        demand=[once(1, quantity=2)],
        step=step,
    ) == [(3, 1, 2)]


@pytest.mark.parametrize("step", [False, True])
def test_what_one_of_two_sources_does_not_take_is_ordered_at_its_recovery(*, step: bool) -> None:
    assert two_sources(
        {"type": "split", "shares": {"factory": 0.5, "workshop": 0.5}},
        january(20, 21, "orders"),
        january(0, 5, "orders"),
        demand=[once(1, quantity=4)],
        step=step,
    ) == [(1, 0, 2), (5, 1, 2)]


def test_a_disruption_is_the_same_whoever_orders() -> None:
    strike = {"up": {"dist": "exponential", "mean": "5 days"}, "down": "2 days", "stops": "dispatch"}
    supplier = {"lead_time": "0 days", "disruptions": {"strike": strike}}
    one, other = (
        disrupted(supplier, policies={"replenishment": {"type": "base_stock", "S": level}})
        for level in (0, 7)
    )
    late = [
        set(found.purchases.received[found.purchases.received % 1 > 0].tolist()) for found in (one, other)
    ]
    assert late[0] == late[1]
    assert len(late[0]) > 2


def test_outages_are_half_open() -> None:
    up = Availability([DatedOutage(2.0, 4.0), DatedOutage(4.0, 5.0)])
    assert [up.up(time) for time in (1.9, 2.0, 3.9, 4.0, 5.0)] == [1.9, 5.0, 5.0, 5.0, 5.0]
    assert up.after(1.0, 1.0) == 2.0
    assert up.after(1.0, 1.5) == 5.5


def test_many_times_at_once_are_as_one_by_one() -> None:
    streams = Streams(7, 0)
    law = Disruption.model_validate(
        {
            "up": {"dist": "exponential", "mean": "3 days"},
            "down": {"dist": "exponential", "mean": "1 day"},
            "stops": "orders",
        }
    )
    assert law.up is not None
    assert law.down is not None
    up = Availability(
        [DrawnOutages(streams.draws(law.up, "up"), streams.draws(law.down, "down")), DatedOutage(9, 12)]
    )
    rng = np.random.default_rng(1)
    begin, work = np.sort(rng.uniform(0, 50, 200)), rng.uniform(0, 9, 200)
    time = WorkingTime(up, 100.0)
    found = time.when(time.at(begin) + work)
    np.testing.assert_allclose(
        found, [up.after(a, b) for a, b in zip(begin.tolist(), work.tolist(), strict=True)]
    )


@pytest.mark.parametrize(
    ("disruption", "message"),
    [
        ({"stops": "orders"}, "either"),
        ({"up": "3 days", "stops": "orders"}, "go together"),
        (
            {"up": "3 days", "down": "1 day", "from": "2026-01-02", "to": "2026-01-03", "stops": "orders"},
            "either",
        ),
        ({"from": "2026-01-03", "to": "2026-01-03", "stops": "orders"}, "ends before"),
        ({"up": "0 days", "down": "0 days", "stops": "orders"}, "both"),
    ],
)
def test_what_is_no_disruption(disruption: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Disruption.model_validate(disruption)


def test_a_capacity_a_period_cannot_be_interrupted_yet() -> None:
    supplier = {
        "capacity": {"units": 5, "per": "1 day"},
        "disruptions": {"fire": january(1, 2, "production")},
    }
    with pytest.raises(ValidationError, match="not supported yet"):
        Scenario.model_validate(
            {"products": {"ball": {}}, "demand": [every(1)], "suppliers": {"factory": supplier}}
        )


def test_a_closure_and_a_disruption_of_the_same_name_are_two() -> None:
    supplier = {
        "lead_time": "1 day",
        "closed": {"may": {"from": "2026-01-10", "to": "2026-01-12"}},
        "disruptions": {"may": january(2, 6, "dispatch")},
    }
    found = disrupted(supplier)
    # ready at 1, 2, 3, ...; dispatch is down from 2 to 6; the closure holds what was begun on day 8 and later
    assert found.purchases.received[:11].tolist() == [1, 6, 6, 6, 6, 6, 7, 8, 9, 12, 12]


def test_goods_that_missed_a_departure_are_promised_by_the_next() -> None:
    found = disrupted(
        {"lead_time": "1 day", "disruptions": {"strike": january(2, 8, "dispatch")}},
        lanes=[{"from": "factory", "to": "centre", "transit": "0.5 days", "departures": {"every": "3 days"}}],
        policies={
            "replenishment": {"type": "r_Q", "r": -1, "Q": 4},
            "promise": {"type": "available_to_promise", "quantile": 0.5},
        },
    )
    # four balls ordered on day 4 are ready at 5; they would leave at 6, and leave at 9
    assert found.purchases.received[1] == 9.5
    # known to have missed that departure on day 7 only
    assert found.book.promised[4:8].tolist() == [7.5, 7.5, 7.5, 10.5]
