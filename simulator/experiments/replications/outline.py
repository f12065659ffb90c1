"""Outline of a replication for charts: the course of its stocks, its flows of goods, and the waits of its order lines.

A record holds every order line, and many records do not fit into memory. An outline holds what charts over
all replications need in a few kilobytes. It is made in the process that played the replication.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from simulator.experiments.statistics.wait_quantiles import WaitCounts
from simulator.metrics.goods.place_flows import CustomerFlows, TransferFlows
from simulator.metrics.goods.source_flows import SourceFlows
from simulator.metrics.measured_window import Window
from simulator.metrics.measures.counted_lines import BACKORDERS, TO_ORDER, CountedLines, among
from simulator.metrics.measures.step_series import Changes, backlog_changes, on_hand_changes
from simulator.model.windows import RunWindow
from simulator.model.world import Record
from simulator.orders.backorder_cause import BackorderCause
from simulator.orders.order_book import Status
from simulator.scenario.sections.run import Run

Levels = npt.NDArray[np.float32]
Counts = npt.NDArray[np.int32]

MOST_INTERVALS: Final = 800
"""Largest number of intervals; runs of more days are drawn in intervals of several days."""

WAITS: Final = np.concatenate(([0.0], np.geomspace(1 / 1440, 1500.0, 340)))
"""Waits, in days, at which the lines still waiting are counted: 0, one minute, then each about 4 % longer."""

_AT_ONCE: Final = 1 << 16
"""Number of changes added up at once, so that intermediate results need little memory."""


@dataclass(frozen=True, slots=True)
class Outline:
    """Data of a replication for charts.

    Attributes:
        warehouses: names of the warehouses.
        segments: names of the customer segments.
        interval_days: length of the intervals from the start of the run to its horizon; the last may be
            shorter.
        on_hand: float32[warehouses, intervals], time average of the units on hand.
        backlog: float32[warehouses, intervals], time average of the units waiting.
        lines: int32[segments], number of order lines in the measured window.
        waiting: int32[segments, len(WAITS)], number of these lines that waited longer than each of ``WAITS``,
            until they were served or cancelled.
        waits: waits of the lines served late.
        causes: int32[months, causes], lines of the measured window that were backordered, by `months` and
            `BackorderCause`.
        supply: goods from each source to each warehouse.
        sales: goods from each warehouse to each region.
        transfers: goods that warehouses give up to each other.
    """

    warehouses: tuple[str, ...]
    segments: tuple[str, ...]
    interval_days: float
    on_hand: Levels
    backlog: Levels
    lines: Counts
    waiting: Counts
    waits: WaitCounts
    causes: Counts
    supply: SourceFlows
    sales: CustomerFlows
    transfers: TransferFlows

    def then(self, other: Outline) -> Outline:
        """Add the outline of another window of the same replication."""
        return Outline(
            self.warehouses,
            self.segments,
            self.interval_days,
            self.on_hand + other.on_hand,
            self.backlog + other.backlog,
            self.lines + other.lines,
            self.waiting + other.waiting,
            self.waits.then(other.waits),
            self.causes + other.causes,
            self.supply.then(other.supply),
            self.sales.then(other.sales),
            self.transfers.then(other.transfers),
        )


def outline(record: Record) -> Outline:
    """Make the outline of a replication."""
    return _outline(record, record)


def outline_of_window(stretch: RunWindow) -> Outline:
    """Make the part of a replication's outline that one window contributes."""
    return _outline(stretch.settled, stretch.changes)


def _outline(settled: Record, changes: Record) -> Outline:
    """Make an outline.

    Args:
        settled: record with the outcomes of the lines.
        changes: record with the changes of the stocks.
    """
    book = settled.book
    edges = chart_intervals(settled.scenario.run)
    site = np.array([warehouse for warehouse, _ in book.stocks], np.intp)
    sites = len(book.warehouses)
    lines, waiting = _waiting_counts(settled)
    window = Window.of(settled.scenario.run)
    return Outline(
        book.warehouses,
        book.segments,
        float(edges[1] - edges[0]),
        _averages(on_hand_changes(changes), site, sites, edges),
        _averages(backlog_changes(changes), site, sites, edges),
        lines,
        waiting,
        WaitCounts.of(settled),
        _cause_counts(settled),
        SourceFlows.of(settled, window),
        CustomerFlows.of(settled, window),
        TransferFlows.of(settled, window),
    )


