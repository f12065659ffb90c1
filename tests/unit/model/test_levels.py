"""Levels: how they are found, and what they depend on."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.model import alike as module
from simulator.model import level_search
from simulator.model.levels import Level, levels_of
from simulator.scenario.scenario import Scenario

RANDOM = {"dist": "gamma", "mean": "10 days", "cv": 0.5}


def found(policy: dict[str, Any], lead_time: Any = RANDOM, **changes: Any) -> Level:
    """The level of the only stock."""
    document = {
        "products": {"A": {}},
        "demand": [{"product": "A", "rate": "10/day"}],
        "suppliers": {"s": {"lead_time": lead_time}},
        "policies": {"replenishment": policy},
        **changes,
    }
    return levels_of(Scenario.model_validate(document))["warehouse", "A"]


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
    other = levels_of(
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


def test_stocks_that_are_alike_share_one_search(monkeypatch: pytest.MonkeyPatch) -> None:
    searched = []

    def search(*words: Any) -> Any:
        searched.append(words)
        return actual(*words)

    actual = level_search.search
    monkeypatch.setattr(module, "search", search)
    monkeypatch.setattr(module, "_ANSWERS", {})
    names = [f"product {k}" for k in range(6)]
    scenario = Scenario.model_validate(
        {
            "products": {name: {} for name in names},
            "demand": [{"products": {name: f"{2 + k % 2}/day" for k, name in enumerate(names)}}],
            "policies": {"replenishment": {"type": "r_Q", "service_level": "90 %", "cover": "9 days"}},
        }
    )
    first, again = levels_of(scenario), levels_of(scenario)
    assert len(searched) == 2
    assert first == again
    assert len({id(level.policy) for level in first.values()}) == 2


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
    together = [level.policy.trigger() for level in levels_of(scenario(rates)).values()]
    some = range(1, 90, 7)
    alone = [level.policy.trigger() for level in levels_of(scenario([rates[k] for k in some])).values()]
    assert [together[k] for k in some] == pytest.approx(alone, abs=1.0)
    assert together == sorted(together)
    assert len({level.found for level in levels_of(scenario(rates)).values()}) == 1
