"""Tables of the causes for which lines were backordered, in the measured time and month by month."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from simulator.experiments.replications.outline import months
from simulator.experiments.replications.replications import Replications
from simulator.experiments.statistics.confidence_intervals import Estimate, interval
from simulator.metrics.measures.backorder_causes import METRICS
from simulator.orders.backorder_cause import BackorderCause
from simulator.reports.wording.numerals import Numeral, numeral, percent

_OWN: Final = (BackorderCause.RESERVE, BackorderCause.TRANSFERS, BackorderCause.STOCK_POLICY)
_DEMAND: Final = (
    BackorderCause.PEAKS,
    BackorderCause.SURGES,
    BackorderCause.SEASONS,
    BackorderCause.CHANCE,
)
_MOST_MONTHS: Final = 24
"""Most rows of the table by month, short enough to be read as a whole."""


@dataclass(frozen=True, slots=True)
class CauseTable:
    """Table of causes as text.

    Attributes:
        causes: names, one for each row.
        lines: mean number of lines of each.
        shares: of all backordered lines.
        meanings: of the causes, as the end of a sentence.
        note: sentence beneath the table.
    """

    causes: tuple[str, ...]
    lines: tuple[Numeral, ...]
    shares: tuple[str, ...]
    meanings: tuple[str, ...]
    note: str


def cause_table(outcome: Replications) -> CauseTable | None:
    """Make the table of the causes of backorders, the largest first; None if no line was backordered."""
    figures = outcome.summary()
    means = {cause: figures[metric].mean for cause, metric in METRICS.items()}
    total = sum(means.values())
    if not total > 0:
        return None
    shown = sorted((cause for cause, mean in means.items() if mean > 0), key=lambda cause: -means[cause])
    return CauseTable(
        tuple(cause.title for cause in shown),
        tuple(numeral(figures[METRICS[cause]]) for cause in shown),
        tuple(percent(means[cause] / total) for cause in shown),
        tuple(cause.meaning for cause in shown),
        cause_note({cause: mean / total for cause, mean in means.items()}),
    )


def cause_note(shares: dict[BackorderCause, float]) -> str:
    """Write what the shares of the causes add up to."""
    demand, own = (sum(shares[cause] for cause in causes) for causes in (_DEMAND, _OWN))
    late = 1.0 - demand - own - shares[BackorderCause.OPENING]
    parts = [
        f"{percent(share)} {why}"
        for share, why in (
            (late, "because goods were late or missing"),
            (demand, "because more was ordered than the base rate of demand"),
            (own, "because of the shop's own stock policy"),
            (shares[BackorderCause.OPENING], "since before the run began"),
        )
        if share > 1e-12
    ]
    return f"Of the lines that waited, {', '.join(parts)}. Each line has the cause known when it was backordered."


def cause_months(outcome: Replications) -> tuple[list[str], list[list[str]], str] | None:
    """Make the table of backordered lines by month and cause: headings, rows and a note.

    Returns:
        None if the outcome has no outlines, covers one month only, or no line was backordered.
    """
    names = months(outcome.scenario.run)
    if not outcome.outlines or len(names) < 2:
        return None
    counts = np.stack([one.causes for one in outcome.outlines]).astype(np.float64)
    measured = np.flatnonzero(counts.any(axis=(0, 2)))
    shown = np.flatnonzero(counts.any(axis=(0, 1)))
    if not len(shown):
        return None
    months_shown = range(int(measured[0]), int(measured[-1]) + 1)[:_MOST_MONTHS]
    rows = [
        [names[month], *(str(_estimate(counts[:, month, cause])) for cause in shown)]
        for month in months_shown
    ]
    left_out = int(measured[-1]) + 1 - int(measured[0]) - len(rows)
    more = f" {left_out} later months are in backorder_causes.csv." if left_out else ""
    headings = ["Month", *(BackorderCause(cause).title for cause in shown.tolist())]
    return headings, rows, f"Lines by the month in which they were ordered.{more}"


def _estimate(counts: np.ndarray) -> Numeral:
    mean, half = interval(counts)
    return numeral(Estimate(mean, half, "lines", len(counts)))
