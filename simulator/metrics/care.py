"""How customers who waited were treated: what they were told, promised anew and given."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.metrics.grouping import tally
from simulator.metrics.lines import BACKORDERS, Lines, among
from simulator.metrics.window import Floats

if TYPE_CHECKING:
    from simulator.model.world import Record


def care_sums(record: Record, lines: Lines, cells: int) -> dict[str, Floats]:
    """Sums over the counted lines of each cell: float64[cells] each; all 0 where none of it happens."""
    rest = lines.rest
    waited, told = rest.take(among(rest.status, BACKORDERS)), rest.take(rest.notices > 0)
    given = waited.take(waited.compensation > 0)
    paid = given.take(~np.isnan(given.delivered))
    messages = tally(told.cell, cells, told.notices.astype(np.float64))
    communication = record.scenario.policies.communication
    return {
        "messages": messages,
        "message_cost": messages * (0.0 if communication is None else communication.channel.cost),
        "promised_backorders": tally(waited.cell[~np.isnan(waited.promised)], cells),
        "revisions": tally(waited.cell, cells, waited.revisions.astype(np.float64)),
        "compensated_lines": tally(given.cell, cells),
        "compensation_cost": tally(paid.cell, cells, paid.compensation),
    }
