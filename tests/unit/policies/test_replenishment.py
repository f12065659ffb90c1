"""Replenishment policies: when they order, how much, and how they size themselves."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from simulator.policies.replenishment import Replenishment, ReplenishmentPolicy
from simulator.policies.service_level import Outlook

OUTLOOK = Outlook(demand_mean=10.0, demand_variance=16.0, lead_time_mean=9.0, lead_time_variance=4.0)


def policy(fields: Any) -> ReplenishmentPolicy:
    return TypeAdapter(Replenishment).validate_python(fields)


@pytest.mark.parametrize(
    ("fields", "position", "quantity"),
    [
        ({"type": "r_Q", "r": 3, "Q": 5}, 4, 0),
        ({"type": "r_Q", "r": 3, "Q": 5}, 3, 5),
        ({"type": "r_Q", "r": 3, "Q": 5}, -1, 5),  # -1 + 5 = 4 is above 3
        ({"type": "r_Q", "r": 3, "Q": 5}, -2, 10),  # -2 + 5 = 3 is not
        ({"type": "s_S", "s": 3, "S": 9}, 4, 0),
        ({"type": "s_S", "s": 3, "S": 9}, 3, 6),
        ({"type": "base_stock", "S": 4}, 4, 0),
        ({"type": "base_stock", "S": 4}, 1, 3),
        ({"type": "R_S", "every": "2 days", "S": 4}, 1, 3),
        ({"type": "R_s_S", "every": "2 days", "s": 2, "S": 4}, 3, 0),
        ({"type": "R_s_S", "every": "2 days", "s": 2, "S": 4}, 2, 2),
        ({"type": "standing_order", "every": "2 days", "Q": 7}, 1000, 7),
    ],
)
def test_what_is_ordered_at_a_position(fields: Any, position: float, quantity: float) -> None:
    assert policy(fields).quantity(position) == quantity


@pytest.mark.parametrize("position", range(-30, 12))
@pytest.mark.parametrize(
    "fields",
    [
        {"type": "r_Q", "r": 3, "Q": 5},
        {"type": "s_S", "s": 3, "S": 9},
        {"type": "base_stock", "S": 4},
    ],
)
def test_above_its_trigger_a_continuous_policy_orders_nothing(fields: Any, position: int) -> None:
    chosen = policy(fields)
    assert (chosen.quantity(position) == 0) == (position > chosen.trigger())


@pytest.mark.parametrize(
    ("alias", "name"),
    [
        ("(r, Q)", "r_Q"),
        ("(R,Q)", "r_Q"),
        ("(s,Q)", "r_Q"),
        ("min_max", "s_S"),
        ("(s,S)", "s_S"),
        ("order_up_to", "base_stock"),
        ("(R,S)", "R_S"),
        ("(R, s, S)", "R_s_S"),
    ],
)
def test_names_of_the_literature_are_understood(alias: str, name: str) -> None:
    every_level: dict[str, dict[str, Any]] = {
        "r_Q": {"r": 1, "Q": 2},
        "s_S": {"s": 1, "S": 2},
        "base_stock": {"S": 2},
        "R_S": {"S": 2, "every": "1 day"},
        "R_s_S": {"s": 1, "S": 2, "every": "1 day"},
    }
    levels = every_level[name]
    assert policy({"type": alias, **levels}) == policy({"type": name, **levels})
    assert policy({"type": alias, **levels}).kind == name


def test_a_reorder_level_covers_the_lead_time_with_the_service_level() -> None:
    # mean 10 * 9 = 90; variance 9 * 16 + 100 * 4 = 544; z(95 %) = 1.6449: 90 + 38.36
    sized = policy({"type": "r_Q", "service_level": "95 %", "cover": "14 days"}).sized(OUTLOOK)
    assert sized.trigger() == 129
    assert sized.start() == 129 + 140


def test_a_periodic_policy_covers_its_interval_too() -> None:
    # 10 * (9 + 7) = 160; variance 16 * 16 + 400 = 656: 160 + 42.13
    sized = policy({"type": "R_S", "every": "7 days", "service_level": "95 %"}).sized(OUTLOOK)
    assert sized.start() == 203


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"type": "s_S", "s": 300, "S": 100}, "S (100) must be above s (300)"),
        ({"type": "r_Q", "r": 3}, "give either 'Q' or 'cover'"),
        ({"type": "r_Q", "r": 3, "service_level": "90 %", "Q": 1}, "give either 'r' or 'service_level'"),
        ({"type": "r_QQ", "r": 3}, "did you mean 'r_Q'"),
        ({"r": 3}, "needs a 'type'"),
    ],
)
def test_what_makes_no_sense_is_refused(fields: Any, message: str) -> None:
    with pytest.raises(ValidationError, match=message.replace("(", r"\(").replace(")", r"\)")):
        policy(fields)
