"""Levels at and behind depots, worked out by hand or from the levels of a stock alone."""

from __future__ import annotations

from math import exp, factorial
from typing import Any

import numpy as np
import pytest

from simulator.model.levels.demand_law import CompoundPoisson
from simulator.model.levels.depots.depot_delay import DepotStock
from simulator.model.levels.depots.internal_demand import CustomerDemand, OrderStream, UnitsLaw, joined
from simulator.model.levels.exact_levels import LeadTime, required_level_law
from simulator.model.levels.fixed_levels import FixedLevels
from simulator.model.levels.sized_stock import StockLevel
from simulator.model.levels.stock_levels import all_levels, asked_levels
from simulator.policies.replenishment import BaseStock, PeriodicOrderUpTo, ReorderPoint
from simulator.policies.service_level import Target
from simulator.scenario.scenario import Scenario

BASE: dict[str, Any] = {"type": "base_stock", "service_level": "90 %"}
R_Q: dict[str, Any] = {"type": "r_Q", "service_level": "90 %", "cover": "5 days"}


def poisson(mean: float, k: int) -> float:
    return exp(-mean) * mean**k / factorial(k)


def network(
    place: dict[str, Any], depot: dict[str, Any], hub: dict[str, Any] | None = None, **sections: Any
) -> Scenario:
    """Shops in the east and the west, 2 days from a depot, which the works reach in 6 days, perhaps over a hub."""
    above = {} if hub is None else {"hub": {"serves": [], "replenishment": hub}}
    lanes = [{"from": "depot", "to": shop, "transit": "2 days"} for shop in ("east", "west")]
    lanes += [] if hub is None else [{"from": "hub", "to": "depot", "transit": "3 days"}]
    internal = sections.pop("internal", {})
    return Scenario.model_validate(
        {
            "run": {"horizon": "100 days"},
            "products": {"A": {}},
            "demand": [
                {"product": "A", "rate": "2/day", "region": "east"},
                {"product": "A", "rate": "3/day", "region": "west"},
            ],
            "warehouses": {
                "east": {"serves": ["east"], "replenishment": place},
                "west": {"serves": ["west"], "replenishment": place},
                "depot": {"serves": [], "replenishment": depot, "internal": internal},
                **above,
            },
            "suppliers": {"works": {"lead_time": "6 days"}},
            "lanes": lanes,
            **sections,
        }
    )


def alone(policy: dict[str, Any], days: float, rate: float = 2) -> StockLevel:
    """The level of a stock that buys from a supplier."""
    document = {
        "run": {"horizon": "100 days"},
        "products": {"A": {}},
        "demand": [{"product": "A", "rate": f"{rate}/day"}],
        "suppliers": {"works": {"lead_time": f"{days} days"}},
        "policies": {"replenishment": policy},
    }
    return asked_levels(Scenario.model_validate(document))["warehouse", "A"]


# -- what places order -----------------------------------------------------------------------------------------------


