"""Purchase orders: what a stock has ordered from its supplier, and when it passed each place on its way."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.float64]


class PurchaseOrder:
    """One purchase order on its way. Times are in days, nan for a place it has not passed."""

    __slots__ = (
        "arrived",
        "cleared",
        "departed",
        "held",
        "inspected",
        "number",
        "ordered",
        "placed",
        "produced",
        "quantity",
        "received",
        "started",
        "stock",
    )  # fmt: skip

    def __init__(self, stock: int, number: int, placed: float, quantity: float) -> None:
        self.stock = stock
        self.number = number
        self.placed = placed
        self.ordered = quantity
        self.quantity = quantity
        """Units still to come: less than ``ordered`` where units were cancelled."""
        self.started = placed
        """Work on it begins; a supplier with production lines sets this to nan until a line is free."""
        self.produced = self.departed = self.arrived = self.held = self.cleared = self.received = math.nan
        self.inspected = False

    def cancellable(self, now: float) -> bool:
        """Whether units can be taken off: until production begins, or without production until dispatch."""
        waits_for_a_line = math.isnan(self.started)
        at_the_supplier = self.started == self.placed and not self.produced <= now
        return self.quantity > 0 and (waits_for_a_line or at_the_supplier)

    def cancel(self, units: float) -> float:
        """Take up to ``units`` off the order; returns how many."""
        taken = min(units, self.quantity)
        self.quantity -= taken
        return taken


@dataclass(frozen=True, slots=True)
class Purchases:
    """All purchase orders of a run as columns, one row an order, in the sequence of placing.

    stock: index of the stock; number: 0, 1, ... within the stock; quantity: units that were to land; times in
    days, nan where the place was not reached before the end of the run; cancelled: units taken off on the way.
    """

    stock: NDArray[np.int32]
    number: NDArray[np.int32]
    placed: Column
    quantity: Column
    produced: Column
    departed: Column
    arrived: Column
    cleared: Column
    received: Column
    inspected: NDArray[np.bool_]
    cancelled: Column

    @classmethod
    def collect(cls, orders: Sequence[PurchaseOrder], end: float) -> Purchases:
        """Columns from the orders; times at or after ``end`` have not happened yet and become nan."""

        def times(name: str) -> Column:
            column = np.array([getattr(order, name) for order in orders], dtype=np.float64)
            column[column >= end] = np.nan
            return column

        quantity = np.array([order.quantity for order in orders], dtype=np.float64)
        return cls(
            stock=np.array([order.stock for order in orders], dtype=np.int32),
            number=np.array([order.number for order in orders], dtype=np.int32),
            placed=np.array([order.placed for order in orders], dtype=np.float64),
            quantity=quantity,
            produced=times("produced"),
            departed=times("departed"),
            arrived=times("arrived"),
            cleared=times("cleared"),
            received=times("received"),
            inspected=np.array([order.inspected for order in orders], dtype=np.bool_),
            cancelled=np.array([order.ordered for order in orders], dtype=np.float64) - quantity,
        )

    def __len__(self) -> int:
        return len(self.stock)
