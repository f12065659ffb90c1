"""Allocation policies: ranks, standing and levels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from pydantic import TypeAdapter, ValidationError

from simulator.policies.allocation import Allocation, AllocationPolicy
from simulator.values.arrays import Floats


@dataclass(frozen=True)
class Lines:
    """Order lines with these columns."""

    time: Floats
    quantity: Floats
    price: Floats
    priority: Floats
    chance: Floats
    promised: Floats
    demand: float

    def __len__(self) -> int:
        return len(self.time)


LINES = Lines(
    time=np.array([1.0, 2.0, 3.0]),
    quantity=np.array([4.0, 1.0, 2.0]),
    price=np.array([5.0, 30.0, 5.0]),
    priority=np.array([2.0, 1.0, 2.0]),
    chance=np.array([0.9, 0.5, 0.1]),
    promised=np.full(3, np.inf),
    demand=3.0,
)


def policy(fields: Any) -> AllocationPolicy:
    return TypeAdapter(Allocation).validate_python(fields)


def sequence(fields: Any) -> list[int]:
    return [int(k) for k in np.argsort(policy(fields).rank(LINES, 9.0), kind="stable")]


@pytest.mark.parametrize(
    ("name", "served"),
    [
        ("fcfs", [0, 1, 2]),
        ("longest_wait", [0, 1, 2]),
        ("high_demand_first", [0, 1, 2]),
        ("priority", [1, 0, 2]),
        ("largest_value", [1, 0, 2]),
        ("shortest_line", [1, 2, 0]),
        ("random", [2, 1, 0]),
        ({"type": "critical_level", "levels": {}}, [1, 0, 2]),
        ({"type": "critical_level", "levels": {}, "clearing": "fcfs"}, [0, 1, 2]),
    ],
)
def test_in_what_sequence_waiting_lines_are_served(name: Any, served: list[int]) -> None:
    assert sequence(name) == served


def test_a_product_in_high_demand_is_unloaded_first() -> None:
    assert policy("high_demand_first").unloading_rank(9.0) < policy("high_demand_first").unloading_rank(2.0)


@pytest.mark.parametrize(
    ("fields", "cleared"),
    [
        ({}, 4),
        ({"rebuild_reserve": False}, 0),
        ({"clearing": "fcfs"}, 0),
        ({"clearing": "fcfs", "rebuild_reserve": True}, 4),
    ],
)
def test_a_critical_level_binds_arrivals_and_clearing_as_asked(fields: Any, cleared: float) -> None:
    chosen = policy({"type": "critical_level", "levels": {"standard": 4}, **fields})
    assert (chosen.admission_level("standard"), chosen.admission_level("gold")) == (4, 0)
    assert (chosen.clearing_level("standard"), chosen.clearing_level("gold")) == (cleared, 0)
    assert chosen.reserve_level(["gold", "standard"]) == 4


@pytest.mark.parametrize(
    "fields",
    [
        {"clearing": "threshold", "rebuild_reserve": True},
        {"clearing": "threshold", "split": False},
        {"clearing": "threshold", "levels": {"a": 1, "b": 2}},
    ],
)
def test_threshold_clearing_refuses_what_it_cannot_mean(fields: Any) -> None:
    with pytest.raises(ValidationError, match="threshold"):
        policy({"type": "critical_level", "levels": {"standard": 4}, **fields})
