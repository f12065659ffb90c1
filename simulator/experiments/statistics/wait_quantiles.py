"""Quantiles of waits over all replications, with intervals that hold their confidence.

The mean of the replications' quantiles is biased if replications have few waits: the longest of five waits is
no 95 % quantile. Therefore the waits of all replications are pooled, and the quantile is read off once. Its
interval is Woodruff's (1952), with replications as the clusters of the sample: the share of waits up to the
quantile differs between replications, and the interval of this share is turned into one of the quantile.
Replications without a wait count as well.

R. S. Woodruff (1952), Confidence intervals for medians and other position measures. Journal of the American
Statistical Association 47, 635-646; for clusters C. A. Francisco and W. A. Fuller (1991), Quantile estimation
with a complex survey design. Annals of Statistics 19(1), 454-469. On the bias, and the same idea for sections
of one long run: S. Asmussen and P. W. Glynn (2007), Stochastic Simulation, section III.5.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from simulator.experiments.statistics.confidence_intervals import Estimate, effective_size, ratio
from simulator.metrics.measured_window import Window
from simulator.metrics.measures.counted_lines import CountedLines
from simulator.model.world import Record
from simulator.orders.order_book import Status
from simulator.values.arrays import Floats

Numbers = npt.NDArray[np.int32]

WAIT_QUANTILES: Final = {"p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99}
"""Quantiles of the waits that are metrics."""
EDGES: Final = np.append(0.0, np.geomspace(1 / 1440, 4000.0, 1566))
"""Upper bounds of the classes of waits, in days: 0, one minute, then 1 % longer from class to class."""


@dataclass(frozen=True, slots=True)
class WaitCounts:
    """Histogram of the waits of late lines of one replication or window, in a few kilobytes.

    Attributes:
        segments: names of the customer segments.
        place: int32[entries], segment * classes + class of the wait; only classes with a wait have an entry.
        lines: int32[entries], late lines of that segment and class.
        days: float64[entries], sum of their waits (days).
        squares: float64[segments], sum of the squared waits.
    """

    segments: tuple[str, ...]
    place: Numbers
    lines: Numbers
    days: Floats
    squares: Floats

    @classmethod
    def of(cls, record: Record, window: Window | None = None) -> WaitCounts:
        """Count the late lines ordered in ``window``, by default the measured one."""
        counted = CountedLines.counted(record, window or Window.of(record.scenario.run))
        late = counted.take(counted.status == Status.FILLED_LATE)
        segment = record.book.segment[late.rows].astype(np.intp)
        return cls.counted(record.book.segments, segment, late.wait)

    @classmethod
    def counted(cls, segments: tuple[str, ...], segment: npt.NDArray[np.intp], wait: Floats) -> WaitCounts:
        """Count waits.

        Args:
            segments: names of the customer segments.
            segment: intp[lines], number of the segment of each late line.
            wait: float64[lines], wait of each late line in days.
        """
        kind = np.minimum(np.searchsorted(EDGES, wait), len(EDGES) - 1)
        place, entry = np.unique(segment * len(EDGES) + kind, return_inverse=True)
        size = len(place)
        return cls(
            segments,
            place.astype(np.int32),
            np.bincount(entry, minlength=size).astype(np.int32),
            np.bincount(entry, wait, minlength=size).astype(np.float64, copy=False),
            np.bincount(segment, wait**2, minlength=len(segments)).astype(np.float64, copy=False),
        )

    def then(self, other: WaitCounts) -> WaitCounts:
        """Return the sum of two histograms of the same segments."""
        place, entry = np.unique(np.append(self.place, other.place), return_inverse=True)
        lines = np.bincount(entry, np.append(self.lines, other.lines), len(place))
        days = np.bincount(entry, np.append(self.days, other.days), len(place))
        return WaitCounts(
            self.segments,
            place,
            lines.astype(np.int32),
            days.astype(np.float64, copy=False),
            self.squares + other.squares,
        )


@dataclass(frozen=True, slots=True)
class Quantile:
    """Quantile of the waits: a share of them are no longer than ``days``.

    Both bounds of the interval are nan with fewer than two sections, or if the waits are so few that
    independent ones could well lie all on one side of the quantile (Wilks 1941).

    Attributes:
        share: share of the waits, in 0..1.
        days: estimate of the quantile.
        low: lower bound of its confidence interval (days).
        high: upper bound of its confidence interval (days).
        waits: number of waits counted.
        sections: number of replications or batches behind them.
    """

    share: float
    days: float
    low: float
    high: float
    waits: int
    sections: int

    @property
    def half_width(self) -> float:
        """Half of the width of the interval, in days; the interval need not be symmetric around the quantile."""
        return (self.high - self.low) / 2

    @property
    def estimate(self) -> Estimate:
        """Quantile as an `Estimate`; its ``n`` is the number of sections, 0 without a wait."""
        return Estimate(self.days, self.half_width, "days", self.sections if self.waits else 0)

    def plain(self) -> dict[str, float | int | None]:
        """Return the fields for a JSON file, with None for nan."""
        days = {"days": self.days, "low": self.low, "high": self.high}
        return {
            "share": self.share,
            **{name: None if math.isnan(value) else value for name, value in days.items()},
            "waits": self.waits,
        }


class Waits:
    """Pooled waits of several sections: replications, or the batches of one replication.

    Args:
        sections: histogram of each section.
        segment: name of the customer segment whose waits are pooled; by default those of all.

    Raises:
        KeyError: the segment is unknown.
    """

    def __init__(self, sections: Sequence[WaitCounts], segment: str | None = None) -> None:
        classes = len(EDGES)
        lines, days = np.zeros((2, len(sections), classes))
        squares = 0.0
        for row, one in enumerate(sections):
            chosen = np.ones(len(one.place), np.bool_)
            if segment is not None:
                if segment not in one.segments:
                    raise KeyError(segment)
                chosen = one.place // classes == one.segments.index(segment)
            np.add.at(lines[row], one.place[chosen] % classes, one.lines[chosen])
            np.add.at(days[row], one.place[chosen] % classes, one.days[chosen])
            squares += float(
                one.squares.sum() if segment is None else one.squares[one.segments.index(segment)]
            )
        used = lines.any(axis=0)
        self._lines: Floats = lines[:, used]
        self._total: Floats = self._lines.sum(axis=0)
        self._mean_of_class: Floats = days[:, used].sum(axis=0) / self._total
        self._squares = squares
        self._days: Floats = days.sum(axis=1)

    def __len__(self) -> int:
        return int(self._total.sum())

    def mean(self, confidence: float = 0.95) -> tuple[float, float]:
        """Return the mean wait over all sections and the half width of its interval, in days."""
        return ratio(self._days, self._lines.sum(axis=1), confidence)

    def effective(self) -> float:
        """Return the effective sample size: variance of a wait / variance of the mean wait.

        It is mostly far below the number of waits, because the waits of one stockout resemble each other
        (variance of a correlated mean: Law 2015, section 4.4). The result is nan with fewer than two
        sections.
        """
        if not len(self):
            return math.nan
        mean, half_width = self.mean()
        return effective_size(self._squares / len(self) - mean**2, half_width, len(self._lines))

    def quantile(self, share: float, confidence: float = 0.95) -> Quantile:
        """Estimate a quantile of the waits, with Woodruff's interval.

        Args:
            share: share of the waits up to the quantile.
            confidence: confidence of the interval.

        Raises:
            ValueError: ``share`` does not lie between 0 and 1.
        """
        if not 0 < share < 1:
            raise ValueError(f"a quantile's share must lie between 0 and 1, not be {share}")
        count = len(self)
        if not count:
            return Quantile(share, math.nan, math.nan, math.nan, 0, len(self._lines))
        _, half_width = ratio(self._below(share), self._lines.sum(axis=1), confidence)
        low, high = self._at(share - half_width), self._at(share + half_width)
        # The longest wait is no upper bound if it may well lie below the quantile.
        if max(share, 1 - share) ** count > (1 - confidence) / 2:
            low = high = math.nan
        return Quantile(share, self._at(share), low, high, count, len(self._lines))

    def _at(self, share: float) -> float:
        """Return the wait below which ``share`` of all waits lies, interpolated between class means by middle ranks."""
        count = self._total.sum()
        return float(
            np.interp(share, (np.cumsum(self._total) - self._total / 2) / count, self._mean_of_class)
        )

    def _below(self, share: float) -> Floats:
        """Return the number of waits up to a quantile, float64[sections]; its own class counts in part."""
        before = np.cumsum(self._total)
        rank = share * before[-1]
        middle = int(np.searchsorted(before, rank))
        part = 1 - (before[middle] - rank) / self._total[middle]
        below: Floats = self._lines[:, :middle].sum(axis=1) + part * self._lines[:, middle]
        return below
