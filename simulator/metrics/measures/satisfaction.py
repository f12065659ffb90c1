"""Satisfaction of customers: survey scores, repeat chances, and the treatment of those who waited."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.metrics.grouping import group_sums
from simulator.metrics.measures.counted_lines import BACKORDERS, CountedLines, among
from simulator.values.arrays import Floats

if TYPE_CHECKING:
    from simulator.model.world import Record


def score_sums(record: Record, lines: CountedLines, cells: int) -> dict[str, Floats]:
    """Sum scores and repeat chances of the counted orders by cell: float64[cells] each.

    An order belongs to the cell of the line that decided its score, or its repeat chance.

    Args:
        record: of the replication.
        lines: counted lines.
        cells: number of cells.
    """
    names = ("asked_orders", "score_points", "content_orders", "one_star_orders", "judged_orders", "repeats")
    if record.scores is None:
        return {name: np.zeros(cells) for name in names}
    score = record.scores.score[lines.rows]
    chance = record.scores.repeat_probability[lines.rows]
    asked, judged = np.flatnonzero(score), np.flatnonzero(~np.isnan(chance))
    cell, score, chance = lines.cell[asked], score[asked], chance[judged]
    sums = (
        group_sums(cell, cells),
        group_sums(cell, cells, score.astype(np.float64)),
        group_sums(cell[score >= 4], cells),
        group_sums(cell[score == 1], cells),
        group_sums(lines.cell[judged], cells),
        group_sums(lines.cell[judged], cells, chance),
    )
    return dict(zip(names, sums, strict=True))


def care_sums(record: Record, lines: CountedLines, cells: int) -> dict[str, Floats]:
    """Sum messages, promise revisions and compensation of the counted lines by cell: float64[cells] each.

    Args:
        record: of the replication.
        lines: counted lines.
        cells: number of cells.
    """
    rest = lines.rest
    waited, notified = rest.take(among(rest.status, BACKORDERS)), rest.take(rest.notices > 0)
    compensated = waited.take(waited.compensation > 0)
    paid = compensated.take(~np.isnan(compensated.delivered))
    messages = group_sums(notified.cell, cells, notified.notices.astype(np.float64))
    communication = record.scenario.policies.communication
    return {
        "messages": messages,
        "message_cost": messages * (0.0 if communication is None else communication.channel.cost),
        "promised_backorders": group_sums(waited.cell[~np.isnan(waited.promised)], cells),
        "revisions": group_sums(waited.cell, cells, waited.revisions.astype(np.float64)),
        "compensated_lines": group_sums(compensated.cell, cells),
        "compensation_cost": group_sums(paid.cell, cells, paid.compensation),
    }
