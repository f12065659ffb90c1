"""Sizes of order lines: probabilities of whole numbers of units."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from simulator.laws.distributions import (
    Discrete,
    Distribution,
    Empirical,
    Geometric,
    Mixture,
    NegativeBinomial,
    Poisson,
)
from simulator.laws.law import Law
from simulator.values.arrays import Floats

_LARGEST: Final = 4096
"""Largest number of units of a line for which its law is tabulated."""


def line_sizes(law: Distribution) -> Floats | None:
    """Tabulate the law of the units of a line.

    Returns:
        Probabilities of 0, 1, 2, ... units; ``None`` if units need not be whole or may be very many.
    """
    if not law.whole:
        return None
    shift = int(getattr(law, "shift", None) or 0.0)
    found = _unshifted(law, law.mean - shift)
    if found is None or len(found) + shift > _LARGEST:
        return None
    return np.concatenate((np.zeros(shift), found / found.sum()))


def _unshifted(law: Distribution, mean: float) -> Floats | None:
    """Tabulate a law without its shift; ``mean`` is its mean without the shift."""
    if law.variance == 0.0:
        return _at([mean], [1.0])
    if isinstance(law, Discrete):
        return _at(list(law.values), list(law.values.values()))
    if isinstance(law, Empirical):
        return _at(list(law.observed), [1.0 / len(law.observed)] * len(law.observed))
    return _mixed(law) if isinstance(law, Mixture) else _counted(law, mean)


def _counted(law: Distribution, mean: float) -> Floats | None:
    """Tabulate a Poisson, geometric or negative binomial law with this mean; ``None`` for other or large laws."""
    end = mean + 12.0 * math.sqrt(law.variance) + 40.0
    if end > _LARGEST:
        return None
    k = np.arange(1.0, end)
    if isinstance(law, Poisson):
        return _from_ratios(-mean, np.log(mean / k))
    if isinstance(law, Geometric):
        return np.append(0.0, (1.0 - 1.0 / mean) ** (k - 1.0) / mean)
    if isinstance(law, NegativeBinomial):
        n = mean**2 / max(law.variance - mean, 1e-9 * mean)
        odds = mean / (n + mean)
        return _from_ratios(n * math.log1p(-odds), np.log((n + k - 1.0) / k * odds))
    return None


def _at(values: Sequence[float], shares: Sequence[float]) -> Floats | None:
    """Tabulate listed values with their shares; ``None`` if one of them is too large."""
    if max(values) > _LARGEST:
        return None
    return np.bincount(np.array(values, np.intp), shares).astype(np.float64, copy=False)


def _from_ratios(first: float, ratios: Floats) -> Floats:
    """Compute a table from the logarithms of its first probability and of the ratios of successive ones."""
    return np.exp(first + np.append(0.0, np.cumsum(ratios)))


def _mixed(law: Mixture) -> Floats | None:
    """Tabulate a mixture; ``None`` if one of its parts has no table."""
    parts = [(part.weight or 0.0, line_sizes(part)) for part in law.of if isinstance(part, Law)]
    known = [(weight, table) for weight, table in parts if table is not None]
    if len(known) < len(parts):
        return None
    joint = np.zeros(max(len(table) for _, table in known))
    for weight, table in known:
        joint[: len(table)] += weight * table
    return joint
