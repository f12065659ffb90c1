"""Why did customers wait? What each cause adds, in a way that adds up.

Causes act together: a peak hurts most where goods are held at the port. So every combination of causes is played, each
switched on or off, before the same customers, and each cause is given its Shapley value: what it adds, on average over
all sequences in which the causes could have come. The effects on a simulated outcome are divided in the same way by
Song, Nelson & Staum (2016, Shapley Effects for Global Sensitivity Analysis), there on its variance.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from simulator.experiments import shapley
from simulator.experiments.causes import chosen, without
from simulator.experiments.journal import Journal
from simulator.experiments.panel import Panel
from simulator.experiments.planned import Planned
from simulator.experiments.replicate import Progress
from simulator.experiments.statistics import Floats, intervals
from simulator.experiments.workers import Workers
from simulator.metrics.figures import Figures
from simulator.orders.streams import Streams
from simulator.scenario.run import Run
from simulator.scenario.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

EXACT: Final = 6
"""Up to so many causes all combinations are played."""
PERMUTATIONS: Final = 20
"""Permutations that are drawn for more causes."""
_AT_ONCE: Final = 256
"""Replications whose figures are in memory at the same time, or those of one combination."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Something that causes are asked to account for: more of it is worse."""

    name: str
    unit: str
    of: Callable[[Figures, Run], float]


OUTCOMES: Final = (
    Outcome("backordered_orders", "orders", lambda figures, _: figures["backordered_orders"]),
    Outcome("backordered_lines", "lines", lambda figures, _: figures["backordered_lines"]),
    Outcome("wait_days", "unit-days", lambda figures, run: figures["backorders_mean"] * run.window),
    Outcome("lost_profit", "money", lambda figures, _: -figures["profit"]),
)
"""What is accounted for. Profit counts as lost against the world in which all causes are switched off."""


@dataclass(frozen=True)
class Explanation:
    """What each cause adds to the waiting, replication by replication.

    Attributes:
        scenario: as it was played, nothing switched off.
        causes: names of the causes asked for.
        playing: those of them that the scenario has; bit i of a coalition says whether ``playing[i]`` is on.
        played: coalition -> float64[replications, outcomes], as many outcomes as ``OUTCOMES`` has.
        permutations: those that were sampled; None: every coalition was played.
    """

    scenario: Scenario
    causes: tuple[str, ...]
    playing: tuple[str, ...]
    played: Mapping[int, Floats]
    permutations: shapley.Permutations | None = None

    @property
    def replications(self) -> int:
        """How often every coalition was played."""
        return len(self.played[0])

    @property
    def method(self) -> str:
        """How the values were worked out: "exact", or "sampled permutations, n"."""
        if self.permutations is None:
            return "exact"
        return f"sampled permutations, {2 * len(self.permutations)}"

    @cached_property
    def values(self) -> Floats:
        """Shapley value of each of ``causes``: float64[causes, replications, outcomes]; 0 for those that are absent.

        In every replication they add up to the outcome as it is minus that with all causes switched off.
        """
        found = (
            shapley.exact(self.played, len(self.playing))
            if self.permutations is None
            else self._contributions.mean(axis=0)
        )
        return self._with_absent(found)

    @cached_property
    def sampling_error(self) -> Floats:
        """Standard error of the mean values that comes from sampling permutations: float64[causes, outcomes]."""
        if self.permutations is None:
            return np.zeros((len(self.causes), len(OUTCOMES)))
        return self._with_absent(shapley.standard_error(self._contributions.mean(axis=2)))

    @cached_property
    def attribution(self) -> pd.DataFrame:
        """What each cause adds: a row for each outcome and cause.

        Columns: outcome; cause; value, the mean Shapley value over the replications; half_width of its 95 %
        confidence interval, permutations that were not drawn included; share of the outcome as it is; unit;
        sampling_error, the part of the standard error that comes from sampling permutations.
        """
        import pandas as pd

        rows: list[tuple[str, str, float, float, float, str, float]] = []
        for k, outcome in enumerate(OUTCOMES):
            whole = float(self._lost(self._everybody)[:, k].mean())
            mean, half, _ = intervals(self.values[:, :, k].T)
            half = np.hypot(half, self._half_width_of_sampling[:, k])
            for i, cause in enumerate(self.causes):
                share = float(mean[i]) / whole if whole else float("nan")
                error = float(self.sampling_error[i, k])
                rows.append((outcome.name, cause, float(mean[i]), float(half[i]), share, outcome.unit, error))
        columns = ["outcome", "cause", "value", "half_width", "share", "unit", "sampling_error"]
        return pd.DataFrame(rows, columns=columns)

    @cached_property
    def totals(self) -> pd.DataFrame:
        """What all causes add together: a row for each outcome.

        Columns: outcome; value (the outcome as it is minus that with all causes switched off) and half_width; unit;
        as_is and base, the outcome with all causes on and off, and their half widths.
        """
        import pandas as pd

        rows = []
        for k, outcome in enumerate(OUTCOMES):
            as_is, base = (self._lost(one)[:, k] for one in (self._everybody, 0))
            mean, half, _ = intervals(np.column_stack([as_is - base, as_is, base]))
            values = (one for pair in zip(mean.tolist(), half.tolist(), strict=True) for one in pair)
            total, total_half, *rest = values
            rows.append((outcome.name, total, total_half, outcome.unit, *rest))
        columns = ["outcome", "value", "half_width", "unit"]
        columns += ["as_is", "as_is_half_width", "base", "base_half_width"]
        return pd.DataFrame(rows, columns=columns)

    @cached_property
    def coalitions(self) -> pd.DataFrame:
        """Every replication of every combination: a column for each cause (whether it was on), replication, outcomes.

        Causes that the scenario does not have are left out.
        """
        import pandas as pd

        numbers = np.arange(self.replications)
        parts = []
        for one in self.played:
            on = {name: bool(one >> i & 1) for i, name in enumerate(self.playing)}
            outcomes = {outcome.name: self._lost(one)[:, k] for k, outcome in enumerate(OUTCOMES)}
            parts.append(pd.DataFrame({**on, "replication": numbers, **outcomes}))
        return pd.concat(parts, ignore_index=True)

    @property
    def _everybody(self) -> int:
        return (1 << len(self.playing)) - 1

    @cached_property
    def _contributions(self) -> Floats:
        """Marginal contributions: float64[pairs, playing, replications, outcomes]."""
        assert self.permutations is not None
        return shapley.sampled(self.played, self.permutations)

    @cached_property
    def _half_width_of_sampling(self) -> Floats:
        """Half width of the interval that the permutations alone would give: float64[causes, outcomes]."""
        if self.permutations is None:
            return np.zeros((len(self.causes), len(OUTCOMES)))
        pairs = self._contributions.mean(axis=2)
        half = intervals(pairs.reshape(len(pairs), -1))[1].reshape(pairs.shape[1:])
        return self._with_absent(half)

    def _lost(self, one: int) -> Floats:
        """Outcomes of a coalition; profit as what is missing of it with all causes switched off."""
        outcomes = self.played[one].copy()
        outcomes[:, _PROFIT] -= self.played[0][:, _PROFIT]
        return outcomes

    def _with_absent(self, found: Floats) -> Floats:
        """A row for each of ``causes``, from one for each of ``playing``."""
        rows = np.zeros((len(self.causes), *found.shape[1:]))
        rows[[self.causes.index(name) for name in self.playing]] = found
        return rows


