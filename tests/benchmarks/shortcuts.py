"""Seconds of a processor that a run and its figures take with and without each shortcut that changes only speed.

    python -m tests.benchmarks.shortcuts [turns] [--only ARITHMETIC SHARED_LINES]

With and without take turns; the medians are shown. A shortcut whose worlds are as fast without it is not worth its
lines. What is based on a shortcut is not taken without it either.
"""

from __future__ import annotations

import argparse
import gc
import time
from statistics import median
from typing import Any

from rich.console import Console

from simulator.metrics.figures import figures
from simulator.model.levels.fixed_levels import with_fixed_levels
from simulator.model.world import simulate
from simulator.scenario import shortcuts
from simulator.scenario.scenario import Scenario
from tests.benchmarks import worlds
from tests.benchmarks.sheet import Sheet
from tests.properties.shortcuts import without


def with_cool_down(shop: dict[str, Any]) -> dict[str, Any]:
    """The shop with time for those who wait at the end."""
    return {**shop, "name": f"{shop['name']}, cool-down", "run": {**shop["run"], "cool_down": "30 days"}}


def by_priority(shop: dict[str, Any]) -> dict[str, Any]:
    """The shop with another sequence than that of the orders, so that goods and lines are events."""
    policies = {**shop["policies"], "allocation": "priority"}
    return {**shop, "name": f"{shop['name']}, by priority", "policies": policies}


WORLDS = {
    "FREE_RUN": [worlds.rationing(), worlds.planner(), worlds.planner_with_fixed_dates()],
    "PLANNED_ROUTES": [worlds.planner(), by_priority(worlds.one_for_one(100.0))],
    "SCHEDULED_MESSAGES": [worlds.planner_with_fixed_dates(), worlds.plain_planner()],
    "SHARED_LINES": [worlds.rationing(), worlds.planner_with_fixed_dates(), worlds.plain_planner()],
    "ARITHMETIC": [
        worlds.reorder_level(),
        worlds.one_for_one(100.0),
        worlds.range_of(),
        with_cool_down(worlds.range_of()),
        worlds.network(200, lines=500.0),
    ],
    "SINGLE_PARCELS": [worlds.reorder_level(), worlds.range_of()],
}
"""The worlds that each shortcut serves."""


def seconds(scenario: Scenario) -> float:
    """How long this process works on a replication and its figures."""
    gc.collect()
    start = time.process_time()
    figures(simulate(scenario))
    return time.process_time() - start


def row(name: str, document: dict[str, Any], turns: int) -> list[str]:
    """The medians of one shortcut in one world."""
    scenario, shortcut = with_fixed_levels(Scenario.model_validate(document)), getattr(shortcuts, name)
    seconds(scenario)
    taken, left_out = [], []
    for _ in range(turns):
        taken.append(seconds(scenario))
        with without(shortcut):
            left_out.append(seconds(scenario))
    one, other = median(taken), median(left_out)
    return [name, scenario.name, f"{one:.3f}", f"{other:.3f}", f"{other / one:.2f}"]


def main() -> None:
    """Print the table."""
    asked = argparse.ArgumentParser(prog="python -m tests.benchmarks.shortcuts")
    asked.add_argument("turns", type=int, nargs="?", default=7, help="turns of each world")
    asked.add_argument("--only", nargs="*", default=list(WORLDS), help="shortcuts")
    wanted = asked.parse_args()
    rows = [row(name, shop, wanted.turns) for name in wanted.only for shop in WORLDS[name]]
    sheet = Sheet(
        "Shortcuts", ("shortcut", "world", "with", "without", "ratio"), rows, "Seconds of a processor."
    )
    console = Console(width=120)
    console.print(sheet.table())
    console.print(sheet.note)


if __name__ == "__main__":
    main()