def test_orders_in_batches_are_the_whole_part_of_what_was_asked_for() -> None:
    stream, mean = OrderStream(CustomerDemand(0.5, 0.5), batch=3), 4 * 0.5
    expected, after_an_order = np.zeros(40), np.zeros(40)
    for asked in range(40):
        after_an_order[asked // 3] += poisson(mean, asked)
        for before in range(3):
            expected[(before + asked) // 3] += poisson(mean, asked) / 3
    for law, chances in ((stream.over(4), expected), (stream.before(4), after_an_order)):
        assert law.units.tolist() == [3 * k for k in range(len(law.units))]
        np.testing.assert_allclose(law.chances, chances[: len(law.chances)], atol=1e-12)
    assert stream.over(4).mean == pytest.approx(mean)


def test_orders_at_reviews_are_those_of_whole_intervals() -> None:
    stream = OrderStream(CustomerDemand(0.5, 0.5), every=4, first=4)
    assert stream.over(5).mean == pytest.approx(2.5)  # one review, or with the chance 1/4 two
    assert stream.over(5).chances[0] == pytest.approx(0.75 * poisson(2, 0))
    assert stream.before(5).chances[0] == pytest.approx(poisson(2, 0))
    assert stream.before(4).units.tolist() == [0]  # what was ordered 4 days ago has come


def test_places_that_review_together_order_together() -> None:
    few, many = (OrderStream(CustomerDemand(rate, rate), every=4, first=1) for rate in (0.5, 2.0))
    other = OrderStream(CustomerDemand(1.0, 1.0), every=4, first=2)
    together = joined([few, many, other])
    assert sorted((stream.mean, stream.places) for stream in together.streams) == [(1.0, 1), (2.5, 2)]
    assert together.mean == 3.5


def test_a_whole_order_needs_all_its_units() -> None:
    stream = OrderStream(CustomerDemand(1.0, 1.0), batch=4)
    assert stream.needed(1.0, whole=False).units.tolist() == [1, 2, 3, 4]
    assert stream.needed(1.0, whole=True) == UnitsLaw(np.array([4.0]), np.ones(1))


# -- service and delay of a depot --------------------------------------------------------------------------------------


def test_the_depot_of_a_network_with_base_stock_is_exact() -> None:
    # METRIC (Sherbrooke 1968); figures of Graves 1985 and Axsäter 1990, see D01 in tests/theory/cases.yaml
    rates, levels, lanes = (0.5, 1.0, 1.5), (2, 3, 4), (1.0, 1.0, 1.5)
    depot = DepotStock(
        joined([OrderStream(CustomerDemand(rate, rate)) for rate in rates]),
        BaseStock(S=5.0),
        LeadTime.constant(2),
    )
    assert depot.service().service(5.0) == pytest.approx(0.2850565, abs=1e-7)
    assert depot.backlog(5.0) == pytest.approx(1.5180592, abs=1e-7)
    delays = list(depot.delays(5.0).values())
    assert delays[0].units.mean == pytest.approx(0.50601973, abs=1e-8)
    fill_rates = []
    for rate, level, lane, delay in zip(rates, levels, lanes, delays, strict=True):
        law = required_level_law(
            BaseStock(S=0.0),
            Target("line_fill_rate", 0.9, 0.0, shifts=True),
            CompoundPoisson(rate, np.array([0.0, 1.0])),
            LeadTime.constant(lane).after(delay.units, 16),
        )
        assert law is not None
        fill_rates.append(law.service(level))
    assert fill_rates == pytest.approx([0.82273946, 0.79948649, 0.64645522], abs=2e-4)


def test_a_depot_is_found_empty_by_what_was_ordered_during_its_lead_time() -> None:
    # one place orders 2 units each time, as the depot does, whose position is always r + Q when an order comes
    stream = OrderStream(CustomerDemand(1.0, 1.0), batch=2)
    policy, days = ReorderPoint(r=1.0, Q=2.0), LeadTime.constant(3)
    service = DepotStock(joined([stream]), policy, days).service()
    # the k-th order before it was placed less than 3 days ago if at least 2 k units were asked for since
    none, one = poisson(3, 0) + poisson(3, 1), poisson(3, 2) + poisson(3, 3)
    assert service.service(1.0) == pytest.approx(none + 0.5 * one)  # of 3 units one order has left 1
    assert service.service(0.0) == pytest.approx(none)
    whole = DepotStock(joined([stream]), policy, days, whole=True).service()
    assert whole.service(1.0) == pytest.approx(none)


def test_units_kept_back_are_not_there_for_others() -> None:
    demand = joined([OrderStream(CustomerDemand(1.0, 1.0))])
    depot, keeping = (
        DepotStock(demand, BaseStock(S=0.0), LeadTime.constant(2), kept_back=units) for units in (0.0, 4.0)
    )
    assert keeping.service().smallest(0.9) == depot.service().smallest(0.9) + 4
    assert keeping.backlog(7.0) == depot.backlog(3.0)


def test_a_periodic_depot_serves_orders_at_its_reviews_by_those_before() -> None:
    # all review at midnight: an order waits for goods that are ordered at its own review if those before used all up
    stream = OrderStream(CustomerDemand(1.0, 1.0), every=1, first=1)
    depot = DepotStock(
        joined([stream]), PeriodicOrderUpTo(every="1 day", first="1 day", S=3.0), LeadTime.constant(2)
    )
    asked, filled = 0.0, 0.0
    for before in range(30):  # units of the one review whose goods are still under way
        for now in range(30):
            chance = poisson(1, before) * poisson(1, now)
            asked += chance * now
            filled += chance * min(now, max(0, 3 - before))
    assert depot.service().service(3.0) == pytest.approx(filled / asked, abs=1e-9)


# -- levels ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("policy", [BASE, R_Q, {"type": "R_S", "every": "3 days", "service_level": "90 %"}])
def test_behind_a_full_depot_levels_are_those_of_the_lane(policy: dict[str, Any]) -> None:
    level = asked_levels(network(policy, {"type": "base_stock", "S": 500}))["east", "A"]
    expected = alone(policy, 2)
    assert level.policy == expected.policy
    assert level.demand_mean == pytest.approx(expected.demand_mean)
    assert level.found == "network"
    assert level.depot_delay == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("policy", [BASE, R_Q])
def test_behind_an_empty_depot_orders_wait_for_its_lead_time(policy: dict[str, Any]) -> None:
    # whatever is ordered is ordered again at once by the depot
    level = asked_levels(network(policy, {"type": "base_stock", "S": 0}))["west", "A"]
    expected = alone(policy, 2 + 6, 3)
    assert level.policy == expected.policy
    assert level.depot_delay == pytest.approx(6.0)


def test_delays_add_up_along_a_chain() -> None:
    nothing = {"type": "base_stock", "S": 0}
    levels = all_levels(network(BASE, nothing, nothing))
    assert levels["depot", "A"].depot_delay == pytest.approx(6.0)  # the works to the hub
    assert levels["east", "A"].depot_delay == pytest.approx(6.0 + 3.0)
    assert levels["east", "A"].policy == alone(BASE, 6 + 3 + 2).policy
    assert levels["hub", "A"].depot_delay is None


def test_a_level_of_a_depot_is_the_smallest_that_ships_enough_at_once() -> None:
    levels = all_levels(network(BASE, BASE))
    level, arrivals = levels["depot", "A"].policy.start(), 5 * 6
    # a unit is shipped at once if fewer than S were ordered during the lead time
    reached = [sum(poisson(arrivals, k) for k in range(int(some))) for some in (level - 1, level)]
    assert reached[0] < 0.9 <= reached[1]
    assert levels["depot", "A"].demand_mean == arrivals
    assert levels["depot", "A"].demand_sd == pytest.approx(arrivals**0.5)


def test_a_level_of_a_depot_follows_what_places_order() -> None:
    reorder = {"type": "r_Q", "service_level": "90 %", "cover": "8 days"}
    smooth, lumpy = (
        all_levels(network({**R_Q, "cover": cover}, reorder))["depot", "A"] for cover in ("1 day", "20 days")
    )
    assert smooth.policy.trigger() < lumpy.policy.trigger()
    assert smooth.demand_sd < lumpy.demand_sd


def test_units_kept_back_raise_the_level_of_a_depot() -> None:
    without = all_levels(network(BASE, BASE))["depot", "A"].policy.start()
    assert all_levels(network(BASE, BASE, internal={"level": 4}))["depot", "A"].policy.start() == without + 4


def test_shipping_whole_orders_takes_more() -> None:
    parts = all_levels(network(R_Q, R_Q))["depot", "A"].policy.trigger()
    assert all_levels(network(R_Q, R_Q, internal={"ship": "complete"}))["depot", "A"].policy.trigger() > parts


def test_the_textbook_formula_knows_the_delay() -> None:
    policy = {**R_Q, "levels": "textbook"}
    levels = all_levels(network(policy, {"type": "base_stock", "S": 0}))
    assert levels["east", "A"].policy == alone(policy, 8).policy
    assert levels["east", "A"].found == "textbook"


def test_given_levels_stay_and_nothing_is_worked_out_for_them() -> None:
    given = {"type": "r_Q", "r": 5, "Q": 10}
    levels = all_levels(network(given, given))
    assert {level.found for level in levels.values()} == {"given"}
    assert {level.depot_delay for level in levels.values()} == {None}
    assert levels["east", "A"].demand_mean == 2 * 2  # the lane alone


def test_each_level_is_tried_where_the_upper_one_is_given() -> None:
    place = {"type": "s_S", "service_level": "90 %", "S": 30}
    levels = all_levels(network(place, {"type": "s_S", "service_level": "80 %", "S": 80}))
    assert 0 < levels["east", "A"].policy.trigger() < 30
    assert 0 < levels["depot", "A"].policy.trigger() < 80


@pytest.mark.parametrize(
    "demand",
    [
        {"quantity": {"dist": "lognormal", "mean": 3, "cv": 0.6}},  # parts of units
        {"arrivals": {"type": "negative_binomial", "dispersion": 1}},
        {"arrivals": {"type": "renewal", "cv": 0.4}},
    ],
)
def test_demand_of_any_law_has_levels(demand: dict[str, Any]) -> None:
    stream = {"product": "A", "rate": "2/day", "regions": {"east": "40 %", "west": "60 %"}, **demand}
    levels = asked_levels(network(R_Q, R_Q, demand=[stream]))
    assert {level.found for level in levels.values()} == {"network"}
    assert levels["depot", "A"].policy.trigger() > levels["west", "A"].policy.trigger() > 0


def test_a_depot_that_is_overloaded_has_the_level_of_the_formula() -> None:
    suppliers = {"works": {"production": {"lines": 1, "unit_time": "6 h"}}}
    level = all_levels(network(R_Q, R_Q, suppliers=suppliers))["depot", "A"]
    assert (level.found, level.note) == (
        "textbook",
        "no level reaches 90 %: production is loaded to 125 %",
    )


def test_found_levels_can_be_fixed() -> None:
    scenario = network(R_Q, BASE)
    fixed = FixedLevels.of(scenario)
    for (warehouse, product), level in all_levels(scenario).items():
        assert fixed.replenishment_of(product, warehouse) == level.policy
