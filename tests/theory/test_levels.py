"""Levels are the smallest that reach their target: played at the level, and at one unit less.

At the level the service is at least the target less half a point, one unit lower at most the target and half a point;
both are known to ± 0.3 points with 95 % confidence, and near these bounds to ± 0.1.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from scipy import stats

from simulator.metrics.figures import figures
from simulator.model.levels.fixed_levels import FixedLevels
from simulator.model.levels.stock_levels import asked_levels
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


def services(
    scenario: Scenario,
    policies: tuple[ReplenishmentPolicy, ReplenishmentPolicy],
    measure: str,
    bounds: tuple[float, float],
) -> tuple[float, float]:
    """Service under two policies, in points, each with a 95 % interval of at most ± 0.3, or ± 0.1 around its bound.

    Both meet the same demand and lead times. What a unit does is soon known, so that the second is played in some of
    the runs only: its service is that of all runs of the first, less the mean difference in these.
    """
    first, second = (_play(scenario, policy, measure) for policy in policies)
    found: list[float] = []
    differences: list[float] = []
    while True:
        found += itertools.islice(first, 4)
        if len(differences) < max(8, len(found) // 4) or _half(differences) > 0.5 * _half(found):
            done = len(differences)
            differences += [found[done + k] - one for k, one in enumerate(itertools.islice(second, 4))]
        pairs = len(differences)
        if pairs < 8:
            continue
        one, less = float(np.mean(found)), float(np.mean(differences))
        shared = float(np.cov(found[:pairs], differences)[0, 1]) / len(found)
        half = math.sqrt(max(0.0, _half(found) ** 2 + _half(differences) ** 2 - 2.0 * 1.96**2 * shared))
        known = zip((one, one - less), (_half(found), half), bounds, strict=True)
        if all(error <= 0.1 or error <= min(0.3, abs(mean - bound)) for mean, error, bound in known):
            return one, one - less
        assert len(found) < 2_000


def _play(scenario: Scenario, policy: ReplenishmentPolicy, measure: str) -> Iterator[float]:
    planned = FixedLevels.of(scenario).model_copy(update={"levels": {"warehouse": {"A": policy}}})
    return (100.0 * figures(simulate(planned, run))[measure] for run in itertools.count())


def _half(values: list[float]) -> float:
    """Half of the 95 % interval of their mean."""
    few = len(values)
    return float(stats.t.ppf(0.975, few - 1) * np.std(values, ddof=1)) / math.sqrt(few)


def hold(scenario: Scenario, measure: str, share: float) -> None:
    policy = asked_levels(scenario)["warehouse", "A"].policy
    lowest = min(getattr(policy, name) for name in ("r", "s", "S") if getattr(policy, name, None) is not None)
    lower = lowered(policy) if lowest > 0.0 else policy  # below 0 there is no level
    bounds = share - 0.5, share + 0.5 if lowest > 0.0 else math.inf
    reached, missed = services(scenario, (policy, lower), measure, bounds)
    assert reached >= bounds[0]
    assert missed <= bounds[1]


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
    hold(world(policy, demand, lead_time, 10_000), measure, share)


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
    days = 200_000 if demand is SLOW else 10_000
    hold(world(policy, demand, lead_time, days, **more), measure, share)
