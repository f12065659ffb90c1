"""What a service level may be."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from simulator.policies.replenishment import Replenishment, ReplenishmentPolicy
from simulator.policies.service_level import OtherService, Outlook, Target


def policy(fields: dict[str, Any]) -> ReplenishmentPolicy:
    return TypeAdapter(Replenishment).validate_python(fields)


@pytest.mark.parametrize(
    ("fields", "target"),
    [
        (
            {"type": "r_Q", "Q": 5, "service_level": "95 %"},
            Target("cycle_service_level", 0.95, 0.0, shifts=True),
        ),
        ({"type": "base_stock", "service_level": "95 %"}, Target("line_fill_rate", 0.95, 0.0, shifts=True)),
        (
            {"type": "base_stock", "service_level": {"fill_rate": 0.9}},
            Target("fill_rate", 0.9, 0.0, shifts=True),
        ),
        (
            {"type": "R_S", "every": "7 days", "service_level": {"ready_rate": "90 %"}},
            Target("ready_rate", 0.9, 7.0, shifts=True),
        ),
        (
            {"type": "s_S", "service_level": "80 %", "S": 9},
            Target("cycle_service_level", 0.8, 0.0, shifts=False),
        ),
        ({"type": "r_Q", "Q": 5, "r": 3}, None),
        ({"type": "r_Q", "Q": 5, "service_level": "95 %", "levels": "textbook"}, None),
    ],
)
def test_targets(fields: dict[str, Any], target: Target | None) -> None:
    assert policy(fields).target() == target


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"service_level": "100 %"}, "less than 1"),
        (
            {"service_level": {"fill_rate": "95 %", "ready_rate": "95 %"}},
            "either 'fill_rate' or 'ready_rate'",
        ),
        ({"service_level": {}}, "either 'fill_rate' or 'ready_rate'"),
        ({"service_level": {"fill": "95 %"}}, "Extra inputs"),
        ({"r": 3, "levels": "textbook"}, "it has no effect without one"),
        ({"service_level": {"fill_rate": "95 %"}, "levels": "textbook"}, "formula of the cycle service"),
    ],
)
def test_what_makes_no_sense_is_refused(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        policy({"type": "r_Q", "Q": 5, **fields})


def test_the_formula_does_not_know_other_services() -> None:
    with pytest.raises(ValueError, match="not of the fill_rate"):
        Outlook(1.0, 1.0, 1.0, 0.0).reorder_level(OtherService.model_validate({"fill_rate": 0.9}))
