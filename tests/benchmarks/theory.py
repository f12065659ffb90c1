"""Exact figures of the bench's shops of one product, and the test that a program reproduces them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy import stats

RATE, LEAD_TIME, CV = 1000.0, 2.0, 0.3
"""Orders a day; mean (days) and coefficient of variation of the lead time, which has a gamma distribution."""


class Service(NamedTuple):
    """Figures that theory knows.

    Attributes:
        at_once: share of lines served at once, which is the ready rate, since arrivals are Poisson.
        wait: mean wait of all lines, days.
    """

    at_once: float
    wait: float

    @classmethod
    def mean(cls, found: Sequence[Service]) -> Service:
        """Return the mean of replications."""
        return cls(*np.mean(found, axis=0).tolist())


def one_for_one(base_stock: int = 2075) -> Service:
    """Return the exact figures of base stock one for one.

    Units on order have a Poisson distribution whatever the distribution of lead times (Palm 1938). The mean wait
    follows from the mean number of backorders by Little's law.
    """
    mean = RATE * LEAD_TIME
    backorders = mean * stats.poisson.sf(base_stock - 1, mean) - base_stock * stats.poisson.sf(
        base_stock, mean
    )
    return Service(float(stats.poisson.cdf(base_stock - 1, mean)), float(backorders) / RATE)


def reordering(reorder_level: int = 2500, quantity: int = 3000) -> Service:
    """Return the exact figures of (r,Q): the position is uniform on r + 1 .. r + Q (Hadley & Whitin 1963).

    Demand during a lead time is a Poisson number whose mean has the distribution of the lead time.
    """
    position = np.arange(reorder_level + 1, reorder_level + quantity + 1)
    lead_times = stats.gamma.ppf((np.arange(1000) + 0.5) / 1000, 1 / CV**2, scale=LEAD_TIME * CV**2)
    short, backorders = [], []
    for mean in RATE * lead_times:
        reached, passed = stats.poisson.sf(position - 1, mean), stats.poisson.sf(position, mean)
        short.append(reached.mean())
        backorders.append((mean * reached - position * passed).mean())
    return Service(1.0 - float(np.mean(short)), float(np.mean(backorders)) / RATE)


def hold(name: str, found: Sequence[Service], exact: Service) -> str:
    """Compare replications with theory.

    Args:
        name: what was simulated.
        found: figures of each replication.
        exact: those of theory.

    Returns:
        The comparison in words.

    Raises:
        SystemExit: theory lies outside the 99.9 % interval (Student's t) of the replications' own spread.
    """
    told, holds = [], True
    quantile = float(stats.t.ppf(0.9995, len(found) - 1))
    for label, seen, expected in zip(("at once", "mean wait"), np.transpose(found), exact, strict=True):
        half = quantile * float(seen.std(ddof=1)) / math.sqrt(len(found))
        told.append(f"{label} {seen.mean():.5f} ± {half:.5f}, theory {expected:.5f}")
        holds &= abs(float(seen.mean()) - expected) <= half
    text = f"{name}, {len(found)} replications: {'; '.join(told)}"
    if not holds:
        raise SystemExit(text)
    return text
