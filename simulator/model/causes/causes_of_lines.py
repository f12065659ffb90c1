"""Causes of the lines backordered in a run or in a window, decided from what was known when each was backordered."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.model.availability.working_time import WorkingTime
from simulator.model.causes.backordered_lines import Backordered, StockStarts
from simulator.model.causes.demand_above_plan import ProfiledDemand
from simulator.model.causes.overdue_units import Cancellations, OverdueUnits
from simulator.model.causes.planned_stages import PlannedStages
from simulator.model.causes.running_totals import RunningTotals
from simulator.model.causes.stock_outlook import StockOutlooks
from simulator.model.records.ledger import StockMovements
from simulator.model.records.recent_demand import RecentDemand
from simulator.model.supply.purchase_order import PurchaseColumns, PurchaseOrder
from simulator.orders.backorder_cause import NO_CAUSE, BackorderCause
from simulator.orders.order_book import OrderBook
from simulator.policies.allocation import CriticalLevel
from simulator.scenario.scenario import Scenario
from simulator.values.arrays import Flags, Floats, Integers

_INSTANT = 1e-9
"""Days, or units, within which two sums of the same numbers may differ."""


@dataclass(frozen=True, slots=True)
class BackorderCauses:
    """Causes of the lines backordered in a run or in a window, found when asked for.

    Attributes:
        scenario: scenario that was played.
        book: order book with the outcomes, and the causes known before.
        outlooks: of its stocks.
        purchases: purchase orders.
        transfers: goods given up to other warehouses.
        taken_from: those from which units were cancelled.
        movements: stock movements.
        start: of the record.
        demand_before: lines placed before the record, as far as they matter.
    """

    scenario: Scenario
    book: OrderBook
    outlooks: StockOutlooks
    purchases: PurchaseColumns
    transfers: PurchaseColumns
    taken_from: Sequence[PurchaseOrder]
    movements: StockMovements
    start: StockStarts
    demand_before: RecentDemand | None

    def column(self) -> NDArray[np.int8]:
        """Find the `BackorderCause` of each line, ``NO_CAUSE`` for a line that was not backordered: int8[lines]."""
        result = self.book.cause.copy()
        found = Backordered.of(self.book)
        if len(found.rows):
            result[found.rows] = self._causes(found)
        return result

    def recent_demand(self, end: float) -> RecentDemand:
        """Collect the lines placed before ``end`` (days) that a record from then on has to be compared with."""
        return self._demand(end).since(end - self.outlooks.longest)

    def _demand(self, end: float) -> RecentDemand:
        """Collect the lines placed in the record before ``end`` (days), and before it as far as they matter."""
        return RecentDemand.of(self.book, self.start.time, end, self.demand_before)

    def _causes(self, found: Backordered) -> NDArray[np.int8]:
        """Return the cause of each line: int8[lines]."""
        backlog = found.backlog(self.start.backlog, self.movements)
        cause = self._late_goods(found, backlog)
        self._kept_back(found, cause, backlog)
        if len(self.transfers):
            self._given_up(found, cause, backlog)
        open_lines = np.flatnonzero(cause == NO_CAUSE)
        if len(open_lines):
            cause[open_lines] = self._demand_or_policy(found.stock[open_lines], found.time[open_lines])
        return cause

    # -- goods that are late ----------------------------------------------------------------------------------------

    def _late_goods(self, found: Backordered, backlog: Floats) -> NDArray[np.int8]:
        """Return the cause of each line that overdue units would have covered: int8[lines], else ``NO_CAUSE``."""
        cause = np.full(len(found.rows), NO_CAUSE, np.int8)
        purchases = self.purchases.joined(self.transfers)
        cancelled = Cancellations.of(purchases, self.taken_from)
        concerned = np.zeros(len(self.book.stocks), np.bool_)
        concerned[found.stock] = True
        of_these = concerned[purchases.stock]
        rows, orders = np.flatnonzero(of_these), purchases.where(of_these)
        routes, route = self.outlooks.routes(orders)
        planned, replaced = self._planned(orders, routes, route)
        kept = np.isin(cancelled.order, rows)
        own = Cancellations(
            np.searchsorted(rows, cancelled.order[kept]), cancelled.time[kept], cancelled.units[kept]
        )
        overdue = OverdueUnits.of(orders, planned, replaced, own, len(concerned))
        if len(overdue.order):
            enough = overdue.units.until(found.stock, found.time) >= backlog - _INSTANT
            stretch = overdue.oldest(found.lines)
            covered = np.flatnonzero(enough & (stretch >= 0))
            late = covered[~overdue.bad[stretch[covered]]]
            # an instant later, so that of an order due right now the stage under way is in excess
            order, now = overdue.order[stretch[late]], found.time[late] + 2 * _INSTANT
            cause[covered] = BackorderCause.QUALITY
            for k, stages in enumerate(routes):
                own_route = np.flatnonzero(route[order] == k)
                excess = stages.excess(orders, order[own_route], now[own_route])
                cause[late[own_route]] = excess.argmax(axis=0)
        self._closed_to_orders(found, cause)
        return cause

    def _planned(
        self, orders: PurchaseColumns, routes: Sequence[PlannedStages], route: Integers
    ) -> tuple[Floats, Floats]:
        """Compute planned landings, and the days from an order in place of bad units to its planned landing.

        Args:
            orders: purchase orders.
            routes: that they take.
            route: index of the route of each.
        """
        planned, replaced = np.full(len(orders), np.inf), np.zeros(len(orders))
        for k, stages in enumerate(routes):
            # orders of the opening land on the day that is confirmed
            rows = np.flatnonzero((route == k) & (orders.number >= 0))
            planned[rows] = stages.landings(orders.placed[rows], orders.asked_for[rows])
        bad = np.flatnonzero((orders.defects > 0) | ~np.isnan(orders.noticed))
        lead_time = np.array([stages.lead_time for stages in routes])
        replaced[bad] = lead_time[route[bad]] + self.outlooks.reviews(orders.stock[bad].tolist())
        return planned, replaced

    def _closed_to_orders(self, found: Backordered, cause: NDArray[np.int8]) -> None:
        """Set the cause of lines that what could not be ordered in a disruption would have come in time for."""
        if not any(
            one.stops == "orders"
            for supplier in self.scenario.suppliers.values()
            for one in supplier.disruptions.values()
        ):
            return
        for stock in np.unique(found.stock[cause == NO_CAUSE]).tolist():
            up = self.outlooks.taking_orders(stock)
            if up is not None:
                lines = np.flatnonzero((found.stock == stock) & (cause == NO_CAUSE))
                latest = found.time[lines] - self.outlooks.lead_times((stock,))[0] + _INSTANT
                earliest = latest - _INSTANT - self.outlooks.review(stock)
                worked = WorkingTime(up, self.scenario.run.end)
                down = latest - earliest - (worked.at(latest) - worked.at(earliest))
                cause[lines[(latest > 0.0) & (down > _INSTANT / 2)]] = BackorderCause.DISRUPTIONS

    def _kept_back(self, found: Backordered, cause: NDArray[np.int8], backlog: Floats) -> None:
        """Set the cause of lines that units on hand would have covered, were they not a reserve for others."""
        allocation, stocks = self.scenario.policies.allocation, len(self.book.stocks)
        if not isinstance(allocation, CriticalLevel):
            return
        book, movements, start = self.book, self.movements, self.start
        first = int(np.searchsorted(book.time, start.time))
        taken = RunningTotals.of(
            np.minimum(book.drawn_on[first:], stocks - 1),  # a line that draws on none takes nothing
            book.time[first:],
            book.on_arrival[first:],
            stocks,
            sorted_by_time=True,
        )
        moved = RunningTotals.of(
            movements.stock, movements.time, movements.on_hand, stocks, sorted_by_time=True
        )
        on_hand = start.on_hand[found.stock] + moved.until(found.stock, found.time)
        on_hand -= taken.until(found.stock, found.time)
        cause[(on_hand > _INSTANT) & (on_hand >= backlog - _INSTANT)] = BackorderCause.RESERVE

    def _given_up(self, found: Backordered, cause: NDArray[np.int8], backlog: Floats) -> None:
        """Set the cause of lines that units given up to other warehouses would have covered."""
        moved = self.outlooks.given_up(self.transfers)
        totals = RunningTotals.of(
            moved.stock, moved.time, moved.quantity, len(self.book.stocks), sorted_by_time=True
        )
        begin = np.maximum(0.0, found.time - self._stretch(found.stock) - _INSTANT)
        given = totals.between(found.stock, begin, found.time)
        covered = (given > _INSTANT) & (given >= backlog - _INSTANT)
        cause[covered & (cause == NO_CAUSE)] = BackorderCause.TRANSFERS

    def _stretch(self, stock: Integers) -> Floats:
        """Return the days over which the stock of each line has to last: lead time and review interval."""
        known, of = np.unique(stock, return_inverse=True)
        days: Floats = (self.outlooks.lead_times(known.tolist()) + self.outlooks.reviews(known.tolist()))[of]
        return days

    # -- demand -----------------------------------------------------------------------------------------------------

    def _demand_or_policy(self, stock: Integers, now: Floats) -> NDArray[np.int8]:
        """Return the cause of lines that no late goods would have covered: int8[lines].

        Args:
            stock: of each line.
            now: time at which it was backordered, days.
        """
        known, of = np.unique(stock, return_inverse=True)
        stretch = self._stretch(stock)
        begin = np.maximum(0.0, now - stretch - _INSTANT)
        demand = self._demand(math.inf)
        if self.scenario.depots:
            demand = demand.among(self.outlooks.internal_orders(self.purchases))
        ordered = RunningTotals.of(
            demand.stock, demand.time, demand.quantity, len(self.book.stocks), sorted_by_time=True
        ).between(stock, begin, now)
        mean = self.outlooks.demand(known.tolist())[of] * np.minimum(stretch, np.maximum(now, 0.0))
        above = ordered - mean
        result = np.full(len(stock), BackorderCause.STOCK_POLICY, np.int8)
        more: Flags = above > _INSTANT * np.maximum(1.0, mean)
        if not more.any():
            return result
        places = np.flatnonzero(more)
        parts = {BackorderCause.CHANCE: above[places]}
        if self.scenario.profiles:
            added = ProfiledDemand(self.scenario, self.book).added(stock[places], begin[places], now[places])
            parts[BackorderCause.CHANCE] = above[places] - sum(added.values())
            parts |= added
        codes = np.array(list(parts), np.int8)
        result[places] = codes[np.argmax(np.array(list(parts.values())), axis=0)]
        return result
