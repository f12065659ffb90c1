"""Results of a comparison as tables and files, and the function that makes them."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator.experiments.comparing import comparison as comparing
from simulator.experiments.comparing.alternatives import AS_IS, Alternative, Source, alternatives_of
from simulator.experiments.comparing.comparison import Comparison
from simulator.experiments.comparing.comparison_plan import ComparisonPlan
from simulator.experiments.replications.trials import Progress
from simulator.experiments.statistics.precision import MOST, Precision
from simulator.metrics.metric_labels import metric_of
from simulator.reports.files.csv_files import write_csv
from simulator.reports.files.json_files import records, write_json
from simulator.reports.files.manifest import Recorded, manifest
from simulator.reports.files.result_folders import ResultFolder, result_folder
from simulator.reports.results.execution import Execution, Stopped, execution
from simulator.reports.results.run import with_run
from simulator.reports.wording.level_tables import alternatives_frame
from simulator.scenario.fingerprint import fingerprint
from simulator.scenario.load import ScenarioFile
from simulator.scenario.scenario import Scenario
from simulator.scenario.without_effect import without_effect

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class ComparisonResults(Recorded, Comparison):
    """Results of `compare`: the differences of alternatives from a reference, before the same customers.

    The tables are `differences`, `verdicts`, `means`, `customers`, `results` and `levels`.

    >>> import simulator
    >>> quick = ["run.warm_up=0 days", "run.horizon=60 days"]
    >>> found = simulator.compare(
    ...     "scenarios/baseline.yaml", ["no backorders"], replications=2, workers=1, overrides=quick
    ... )
    >>> found
    <ComparisonResults of 'An online shop with slow imports': 'as is', 'no backorders', 2 replications>
    >>> profit = found.differences.query("metric == 'profit' and dimension == 'overall'").iloc[0]
    >>> profit["alternative"], profit["verdict"]
    ('no backorders', 'unclear')
    """

    def __repr__(self) -> str:
        name = self.scenarios[self.against].name
        named = ", ".join(map(repr, self.alternatives))
        return f"<ComparisonResults of {name!r}: {named}, {self.replications} replications>"

    @cached_property
    def levels(self) -> pd.DataFrame:
        """Levels of every stock under every alternative, one row each, the reference first.

        Columns: alternative, then those of `Results.levels`.
        """
        return alternatives_frame(self.levels_by_alternative)

    def plain(self) -> dict[str, Any]:
        """Return the comparison as plain data, as ``compare --json`` prints it.

        It has verdicts, customers better and worse off, and the differences of the metrics that are shown.
        None stands for nan.
        """
        run = self.scenarios[self.against].run
        shown = self.differences[self.differences["shown"]].drop(columns="shown")
        return {
            "scenario": self.scenarios[self.against].name,
            "against": self.against,
            "alternatives": list(self.alternatives),
            "seed": run.seed,
            "replications": self.replications,
            "interrupted": self.interrupted,
            "other_seeds": list(self.other_seeds),
            "other_windows": list(self.other_windows),
            "other_customers": list(self.other_customers),
            "other_worlds": list(self.other_worlds),
            "until": self._until(),
            "best": self._best(),
            "show": list(self.leading),
            "verdicts": records(self.verdicts),
            "differences": records(shown),
            "customers": records(self.customers),
            "warnings": self.circumstances.told(),
        }

    def place(self, parent: Path) -> ResultFolder:
        """Return the folder ``compare-<scenario>-<hash>`` within ``parent``, which `save` fills."""
        return comparison_folder(parent, self.scenarios, self.plan)

    def write(self, folder: Path) -> None:
        """Write the files of a comparison into a folder.

        * ``manifest.json``: reference with every default, its hash and those of all others, start and
          duration.
        * ``comparison.json``: output of ``compare --json``.
        * ``differences.csv``, ``means.csv``, ``customers.csv``, ``levels.csv``: the tables of these names.
        * ``replications.csv``: the table `results`.
        * ``report.html``: report, in one file.

        Args:
            folder: existing folder.

        Raises:
            OSError: a file cannot be written.
        """
        from simulator.reports.pages.comparison import comparison_page

        described = manifest(self.scenarios[self.against], self.circumstances, "none")
        described["against"] = self.against
        described["alternatives"] = {name: fingerprint(one) for name, one in self.scenarios.items()}
        described["replications"] = self.replications
        described["interrupted"] = self.interrupted
        write_json(described, folder / "manifest.json")
        write_json(self.plain(), folder / "comparison.json")
        write_csv(self.differences, folder / "differences.csv")
        write_csv(self.means, folder / "means.csv")
        write_csv(self.customers, folder / "customers.csv")
        write_csv(self.results, folder / "replications.csv")
        write_csv(self.levels, folder / "levels.csv")
        (folder / "report.html").write_text(comparison_page(self, self.circumstances), encoding="utf-8")

    def _until(self) -> dict[str, Any] | None:
        if self.plan.until is None:
            return None
        excess = self.excess if math.isfinite(self.excess) else None
        return {"asked": str(self.plan.until), "reached": self.excess <= 1, "excess": excess}

    def _best(self) -> dict[str, Any] | None:
        if self.plan.best is None or self.best is None:
            return None
        best = self.best
        return {
            "metric": self.plan.best.metric,
            "name": best.name,
            "decided": best.decided,
            "remaining": list(best.remaining),
            "confidence": best.confidence,
            "indifference": best.indifference,
            "replications": best.replications,
            "means": best.means,
        }


def comparison_folder(parent: Path, scenarios: Mapping[str, Scenario], plan: ComparisonPlan) -> ResultFolder:
    """Return the folder ``compare-<scenario>-<hash>``; the hash covers the scenarios and the plan."""
    asked = {
        "scenarios": {name: fingerprint(scenario) for name, scenario in scenarios.items()},
        "plan": [plan.against, plan.replications, plan.metrics, plan.limit],
        "until": plan.until and str(plan.until),
        "best": plan.best and str(plan.best),
    }
    return result_folder(parent, f"compare {scenarios[plan.against].name}", asked)


def compare(
    scenario: Source,
    alternatives: Iterable[str] | Mapping[str, Alternative] | None = None,
    *,
    against: str = AS_IS,
    replications: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    cluster: str | None = None,
    work_limit: str | None = None,
    overrides: Sequence[str] = (),
    metrics: Sequence[str] | None = None,
    until: str | None = None,
    limit: int = MOST,
    best: str | None = None,
    progress: Progress | None = None,
) -> ComparisonResults:
    """Play alternatives before the same customers and compare them replication by replication.

    Replication n of all alternatives uses the same random numbers, so that differences are due to the
    settings.

    Args:
        scenario: path of a scenario file, or a loaded scenario.
        alternatives: names of alternatives in the file, by default all of them and the unchanged scenario. Or
            a mapping from names of your own to alternatives: a policy, overrides ``["path=value", ...]``, a
            name in the file, or a scenario.
        against: name of the reference, the alternative that the others are compared with; "as is" is the
            unchanged scenario.
        replications: number of replications, at least 1; by default ``run.replications`` of the reference.
            Half widths exist from 2 on. With ``until`` it is the number in the first stage, which has at
            least 10.
        seed: seed of all random numbers, at least 0; by default ``run.seed`` of each scenario.
        workers: number of processes that share the work, at least 1; by default one for each usable core. The
            results do not depend on it.
        cluster: address of the scheduler of a Dask cluster that does the work instead, such as
            ``tcp://10.0.0.5:8786``.
        work_limit: time and memory that the work may take, such as ``3 days, 64 GB``, or ``none``; by default
            1 day and 16 GB. A warning announces work of more than a minute or 1 GB.
        overrides: texts ``path=value``, such as ``run.horizon=1 year``, that win over the file and its
            alternatives.
        metrics: names of the metrics that are shown and whose tests are adjusted together; by default those
            that the reference shows (``show``) and the main ones.
        until: metric and half width, ``"profit±1%"`` (of the reference's mean) or ``"profit±500"`` (in its
            unit). Stages of replications follow until every difference from the reference has no larger half
            width.
        limit: number of replications that ``until`` and ``best`` never exceed.
        best: metric by which the best alternative is selected, ``"profit"`` or, with the smallest difference
            that matters in its unit, ``"profit±500"``. That difference is by default 1 % of the best mean.
        progress: function called after each replication with the number done and the total of the stage.

    Returns:
        Differences from the reference with their confidence intervals, verdicts, and shares of customers
        better and worse off, as tables.

    Raises:
        ScenarioError: the file, an alternative or an override has mistakes; the error holds all of them.
        ValueError: there is nothing to compare, a metric or alternative is unknown, an argument is out of
            range or cannot be read, a scenario has ``run.window``, or overrides are given with a loaded
            scenario.
        NoFigureError: a figure that ``until`` or ``best`` names does not exist. It is a `ValueError`.
        WorkloadError: the work would exceed ``work_limit``.
        ClusterError: the cluster cannot be used, or ``workers`` is given, too.
        LostWorkerError: a worker process died.
        Stopped: the user interrupted (Ctrl-C) after at least two replications. It is a `KeyboardInterrupt`;
            its attribute ``results`` holds the comparison so far.

    >>> import simulator
    >>> from simulator.policies.allocation import Priority
    >>> found = simulator.compare(
    ...     simulator.load("scenarios/baseline.yaml", overrides=["run.warm_up=0 days", "run.horizon=60 days"]),
    ...     {"gold first": Priority()},
    ...     replications=2,
    ...     workers=1,
    ... )
    >>> list(found.customers.columns[:5])
    ['alternative', 'segment', 'orders', 'better', 'worse']
    """
    source = scenario if isinstance(scenario, Scenario) else ScenarioFile(scenario, overrides)
    found = alternatives_of(source, alternatives, against, overrides)
    idle = without_effect(source)
    scenarios, plan = planned(found, against, replications, seed, metrics, until, limit, best)
    with execution(workers, cluster, work_limit, progress, None, overrides, idle) as by:
        return play(scenarios, plan, by)


def planned(
    scenarios: Mapping[str, Scenario],
    against: str,
    replications: int | None,
    seed: int | None,
    metrics: Sequence[str] | None,
    until: str | None,
    limit: int,
    best: str | None,
) -> tuple[dict[str, Scenario], ComparisonPlan]:
    """Return the scenarios as they are played, by name, and the plan of the comparison.

    Args:
        scenarios: alternatives by name, the reference included.
        against: name of the reference.
        replications: number of replications; None for that of the reference.
        seed: seed of all random numbers; None for that of each scenario.
        metrics: names of the metrics to show; None for the main ones.
        until: metric and half width to reach, as in ``profit±1%``; None for no such stage.
        limit: number of replications that is never exceeded.
        best: metric by which the best is selected, as in ``profit±500``; None for no selection.

    Raises:
        ValueError: an argument is impossible, a metric is unknown, or a scenario has ``run.window``.
    """
    windowed = [name for name, one in scenarios.items() if one.run.window is not None]
    if windowed:
        raise ValueError(
            f"'{windowed[0]}' has run.window, so that orders are forgotten, and cannot be compared order by order; "
            "--set run.window=null plays it all at once, and 'simulator sweep' compares figures alone"
        )
    for metric in scenarios[against].show:
        metric_of(metric)
    count = scenarios[against].run.replications if replications is None else replications
    plan = ComparisonPlan(
        against,
        count,
        None if metrics is None else tuple(dict.fromkeys(map(metric_of, metrics))),
        None if until is None else Precision.read(until),
        None if best is None else Precision.read(best),
        limit,
    )
    return {name: with_run(one, count, seed) for name, one in scenarios.items()}, plan


def play(scenarios: Mapping[str, Scenario], plan: ComparisonPlan, by: Execution) -> ComparisonResults:
    """Play a comparison.

    Args:
        scenarios: alternatives by name.
        plan: plan of the comparison.
        by: means of playing.

    Raises:
        Stopped: the user interrupted after at least two replications; the exception has the results so far.
    """
    started = datetime.datetime.now(datetime.UTC)
    try:
        return by.results(ComparisonResults, partial(comparing.compare, scenarios, plan))
    except comparing.Interrupted as stop:
        raise Stopped(ComparisonResults.of(stop.comparison, by.circumstances(started))) from None
