"""Departures at fixed times, and forecasts of the delivery of goods that wait for one."""

from __future__ import annotations

import math
from bisect import bisect_right
from functools import lru_cache

import numpy as np

from simulator.scenario.sections.supply_network import Departures
from simulator.values.arrays import Floats
from simulator.values.quantiles import quantile, sorted_quantile

_GRID = 128
_ROUNDING = 1e-12
"""Share of the interval by which goods may be late for a departure and still take it.

Sums of the same times may differ in their last digits.
"""


def next_departure(departures: Departures, ready: float) -> float:
    """Return the first departure (days) of a timetable with ``every`` at or after ``ready`` (days)."""
    first, every = departures.first, departures.every
    assert every is not None
    return first + max(0, math.ceil((ready - first) / every - _ROUNDING)) * every


def departure_before(departures: Departures, ready: float) -> float:
    """Return the departure (days) before `next_departure`; -infinity if that is the first one."""
    first, every = departures.first, departures.every
    assert every is not None
    number = math.ceil((ready - first) / every - _ROUNDING) - 1
    return first + number * every if number >= 0 else -math.inf


def departures_after(departures: Departures, ready: Floats) -> Floats:
    """Compute `next_departure` for many times: float64[times]."""
    first, every = departures.first, departures.every
    assert every is not None
    return first + np.maximum(0.0, np.ceil((ready - first) / every - _ROUNDING)) * every


def departures_before(departures: Departures, ready: Floats) -> Floats:
    """Compute `departure_before` for many times: float64[times]."""
    first, every = departures.first, departures.every
    assert every is not None
    number = np.ceil((ready - first) / every - _ROUNDING) - 1.0
    return np.where(number >= 0.0, first + number * every, -np.inf)


class TimetableForecast:
    """Forecast of the delivery of goods that leave at fixed times.

    The timetable is known. The days until the goods are ready, and those from the departure to the customer,
    are random. The former do not matter if all of the sample lead to the same departure.

    Args:
        departures: a timetable with ``every``.
        preparation: sample of the days until the goods are ready, all 0 if they are: float64[draws].
        after_departure: sample of the days from the departure to the customer: float64[draws].
    """

    def __init__(self, departures: Departures, preparation: Floats, after_departure: Floats) -> None:
        sequence = np.argsort(preparation)
        self._departures = departures
        self._preparation = preparation[sequence]
        self._earliest: list[float] = self._preparation.tolist()
        self._step = self._earliest[-1] / _GRID
        self._process = after_departure[sequence]
        self._sorted = np.sort(after_departure)
        self._date = lru_cache(maxsize=4096)(self._mixed)

    def expected(self, since: float, now: float, share: float) -> float:
        """Compute a quantile of the days from now to the delivery of goods under way.

        Args:
            since: time at which their preparation began, days.
            now: days.
            share: of the quantile, 0 to 1.
        """
        elapsed, days = now - since, self._earliest
        if not days[-1]:
            return self._leaving(since, now, share)
        left = bisect_right(days, elapsed)
        if left == len(days):  # later than all of the sample: they are taken to be ready now
            return self._leaving(now, now, share)
        return self._expected(since, now, share, left, int(elapsed / self._step))

    def _leaving(self, ready: float, now: float, share: float) -> float:
        """Compute a quantile of the days from now to the delivery of goods ready at ``ready`` (days).

        Goods that missed a departure while dispatch was disrupted take the next one.
        """
        return next_departure(self._departures, max(ready, now)) - now + sorted_quantile(self._sorted, share)

    def new_order(self, now: float, share: float) -> float:
        """Compute a quantile of the days to the delivery of goods ordered now."""
        return self._expected(now, now, share, 0, -1)

    def _expected(self, since: float, now: float, share: float, left: int, cell: int) -> float:
        """Compute a quantile of the days from now to the delivery, see `expected`.

        Args:
            since: time at which the preparation began, days.
            now: days.
            share: of the quantile, 0 to 1.
            left: index of the first preparation in the sorted sample that is still possible.
            cell: index in the grid of elapsed times, see `_mixed`.
        """
        days = self._earliest
        first = next_departure(self._departures, since + days[left])
        if first == next_departure(self._departures, since + days[-1]):
            return first - now + sorted_quantile(self._sorted, share)
        return self._date(since, share, cell) - now

    def _mixed(self, since: float, share: float, cell: int) -> float:
        """Compute a quantile of the date of delivery (days) of goods that may take one of several departures.

        Args:
            since: time at which the preparation began, days.
            share: of the quantile, 0 to 1.
            cell: index in the grid of elapsed times, at or below the time elapsed; -1 if no preparation is
                ruled out.
        """
        left = bisect_right(self._earliest, cell * self._step)
        departure = departures_after(self._departures, since + self._preparation[left:])
        return quantile(departure + self._process[left:], share)
