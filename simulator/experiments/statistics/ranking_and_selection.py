"""Selection of the best of a few alternatives: the fully sequential procedure of Kim & Nelson (2001).

All alternatives are played side by side. After each stage, alternatives that are clearly worse than another
are dropped, and the others go on until one is left. The best is selected with the confidence asked for if it
is better than every other by at least the *indifference*, the smallest difference that matters. This needs
normal observations. Figures of whole replications are means of many events and nearly normal. Common random
numbers are allowed, and make the procedure faster.

The limits of this procedure suit differences about as large as the indifference. Alternatives that are worse
by far more are dropped sooner, by paired t-tests each time the replications have doubled. The probability of
dropping the best is divided between the two methods, as Nelson et al. (2001) do for a screening before a
selection. Comparing after some replications only, and not after each, drops the best no more often, and lets
worker processes share a stage.

S.-H. Kim and B. L. Nelson (2001), A fully sequential procedure for indifference-zone selection in simulation.
ACM Transactions on Modeling and Computer Simulation 11(3), 251-273.
B. L. Nelson, J. Swann, D. Goldsman and W. Song (2001), Simple procedures for selecting the best simulated
system when the number of alternatives is large. Operations Research 49(6), 950-963.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, Protocol

import numpy as np

from simulator.values.arrays import Floats

INDIFFERENCE: Final = 0.01
"""Default of the indifference, as a share of the best mean of the pilot."""
PILOT: Final = 10
"""Replications of every alternative before the first comparison; Kim & Nelson advise 10 to 20."""
MOST: Final = 1_000
"""Replications of an alternative after which the selection ends, decided or not."""
_SCREENING: Final = 0.2
"""Share of the error that is spent on the t-tests, which do not depend on the indifference."""


class Observe(Protocol):
    """Function that observes alternatives."""

    def __call__(self, names: Sequence[str], first: int, last: int) -> Floats:
        """Return the values of replications ``first`` to ``last`` - 1: float64[last - first, names].

        Values in one row come from the same replication (common random numbers).
        """
        ...


@dataclass(frozen=True, slots=True)
class Stage:
    """Comparison at the end of a stage.

    Attributes:
        replications: number of replications compared.
        dropped: alternatives dropped.
        remaining: alternatives that go on.
    """

    replications: int
    dropped: tuple[str, ...]
    remaining: tuple[str, ...]


@dataclass(frozen=True)
class Best:
    """Result of a selection.

    Attributes:
        name: alternative selected, with the best mean of those remaining.
        decided: True if only one alternative is left, or those left are within the indifference of each
            other; False if the largest number of replications was reached before.
        confidence: confidence asked for.
        indifference: smallest difference that matters.
        better: direction of better values.
        replications: number of replications of each alternative.
        means: mean of each alternative over these replications.
        stages: comparisons, in order.
    """

    name: str
    decided: bool
    confidence: float
    indifference: float
    better: Literal["up", "down"]
    replications: dict[str, int]
    means: dict[str, float]
    stages: tuple[Stage, ...]

    @property
    def remaining(self) -> tuple[str, ...]:
        """Alternatives that were not dropped."""
        return self.stages[-1].remaining if self.stages else (self.name,)


class NoFigureError(ValueError):
    """A figure that is needed does not exist, under some alternative or in some replication."""


def select(
    names: Sequence[str],
    observe: Observe,
    *,
    better: Literal["up", "down"] = "up",
    indifference: float | None = None,
    confidence: float = 0.95,
    pilot: int = PILOT,
    most: int = MOST,
) -> Best:
    """Select the best of several alternatives.

    Args:
        names: names of the alternatives, at least one.
        observe: function that returns their values, called for further replications of remaining alternatives
            only.
        better: "up" if the largest expected value is best, "down" if the smallest is.
        indifference: smallest difference that matters, above 0, in the unit of the values. By default 1 % of
            the best mean of the pilot; the confidence is then approximate, because it holds for an
            indifference fixed before.
        confidence: probability of selecting the best or, if others are within the indifference of it, one of
            these.
        pilot: number of replications of every alternative before the first comparison, at least 2.
        most: number of replications of an alternative after which the procedure ends undecided, at least
            ``pilot``.

    Raises:
        ValueError: an argument is impossible.
        NoFigureError: a value is nan, so that replications cannot be compared one by one.
    """
    _check(names, indifference, confidence, pilot, most)
    if len(names) == 1:
        return Best(names[0], True, confidence, indifference or 0.0, better, {names[0]: 0}, {}, ())
    sign = 1.0 if better == "up" else -1.0
    values = sign * _observed(observe, names, 0, pilot)
    delta = _smallest_difference(values) if indifference is None else indifference
    return _Race(list(names), values, sign, delta, confidence, most).run(observe, better)


class _Race:
    """State of a selection.

    Args:
        names: names of the alternatives.
        values: values of the pilot, float64[replications, names], with a sign that makes larger ones better.
        sign: this sign.
        delta: indifference.
        confidence: probability of selecting the best.
        most: largest number of replications.
    """

    def __init__(
        self, names: list[str], values: Floats, sign: float, delta: float, confidence: float, most: int
    ) -> None:
        self._pilot, count = values.shape
        self._names, self._sign, self._delta, self._most = names, sign, delta, most
        self._confidence = confidence
        self._values = values
        self._in_play = list(range(count))
        self._stages: list[Stage] = []
        # Error of each pair with the best, which may drop it; together they are 1 - confidence (Bonferroni).
        error = (1 - confidence) / max(count - 1, 1)
        self._screening_error = _SCREENING * error
        # eta solves Kim & Nelson's g(eta) = error for c = 1, the form that holds under common random numbers.
        eta = 0.5 * ((2 * (1 - _SCREENING) * error) ** (-2 / (self._pilot - 1)) - 1)
        squared_h = 2 * eta * (self._pilot - 1)
        self._scale: Floats = squared_h * _variances(values)

    def run(self, observe: Observe, better: Literal["up", "down"]) -> Best:
        """Compare, drop and play on until one is left or the largest number of replications is reached."""
        self._compare()
        while len(self._in_play) > 1 and (following := self._following()) > len(self._values):
            played = len(self._values)
            chosen = [self._names[k] for k in self._in_play]
            further = np.full((following - played, len(self._names)), np.nan)
            further[:, self._in_play] = self._sign * _observed(observe, chosen, played, following)
            self._values = np.vstack((self._values, further))
            self._compare()
        taken = (~np.isnan(self._values)).sum(axis=0)
        means = np.nanmean(self._values, axis=0)
        best = max(self._in_play, key=lambda k: float(means[k]))
        return Best(
            self._names[best],
            len(self._in_play) == 1 or len(self._values) >= self._meeting(),
            self._confidence,
            self._delta,
            better,
            dict(zip(self._names, taken.tolist(), strict=True)),
            dict(zip(self._names, (self._sign * means).tolist(), strict=True)),
            tuple(self._stages),
        )

    def _pairs(self) -> Floats:
        """Return h^2 S^2 of each pair of remaining alternatives: float64[remaining, remaining]."""
        pairs: Floats = self._scale[np.ix_(self._in_play, self._in_play)]
        return pairs

    def _meeting(self) -> int:
        """Return N + 1, the number of replications at which the limits of all remaining pairs have come down to 0."""
        return math.floor(float(self._pairs().max()) / self._delta**2) + 1

    def _following(self) -> int:
        """Return the number of replications at the next comparison."""
        now = len(self._values)
        return min(self._most, max(now, self._meeting()), _next_stage(self._pilot, now))

    def _compare(self) -> None:
        """Drop alternatives whose mean is below another's by more than the limit of the pair."""
        r, play = len(self._values), self._in_play
        values = self._values[:, play]
        means = values.mean(axis=0)
        # W = max(0, delta / (2 r) * (h^2 S^2 / delta^2 - r))
        limit = np.maximum(0.0, (self._pairs() / self._delta - self._delta * r) / (2 * r))
        doublings = math.log2(r / self._pilot)
        if doublings.is_integer():
            limit = np.minimum(limit, self._clear(values, int(doublings)))
        out = (means[:, np.newaxis] < means[np.newaxis, :] - limit).any(axis=1)
        named = [self._names[k] for k in play]
        dropped = tuple(name for name, gone in zip(named, out, strict=True) if gone)
        remaining = tuple(name for name, gone in zip(named, out, strict=True) if not gone)
        self._stages.append(Stage(r, dropped, remaining))
        self._in_play = [k for k, gone in zip(play, out, strict=True) if not gone]

    def _clear(self, values: Floats, doublings: int) -> Floats:
        """Return the difference of means that is significant in a one-sided paired t-test, of each pair of columns.

        Each doubling of the pilot spends half of the error that was left by the doubling before.

        Args:
            values: float64[replications, remaining].
            doublings: number of times that the replications of the pilot have doubled.
        """
        from scipy.special import stdtrit  # scipy.stats takes four times as long to import

        r = len(values)
        error = self._screening_error * 0.5 ** (doublings + 1)
        limit: Floats = stdtrit(r - 1.0, 1 - error) * np.sqrt(_variances(values) / r)
        return limit


