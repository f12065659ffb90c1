"""Overdue units of purchase orders: planned to have landed and not there, or found to be missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from simulator.model.causes.running_totals import RunningTotals
from simulator.model.supply.purchase_order import PurchaseColumns, PurchaseOrder
from simulator.values.arrays import Flags, Floats, Integers

_ROUNDING: Final = 1e-9
"""Days before its planned landing from which an order is overdue: two sums of the same times may differ that much."""


@dataclass(frozen=True, slots=True)
class Cancellations:
    """Units taken off purchase orders.

    Attributes:
        order: row of the purchase order: intp[cancellations].
        time: days.
        units: taken off.
    """

    order: Integers
    time: Floats
    units: Floats

    @classmethod
    def of(cls, orders: PurchaseColumns, taken_from: Sequence[PurchaseOrder]) -> Cancellations:
        """Collect the cancellations of the orders from which units were taken, which are rows of ``orders``."""
        if not taken_from:
            return cls(np.zeros(0, np.intp), np.zeros(0), np.zeros(0))
        columns = (orders.stock, orders.source, orders.number, orders.part)
        rows = {key: row for row, key in enumerate(zip(*(c.tolist() for c in columns), strict=True))}
        found = [
            (rows[one.stock, one.source, one.number, one.part], time, units)
            for one in taken_from
            for time, units in one.cancellations
        ]
        row, time, units = (np.array(column) for column in zip(*found, strict=True))
        return cls(row.astype(np.intp), time, units)

    def of_whole_orders(self, ordered: Floats) -> Floats:
        """Return the time (days) at which nothing is left of each order, infinite if something is.

        Args:
            ordered: units of each order.
        """
        taken, last = np.zeros(len(ordered)), np.zeros(len(ordered))
        np.add.at(taken, self.order, self.units)
        np.maximum.at(last, self.order, self.time)
        return np.where((taken > 0.0) & (taken >= ordered), last, np.inf)


@dataclass(frozen=True, slots=True)
class OverdueUnits:
    """Stretches of time in which units of a purchase order are overdue, sorted by the order.

    Units of an order are overdue from its planned landing until they land. Units that are defective or never come
    stay so until what was ordered in their place, once that was noticed, is planned to land.

    Attributes:
        order: row of the purchase order of each stretch, rising with the time of placing.
        stock: number of the stock.
        begin: of the stretch, days.
        end: of the stretch, days; infinite if units are overdue to the end.
        bad: True for units that are defective or never come.
        units: running totals of the overdue units of each stock.
    """

    order: Integers
    stock: Integers
    begin: Floats
    end: Floats
    bad: Flags
    units: RunningTotals

    @classmethod
    def of(
        cls,
        orders: PurchaseColumns,
        planned: Floats,
        replaced: Floats,
        cancelled: Cancellations,
        stocks: int,
    ) -> OverdueUnits:
        """Find the stretches.

        Args:
            orders: purchase orders.
            planned: planned landing of each, days; infinite for an order that is never late.
            replaced: days from the order of the units that replace bad ones to their planned landing.
            cancelled: units taken off the orders.
            stocks: number of stocks.
        """
        due = planned - _ROUNDING
        ordered = orders.asked_for
        fails = ~np.isnan(orders.noticed)
        landed = np.where(np.isnan(orders.received), np.inf, orders.received)
        over = np.where(fails, orders.noticed + replaced, landed)
        over = np.minimum(over, cancelled.of_whole_orders(ordered))
        late = np.flatnonzero(due < over)
        defective = np.flatnonzero((orders.defects > 0) & (due < landed + replaced))
        order = np.concatenate((late, defective))
        begin = np.concatenate((due[late], np.maximum(due, landed)[defective]))
        end = np.concatenate((over[late], (landed + replaced)[defective]))
        units = np.concatenate((ordered[late], orders.defects[defective]))
        stock = orders.stock[order].astype(np.intp)
        # of the units cancelled, those of an order that is overdue then or later
        of = np.searchsorted(late, cancelled.order)
        met = np.flatnonzero(np.append(late, -1)[of] == cancelled.order)
        of = of[met]
        taken = np.maximum(cancelled.time[met], begin[of])
        less = np.where(taken < end[of], cancelled.units[met], 0.0)
        left = units.copy()
        np.subtract.at(left, of, less)
        changes = RunningTotals.of(
            np.concatenate((stock, stock, stock[of])),
            np.concatenate((begin, end, taken)),
            np.concatenate((units, -left, -less)),
            stocks,
            sorted_by_time=False,
        )
        bad = np.concatenate((fails[late], np.ones(len(defective), np.bool_)))
        age = np.argsort(order, kind="stable")
        return cls(order[age], stock[age], begin[age], end[age], bad[age], changes)

    def oldest(self, lines: RunningTotals) -> Integers:
        """Return the first stretch that holds each line's time, the oldest order first: intp[lines], -1 for none.

        Args:
            lines: points of time, whatever their values.
        """
        found = np.full(len(lines.time), -1)
        first, last = lines.places(self.stock, self.begin), lines.places(self.stock, self.end)
        some = np.flatnonzero(first < last)[::-1]  # the newest first, so that older ones take its place
        for stretch, begin, end in zip(some.tolist(), first[some].tolist(), last[some].tolist(), strict=True):
            found[begin:end] = stretch
        return found
