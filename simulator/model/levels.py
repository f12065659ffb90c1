"""Levels that stocks are replenished by, and the demand that they have to cover."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from simulator.model.chain import SupplyChain
from simulator.model.clock import Clock
from simulator.model.outlook import demand_moments, outlook
from simulator.orders.book import draw
from simulator.orders.streams import Streams
from simulator.policies.replenishment import ReplenishmentPolicy
from simulator.scenario.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Level:
    """Replenishment policy of a stock with every level a number.

    Args:
        policy: sized.
        demand_mean: mean of the units asked for over the lead time and, where there are reviews, their interval.
        demand_sd: standard deviation of the same.
        found: "given", "textbook", "exact" or "pilot".
        note: a sentence about the level that a planner should know; empty for none.
    """

    policy: ReplenishmentPolicy
    demand_mean: float
    demand_sd: float
    found: str
    note: str = ""


def levels_of(scenario: Scenario) -> Mapping[tuple[str, str], Level]:
    """Level of every stock somebody asks for, by warehouse and product."""
    streams = Streams(scenario.run.seed, 0)
    book = draw(scenario, streams) if any(scenario.histories()) else None
    moments = demand_moments(scenario, book)
    chain = SupplyChain(scenario, Clock(scenario.run.end), streams)
    levels = {}
    for (warehouse, product), demand in moments.items():
        expected = outlook(demand, chain.connection(warehouse, product).lead_time)
        asked = scenario.replenishment_of(product, warehouse)
        policy = asked.sized(expected)
        reviews = policy.reviews()
        review = 0.0 if reviews is None else reviews[1]
        variance = (
            expected.lead_time_mean + review
        ) * expected.demand_variance + expected.demand_mean**2 * expected.lead_time_variance
        found = "given" if policy == asked else "textbook"
        levels[warehouse, product] = Level(policy, expected.expected(review), math.sqrt(variance), found)
    return levels