def months(run: Run) -> tuple[str, ...]:
    """Return the months of a run up to its horizon, such as "2026-01"."""
    first = np.datetime64(run.start, "M")
    last = (np.datetime64(run.start, "D") + (math.ceil(run.horizon) - 1)).astype("datetime64[M]")
    return tuple(str(month) for month in np.arange(first, last + 1))


def _cause_counts(record: Record) -> Counts:
    """Count the backordered lines of the measured window by month and cause: int32[months, causes]."""
    run = record.scenario.run
    rest = CountedLines.counted(record, Window.of(run)).rest
    waited = rest.take(among(rest.status, BACKORDERS))
    start = np.datetime64(run.start, "D")
    month = (start + np.floor(waited.time).astype(np.int64)).astype("datetime64[M]")
    number = (month - start.astype("datetime64[M]")).astype(np.int64)
    size = len(months(run)), len(BackorderCause)
    counts = np.bincount(number * size[1] + waited.cause, minlength=size[0] * size[1])
    return counts.reshape(size).astype(np.int32)


def chart_intervals(run: Run) -> npt.NDArray[np.float64]:
    """Return the edges of the intervals in which a run is drawn, in days, from 0 to its horizon."""
    length = math.ceil(run.horizon / MOST_INTERVALS)
    return np.append(np.arange(0.0, run.horizon, length), run.horizon)


def _averages(
    changes: Changes, site: npt.NDArray[np.intp], sites: int, edges: npt.NDArray[np.float64]
) -> Levels:
    """Average a quantity over time, by warehouse and interval: float32[sites, intervals].

    A change by d at time t adds d (end of its interval - t) to the integral over that interval, and d times
    their length to the integral over each later one.

    Args:
        changes: changes of the quantity, by stock.
        site: intp[stocks], number of the warehouse.
        sites: number of warehouses.
        edges: float64[intervals + 1], edges of the intervals in days.
    """
    count = len(edges) - 1
    totals = np.zeros((2, sites * count))
    for start in range(0, len(changes.time), _AT_ONCE):
        rows = slice(start, start + _AT_ONCE)
        inside = np.flatnonzero(changes.time[rows] < edges[-1])
        time, amount = changes.time[rows][inside], changes.amount[rows][inside]
        interval = (time / (edges[1] - edges[0])).astype(np.intp)
        place = site[changes.stock[rows][inside]] * count + interval
        np.add.at(totals[0], place, amount)
        np.add.at(totals[1], place, amount * (edges[interval + 1] - time))
    change, integral = totals.reshape(2, sites, count)
    level_before = np.cumsum(change, axis=1) - change
    averages: Levels = (level_before + integral / np.diff(edges)).astype(np.float32)
    return averages


def _waiting_counts(record: Record) -> tuple[Counts, Counts]:
    """Count the lines of the measured window by segment, and those that waited longer than each of ``WAITS``.

    A line that still waits when the run ends counts as longer than any of ``WAITS``, because its wait is
    unknown.

    Returns:
        int32[segments], lines; and int32[segments, len(WAITS)], lines that waited longer.
    """
    book, window, size = record.book, Window.of(record.scenario.run), len(record.book.segments)
    first, end = np.searchsorted(book.time, (window.start, window.end))
    segment, status = book.segment[first:end], book.status[first:end]
    who = np.flatnonzero(among(status, (*BACKORDERS, *TO_ORDER)))
    rows = who + first
    gone = among(status[who], (Status.CANCELLED, Status.NOT_MADE))
    over = np.where(gone, book.cancelled[rows], book.allocated[rows])
    over[among(status[who], (Status.BACKORDERED, Status.TO_MAKE))] = np.inf
    # For each line the number of WAITS that are shorter than its wait; none is if the wait is 0.
    longer = np.searchsorted(WAITS, over - book.time[rows])
    counts = np.bincount(
        segment[who].astype(np.intp) * (len(WAITS) + 1) + longer, minlength=size * (len(WAITS) + 1)
    )
    beyond = counts.reshape(size, len(WAITS) + 1)[:, ::-1].cumsum(axis=1)[:, ::-1][:, 1:]
    return np.bincount(segment, minlength=size).astype(np.int32), beyond.astype(np.int32)
