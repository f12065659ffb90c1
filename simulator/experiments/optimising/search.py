"""Search for good settings: batches of candidates are proposed and raced, and their results guide the next batch.

Candidates come in batches of fixed size. Half of a batch comes from a model of the trials so far, half from
around the best (``proposals``). Then the batch is raced (``racing``). Nothing depends on the number of
workers, because the next batch is chosen only when the whole batch before it has been played.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, Literal

import numpy as np

from simulator.experiments.optimising.finals import PILOT
from simulator.experiments.optimising.goals import Goals
from simulator.experiments.optimising.proposals import CompassProposals, ModelProposals
from simulator.experiments.optimising.racing import Race, State
from simulator.experiments.optimising.search_space import Point, Space
from simulator.experiments.replications.trials import Progress
from simulator.experiments.statistics.ranking_and_selection import NoFigureError
from simulator.experiments.sweeping.variants import Values, Variants, named
from simulator.scenario.scenario import Scenario
from simulator.values.mistakes import ScenarioError

TRIALS: Final = 100
LIMIT: Final = 200
BATCH: Final = 8
"""Candidates that are proposed together."""
_STARTUP: Final = 0.2
"""Share of the trials proposed at random, before the model knows enough."""


@dataclass(frozen=True, slots=True)
class Budget:
    """Budget of an optimisation.

    Attributes:
        trials: largest number of candidates.
        replications: largest number of replications of each candidate in the search.
        limit: largest number of replications of each candidate in the finals.

    Raises:
        ValueError: one of these is too small.
    """

    trials: int
    replications: int
    limit: int = LIMIT

    def __post_init__(self) -> None:
        if self.trials < 1 or self.replications < 2:
            raise ValueError("an optimisation needs at least one trial, and two replications")
        if self.limit < PILOT:
            raise ValueError(f"the finals need a limit of at least {PILOT} replications, not {self.limit}")


@dataclass(frozen=True)
class Problem:
    """Problem of an optimisation: settings of a scenario that reach the goals.

    Attributes:
        variants: source of the scenarios with other settings.
        scenario: unchanged scenario.
        space: settings to choose from.
        goals: objectives and limits.
        budget: number of candidates and of their replications.
        indifference: smallest difference of the objective that matters; None for 1 % of the best.
    """

    variants: Variants
    scenario: Scenario
    space: Space
    goals: Goals
    budget: Budget
    indifference: float | None = None


@dataclass(frozen=True)
class Trial:
    """Candidate of the search.

    Attributes:
        point: place in the space.
        values: value of each path.
        state: state at the end of its race.
    """

    point: Point
    values: Values
    state: State

    @property
    def name(self) -> str:
        """Name in the panel."""
        return named(self.values)


class Search:
    """Trials so far, and the choice of the next ones.

    Args:
        problem: problem to solve.
        race: race of the candidates, on a panel without scenarios.
    """

    def __init__(self, problem: Problem, race: Race) -> None:
        self.trials: dict[Point, Trial] = {}
        self.scenarios: dict[str, Scenario] = {}
        self._problem, self._race = problem, race
        self._wanted = min(problem.budget.trials, problem.space.size)
        self._model: ModelProposals | None = None
        if self._wanted < problem.space.size:
            directions: list[Literal["up", "down"]] = [one.better for one in problem.goals.objectives]
            startup = max(BATCH, round(_STARTUP * self._wanted))
            self._model = ModelProposals(problem.space, directions, problem.scenario.run.seed, startup)
            self._startup = startup
        self._compass = CompassProposals(problem.space)

    def run(self, progress: Progress | None) -> None:
        """Try as many candidates as the budget allows, or all if the space has fewer.

        Args:
            progress: function called with the number of candidates tried, and the number to be tried.

        Raises:
            ScenarioError: every setting of the first batch is impossible.
            NoFigureError: no candidate has a figure of the goals.
        """
        tell: Callable[[int, int], None] = progress or (lambda _done, _total: None)
        tell(0, self._wanted)
        while len(self.trials) < self._wanted:
            points = self._next(min(BATCH, self._wanted - len(self.trials)))
            if not points:
                break
            self._try(points)
            tell(len(self.trials), self._wanted)

    def _next(self, count: int) -> list[Point]:
        """Return the points of the next batch, at most ``count``."""
        if self._model is None:
            return list(islice((p for p in self._problem.space.points() if p not in self.trials), count))
        near: list[Point] = []
        if len(self.trials) >= self._startup and (centres := self._centres()):
            near = self._compass.ask(centres, count // 2, self.trials)
        return near + self._model.ask(count - len(near), {*self.trials, *near})

    def _try(self, points: Sequence[Point]) -> None:
        """Play a batch and pass its results to the model."""
        batch = {point: self._problem.space.values(point) for point in points}
        playable = self._playable(list(batch.values()))
        if not playable and not self.scenarios:
            self._problem.variants.all(list(batch.values()))  # raises an error that explains the mistakes
        self._race.run(playable, self._leaders())
        for point, values in batch.items():
            self.trials[point] = Trial(point, values, self._race.states.get(named(values), "impossible"))
        self._require_figures()
        if self._model is not None:
            for point in points:
                self._tell(self._model, self.trials[point])

    def _playable(self, batch: Sequence[Values]) -> list[str]:
        """Add the scenarios of a batch that are possible to the panel, and return their names."""
        names: list[str] = []
        for values in batch:
            try:
                scenario = self._problem.variants.one(values)
            except ScenarioError:
                continue
            names.append(named(values))
            self.scenarios[names[-1]] = scenario
            self._race.panel.add(names[-1], scenario)
        return names

    def _tell(self, model: ModelProposals, trial: Trial) -> None:
        """Pass the objectives of a trial, and the amounts by which it breaks limits, to the model."""
        goals = self._problem.goals
        if trial.state == "impossible":
            model.tell(trial.point, None, {})
            return
        means = [self._race.mean(objective.figure, trial.name) for objective in goals.objectives]
        broken = {str(one): self._race.broken(one, trial.name) for one in goals.constraints}
        model.tell(trial.point, None if np.isnan(means).any() else means, broken)

    def _centres(self) -> list[Point]:
        """Return the points around which the compass search looks: those of the best trials."""
        names = set(self._leaders())
        return [trial.point for trial in self.trials.values() if trial.name in names]

    def _leaders(self) -> list[str]:
        """Return the name of the best trial so far, or those of all undominated ones with two objectives."""
        return self._race.leading([trial.name for trial in self.trials.values() if trial.state == "raced"])

    def _require_figures(self) -> None:
        """Test that every figure of the goals exists under some candidate, or else later ones would lack it, too.

        Raises:
            NoFigureError: a figure exists under no candidate.
        """
        names = [trial.name for trial in self.trials.values() if trial.state != "impossible"]
        for figure in self._problem.goals.figures:
            if all(np.isnan(self._race.mean(figure, name)) for name in names):
                raise NoFigureError(
                    f"{figure} does not exist in this scenario: nothing happens that it is about"
                )
