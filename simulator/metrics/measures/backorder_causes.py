"""Backordered lines by cause."""

from __future__ import annotations

import numpy as np

from simulator.metrics.grouping import group_sums
from simulator.metrics.measures.counted_lines import BACKORDERS, CountedLines, among
from simulator.orders.backorder_cause import BackorderCause
from simulator.values.arrays import Floats

METRICS = {cause: f"backordered_by_{cause.label}" for cause in BackorderCause}
"""Metric that counts the lines of each cause."""


def cause_sums(lines: CountedLines, cells: int) -> dict[str, Floats]:
    """Count the backordered lines of each cause by cell: float64[cells] each.

    Args:
        lines: counted lines.
        cells: number of cells.
    """
    rest = lines.rest
    waited = rest.take(among(rest.status, BACKORDERS))
    counts = group_sums(waited.cause.astype(np.intp) * cells + waited.cell, len(METRICS) * cells)
    return dict(zip(METRICS.values(), counts.reshape(len(METRICS), cells), strict=True))
