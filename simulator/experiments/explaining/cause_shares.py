"""Shares of the causes in the waiting: Shapley values with intervals, from replications of every coalition played."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from simulator.experiments.statistics import shapley_values
from simulator.experiments.statistics.confidence_intervals import Estimate, interval, intervals
from simulator.metrics.figures import Figures
from simulator.scenario.scenario import Scenario
from simulator.scenario.sections.run import Run
from simulator.values.arrays import Floats, Integers

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class ExplainedFigure:
    """Figure that is divided among the causes; more of it is worse.

    Attributes:
        name: name in tables.
        unit: unit of its values.
        of: function that computes it from the figures of a replication and the settings of the run.
    """

    name: str
    unit: str
    of: Callable[[Figures, Run], float]


def _unit_days(figures: Figures, run: Run) -> float:
    """Compute the unit days of waiting in the measured window, for goods and in workshops."""
    return (figures["backorders_mean"] + figures["workshop_units_mean"]) * run.measured_days


OUTCOMES: Final = (
    ExplainedFigure("backordered_orders", "orders", lambda figures, _: figures["waited_orders"]),
    ExplainedFigure("backordered_lines", "lines", lambda figures, _: figures["waited_lines"]),
    ExplainedFigure("wait_days", "unit days", _unit_days),
    ExplainedFigure("lost_profit", "money", lambda figures, _: -figures["profit"]),
)
"""Outcomes divided among the causes; lines that are made to order wait, too.

