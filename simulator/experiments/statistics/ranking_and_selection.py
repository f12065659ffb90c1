"""Selection of the best of a few alternatives: the fully sequential procedure of Kim & Nelson (2001).

All alternatives are played side by side. After each stage those that are clearly worse than another are dropped,
and the rest go on, until one is left. The best is selected with the confidence asked for, whenever it is better than
every other by at least the *indifference*, the smallest difference that matters. That needs normal observations
(figures of whole replications are means of much, so they are nearly so) and holds with common random numbers, which
make the procedure faster.

Its limits suit differences about as large as the indifference. What is worse by far more is dropped sooner by paired
t-tests, whenever the replications have doubled. The chance that either way drops the best is shared out between them,
as Nelson et al. (2001) do for a screening before a selection. Comparing at some replications only, and not after
every single one, drops the best no more often, and lets worker processes share a stage.

S.-H. Kim and B. L. Nelson (2001), A fully sequential procedure for indifference-zone selection in simulation. ACM
Transactions on Modeling and Computer Simulation 11(3), 251-273.
B. L. Nelson, J. Swann, D. Goldsman and W. Song (2001), Simple procedures for selecting the best simulated system when
the number of alternatives is large. Operations Research 49(6), 950-963.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, Protocol

import numpy as np

from simulator.values.arrays import Floats

INDIFFERENCE: Final = 0.01
"""Share of the best pilot mean that is taken as the smallest difference that matters, if nobody says otherwise."""
PILOT: Final = 10
"""Replications of everybody before the first comparison; Kim & Nelson advise 10 to 20."""
MOST: Final = 1_000
"""Replications after which nobody is played further, decided or not."""
_SCREENING: Final = 0.2
"""Share of the accepted error that is for dropping the clearly worse, whatever the indifference."""


class Observe(Protocol):
    """Whatever can be observed: values of replications ``first`` to ``last`` - 1 of those named."""

    def __call__(self, names: Sequence[str], first: int, last: int) -> Floats:
        """float64[last - first, names]; rows of the same number belong together (common random numbers)."""
        ...


@dataclass(frozen=True, slots=True)
class Stage:
    """One comparison: after how many replications, who was dropped by it and who went on."""

    replications: int
    dropped: tuple[str, ...]
    remaining: tuple[str, ...]


@dataclass(frozen=True)
class Best:
    """Who was selected, and how.

    ``decided``: one was left, or those left are within the indifference of each other; else the budget was used up
    before. Either way ``name`` has the best mean of those ``remaining``. ``replications`` is what each alternative
    took, ``means`` the mean of each over these.
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
        """Those that were never dropped."""
        return self.stages[-1].remaining if self.stages else (self.name,)


class NoFigureError(ValueError):
    """Something is asked about a figure that does not exist, under some alternative or in some replication."""


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
        names: The alternatives, at least one.
        observe: Gives their values; asked for further replications only of those that are still in play.
        better: Whether the largest or the smallest expected value is best.
        indifference: The smallest difference that matters, above 0, in the unit of the values. Left out: 1 % of the
            best pilot mean. The guarantee is then approximate, for it speaks of an
            indifference that was fixed before.
        confidence: Chance of selecting the best if no other is within the indifference, else one within it.
        pilot: Replications of everybody before the first comparison, at least 2.
        most: Replications of an alternative after which the procedure ends undecided; at least ``pilot``.

    Raises:
        ValueError: If an argument is impossible.
        NoFigureError: If a value is nan: a figure that does not exist in every replication cannot be compared
            replication by replication.
    """
    _check(names, indifference, confidence, pilot, most)
    if len(names) == 1:
        return Best(names[0], True, confidence, indifference or 0.0, better, {names[0]: 0}, {}, ())
    sign = 1.0 if better == "up" else -1.0
    values = sign * _observed(observe, names, 0, pilot)
    delta = _smallest_difference(values) if indifference is None else indifference
    return _Race(list(names), values, sign, delta, confidence, most).run(observe, better)


class _Race:
    """The state of a selection; ``values`` (float64[replications, names]) are such that more is better.

    ``_values`` keeps them all, nan where an alternative was not played.
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
        # Errors of each pair in which the best may be dropped; together they are 1 - confidence (Bonferroni).
        error = (1 - confidence) / max(count - 1, 1)
        self._screening_error = _SCREENING * error
        # eta solves their g(eta) = error for c = 1, the form that holds under common random numbers.
        eta = 0.5 * ((2 * (1 - _SCREENING) * error) ** (-2 / (self._pilot - 1)) - 1)
        squared_h = 2 * eta * (self._pilot - 1)
        self._scale: Floats = squared_h * _variances(values)

    def run(self, observe: Observe, better: Literal["up", "down"]) -> Best:
        """Compare, drop and go on until one is left or the budget is used up."""
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
        """h^2 S^2 of each pair in play: float64[in play, in play]."""
        pairs: Floats = self._scale[np.ix_(self._in_play, self._in_play)]
        return pairs

    def _meeting(self) -> int:
        """N + 1: replications at which the limits of all pairs in play have come down to 0."""
        return math.floor(float(self._pairs().max()) / self._delta**2) + 1

    def _following(self) -> int:
        """Replications at the next comparison."""
        now = len(self._values)
        return min(self._most, max(now, self._meeting()), _next_stage(self._pilot, now))

    def _compare(self) -> None:
        """Drop whoever is below another by more than the limit of the pair."""
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
        """Mean difference of each pair that is clear without an indifference: one-sided paired t-tests.

        The n-th doubling of the pilot may spend half as much error as the one before, all together what there is.
        """
        from scipy.special import stdtrit  # scipy.stats takes four times as long to import

        r = len(values)
        error = self._screening_error * 0.5 ** (doublings + 1)
        limit: Floats = stdtrit(r - 1.0, 1 - error) * np.sqrt(_variances(values) / r)
        return limit


def _variances(values: Floats) -> Floats:
    """Sample variance of the difference of each pair of columns."""
    count = values.shape[1]
    result = np.empty((count, count))
    for k in range(count):  # pair by pair the differences would fill memory
        result[k] = (values - values[:, [k]]).var(axis=0, ddof=1)
    return result


def _next_stage(pilot: int, now: int) -> int:
    """The first of pilot x 2^(i/4), rounded, that is above ``now``."""
    quarters = math.floor(4 * math.log2(now / pilot))
    while (stage := round(pilot * 2 ** (quarters / 4))) <= now:
        quarters += 1
    return stage


def _smallest_difference(values: Floats) -> float:
    """1 % of the best pilot mean; of the largest if that is 0; 1 if all are, for then all are alike."""
    means = values.mean(axis=0)
    size = abs(float(means.max())) or float(np.abs(means).max())
    return INDIFFERENCE * size or 1.0


def _observed(observe: Observe, names: Sequence[str], first: int, last: int) -> Floats:
    """The values asked for, if they all exist. Raises ValueError otherwise."""
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
    """Raises ValueError if an argument of ``select`` is impossible."""
    if not names or len(set(names)) < len(names):
        raise ValueError("the alternatives need names of their own, and there must be at least one")
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, not be {confidence}")
    if indifference is not None and not indifference > 0:
        raise ValueError(f"the smallest difference that matters must be above 0, not {indifference}")
    if pilot < 2 or most < pilot:
        raise ValueError(f"the pilot needs at least 2 replications of at most {most}, not {pilot}")
