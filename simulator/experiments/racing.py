"""A first look at candidates: a few replications of each, more only of those that may still be good.

Whoever certainly breaks a limit, or is certainly worse than the best so far, is dropped: by one-sided t-tests with 99 %
confidence, of the mean against the limit, and of the paired difference from the best before the same customers. These
tests only save time. They are repeated, so that now and then a good candidate is lost; what is said of the winner rests
on other replications.

O. Maron and A. W. Moore (1997), The racing algorithm: model selection for lazy learners. Artificial Intelligence Review
11, 193-225; with paired t-tests A. W. Moore and M. S. Lee (1994), Efficient algorithms for minimizing cross validation
error. Machine Learning Proceedings, 190-198.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal

import numpy as np

from simulator.experiments.goals import Constraint, Figure, Goals
from simulator.experiments.panel import Panel
from simulator.experiments.statistics import Floats, interval

PILOT: Final = 5
"""Replications of every candidate."""
CONFIDENCE: Final = 0.98
"""Of the two-sided interval whose one end is looked at."""

State = Literal["raced", "worse", "breaks a limit", "impossible"]
"""How far a candidate came: through all replications, dropped for one of two reasons, or never played."""


class Race:
    """Candidates of a panel, and which of them are still in the race."""

    def __init__(self, panel: Panel, goals: Goals, most: int) -> None:
        self.panel = panel
        self.goals = goals
        self.states: dict[str, State] = {}
        self._most = most

    def run(self, names: Sequence[str], best: Sequence[str]) -> None:
        """Play candidates until each is dropped or has all its replications; ``best`` are those that have.

        They are held against these, and against the best of their own.
        """
        playing = list(names)
        replications = min(PILOT, self._most)
        while playing:
            self.panel.play(replications, playing)
            rivals = [*best, *self.leading(playing)]
            for name in playing:
                self.states[name] = self._state(name, rivals)
            playing = [name for name in playing if self.states[name] == "raced"]
            if replications == self._most:
                break
            replications = min(2 * replications, self._most)

    def leading(self, names: Sequence[str]) -> list[str]:
        """The best of those that keep all limits on average: one; with two objectives all that none is better than."""
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

    def values(self, figure: Figure, name: str) -> Floats:
        """float64[replications]: a figure of a candidate."""
        return figure_values(self.panel, figure, name)

    def mean(self, figure: Figure, name: str) -> float:
        """Mean of a figure over the replications that have it; nan if none does."""
        return interval(self.values(figure, name))[0]

    def broken(self, constraint: Constraint, name: str) -> float:
        """By how much the mean breaks a limit: at most 0 if it keeps it, or if nothing happened that it limits."""
        mean = self.mean(constraint.figure, name)
        return 0.0 if np.isnan(mean) else -constraint.sign * (mean - constraint.limit)

    def worst(self, name: str) -> float:
        """By how much the mean breaks the limit that it breaks most, as a share of that limit."""
        return max(
            (self.broken(one, name) / (abs(one.limit) or 1.0) for one in self.goals.constraints), default=0.0
        )

    def keeps(self, name: str) -> bool:
        """Whether all limits are kept on average."""
        return all(self.broken(constraint, name) <= 0 for constraint in self.goals.constraints)

    def _state(self, name: str, rivals: Sequence[str]) -> State:
        if any(self._surely_broken(constraint, name) for constraint in self.goals.constraints):
            return "breaks a limit"
        return (
            "worse" if any(self._surely_worse(name, other) for other in rivals if other != name) else "raced"
        )

    def _surely_broken(self, constraint: Constraint, name: str) -> bool:
        mean, half_width = interval(constraint.sign * self.values(constraint.figure, name), CONFIDENCE)
        return mean + half_width < constraint.sign * constraint.limit  # false where either is nan

    def _surely_worse(self, name: str, other: str) -> bool:
        """Whether the other is certainly better in every objective."""
        count = self.panel.count(name)
        for objective in self.goals.objectives:
            one = self.values(objective.figure, name)
            lead = objective.sign * (self.values(objective.figure, other)[:count] - one)
            mean, half_width = interval(lead, CONFIDENCE)
            if not mean - half_width > 0:
                return False
        return True


def figure_values(panel: Panel, figure: Figure, name: str) -> Floats:
    """float64[replications]: a figure of a scenario of the panel."""
    return np.array([figure.of(one) for one in panel.figures(name)])


def undominated(values: Mapping[str, tuple[float, ...]]) -> list[str]:
    """Those whose values (more is better) no other's are at least equal to in all and above in one."""
    return [
        name
        for name, own in values.items()
        if not any(
            other != own and all(b >= a for a, b in zip(own, other, strict=True)) for other in values.values()
        )
    ]
