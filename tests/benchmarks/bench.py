"""Speed as a ratio to an empty SimPy loop: how many orders pass in the time in which the loop passes one.

Seconds differ from machine to machine, ratios hardly. Each world is played as it is, and with every order line as an
event of its own (``stepping``); it has to agree with theory first, where there is any. The empty loop and the worlds
take turns, so that a busy moment of the machine meets them all; the medians are shown.

    python -m tests.benchmarks.bench [turns] [--growth] [--peers]

With both options the results are written to ``results/baselines/bench.md``.
"""

from __future__ import annotations

import argparse
import gc
import math
import platform
import resource
import tracemalloc
from collections import defaultdict
from collections.abc import Callable, Generator
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple, TypeVar

import simpy
from rich.console import Console

from simulator.metrics.figures import figures
from simulator.model.levels.fixed_levels import with_fixed_levels
from simulator.model.world import simulate
from simulator.orders.order_book import draw
from simulator.orders.random.streams import Streams
from simulator.scenario.scenario import Scenario
from tests.benchmarks import peers, single_purpose, worlds
from tests.benchmarks.sheet import Sheet
from tests.benchmarks.theory import Service, hold, one_for_one, reordering

Result = TypeVar("Result")
LOOP = 200_000
REPLICATIONS = 10
"""That are held against theory."""
OURS = "this simulator"
"""Its name in the table of programs written for one shop."""
KEPT = Path(__file__).parents[2] / "results" / "baselines" / "bench.md"
CONSOLE = Console(width=120)


class Turn(NamedTuple):
    """Microseconds an order; those of the kernel, which provides the memory, are part of the others."""

    empty_loop: float
    drawing: float
    playing: float
    figures: float
    kernel: float

    @property
    def ratio(self) -> float:
        """How many times as fast as the empty loop."""
        return self.empty_loop / (self.drawing + self.playing + self.figures)


def empty_loop() -> None:
    """Let SimPy pass from one order to the next, and do nothing there."""
    environment = simpy.Environment()

    def customers() -> Generator[simpy.Event, Any, None]:
        for _ in range(LOOP):
            yield environment.timeout(0.5)

    environment.process(customers())
    environment.run()


def microseconds(
    work: Callable[..., Result], *arguments: object, **named: object
) -> tuple[float, float, Result]:
    """How long this process works on it, how much of that is the kernel's, and the result."""
    gc.collect()
    start = resource.getrusage(resource.RUSAGE_SELF)
    result = work(*arguments, **named)
    end = resource.getrusage(resource.RUSAGE_SELF)
    kernel = end.ru_stime - start.ru_stime
    return (end.ru_utime - start.ru_utime + kernel) * 1e6, kernel * 1e6, result


def replications(scenario: Scenario) -> list[Service]:
    """Simulate replications and return the figures that theory knows."""
    found = [figures(simulate(scenario, number)) for number in range(1, REPLICATIONS + 1)]
    return [Service(one["ready_rate"], one["asked_wait_mean"]) for one in found]


class Case:
    """A world and the turns it has had."""

    def __init__(self, document: dict[str, Any], exact: Service | None = None) -> None:
        self.scenario = with_fixed_levels(Scenario.model_validate(document))
        record = simulate(self.scenario)
        self.orders = 1 + int(record.book.order[-1])
        self.from_stock = figures(record)["line_fill_rate"]
        self.found = [] if exact is None else replications(self.scenario)
        if exact is not None:
            CONSOLE.print(hold(self.scenario.name, self.found, exact))
        self.turns: dict[bool, list[Turn]] = {False: [], True: []}

    def take_turn(self, *, step: bool) -> Turn:
        """The empty loop and the world, side by side."""
        loop, _, _ = microseconds(empty_loop)
        drawing, _, _ = microseconds(draw, self.scenario, Streams(self.scenario.run.seed, 0))
        simulated, kernel, record = microseconds(simulate, self.scenario, step=step)
        worked_out, more, _ = microseconds(figures, record)
        # simulate draws the same book again
        parts = (drawing, simulated - drawing, worked_out, kernel + more)
        turn = Turn(loop / LOOP, *(part / self.orders for part in parts))
        self.turns[step].append(turn)
        return turn

    def row(self) -> list[str]:
        """The case as a row of the table."""
        turns = self.turns[False]
        parts = [[part / turn.empty_loop for turn in turns for part in [turn[k]]] for k in (1, 2, 3)]
        return [
            self.scenario.name,
            f"{self.orders:,}",
            f"{100 * self.from_stock:.1f} %",
            *(f"{median(part):.3f}" for part in parts),
            f"{median(turn.ratio for turn in turns):.2f}",
            f"{median(turn.ratio for turn in self.turns[True]):.2f}",
        ]


def ratios(turns: int) -> Sheet:
    """All worlds."""
    cases = [
        Case(worlds.reorder_level(), reordering()),
        Case(worlds.one_for_one(), one_for_one()),
        Case(worlds.planner()),
        Case(worlds.planner_with_fixed_dates()),
        Case(worlds.plain_planner()),
        Case(worlds.rationing()),
        Case(worlds.range_of()),
        Case(worlds.two_sources()),
        Case(worlds.interrupted_sources()),
        Case(worlds.network(200, lines=500.0)),
    ]
    for _ in range(turns):
        for case in cases:
            case.take_turn(step=False)
    for case in cases:
        case.take_turn(step=True)
    loop = median(turn.empty_loop for case in cases for turn in case.turns[False])
    return Sheet(
        "An order of an empty SimPy loop costs 1 and passes at speed 1",
        ("world", "orders", "from stock", "drawing", "playing", "figures", "speed", "stepping"),
        [case.row() for case in cases],
        f"Medians of {turns} turns. An order of the empty loop: {loop:.2f} µs "
        f"(Python {platform.python_version()}, SimPy {version('simpy')}).",
    )


