"""What a second worker gains, as a share of what a second core gains at all.

Two cores seldom do twice the work of one: they share caches, memory and a limit of heat. So two loops that do nothing
but count are timed against one, and two workers against one, on at least half a minute of work for one. All four take
turns every few seconds, so that a busy moment of the machine meets them all.

    python tests/benchmarks/workers.py [turns]
"""

import math
import sys
import time
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from simulator.experiments.replications.replications import replicate
from simulator.experiments.workers.workers import Workers
from simulator.scenario.load import load
from simulator.scenario.scenario import Scenario

SCENARIO = Path(__file__).parents[2] / "scenarios" / "baseline.yaml"
LONG_ENOUGH = 30.0
"""Seconds of work for one worker in a turn, at least, in slices."""
SLICES = 8
COUNT = 40_000_000
GOAL = 0.85
START_GOAL = 1.0


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def count(_: int) -> None:
    """A loop that needs a core and nothing else."""
    number = 0
    while number < COUNT:
        number += 1


def counting(loops: int) -> float:
    """Seconds for so many loops side by side."""
    with get_context("fork").Pool(loops) as pool:
        pool.map(int, range(loops))  # they are there
        return seconds(lambda: pool.map(count, range(loops), chunksize=1))


def running(scenario: Scenario, replications: int, workers: Workers) -> float:
    """Seconds for a run."""
    return seconds(lambda: replicate(scenario, replications, workers, keep_orders="none"))


def starting(workers: int) -> float:
    """Seconds from nothing until the first pieces of work are done."""
    with Workers(workers) as some:
        return seconds(lambda: list(some.each(abs, range(workers))))


def enough_replications(scenario: Scenario) -> int:
    """An even number of replications that take one worker long enough for a slice."""
    with Workers(1) as alone:
        running(scenario, 1, alone)  # pays for imports and caches
        one = min(running(scenario, 2, alone) / 2 for _ in range(3))
    return 2 * math.ceil(1.1 * LONG_ENOUGH / SLICES / one / 2)


def turn(scenario: Scenario, replications: int) -> tuple[float, float, float, float]:
    """Seconds in all of one loop, two loops, one worker and two workers."""
    took = [0.0] * 4
    with Workers(1) as alone, Workers(2) as together:
        for _ in range(SLICES):
            took[0] += counting(1)
            took[1] += counting(2)
            took[2] += running(scenario, replications, alone)
            took[3] += running(scenario, replications, together)
    one, two, alone_took, together_took = took
    return one, two, alone_took, together_took


def main(turns: int) -> None:
    scenario = load(SCENARIO)
    replications = enough_replications(scenario)
    table = Table(title=f"{scenario.name}, {SLICES} times {replications} replications: two against one")
    for heading in ("one worker", "two workers", "gain", "gain of a loop", "share"):
        table.add_column(heading, justify="right")
    shares = []
    for _ in range(turns):
        loop, loops, alone, together = turn(scenario, replications)
        gain, core = alone / together, 2 * loop / loops
        shares.append(gain / core)
        table.add_row(
            f"{alone:.1f} s", f"{together:.1f} s", f"{gain:.2f}", f"{core:.2f}", f"{shares[-1]:.2f}"
        )
    start = median(starting(2) for _ in range(5))
    console = Console(width=110)
    console.print(table)
    console.print(f"Share, median: {median(shares):.2f} (goal: at least {GOAL}).")
    console.print(
        f"Two workers have started and done something after {start:.2f} s (goal: below {START_GOAL:.0f} s)."
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
