"""The search for good settings: batches of candidates, proposed, raced, and learnt from.

Candidates come in batches of fixed size, half from a model of what was good so far, half from around the best
(``proposals``), and are raced (``racing``). Nothing depends on the number of workers: what is tried next is decided
when a whole batch has been played.
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
"""Candidates that are decided upon together."""
_STARTUP: Final = 0.2
"""Share of the trials that are drawn by chance, before the model has learnt enough."""


@dataclass(frozen=True, slots=True)
class Budget:
    """What an optimisation may cost: candidates, replications of each in the search, and of each in the finals."""

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
    """What is to be found: settings of a scenario, out of a space, that reach the goals."""

    variants: Variants
    scenario: Scenario
    space: Space
    goals: Goals
    budget: Budget
    indifference: float | None = None


@dataclass(frozen=True)
class Trial:
    """A candidate of the search: its place, its values, how far it came and who it is in the panel."""

    point: Point
    values: Values
    state: State

    @property
    def name(self) -> str:
        """In the panel."""
        return named(self.values)


class Search:
    """The trials so far, and what to try next."""

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
        """Try as many candidates as the budget allows, or all there are."""
        tell: Callable[[int, int], None] = progress or (lambda _done, _total: None)
        tell(0, self._wanted)
        while len(self.trials) < self._wanted:
            points = self._next(min(BATCH, self._wanted - len(self.trials)))
            if not points:
                break
            self._try(points)
            tell(len(self.trials), self._wanted)

    def _next(self, count: int) -> list[Point]:
        """The next batch."""
        if self._model is None:
            return list(islice((p for p in self._problem.space.points() if p not in self.trials), count))
        near: list[Point] = []
        if len(self.trials) >= self._startup and (centres := self._centres()):
            near = self._compass.ask(centres, count // 2, self.trials)
        return near + self._model.ask(count - len(near), {*self.trials, *near})

    def _try(self, points: Sequence[Point]) -> None:
        """Play a batch and learn from it."""
        batch = {point: self._problem.space.values(point) for point in points}
        playable = self._playable(list(batch.values()))
        if not playable and not self.scenarios:
            self._problem.variants.all(list(batch.values()))  # which says what is wrong
        self._race.run(playable, self._leaders())
        for point, values in batch.items():
            self.trials[point] = Trial(point, values, self._race.states.get(named(values), "impossible"))
        self._see_that_figures_exist()
        if self._model is not None:
            for point in points:
                self._tell(self._model, self.trials[point])

    def _playable(self, batch: Sequence[Values]) -> list[str]:
        """The names of those settings that a scenario can have, taken into the panel."""
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
        goals = self._problem.goals
        if trial.state == "impossible":
            model.tell(trial.point, None, {})
            return
        means = [self._race.mean(objective.figure, trial.name) for objective in goals.objectives]
        broken = {str(one): self._race.broken(one, trial.name) for one in goals.constraints}
        model.tell(trial.point, None if np.isnan(means).any() else means, broken)

    def _centres(self) -> list[Point]:
        names = set(self._leaders())
        return [trial.point for trial in self.trials.values() if trial.name in names]

    def _leaders(self) -> list[str]:
        """The best so far: one, or with two objectives all of which none is better in both."""
        return self._race.leading([trial.name for trial in self.trials.values() if trial.state == "raced"])

    def _see_that_figures_exist(self) -> None:
        """After the first batch: a figure that no candidate has will not come later."""
        names = [trial.name for trial in self.trials.values() if trial.state != "impossible"]
        for figure in self._problem.goals.figures:
            if all(np.isnan(self._race.mean(figure, name)) for name in names):
                raise NoFigureError(
                    f"{figure} does not exist in this scenario: nothing happens that it is about"
                )
