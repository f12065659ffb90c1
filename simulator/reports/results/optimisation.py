"""Results of an optimisation for Python, and their folder."""

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
    """An optimisation, and how it came about.

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
        """The scenario as it is."""
        return self.problem.scenario

    def plain(self) -> dict[str, Any]:
        """What ``optimise --json`` prints."""
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
        """The folder ``optimise-<scenario>-<hash>``."""
        return optimisation_folder(parent, self.problem)

    def write(self, folder: Path) -> None:
        """Write every file of an optimisation's folder into a folder that exists.

        =====================  ========================================================================
        ``manifest.json``      what was asked, the scenario's hash, when and how long
        ``optimisation.json``  what ``optimise --json`` prints
        ``trials.csv``         every candidate of the search, with its figures and why it was dropped
        ``finalists.csv``      the finalists, with their figures and what they lack to the best
        ``settings.txt``       the best, a line ``--set path=value`` for each path
        =====================  ========================================================================
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
    """What is to be found, from the words of the command line.

    Raises:
        ScenarioError: the scenario, a path or the end of a range is wrong.
        ValueError: a figure, a limit or a number is.
    """
    scenario = variants.one({})
    goals = Goals.read(scenario, minimise, maximise, subject_to)
    budget = Budget(trials or TRIALS, replications or scenario.run.replications, limit or LIMIT)
    if indifference is not None and (not indifference > 0 or len(goals.objectives) > 1):
        raise ValueError(
            "the smallest difference that matters must be above 0, and there must be one objective"
        )
    space = Space.of(variants.with_kinds(read_settings(over)))
    return Problem(variants, scenario, space, goals, budget, indifference)


def optimisation_folder(parent: Path, problem: Problem) -> ResultFolder:
    """The folder ``optimise-<scenario>-<hash>``; the hash is of all that decides what is in it."""
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
    """Find the settings with which a figure is smallest or largest while others keep their limits.

    Args:
        scenario: the path of a scenario file, or a scenario (without data files).
        over: texts ``path=low:high``, ``path=low:high:step`` or ``path=a,b,c``, with the paths of ``overrides``.
        minimise: the figure to be small, as ``total_cost``, which needs a limit (``subject_to``), as selling nothing
            costs least; of two figures the best trade-offs are found.
        maximise: the figure to be large.
        subject_to: limits such as ``fill_rate >= 95 %`` or ``fill_rate[gold] >= 98 %``.
        alternative: name of an alternative in the file to apply.
        overrides: texts ``a.b.c=value`` that win over the file and the alternative.
        trials: candidates to try; left out: 100.
        replications: of a candidate in the search; left out: as many as the scenario says.
        limit: most replications of a finalist; left out: 200.
        indifference: smallest difference of the objective that matters; left out: 1 % of the best.
        seed: of all random numbers; left out: the scenario's.
        workers: processes that share the work; left out: one for each core. The results do not depend on it.
        cluster: address of a Dask cluster that does the work instead.
        work_limit: time and memory that may be taken, as ``3 days, 64 GB`` or ``none``; left out: 1 day, 16 GB.
        progress: called with how many candidates have been tried, and how many will be.

    Raises:
        WorkloadError: it would take more than the limit.
        ScenarioError: the file, a value or a path is wrong; it names every mistake.
        ValueError: a figure, a limit or a number is.
        ModuleNotFoundError: Optuna is not installed.
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
    """Solve a problem."""
    return by.results(OptimisationResults, partial(search.optimise, problem))
