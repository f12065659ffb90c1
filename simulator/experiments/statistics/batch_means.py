"""Batch means: confidence intervals from one long run, divided into batches that are nearly independent.

The batches of a run resemble independent replications if they are long enough. More batches make the variance
of their means more precise, longer batches depend less on each other. A run therefore has up to 30 batches,
since more gain next to nothing (Schmeiser 1982). It has fewer if von Neumann's test finds correlation between
neighbours, or if a batch would be shorter than the time to order goods and to receive them. A run without
room for ten batches is too short for intervals.

A. M. Law (2015), Simulation Modeling and Analysis, 5th ed., section 9.5.3. B. Schmeiser (1982), Batch size
effects in the analysis of simulation output. Operations Research 30(3), 556-568. G. S. Fishman and L. S.
Yarberry (1997), An implementation of the batch means method. INFORMS Journal on Computing 9(3), 296-310.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from statistics import NormalDist
from typing import Final

import numpy as np

from simulator.experiments.statistics.confidence_intervals import Estimate, ratio
from simulator.experiments.statistics.wait_quantiles import WAIT_QUANTILES, WaitCounts, Waits
from simulator.metrics.glossary import GLOSSARY
from simulator.metrics.measured_window import Window
from simulator.metrics.measures.counted_lines import BACKORDERS, FILLED, TO_ORDER, CountedLines, among
from simulator.metrics.measures.step_series import Changes, backlog_changes, on_hand_changes
from simulator.model.world import Record
from simulator.orders.order_book import Status
from simulator.values.arrays import Floats

COUNTS: Final = (30, 24, 20, 15, 12, 10)
"""Numbers of batches to try, in this order."""
_SIGNIFICANCE: Final = 0.1
"""Significance level of the test for correlation: independent batches fail it with this probability."""
_LIMIT: Final = NormalDist().inv_cdf(1 - _SIGNIFICANCE)

Sums = tuple[Floats, Floats]
"""Numerator and denominator of a figure by batch, float64[batches] both."""


@dataclass(frozen=True, slots=True)
class BatchMeans:
    """Confidence intervals of the figures of one run.

    Attributes:
        estimates: estimates by metric; a figure whose batches are correlated or too short has none.
        batches: number of batches behind each estimate, by metric.
        waits: waits by batch; None if the mean wait has no estimate.
    """

    estimates: Mapping[str, Estimate]
    batches: Mapping[str, int]
    waits: Waits | None = None


def batch_means(record: Record, confidence: float = 0.95) -> BatchMeans:
    """Estimate the main figures of one replication with their intervals, as far as it is long enough for them.

    The main figures are the rates of lines and units, the mean waits, the time averages of stock on hand and
    of waiting units, and the quantiles of the waits. Counts, money and figures of orders or purchase orders
    have no estimates.

    Args:
        record: record of the replication.
        confidence: confidence of the intervals.
    """
    window, shortest = Window.of(record.scenario.run), cycle(record)
    estimates: dict[str, Estimate] = {}
    batches: dict[str, int] = {}
    for count in COUNTS:
        if window.length / count < shortest:
            continue
        parts = np.linspace(window.start, window.end, count + 1)
        for name, (above, below) in _sums(record, parts).items():
            if name not in estimates and below.sum() > 0 and independent(above, below):
                mean, half_width = ratio(above, below, confidence)
                estimates[name], batches[name] = Estimate(mean, half_width, GLOSSARY[name].unit, 1), count
    waits = None
    if "backorder_wait_mean" in batches:
        waits = _waits(record, batches["backorder_wait_mean"])
        found = _wait_quantiles(waits, confidence)
        estimates |= found
        batches |= dict.fromkeys(found, batches["backorder_wait_mean"])
    return BatchMeans(estimates, batches, waits)


def cycle(record: Record) -> float:
    """Return the mean lead time plus the mean time between two purchase orders of a stock, in days.

    The result is infinite if nothing was received, or nothing was ordered in the measured window.
    """
    purchases, window = record.purchases, Window.of(record.scenario.run)
    came = ~np.isnan(purchases.received)
    if not came.any():
        return math.inf
    lead = float((purchases.received - purchases.placed)[came].mean())
    placed = int(np.sum(window.contains(purchases.placed)))
    stocks = len(np.unique(purchases.stock))
    return lead + window.length * stocks / placed if placed else math.inf


def independent(above: Floats, below: Floats) -> bool:
    """Test whether batches look independent, by von Neumann's (1941) ratio test against positive correlation.

    The statistic is 1 minus the sum of squared differences of neighbours over twice the sum of squares. With
    b independent batches it is about normal with mean 0 and variance (b - 2) / (b^2 - 1) (Fishman & Yarberry
    1997, equation 10).

    Args:
        above: numerator of the figure, float64[batches].
        below: denominator of the figure, float64[batches].
    """
    residuals = above - above.sum() / below.sum() * below
    centred = residuals - residuals.mean()
    squares = float(centred @ centred)
    if squares == 0:
        return True
    b = len(residuals)
    statistic = 1 - float(np.sum(np.diff(residuals) ** 2)) / (2 * squares)
    return statistic / math.sqrt((b - 2) / (b**2 - 1)) <= _LIMIT


def _sums(record: Record, parts: Floats) -> dict[str, Sums]:
    """Return numerator and denominator of each figure by batch, float64[batches] both.

    Args:
        record: record of the replication.
        parts: float64[batches + 1], ends of the batches in days.
    """
    lines = CountedLines.counted(record, Window(float(parts[0]), float(parts[-1])))
    count = len(parts) - 1
    batch = np.minimum(np.searchsorted(parts, lines.time, side="right") - 1, count - 1)

    def total(weights: Floats) -> Floats:
        return np.bincount(batch, weights, minlength=count).astype(np.float64, copy=False)

    late = (lines.status == Status.FILLED_LATE).astype(np.float64)
    filled = among(lines.status, FILLED).astype(np.float64)
    backordered = among(lines.status, BACKORDERS).astype(np.float64)
    every, stocked = total(np.ones(len(batch))), (~among(lines.status, TO_ORDER)).astype(np.float64)
    gone = among(lines.status, (Status.CANCELLED, Status.NOT_MADE)).astype(np.float64)
    from_stock = (lines.status == Status.FROM_STOCK).astype(np.float64)
    days = np.diff(parts)
    return {
        "fill_rate": (total(lines.on_arrival * stocked), total(lines.quantity * stocked)),
        "line_fill_rate": (total(from_stock), total(stocked)),
        "backorder_rate": (total(backordered), total(stocked)),
        "cancelled_rate": (total(gone), every),
        "wait_mean": (total(lines.wait), total(filled)),
        "backorder_wait_mean": (total(lines.wait * late), total(late)),
        "on_hand_mean": (_areas(on_hand_changes(record), parts), days),
        "backorders_mean": (_areas(backlog_changes(record), parts), days),
    }


def _areas(changes: Changes, parts: Floats) -> Floats:
    """Integrate a quantity, summed over all stocks, over each batch: float64[batches].

    Args:
        changes: changes of the quantity.
        parts: float64[batches + 1], ends of the batches in days.
    """
    by_time = np.argsort(changes.time, kind="stable")
    time, amount = changes.time[by_time], changes.amount[by_time]
    # The integral up to time T is the sum of d (T - t) over all changes by d at a time t before T.
    before = np.searchsorted(time, parts)
    level, moment = (np.append(0.0, np.cumsum(values))[before] for values in (amount, amount * time))
    return np.diff(level * parts - moment)


def _waits(record: Record, count: int) -> Waits:
    """Return the waits of a record, with ``count`` batches as sections."""
    window = Window.of(record.scenario.run)
    parts = np.linspace(window.start, window.end, count + 1).tolist()
    return Waits([WaitCounts.of(record, Window(start, end)) for start, end in pairwise(parts)])


def _wait_quantiles(waits: Waits, confidence: float) -> dict[str, Estimate]:
    """Estimate the quantiles of the waits, with n = 1 for a single run."""
    found = {name: waits.quantile(share, confidence) for name, share in WAIT_QUANTILES.items()}
    return {
        f"backorder_wait_{name}": Estimate(one.days, one.half_width, "days", 1) for name, one in found.items()
    }
