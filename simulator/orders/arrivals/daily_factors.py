"""Daily demand factors: the weekly, yearly, peak and surge profiles of a stream, multiplied."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from simulator.scenario.sections.demand_profiles import Peak, Profile, Surge, Weekly, Yearly


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
    """Multiply all profiles that apply to a stream, day by day: float64[days], 1 where none applies.

    Args:
        profiles: profiles of the scenario.
        product: product of the stream.
        segment: customer segment of the stream.
        region: region of the stream.
        start: date of day 0.
        days: number of days.
        first: number of the first day.
    """
    dates = np.datetime64(start, "D") + np.arange(first, first + days)
    factors = np.ones(days)
    for profile in profiles:
        if profile.concerns(product, segment, region):
            factors *= _factors(profile, dates)
    return factors


def _factors(profile: Profile, dates: NDArray[np.datetime64]) -> NDArray[np.float64]:
    """Return the factors of one profile on these dates: float64[dates]."""
    match profile:
        case Weekly(weekly=weekly):
            # day 0 of datetime64 is 1970-01-01, a Thursday
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
    """Scale factors to mean 1."""
    values = np.asarray(factors, dtype=np.float64)
    return values / float(values.mean())


def _surge(surge: Surge, dates: NDArray[np.datetime64]) -> NDArray[np.float64]:
    """Average 1 + (factor - 1) exp(-t / decays) over each day, t in days since the surge began."""
    since = (dates - np.datetime64(surge.on, "D")).astype(np.float64)
    # integral of exp(-t / decays) over [since, since + 1]: the total of a day is exact, its rate constant
    first_day = -math.expm1(-1.0 / surge.decays) * surge.decays
    fading = first_day * np.exp(-np.maximum(since, 0.0) / surge.decays)
    return 1.0 + (surge.factor - 1.0) * np.where(since >= 0.0, fading, 0.0)
