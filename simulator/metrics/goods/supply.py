"""Supply: sums over stocks and purchase orders, from stock on hand and backlog to customs delays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.metrics.goods.stock_on_hand import on_hand_days, ready_days
from simulator.metrics.grouping import CodedSample, Grouping, Sources, group_sums
from simulator.metrics.measured_window import Window
from simulator.metrics.measures.counted_lines import BACKORDERS, CountedLines, among
from simulator.metrics.measures.step_series import Changes, lacks_blanks
from simulator.orders.order_book import Status
from simulator.values.arrays import Flags, Floats

if TYPE_CHECKING:
    from simulator.model.world import Record


def stock_sums(record: Record, window: Window, backlog: Changes) -> dict[str, Floats]:
    """Compute unit-days on hand and of backlog, and days with stock, in the window: float64[stocks] each.

    Args:
        record: of the replication.
        window: to integrate over.
        backlog: changes of the units waiting.
    """
    stocks = len(record.book.stocks)
    return {
        "on_hand_days": on_hand_days(record, window),
        "backlog_days": backlog.area(window, stocks),
        "ready_days": ready_days(record, window),
    }


def peak_backlog(backlog: Changes, grouping: Grouping, window: Window) -> Floats:
    """Find the largest number of units waiting at once for the stocks of each group: float64[groups]."""
    assert grouping.of_stock is not None
    return backlog.steps(grouping.of_stock, grouping.size).peak(window)


def waiting_days(record: Record, window: Window) -> Floats:
    """Integrate the units waiting over the window, by cell of their lines, in unit-days: float64[cells].

    Stock movements do not distinguish segments, so the integral is summed over lines. It is exact for lines that wait
    inside the window or whose units are allocated together; other lines count in proportion to the part of their wait
    inside the window. For a cancelled line, all units not allocated on arrival count until the cancellation; for one
    made to order, all blanks until the last of them.
    """
    book = record.book
    begun = CountedLines(record, slice(0, int(np.searchsorted(book.time, window.end)))).rest
    lines = begun.take(among(begun.status, BACKORDERS))
    late, cancelled = lines.status == Status.FILLED_LATE, lines.status == Status.CANCELLED
    until = np.select([late, cancelled], [lines.allocated, lines.cancelled], record.end)
    life = until - lines.time
    inside = window.clip(until) - window.clip(lines.time)
    lacking = np.where(cancelled, lines.lacking, lines.short)
    share = np.divide(inside, life, out=np.zeros(len(life)), where=life > 0)
    cells = len(book.segments) * len(book.stocks)
    days = group_sums(lines.cell, cells, (lines.unit_days + lacking * life) * share)
    return days if book.made is None else days + _blank_days(record, begun, window)


def _blank_days(record: Record, begun: CountedLines, window: Window) -> Floats:
    """Integrate the blanks that lines wait for, by segment and stock of the blank, in unit-days: float64[cells].

    Args:
        record: of the replication.
        begun: lines not filled from stock that were placed before the end of the window.
        window: to integrate over.
    """
    book = record.book
    assert book.made is not None
    lines, queued = begun.take(lacks_blanks(begun)), np.full(len(book), np.nan)
    queued[book.made.rows] = book.made.queued
    until = np.fmin(np.fmin(queued[lines.rows], lines.cancelled), record.end)
    cell = book.segment[lines.rows].astype(np.intp) * len(book.stocks) + book.drawn_on[lines.rows]
    days = lines.lacking * (window.clip(until) - window.clip(lines.time))
    return group_sums(cell, len(book.segments) * len(book.stocks), days)


class PurchaseFigures:
    """Sums and quantiles over the purchase orders placed, or landed, in the window.

    Attributes:
        purchases: all purchase orders.
        source: source of each: intp[purchase orders].
        sums: purchase orders, units and days by source of a stock: float64[sources] each.
        customs_delays: customs delays, days.
    """

    def __init__(self, record: Record, sources: Sources, window: Window) -> None:
        self.purchases = record.purchases
        self._cells = len(sources.stock)
        self.source = sources.of(record.purchases)
        self._window = window
        self._placed = window.contains(self.purchases.placed)
        passed = self.purchases.passed
        cleared = self._placed & ~np.isnan(passed["cleared"]) & (self.purchases.quantity > 0)
        self._inspected = passed["inspected"][cleared].astype(np.float64)
        days = passed["cleared"][cleared] - passed["arrived"][cleared]
        self.customs_delays = CodedSample(self.source[cleared], days)
        self.sums = self._sums()

    def placed(self, values: Floats) -> Floats:
        """Sum values of the purchase orders placed in the window by source: float64[sources]."""
        return self._tally(self._placed, values)

    def landed(self, values: Floats) -> Floats:
        """Sum values of the purchase orders landed in the window by source: float64[sources]."""
        return self._tally(
            self._window.contains(self.purchases.received) & (self.purchases.quantity > 0), values
        )

    def _sums(self) -> dict[str, Floats]:
        """Sum purchase orders, units and days by source of a stock: float64[cells] each."""
        orders, window, cleared = self.purchases, self._window, self.customs_delays
        units = orders.quantity  # good ones, without units cancelled after the order was placed
        ordered = units + orders.defects + orders.lost
        whole = self._placed & (orders.part == 0)  # the first shipment stands for the order
        landed = window.contains(orders.received) & (units > 0)
        arrived = self._placed & ~np.isnan(orders.received) & (units > 0)
        ends = np.where(orders.lost > 0, orders.noticed, orders.received)
        until = np.maximum(np.fmin(ends, window.end), window.start)  # nan: still to come
        on_order_days = ordered * (until - window.clip(orders.placed))
        return {
            "purchase_orders": self._tally(whole),
            "purchase_units": self._tally(self._placed, ordered),
            "receipts": self._tally(landed),
            "received_units": self._tally(landed, units),
            "defective_units": self._tally(window.contains(orders.received), orders.defects),
            "failed_orders": self._tally(whole & (orders.lost > 0)),
            "landed_orders": self._tally(arrived),
            "lead_days": self._tally(arrived, orders.received - orders.placed),
            "on_order_days": group_sums(self.source, self._cells, on_order_days),
            "cleared_orders": group_sums(cleared.code, self._cells),
            "customs_days": group_sums(cleared.code, self._cells, cleared.values),
            "inspected_orders": group_sums(cleared.code, self._cells, self._inspected),
        }

    def _tally(self, chosen: Flags, weights: Floats | None = None) -> Floats:
        return group_sums(
            self.source, self._cells, chosen if weights is None else np.where(chosen, weights, 0.0)
        )


def delay_quantiles(delays: CodedSample, grouping: Grouping) -> dict[str, Floats]:
    """Compute the quantiles of the customs delay in each group, by metric: days, float64[groups] each."""
    assert grouping.of_source is not None
    return {"customs_delay_p95": delays.quantiles(grouping.of_source, grouping.size, (0.95,))[0]}
