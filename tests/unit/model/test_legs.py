"""A leg of one's own, a quarantine of two days: one class and one line, and everything knows it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Self

import numpy as np
import pytest

from simulator.experiments.explaining.causes import chosen_causes
from simulator.experiments.explaining.explanation import Question, explain
from simulator.experiments.workers.workers import Workers
from simulator.laws.distributions import constant
from simulator.model.levels.stock_levels import asked_levels
from simulator.model.supply.dock import Unloading
from simulator.model.supply.leg import Delay, Leg, RouteEnds
from simulator.model.supply.legs import LEGS, LegSequence, told_milestones
from simulator.model.supply.purchase_order import Milestone
from simulator.model.windows import run_windows
from simulator.model.world import Record, simulate
from simulator.reports.files.data_frames import purchases_frame
from simulator.scenario.cause import Cause, changed
from simulator.scenario.scenario import Scenario
from simulator.scenario.sections.supply_network import Lane
from tests.unit.model.shop import every, play


def _around(lane: Lane) -> Lane:
    return lane.model_copy(update={"customs": None}) if lane.customs == "station" else lane


class Quarantine(Leg):
    """Two days for all goods that come through the station."""

    milestones = (Milestone("released"),)
    causes = (
        Cause("quarantine", "quarantine", "nothing is detained", lambda one: changed(one, "lanes", _around)),
    )

    @classmethod
    def of(cls, ends: RouteEnds) -> Self | None:
        """On lanes through the station."""
        if ends.lane is None or ends.lane.customs != "station":
            return None
        return cls(delay=Delay.at("quarantine", constant(2.0), "customs", "station"))


@pytest.fixture(autouse=True)
def registered() -> Iterator[None]:
    LEGS.insert(LEGS.index(Unloading), Quarantine)
    yield
    LEGS.remove(Quarantine)


STATION: dict[str, Any] = {
    "lanes": [{"from": "factory", "to": "centre", "transit": "1 day", "customs": "station"}],
    "customs": {"station": {"documents": "0.5 days"}},
}
ATP = {"promise": "available_to_promise"}


def passed(record: Record) -> dict[str, Any]:
    """What the first purchase order has passed and people are told of."""
    return {one.name: record.purchases.passed[one.name][0] for one in told_milestones()}


def scenario(policies: dict[str, Any], **sections: Any) -> Scenario:
    document = {
        "run": {"horizon": "200 days", "cool_down": "60 days", "replications": 2},
        "products": {"ball": {"price": 10}},
        "demand": [{"product": "ball", "rate": "2/day"}],
        "warehouses": {"centre": {}},
        "suppliers": {"factory": {"lead_time": {"dist": "gamma", "mean": "4 days", "cv": 0.5}}},
        "policies": {"replenishment": policies},
        **STATION,
        **sections,
    }
    return Scenario.model_validate(document)


def test_goods_are_released_two_days_after_customs() -> None:
    found = play(**STATION)
    assert passed(found) == {
        "produced": 4.0,
        "departed": 4.0,
        "arrived": 5.0,
        "inspected": False,
        "cleared": 5.5,
        "released": 7.5,
    }
    assert found.purchases.received[0] == 7.5


@pytest.mark.parametrize("inspectors", [None, 1])
def test_they_are_where_something_queues(inspectors: int | None) -> None:
    rule = {"probability": 1, "time": "3 days", "inspectors": inspectors}
    found = play(
        **{**STATION, "customs": {"station": {"inspection": rule}}},
        warehouses={"centre": {"stock": 0, "dock": {"doors": 1, "unload": "0.25 days"}}},
    )
    assert (passed(found)["cleared"], passed(found)["released"]) == (8.0, 10.0)
    assert found.purchases.received[0] == 10.25


def test_other_goods_meet_no_quarantine() -> None:
    found = play()
    assert np.isnan(passed(found)["released"])
    assert found.purchases.received[0] == 4.0


@pytest.mark.parametrize("dock", [{}, {"dock": {"doors": 1, "unload": "0.25 days"}}])
def test_promises_count_on_it(dock: dict[str, Any]) -> None:
    late = 0.25 if dock else 0.0
    book = play(ATP, **STATION, warehouses={"centre": {"stock": 0, "delivery": "1 day", **dock}}).book
    assert book.promised[0] == book.delivered[0] == 8.5 + late
    assert book.revisions[0] == 0


def test_lead_times_of_levels_have_it() -> None:
    leg_sequence = LegSequence(RouteEnds.of(scenario({"type": "base_stock", "S": 1}), "factory", "centre"))
    assert leg_sequence.moments == pytest.approx((4.0 + 1.0 + 0.5 + 2.0, 4.0))
    steady = scenario({"type": "base_stock", "S": 1}, suppliers={"factory": {"lead_time": "4 days"}})
    assert LegSequence(RouteEnds.of(steady, "factory", "centre")).constant == 7.5


@pytest.mark.parametrize(
    "policy",
    [
        {"type": "base_stock", "service_level": "95 %"},
        {"type": "r_Q", "service_level": "95 %", "cover": "3 days"},
        {"type": "R_S", "every": "3 days", "service_level": "95 %"},
    ],
)
def test_levels_are_those_of_a_lead_time_two_days_longer(policy: dict[str, Any]) -> None:
    quarantined, longer = (
        asked_levels(scenario(policy, **changes))["centre", "ball"]
        for changes in ({}, {"lanes": [{"from": "factory", "to": "centre", "transit": "3.5 days"}]})
    )
    assert quarantined == longer


def test_the_table_of_purchase_orders_has_it() -> None:
    table = purchases_frame({0: play(**STATION)})
    assert list(table.columns)[7:] == [
        *("placed", "produced", "departed", "arrived", "cleared", "released", "received", "inspected"),
    ]
    assert table["released"][0] == 7.5


def test_it_is_a_cause_of_waiting() -> None:
    # the ball ordered for day k is bought on day k - 6: there in time after 5 days, a day late after 7
    shop = scenario(
        {"type": "base_stock", "S": 6},
        demand=[every(1)],
        suppliers={"factory": {"lead_time": "4 days"}},
        customs={"station": {}},
    )
    assert [cause.name for cause in chosen_causes(shop)] == ["quarantine"]
    with Workers(1) as workers:
        found = explain(Question.of(shop, None, None), workers)
    assert found.playing == ("quarantine",)
    values = found.attribution.set_index("outcome").value
    assert values["backordered_lines"] == values["wait_days"] == 200 - 6


@pytest.mark.parametrize(
    "policy",
    [{"type": "r_Q", "r": 12, "Q": 5}, {"type": "base_stock", "S": 14}, {"type": "s_S", "s": 9, "S": 18}],
)
def test_free_runs_and_windows_know_it(policy: dict[str, Any]) -> None:
    shop = scenario(policy)
    free, stepped = simulate(shop), simulate(shop, step=True)
    np.testing.assert_equal(free.purchases.passed, stepped.purchases.passed)
    np.testing.assert_array_equal(free.purchases.received, stepped.purchases.received)
    np.testing.assert_array_equal(free.purchases.received, free.purchases.passed["released"])
    run = shop.run.model_copy(update={"window": 50.0})
    parts = [one.settled.purchases for one in run_windows(shop.model_copy(update={"run": run}), 0)]
    for name, column in free.purchases.passed.items():
        values = np.concatenate([part.passed[name] for part in parts])
        np.testing.assert_array_equal(np.sort(values), np.sort(column))
