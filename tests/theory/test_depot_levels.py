"""Found levels at and behind a depot, played: they reach their targets, and one unit less would not.

At the found levels the depot ships at least the target less a point of the units at once, and a place reaches at least
its target less 1.5 points, by 99 % intervals of the mean over the runs; with one unit less neither is above its target
by more than that. Where all places review together they are sized for the mean delay of their joint order, and may
exceed the target by 3 points.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy import stats

from simulator.metrics.figures import figures
from simulator.model.levels.fixed_levels import FixedLevels
from simulator.model.levels.stock_levels import all_levels
from simulator.model.world import simulate
from simulator.policies.replenishment import ReplenishmentPolicy
from simulator.scenario.scenario import Scenario

RATES = {"a": 1.0, "b": 2.0, "c": 0.5}
CYCLE, LINES, FILL = "cycle_service_level", "line_fill_rate", "fill_rate"
RUNS = 8
GAMMA = {"dist": "gamma", "mean": "10 days", "cv": 0.5}
SHORT = {**GAMMA, "mean": "2 days"}
LUMPY = {"quantity": {"dist": "geometric", "mean": 5}}
DISPERSED = {"arrivals": {"type": "negative_binomial", "dispersion": 1.0}}


def reorder(service: Any, cover: int) -> dict[str, Any]:
    return {"type": "r_Q", "service_level": service, "cover": f"{cover} days"}


def world(place: dict[str, Any], depot: dict[str, Any], **more: Any) -> Scenario:
    lane = more.pop("lane", "2 days")
    return Scenario.model_validate(
        {
            "run": {
                "warm_up": "500 days",
                "cool_down": "0 days",
                "seed": 21,
                "horizon": more.get("horizon", "10500 days"),
            },
            "products": {"ball": {}},
            "demand": [
                {"product": "ball", "region": name, "rate": f"{rate}/day", **more.get("demand", {})}
                for name, rate in RATES.items()
            ],
            "warehouses": {
                **{name: {"serves": [name], "replenishment": place} for name in RATES},
                "depot": {"serves": [], "replenishment": depot, "internal": more.get("internal", {})},
            },
            "suppliers": {"works": {"lead_time": more.get("lead_time", "10 days")}},
            "lanes": [{"from": "depot", "to": name, "transit": lane} for name in RATES],
        }
    )


def lowered(policy: ReplenishmentPolicy) -> ReplenishmentPolicy:
    """The policy with all levels one unit lower."""
    named = [name for name in ("r", "s", "S") if getattr(policy, name, None) is not None]
    return policy.model_copy(update={name: getattr(policy, name) - 1.0 for name in named})


def played(
    scenario: Scenario, measure: str, lower: frozenset[str] = frozenset()
) -> dict[str, tuple[float, float]]:
    """Service of the depot and of each place in points, mean and half of a 99 % interval.

    Levels of the warehouses in ``lower`` are one unit lower than found.
    """
    fixed = FixedLevels.of(scenario)
    levels = {
        name: {product: lowered(policy) if name in lower else policy for product, policy in stocks.items()}
        for name, stocks in fixed.levels.items()
    }
    fixed = fixed.model_copy(update={"levels": levels})
    rows: list[dict[str, float]] = []
    for run in range(RUNS):
        found = figures(simulate(fixed, run))
        of_place = found.of(measure, "warehouse")
        rows.append({"depot": found["internal_fill_rate"], **{name: of_place[name] for name in RATES}})
    quantile = float(stats.t.ppf(0.995, RUNS - 1))
    return {
        name: (
            100.0 * float(np.mean([row[name] for row in rows])),
            100.0 * quantile * float(np.std([row[name] for row in rows], ddof=1)) / math.sqrt(RUNS),
        )
        for name in rows[0]
    }


def hold(scenario: Scenario, measure: str, place: float, depot: float, above: float = 1.5) -> None:
    assert {level.found for level in all_levels(scenario).values()} == {"network"}
    targets = {"depot": (depot, 1.0), **dict.fromkeys(RATES, (place, 1.5))}
    for name, (mean, half) in played(scenario, measure).items():
        target, slack = targets[name]
        assert mean + half >= target - slack, name
    for group in (frozenset({"depot"}), frozenset(RATES)):
        less = played(scenario, measure, group)
        for name in group:
            mean, half = less[name]
            assert mean - half <= targets[name][0] + (1.0 if name == "depot" else above), name


def test_levels_in_batches() -> None:
    hold(world(reorder("95 %", 10), reorder("90 %", 14)), CYCLE, 95, 90)


def test_levels_unit_by_unit() -> None:
    place, depot = ({"type": "base_stock", "service_level": share} for share in ("95 %", "80 %"))
    hold(world(place, depot, horizon="2000 days"), LINES, 95, 80)


WEEKLY = {"type": "R_S", "every": "7 days"}
GRID: list[tuple[dict[str, Any], dict[str, Any], str, float, float, dict[str, Any]]] = [
    (reorder("95 %", 28), reorder("95 %", 28), CYCLE, 95, 95, {}),
    (reorder("90 %", 14), reorder("90 %", 14), CYCLE, 90, 90, {"demand": LUMPY}),
    (reorder("90 %", 14), reorder("90 %", 14), CYCLE, 90, 90, {"demand": DISPERSED}),
    (
        reorder("95 %", 10),
        reorder("90 %", 14),
        CYCLE,
        95,
        90,
        {"lead_time": GAMMA, "lane": SHORT},
    ),
    (reorder("95 %", 10), reorder("90 %", 14), CYCLE, 95, 90, {"internal": {"ship": "complete"}}),
    (reorder({FILL: "95 %"}, 7), reorder({FILL: "90 %"}, 7), FILL, 95, 90, {}),
    (
        {"type": "s_S", "service_level": "95 %", "cover": "10 days"},
        {"type": "s_S", "service_level": "90 %", "cover": "20 days"},
        CYCLE,
        95,
        90,
        {},
    ),
    ({**WEEKLY, "service_level": "95 %"}, {**WEEKLY, "service_level": "90 %"}, CYCLE, 95, 90, {"above": 3}),
    (
        {**WEEKLY, "service_level": {FILL: "95 %"}},
        {"type": "R_S", "every": "14 days", "service_level": "90 %"},
        FILL,
        95,
        90,
        {},
    ),
]


@pytest.mark.slow
@pytest.mark.parametrize(("place", "depot", "measure", "of_place", "of_depot", "more"), GRID)
def test_the_grid(
    place: dict[str, Any],
    depot: dict[str, Any],
    measure: str,
    of_place: float,
    of_depot: float,
    more: dict[str, Any],
) -> None:
    hold(world(place, depot, **more), measure, of_place, of_depot, more.get("above", 1.5))
