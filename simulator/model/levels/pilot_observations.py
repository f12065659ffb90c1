"""Observations of pilot runs: demand that a level has to cover, which gives the service at any level."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.policies.service_level import Measure
from simulator.values.arrays import Floats

BATCHES: Final = 20
"""Parts of a run from whose spread the standard error is estimated."""
_LEVELS: Final = 1 << 21
"""Largest number of whole levels whose services are computed at once."""


@dataclass(frozen=True)
class LevelObservations:
    """Weighted observations of the demand that a level has to cover.

    Attributes:
        low: level up to which nothing of the observation is served, in units relative to the level of the
            run: float64[observations].
        span: units above ``low`` from which on all of it is served; the share in between is linear.
        weight: weight of the observation, such as units of a line or days.
        batch: number of the part of a run that it belongs to.
    """

    low: Floats
    span: Floats
    weight: Floats
    batch: NDArray[np.intp]

    @classmethod
    def joined(cls, parts: Sequence[LevelObservations]) -> LevelObservations:
        """Join the observations of several runs."""
        if len(parts) == 1:
            return parts[0]
        return cls(
            *(
                np.concatenate([getattr(part, name) for part in parts])
                for name in ("low", "span", "weight", "batch")
            )
        )

    def _served(self, level: float) -> Floats:
        """Compute the weighted share of each observation that is served at a level: float64[observations]."""
        return np.clip((level - self.low) / self.span, 0.0, 1.0) * self.weight

    def service(self, level: float) -> float:
        """Compute the service at a level."""
        return float(self._served(level).sum() / self.weight.sum())

    def error(self, level: float) -> float:
        """Estimate the standard error of the service at a level from the spread of batches (ratio estimate).

        It is infinite if too few batches have observations.
        """
        served = np.bincount(self.batch, self._served(level))
        total = np.bincount(self.batch, self.weight)
        some = total > 0.0
        count = int(some.sum())
        if count < BATCHES // 2:
            return math.inf
        apart = (served - served.sum() / total.sum() * total)[some]
        return math.sqrt(count / (count - 1) * float(apart @ apart)) / float(total.sum())

    def _by_level(self) -> tuple[float, Floats] | None:
        """Compute the service at each whole level that matters, all at once.

        Returns:
            The first level and the services from it on; ``None`` if observations lie between whole units or
            the levels are too many.
        """
        begin = self.low - self.low.min()
        end = begin + self.span
        levels = float(end.max()) + 1.0
        if levels > _LEVELS or np.any(begin % 1.0) or np.any(self.span % 1.0):
            return None
        rise = self.weight / self.span
        steeper = np.bincount(end.astype(np.intp), rise, int(levels))
        if np.any(self.span != 1.0):
            first = np.bincount(begin.astype(np.intp) + 1, rise, int(levels) + 1)[:-1]
            steeper = np.cumsum(first - np.append(0.0, steeper[:-1]))
        return float(self.low.min()), np.cumsum(steeper) / float(self.weight.sum())

    def smallest(self, share: float) -> float:
        """Return the smallest whole level from 0 on at which the service is at least ``share``."""
        served = self._by_level()
        if served is not None:
            lowest, shares = served
            return max(0.0, float(lowest + np.searchsorted(shares, share * (1.0 - 1e-12))))
        low, high = -1, max(1, math.ceil(float(np.max(self.low + self.span))))
        while high - low > 1:
            middle = (low + high) // 2
            if self.service(middle) >= share:
                high = middle
            else:
                low = middle
        return float(high)


def observed_levels(
    measure: Measure,
    start: float,
    lines: tuple[Floats, Floats],
    landings: tuple[Floats, Floats],
    window: tuple[float, float],
) -> tuple[Floats, Floats, Floats, Floats]:
    """Observe the demand that a level has to cover, relative to the level that starts with ``start`` units.

    Args:
        measure: measure of service to observe.
        start: net stock at the start, in units.
        lines: due date (days) of each line, float64[lines], and units demanded before the first and up to
            each line, float64[lines + 1].
        landings: time (days) and units of each landing.
        window: start and end of the observations, in days.

    Returns:
        Time (days), low, span and weight of each observation (see `LevelObservations`).
    """
    date, demanded = lines
    landed, came = landings
    supplied = start + np.append(0.0, np.cumsum(came))
    if measure == "ready_rate":
        return _by_time(date, landed, demanded, supplied, window)
    if measure == "cycle_service_level":
        # purchase orders that land together begin one cycle
        place = np.flatnonzero(np.append(landed[1:] > landed[:-1], True))
        begins = landed[place]
        before = np.searchsorted(date, begins)
        net = supplied[place[:-1] + 1] - demanded[before[1:]]
        # a cycle without a line is good at any level
        need = np.where(before[1:] > before[:-1], np.ceil(-net - 1e-9) - 1.0, -1.0 - start)
        inside = begins[:-1] >= window[0]
        need = need[inside]
        return begins[:-1][inside], need, np.ones(len(need)), np.ones(len(need))
    own = slice(int(np.searchsorted(date, window[0])), int(np.searchsorted(date, window[1])))
    net = supplied[np.searchsorted(landed, date[own], side="right")] - demanded[own]
    units = np.diff(demanded[own.start : own.stop + 1])
    if measure == "fill_rate":
        return date[own], -net, units, units
    ones = np.ones(len(net))
    return date[own], np.ceil(units - net - 1e-9) - 1.0, ones, ones


def _by_time(
    date: Floats, landed: Floats, demanded: Floats, supplied: Floats, window: tuple[float, float]
) -> tuple[Floats, Floats, Floats, Floats]:
    """Observe the net stock between any two changes, weighted with the days between them; see `observed_levels`."""
    times = np.concatenate((date, landed))
    sequence = np.argsort(times, kind="stable")
    times = times[sequence]
    is_line = sequence < len(date)
    net = supplied[np.cumsum(~is_line)] - demanded[np.cumsum(is_line)]
    stays = np.diff(times, append=window[1])
    inside = (times >= window[0]) & (times < window[1]) & (stays > 0.0)
    return times[inside], np.floor(-net[inside] + 1e-9), np.ones(int(inside.sum())), stays[inside]
