"""Backordered lines by cause, counted where somebody asks: finding the causes may take longer than a simple run."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from simulator.metrics.grouping import Grouping, group_sums
from simulator.metrics.measures.counted_lines import BACKORDERS, CountedLines, among
from simulator.orders.backorder_cause import BackorderCause
from simulator.values.arrays import Floats

METRICS = {cause: f"backordered_by_{cause.label}" for cause in BackorderCause}
"""Metric that counts the lines of each cause."""


def names_causes(metrics: Iterable[str]) -> bool:
    """Test whether one of these metrics counts lines by cause."""
    return not set(METRICS.values()).isdisjoint(metrics)


class CauseCounts:
    """Backordered lines of each cause for any grouping; all nan if nobody asks for them."""

    def __init__(self, lines: CountedLines, cells: int, *, wanted: bool) -> None:
        """Count the lines.

        Args:
            lines: counted lines.
            cells: number of cells.
            wanted: True to find the causes.
        """
        self._sums: dict[str, Floats] | None = None
        if wanted:
            rest = lines.rest
            waited = rest.take(among(rest.status, BACKORDERS))
            counts = group_sums(waited.cause.astype(np.intp) * cells + waited.cell, len(METRICS) * cells)
            self._sums = dict(zip(METRICS.values(), counts.reshape(len(METRICS), cells), strict=True))

    def by(self, grouping: Grouping) -> dict[str, Floats]:
        """Return the counts of each group: float64[groups] each."""
        if self._sums is None:
            return dict.fromkeys(METRICS.values(), np.full(grouping.size, np.nan))
        assert grouping.of_cell is not None
        return grouping.by(grouping.of_cell, self._sums)
