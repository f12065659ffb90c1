"""Results of a run as tables and files, and the function that makes them."""

from __future__ import annotations

import os
from collections.abc import Sequence

from simulator.experiments.checking.judgement import load_to_judge
from simulator.experiments.replications.replications import KeepOrders, Progress, replicate
from simulator.reports.files.unfinished_results import Unfinished
from simulator.reports.results.execution import Execution, execution
from simulator.reports.results.run_results import Results
from simulator.reports.wording.numerals import quantity
from simulator.scenario.load import ScenarioFile
from simulator.scenario.scenario import Scenario
from simulator.scenario.without_effect import without_effect
from simulator.values.mistakes import Mistake


def show_so_far(so_far: Results, left: Unfinished) -> None:
    """Write the results of an interrupted run beside its journal, and note how to go on.

    Args:
        so_far: results of the replications that are finished.
        left: unfinished result that keeps them.
    """
    left.show(so_far.write, "")
    done, wanted = quantity(len(so_far.outcome)), quantity(so_far.scenario.run.replications)
    left.note = (
        f"{done} of {wanted} replications are done; their results are in {left.path}.\n"
        "To play the others: the same command with --resume."
    )


def play(scenario: Scenario, keep_orders: KeepOrders, by: Execution) -> Results:
    """Play every replication of a scenario.

    Args:
        scenario: to play.
        keep_orders: replications whose order lines, purchase orders and series are kept.
        by: means of playing.
    """
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
    """Play a scenario in independent replications.

    Args:
        scenario: path of a scenario file, or a loaded scenario.
        replications: number of replications, at least 1; by default ``run.replications`` of the scenario.
        workers: number of processes that share the work, at least 1; by default one for each usable core. The
            results do not depend on it.
        alternative: name of the alternative in the file to apply.
        overrides: texts ``path=value``, such as ``run.seed=7``, that win over the file and the alternative.
        seed: seed of all random numbers, at least 0; by default ``run.seed`` of the scenario.
        keep_orders: replications whose order lines, purchase orders and series are kept: "first", "all" or
            "none". Memory grows with each. A scenario with ``run.window`` keeps none.
        progress: function called after each replication with the number done and their total.
        cluster: address of the scheduler of a Dask cluster that does the work instead, such as
            ``tcp://10.0.0.5:8786``.
        work_limit: time and memory that the work may take, such as ``3 days, 64 GB``, or ``none``; by default
            1 day and 16 GB. A warning announces work of more than a minute or 1 GB.

    Returns:
        Figures with their confidence intervals, and the events of the kept replications, as tables.

    Raises:
        ScenarioError: the file, the alternative or an override has mistakes; the error holds all of them.
        ValueError: an argument is out of range, ``work_limit`` cannot be read, or an alternative or overrides
            are given with a loaded scenario.
        WorkloadError: the work would exceed ``work_limit``.
        ClusterError: the cluster cannot be used, or ``workers`` is given, too.
        LostWorkerError: a worker process died.

    >>> import simulator
    >>> scenario = simulator.load("scenarios/baseline.yaml", overrides=["run.horizon=150 days"])
    >>> results = simulator.run(scenario, replications=2, workers=1)
    >>> results
    <Results of 'An online shop with slow imports': 2 replications>
    >>> len(results.replications), bool((results.orders["time"] >= 0).all())
    (2, True)
    """
    idle: tuple[Mistake, ...] = ()
    if not isinstance(scenario, Scenario):
        file = ScenarioFile(scenario, overrides)
        scenario, idle = load_to_judge(file, alternative), without_effect(file)
    elif alternative is not None or overrides:
        raise ValueError("alternatives and overrides are applied when a scenario is loaded: give its path")
    scenario = with_run(scenario, replications, seed)
    with execution(workers, cluster, work_limit, progress, alternative, overrides, idle) as by:
        return play(scenario, keep_orders, by)


def with_run(scenario: Scenario, replications: int | None = None, seed: int | None = None) -> Scenario:
    """Return the scenario with another number of replications or another seed.

    Args:
        scenario: to change.
        replications: number of replications; None leaves it.
        seed: seed of all random numbers; None leaves it.

    Raises:
        ValueError: less than one replication, or a negative seed.
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
