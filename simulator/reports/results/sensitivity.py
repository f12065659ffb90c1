"""Results of a sensitivity analysis as tables and files, and the function that makes them."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from simulator.experiments.replications.trials import Progress
from simulator.experiments.statistics.confidence_intervals import Estimate
from simulator.experiments.sweeping.ranges import Range, read_ranges
from simulator.experiments.sweeping.sensitivity import (
    MethodName,
    Sensitivity,
    SensitivityDesign,
    analyse,
    cells_of,
    method_of,
    sensitivity_design,
)
from simulator.experiments.sweeping.variants import Variants, named
from simulator.metrics.metric_labels import metric_of
from simulator.reports.files.csv_files import write_csv
from simulator.reports.files.experiment_plans import ExperimentPlan
from simulator.reports.files.json_files import write_json
from simulator.reports.files.manifest import FORMAT, Recorded, origin
from simulator.reports.files.result_folders import ResultFolder
from simulator.reports.results.execution import Execution, execution
from simulator.scenario.scenario import Scenario


@dataclass(frozen=True)
class SensitivityResults(Recorded, Sensitivity):
    """Results of `sensitivity`: the influence of each input on the figures of a scenario.

    The tables are `indices`, `noise` and `results`.

    >>> import simulator
    >>> found = simulator.sensitivity(
    ...     "scenarios/baseline.yaml",
    ...     ["policies.replenishment.cover=7:28 days", "policies.replenishment.service_level=80:95 %"],
    ...     size=2,
    ...     replications=2,
    ...     workers=1,
    ...     overrides=["run.warm_up=0 days", "run.horizon=60 days"],
    ... )
    >>> found
    <SensitivityResults of 'An online shop with slow imports': morris, 2 inputs, 6 points, 2 replications>
    >>> found.indices["measure"].unique().tolist()
    ['mu_star', 'mu', 'sigma']
    """

    def __repr__(self) -> str:
        size = f"{len(self.inputs)} inputs, {len(self.design.cells)} points, {self.replications} replications"
        return f"<SensitivityResults of {self.scenario.name!r}: {self.method}, {size}>"

    def plain(self) -> dict[str, Any]:
        """Return the indices of every input and the noise, by metric, as ``sensitivity --json`` prints them.

        None stands for nan.
        """
        metrics: dict[str, Any] = {}
        for metric, found in self.found.items():
            inputs: dict[str, Any] = {path: {} for path in self.paths}
            for one in found.indices:
                estimate = Estimate(one.value, one.half_width, "", self.design.method.size).plain()
                inputs[one.path][one.measure] = {
                    "value": estimate["mean"],
                    "half_width": estimate["half_width"],
                }
            metrics[metric] = {
                "inputs": inputs,
                "noise_share": Estimate(found.noise.share, 0.0, "share", self.replications).plain()["mean"],
            }
        return {
            "scenario": self.scenario.name,
            "method": self.method,
            "inputs": [asdict(one) for one in self.inputs],
            "seed": self.scenario.run.seed,
            "points": len(self.design.cells),
            "replications": self.replications,
            "metrics": metrics,
            "warnings": self.circumstances.told(),
        }

    def place(self, parent: Path) -> ResultFolder:
        """Return the folder ``sensitivity-<scenario>-<hash>`` within ``parent``, which `save` fills."""
        return plan_of(self.design, {}, Path()).place(parent, "sensitivity")

    def write(self, folder: Path) -> None:
        """Write the files of a sensitivity analysis into a folder.

        * ``manifest.json``: method and ranges of the inputs, start and duration.
        * ``sensitivity.json``: output of ``sensitivity --json``.
        * ``indices.csv``, ``noise.csv``, ``results.parquet``: the tables of these names.
        * ``report.html``: report, in one file.

        Args:
            folder: existing folder.

        Raises:
            OSError: a file cannot be written.
        """
        from simulator.reports.pages.sensitivity import sensitivity_page  # takes a quarter of a second

        described = {
            "format": FORMAT,
            "command": "sensitivity",
            "scenario": self.scenario.name,
            **plan_of(self.design, {}, Path()).details,
            **origin(self.circumstances),
        }
        write_json(described, folder / "manifest.json")
        write_json(self.plain(), folder / "sensitivity.json")
        write_csv(self.indices, folder / "indices.csv")
        write_csv(self.noise, folder / "noise.csv")
        self.results.to_parquet(folder / "results.parquet", index=False)
        (folder / "report.html").write_text(sensitivity_page(self, self.circumstances), encoding="utf-8")


def plan_of(
    planned: SensitivityDesign, asked: Mapping[str, Any], folder: Path, files: Mapping[str, str] | None = None
) -> ExperimentPlan:
    """Make the plan of a sensitivity analysis, which can be written to a file.

    Args:
        planned: design of the analysis.
        asked: arguments of the command, as plain data.
        folder: folder at which relative paths to data files start.
        files: SHA-256 digests of the scenario files that were read, by path.
    """
    method = planned.method
    details = {
        "method": method.name,
        "inputs": [asdict(one) for one in method.inputs],
        "size": method.size,
        "seed": method.seed,
        "replications": planned.replications,
    }
    return ExperimentPlan(asked, folder, planned.scenarios, details, files or {})


def design_of(plan: ExperimentPlan) -> SensitivityDesign:
    """Return the design of the analysis that a plan describes.

    Raises:
        ValueError: the points of the design are no longer those of the plan, because SALib has another
            version.
        ModuleNotFoundError: SALib is not installed.
    """
    details = plan.details
    inputs = tuple(Range(**one) for one in details["inputs"])
    method = method_of(details["method"], inputs, details["size"], details["seed"])
    cells = cells_of(method)
    if {named(values) for values in cells} != plan.scenarios.keys():
        raise ValueError("the plan was made with another version of SALib; without --resume it is made anew")
    return SensitivityDesign(method, cells, dict(plan.scenarios), details["replications"])


def sensitivity(
    scenario: Scenario | str | os.PathLike[str],
    over: Sequence[str],
    *,
    method: MethodName = "morris",
    size: int | None = None,
    metrics: Sequence[str] | None = None,
    alternative: str | None = None,
    overrides: Sequence[str] = (),
    replications: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    cluster: str | None = None,
    work_limit: str | None = None,
    progress: Progress | None = None,
) -> SensitivityResults:
    """Measure the influence of the inputs of a scenario on its figures.

    Each input varies over a range. Replication n of all points uses the same random numbers.

    Args:
        scenario: path of a scenario file, or a loaded scenario without data files.
        over: texts ``path=low:high``, one for each input. The paths are those of ``overrides``.
        method: "morris" for Morris screening with few points, ``size`` times (inputs + 1); or "sobol" for
            Sobol' indices, shares of variance, with many points, ``size`` times (inputs + 2).
        size: number of trajectories of "morris", at least 2, by default 10; or number of samples of "sobol",
            a power of two, by default 64.
        metrics: names of the metrics to analyse; by default the first main metrics that vary: four of them,
            or all that the scenario shows (``show``) and one more.
        alternative: name of the alternative in the file to apply.
        overrides: texts ``path=value``, such as ``run.horizon=1 year``, that win over the file and the
            alternative.
        replications: number of replications at each point, at least 1; by default ``run.replications`` of the
            scenario.
        seed: seed of all random numbers and of the design, at least 0; by default ``run.seed`` of the
            scenario.
        workers: number of processes that share the work, at least 1; by default one for each usable core. The
            results do not depend on it.
        cluster: address of the scheduler of a Dask cluster that does the work instead, such as
            ``tcp://10.0.0.5:8786``.
        work_limit: time and memory that the work may take, such as ``3 days, 64 GB``, or ``none``; by default
            1 day and 16 GB. A warning announces work of more than a minute or 1 GB.
        progress: function called after each replication at a point with the number done and the total of all
            points.

    Returns:
        Indices of every input for every metric, with their confidence intervals, as tables.

    Raises:
        ScenarioError: the file, a path, a range or an argument that replaces a setting of the run has
            mistakes. The error holds all of them, with the point where a value is wrong only together with
            others.
        ValueError: ``over`` is empty, ``size``, ``workers`` or ``work_limit`` is impossible, a metric or method is
            unknown, or a loaded
            scenario has data files or is given with an alternative.
        ModuleNotFoundError: SALib is not installed.
        WorkloadError: the work would exceed ``work_limit``.
        ClusterError: the cluster cannot be used, or ``workers`` is given, too.
        LostWorkerError: a worker process died.
    """
    shown = None if metrics is None else [metric_of(name) for name in metrics]
    variants = Variants(scenario, alternative, overrides, replications=replications, seed=seed)
    planned = sensitivity_design(variants, read_ranges(over), method, size)
    idle = variants.without_effect(planned.cells)
    with execution(workers, cluster, work_limit, progress, alternative, overrides, idle) as by:
        return play(planned, shown, by)


def play(planned: SensitivityDesign, metrics: Sequence[str] | None, by: Execution) -> SensitivityResults:
    """Play the points of a sensitivity analysis.

    Args:
        planned: design of the analysis.
        metrics: names of the metrics to analyse; None for the main ones, see `sensitivity`.
        by: means of playing.
    """
    return by.results(SensitivityResults, partial(analyse, planned, metrics=metrics))
