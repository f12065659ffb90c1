"""Draws for pilot runs: many of one law at once, of which none is looked at by itself."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.scenario.distributions import Distribution, Mixture
from simulator.scenario.laws.law import Law


def sampled(law: Distribution, rng: np.random.Generator, n: int) -> NDArray[np.float64]:
    """Independent draws, float64[n]. Those of a mixture are made part by part, so that more draws are other draws."""
    if not isinstance(law, Mixture) or law.variance == 0.0:
        return law.sample(rng, n)
    parts = [part for part in law.of if isinstance(part, Law)]
    bounds = np.cumsum([part.weight or 0.0 for part in parts])
    chosen = np.searchsorted(bounds[:-1], rng.random(n), side="right")
    found = np.empty(n)
    for number, part in enumerate(parts):
        own = np.flatnonzero(chosen == number)
        found[own] = sampled(part, rng, len(own))
    return found + (law.shift or 0.0)
