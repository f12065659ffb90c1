"""Levels of stocks that differ in their rate alone, held against pilot runs of the stock itself."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.model.levels.demand_law import draw_lines, line_streams
from simulator.model.levels.level_search import smallest_level
from simulator.model.levels.pilot_runs import PilotRuns
from simulator.model.levels.stock_levels import asked_levels
from simulator.model.supply.leg import RouteEnds
from simulator.model.supply.legs import LegSequence
from simulator.scenario.scenario import Scenario

POLICY = {"type": "r_Q", "service_level": "90 %", "cover": "6 days"}


def scenario(rate: float, arrivals: dict[str, Any], segments: dict[str, str], seed: int = 5) -> Scenario:
    """One stock whose orders overtake each other."""
    return Scenario.model_validate(
        {
            "run": {"seed": seed},
            "products": {"A": {}},
            "customers": {name: {} for name in segments},
            "demand": [{"product": "A", "rate": f"{rate}/day", "arrivals": arrivals, "segments": segments}],
            "suppliers": {"s": {"lead_time": {"dist": "gamma", "mean": "10 days", "cv": 0.5}}},
            "policies": {"replenishment": POLICY},
        }
    )


@pytest.mark.parametrize("rate", [0.31, 2.0, 7.0])
@pytest.mark.parametrize("segments", [{"all": "100 %"}, {"gold": "30 %", "new": "70 %"}])
@pytest.mark.parametrize(
    "arrivals", [{"type": "negative_binomial", "dispersion": 0.8}, {"type": "renewal", "cv": 0.5}]
)
def test_a_level_between_two_rates_is_right_at_its_own(
    arrivals: dict[str, Any], segments: dict[str, str], rate: float
) -> None:
    shop = scenario(rate, arrivals, segments)
    level = asked_levels(shop)["warehouse", "A"]
    sources = line_streams(shop)["warehouse", "A"]
    leg_sequence = LegSequence(RouteEnds.of(shop, "s", "warehouse"))
    run = PilotRuns(
        level.policy,
        lambda days, streams: draw_lines(sources, days, streams),
        None,
        leg_sequence,
        "cycle_service_level",
        8,
    )
    needs = run.play(400_000.0 / rate)
    assert needs is not None
    # observations are relative to the level: 0 is the level found, -1 one unit less
    assert needs.service(0.0) > 0.895 - 2.0 * needs.error(0.0)
    assert needs.service(-1.0) < 0.905 + 2.0 * needs.error(-1.0)
    assert needs.error(0.0) < 0.003


def test_dispersed_demand_is_searched_for_at_some_rates_only() -> None:
    smallest_level.cache_clear()
    rates = [2.0 + 0.01 * k for k in range(40)]
    for rate in rates:
        asked_levels(scenario(rate, {"type": "negative_binomial", "dispersion": 0.5}, {"all": "100 %"}))
    # between 1.12^6 = 1.97 and 1.12^8 = 2.48 a day, for orders of 12, 13, 14 and 15 units
    assert smallest_level.cache_info().misses == 2 * 4