def growth(turns: int) -> Sheet:
    """Time against the number of orders, and of products; memory."""
    by_orders = [Case(worlds.reorder_level(days)) for days in (100.0, 1_000.0, 10_000.0)]
    by_products = [
        Case(worlds.range_of(products, rate=10_000 / products if products < 10_000 else 1.0))
        for products in (1, 100, 10_000)
    ]
    cases = [*by_orders, *by_products, Case(worlds.planner())]
    for _ in range(turns):
        for case in cases:
            case.take_turn(step=False)
    cost = {case: median(1 / turn.ratio for turn in case.turns[False]) for case in cases}
    kernel = {case: median(turn.kernel / turn.empty_loop for turn in case.turns[False]) for case in cases}
    fewest, most = by_orders[0], by_orders[-1]

    def exponent(few: float, many: float) -> float:
        return 1 + math.log(many / few) / math.log(most.orders / fewest.orders)

    itself = exponent(cost[fewest] - kernel[fewest], cost[most] - kernel[most])
    altogether = exponent(cost[fewest], cost[most])
    spread = max(cost[case] for case in by_products) / min(cost[case] for case in by_products)
    return Sheet(
        "More orders, more products",
        ("world", "orders", "cost of an order", "of it the kernel's", "bytes a line at the peak"),
        [
            [
                case.scenario.name,
                f"{case.orders:,}",
                f"{cost[case]:.3f}",
                f"{kernel[case]:.3f}",
                f"{peak(case):.0f}",
            ]
            for case in cases
        ],
        f"Medians of {turns} turns. Time grows with orders to the power {itself:.3f}, with what the kernel takes to "
        f"provide memory {altogether:.3f}; a million orders for the most products take {spread:.1f} times as long "
        "as for one.",
    )


def peak(case: Case) -> float:
    """Most memory that a replication and its figures take, in bytes an order line."""
    gc.collect()
    tracemalloc.start()
    record = simulate(case.scenario)
    gc.collect()  # the world is done with before figures are worked out, as in any experiment
    figures(record)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most / case.orders


def others(turns: int) -> Sheet:
    """What other simulators do."""
    python = peers.install()
    rows = [[peer.name, f"{peers.speed(peer, python, turns):.3f}"] for peer in peers.peers()]
    note = f"Base stock one for one; each plays the shop at its exact fill rate. Medians of {turns} turns."
    return Sheet("Other simulators, as multiples of the empty loop", ("simulator", "speed"), rows, note)


def written_for_one_shop(turns: int) -> Sheet:
    """This simulator beside programs that can do nothing else but the shop."""
    python = peers.install()
    return Sheet(
        "Programs written for one shop, as multiples of the empty loop",
        ("shop and program", "speed", "at once", "mean wait"),
        [
            *beside_single_purpose(worlds.reorder_level(), single_purpose.REORDERING, python, turns),
            *beside_single_purpose(worlds.one_for_one(), single_purpose.ONE_FOR_ONE, python, turns),
        ],
        f"A million orders a replication. Speed: medians of {turns} turns, Numba's compilation not counted. Figures: "
        f"means of {REPLICATIONS} replications, each within the 99.9 % interval of theory.",
    )


def beside_single_purpose(
    document: dict[str, Any], shop: single_purpose.Shop, python: Path, turns: int
) -> list[list[str]]:
    """Rows of one shop: each program, this simulator and theory. Programs and simulator take turns."""
    case = Case(document, shop.exact)
    speeds: dict[str, list[float]] = defaultdict(list)
    found: dict[str, list[Service]] = {}
    for _ in range(turns):
        for program in single_purpose.PROGRAMS:
            speed, found[program.name] = single_purpose.take_turn(program, shop, python)
            speeds[program.name].append(speed)
        case.take_turn(step=False)
    found[OURS], speeds[OURS] = case.found, [turn.ratio for turn in case.turns[False]]

    def row(name: str, speed: str, service: Service) -> list[str]:
        at_once, wait = f"{100 * service.at_once:.2f} %", f"{24 * 60 * service.wait:.1f} min"
        return [f"{case.scenario.name}: {name}", speed, at_once, wait]

    rows = []
    for name, services in found.items():
        hold(f"{case.scenario.name}, {name}", services, shop.exact)
        rows.append(row(name, f"{median(speeds[name]):.1f}", Service.mean(services)))
    return [*rows, row("theory", "", shop.exact)]


def main() -> None:
    """Show what is asked for; what is asked for all at once is kept as well."""
    asked = argparse.ArgumentParser(prog="python -m tests.benchmarks.bench")
    asked.add_argument("turns", type=int, nargs="?", default=5, help="turns of each world")
    asked.add_argument("--growth", action="store_true", help="also more orders and products, and memory")
    asked.add_argument("--peers", action="store_true", help="also other simulators (installs them, once)")
    wanted = asked.parse_args()
    parts: list[Callable[[], Sheet]] = [lambda: ratios(wanted.turns)]
    if wanted.growth:
        parts.append(lambda: growth(min(wanted.turns, 3)))
    if wanted.peers:
        parts += [lambda: others(min(wanted.turns, 3)), lambda: written_for_one_shop(wanted.turns)]
    sheets = []
    for part in parts:
        sheets.append(part())
        CONSOLE.print(sheets[-1].table())
        CONSOLE.print(sheets[-1].note)
    if wanted.growth and wanted.peers:
        KEPT.write_text("# Speed\n\n" + "\n".join(sheet.markdown() for sheet in sheets), encoding="utf-8")


if __name__ == "__main__":
    main()
