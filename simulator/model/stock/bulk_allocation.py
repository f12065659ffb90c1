"""Allocation of many lines at once: arrivals between two events, and lines served by one landing.

Where admission levels alone decide (see `WaitingList.levels`), a line gets what lies above its level. On hand only
falls, so the lines of a level are filled up to the first that asks for more than there is; that one takes the rest,
and those after it get nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.model.records.line_table import LineTable
from simulator.model.stock.waiting_list import Service
from simulator.orders.order_book import Status
from simulator.values.arrays import Floats

FEW = 20
"""So many lines are sooner looked at one by one than put into columns."""

_FROM_STOCK, _BACKORDERED, _DECLINED = (
    np.int8(status) for status in (Status.FROM_STOCK, Status.BACKORDERED, Status.DECLINED)
)  # faster than attributes of the class


@dataclass(frozen=True, slots=True)
class BulkAllocation:
    """stop: place of the first line that has not arrived yet; waiting: places of those that wait.

    units: that went to the lines; lacking: that the waiting lines still need.
    """

    stop: int
    waiting: NDArray[np.intp]
    units: float
    lacking: float


def allocate_arrivals(
    table: LineTable, first: int, stop: int, levels: Floats, on_hand: float
) -> BulkAllocation:
    """Let lines ``first`` to ``stop`` of a stock arrive; ``levels`` by segment. Whole units, so that sums are exact.

    No further than to the moment at which one of them gives units back because patience ends.
    """
    run = slice(first, stop)
    asked, segment = table.quantity[run], table.segment[run]
    given = units_above_levels(asked, levels[segment], on_hand)
    short = (given < asked).nonzero()[0]
    willing = table.accepts[run][short]
    waiting = short[willing]
    partly = waiting[given[waiting] > 0.0]
    if len(partly):
        count = _until_one_leaves(table.time[run], partly, table.deadlines(first + partly))
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


def _until_one_leaves(time: Floats, lines: NDArray[np.intp], deadlines: Floats) -> int:
    """How many lines come until the patience of one of these ends: at one instant before others, but not itself."""
    return int(np.maximum(lines + 1, np.searchsorted(time, deadlines)).min())


def units_above_levels(asked: Floats, level: Floats, on_hand: float) -> Floats:
    """Units for each line, in sequence, of what lies on hand above its level."""
    given = np.zeros(len(asked))
    at = 0
    while at < len(asked):  # a turn for each level: it ends with a line that leaves nothing above its own
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
    """Give waiting lines, none of them twice, the units that are for them; returns those that lack nothing now."""
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
