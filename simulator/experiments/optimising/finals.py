"""The last round: finalists before customers they have not met, so that luck in the search does not count.

The best of many candidates is partly the luckiest, all the more as all of them met the same customers. So the finals
are played with another seed. Each finalist is held to every limit: it *keeps* a limit if the whole one-sided interval
of its mean does, and *breaks* it if none of the interval does. These judgements are right together with the confidence
asked for (Bonferroni's inequality over finalists, limits and looks; looks are taken when the replications have
doubled, each with half the error of the one before). Of those that keep all limits the best is selected as in
``selection``.
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
"""Replications of every finalist."""

Verdict = Literal["keeps", "breaks", "unclear"]


@dataclass(frozen=True)
class Finals:
    """What came out of the finals.

    Attributes:
        panel: the finalists, and "as is", before their new customers.
        verdicts: whether each finalist keeps the limits.
        best: who was selected, of those that keep the limits; of those that may, if none surely does; ``None`` if
            all break one, or with two objectives.
        front: with two objectives, the finalists of which none is surely better in both.
        confidence: of the verdicts together, and of the selection.
    """

    panel: Panel
    goals: Goals
    verdicts: dict[str, Verdict]
    best: Best | None
    front: tuple[str, ...]
    confidence: float

    def verdict(self, name: str) -> Verdict:
        """Whether a scenario of the panel keeps the limits.

        A finalist, or a scenario equal to one, is judged in the finals; any other by one look at its means, with the
        same confidence for all limits together.
        """
        scenarios = self.panel.scenarios
        for finalist, found in self.verdicts.items():
            if finalist == name or scenarios[finalist] == scenarios[name]:
                return found
        each = (1 - self.confidence) / max(len(self.goals.constraints), 1)
        return _together(_held(self.panel, constraint, name, each) for constraint in self.goals.constraints)

    def shortfall(self, name: str) -> float:
        """Most that the mean is beyond a limit, as a share of that limit; below 0 if it keeps all."""
        return max(
            (
                -one.sign * (self.estimate(one.figure, name).mean - one.limit) / (abs(one.limit) or 1.0)
                for one in self.goals.constraints
                if not np.isnan(self.estimate(one.figure, name).mean)
            ),
            default=0.0,
        )

    def estimate(self, figure: GoalFigure, name: str) -> Estimate:
        """Mean of a figure over the finalist's replications, with its 95 % confidence interval."""
        values = figure_values(self.panel, figure, name)
        return Estimate(*interval(values), figure.unit, int(np.sum(~np.isnan(values))))

    def difference(self, figure: GoalFigure, name: str, other: str) -> Estimate:
        """How much more of a figure one has than another, paired, with its 95 % confidence interval."""
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
        panel: with scenarios whose seed is not that of the search.
        names: the finalists, at least one.
        goals: what they are to reach.
        most: replications of each that are not exceeded; at least ``PILOT``.
        indifference: smallest difference of the objective that matters; left out: 1 % of the best.
        confidence: of the verdicts together, and of the selection.

    Raises:
        NoFigureError: the objective does not exist in every replication.
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
    def observe(names: Sequence[str], first: int, last: int) -> Floats:
        panel.play(last, names)
        return np.stack([figure_values(panel, figure, name)[first:last] for name in names], axis=1)

    return observe


def _judge(panel: Panel, names: Sequence[str], goals: Goals, most: int, error: float) -> dict[str, Verdict]:
    """Play until it is sure of every finalist whether it keeps every limit, or the budget is used up."""
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
    """The verdict on all limits, from those on each."""
    found = set(verdicts)
    return "breaks" if "breaks" in found else "unclear" if "unclear" in found else "keeps"


def _held(panel: Panel, constraint: Constraint, name: str, error: float) -> Verdict:
    """One limit, judged with this chance of an error on either side."""
    values = figure_values(panel, constraint.figure, name)
    if np.isnan(values).all():  # nothing has happened that the limit is about, as no wait where nobody waits
        return "keeps"
    mean, half_width = interval(constraint.sign * (values - constraint.limit), 1 - 2 * error)
    if mean - half_width >= 0:
        return "keeps"
    return "breaks" if mean + half_width < 0 else "unclear"


def _front(panel: Panel, names: Sequence[str], goals: Goals) -> tuple[str, ...]:
    """Those of which no other is better in both objectives on average, best in the first objective first."""
    values = {
        name: tuple(
            objective.sign * interval(figure_values(panel, objective.figure, name))[0]
            for objective in goals.objectives
        )
        for name in names
    }
    return tuple(sorted(undominated(values), key=lambda name: values[name], reverse=True))
