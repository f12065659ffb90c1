"""Handover from one window of a long run to the next, with the state of every stock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulator.model.records.line_table import LineTable
from simulator.model.records.recent_demand import RecentDemand
from simulator.model.supply.leg import SharedResources
from simulator.model.supply.purchase_order import PurchaseOrder
from simulator.orders.order_book import OrderBook, Status


@dataclass(frozen=True, slots=True)
class Handover:
    """State of stocks and goods at the end of a window; the waiting lines are in the order book.

    Attributes:
        time: end of the window, days.
        states: state of each stock.
        purchases: purchase orders under way.
        places: resources shared by routes, with their state.
        demand: order lines of the last days, with which later lines are compared for their cause; ``None``
            at the start of a run.
    """

    time: float
    states: Sequence[StockState]
    purchases: Sequence[PurchaseOrder]
    places: SharedResources
    demand: RecentDemand | None = None

    def lines_to_come(self, table: LineTable, book: OrderBook) -> list[int]:
        """Find each stock's first line that was not placed before the handover, as places in the table."""
        placed = book.drawn_on[: np.searchsorted(book.time, self.time)]
        count = np.bincount(placed, minlength=len(book.stocks))[: len(book.stocks)]
        first: list[int] = (np.array(table.bounds[:-1]) + count).tolist()
        return first


def resume_lines(table: LineTable, book: OrderBook) -> NDArray[np.intp]:
    """Copy the outcomes of lines placed in earlier windows into the table, and return the lines that wait."""
    rows = np.flatnonzero(book.status != np.int8(Status.PENDING))
    places = np.flatnonzero(np.isin(table.rows, rows))
    rows = table.rows[places]
    for name in ("status", "on_arrival", "filled", "unit_days"):
        getattr(table, name)[places] = getattr(book, name)[rows]
    table.over[places] = np.fmax(book.allocated[rows], book.cancelled[rows])  # whichever is not nan
    waiting: NDArray[np.intp] = places[table.status[places] == np.int8(Status.BACKORDERED)]
    table.need[waiting] = table.quantity[waiting] - table.filled[waiting]
    return waiting


class StockState(NamedTuple):
    """State of a stock at an instant.

    Attributes:
        on_hand, position, backlog: units on hand, inventory position and backlog.
        orders: number of purchase orders so far, by source.
    """

    on_hand: float
    position: float
    backlog: float
    orders: tuple[int, ...]
