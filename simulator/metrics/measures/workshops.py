"""Workshops: queue, work and wages of the lines made to order, and utilisation of the staff."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.calendars.opening_times import OpeningTimes
from simulator.metrics.grouping import group_sums
from simulator.metrics.measured_window import Window
from simulator.metrics.measures.counted_lines import CountedLines
from simulator.model.availability.stops import Stops
from simulator.model.availability.working_time import WorkingTime
from simulator.orders.random.streams import Streams
from simulator.values.arrays import Floats

if TYPE_CHECKING:
    from simulator.model.world import Record

_HOURS = 24.0
"""Hours of a day."""


def work_sums(record: Record, lines: CountedLines, window: Window, cells: int) -> dict[str, Floats]:
    """Sum the lines whose work has begun, their days in the queue, their wages, and unit days in workshops by cell.

    Args:
        record: of the replication.
        lines: counted lines.
        window: to integrate units over.
        cells: number of cells.

    Returns:
        Sums by name: float64[cells] each.
    """
    made = record.book.made
    if made is None:
        return {
            name: np.zeros(cells) for name in ("begun_lines", "queue_days", "workshop_cost", "workshop_days")
        }
    everybody = CountedLines(record, made.rows)
    until = np.fmin(np.fmin(made.done, everybody.cancelled), record.end)
    inside = np.nan_to_num(window.clip(until) - window.clip(made.queued))  # nan: it never came there
    assert isinstance(lines.rows, slice)
    begun = np.flatnonzero(
        ~np.isnan(made.begun) & (made.rows >= lines.rows.start) & (made.rows < lines.rows.stop)
    )
    cell = CountedLines(record, made.rows[begun]).cell
    wages = np.array([one.wage for one in record.scenario.workshops.values()], np.float64)
    return {
        "begun_lines": group_sums(cell, cells),
        "workshop_days": group_sums(everybody.cell, cells, everybody.quantity * inside),
        "queue_days": group_sums(cell, cells, made.begun[begun] - made.queued[begun]),
        "workshop_cost": group_sums(cell, cells, wages[made.workshop[begun]] * _HOURS * made.work[begun]),
    }


def staff_days(record: Record, window: Window) -> tuple[float, float]:
    """Compute the days that the staff of all workshops work in the window, and the days that they are there.

    Args:
        record: of the replication.
        window: to look at.
    """
    made, busy, there = record.book.made, 0.0, 0.0
    if made is None:
        return busy, there
    streams, run = Streams(record.scenario.run.seed, record.replication), record.scenario.run
    used = np.unique(made.workshop)
    for code, (name, section) in enumerate(record.scenario.workshops.items()):
        if code not in used:
            continue
        own = (made.workshop == code) & ~np.isnan(made.begun)
        begun, done = made.begun[own], made.done[own]
        times = np.concatenate(
            (
                [window.start, window.end],
                window.clip(begun),
                window.clip(np.where(np.isnan(done), np.inf, done)),
            )
        )
        stops = Stops.of(("workshop", name), run.clock(section.time_zone), OpeningTimes.of(section))
        if stops is not None:
            times = WorkingTime(stops.availability(streams), window.end).at(times)
        there += section.staff * float(times[1] - times[0])
        busy += float(times[2 + len(begun) :].sum() - times[2 : 2 + len(begun)].sum())
    return busy, there
