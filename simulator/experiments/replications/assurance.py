"""Assurance of a run's figures: their precision, the method of their intervals, and a test of the warm-up."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from simulator.experiments.replications.replications import Replications
from simulator.experiments.replications.warm_up_test import WarmUp, warm_up
from simulator.experiments.statistics.confidence_intervals import effective_size, ratio
from simulator.experiments.statistics.wait_quantiles import WAIT_QUANTILES, Quantile

Method = Literal["replications", "batch means", "none"]


@dataclass(frozen=True, slots=True)
class SampleSize:
    """Size of a sample, and the number of independent observations that would be as precise.

    Attributes:
        count: number of observations.
        effective: number of independent observations whose mean would have the same standard error; nan if
            unknown.
    """

    count: int
    effective: float

    def plain(self) -> dict[str, float | int | None]:
        """Return the fields for a JSON file, with None for nan."""
        return {
            "count": self.count,
            "effective": None if math.isnan(self.effective) else round(self.effective, 1),
        }


@dataclass(frozen=True, slots=True)
class Assurance:
    """Precision of the figures of a run: their intervals, sample sizes and warm-up.

    Attributes:
        method: method of the intervals.
        batches: number of batches behind each figure with an interval by batch means, by metric.
        waits: sample of the waits of late lines.
        lines: sample of the order lines of the measured window, each of which waited or did not.
        quantiles: quantiles of the pooled waits of all replications.
        warm_up: verdict on the warm-up.
    """

    method: Method
    batches: Mapping[str, int]
    waits: SampleSize
    lines: SampleSize
    quantiles: tuple[Quantile, ...]
    warm_up: WarmUp

    @classmethod
    def of(cls, outcome: Replications) -> Assurance:
        """Assess the figures of replications that have outlines."""
        batches = outcome.batches
        found: Method = "none"
        if len(outcome) > 1:
            found = "replications"
        elif batches is not None and batches.estimates:
            found = "batch means"
        waits = batches.waits if batches is not None and batches.waits is not None else outcome.waits
        return cls(
            found,
            {} if batches is None else batches.batches,
            SampleSize(len(waits), waits.effective()),
            _line_sample(outcome),
            tuple(waits.quantile(share) for share in WAIT_QUANTILES.values()),
            warm_up(outcome.scenario, outcome.outlines, outcome.record),
        )

    def plain(self) -> dict[str, Any]:
        """Return the fields for a JSON file."""
        return {
            "intervals": self.method,
            "batches": dict(self.batches),
            "waits": self.waits.plain(),
            "lines": self.lines.plain(),
            "wait_quantiles": [one.plain() for one in self.quantiles],
            "warm_up": self.warm_up.plain(),
        }


def _line_sample(outcome: Replications) -> SampleSize:
    """Return the sample of order lines, as Bernoulli observations of waiting that are correlated within a stockout."""
    late, lines = (outcome.overall[:, outcome.names.index(name)] for name in ("backordered_lines", "lines"))
    count = int(lines.sum())
    share, half_width = ratio(late, lines)
    n = len(outcome)
    if outcome.batches is not None and "backorder_rate" in outcome.batches.batches:
        half_width = outcome.batches.estimates["backorder_rate"].half_width
        n = outcome.batches.batches["backorder_rate"]
    return SampleSize(count, effective_size(share * (1 - share), half_width, n))