Lost profit is counted from the profit with all causes switched off.
"""
_NAMES: Final = [outcome.name for outcome in OUTCOMES]
_PROFIT: Final = _NAMES.index("lost_profit")


def is_settled(value: Estimate, sign: int = 1) -> bool:
    """Test whether a value has this sign beyond doubt: its half width is at most half of its size.

    Its t statistic is then about 4 or more, enough to be certain even among nine causes. With a single
    replication only the sign is tested.

    Args:
        value: estimate to test.
        sign: 1 to test for a positive value, -1 for a negative one.
    """
    half = value.half_width if value.half_width > 0 else 0.0
    return sign * value.mean > 0 and half <= abs(value.mean) / 2


@dataclass(frozen=True)
class Explanation:
    """Shares of the causes in the waiting, replication by replication.

    Attributes:
        scenario: scenario as it stands, with no cause switched off.
        causes: names of the causes asked for.
        playing: names of those that the scenario has. Bit i of a coalition is set if ``playing[i]`` is on.
        played: outcomes by coalition, float64[replications, outcomes], in the order of ``OUTCOMES``.
        permutations: sampled permutations of ``playing``, intp[pairs, playing], each used with its reverse as
            well; None if every coalition was played.
    """

    scenario: Scenario
    causes: tuple[str, ...]
    playing: tuple[str, ...]
    played: Mapping[int, Floats]
    permutations: Integers | None = None

    @property
    def replications(self) -> int:
        """Number of replications of every coalition."""
        return len(self.played[0])

    @property
    def method(self) -> str:
        """Method of the values: "exact", or "sampled permutations, n" with their number n."""
        if self.permutations is None:
            return "exact"
        return f"sampled permutations, {2 * len(self.permutations)}"

    @cached_property
    def values(self) -> Floats:
        """Shapley value of each of ``causes``: float64[causes, replications, outcomes].

        Causes that the scenario lacks have the value 0. In every replication the values add up to the outcome
        as it is minus the outcome with all causes switched off.
        """
        found = (
            shapley_values.exact_values(self.played, len(self.playing))
            if self.permutations is None
            else self._contributions.mean(axis=0)
        )
        return self._with_absent(found)

    @cached_property
    def sampling_error(self) -> Floats:
        """Standard error of the mean values due to sampling permutations: float64[causes, outcomes]."""
        if self.permutations is None:
            return np.zeros((len(self.causes), len(OUTCOMES)))
        return self._with_absent(shapley_values.standard_error(self._contributions.mean(axis=2)))

    @cached_property
    def attribution(self) -> pd.DataFrame:
        """Table of the shares of the causes: one row for each outcome and cause.

        Columns:
        outcome and cause;
        value, the mean Shapley value over the replications;
        half_width of its 95 % confidence interval, sampling of permutations included;
        share, the value as a share of the outcome as it is;
        unit;
        sampling_error, the standard error due to sampling permutations.
        """
        import pandas as pd

        rows: list[tuple[str, str, float, float, float, str, float]] = []
        for k, outcome in enumerate(OUTCOMES):
            whole = float(self._outcomes(self._all_on)[:, k].mean())
            mean, half, _ = intervals(self.values[:, :, k].T)
            half = np.hypot(half, self._half_width_of_sampling[:, k])
            for i, cause in enumerate(self.causes):
                share = float(mean[i]) / whole if whole else float("nan")
                error = float(self.sampling_error[i, k])
                rows.append((outcome.name, cause, float(mean[i]), float(half[i]), share, outcome.unit, error))
        columns = ["outcome", "cause", "value", "half_width", "share", "unit", "sampling_error"]
        return pd.DataFrame(rows, columns=columns)

    def largest(self, outcome: str) -> tuple[str, ...]:
        """Return the causes that may add most to an outcome; the cause with the largest mean comes first.

        Another cause is left out if its paired difference from the first is certain. These tests hold
        together with 95 % confidence (Bonferroni), so a single cause is certainly the largest. With one
        replication there is no test, and only the cause with the largest value is returned.
        """
        k = _NAMES.index(outcome)
        places = [self.causes.index(name) for name in self.playing]
        if not places:
            return ()
        first = max(places, key=lambda i: float(self.values[i, :, k].mean()))
        found = [self.causes[first]]
        for i in places:
            if i == first or self.replications < 2:
                continue
            gap = self.values[first, :, k] - self.values[i, :, k]
            mean, half = interval(gap, 1 - 0.05 / (len(places) - 1))
            half = float(np.linalg.norm([half, *self._half_width_of_sampling[[first, i], k]]))
            if mean <= half:
                found.append(self.causes[i])
        return tuple(found)

    @cached_property
    def totals(self) -> pd.DataFrame:
        """Table of all causes together: one row for each outcome.

        Columns:
        outcome;
        value, the outcome as it is minus the outcome with all causes switched off, and its half_width (95 %);
        unit;
        as_is and base, the outcome with all causes on and with all off, and their half widths.
        """
        import pandas as pd

        rows = []
        for k, outcome in enumerate(OUTCOMES):
            as_is, base = (self._outcomes(one)[:, k] for one in (self._all_on, 0))
            mean, half, _ = intervals(np.column_stack([as_is - base, as_is, base]))
            values = (one for pair in zip(mean.tolist(), half.tolist(), strict=True) for one in pair)
            total, total_half, *rest = values
            rows.append((outcome.name, total, total_half, outcome.unit, *rest))
        columns = ["outcome", "value", "half_width", "unit"]
        columns += ["as_is", "as_is_half_width", "base", "base_half_width"]
        return pd.DataFrame(rows, columns=columns)

    @cached_property
    def coalitions(self) -> pd.DataFrame:
        """Table of the outcomes in every replication of every coalition.

        Columns: the causes (True if on), replication, and the outcomes. Causes that the scenario lacks have
        no column.
        """
        import pandas as pd

        numbers = np.arange(self.replications)
        parts = []
        for one in self.played:
            on = {name: bool(one >> i & 1) for i, name in enumerate(self.playing)}
            outcomes = {outcome.name: self._outcomes(one)[:, k] for k, outcome in enumerate(OUTCOMES)}
            parts.append(pd.DataFrame({**on, "replication": numbers, **outcomes}))
        return pd.concat(parts, ignore_index=True)

    @property
    def _all_on(self) -> int:
        return (1 << len(self.playing)) - 1

    @cached_property
    def _contributions(self) -> Floats:
        """Marginal contributions of the causes: float64[pairs, playing, replications, outcomes]."""
        assert self.permutations is not None
        return shapley_values.sampled_values(self.played, self.permutations)

    @cached_property
    def _half_width_of_sampling(self) -> Floats:
        """Half width of the 95 % interval due to sampling permutations alone: float64[causes, outcomes]."""
        if self.permutations is None:
            return np.zeros((len(self.causes), len(OUTCOMES)))
        pairs = self._contributions.mean(axis=2)
        half = intervals(pairs.reshape(len(pairs), -1))[1].reshape(pairs.shape[1:])
        return self._with_absent(half)

    def _outcomes(self, one: int) -> Floats:
        """Return the outcomes of a coalition: float64[replications, outcomes].

        Lost profit is the profit with all causes switched off minus the profit of the coalition.
        """
        outcomes = self.played[one].copy()
        outcomes[:, _PROFIT] -= self.played[0][:, _PROFIT]
        return outcomes

    def _with_absent(self, found: Floats) -> Floats:
        """Return rows for each of ``causes``, from rows for each of ``playing``; causes that are absent have zeros."""
        rows = np.zeros((len(self.causes), *found.shape[1:]))
        rows[[self.causes.index(name) for name in self.playing]] = found
        return rows
