"""How the calendar changes demand: all profiles of a stream as one factor a day."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from simulator.scenario.profiles import Peak, Profile, Surge, Weekly, Yearly


def daily_factors(
    profiles: Iterable[Profile],
    product: str,
    segment: str,
    region: str,
    *,
    start: datetime.date,
    days: int,
    first: int = 0,
) -> NDArray[np.float64]:
    """Factor on the rate of a stream for so many days from day ``first`` on, float64 of shape (days,).

    ``start`` is the date of day 0. It is the product of all profiles that concern the stream, 1 where there are none.
    """
    dates = np.datetime64(start, "D") + np.arange(first, first + days)
    factors = np.ones(days)
    for profile in profiles:
        if profile.concerns(product, segment, region):
            factors *= _factors(profile, dates)
    return factors


def _factors(profile: Profile, dates: NDArray[np.datetime64]) -> NDArray[np.float64]:
    match profile:
        case Weekly(weekly=weekly):
            # Day 0 of datetime64 is 1970-01-01, a Thursday.
            return _mean_one(weekly)[(dates.astype(np.int64) + 3) % 7]
        case Yearly(yearly=yearly):
            return _mean_one(yearly)[dates.astype("datetime64[M]").astype(np.int64) % 12]
        case Peak():
            inside = (dates >= np.datetime64(profile.first, "D")) & (
                dates <= np.datetime64(profile.last, "D")
            )
            return np.where(inside, profile.factor, 1.0)
        case Surge():
            return _surge(profile, dates)
        case _:
            raise TypeError(f"a profile of unknown kind: {type(profile).__name__}")


def _mean_one(factors: tuple[float, ...]) -> NDArray[np.float64]:
    values = np.asarray(factors, dtype=np.float64)
    return values / float(values.mean())


def _surge(surge: Surge, dates: NDArray[np.datetime64]) -> NDArray[np.float64]:
    """Mean of 1 + (factor - 1) exp(-t / decays) over each day, t in days since the surge began."""
    since = (dates - np.datetime64(surge.on, "D")).astype(np.float64)
    # The integral of exp(-t / decays) over [since, since + 1]: the orders of a day are exact, their spread
    # within the day is even.
    first_day = -math.expm1(-1.0 / surge.decays) * surge.decays
    fading = first_day * np.exp(-np.maximum(since, 0.0) / surge.decays)
    return 1.0 + (surge.factor - 1.0) * np.where(since >= 0.0, fading, 0.0)
