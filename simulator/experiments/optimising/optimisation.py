"""Optimisation of settings: a search with the same customers for all candidates, then finals with other customers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from simulator.experiments.optimising.finals import Finals, play_finals
from simulator.experiments.optimising.racing import Race
from simulator.experiments.optimising.search import Problem, Search, Trial
from simulator.experiments.replications.journal import Journal
from simulator.experiments.replications.scenario_panel import Panel
from simulator.experiments.replications.trials import Progress
from simulator.experiments.statistics.confidence_intervals import interval
from simulator.experiments.workers.workers import Workers
from simulator.scenario.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

AS_IS: Final = "as is"
"""Name of the unchanged scenario."""
FINALISTS: Final = 8
_OTHER_SEED: Final = 1_000_003
"""Difference of the seed of the finals from that of the search."""


@dataclass(frozen=True)
class Optimisation:
    """Candidates of an optimisation, and the results of its finals.

    Attributes:
        problem: problem that was solved.
        tried: all candidates, in the order in which they were tried.
        race: race of the candidates, with all their replications in the search.
        finals: finals between the best candidates; None if no candidate was left for them, for example
            because each certainly breaks a limit.
    """

    problem: Problem
    tried: tuple[Trial, ...]
    race: Race
    finals: Finals | None

    @property
    def exhaustive(self) -> bool:
        """True if every setting of the space was tried."""
        return len(self.tried) == self.problem.space.size

    @cached_property
    def best(self) -> Trial | None:
        """Candidate that was selected; None with two objectives, or if all break a limit."""
        if self.finals is None or self.finals.best is None:
            return None
        return self._by_name[self.finals.best.name]

    @cached_property
    def front(self) -> tuple[Trial, ...]:
        """Finalists that no other dominates, if there are two objectives; sorted from the best in the first one."""
        return () if self.finals is None else tuple(self._by_name[name] for name in self.finals.front)

    @property
    def settings(self) -> tuple[str, ...]:
        """Settings of the best candidate as texts for ``--set``; empty without a best."""
        return () if self.best is None else tuple(f"{path}={text}" for path, text in self.best.values.items())

    @cached_property
    def ranked(self) -> tuple[Trial, ...]:
        """All finalists, sorted: the best or the front, then those that may keep the limits, then those that break one.

        Each of these groups is sorted by the first objective. If all finalists break a limit, they are sorted
        by the amount instead, the smallest first.
        """
        if self.finals is None:
            return ()
        objective, verdicts = self.problem.goals.objectives[0], self.finals.verdicts
        if self.best is None and not self.front:
            return tuple(self._by_name[name] for name in sorted(verdicts, key=self.finals.shortfall))
        worth = {
            name: -objective.sign * self.finals.estimate(objective.figure, name).mean for name in verdicts
        }
        first = {self.best.name} if self.best is not None else {trial.name for trial in self.front}
        names = sorted(worth, key=lambda name: (name not in first, verdicts[name] == "breaks", worth[name]))
        return tuple(self._by_name[name] for name in names)

    @cached_property
    def nearest(self) -> tuple[Trial, ...]:
        """Candidates of the search that come nearest to keeping all limits; empty if there were finals."""
        if self.finals is not None:
            return ()
        played = [trial for trial in self.tried if trial.state != "impossible"]
        return tuple(sorted(played, key=lambda trial: self.race.worst(trial.name))[:FINALISTS])

    def is_as_it_is(self, trial: Trial) -> bool:
        """Test whether a finalist equals the unchanged scenario, even if its values are written differently."""
        if self.finals is None:
            return False
        return self.finals.panel.scenarios[trial.name] == self.finals.panel.scenarios[AS_IS]

    @cached_property
    def _by_name(self) -> dict[str, Trial]:
        return {trial.name: trial for trial in self.tried}

    @cached_property
    def trials(self) -> pd.DataFrame:
        """Table of the candidates of the search, one row for each.

        Columns:
        trial, its number from 1;
        one for each path (texts);
        state ("raced", "worse", "breaks a limit" or "impossible");
        replications;
        mean and half width (95 %) of every figure of the goals over these replications.
        """
        import pandas as pd

        rows = []
        for number, trial in enumerate(self.tried, 1):
            row: dict[str, object] = {"trial": number, **trial.values, "state": trial.state}
            played = trial.state != "impossible"
            row["replications"] = self.race.panel.count(trial.name) if played else 0
            for figure in self.problem.goals.figures:
                values = self.race.values(figure, trial.name) if played else np.array([np.nan])
                row[str(figure)], row[f"{figure} half_width"] = interval(values)
            rows.append(row)
        return pd.DataFrame(rows)

    @cached_property
    def finalists(self) -> pd.DataFrame:
        """Table of the finalists, one row for each as in ``ranked``; the last row is the unchanged scenario.

        Columns:
        finalist, its number from 1, or "as is";
        one for each path (texts);
        limits ("keeps", "breaks" or "unclear");
        replications;
        mean and half width (95 %) of every figure of the goals over these replications;
        difference of the first objective from the first row, and its half width (paired, 95 %).
        """
        import pandas as pd

        if self.finals is None:
            return pd.DataFrame()
        rows = []
        entries = [(str(number), trial.name, trial.values) for number, trial in enumerate(self.ranked, 1)]
        first = self.problem.goals.objectives[0].figure
        for finalist, name, values in [*entries, (AS_IS, AS_IS, {})]:
            row: dict[str, object] = {"finalist": finalist, **values}
            row["limits"] = self.finals.verdict(name)
            row["replications"] = self.finals.panel.count(name)
            for figure in self.problem.goals.figures:
                estimate = self.finals.estimate(figure, name)
                row[str(figure)], row[f"{figure} half_width"] = estimate.mean, estimate.half_width
            apart = self.finals.difference(first, name, self.ranked[0].name)
            row["difference"], row["difference half_width"] = apart.mean, apart.half_width
            rows.append(row)
        columns = ["finalist", *(axis.path for axis in self.problem.space.axes)]
        table = pd.DataFrame(rows)
        return table[[*columns, *(name for name in table.columns if name not in columns)]]


def optimise(
    problem: Problem,
    workers: Workers,
    journal: Journal | None = None,
    progress: Progress | None = None,
) -> Optimisation:
    """Search for good settings, and compare the best of them in the finals.

    The result is the same bit for bit for any workers, and any finished trials in the journal.

    Args:
        problem: problem to solve.
        workers: workers that play the replications.
        journal: journal from which finished trials are read, and to which others are written.
        progress: function called with the number of candidates tried, and the number to be tried.

    Raises:
        ScenarioError: every setting of the first batch is impossible.
        NoFigureError: a figure of the goals exists under no candidate, or the objective not in every
            replication of the finals.
        ModuleNotFoundError: Optuna is needed and not installed.
        WorkloadError: the work is beyond the limit of the workers.
        LostWorkerError: a worker process died.
    """
    budget = problem.budget
    workers.admit([(problem.scenario, budget.trials * budget.replications)])
    metrics = [figure.metric for figure in problem.goals.figures]
    race = Race(Panel({}, workers, journal, metrics), problem.goals, problem.budget.replications)
    search = Search(problem, race)
    search.run(progress)
    tried = tuple(search.trials.values())
    names = _finalists(problem, race, [trial for trial in tried if trial.state == "raced"])
    if not names:
        return Optimisation(problem, tried, race, None)
    scenarios = {name: search.scenarios[name] for name in names}
    last = Panel(
        {name: _reseeded(one) for name, one in {**scenarios, AS_IS: problem.scenario}.items()},
        workers,
        journal,
        metrics,
    )
    found = play_finals(last, names, problem.goals, problem.budget.limit, problem.indifference)
    last.play(max(map(last.count, names)), [AS_IS])
    return Optimisation(problem, tried, race, found)


def _finalists(problem: Problem, race: Race, raced: Sequence[Trial]) -> list[str]:
    """Return the names of the finalists: the best candidates that keep the limits on average.

    Half of the places are reserved for candidates that keep the limits by a margin, because one that just
    keeps them may turn out to break them. If no candidate keeps the limits, those that break them least are
    taken. With two objectives, the finalists are spread evenly over the undominated candidates that keep the
    limits, if there are any.

    Args:
        problem: problem to solve.
        race: race of the candidates.
        raced: candidates that were played in all replications of the search.
    """
    names = [trial.name for trial in raced]
    if len(problem.goals.objectives) > 1:
        first = problem.goals.objectives[0]
        by_first = sorted(race.leading(names), key=lambda name: race.mean(first.figure, name))
        spread = np.linspace(0, len(by_first) - 1, min(len(by_first), 2 * FINALISTS)).round().astype(int)
        return [by_first[k] for k in dict.fromkeys(spread.tolist())]
    objective = problem.goals.objectives[0]
    ranked = sorted(
        (name for name in names if not np.isnan(race.mean(objective.figure, name))),
        key=lambda name: -objective.sign * race.mean(objective.figure, name),
    )
    kept = [name for name in ranked if race.keeps(name)]
    safe = [
        name
        for name in kept
        if all(_by_a_margin(race, name, k) for k in range(len(problem.goals.constraints)))
    ]
    chosen = dict.fromkeys([*safe[: FINALISTS // 2], *kept[: FINALISTS // 2], *safe, *kept])
    return list(chosen)[:FINALISTS] or sorted(ranked, key=race.worst)[: FINALISTS // 2]


def _by_a_margin(race: Race, name: str, number: int) -> bool:
    """Test whether the whole one-sided 95 % interval of a mean in the search keeps a limit, given by its number."""
    constraint = race.goals.constraints[number]
    values = race.values(constraint.figure, name)
    if np.isnan(values).all():
        return True
    mean, half_width = interval(constraint.sign * (values - constraint.limit), 0.9)
    return mean - half_width >= 0


def _reseeded(scenario: Scenario) -> Scenario:
    """Return the scenario with the seed of the finals."""
    run = scenario.run.model_copy(update={"seed": scenario.run.seed + _OTHER_SEED})
    return scenario.model_copy(update={"run": run})
