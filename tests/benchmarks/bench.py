"""Speed as a ratio to an empty SimPy loop: what an order costs, in units of the least that SimPy could do.

Seconds differ from machine to machine, ratios hardly. Drawing the orders, playing them and working out the
figures are timed apart. The empty loop and the scenarios take turns, so that a busy moment of the machine
meets them all; the medians are shown.

    python tests/benchmarks/bench.py [turns]
"""

import gc
import platform
import sys
import time
from collections.abc import Callable, Generator
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple, TypeVar

import simpy
from rich.console import Console
from rich.table import Table

from simulator.metrics.figures import figures
from simulator.model.world import simulate
from simulator.orders.book import draw
from simulator.orders.streams import Streams
from simulator.scenario.scenario import load

HERE = Path(__file__).parent
SCENARIOS = (HERE.parents[1] / "scenarios" / "baseline.yaml", HERE / "one_product.yaml")

ENOUGH_ORDERS = 100_000
"""A turn takes as many replications of a scenario as give this many orders."""

Result = TypeVar("Result")


class Turn(NamedTuple):
    """Seconds for the same number of orders."""

    empty_loop: float
    drawing: float
    playing: float
    figures: float


def empty_loop(orders: int) -> None:
    """Let SimPy pass from one order to the next, and do nothing there."""
    environment = simpy.Environment()

    def customers() -> Generator[simpy.Event, Any, None]:
        for _ in range(orders):
            yield environment.timeout(0.5)

    environment.process(customers())
    environment.run()


def seconds(work: Callable[..., Result], *arguments: object) -> tuple[float, Result]:
    """How long the work takes, and its result."""
    gc.collect()
    start = time.perf_counter()
    result = work(*arguments)
    return time.perf_counter() - start, result


class Case:
    """A scenario, enough replications of it to time, and the turns it has had."""

    def __init__(self, path: Path) -> None:
        # Without a cool-down every order that is drawn is played.
        self.scenario = load(path, overrides=("run.cool_down=0 days",))
        self.orders = self.replications = 0
        self.turns: list[Turn] = []
        while self.orders < ENOUGH_ORDERS:
            self.orders += 1 + int(draw(self.scenario, self.streams(self.replications)).order[-1])
            self.replications += 1

    def streams(self, replication: int) -> Streams:
        return Streams(self.scenario.run.seed, replication)

    def take_turn(self) -> None:
        """The empty loop and the scenario, side by side."""
        loop, _ = seconds(empty_loop, self.orders)
        drawing = playing = working_out = 0.0
        for replication in range(self.replications):
            drawn, _ = seconds(draw, self.scenario, self.streams(replication))
            simulated, record = seconds(simulate, self.scenario, replication)
            worked_out, _ = seconds(figures, record)
            drawing += drawn
            playing += simulated - drawn  # simulate draws the same book again
            working_out += worked_out
        self.turns.append(Turn(loop, drawing, playing, working_out))

    def row(self) -> list[str]:
        """The case as a row of the table."""
        speed = self.orders / median(sum(parts) for _, *parts in self.turns)
        ratios = [[part / loop for part in (*parts, sum(parts))] for loop, *parts in self.turns]
        medians = (median(column) for column in zip(*ratios, strict=True))
        return [
            self.scenario.name,
            f"{self.orders:,}",
            f"{speed:,.0f}",
            *(f"{ratio:.3f}" for ratio in medians),
        ]


def main(turns: int) -> None:
    cases = [Case(path) for path in SCENARIOS]
    for case in cases:
        case.take_turn()
        case.turns.clear()  # the first turn paid for imports and caches
    for _ in range(turns):
        for case in cases:
            case.take_turn()

    table = Table("scenario", title="Cost of an order; an order of an empty SimPy loop costs 1")
    for heading in ("orders", "orders/s", "drawing", "playing", "figures", "all"):
        table.add_column(heading, justify="right")
    for case in cases:
        table.add_row(*case.row())
    loop = median(turn.empty_loop / case.orders for case in cases for turn in case.turns)

    console = Console(width=110)
    console.print(table)
    console.print(
        f"Medians of {turns} turns. An order of the empty loop: {loop * 1e6:.2f} µs "
        f"(Python {platform.python_version()}, SimPy {version('simpy')})."
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 7)
