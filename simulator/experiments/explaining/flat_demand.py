"""Flat demand: a scenario without some of its profiles, but with as many orders in the measured window."""

from __future__ import annotations

import datetime
import math
from collections import Counter
from collections.abc import Iterable, Iterator

import numpy as np

from simulator.orders.arrivals.daily_factors import daily_factors
from simulator.orders.random_demand import order_streams
from simulator.scenario.scenario import Scenario
from simulator.scenario.sections.demand_profiles import Peak, Profile
from simulator.scenario.sections.run import Run
from simulator.values.arrays import Floats

StreamKey = tuple[str, str, str]
"""Product, segment and region of a stream of orders."""


class FlatDemandFactor(Peak):
    """Factor on demand, the same on every day of the run, in place of profiles that were left out."""


def flattened(scenario: Scenario, kinds: tuple[type[Profile], ...]) -> Scenario:
    """Return the scenario without its profiles of these kinds, or the scenario itself if that changes nothing.

    Every stream of orders keeps its mean over the measured window: the times of the orders change, but not
    their number. Leaving out one kind after another gives the same as leaving out both at once. An order
    history, which profiles do not affect, stays as it is.
    """
    left = tuple(
        profile
        for profile in scenario.profiles
        if isinstance(profile, FlatDemandFactor) or not isinstance(profile, kinds)
    )
    weights = _window(scenario.run)
    levels: dict[StreamKey, float] = {}
    changes = False
    for stream in dict.fromkeys(_streams(scenario)):
        before, after = (_factors(profiles, stream, scenario.run) for profiles in (scenario.profiles, left))
        changes = changes or not np.array_equal(before, after)
        mean = float(after @ weights)
        # Fourteen digits, so that equal levels of streams compare equal.
        levels[stream] = float(f"{float(before @ weights) / mean:.14g}") if mean > 0 else 1.0
    if not changes:
        return scenario
    return scenario.model_copy(update={"profiles": (*left, *_even(levels, scenario.run))})


def _streams(scenario: Scenario) -> Iterator[StreamKey]:
    seen: Counter[str] = Counter()
    for demand in scenario.streams():
        for stream in order_streams(demand, scenario, seen):
            yield stream.product, stream.segment, stream.region


def _factors(profiles: Iterable[Profile], stream: StreamKey, run: Run) -> Floats:
    return daily_factors(profiles, *stream, start=run.start, days=math.ceil(run.end))


def _window(run: Run) -> Floats:
    """Return the share of each day that lies in the measured window: float64[days]."""
    midnights = np.arange(math.ceil(run.end), dtype=np.float64)
    until = np.minimum(midnights + 1.0, run.horizon)
    weights: Floats = np.maximum(until - np.maximum(midnights, run.warm_up), 0.0)
    return weights


def _even(levels: dict[StreamKey, float], run: Run) -> Iterator[FlatDemandFactor]:
    """Yield profiles that multiply each stream by its factor: one for all if they agree, none for a factor of 1."""
    dates = {"from": run.start, "to": run.start + datetime.timedelta(days=math.ceil(run.end))}
    if len(set(levels.values())) == 1:
        yield FlatDemandFactor(peak="spread evenly", factor=next(iter(levels.values())), **dates)
        return
    for (product, segment, region), factor in levels.items():
        if factor == 1.0:
            continue
        names = {"products": (product,), "segments": (segment,), "regions": (region,)}
        yield FlatDemandFactor(peak="spread evenly", factor=factor, **names, **dates)
