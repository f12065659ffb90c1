"""Race of candidates: a few replications of each, and more only of those that may still be good.

A candidate that certainly breaks a limit, or is certainly worse than the best so far, is dropped. The tests
are one-sided t-tests with 99 % confidence: of the mean against the limit, and of the paired difference from
the best with the same customers. Their only purpose is to save time. Because they are repeated, a good
candidate is lost now and then. Statements about the winner rest on other replications.

O. Maron and A. W. Moore (1997), The racing algorithm: model selection for lazy learners. Artificial
Intelligence Review 11, 193-225; with paired t-tests A. W. Moore and M. S. Lee (1994), Efficient algorithms
for minimizing cross validation error. Machine Learning Proceedings, 190-198.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal

import numpy as np

from simulator.experiments.optimising.goals import Constraint, GoalFigure, Goals
from simulator.experiments.replications.scenario_panel import Panel
from simulator.experiments.statistics.confidence_intervals import interval
from simulator.values.arrays import Floats

PILOT: Final = 5
"""Replications of every candidate before the first test."""
CONFIDENCE: Final = 0.98
"""Level of a two-sided interval; one of its ends is used for a one-sided test with 99 % confidence."""

State = Literal["raced", "worse", "breaks a limit", "impossible"]
"""State of a candidate: played in all replications, dropped for one of two reasons, or impossible to play."""


class Race:
    """Race of the candidates of a panel: a test after each round drops those that cannot win.

    Args:
        panel: panel of the candidates.
        goals: objectives and limits.
        most: number of replications of a candidate that is never dropped.
    """

    def __init__(self, panel: Panel, goals: Goals, most: int) -> None:
        self.panel = panel
        self.goals = goals
        self.states: dict[str, State] = {}
        self._most_replications = most

    def run(self, names: Sequence[str], best: Sequence[str]) -> None:
        """Play candidates until each is dropped or has all its replications.

        Args:
            names: names of the candidates.
            best: names of earlier candidates with all their replications. A candidate that is certainly worse
                than one of these, or than the best of ``names``, is dropped.
        """
        playing = list(names)
        replications = min(PILOT, self._most_replications)
        while playing:
            self.panel.play(replications, playing)
            rivals = [*best, *self.leading(playing)]
            for name in playing:
                self.states[name] = self._state(name, rivals)
            playing = [name for name in playing if self.states[name] == "raced"]
            if replications == self._most_replications:
                break
            replications = min(2 * replications, self._most_replications)

    def leading(self, names: Sequence[str]) -> list[str]:
        """Return the best candidate that keeps all limits on average, or all undominated ones with two objectives."""
        worth = {
            name: tuple(
                objective.sign * self.mean(objective.figure, name) for objective in self.goals.objectives
            )
            for name in names
            if self.keeps(name)
        }
        worth = {name: own for name, own in worth.items() if not np.isnan(own).any()}
        if len(self.goals.objectives) > 1:
            return undominated(worth)
        return [max(worth, key=lambda name: worth[name])] if worth else []

    def values(self, figure: GoalFigure, name: str) -> Floats:
        """Return a figure of a candidate: float64[replications]."""
        return figure_values(self.panel, figure, name)

    def mean(self, figure: GoalFigure, name: str) -> float:
        """Return the mean of a figure over the replications in which it exists; nan without any."""
        return interval(self.values(figure, name))[0]

    def broken(self, constraint: Constraint, name: str) -> float:
        """Return the amount by which the mean breaks a limit.

        It is at most 0 if the mean keeps the limit, or if the figure exists in no replication.
        """
        mean = self.mean(constraint.figure, name)
        return 0.0 if np.isnan(mean) else -constraint.sign * (mean - constraint.limit)

    def worst(self, name: str) -> float:
        """Return the largest amount by which a mean breaks a limit, as a share of that limit."""
        return max(
            (self.broken(one, name) / (abs(one.limit) or 1.0) for one in self.goals.constraints), default=0.0
        )

    def keeps(self, name: str) -> bool:
        """Test whether the means of a candidate keep all limits."""
        return all(self.broken(constraint, name) <= 0 for constraint in self.goals.constraints)

    def _state(self, name: str, rivals: Sequence[str]) -> State:
        """Test a candidate against the limits and its rivals."""
        if any(self._surely_broken(constraint, name) for constraint in self.goals.constraints):
            return "breaks a limit"
        return (
            "worse" if any(self._surely_worse(name, other) for other in rivals if other != name) else "raced"
        )

    def _surely_broken(self, constraint: Constraint, name: str) -> bool:
        mean, half_width = interval(constraint.sign * self.values(constraint.figure, name), CONFIDENCE)
        return mean + half_width < constraint.sign * constraint.limit  # false where either is nan

    def _surely_worse(self, name: str, other: str) -> bool:
        """Test whether the other candidate is certainly better in every objective."""
        count = self.panel.count(name)
        for objective in self.goals.objectives:
            one = self.values(objective.figure, name)
            lead = objective.sign * (self.values(objective.figure, other)[:count] - one)
            mean, half_width = interval(lead, CONFIDENCE)
            if not mean - half_width > 0:
                return False
        return True


def figure_values(panel: Panel, figure: GoalFigure, name: str) -> Floats:
    """Return a figure of a scenario of the panel: float64[replications]."""
    return np.array([figure.of(one) for one in panel.figures(name)])


def undominated(values: Mapping[str, tuple[float, ...]]) -> list[str]:
    """Return the undominated names: no other is at least as good in all objectives and better in one.

    Args:
        values: value of each objective, by name; larger is better.
    """
    return [
        name
        for name, own in values.items()
        if not any(
            other != own and all(b >= a for a, b in zip(own, other, strict=True)) for other in values.values()
        )
    ]
