"""Departures at fixed times: when goods leave, and when goods are expected whose time of readiness is chance."""

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
"""Part of an interval by which goods may come too late for a departure: sums of times differ in the last digits."""


def next_departure(departures: Departures, ready: float) -> float:
    """First departure (days) of a timetable with ``every`` at or after ``ready`` (days)."""
    first, every = departures.first, departures.every
    assert every is not None
    return first + max(0, math.ceil((ready - first) / every - _ROUNDING)) * every


def departures_after(departures: Departures, ready: Floats) -> Floats:
    """The same for many times: float64[times]."""
    first, every = departures.first, departures.every
    assert every is not None
    return first + np.maximum(0.0, np.ceil((ready - first) / every - _ROUNDING)) * every


class TimetableForecast:
    """Days to the delivery of goods that leave at fixed times.

    The timetable is known, so that only the rest is chance: the days until goods are ready, and those behind the
    departure. Where it is sure which departure the goods will take, the first do not matter at all.

    Args:
        departures: a timetable with ``every``.
        preparation: sample of the days until goods are ready; all 0 where they are.
        journey: sample, as large, of the days from the departure to the customer.
    """

    def __init__(self, departures: Departures, preparation: Floats, journey: Floats) -> None:
        sequence = np.argsort(preparation)
        self._departures = departures
        self._preparation = preparation[sequence]
        self._earliest: list[float] = self._preparation.tolist()
        self._step = self._earliest[-1] / _GRID
        self._journey = journey[sequence]
        self._sorted = np.sort(journey)
        self._date = lru_cache(maxsize=4096)(self._mixed)

    def expected(self, since: float, now: float, share: float) -> float:
        """Days from now to the delivery of goods that began their preparation then (days), at a quantile."""
        elapsed, days = now - since, self._earliest
        if not days[-1]:
            return self._leaving(since, now, share)
        left = bisect_right(days, elapsed)
        if left == len(days):  # later than ever seen: they may be ready at any moment
            return self._leaving(now, now, share)
        return self._expected(since, now, share, left, int(elapsed / self._step))

    def _leaving(self, ready: float, now: float, share: float) -> float:
        """Days from now to the delivery of goods that are ready then (days), at a quantile."""
        return next_departure(self._departures, ready) - now + sorted_quantile(self._sorted, share)

    def new_order(self, now: float, share: float) -> float:
        """Days to the delivery of goods that would be ordered now, at a quantile."""
        return self._expected(now, now, share, 0, -1)

    def _expected(self, since: float, now: float, share: float, left: int, cell: int) -> float:
        """See ``expected``.

        Args:
            since: time of the order, days.
            now: days.
            share: of the quantile.
            left: first place of the sample of preparation that is still possible.
            cell: of the grid of elapsed times.
        """
        days = self._earliest
        first = next_departure(self._departures, since + days[left])
        if first == next_departure(self._departures, since + days[-1]):
            return first - now + sorted_quantile(self._sorted, share)
        return self._date(since, share, cell) - now

    def _mixed(self, since: float, share: float, cell: int) -> float:
        """Date of delivery, at a quantile, of goods that may take one of several departures.

        cell: of the grid of elapsed times, -1 for nothing that has been ruled out yet.
        """
        left = bisect_right(self._earliest, cell * self._step)
        departure = departures_after(self._departures, since + self._preparation[left:])
        return quantile(departure + self._journey[left:], share)
