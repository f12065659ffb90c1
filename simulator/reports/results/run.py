"""Results of a run for Python: figures and orders as pandas tables."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from simulator.experiments.checking.judgement import load_to_judge
from simulator.experiments.replications.assurance import Assurance
from simulator.experiments.replications.replications import KeepOrders, Progress, Replications, replicate
from simulator.experiments.statistics.confidence_intervals import Estimate
from simulator.model.levels.stock_levels import Levels
from simulator.reports.files.csv_files import write_csv
from simulator.reports.files.json_files import plain_results, records, write_json
from simulator.reports.files.manifest import Recorded, RunFacts, manifest
from simulator.reports.files.result_folders import ResultFolder, result_name
from simulator.reports.files.unfinished_results import Unfinished
from simulator.reports.results.execution import Execution, execution
from simulator.reports.wording.level_tables import levels_frame
from simulator.reports.wording.numerals import quantity
from simulator.scenario.fingerprint import fingerprint
from simulator.scenario.scenario import Scenario
from simulator.scenario.without_effect import without_effect
from simulator.values.mistakes import Mistake

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Results(Recorded):
    """The results of a run: every replication of a scenario, and how it came about.

    Times in the tables are days from the start of the run, quantities units, money in the scenario's currency.

    >>> import simulator
    >>> quick = ["run.warm_up=0 days", "run.horizon=60 days"]
    >>> results = simulator.run("scenarios/baseline.yaml", replications=2, workers=1, overrides=quick)
    >>> list(results.metrics.columns)
    ['metric', 'dimension', 'group', 'mean', 'half_width', 'unit']
    >>> results["fill_rate"].unit
    'share'
    >>> bool(0.0 <= results["fill_rate"].mean <= 1.0)
    True
    """

    outcome: Replications

    @classmethod
    def of(cls, found: Replications, circumstances: RunFacts) -> Self:
        """Results of these replications."""
        return cls(found, circumstances=circumstances)

    def __getitem__(self, metric: str) -> Estimate:
        """Mean, half width (95 % confidence) and unit of a metric. Raises KeyError if there is none of that name."""
        return self._summary[metric]

    def __repr__(self) -> str:
        return f"<Results of {self.scenario.name!r}: {len(self.outcome)} replications>"

    @property
    def scenario(self) -> Scenario:
        """The scenario as it was played."""
        return self.outcome.scenario

    @property
    def complete(self) -> bool:
        """Whether all replications that the scenario wants have been played."""
        return self.outcome.complete

    @property
    def alternative(self) -> str | None:
        """Name of the alternative that was applied."""
        return self.circumstances.alternative

    @property
    def warnings(self) -> tuple[Mistake, ...]:
        """Keys of the scenario file that change no figure in any of its alternatives; none where no file was named."""
        return self.circumstances.warnings

    @cached_property
    def _summary(self) -> dict[str, Estimate]:
        return self.outcome.summary()

    @cached_property
    def metrics(self) -> pd.DataFrame:
        """Every metric, overall and by segment, product, warehouse and supplier.

        Columns: metric, dimension ("overall", "segment", ...), group, mean over the replications, half_width of
        its 95 % confidence interval, unit.
        """
        from simulator.reports.files.data_frames import metrics_frame

        return metrics_frame(self.outcome)

    @cached_property
    def replications(self) -> pd.DataFrame:
        """One row a replication: its number and every metric, overall."""
        return self.outcome.frame()

    @cached_property
    def orders(self) -> pd.DataFrame:
        """Every order line that was kept, as asked from and as the supply chain served it."""
        from simulator.reports.files.data_frames import orders_frame

        return orders_frame(self.outcome.records)

    @cached_property
    def purchases(self) -> pd.DataFrame:
        """Every purchase order of the kept replications, with the days on which it passed each place."""
        from simulator.reports.files.data_frames import purchases_frame

        return purchases_frame(self.outcome.records)

    @cached_property
    def series(self) -> pd.DataFrame:
        """Stock on hand and backlog of the kept replications, one row for each change."""
        from simulator.reports.files.data_frames import steps_frame

        return steps_frame(self.outcome.records)

    @cached_property
    def contacts(self) -> pd.DataFrame:
        """Every contact with the support desk in the kept replications; no row without a desk."""
        from simulator.reports.files.data_frames import contacts_frame

        return contacts_frame(self.outcome.records)

    @cached_property
    def messages(self) -> pd.DataFrame:
        """Every message to a waiting customer in the kept replications; no row without communication."""
        from simulator.reports.files.data_frames import messages_frame

        return messages_frame(self.outcome.records)

    @cached_property
    def cash(self) -> pd.DataFrame:
        """Cash received, refunded and held in the kept replications, one row for each change; none without payment."""
        from simulator.reports.files.data_frames import cash_steps_frame

        return cash_steps_frame(self.outcome.records)

    @property
    def levels_by_stock(self) -> Levels:
        """Levels of every stock, by warehouse and product."""
        return self.outcome.levels_by_stock

    @cached_property
    def levels(self) -> pd.DataFrame:
        """Levels of every stock that somebody asks for: those of the file, or worked out.

        Columns: product, warehouse, policy, r, Q, s, S (nan: the policy has none), safety_stock, demand_mean and
        demand_sd (units over the lead time and review interval), found ("given", "textbook", "exact", "pilot"), note.
        """
        return levels_frame(self.levels_by_stock)

    def plain(self) -> dict[str, Any]:
        """The figures as ``run --json`` prints them."""
        return {**plain_results(self.outcome, self.alternative), "warnings": self.circumstances.told()}

    def place(self, parent: Path) -> ResultFolder:
        """The folder ``<scenario>-<hash>``."""
        return run_folder(parent, self.scenario)

    def write(self, folder: Path) -> None:
        """Write every file of a run folder into a folder that exists.

        ========================  ==========================================================================
        ``report.html``           a page to look at, in one file
        ``manifest.json``         the scenario with every default, its hash, seed, versions, when and how long, whether
                                  all replications are done, whether the warm-up was long enough, and the levels
        ``metrics.json``          what ``run --json`` prints
        ``metrics.csv``           the same as a table: metric, dimension, group, mean, half_width, unit
        ``replications.csv``      one row a replication
        ``levels.csv``            levels of every stock, what they have to cover, and how they were found
        ``orders.parquet``        every order line of the kept replications
        ``purchases.parquet``     every purchase order of the kept replications
        ``series.parquet``        stock on hand and backlog of the kept replications, a row for each change
        ``contacts.parquet``      every contact with the support desk of the kept replications, if there is a desk
        ``messages.parquet``      every message to waiting customers of the kept replications, if there are any
        ``cash.parquet``          cash of the kept replications, a row for each change, if payment is followed
        ========================  ==========================================================================
        """
        from simulator.reports.pages.run import run_page

        kept = len(self.outcome.records)
        orders = "none" if kept == 0 else "first" if kept == 1 else "all"
        described = manifest(self.scenario, self.circumstances, orders)
        described |= {"complete": self.complete, "replications_done": len(self.outcome)}
        described["warm_up"] = Assurance.of(self.outcome).warm_up.plain()
        described["levels"] = records(self.levels)
        write_json(described, folder / "manifest.json")
        write_json(self.plain(), folder / "metrics.json")
        write_csv(self.metrics, folder / "metrics.csv")
        write_csv(self.replications, folder / "replications.csv")
        write_csv(self.levels, folder / "levels.csv")
        if kept:
            self.orders.to_parquet(folder / "orders.parquet", index=False)
            self.purchases.to_parquet(folder / "purchases.parquet", index=False)
            self.series.to_parquet(folder / "series.parquet", index=False)
            if self.scenario.support_desk is not None:
                self.contacts.to_parquet(folder / "contacts.parquet", index=False)
            if self.scenario.policies.communication is not None:
                self.messages.to_parquet(folder / "messages.parquet", index=False)
            if self.scenario.policies.payment is not None:
                self.cash.to_parquet(folder / "cash.parquet", index=False)
        (folder / "report.html").write_text(run_page(self.outcome, self.circumstances), encoding="utf-8")


def run_folder(parent: Path, scenario: Scenario) -> ResultFolder:
    """The folder ``<scenario>-<hash>`` of a run."""
    return ResultFolder(parent / result_name(scenario.name, fingerprint(scenario)))


def show_so_far(so_far: Results, left: Unfinished) -> None:
    """Let people see what is finished of a run that was interrupted, and tell how to go on."""
    left.show(so_far.write, "")
    done, wanted = quantity(len(so_far.outcome)), quantity(so_far.scenario.run.replications)
    left.note = (
        f"{done} of {wanted} replications are done; their results are in {left.path}.\n"
        "To play the others: the same command with --resume."
    )


def play(scenario: Scenario, keep_orders: KeepOrders, by: Execution) -> Results:
    """Play every replication."""
    return by.results(
        Results,
        lambda workers, journal, progress: replicate(scenario, None, workers, keep_orders, progress, journal),
    )


def run(
    scenario: Scenario | str | os.PathLike[str],
    replications: int | None = None,
    workers: int | None = None,
    *,
    alternative: str | None = None,
    overrides: Sequence[str] = (),
    seed: int | None = None,
    keep_orders: KeepOrders = "first",
    progress: Progress | None = None,
    cluster: str | None = None,
    work_limit: str | None = None,
) -> Results:
    """Play a scenario and return what came of it.

    Args:
        scenario: a scenario, or the path of its file.
        replications: how often to play it; left out: as often as it says.
        workers: processes that share the work; left out: one for each core. The results do not depend on it.
        alternative: name of an alternative in the file to apply.
        overrides: texts ``a.b.c=value`` that win over the file and the alternative.
        seed: of all random numbers; left out: the scenario's.
        keep_orders: whose order lines, purchase orders and series to keep: those of the "first" replication, of
            "all", or of "none".
        progress: called after each replication with how many are done, and their total.
        cluster: address of the scheduler of a Dask cluster that does the work, as ``tcp://10.0.0.5:8786``.
        work_limit: time and memory that may be taken, as ``3 days, 64 GB`` or ``none``; left out: 1 day, 16 GB.

    Raises:
        WorkloadError: it would take more than the limit.
        ClusterError: the cluster cannot be used.
        ScenarioError: the file, the alternative or an override is wrong; it names every mistake.
        ValueError: an alternative or overrides were given with a scenario that is loaded already, or fewer than
            one replication or worker.

    >>> import simulator
    >>> scenario = simulator.load("scenarios/baseline.yaml", overrides=["run.horizon=150 days"])
    >>> results = simulator.run(scenario, replications=2, workers=1)
    >>> results
    <Results of 'An online shop with slow imports': 2 replications>
    >>> len(results.replications), bool((results.orders["time"] >= 0).all())
    (2, True)
    """
    source = scenario
    if not isinstance(scenario, Scenario):
        scenario = load_to_judge(scenario, alternative, overrides)
    elif alternative is not None or overrides:
        raise ValueError("alternatives and overrides are applied when a scenario is loaded: give its path")
    idle = without_effect(source, overrides, loaded={alternative: scenario})
    scenario = with_run(scenario, replications, seed)
    with execution(workers, cluster, work_limit, progress, alternative, overrides, idle) as by:
        return play(scenario, keep_orders, by)


def with_run(scenario: Scenario, replications: int | None = None, seed: int | None = None) -> Scenario:
    """The scenario with another number of replications or seed, where they are given.

    Raises ValueError with fewer than one replication or a negative seed.
    """
    if replications is not None and replications < 1:
        raise ValueError(f"at least one replication is needed, not {replications}")
    if seed is not None and seed < 0:
        raise ValueError(f"a seed is a whole number not below 0, not {seed}")
    given = {"replications": replications, "seed": seed}
    changed = {key: value for key, value in given.items() if value is not None}
    return (
        scenario.model_copy(update={"run": scenario.run.model_copy(update=changed)}) if changed else scenario
    )
