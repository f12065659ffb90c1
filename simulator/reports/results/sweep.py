"""Results of a sweep for Python, and their folder."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from simulator.experiments.replications.trials import Progress
from simulator.experiments.statistics.confidence_intervals import Estimate
from simulator.experiments.sweeping import sweep as sweeping
from simulator.experiments.sweeping.ranges import Levels, read_levels
from simulator.experiments.sweeping.sweep import Sweep, SweepDesign, sweep_design
from simulator.experiments.sweeping.variants import Variants
from simulator.reports.files.csv_files import write_csv
from simulator.reports.files.experiment_plans import ExperimentPlan
from simulator.reports.files.json_files import write_json
from simulator.reports.files.manifest import FORMAT, Recorded, origin
from simulator.reports.files.result_folders import ResultFolder
from simulator.reports.results.execution import Execution, execution
from simulator.scenario.fingerprint import data_files, fingerprint
from simulator.scenario.scenario import Scenario


@dataclass(frozen=True)
class SweepResults(Recorded, Sweep):
    """A sweep, and how it came about.

    >>> import simulator
    >>> found = simulator.sweep(
    ...     "scenarios/baseline.yaml",
    ...     ["policies.replenishment.service_level=80:90:5 %"],
    ...     replications=2,
    ...     workers=1,
    ...     overrides=["run.warm_up=0 days", "run.horizon=60 days"],
    ... )
    >>> found
    <SweepResults of 'An online shop with slow imports': 3 cells, 2 replications>
    >>> found.cells["policies.replenishment.service_level"].tolist()
    [80, 85, 90]
    >>> list(found.summary.columns[2:])
    ['metric', 'mean', 'half_width', 'n', 'unit']
    """

    def __repr__(self) -> str:
        size = f"{len(self.design.cells)} cells, {self.replications} replications"
        return f"<SweepResults of {self.scenario.name!r}: {size}>"

    def plain(self, metrics: Sequence[str] | None = None) -> dict[str, Any]:
        """What ``sweep --json`` prints: every cell with its values, and mean and half width of the metrics."""
        shown = self.main_metrics() if metrics is None else metrics
        found: dict[int, dict[str, Any]] = {number: {} for number in range(1, len(self.design.cells) + 1)}
        for row in self.summary[self.summary["metric"].isin(shown)].to_dict("records"):
            estimate = Estimate(row["mean"], row["half_width"], row["unit"], row["n"]).plain()
            found[row["cell"]][row["metric"]] = {key: estimate[key] for key in ("mean", "half_width", "unit")}
        cells = [
            {"cell": number, "values": dict(values), "metrics": found[number]}
            for number, values in enumerate(self.design.cells, 1)
        ]
        leaders = {metric: self.leaders(metric) for metric in shown}
        return {
            "scenario": self.scenario.name,
            "seed": self.scenario.run.seed,
            "replications": self.replications,
            "cells": cells,
            "best": {
                metric: {"cell": one.best, "contenders": list(one.contenders)}
                for metric, one in leaders.items()
                if one is not None
            },
            "warnings": self.circumstances.told(),
        }

    def place(self, parent: Path) -> ResultFolder:
        """The folder ``sweep-<scenario>-<hash>``."""
        return plan_of(self.design, {}, Path()).place(parent, "sweep")

    def write(self, folder: Path) -> None:
        """Write every file of a sweep's folder into a folder that exists.

        ===================  ==================================================================
        ``manifest.json``    what was varied, the hash of every cell's scenario, when and how long
        ``cells.csv``        every cell with its values
        ``summary.csv``      mean and half width of every metric in every cell
        ``results.parquet``  every metric, one row for each cell and replication
        ``report.html``      the page
        ===================  ==================================================================
        """
        from simulator.reports.pages.sweep import sweep_page  # takes a quarter of a second

        planned = self.design
        described = {
            "format": FORMAT,
            "command": "sweep",
            "scenario": self.scenario.name,
            "over": {one.path: list(one.values) for one in planned.levels},
            "cells": [
                {"values": dict(v), "hash": h} for v, h in zip(planned.cells, _hashes(planned), strict=True)
            ],
            "data": {path: digest for one in planned.scenarios for path, digest in data_files(one).items()},
            "seed": self.scenario.run.seed,
            "replications": self.replications,
            **origin(self.circumstances),
        }
        write_json(described, folder / "manifest.json")
        write_csv(self.cells, folder / "cells.csv")
        write_csv(self.summary, folder / "summary.csv")
        self.results.to_parquet(folder / "results.parquet", index=False)
        (folder / "report.html").write_text(sweep_page(self, self.circumstances), encoding="utf-8")


def plan_of(
    planned: SweepDesign, asked: Mapping[str, Any], folder: Path, files: Mapping[str, str] | None = None
) -> ExperimentPlan:
    """The sweep as a plan that can be written down.

    Args:
        planned: what it plays.
        asked: the words in which it was asked for.
        folder: where paths to data files start.
        files: SHA-256 of the scenario files that were read, by path.
    """
    details = {
        "levels": [[one.path, list(one.values)] for one in planned.levels],
        "cells": [dict(cell) for cell in planned.cells],
        "replications": planned.replications,
    }
    scenarios = dict(zip(planned.names, planned.scenarios, strict=True))
    return ExperimentPlan(asked, folder, scenarios, details, files or {})


def design_of(plan: ExperimentPlan) -> SweepDesign:
    """The sweep that the plan describes."""
    details = plan.details
    return SweepDesign(
        tuple(Levels(path, tuple(values)) for path, values in details["levels"]),
        tuple(details["cells"]),
        tuple(plan.scenarios.values()),
        details["replications"],
    )


def _hashes(planned: SweepDesign) -> list[str]:
    return [fingerprint(scenario) for scenario in planned.scenarios]


def sweep(
    scenario: Scenario | str | os.PathLike[str],
    over: Sequence[str],
    *,
    zipped: bool = False,
    alternative: str | None = None,
    overrides: Sequence[str] = (),
    replications: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    cluster: str | None = None,
    work_limit: str | None = None,
    progress: Progress | None = None,
) -> SweepResults:
    """Play a scenario with every combination of some values and return the figures of each.

    Args:
        scenario: the path of a scenario file, or a scenario (without data files).
        over: texts ``path=low:high:step`` or ``path=a,b,c``, with the paths of ``overrides``.
        zipped: take the first values of all paths together, then the second ones, and so on.
        alternative: name of an alternative in the file to apply.
        overrides: texts ``a.b.c=value`` that win over the file and the alternative.
        replications: of every cell; left out: as many as the scenario says.
        seed: of all random numbers; left out: the scenario's.
        workers: processes that share the work; left out: one for each core. The results do not depend on it.
        cluster: address of a Dask cluster that does the work instead.
        work_limit: time and memory that may be taken, as ``3 days, 64 GB`` or ``none``; left out: 1 day, 16 GB.
        progress: called with how many trials are done, and their total.

    Raises:
        WorkloadError: it would take more than the limit.
        ScenarioError: the file, a value or a path is wrong; it names every mistake, and the cell if need be.
        ValueError: nothing is varied, paths to be zipped have different numbers of values, or a setting of the
            run is impossible.
    """
    variants = Variants(scenario, alternative, overrides, replications=replications, seed=seed)
    planned = sweep_design(variants, read_levels(over), zipped=zipped)
    idle = variants.without_effect(planned.cells)
    with execution(workers, cluster, work_limit, progress, alternative, overrides, idle) as by:
        return play(planned, by)


def play(planned: SweepDesign, by: Execution) -> SweepResults:
    """Play a sweep."""
    return by.results(SweepResults, partial(sweeping.sweep, planned))
