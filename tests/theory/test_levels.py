"""Levels are the smallest that reach their target: played at the level, and at one unit less.

At the level the service is at least the target less half a point, one unit lower at most the target and half a point;
both are known to ± 0.3 points with 95 % confidence.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from simulator.metrics.figures import figures
from simulator.model.levels import levels_of
from simulator.model.planned import Planned
from simulator.model.world import simulate
from simulator.policies.replenishment import ReplenishmentPolicy
from simulator.scenario.scenario import Scenario

GAMMA = {"dist": "gamma", "mean": "10 days", "cv": 0.5}
LOGNORMAL = {"dist": "lognormal", "mean": "8 days", "cv": 0.8}
LUMPY = {"rate": "2/day", "quantity": {"dist": "geometric", "mean": 5}}
SLOW = {"rate": "0.05/day"}
UNITS = {"rate": "10/day"}
DISPERSED = {"rate": "5/day", "arrivals": {"type": "negative_binomial", "dispersion": 1.0}}
DISPERSED_PACKS = {**DISPERSED, "quantity": {"dist": "geometric", "mean": 4}}
IN_SEQUENCE = {"lanes": [{"from": "s", "to": "warehouse", "crossing": False}]}
BOAT = {
    "lanes": [{"from": "s", "to": "warehouse", "transit": "4 days", "departures": {"every": "7 days"}}],
}
ONE_LINE = {"production": {"lines": 1, "unit_time": {"dist": "exponential", "mean": "0.08 days"}}}


def world(
    policy: dict[str, Any], demand: dict[str, Any], lead_time: Any, days: float, **more: Any
) -> Scenario:
    """One stock. ``more``: sections, and ``supplier``: further keys of the supplier."""
    supplier = {"lead_time": lead_time, **more.pop("supplier", {})}
    return Scenario.model_validate(
        {
            "run": {"horizon": f"{days} days", "warm_up": "400 days", "cool_down": "0 days", "seed": 11},
            "products": {"A": {}},
            "demand": [{"product": "A", **demand}],
            "suppliers": {"s": supplier},
            "policies": {"replenishment": policy},
            **more,
        }
    )


def lowered(policy: ReplenishmentPolicy) -> ReplenishmentPolicy:
    """The policy with all levels one unit lower."""
    named = [name for name in ("r", "s", "S") if getattr(policy, name, None) is not None]
    return policy.model_copy(update={name: getattr(policy, name) - 1.0 for name in named})


def played(scenario: Scenario, policy: ReplenishmentPolicy, measure: str) -> tuple[float, float]:
    """Service in points, and half of its 95 % interval: at most 0.3."""
    planned = Planned.of(scenario).model_copy(update={"levels": {"warehouse": {"A": policy}}})
    found: list[float] = []
    while True:
        found += [100.0 * figures(simulate(planned, len(found) + k))[measure] for k in range(4)]
        half = 2.0 * float(np.std(found, ddof=1)) / math.sqrt(len(found))
        if len(found) >= 8 and half <= 0.3:
            return float(np.mean(found)), half
        assert len(found) < 200


def hold(scenario: Scenario, measure: str, share: float) -> None:
    policy = levels_of(scenario)["warehouse", "A"].policy
    reached, _ = played(scenario, policy, measure)
    assert reached >= share - 0.5
    lowest = min(getattr(policy, name) for name in ("r", "s", "S") if getattr(policy, name, None) is not None)
    if lowest > 0.0:  # else there is no lower level
        missed, _ = played(scenario, lowered(policy), measure)
        assert missed <= share + 0.5


@pytest.mark.parametrize(
    ("policy", "demand", "lead_time", "measure"),
    [
        ({"type": "base_stock", "service_level": "95 %"}, UNITS, GAMMA, "line_fill_rate"),
        ({"type": "r_Q", "service_level": "80 %", "cover": "1 day"}, UNITS, GAMMA, "cycle_service_level"),
        (
            {"type": "s_S", "service_level": "90 %", "cover": "7 days"},
            LUMPY,
            "10 days",
            "cycle_service_level",
        ),
    ],
)
def test_levels(policy: dict[str, Any], demand: dict[str, Any], lead_time: Any, measure: str) -> None:
    share = float(policy["service_level"].split()[0])
    hold(world(policy, demand, lead_time, 20_000), measure, share)


CYCLE = "cycle_service_level"
GRID: list[tuple[dict[str, Any], dict[str, Any], Any, str, dict[str, Any]]] = [
    *(
        ({"type": "r_Q", "service_level": "90 %", "cover": f"{cover} days"}, demand, lead_time, CYCLE, more)
        for cover in (1, 7, 42)
        for demand in (UNITS, LUMPY)
        for lead_time in ("10 days", GAMMA, LOGNORMAL)
        for more in ({}, IN_SEQUENCE)
    ),
    *(
        ({**policy, "service_level": "95 %"}, demand, lead_time, CYCLE, {})
        for policy in (
            {"type": "s_S", "cover": "5 days"},
            {"type": "R_S", "every": "7 days"},
            {"type": "R_s_S", "every": "2 days", "cover": "7 days"},
        )
        for demand in (UNITS, LUMPY, SLOW)
        for lead_time in ("10 days", GAMMA)
    ),
    *(
        ({"type": "r_Q", "service_level": "90 %", "cover": f"{cover} days"}, demand, GAMMA, CYCLE, {})
        for cover in (2, 21, 42)
        for demand in (DISPERSED, DISPERSED_PACKS)
    ),
    ({"type": "s_S", "service_level": "90 %", "cover": "21 days"}, DISPERSED_PACKS, GAMMA, CYCLE, {}),
    ({"type": "r_Q", "service_level": "90 %", "cover": "21 days"}, DISPERSED_PACKS, "10 days", CYCLE, BOAT),
    *(
        ({"type": "base_stock", "service_level": "95 %"}, demand, GAMMA, "line_fill_rate", {})
        for demand in (UNITS, LUMPY, SLOW)
    ),
    *(
        ({**policy, "service_level": {measure: "95 %"}}, demand, lead_time, measure, {})
        for policy in ({"type": "r_Q", "cover": "14 days"}, {"type": "R_S", "every": "7 days"})
        for demand in (UNITS, LUMPY)
        for lead_time in ("10 days", GAMMA)
        for measure in ("fill_rate", "ready_rate")
    ),
    *(
        (
            {"type": "r_Q", "service_level": "90 %", "cover": f"{cover} days"},
            UNITS,
            "2 days",
            CYCLE,
            {"supplier": ONE_LINE},
        )
        for cover in (1, 3)
    ),
    ({"type": "r_Q", "service_level": "90 %", "cover": "5 days"}, UNITS, "10 days", CYCLE, BOAT),
]


@pytest.mark.slow
@pytest.mark.parametrize(("policy", "demand", "lead_time", "measure", "more"), GRID)
def test_the_grid(
    policy: dict[str, Any], demand: dict[str, Any], lead_time: Any, measure: str, more: dict[str, Any]
) -> None:
    asked = policy["service_level"]
    share = float((asked if isinstance(asked, str) else asked[measure]).split()[0])
    days = 400_000 if demand is SLOW else 20_000
    hold(world(policy, demand, lead_time, days, **more), measure, share)
