"""Explanation of waiting: the share of each cause, such that the shares add up.

Causes act together: a peak hurts most where goods are held at the port. So every combination of causes is played, each
switched on or off, before the same customers, and each cause is given its Shapley value: what it adds, on average over
all sequences in which the causes could have come. The effects on a simulated outcome are divided in the same way by
Song, Nelson & Staum (2016, Shapley Effects for Global Sensitivity Analysis), there on its variance.
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
"""Up to so many causes all combinations are played."""
PERMUTATIONS: Final = 20
"""Permutations that are drawn for more causes."""
_AT_ONCE: Final = 256
"""Replications whose figures are in memory at the same time, or those of one combination."""


@dataclass(frozen=True)
class Question:
    """What is to be explained by which causes, and how it will be divided.

    Attributes:
        scenario: nothing switched off; it says how many replications are played of each combination.
        causes: names of the causes asked for.
        playing: those of them that the scenario has; bit i of a coalition says whether ``playing[i]`` is on.
        permutations: sequences of ``playing`` to sample; None: every coalition is played.
    """

    scenario: Scenario
    causes: tuple[str, ...]
    playing: tuple[str, ...]
    permutations: Integers | None = None

    @classmethod
    def of(
        cls, scenario: Scenario, causes: Iterable[str] | None = None, permutations: int | None = None
    ) -> Question:
        """The question about a scenario.

        Args:
            scenario: what to explain.
            causes: names of causes; left out: all that the scenario has.
            permutations: how many sequences of the causes to sample, an even number from 4 on; left out: all
                combinations are played of up to six causes, 20 sequences of more.

        Raises:
            ValueError: for an unknown cause, or another number of permutations.
        """
        asked = chosen_causes(scenario, causes)
        present = [cause for cause in asked if cause.present(scenario)]
        names, playing = (tuple(cause.name for cause in group) for group in (asked, present))
        return cls(scenario, names, playing, _permutations(len(present), permutations, scenario.run.seed))

    @property
    def coalitions(self) -> tuple[int, ...]:
        """The coalitions to be played, rising."""
        if self.permutations is None:
            return tuple(shapley_values.coalitions(len(self.playing)))
        return tuple(sorted(shapley_values.visited(self.permutations)))

    @cached_property
    def scenarios(self) -> dict[int, Scenario]:
        """The scenario of each coalition: with the causes that are not in it switched off, and levels as planned.

        Raises ValueError where the levels cannot be held.
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
    """Play the scenario with its causes switched on and off, and divide what they add among them.

    The result is the same bit for bit whatever the number of workers. ``journal`` is of finished replications;
    ``progress`` is called with how many are done, and their total.
    """
    played = dict(_played(question.scenarios, workers, journal, progress))
    return Explanation(question.scenario, question.causes, question.playing, played, question.permutations)


def _permutations(causes: int, wanted: int | None, seed: int) -> Integers | None:
    """The permutations to sample, None if all coalitions are to be played."""
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
    """Outcomes of each coalition, float64[replications, outcomes].

    A few coalitions are played at a time, and all of their figures but the outcomes forgotten.
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
