"""Law of the lead time on a route at or behind a depot, without what goods wait in another warehouse."""

from __future__ import annotations

from typing import Final

import numpy as np

from simulator.model.levels.exact_levels import LeadTime
from simulator.model.levels.lead_time_law import lead_time_law
from simulator.model.supply.legs import LegSequence

_VALUES: Final = 12
"""Most values of the law."""
_SLICES: Final = 400
"""Slices of a gamma law."""


def route_law(leg_sequence: LegSequence, seed: int, *, sequential: bool) -> LeadTime:
    """Return the law of the lead time; with queues or timetables, one with the moments of the legs.

    Args:
        leg_sequence: legs of the route.
        seed: seed of the scenario.
        sequential: False for orders unit by unit, where only the mean counts if they may overtake each other
            (Palm's theorem).
    """
    if (constant := leg_sequence.constant) is not None:
        return LeadTime.constant(constant)
    mean, variance = leg_sequence.moments
    if not sequential and not leg_sequence.in_sequence:
        return LeadTime.constant(mean)
    if not leg_sequence.queues and not leg_sequence.timetable:
        return lead_time_law(leg_sequence, seed).law.with_few(_VALUES)
    if variance == 0.0:
        return LeadTime.constant(mean)
    from scipy.special import gammaincinv  # imported late: most runs have no depot

    shares = (np.arange(_SLICES) + 0.5) / _SLICES
    days = gammaincinv(mean**2 / variance, shares) * variance / mean
    return LeadTime(days * mean / days.mean(), np.full(_SLICES, 1.0 / _SLICES)).with_few(_VALUES)
