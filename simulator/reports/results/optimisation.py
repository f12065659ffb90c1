"""Results of an optimisation as tables and files, and the function that makes them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from simulator.experiments.optimising import optimisation as search
from simulator.experiments.optimising.goals import GoalFigure, Goals
from simulator.experiments.optimising.optimisation import AS_IS, Optimisation
from simulator.experiments.optimising.search import LIMIT, TRIALS, Budget, Problem, Trial
from simulator.experiments.optimising.search_space import Space
from simulator.experiments.replications.trials import Progress
from simulator.experiments.sweeping.ranges import read_settings
from simulator.experiments.sweeping.variants import Variants
from simulator.reports.files.csv_files import write_csv
from simulator.reports.files.json_files import write_json
from simulator.reports.files.manifest import FORMAT, Recorded, origin
from simulator.reports.files.result_folders import ResultFolder, result_folder
from simulator.reports.results.execution import Execution, execution
from simulator.scenario.fingerprint import data_files, fingerprint
from simulator.scenario.scenario import Scenario


@dataclass(frozen=True)
class OptimisationResults(Recorded, Optimisation):
    """Results of `optimise`: the settings that reach the goals best, and the candidates that were tried.

    ``settings`` holds the best candidate as texts for ``overrides``. The tables are `trials` and `finalists`.

    >>> import simulator
    >>> found = simulator.optimise(
    ...     "scenarios/baseline.yaml",
    ...     ["policies.replenishment.service_level=70:95 %"],
    ...     maximise=["profit"],
    ...     trials=2,
    ...     replications=2,
    ...     limit=20,
    ...     workers=1,
    ...     overrides=["run.warm_up=0 days", "run.horizon=40 days"],
    ... )
    >>> found
    <OptimisationResults of 'An online shop with slow imports': 2 candidates, 2 finalists>
    >>> len(found.settings)
    1
    """

    def __repr__(self) -> str:
        size = f"{len(self.tried)} candidates, {len(self.ranked)} finalists"
        return f"<OptimisationResults of {self.scenario.name!r}: {size}>"

    @property
    def scenario(self) -> Scenario:
        """Scenario without any of the settings that were tried."""
        return self.problem.scenario

    def plain(self) -> dict[str, Any]:
        """Return the optimisation as plain data, as ``optimise --json`` prints it.

        It has the goals, the best settings and the finalists. None stands for nan.
        """
        goals, selected = self.problem.goals, None if self.finals is None else self.finals.best
        return {
            "scenario": self.scenario.name,
            "seed": self.scenario.run.seed,
            "objectives": [str(one) for one in goals.objectives],
            "limits": [str(one) for one in goals.constraints],
            "tried": len(self.tried),
            "possible": self.problem.space.size,
            "best": None
            if selected is None
            else {
                "settings": list(self.settings),
                "decided": selected.decided,
                "confidence": selected.confidence,
                "indifference": selected.indifference,
                "remaining": [dict(one.values) for one in self.ranked if one.name in selected.remaining],
            },
            "front": [dict(one.values) for one in self.front],
            "finalists": [self._plain(one.name, one) for one in self.ranked],
            "as_is": self._plain(AS_IS, None) if self.ranked else None,
            "warnings": self.circumstances.told(),
        }

    def _plain(self, name: str, trial: Trial | None) -> dict[str, Any]:
        assert self.finals is not None

        def plain(figure: GoalFigure) -> dict[str, Any]:
            assert self.finals is not None
            estimate = self.finals.estimate(figure, name).plain()
            return {key: estimate[key] for key in ("mean", "half_width", "unit")}

        return {
            "values": {} if trial is None else dict(trial.values),
            "limits": self.finals.verdict(name),
            "replications": self.finals.panel.count(name),
            "figures": {str(figure): plain(figure) for figure in self.problem.goals.figures},
        }

    def place(self, parent: Path) -> ResultFolder:
        """Return the folder ``optimise-<scenario>-<hash>`` within ``parent``, which `save` fills."""
        return optimisation_folder(parent, self.problem)

    def write(self, folder: Path) -> None:
        """Write the files of an optimisation into a folder.

        * ``manifest.json``: goals, varied paths and budget, the hash of the scenario, start and duration.
        * ``optimisation.json``: output of ``optimise --json``.
        * ``trials.csv``, ``finalists.csv``: the tables of these names.
        * ``settings.txt``: the best settings, one line ``--set path=value`` for each path.

        Args:
            folder: existing folder.

        Raises:
            OSError: a file cannot be written.
        """
        problem = self.problem
        described = {
            "format": FORMAT,
            "command": "optimise",
            "scenario": problem.scenario.name,
            "hash": fingerprint(problem.scenario),
            "data": data_files(problem.scenario),
            "over": {
                axis.path: [axis.text(0), axis.text(len(axis) - 1), len(axis)] for axis in problem.space.axes
            },
            "objectives": [str(one) for one in problem.goals.objectives],
            "limits": [str(one) for one in problem.goals.constraints],
            "trials": problem.budget.trials,
            "replications": problem.budget.replications,
            "limit": problem.budget.limit,
            "seed": problem.scenario.run.seed,
            **origin(self.circumstances),
        }
        write_json(described, folder / "manifest.json")
        write_json(self.plain(), folder / "optimisation.json")
        write_csv(self.trials, folder / "trials.csv")
        write_csv(self.finalists, folder / "finalists.csv")
        lines = "".join(f"--set {setting}\n" for setting in self.settings)
        (folder / "settings.txt").write_text(lines, encoding="utf-8")


def problem_of(
    variants: Variants,
    over: Sequence[str],
    *,
    minimise: Sequence[str] = (),
    maximise: Sequence[str] = (),
    subject_to: Sequence[str] = (),
    trials: int | None = None,
    replications: int | None = None,
    limit: int | None = None,
    indifference: float | None = None,
) -> Problem:
    """Make the problem of an optimisation from texts.

    Args:
        variants: scenario whose settings vary.
        over: texts ``path=low:high``, ``path=low:high:step`` or ``path=a,b,c``.
        minimise: figures to make small.
        maximise: figures to make large.
        subject_to: limits on figures.
        trials: number of candidates to try; None for the default.
        replications: number of replications of each candidate in the search; None for the scenario's.
        limit: largest number of replications of a finalist; None for the default.
        indifference: smallest difference of the objective that matters, in its unit; None for the default.

    Raises:
        ScenarioError: the scenario, a path or an end of a range has mistakes.
        ValueError: a figure, a limit or a number is impossible.
    """
    scenario = variants.one({})
    goals = Goals.read(scenario, minimise, maximise, subject_to)
    budget = Budget(
        TRIALS if trials is None else trials,
        scenario.run.replications if replications is None else replications,
        LIMIT if limit is None else limit,
    )
    if indifference is not None and (not indifference > 0 or len(goals.objectives) > 1):
        raise ValueError(
            "the smallest difference that matters must be above 0, and there must be one objective"
        )
    space = Space.of(variants.with_kinds(read_settings(over)))
    return Problem(variants, scenario, space, goals, budget, indifference)


def optimisation_folder(parent: Path, problem: Problem) -> ResultFolder:
    """Return the folder ``optimise-<scenario>-<hash>``; the hash covers the scenario and the problem."""
    decides = [
        fingerprint(problem.scenario),
        [str(axis.source) for axis in problem.space.axes],
        [axis.path for axis in problem.space.axes],
        [str(one) for one in (*problem.goals.objectives, *problem.goals.constraints)],
        [problem.budget.trials, problem.budget.replications, problem.budget.limit, problem.indifference],
    ]
    return result_folder(parent, f"optimise {problem.scenario.name}", decides)


def optimise(
    scenario: Scenario | str | os.PathLike[str],
    over: Sequence[str],
    *,
    minimise: Sequence[str] = (),
    maximise: Sequence[str] = (),
    subject_to: Sequence[str] = (),
    alternative: str | None = None,
    overrides: Sequence[str] = (),
    trials: int | None = None,
    replications: int | None = None,
    limit: int | None = None,
    indifference: float | None = None,
    seed: int | None = None,
    workers: int | None = None,
    cluster: str | None = None,
    work_limit: str | None = None,
    progress: Progress | None = None,
) -> OptimisationResults:
    """Find the settings that make a figure smallest or largest while other figures keep their limits.

    A search tries candidates before the same customers (common random numbers). The best of them are then
    played with another seed, so that luck in the search does not count. ``minimise`` and ``maximise``
    together name one objective, or two, for which the best trade-offs are found.

    Args:
        scenario: path of a scenario file, or a loaded scenario without data files.
        over: texts ``path=low:high``, ``path=low:high:step`` or ``path=a,b,c``, one for each setting to vary.
            The paths are those of ``overrides``.
        minimise: figures to make small, such as ``total_cost``. A cost makes sense only with a limit in
            ``subject_to``, because to sell nothing costs least.
        maximise: figures to make large, such as ``profit``.
        subject_to: limits such as ``fill_rate >= 95 %`` or ``fill_rate[gold] >= 98 %``.
        alternative: name of the alternative in the file to apply.
        overrides: texts ``path=value``, such as ``run.horizon=1 year``, that win over the file and the
            alternative.
        trials: number of candidates to try, by default 100.
        replications: number of replications of each candidate in the search, at least 2; by default
            ``run.replications`` of the scenario.
        limit: largest number of replications of a finalist, at least 20, by default 200.
        indifference: smallest difference of the objective that matters, above 0, in the unit of the
            objective; by default 1 % of the best mean. Not for two objectives.
        seed: seed of all random numbers of the search, at least 0; by default ``run.seed`` of the scenario.
        workers: number of processes that share the work, at least 1; by default one for each usable core. The
            results do not depend on it.
        cluster: address of the scheduler of a Dask cluster that does the work instead, such as
            ``tcp://10.0.0.5:8786``.
        work_limit: time and memory that the work may take, such as ``3 days, 64 GB``, or ``none``; by default
            1 day and 16 GB. A warning announces work of more than a minute or 1 GB.
        progress: function called after each batch of candidates with the number tried and the number to try.

    Returns:
        Best settings, finalists and all candidates, with their figures and confidence intervals.

    Raises:
        ScenarioError: the file, a path or a value has mistakes, or every candidate that was tried first is
            impossible. The error holds all mistakes.
        ValueError: a figure or limit is unknown, ``over`` is empty, there is no objective or more than two, a number is
            impossible, or a loaded scenario has data files or is given with an alternative.
        NoFigureError: a figure of the goals does not exist, or the objective not in every replication. It is
            a `ValueError`.
        ModuleNotFoundError: Optuna is needed and not installed. It is not needed if every setting is tried.
        WorkloadError: the work would exceed ``work_limit``.
        ClusterError: the cluster cannot be used, or ``workers`` is given, too.
        LostWorkerError: a worker process died.
    """
    variants = Variants(scenario, alternative, overrides, seed=seed)
    problem = problem_of(
        variants,
        over,
        minimise=minimise,
        maximise=maximise,
        subject_to=subject_to,
        trials=trials,
        replications=replications,
        limit=limit,
        indifference=indifference,
    )
    idle = variants.without_effect(problem.space.extremes())
    with execution(workers, cluster, work_limit, progress, alternative, overrides, idle) as by:
        return play(problem, by)


def play(problem: Problem, by: Execution) -> OptimisationResults:
    """Play the search and the finals of an optimisation.

    Args:
        problem: settings to choose from, and goals.
        by: means of playing.
    """
    return by.results(OptimisationResults, partial(search.optimise, problem))
