"""Sums, peaks and quantiles of one record, under any grouping: the input of figures.

`LineOutcomes` has those of lines and purchase orders, each counted once. `StockCourse` has
integrals and peaks of the stocks over time. A run played in windows has one record per window, and their sums
add up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.metrics.goods import internal_supply, supply, transfers
from simulator.metrics.goods.purchase_costs import purchase_costs
from simulator.metrics.goods.replenishment_cycles import Cycles
from simulator.metrics.grouping import CodedSample, Grouping, StockColumns
from simulator.metrics.measured_window import Window
from simulator.metrics.measures import (
    money,
    order_counts,
    punctuality,
    satisfaction,
    service,
)
from simulator.metrics.measures.backorder_causes import CauseCounts
from simulator.metrics.measures.cash import Cash
from simulator.metrics.measures.counted_lines import CountedLines
from simulator.metrics.measures.parcels import ParcelCounts
from simulator.metrics.measures.step_series import backlog_changes
from simulator.metrics.measures.support_desk import Support
from simulator.metrics.measures.workshops import staff_days, work_sums
from simulator.values.arrays import Floats

if TYPE_CHECKING:
    from simulator.model.world import Record


class LineOutcomes:
    """Sums and quantiles over the lines ordered, and the purchase orders placed or landed, in a window."""

    def __init__(self, record: Record, window: Window, *, causes: bool = False) -> None:
        """Add up.

        Args:
            record: of the run, or of one of its windows.
            window: in which lines and purchase orders are counted.
            causes: True to count backordered lines by cause.
        """
        self._record = record
        self._window = window
        self._cell_count = len(record.book.segments) * len(record.book.stocks)
        self._assortment = StockColumns(record)
        lines = CountedLines.counted(record, window)
        self._order_counts = order_counts.OrderCounts(lines, self._cell_count)
        self._parcels = ParcelCounts(record, lines, self._cell_count)
        promises = punctuality.Promises.of(lines, record.end)
        self._order_promises = punctuality.OrderPromises(promises, self._cell_count)
        self._cash = Cash(record, lines, window, self._cell_count)
        self._support = Support(record, window)
        self._staff_days = staff_days(record, window)
        self._causes = CauseCounts(lines, self._cell_count, wanted=causes)
        self._cells = self._cell_sums(lines, promises)
        purchases = supply.PurchaseFigures(record, self._assortment.sources, window)
        self._purchases = purchases.sums | purchase_costs(record, self._assortment, purchases)
        self._purchases |= internal_supply.internal_sums(record, self._assortment, purchases, window)
        self._variation = internal_supply.daily_variation(record, self._assortment, window)
        self._transfers = transfers.transfer_sums(record, self._assortment, window)
        self.line_quantiles = service.LineQuantiles.of(lines, self._cells)
        self.customs_delays = purchases.customs_delays

    def _cell_sums(self, lines: CountedLines, promises: punctuality.Promises) -> dict[str, Floats]:
        book, cells = self._record.book, self._cell_count
        sums = service.line_sums(lines, cells, self._record.end)
        sums |= service.handling_sums(lines, sums)
        sums |= work_sums(self._record, lines, self._window, cells)
        sums |= money.line_money(self._record, self._assortment, lines, sums)
        sums |= promises.sums(cells)
        sums |= satisfaction.score_sums(self._record, lines, cells)
        sums |= satisfaction.care_sums(self._record, lines, cells)
        days = supply.waiting_days(self._record, self._window)
        sums["backlog_days"] = days
        cost = self._assortment.of_product("backorder_cost")
        sums["backorder_cost"] = days * np.tile(cost, len(book.segments))
        return sums

    def sums(self, grouping: Grouping) -> dict[str, Floats]:
        """Compute the sums of each group: float64[groups] each."""
        away = self._record.away.astype(np.float64)
        base = {
            "stayed_away_orders": away
            if grouping.dimension == "segment"
            else np.full(grouping.size, away.sum())
        }
        if grouping.of_cell is not None:
            base |= grouping.by(grouping.of_cell, self._cells)
            base |= self._order_counts.by(grouping)
            base |= self._parcels.by(grouping)
            base |= self._order_promises.by(grouping)
            base |= self._cash.by(grouping)
            base |= self._causes.by(grouping)
            base |= self._support.by(grouping, base["orders"])
            busy, there = (np.full(grouping.size, days) for days in self._staff_days)
            base |= {"busy_days": busy, "staff_days": there}
        if grouping.of_stock is not None:
            base |= grouping.by(grouping.of_source, self._purchases)
            base |= grouping.by(grouping.of_stock, self._variation)
            base |= grouping.by(grouping.of_stock, self._transfers)
        return base

    def quantiles(self, grouping: Grouping) -> dict[str, Floats]:
        """Compute the quantiles of each group: float64[groups] each."""
        return quantiles(self.line_quantiles, self.customs_delays, grouping)


def quantiles(
    lines: service.LineQuantiles, customs_delays: CodedSample, grouping: Grouping
) -> dict[str, Floats]:
    """Compute the quantiles of each group that exist under a grouping: float64[groups] each.

    Args:
        lines: waits and delivery times.
        customs_delays: days, by source of a stock.
        grouping: of lines, of stocks or of both.
    """
    found = {} if grouping.of_cell is None else lines.by(grouping)
    return found if grouping.of_stock is None else found | supply.delay_quantiles(customs_delays, grouping)


class StockCourse:
    """Integrals of stock on hand and backlog over a window, peak backlog, and replenishment cycles."""

    def __init__(self, record: Record, window: Window) -> None:
        self._window = window
        self._backlog = backlog_changes(record)
        self._stocks = supply.stock_sums(record, window, self._backlog)
        self._stocks |= money.stock_money(StockColumns(record), self._stocks)
        self.cycles = Cycles.of(record, window)

    def sums(self, grouping: Grouping) -> dict[str, Floats]:
        """Compute the sums of each group, and the window's ``days``: float64[groups] each."""
        days = {"days": np.full(grouping.size, self._window.length)}
        # sums by stock override the backlog summed over lines, which may be approximate
        return days if grouping.of_stock is None else days | grouping.by(grouping.of_stock, self._stocks)

    def peaks(self, grouping: Grouping) -> dict[str, Floats]:
        """Compute the peaks of each group, if stocks are split by this dimension: float64[groups] each."""
        if grouping.of_stock is None:
            return {}
        return {"backorders_max": supply.peak_backlog(self._backlog, grouping, self._window)}
