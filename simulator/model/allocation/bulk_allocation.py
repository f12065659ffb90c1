"""Allocation of many lines at once: arrivals between two events, and waiting lines served by one landing.

Where admission levels alone decide (see `WaitingList.levels`), an arriving line gets the units on hand above
its level. On hand only falls meanwhile, so the lines of a level are filled up to the first that asks for more
than is left above the level. That line gets the rest, and later lines of the level get nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.model.allocation.waiting_list import Service
from simulator.model.records.line_table import LineTable
from simulator.orders.order_book import Status
from simulator.values.arrays import Floats

BULK_MINIMUM = 20
"""Number of lines from which columns are faster than a loop over lines."""

_FROM_STOCK, _BACKORDERED, _DECLINED = (
    np.int8(status) for status in (Status.FROM_STOCK, Status.BACKORDERED, Status.DECLINED)
)  # faster than attributes of an enum


@dataclass(frozen=True, slots=True)
class BulkAllocation:
    """Result of `allocate_arrivals`.

    Attributes:
        stop: first line that has not arrived yet.
        waiting: lines that wait: intp[waiting].
        units: units allocated to all lines that arrived.
        lacking: units that the waiting lines still lack.
    """

    stop: int
    waiting: NDArray[np.intp]
    units: float
    lacking: float


def allocate_arrivals(
    table: LineTable, first: int, stop: int, levels: Floats, on_hand: float
) -> BulkAllocation:
    """Let lines of a stock arrive, up to the first deadline at which one of them would return units.

    All quantities, levels and units on hand must be whole numbers, so that sums are exact.

    Args:
        table: lines of all stocks; their outcomes are written into it.
        first: first line that arrives.
        stop: line after the last that may arrive.
        levels: admission levels by segment, units: float64[segments].
        on_hand: units on hand before the first line.
    """
    run = slice(first, stop)
    asked, segment = table.quantity[run], table.segment[run]
    given = units_above_levels(asked, levels[segment], on_hand)
    short = (given < asked).nonzero()[0]
    willing = table.accepts[run][short]
    waiting = short[willing]
    partly = waiting[given[waiting] > 0.0]
    if len(partly):
        count = _lines_before_first_deadline(table.time[run], partly, table.deadlines(first + partly))
        stop, given, asked = first + count, given[:count], asked[:count]
        short, waiting = short[short < count], waiting[waiting < count]
    table.status[first:stop] = _FROM_STOCK
    table.status[first + short] = _DECLINED
    table.status[first + waiting] = _BACKORDERED
    lacking = asked[waiting] - given[waiting]
    waiting += first
    table.need[waiting] = lacking
    some = short[given[short] > 0.0]
    if len(some):
        places, units = first + some, given[some]
        table.on_arrival[places] = table.filled[places] = units
    return BulkAllocation(stop, waiting, float(given.sum()), float(lacking.sum()))


def _lines_before_first_deadline(time: Floats, lines: NDArray[np.intp], deadlines: Floats) -> int:
    """Return the number of lines that arrive before the first deadline; that includes the line it belongs to.

    At one instant, a cancellation comes before the arrival of later lines.

    Args:
        time: arrival time of each line, days.
        lines: positions in ``time`` of the lines that would return units.
        deadlines: cancellation deadlines of these lines, days.
    """
    return int(np.maximum(lines + 1, np.searchsorted(time, deadlines)).min())


def units_above_levels(asked: Floats, level: Floats, on_hand: float) -> Floats:
    """Return the units that each line gets from those on hand above its level: float64[lines].

    Args:
        asked: units that each line asks for, in sequence of arrival: float64[lines].
        level: admission level of each line, units: float64[lines].
        on_hand: units on hand before the first line.
    """
    given = np.zeros(len(asked))
    at = 0
    while at < len(asked):  # a pass for each level: it ends with a line that leaves no unit above its level
        open_to = (level[at:] < on_hand) * asked[at:]
        left = on_hand - open_to.cumsum()
        short = ((left < level[at:]) & (open_to > 0.0)).nonzero()[0]
        filled = int(short[0]) if len(short) else len(left)
        given[at : at + filled] = open_to[:filled]
        if filled:
            on_hand = float(left[filled - 1])
        at += filled
        if at < len(asked):
            given[at] = max(0.0, on_hand - level[at])
            on_hand -= given[at]
            at += 1
            if on_hand <= level.min():
                break
    return given


def allocate_to_waiting(table: LineTable, service: Service, now: float) -> NDArray[np.intp]:
    """Allocate units to waiting lines, and return the lines that are now filled: intp[filled].

    Args:
        table: lines of all stocks; their outcomes are written into it.
        service: lines and the units each gets; no line appears twice.
        now: days.
    """
    lines, each = zip(*service, strict=True)
    places, units = np.array(lines, np.intp), np.array(each, np.float64)
    table.filled[places] += units
    table.unit_days[places] += units * (now - table.time[places])
    lacking = table.need[places] - units
    table.need[places] = lacking
    done: NDArray[np.intp] = places[lacking <= 0.0]
    table.status[done] = Status.FILLED_LATE
    table.over[done] = now
    return done