_PROFIT: Final = [outcome.name for outcome in OUTCOMES].index("lost_profit")


def explain(
    scenario: Scenario,
    workers: Workers,
    causes: Iterable[str] | None = None,
    permutations: int | None = None,
    *,
    journal: Journal | None = None,
    progress: Progress | None = None,
) -> Explanation:
    """Play the scenario with its causes switched on and off, and divide what they add among them.

    The result is the same bit for bit whatever the number of workers.

    Args:
        scenario: what to explain; it says how many replications are played of each combination.
        workers: who plays them.
        causes: names of causes; left out: all that the scenario has.
        permutations: how many sequences of the causes to sample, an even number from 4 on; left out: all
            combinations are played for up to six causes, 20 sequences for more.
        journal: of finished replications.
        progress: called with how many replications are done, and their total.

    Raises:
        ValueError: for an unknown cause, another number of permutations, or levels that cannot be held.
    """
    asked = chosen(scenario, causes)
    present = [cause for cause in asked if cause.present(scenario)]
    sampled = _permutations(len(present), permutations, scenario.run.seed)
    needed = shapley.coalitions(len(present)) if sampled is None else sorted(shapley.visited(sampled))
    planned = Planned.of(scenario)
    scenarios = {
        one: without(planned, (cause for i, cause in enumerate(present) if not one >> i & 1))
        for one in needed
    }
    played = dict(_played(scenarios, workers, journal, progress))
    names, playing = (tuple(cause.name for cause in group) for group in (asked, present))
    return Explanation(scenario, names, playing, played, sampled)


def _permutations(causes: int, wanted: int | None, seed: int) -> shapley.Permutations | None:
    """The permutations to sample, None if all coalitions are to be played."""
    if wanted is None:
        if causes <= EXACT:
            return None
        wanted = PERMUTATIONS
    if wanted < 4 or wanted % 2:
        raise ValueError(f"permutations come in pairs, at least two: an even number from 4 on, not {wanted}")
    rng = Streams(seed, 0).generator("explain/permutations")
    return shapley.antithetic(causes, wanted // 2, rng)


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
