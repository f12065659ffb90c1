"""Levels: how they are found, and what they depend on."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.model.levels.level_search import smallest_level
from simulator.model.levels.sized_stock import StockLevel
from simulator.model.levels.stock_levels import all_levels, asked_levels
from simulator.policies.replenishment import ReplenishmentPolicy
from simulator.scenario.scenario import Scenario

RANDOM = {"dist": "gamma", "mean": "10 days", "cv": 0.5}


def found(policy: dict[str, Any], lead_time: Any = RANDOM, **changes: Any) -> StockLevel:
    """The level of the only stock."""
    document = {
        "products": {"A": {}},
        "demand": [{"product": "A", "rate": "10/day"}],
        "suppliers": {"s": {"lead_time": lead_time}},
        "policies": {"replenishment": policy},
        **changes,
    }
    return asked_levels(Scenario.model_validate(document))["warehouse", "A"]


def test_levels_of_the_file_are_taken_as_they_are() -> None:
    level = found({"type": "r_Q", "r": 120, "Q": 30})
    assert (level.found, level.policy.trigger(), level.demand_mean) == ("given", 120, 100)


def test_the_textbook_formula_where_it_is_asked_for() -> None:
    # 100 + 1.645 sqrt(10 * 10 + 100 * 25)
    level = found({"type": "base_stock", "service_level": "95 %", "levels": "textbook"})
    assert (level.found, level.policy.start()) == ("textbook", 184)
    assert level.demand_sd == pytest.approx(2600**0.5)


def test_base_stock_whose_orders_overtake_each_other() -> None:
    level = found({"type": "base_stock", "service_level": "95 %"})
    assert (level.found, level.policy.start(), level.note) == ("exact", 118, "")


def test_without_overtaking_more_is_on_order() -> None:
    level = found(
        {"type": "base_stock", "service_level": "95 %"},
        lanes=[{"from": "s", "to": "warehouse", "crossing": False}],
    )
    assert level.found == "pilot"
    assert 290 < level.policy.start() < 340


def test_a_level_that_cannot_be_low_enough_is_told() -> None:
    level = found({"type": "r_Q", "service_level": {"fill_rate": "80 %"}, "Q": 2000}, "1 day")
    assert level.policy.trigger() == 0
    # ten of every 2,000 units are asked for while the next order is on its way
    assert level.note == "the lowest level allowed, 0, already reaches 99.5 %"


def test_a_given_upper_level_stays() -> None:
    level = found({"type": "s_S", "service_level": "90 %", "S": 150}, "4 days")
    assert level.policy.start() == 150
    assert 45 <= level.policy.trigger() <= 50  # about P(Poisson(40) <= s) >= 90 %


def test_names_and_the_length_of_the_run_move_nothing() -> None:
    policy = {"type": "r_Q", "service_level": "90 %", "cover": "2 days"}
    level = found(policy)
    other = asked_levels(
        Scenario.model_validate(
            {
                "run": {"horizon": "20 days", "replications": 3},
                "products": {"x": {}},
                "demand": [{"product": "x", "rate": "10/day", "regions": {"north": "50 %", "south": "50 %"}}],
                "suppliers": {"other": {"lead_time": RANDOM}},
                "policies": {"replenishment": policy},
            }
        )
    )["warehouse", "x"]
    assert level.found == "pilot"
    assert other.policy == level.policy


def test_stocks_that_are_alike_share_one_search() -> None:
    names = [f"product {k}" for k in range(6)]
    scenario = Scenario.model_validate(
        {
            "run": {"seed": 271828},
            "products": {name: {} for name in names},
            "demand": [{"products": {name: f"{2 + k % 2}/day" for k, name in enumerate(names)}}],
            "policies": {
                "replenishment": {"type": "r_Q", "service_level": "90 %", "cover": "9 days"},
            },
        }
    )
    before = smallest_level.cache_info().misses
    first = asked_levels(scenario)
    assert smallest_level.cache_info().misses == before + 2
    assert first == asked_levels(scenario)
    assert smallest_level.cache_info().misses == before + 2
    assert len({id(level.policy) for level in first.values()}) == 2


@pytest.mark.parametrize(
    "demand", [{}, {"arrivals": {"type": "negative_binomial", "dispersion": 0.6}}, {"quantity": 3}]
)
@pytest.mark.parametrize("cover", ["1 day", "14 days"])
def test_no_other_product_moves_a_level(demand: dict[str, Any], cover: str) -> None:
    def of(rates: dict[str, float], seed: int) -> dict[str, ReplenishmentPolicy]:
        """Levels by product."""
        products = {name: f"{rate}/day" for name, rate in rates.items()}
        scenario = Scenario.model_validate(
            {
                "run": {"seed": seed},
                "products": {name: {} for name in rates},
                "demand": [{"products": products, **demand}],
                "suppliers": {"s": {"lead_time": RANDOM}},
                "policies": {"replenishment": {"type": "r_Q", "service_level": "90 %", "cover": cover}},
            }
        )
        return {product: level.policy for (_, product), level in asked_levels(scenario).items()}

    many = 100 if cover == "14 days" and "arrivals" not in demand else 5
    others = {f"other {k}": 1.7 + 0.013 * k for k in range(many)}
    orders = ({"A": 2.3}, {"A": 2.3, "B": 1.9}, {**others, "A": 2.3})
    for calls in (orders, orders[::-1]):
        smallest_level.cache_clear()
        found = [of(rates, 5) for rates in calls]
        assert found[0]["A"] == found[1]["A"] == found[2]["A"]
    smallest_level.cache_clear()
    assert of({"other 4": others["other 4"]}, 5)["other 4"] == max(found, key=len)["other 4"]


@pytest.mark.parametrize("asked", ["95 %", {"fill_rate": "95 %"}])
def test_production_that_cannot_keep_up_has_no_level(asked: Any) -> None:
    level = found(
        {"type": "r_Q", "service_level": asked, "cover": "2 days"},
        suppliers={"s": {"lead_time": "4 days", "production": {"lines": 2, "unit_time": "0.224 days"}}},
    )
    # ten units a day of 0.224 days each on two lines; 40 + 1.645 sqrt(40) = 50.4
    assert level.note == "no level reaches 95 %: production is loaded to 112 %"
    assert (level.found, level.policy.trigger()) == ("textbook", 51)


def test_a_plug_in_keeps_its_own_formula() -> None:
    level = found({"type": "standing_order", "every": "7 days", "Q": 70})
    assert level.found == "given"


def test_of_many_alike_stocks_only_some_are_searched_for() -> None:
    def scenario(rates: list[float]) -> Scenario:
        names = [f"product {k}" for k in range(len(rates))]
        return Scenario.model_validate(
            {
                "products": {name: {} for name in names},
                "demand": [
                    {"products": {name: f"{rate}/day" for name, rate in zip(names, rates, strict=True)}}
                ],
                "suppliers": {"s": {"lead_time": "10 days"}},
                "policies": {"replenishment": {"type": "r_Q", "service_level": "95 %", "cover": "14 days"}},
            }
        )

    rates = [2.0 + 0.05 * k for k in range(90)]
    together = [level.policy.trigger() for level in asked_levels(scenario(rates)).values()]
    some = range(1, 90, 7)
    alone = [level.policy.trigger() for level in asked_levels(scenario([rates[k] for k in some])).values()]
    assert [together[k] for k in some] == pytest.approx(alone, abs=1.0)
    assert together == sorted(together)
    assert len({level.found for level in asked_levels(scenario(rates)).values()}) == 1


@pytest.mark.parametrize("asked", ["95 %", {"fill_rate": "95 %"}, {"ready_rate": "95 %"}])
def test_where_nobody_asks_nothing_is_kept(asked: Any) -> None:
    policy = {"type": "r_Q", "service_level": asked, "cover": "7 days"}
    scenario = Scenario.model_validate(
        {
            "products": {"A": {}, "B": {}},
            "demand": [{"product": "A", "rate": "1/day"}],
            "policies": {"replenishment": policy},
        }
    )
    assert all_levels(scenario)["warehouse", "B"].policy.trigger() == 0.0
