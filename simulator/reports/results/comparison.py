"""Results of a comparison for Python, and their folder."""

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
from simulator.experiments.comparing.comparison import Comparison, ComparisonPlan
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
from simulator.scenario.scenario import Scenario
from simulator.scenario.without_effect import without_effect

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class ComparisonResults(Recorded, Comparison):
    """A comparison, and how it came about.

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
        """The table ``levels`` of a run's results for every alternative, with its name in the first column."""
        return alternatives_frame(self.levels_by_alternative)

    def plain(self) -> dict[str, Any]:
        """What ``compare --json`` prints: the differences of the metrics that are shown, and who is better off."""
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
            "until": self._until(),
            "best": self._best(),
            "show": list(self.leading),
            "verdicts": records(self.verdicts),
            "differences": records(shown),
            "customers": records(self.customers),
            "warnings": self.circumstances.told(),
        }

    def place(self, parent: Path) -> ResultFolder:
        """The folder ``compare-<scenario>-<hash>``."""
        return comparison_folder(parent, self.scenarios, self.plan)

    def write(self, folder: Path) -> None:
        """Write every file of a comparison's folder into a folder that exists.

        ====================  ==============================================================================
        ``manifest.json``     the reference with every default, its hash and those of all others, when and how long
        ``comparison.json``   what ``compare --json`` prints
        ``differences.csv``   every difference from the reference: all metrics, overall and by segment
        ``means.csv``         every metric under every alternative, overall and by segment
        ``customers.csv``     who is better and worse off, by alternative and segment
        ``replications.csv``  one row for each alternative and replication
        ``levels.csv``        levels of every stock under every alternative, and how they were found
        ``report.html``       a page to look at, in one file
        ====================  ==============================================================================
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
    """The folder ``compare-<scenario>-<hash>``; the hash is of the scenarios and of what is asked about them."""
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
    """Play alternatives before the same customers and return what each changes, and for whom.

    Args:
        scenario: a scenario, or the path of its file.
        alternatives: names of alternatives in the file; left out: all of them. Or a mapping from names of your own
            to what is meant: a policy, overrides ``["path=value", ...]``, a name in the file, a scenario.
        against: the one that the others are compared with; "as is" is the unchanged scenario.
        replications: how many, with ``until`` how many at first; left out: as many as the reference says.
        seed: of all random numbers; left out: the scenarios' own.
        workers: processes that share the work; left out: one for each core. The results do not depend on it.
        cluster: address of a Dask cluster that does the work instead.
        work_limit: time and memory that may be taken, as ``3 days, 64 GB`` or ``none``; left out: 1 day, 16 GB.
        overrides: texts ``a.b.c=value`` that win over the file and its alternatives.
        metrics: those that are tested together and shown; left out: some ten main ones.
        until: ``"profit±1%"`` or ``"profit±500"``: go on until every difference has no larger half width.
        limit: replications at which to stop whatever ``until`` and ``best`` say.
        best: ``"profit"`` or ``"profit±500"``: choose the best, with the smallest difference that matters.
        progress: called with how many replications are done, and how many the stage has.

    Raises:
        WorkloadError: it would take more than the limit.
        ScenarioError: the file, an alternative or an override is wrong; it names every mistake.
        ValueError: there is nothing to compare, or something asked for is impossible.

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
    found = alternatives_of(scenario, alternatives, against, overrides)
    scenarios, plan = planned(found, against, replications, seed, metrics, until, limit, best)
    idle = without_effect(scenario, overrides)
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
    """The scenarios as they will be played, and what is to be found out, from what was asked.

    Raises ValueError if something asked for is impossible.
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
    """Play a comparison. Raises ``Stopped`` if the user interrupts when there are results already."""
    started = datetime.datetime.now(datetime.UTC)
    try:
        return by.results(ComparisonResults, partial(comparing.compare, scenarios, plan))
    except comparing.Interrupted as stop:
        raise Stopped(ComparisonResults.of(stop.comparison, by.circumstances(started))) from None
