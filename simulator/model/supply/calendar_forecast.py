"""Forecast of the delivery of goods on a route with opening times, which are known beforehand.

A sample of the delays goes through the calendars of the places from the time at which the goods passed their last
milestone. Those of the sample that would have passed the next milestone by now are left out. Hours, closures and
holidays are known, and so are departures at fixed times; disruptions are not, though they be on given dates.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np

from simulator.values.arrays import Floats
from simulator.values.quantiles import quantile

SMALL: Final = 512
"""Number of draws of a sample; each forecast computes their way anew."""
_REMEMBERED: Final = 1024
"""Number of samples that are kept."""

Passing = Callable[[Floats, Floats], Floats]
"""Function from begins (days) and durations (days) to ends (days): float64[draws]."""


class Stretch(NamedTuple):
    """Part of a leg between milestones.

    Attributes:
        milestone: at its end, empty for none.
        taken: days of the stretch as part of the whole route: float64[draws].
        known: days for goods that are known to take the stretch: float64[draws].
        passing: end of the stretch, by what is known of opening times.
    """

    milestone: str
    taken: Floats
    known: Floats
    passing: Passing


class CalendarForecast:
    """Quantiles of the delivery, from each milestone.

    Args:
        stretches: of the route, from the placing of the order to the landing.
        picking: stretch in the warehouse.
        delivery: days to the customer: float64[draws].
    """

    def __init__(self, stretches: Sequence[Stretch], picking: Stretch, delivery: Floats) -> None:
        self._stretches = [
            one._replace(taken=one.taken[:SMALL], known=one.known[:SMALL]) for one in (*stretches, picking)
        ]
        self._delivery = delivery[:SMALL]
        self._landed = len(stretches)
        ends = [k + 1 for k, one in enumerate(stretches) if one.milestone]
        self._next = dict(zip([0, *ends], [*ends, self._landed], strict=True))
        """Position of the next milestone, by that of the last; the landing counts as one."""
        self._place = {"placed": 0, **{stretches[end - 1].milestone: end for end in ends}}
        self._sample = lru_cache(_REMEMBERED)(self._pushed)

    def expected(self, milestone: str, since: float, now: float, share: float) -> float:
        """Compute a quantile of the days from now to the delivery of goods under way.

        Goods later than all of the sample are taken to pass the next milestone now.

        Args:
            milestone: name of the last milestone passed, or "placed".
            since: time of that milestone, days.
            now: days.
            share: of the quantile, 0 to 1.
        """
        place = self._place[milestone]
        while place < self._landed:
            passes, delivered = self._sample(place, since)
            left = delivered[passes > now]
            if len(left):
                return quantile(left, share) - now
            place, since = self._next[place], now
        return self.landing(now, now, share)

    def new_order(self, now: float, share: float) -> float:
        """Compute a quantile of the days to the delivery of goods ordered now."""
        return quantile(self._sample(0, now)[1].copy(), share) - now

    def landing(self, landing: float, now: float, share: float) -> float:
        """Compute a quantile of the days from now to the delivery of goods that land at ``landing`` (days)."""
        return quantile(self._sample(self._landed, landing)[1].copy(), share) - now

    def _pushed(self, place: int, since: float) -> tuple[Floats, Floats]:
        """Push the sample from a milestone, passed at ``since`` (days), to the next one and to the delivery."""
        times, passes = np.full(len(self._delivery), since), np.full(len(self._delivery), math.inf)
        following = self._next.get(place, place)
        for k in range(place, len(self._stretches)):
            if k == following:
                passes = times
            one = self._stretches[k]
            times = one.passing(times, one.known if k < following else one.taken)
        return passes, times + self._delivery
