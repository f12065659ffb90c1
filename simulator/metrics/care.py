"""Messages, revised promises and compensation of waiting customers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.metrics.grouping import tally
from simulator.metrics.lines import BACKORDERS, Lines, among
from simulator.metrics.window import Floats

if TYPE_CHECKING:
    from simulator.model.world import Record


def care_sums(record: Record, lines: Lines, cells: int) -> dict[str, Floats]:
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
    messages = tally(notified.cell, cells, notified.notices.astype(np.float64))
    communication = record.scenario.policies.communication
    return {
        "messages": messages,
        "message_cost": messages * (0.0 if communication is None else communication.channel.cost),
        "promised_backorders": tally(waited.cell[~np.isnan(waited.promised)], cells),
        "revisions": tally(waited.cell, cells, waited.revisions.astype(np.float64)),
        "compensated_lines": tally(compensated.cell, cells),
        "compensation_cost": tally(paid.cell, cells, paid.compensation),
    }
