"""Finals of an optimisation: finalists are played with new random numbers, so that luck in the search does not count.

The best of many candidates is partly the luckiest, all the more because all of them were played with the same
customers. The finals are therefore played with another seed. Each finalist is tested against every limit: it
*keeps* a limit if the whole one-sided interval of its mean does, and *breaks* it if no part of the interval
keeps it. All these verdicts together are right with the confidence asked for, by Bonferroni's inequality over
finalists, limits and looks. Looks are taken each time the replications have doubled, and each has half the
error of the look before. The best of the finalists that keep all limits is selected by the procedure in
``ranking_and_selection``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from simulator.experiments.optimising.goals import Constraint, GoalFigure, Goals
from simulator.experiments.optimising.racing import figure_values, undominated
from simulator.experiments.replications.scenario_panel import Panel
from simulator.experiments.statistics.confidence_intervals import Estimate, interval
from simulator.experiments.statistics.ranking_and_selection import Best, Observe, select
from simulator.values.arrays import Floats

PILOT: Final = 20
"""Replications of every finalist before the first look."""

Verdict = Literal["keeps", "breaks", "unclear"]


@dataclass(frozen=True)
class Finals:
    """Results of the finals.

    Attributes:
        panel: replications of the finalists, and of "as is", with the new seed.
        goals: objectives and limits.
        verdicts: verdict on the limits, by name of the finalist.
        best: result of the selection among finalists that keep all limits or, without any, among those whose
            verdict is unclear. None if all finalists break a limit, or with two objectives.
        front: finalists that no other dominates on average, with two objectives; else empty.
        confidence: confidence of all verdicts together, and of the selection.
    """

    panel: Panel
    goals: Goals
    verdicts: dict[str, Verdict]
    best: Best | None
    front: tuple[str, ...]
    confidence: float

    def verdict(self, name: str) -> Verdict:
        """Return the verdict on a scenario of the panel and the limits.

        A finalist, or a scenario equal to one, has its verdict from the finals. Any other is judged by one
        look at its means, with the same confidence for all limits together.
        """
        scenarios = self.panel.scenarios
        for finalist, found in self.verdicts.items():
            if finalist == name or scenarios[finalist] == scenarios[name]:
                return found
        each = (1 - self.confidence) / max(len(self.goals.constraints), 1)
        return _together(_held(self.panel, constraint, name, each) for constraint in self.goals.constraints)

    def shortfall(self, name: str) -> float:
        """Return the largest amount by which a mean breaks its limit, as a share of that limit.

        It is negative if the means keep all limits.
        """
        return max(
            (
                -one.sign * (self.estimate(one.figure, name).mean - one.limit) / (abs(one.limit) or 1.0)
                for one in self.goals.constraints
                if not np.isnan(self.estimate(one.figure, name).mean)
            ),
            default=0.0,
        )

    def estimate(self, figure: GoalFigure, name: str) -> Estimate:
        """Return the mean of a figure over the replications of a scenario, with its 95 % confidence interval."""
        values = figure_values(self.panel, figure, name)
        return Estimate(*interval(values), figure.unit, int(np.sum(~np.isnan(values))))

    def difference(self, figure: GoalFigure, name: str, other: str) -> Estimate:
        """Return the mean paired difference of a figure, first scenario minus ``other``, with its 95 % interval."""
        one, reference = (figure_values(self.panel, figure, which) for which in (name, other))
        count = min(len(one), len(reference))
        apart = one[:count] - reference[:count]
        return Estimate(*interval(apart), figure.unit, int(np.sum(~np.isnan(apart))))


def play_finals(
    panel: Panel,
    names: Sequence[str],
    goals: Goals,
    most: int,
    indifference: float | None = None,
    confidence: float = 0.95,
) -> Finals:
    """Play the finals between the named scenarios of a panel.

    Args:
        panel: panel of scenarios whose seed is not that of the search.
        names: names of the finalists, at least one.
        goals: objectives and limits.
        most: largest number of replications of each finalist; at least ``PILOT``.
        indifference: smallest difference of the objective that matters; by default 1 % of the best.
        confidence: confidence of all verdicts together, and of the selection.

    Raises:
        NoFigureError: the only objective does not exist in every replication.
    """
    panel.play(PILOT, names)
    verdicts = _judge(panel, names, goals, most, 1 - confidence)
    eligible = [name for name in names if verdicts[name] == "keeps"]
    eligible = eligible or [name for name in names if verdicts[name] == "unclear"]
    best: Best | None = None
    front: tuple[str, ...] = ()
    if len(goals.objectives) > 1:
        front = _front(panel, eligible, goals)
    elif eligible:
        best = select(
            eligible,
            _observer(panel, goals.objectives[0].figure),
            better=goals.objectives[0].better,
            indifference=indifference,
            confidence=confidence,
            pilot=PILOT,
            most=most,
        )
    return Finals(panel, goals, verdicts, best, front, confidence)


def _observer(panel: Panel, figure: GoalFigure) -> Observe:
    """Return the function by which a selection observes a figure; it plays further replications."""

    def observe(names: Sequence[str], first: int, last: int) -> Floats:
        panel.play(last, names)
        return np.stack([figure_values(panel, figure, name)[first:last] for name in names], axis=1)

    return observe


def _judge(panel: Panel, names: Sequence[str], goals: Goals, most: int, error: float) -> dict[str, Verdict]:
    """Play until every finalist surely keeps or breaks the limits, or has ``most`` replications.

    Args:
        panel: panel with the finalists.
        names: names of the finalists.
        goals: goals with the limits.
        most: largest number of replications of each finalist.
        error: probability that any of the verdicts is wrong.
    """
    verdicts: dict[str, Verdict] = dict.fromkeys(names, "keeps" if not goals.constraints else "unclear")
    each = error / (len(names) * max(len(goals.constraints), 1))
    replications = PILOT
    while unclear := [name for name in names if verdicts[name] == "unclear"]:
        panel.play(replications, unclear)
        each /= 2
        for name in unclear:
            verdicts[name] = _together(
                _held(panel, constraint, name, each) for constraint in goals.constraints
            )
        if replications == most:
            break
        replications = min(2 * replications, most)
    return verdicts


def _together(verdicts: Iterable[Verdict]) -> Verdict:
    """Combine the verdicts on each limit into the verdict on all of them."""
    found = set(verdicts)
    return "breaks" if "breaks" in found else "unclear" if "unclear" in found else "keeps"


def _held(panel: Panel, constraint: Constraint, name: str, error: float) -> Verdict:
    """Judge a scenario by one limit, with a probability ``error`` of a wrong verdict on either side."""
    values = figure_values(panel, constraint.figure, name)
    if np.isnan(values).all():  # the figure does not exist, such as a mean wait if no line waits
        return "keeps"
    mean, half_width = interval(constraint.sign * (values - constraint.limit), 1 - 2 * error)
    if mean - half_width >= 0:
        return "keeps"
    return "breaks" if mean + half_width < 0 else "unclear"


def _front(panel: Panel, names: Sequence[str], goals: Goals) -> tuple[str, ...]:
    """Return the scenarios that no other dominates on average, sorted from the best in the first objective."""
    values = {
        name: tuple(
            objective.sign * interval(figure_values(panel, objective.figure, name))[0]
            for objective in goals.objectives
        )
        for name in names
    }
    return tuple(sorted(undominated(values), key=lambda name: values[name], reverse=True))
