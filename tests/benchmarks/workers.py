"""What a second worker gains, as a share of what a second core gains at all.

Two cores seldom do twice the work of one: they share caches, memory and a limit of heat. So two loops that do nothing
but count are timed against one, in turn with a run of half a minute by two workers against one.

    python tests/benchmarks/workers.py [turns]
"""

import sys
import time
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from simulator.experiments.replicate import replicate
from simulator.experiments.workers import Workers
from simulator.scenario.scenario import Scenario, load

SCENARIO = Path(__file__).parents[2] / "scenarios" / "baseline.yaml"
LONG_ENOUGH = 30.0
"""Seconds that the run takes with one worker, at least."""
COUNT = 60_000_000
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


def running(scenario: Scenario, replications: int, workers: int) -> float:
    """Seconds for a run, with the start and the end of the workers."""
    return seconds(lambda: replicate(scenario, replications, workers))


def starting(workers: int) -> float:
    """Seconds until every worker has done a piece of work."""
    with Workers(workers) as some:
        return seconds(lambda: list(some.each(abs, range(workers))))


def enough_replications(scenario: Scenario) -> int:
    """An even number of replications that take one worker long enough."""
    running(scenario, 1, 1)  # pays for imports and caches
    return 2 * int(1.1 * LONG_ENOUGH / running(scenario, 4, 1) * 4 / 2 + 1)


def main(turns: int) -> None:
    scenario = load(SCENARIO)
    replications = enough_replications(scenario)
    table = Table(title=f"{scenario.name}, {replications} replications; gain of two over one")
    for heading in ("one worker", "two workers", "gain", "gain of a loop", "share"):
        table.add_column(heading, justify="right")
    shares = []
    for _ in range(turns):
        loops = [counting(1), counting(2)]
        alone, together = running(scenario, replications, 1), running(scenario, replications, 2)
        loops += [counting(1), counting(2)]
        core = 2 * (loops[0] + loops[2]) / (loops[1] + loops[3])
        shares.append(alone / together / core)
        table.add_row(
            f"{alone:.1f} s",
            f"{together:.1f} s",
            f"{alone / together:.2f}",
            f"{core:.2f}",
            f"{shares[-1]:.2f}",
        )
    start = median(starting(2) for _ in range(5))
    console = Console(width=110)
    console.print(table)
    console.print(f"Share, median: {median(shares):.2f} (goal: at least {GOAL}).")
    console.print(
        f"Two workers have started and done their first work after {start:.2f} s (goal: below {START_GOAL:.0f} s)."
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