def _variances(values: Floats) -> Floats:
    """Return the sample variance of the difference of each pair of columns: float64[columns, columns]."""
    count = values.shape[1]
    result = np.empty((count, count))
    for k in range(count):  # the differences of all pairs at once would fill the memory
        result[k] = (values - values[:, [k]]).var(axis=0, ddof=1)
    return result


def _next_stage(pilot: int, now: int) -> int:
    """Return the smallest of the numbers pilot * 2^(i/4), rounded, that is above ``now``."""
    quarters = math.floor(4 * math.log2(now / pilot))
    while (stage := round(pilot * 2 ** (quarters / 4))) <= now:
        quarters += 1
    return stage


def _smallest_difference(values: Floats) -> float:
    """Return the default of the indifference: 1 % of the best mean or, if that is 0, of the largest in size.

    If all means are 0, the alternatives are alike and the result is 1.
    """
    means = values.mean(axis=0)
    size = abs(float(means.max())) or float(np.abs(means).max())
    return INDIFFERENCE * size or 1.0


def _observed(observe: Observe, names: Sequence[str], first: int, last: int) -> Floats:
    """Return the values of replications ``first`` to ``last`` - 1.

    Raises:
        NoFigureError: a value does not exist.
    """
    values = observe(names, first, last)
    missing = np.argwhere(np.isnan(values))
    if len(missing):
        row, column = missing[0]
        raise NoFigureError(
            f"the figure does not exist in replication {first + row} of {names[column]!r}, so it cannot be compared"
        )
    return values


def _check(
    names: Sequence[str], indifference: float | None, confidence: float, pilot: int, most: int
) -> None:
    """Check the arguments of ``select``.

    Raises:
        ValueError: an argument is impossible.
    """
    if not names or len(set(names)) < len(names):
        raise ValueError("the alternatives need names of their own, and there must be at least one")
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, not be {confidence}")
    if indifference is not None and not indifference > 0:
        raise ValueError(f"the smallest difference that matters must be above 0, not {indifference}")
    if pilot < 2 or most < pilot:
        raise ValueError(f"the pilot needs at least 2 replications of at most {most}, not {pilot}")
