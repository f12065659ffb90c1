"""Results of a sweep as tables and files, and the function that makes them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
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
    """Results of `sweep`: the figures of every cell of a grid of settings.

    A cell is one combination of values. The tables are `cells`, `summary` and `results`; `leaders` tells
    which cells may be the best.

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
        """Return the sweep as plain data, as ``sweep --json`` prints it.

        Args:
            metrics: names of the metrics; by default those of `main_metrics`.

        Returns:
            Mean and half width of each metric in each cell, and for each metric the cells that may be the
            best. None stands for nan.
        """
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
        """Return the folder ``sweep-<scenario>-<hash>`` within ``parent``, which `save` fills."""
        return plan_of(self.design, {}, Path()).place(parent, "sweep")

    def write(self, folder: Path) -> None:
        """Write the files of a sweep into a folder.

        * ``manifest.json``: varied paths with their values, the hash of every cell's scenario, start and
          duration.
        * ``cells.csv``, ``summary.csv``, ``results.parquet``: the tables of these names.
        * ``report.html``: report, in one file.

        Args:
            folder: existing folder.

        Raises:
            OSError: a file cannot be written.
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
    """Make the plan of a sweep, which can be written to a file.

    Args:
        planned: design of the sweep.
        asked: arguments of the command, as plain data.
        folder: folder at which relative paths to data files start.
        files: SHA-256 digests of the scenario files that were read, by path.
    """
    details = {
        "levels": [[one.path, list(one.values)] for one in planned.levels],
        "cells": [dict(cell) for cell in planned.cells],
        "replications": planned.replications,
    }
    scenarios = dict(zip(planned.names, planned.scenarios, strict=True))
    return ExperimentPlan(asked, folder, scenarios, details, files or {})


def design_of(plan: ExperimentPlan) -> SweepDesign:
    """Return the design of the sweep that a plan describes."""
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
    """Play a scenario with every combination of the values of some settings.

    Replication n of all cells uses the same random numbers, so the cells meet the same customers.

    Args:
        scenario: path of a scenario file, or a loaded scenario without data files.
        over: texts ``path=low:high:step`` or ``path=a,b,c``, one for each setting to vary. The paths are
            those of ``overrides``.
        zipped: True to combine the first values of all paths, then the second values, and so on, instead of
            every value with every other.
        alternative: name of the alternative in the file to apply.
        overrides: texts ``path=value``, such as ``run.horizon=1 year``, that win over the file and the
            alternative.
        replications: number of replications of each cell, at least 1; by default ``run.replications`` of the
            scenario.
        seed: seed of all random numbers, at least 0; by default ``run.seed`` of the scenario.
        workers: number of processes that share the work, at least 1; by default one for each usable core. The
            results do not depend on it.
        cluster: address of the scheduler of a Dask cluster that does the work instead, such as
            ``tcp://10.0.0.5:8786``.
        work_limit: time and memory that the work may take, such as ``3 days, 64 GB``, or ``none``; by default
            1 day and 16 GB. A warning announces work of more than a minute or 1 GB.
        progress: function called after each replication of a cell with the number done and the total of all
            cells.

    Returns:
        Figures of every cell, with their confidence intervals, as tables.

    Raises:
        ScenarioError: the file, a path, a value or an argument that replaces a setting of the run has
            mistakes. The error holds all of them, with the cell where a value is wrong only together with
            others.
        ValueError: ``over`` is empty, zipped paths have different numbers of values, there are more than 10,000 cells,
            ``workers`` or ``work_limit`` is impossible, or a loaded scenario has data files or is given with
            an alternative.
        WorkloadError: the work would exceed ``work_limit``.
        ClusterError: the cluster cannot be used, or ``workers`` is given, too.
        LostWorkerError: a worker process died.
    """
    variants = Variants(scenario, alternative, overrides, replications=replications, seed=seed)
    planned = sweep_design(variants, read_levels(over), zipped=zipped)
    idle = variants.without_effect(planned.cells)
    with execution(workers, cluster, work_limit, progress, alternative, overrides, idle) as by:
        return play(planned, by)


def play(planned: SweepDesign, by: Execution, metrics: Iterable[str] = ()) -> SweepResults:
    """Play a sweep.

    Args:
        planned: design of the sweep.
        by: means of playing.
        metrics: metrics asked for besides those that the scenario names.
    """
    return by.results(SweepResults, partial(sweeping.sweep, planned, metrics=metrics))
