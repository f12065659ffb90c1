"""Notes on data files: the detected format of each file, and the rows left out of the run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from simulator.laws.distributions import Empirical
from simulator.scenario.fingerprint import parts
from simulator.scenario.histories.order_files import OrderRows, read_history
from simulator.scenario.scenario import Scenario
from simulator.scenario.sections.run import Run


def reading_notes(*scenarios: Scenario) -> list[str]:
    """Return notes on the data files of scenarios, one sentence each, without repetition.

    Raises:
        ScenarioError: a file cannot be read.
    """
    notes: list[str] = []
    known: set[int] = set()
    for scenario in scenarios:
        for history in scenario.histories():
            rows = read_history(history)
            notes += [*rows.notes, *_outside(rows, scenario.run)]
        for part in parts(scenario, known):
            if isinstance(part, Empirical) and part.file is not None and part.read_as:
                notes.append(f"{Path(part.file).name}: read as: {', '.join(part.read_as)}")
    return list(dict.fromkeys(notes))


def _outside(rows: OrderRows, run: Run) -> Iterator[str]:
    """Yield a note on orders before the start of the run, and one on orders after its end."""
    placed = rows.placed(run.start)
    for outside, bound in (
        (placed < 0.0, f"before {run.start}, the start of the run"),
        (placed >= run.end, f"after day {run.end:g}, the end of the run"),
    ):
        count = int(np.count_nonzero(outside))
        if count:
            verb = "1 row is" if count == 1 else f"{count:,} rows are"
            yield f"{', '.join(file.name for file in rows.files)}: {verb} left out, {bound}"
