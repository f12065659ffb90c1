"""Explanation of waiting: the share of each cause, such that the shares add up.

Causes act together: a peak hurts most where goods are held at the port. Therefore all combinations of causes,
each switched on or off, are played with the same customers. The share of a cause is its Shapley value: the
amount that it adds, averaged over all sequences in which the causes could be switched on. Song, Nelson &
Staum (2016, Shapley Effects for Global Sensitivity Analysis) divide the variance of a simulated outcome in
the same way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from simulator.experiments.explaining.cause_shares import OUTCOMES, Explanation
from simulator.experiments.explaining.causes import CAUSES, chosen_causes, without_causes
from simulator.experiments.replications.journal import Journal
from simulator.experiments.replications.replications import Progress
from simulator.experiments.replications.scenario_panel import Panel
from simulator.experiments.statistics import shapley_values
from simulator.experiments.workers.workers import Workers
from simulator.metrics.figures import Figures
from simulator.model.levels.fixed_levels import FixedLevels
from simulator.orders.random.streams import Streams
from simulator.scenario.scenario import Scenario
from simulator.scenario.sections.run import Run
from simulator.values.arrays import Floats, Integers

__all__ = ["Explanation", "Question", "explain"]

EXACT: Final = 6
"""Largest number of causes for which all combinations are played."""
PERMUTATIONS: Final = 20
"""Number of permutations sampled if there are more causes."""
_AT_ONCE: Final = 256
"""Largest number of replications whose figures are in memory at the same time, unless one combination has more."""


@dataclass(frozen=True)
class Question:
    """Plan of an explanation: the scenario, the causes, and the permutations to sample.

    Attributes:
        scenario: scenario with no cause switched off; each combination is played with its number of
            replications.
        causes: names of the causes asked for.
        playing: names of those that the scenario has. Bit i of a coalition is set if ``playing[i]`` is on.
        permutations: permutations of ``playing`` to sample, intp[pairs, playing], each used with its reverse
            as well; None to play every coalition.
    """

    scenario: Scenario
    causes: tuple[str, ...]
    playing: tuple[str, ...]
    permutations: Integers | None = None

    @classmethod
    def of(
        cls, scenario: Scenario, causes: Iterable[str] | None = None, permutations: int | None = None
    ) -> Question:
        """Plan the explanation of a scenario.

        Args:
            scenario: scenario to explain.
            causes: names of causes; by default those of all causes that the scenario has.
            permutations: number of permutations to sample, even and at least 4. By default up to six causes
                are played in all combinations, and more causes in 20 permutations.

        Raises:
            ValueError: a cause is unknown, or the number of permutations is odd or less than 4.
        """
        asked = chosen_causes(scenario, causes)
        present = [cause for cause in asked if cause.present(scenario)]
        names, playing = (tuple(cause.name for cause in group) for group in (asked, present))
        return cls(scenario, names, playing, _permutations(len(present), permutations, scenario.run.seed))

    @property
    def coalitions(self) -> tuple[int, ...]:
        """Coalitions to play, in rising order."""
        if self.permutations is None:
            return tuple(shapley_values.coalitions(len(self.playing)))
        return tuple(sorted(shapley_values.visited(self.permutations)))

    @cached_property
    def scenarios(self) -> dict[int, Scenario]:
        """Scenario of each coalition: causes outside of it are switched off, levels stay as planned.

        Raises:
            ValueError: levels differ from one replication to the next, so that they cannot be fixed.
        """
        planned = FixedLevels.of(self.scenario)
        return {
            one: without_causes(
                planned, (CAUSES[name] for i, name in enumerate(self.playing) if not one >> i & 1)
            )
            for one in self.coalitions
        }


def explain(
    question: Question,
    workers: Workers,
    journal: Journal | None = None,
    progress: Progress | None = None,
) -> Explanation:
    """Play the scenario with its causes switched on and off, and divide the outcomes among them.

    The result is the same bit for bit for any number of workers.

    Args:
        question: plan of the explanation.
        workers: workers that play the replications.
        journal: journal of finished trials.
        progress: function called with the number of replications done and their total.
    """
    played = dict(_played(question.scenarios, workers, journal, progress))
    return Explanation(question.scenario, question.causes, question.playing, played, question.permutations)


def _permutations(causes: int, wanted: int | None, seed: int) -> Integers | None:
    """Draw the permutations to sample; None if all coalitions are to be played.

    Args:
        causes: number of causes that the scenario has.
        wanted: number of permutations asked for; None for the default.
        seed: seed of the random numbers.

    Raises:
        ValueError: ``wanted`` is odd or less than 4.
    """
    if wanted is None:
        if causes <= EXACT:
            return None
        wanted = PERMUTATIONS
    if wanted < 4 or wanted % 2:
        raise ValueError(f"permutations come in pairs, at least two: an even number from 4 on, not {wanted}")
    rng = Streams(seed, 0).generator("explain/permutations")
    return shapley_values.antithetic(causes, wanted // 2, rng)


def _played(
    scenarios: Mapping[int, Scenario],
    workers: Workers,
    journal: Journal | None,
    progress: Progress | None,
) -> Iterator[tuple[int, Floats]]:
    """Yield each coalition with its outcomes, float64[replications, outcomes].

    A few coalitions are played at a time, and only their outcomes are kept, to save memory.
    """
    run = next(iter(scenarios.values())).run
    workers.admit((scenario, run.replications) for scenario in scenarios.values())
    total = len(scenarios) * run.replications
    done = 0

    def tell(count: int, _: int) -> None:
        if progress is not None:
            progress(done + count, total)

    names, size = list(scenarios), max(1, _AT_ONCE // run.replications)
    for first in range(0, len(names), size):
        some = names[first : first + size]
        panel = Panel({str(one): scenarios[one] for one in some}, workers, journal)
        panel.play(run.replications, progress=tell)
        done += len(some) * run.replications
        for one in some:
            yield one, _outcomes(panel.figures(str(one)), run)


def _outcomes(figures: Sequence[Figures], run: Run) -> Floats:
    return np.array([[outcome.of(one, run) for outcome in OUTCOMES] for one in figures])
