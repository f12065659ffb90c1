"""Free run at the opening: outcome of the lines up to the first decision, computed for all stocks at once.

If lines are served in order of time, all customers wait and purchase orders do not queue, the outcome of
every line follows from arithmetic (`CumulativeRun`). The free run of a stock ends at the first customer who would not
wait that long, or at the horizon. From there the stock is played event by event.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from simulator.model.records.line_table import LineTable
from simulator.model.shortcuts.bulk_purchases import BulkPurchases
from simulator.model.shortcuts.cumulative_run import CumulativeRun
from simulator.model.shortcuts.cumulative_supply import CumulativeSupply, resolved
from simulator.model.shortcuts.stock_plans import FreeRunState, StartLevels
from simulator.values.arrays import Integers


def free_run(
    table: LineTable,
    bulk_purchases: BulkPurchases,
    starts: Sequence[StartLevels],
    horizon: float,
    end: float,
) -> FreeRunState:
    """Play each stock up to the horizon or its first customer who leaves, and write outcomes into the table.

    A stock with a purchase order that lands at the instant of its placing has no free run, because the
    sequence of events at one instant is up to the clock.

    Args:
        table: lines of all stocks, at least one.
        bulk_purchases: routes of the stocks that take part, in ascending sequence of the stocks.
        starts: start of each of these stocks.
        horizon: latest end of a free run, days.
        end: of the run, days; customers whose patience ends later do not leave.
    """
    run = CumulativeRun(table, bulk_purchases, starts)
    stop = run.lines_before(horizon)
    now = np.full(len(starts), horizon)
    supply = run.supply(stop, now)

    def end_at(stocks: Integers, lines: Integers) -> CumulativeSupply:
        """Compute the supply with the free runs of these stocks ended at these lines."""
        stop[stocks] = lines
        # a landing at the instant of the line that ends the free run precedes the line
        now[stocks] = np.nextafter(table.time[lines], math.inf)
        return run.supply(stop, now)

    instant, first_lines = run.served_at_once(supply, stop)
    if len(instant):
        supply = end_at(instant, first_lines)
    waits = run.waits(supply, stop)
    leaves = np.flatnonzero(table.leave(waits.line, waits.filled, end))
    if len(leaves):
        stocks, first = np.unique(waits.of[leaves], return_index=True)
        supply = end_at(stocks, waits.line[leaves[first]])
        waits = run.waits(supply, stop)
    run.write(table, supply, waits, stop)
    return run.state(supply, waits, stop)


def whole_run(
    table: LineTable,
    bulk_purchases: BulkPurchases,
    starts: Sequence[StartLevels],
    window: tuple[float, float],
    end: float,
) -> FreeRunState | None:
    """Play the whole run of all stocks; write outcomes into the table.

    Args:
        table: lines of all stocks, at least one.
        bulk_purchases: routes of all stocks.
        starts: start of each stock.
        window: first and last time of the measured window, days.
        end: latest end of the run, days; it ends earlier when all lines of the window are resolved.

    Returns:
        The outcome. ``None`` if a customer may decline or cancel, or if a purchase order lands when it is
        placed, see `free_run`.
    """
    if not (np.all(table.accepts) and table.patient):
        return None
    run = CumulativeRun(table, bulk_purchases, starts)
    stop = run.lines_before(end)
    supply = run.supply(stop, np.full(len(starts), end))
    if len(run.served_at_once(supply, stop)[0]):
        return None
    waits = run.waits(supply, stop)
    over = resolved(table.time[waits.line], waits.filled, window, end)
    if over < end:
        stop = run.lines_before(over)
        supply = run.supply(stop, np.full(len(starts), over))
        waits = run.waits(supply, stop)
    run.write(table, supply, waits, stop)
    return replace(run.state(supply, waits, stop), over=over)
