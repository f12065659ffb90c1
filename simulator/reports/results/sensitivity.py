"""Results of a sensitivity analysis for Python, and their folder."""

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
    """A sensitivity analysis, and how it came about.

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
        """What ``sensitivity --json`` prints: for each metric the indices of every input, and the noise."""
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
        """The folder ``sensitivity-<scenario>-<hash>``."""
        return plan_of(self.design, {}, Path()).place(parent, "sensitivity")

    def write(self, folder: Path) -> None:
        """Write every file of an analysis's folder into a folder that exists.

        ====================  ==================================================================
        ``manifest.json``     what was varied and how, when and how long
        ``sensitivity.json``  what ``sensitivity --json`` prints
        ``indices.csv``       the indices of every input for every metric that was analysed
        ``noise.csv``         how much of the variance of each metric is chance
        ``results.parquet``   every metric, one row for each point and replication
        ``report.html``       the page
        ====================  ==================================================================
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
    """The analysis as a plan that can be written down; arguments as those of ``sweeping.plan_of``."""
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
    """The analysis that the plan describes. Raises ValueError if its points are no longer those of the plan."""
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
    """Find out which inputs of a scenario its figures depend on.

    Args:
        scenario: the path of a scenario file, or a scenario (without data files).
        over: texts ``path=low:high``, with the paths of ``overrides``.
        method: "morris" (screening, few evaluations) or "sobol" (shares of variance, many).
        size: trajectories of "morris" (left out: 10), samples of "sobol" (64; a power of two).
        metrics: what to analyse; left out: of the main ones that vary the first four.
        alternative: name of an alternative in the file to apply.
        overrides: texts ``a.b.c=value`` that win over the file and the alternative.
        replications: at every point; left out: as many as the scenario says.
        seed: of all random numbers, the design's too; left out: the scenario's.
        workers: processes that share the work; left out: one for each core. The results do not depend on it.
        cluster: address of a Dask cluster that does the work instead.
        work_limit: time and memory that may be taken, as ``3 days, 64 GB`` or ``none``; left out: 1 day, 16 GB.
        progress: called with how many trials are done, and their total.

    Raises:
        WorkloadError: it would take more than the limit.
        ScenarioError: the file, a range or a path is wrong; it names every mistake, and the point if need be.
        ValueError: nothing is varied, the size is impossible, or there is no such metric or method.
        ModuleNotFoundError: SALib is not installed.
    """
    shown = None if metrics is None else [metric_of(name) for name in metrics]
    variants = Variants(scenario, alternative, overrides, replications=replications, seed=seed)
    planned = sensitivity_design(variants, read_ranges(over), method, size)
    idle = variants.without_effect(planned.cells)
    with execution(workers, cluster, work_limit, progress, alternative, overrides, idle) as by:
        return play(planned, shown, by)


def play(planned: SensitivityDesign, metrics: Sequence[str] | None, by: Execution) -> SensitivityResults:
    """Play an analysis of these metrics; ``None``: of the main ones that vary the first four."""
    return by.results(SensitivityResults, partial(analyse, planned, metrics=metrics))
