"""How long the slowest had to wait: quantiles over all replications, with intervals that hold.

A quantile of each replication, averaged, is biased when a replication has few waits: the longest of five waits is no
95 % quantile. So the waits of all replications are put together, one replication with many waits counting for more
than one with few, and the quantile is read off once. How far it may be off follows from how much the replications
differ in the share of waits beyond it: Woodruff's (1952) interval, with replications as the clusters of his sample,
turns the interval of that share into one of the quantile. Replications without a wait take part like all others.

R. S. Woodruff (1952), Confidence intervals for medians and other position measures. Journal of the American
Statistical Association 47, 635-646; for clusters C. A. Francisco and W. A. Fuller (1991), Quantile estimation with a
complex survey design. Annals of Statistics 19(1), 454-469. On the bias, and the same idea for sections of one long
run: S. Asmussen and P. W. Glynn (2007), Stochastic Simulation, section III.5.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from simulator.experiments.statistics import Estimate, Floats, effective_size, ratio
from simulator.metrics.lines import Lines
from simulator.metrics.window import Window
from simulator.model.world import Record
from simulator.orders.book import Status

Numbers = npt.NDArray[np.int32]

WAIT_QUANTILES: Final = {"p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99}
"""The quantiles that metrics speak of."""
EDGES: Final = np.append(0.0, np.geomspace(1 / 1440, 4000.0, 1566))
"""Upper ends of the classes in which waits are counted, in days: none, a minute, and so on, each 1 % longer."""


@dataclass(frozen=True, slots=True)
class WaitCounts:
    """The waits of the late lines of one replication, or of a part of it, in a few kilobytes.

    ``lines`` (int32[entries]) waits of segment ``place // classes`` lie in the class of waits ``place % classes``
    and took ``days`` (float64[entries]) together; only classes with a wait have an entry. ``squares``
    (float64[segments]) is the sum of the squared waits.
    """

    segments: tuple[str, ...]
    place: Numbers
    lines: Numbers
    days: Floats
    squares: Floats

    @classmethod
    def of(cls, record: Record, window: Window | None = None) -> WaitCounts:
        """Count the late lines that were ordered in a window, if none is given the measured one."""
        counted = Lines.counted(record, window or Window.of(record.scenario.run))
        late = counted.take(counted.status == Status.FILLED_LATE)
        segment = record.book.segment[late.rows].astype(np.intp)
        return cls.counted(record.book.segments, segment, late.wait)

    @classmethod
    def counted(cls, segments: tuple[str, ...], segment: npt.NDArray[np.intp], wait: Floats) -> WaitCounts:
        """Count waits (days), each of a segment given by its number."""
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
        """The waits of both."""
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
    """A quantile of the waits: ``share`` of them are no longer than ``days``.

    The true one lies between ``low`` and ``high`` (days) with the confidence asked for; they are nan where the
    waits are too few to say so: if so many independent ones could all lie on one side of the quantile (Wilks 1941), or
    with fewer than two sections. ``waits`` were counted, in ``sections`` replications or batches.
    """

    share: float
    days: float
    low: float
    high: float
    waits: int
    sections: int

    @property
    def half_width(self) -> float:
        """Half of the interval, in days. The interval need not lie evenly around the quantile."""
        return (self.high - self.low) / 2

    @property
    def estimate(self) -> Estimate:
        """The quantile as other figures are shown; n are the sections, 0 without a wait."""
        return Estimate(self.days, self.half_width, "days", self.sections if self.waits else 0)

    def plain(self) -> dict[str, float | int | None]:
        """The fields for a JSON file, ``None`` for nan."""
        days = {"days": self.days, "low": self.low, "high": self.high}
        return {
            "share": self.share,
            **{name: None if math.isnan(value) else value for name, value in days.items()},
            "waits": self.waits,
        }


class Waits:
    """The waits of several sections together: of replications, or of the batches of one."""

    def __init__(self, sections: Sequence[WaitCounts], segment: str | None = None) -> None:
        """Put sections together, of all customers or of one segment. KeyError if there is none of that name."""
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
        """Mean wait over all sections and the half width of its interval, in days."""
        return ratio(self._days, self._lines.sum(axis=1), confidence)

    def effective(self) -> float:
        """How many independent waits would say as much about the mean: the variance of a wait / that of the mean.

        Waits of one stockout resemble each other, so it is mostly far below their number (effective sample size;
        Law 2015, section 4.4 has the variance of a correlated mean). nan with fewer than two sections.
        """
        if not len(self):
            return math.nan
        mean, half_width = self.mean()
        return effective_size(self._squares / len(self) - mean**2, half_width, len(self._lines))

    def quantile(self, share: float, confidence: float = 0.95) -> Quantile:
        """A quantile of the waits with Woodruff's interval. Raises ValueError unless 0 < share < 1."""
        if not 0 < share < 1:
            raise ValueError(f"a quantile's share must lie between 0 and 1, not be {share}")
        count = len(self)
        if not count:
            return Quantile(share, math.nan, math.nan, math.nan, 0, len(self._lines))
        _, half_width = ratio(self._below(share), self._lines.sum(axis=1), confidence)
        low, high = self._at(share - half_width), self._at(share + half_width)
        # Beyond the longest wait nothing is known, nor is that a bound if it may well lie below the quantile.
        if max(share, 1 - share) ** count > (1 - confidence) / 2:
            low = high = math.nan
        return Quantile(share, self._at(share), low, high, count, len(self._lines))

    def _at(self, share: float) -> float:
        """The wait below which a share of all waits lies: between the means of classes, by their middle ranks."""
        count = self._total.sum()
        return float(
            np.interp(share, (np.cumsum(self._total) - self._total / 2) / count, self._mean_of_class)
        )

    def _below(self, share: float) -> Floats:
        """Waits of each section up to the quantile; its class is split where the share lies."""
        before = np.cumsum(self._total)
        rank = share * before[-1]
        middle = int(np.searchsorted(before, rank))
        part = 1 - (before[middle] - rank) / self._total[middle]
        below: Floats = self._lines[:, :middle].sum(axis=1) + part * self._lines[:, middle]
        return below
