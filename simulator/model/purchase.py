"""Purchase orders: what a stock has ordered from its supplier, and when it passed each place on its way."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from simulator.orders.book import is_constant

Column = NDArray[np.float64]


class PurchaseOrder:
    """One purchase order on its way. Times are in days, nan for a place it has not passed."""

    __slots__ = (
        "arrived",
        "cleared",
        "departed",
        "held",
        "inspected",
        "landing",
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
        self.landing = math.nan
        """When it will land, as soon as that is known."""
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


class Supply(Protocol):
    """Where a stock's purchase orders go."""

    def round_up(self, quantity: float) -> float:
        """Quantity after the supplier's minimum and lot rule."""
        ...

    def send(self, purchase: PurchaseOrder, receive: Callable[[PurchaseOrder], None]) -> None:
        """Put the order on its way; ``receive`` is called when it lands."""
        ...

    def expect(self, purchase: PurchaseOrder, receive: Callable[[PurchaseOrder], None]) -> None:
        """The order is on its way, and it is known when it will land."""
        ...


def cancel_newest(outstanding: Sequence[PurchaseOrder], units: float) -> float:
    """Take up to so many units off the newest of these orders; returns how many."""
    left = units
    for purchase in reversed(outstanding):
        left -= purchase.cancel(left)
        if left <= 0:
            break
    return units - left


@dataclass(frozen=True, slots=True)
class Purchases:
    """Purchase orders as columns, one row an order; those of a run in order of time, then of stock and number.

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
    def collect(
        cls, orders: Sequence[PurchaseOrder], end: float, batches: Sequence[Purchases] = ()
    ) -> Purchases:
        """All orders, those already in columns included; times at or after ``end`` have not happened and become nan."""
        quantity = np.array([order.quantity for order in orders], dtype=np.float64)
        single = cls(
            stock=np.array([order.stock for order in orders], dtype=np.int32),
            number=np.array([order.number for order in orders], dtype=np.int32),
            quantity=quantity,
            inspected=np.array([order.inspected for order in orders], dtype=np.bool_),
            cancelled=np.array([order.ordered for order in orders], dtype=np.float64) - quantity,
            **{
                name: np.array([getattr(order, name) for order in orders], dtype=np.float64)
                for name in ("placed", *_PLACES)
            },
        )
        parts = [part for part in (*batches, single) if len(part)] or [single]
        everything = parts[0]
        if len(parts) > 1:
            everything = cls(
                **{name: np.concatenate([getattr(part, name) for part in parts]) for name in _NAMES}
            )
        for name in _PLACES:
            times = getattr(everything, name)
            if not is_constant(times):  # that place is on nobody's way
                times[times >= end] = np.nan
        placed = everything.placed
        if np.all(placed[1:] > placed[:-1]):
            return everything
        sequence = np.argsort(placed)
        ranked = placed[sequence]
        if not np.all(ranked[1:] > ranked[:-1]):
            sequence = np.lexsort((everything.number, everything.stock, placed))
        return everything.where(sequence)

    def where(self, chosen: NDArray[np.bool_] | NDArray[np.intp]) -> Purchases:
        """The orders that a mask or an index selects."""
        if chosen.dtype == np.bool_ and chosen.all():
            return self
        return Purchases(**{name: getattr(self, name)[chosen] for name in _NAMES})

    def order(self, row: int) -> PurchaseOrder:
        """The order of one row, on its way: it has not landed."""
        order = PurchaseOrder(
            int(self.stock[row]), int(self.number[row]), float(self.placed[row]), float(self.quantity[row])
        )
        for place in ("produced", "departed", "arrived", "cleared"):
            setattr(order, place, float(getattr(self, place)[row]))
        order.landing = float(self.received[row])
        order.inspected = bool(self.inspected[row])
        return order

    def __len__(self) -> int:
        return len(self.stock)


_PLACES = ("produced", "departed", "arrived", "cleared", "received")
_NAMES = tuple(field.name for field in fields(Purchases))
