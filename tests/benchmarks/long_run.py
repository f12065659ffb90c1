"""A hundred million order lines in windows: how long that takes, and how much memory at the peak.

The (r,Q) shop of the benchmark is played for 100,000 days, in windows of half a million lines. The ready rate has to
agree with theory. With ``--limit`` the operating system refuses all memory beyond so many GiB.

    python -m tests.benchmarks.long_run [days] [--limit GIB]
"""

from __future__ import annotations

import argparse
import resource
import sys
import time

from rich.console import Console

from simulator.experiments.replications.replications import replicate
from simulator.scenario.scenario import Scenario
from tests.benchmarks import worlds
from tests.benchmarks.theory import reordering

WINDOW = "500 days"
AGREES = 0.01


def long_run(days: float) -> Scenario:
    """The (r,Q) shop for so many days, in windows."""
    document = worlds.reorder_level(days)
    document["run"] |= {"warm_up": "100 days", "window": WINDOW, "replications": 1}
    return Scenario.model_validate(document)


def peak() -> float:
    """Most memory of all processes so far, in MiB."""
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return sum(
        resource.getrusage(who).ru_maxrss / unit for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )


def main() -> None:
    """Play it and say what it took."""
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    words.add_argument("days", nargs="?", type=float, default=100_000.0)
    words.add_argument("--limit", type=float, help="GiB of address space")
    given = words.parse_args()
    if given.limit is not None:
        limit = int(given.limit * 2**30)
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    before, began = peak(), time.perf_counter()
    (figures,) = replicate(long_run(given.days), workers=1).figures
    seconds, lines = time.perf_counter() - began, figures["lines"]
    found, theory = figures["ready_rate"], reordering().at_once
    Console(width=120).print(
        f"{lines:,.0f} lines in {seconds:.1f} s ({1e6 * seconds / lines:.2f} µs each); at the peak {peak():,.0f} MiB "
        f"({before:,.0f} before); ready rate {found:.4f}, theory {theory:.4f}."
    )
    if abs(found - theory) > AGREES:
        raise SystemExit("that does not agree with theory")


if __name__ == "__main__":
    main()
