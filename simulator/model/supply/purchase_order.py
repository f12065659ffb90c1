"""Purchase orders: what a stock has ordered from a source, and when it passed each place on its way."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from simulator.values.arrays import Floats
from simulator.values.deferred_columns import is_constant


class Milestone(NamedTuple):
    """A time that purchase orders pass on their way.

    Attributes:
        name: of the time, and of its column in tables.
        flag: only some orders have it, and tables say no more than whether this one has.
    """

    name: str
    flag: bool = False


class PurchaseOrder:
    """One purchase order on its way. Times are in days, nan for what has not happened."""

    __slots__ = (
        "landing",
        "number",
        "ordered",
        "passed",
        "placed",
        "quantity",
        "received",
        "source",
        "started",
        "stock",
    )  # fmt: skip

    def __init__(
        self, stock: int, number: int, placed: float, quantity: float, *, source: int = 0, milestones: int = 0
    ) -> None:
        """``number``: among those of this stock from this source; ``milestones``: how many there are on all ways."""
        self.stock = stock
        self.source = source
        self.number = number
        self.placed = placed
        self.ordered = quantity
        self.quantity = quantity
        """Units still to come: less than ``ordered`` where units were cancelled."""
        self.started = placed
        """Work on it begins; a supplier with production lines sets this to nan until a line is free."""
        self.passed = [math.nan] * milestones
        """When it passes each milestone, as soon as that is known; nan for those that are not on its way."""
        self.received = math.nan
        self.landing = math.nan
        """When it will land, as soon as that is known."""

    def cancellable(self, now: float) -> bool:
        """Whether units can be taken off: until production begins, or without production until dispatch."""
        waits_for_a_line = math.isnan(self.started)
        at_the_supplier = self.started == self.placed and not self.passed[0] <= now
        return self.quantity > 0 and (waits_for_a_line or at_the_supplier)

    def cancel(self, units: float) -> float:
        """Take up to ``units`` off the order; returns how many."""
        taken = min(units, self.quantity)
        self.quantity -= taken
        return taken


class PurchaseSource(Protocol):
    """A source from which a stock orders."""

    ordered: int
    """Purchase orders so far."""

    def order(self, stock: int, now: float, quantity: float) -> PurchaseOrder:
        """The next purchase order, still to be sent: so many units, rounded up by the source's minimum and lot."""
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
class PurchaseColumns:
    """Purchase orders as columns, one row an order; those of a run in order of time, then of stock, source and number.

    stock: index of the stock; source: index of the source among those of its stock; number: 0, 1, ... within both;
    quantity: units that were to land; placed, received: days, nan where it had not landed at the end of the run;
    passed: by milestone's column, days (nan where it was not passed before the end of the run) or flags; cancelled:
    units taken off on the way.
    """

    stock: NDArray[np.int32]
    source: NDArray[np.int32]
    number: NDArray[np.int32]
    placed: Floats
    quantity: Floats
    received: Floats
    cancelled: Floats
    passed: dict[str, NDArray[Any]]

    @classmethod
    def collect(
        cls,
        orders: Sequence[PurchaseOrder],
        milestones: Sequence[Milestone],
        end: float,
        batches: Sequence[PurchaseColumns] = (),
    ) -> PurchaseColumns:
        """All orders, those already in columns included; times at or after ``end`` have not happened and become nan."""
        single = cls._of(orders, milestones)
        parts = [part for part in (*batches, single) if len(part)] or [single]
        everything = parts[0]
        if len(parts) > 1:
            everything = cls._mapped(np.concatenate, *parts)
        for times in (everything.received, *everything.passed.values()):
            if times.dtype != np.bool_ and not is_constant(times):  # else that place is on nobody's way
                times[times >= end] = np.nan
        placed = everything.placed
        if np.all(placed[1:] > placed[:-1]):
            return everything
        sequence = np.argsort(placed)
        ranked = placed[sequence]
        if not np.all(ranked[1:] > ranked[:-1]):
            sequence = np.lexsort((everything.number, everything.source, everything.stock, placed))
        return everything.where(sequence)

    @classmethod
    def _of(cls, orders: Sequence[PurchaseOrder], milestones: Sequence[Milestone]) -> PurchaseColumns:
        def column(name: str, kind: type) -> NDArray[Any]:
            return np.array([getattr(order, name) for order in orders], dtype=kind)

        times = np.array([order.passed for order in orders], np.float64).reshape(-1, len(milestones)).T
        quantity = column("quantity", np.float64)
        return cls(
            stock=column("stock", np.int32),
            source=column("source", np.int32),
            number=column("number", np.int32),
            placed=column("placed", np.float64),
            quantity=quantity,
            received=column("received", np.float64),
            cancelled=column("ordered", np.float64) - quantity,
            passed={
                one.name: ~np.isnan(time) if one.flag else np.ascontiguousarray(time)
                for one, time in zip(milestones, times, strict=True)
            },
        )

    @classmethod
    def _mapped(
        cls, change: Callable[[list[NDArray[Any]]], NDArray[Any]], *parts: PurchaseColumns
    ) -> PurchaseColumns:
        """The columns of these tables, each changed together with those of the same name."""
        plain = {name: change([getattr(part, name) for part in parts]) for name in _PLAIN}
        passed = {name: change([part.passed[name] for part in parts]) for name in parts[0].passed}
        return cls(**plain, passed=passed)

    def where(self, chosen: NDArray[np.bool_] | NDArray[np.intp]) -> PurchaseColumns:
        """The orders that a mask or an index selects."""
        if chosen.dtype == np.bool_ and chosen.all():
            return self
        return self._mapped(lambda columns: columns[0][chosen], self)

    def order(self, row: int) -> PurchaseOrder:
        """The order of one row, on its way: it has not landed."""
        order = PurchaseOrder(
            int(self.stock[row]),
            int(self.number[row]),
            float(self.placed[row]),
            float(self.quantity[row]),
            source=int(self.source[row]),
        )
        order.landing = float(self.received[row])
        order.passed = [
            float(order.landing if column[row] else math.nan)
            if column.dtype == np.bool_
            else float(column[row])
            for column in self.passed.values()
        ]
        return order

    def __len__(self) -> int:
        return len(self.stock)


_PLAIN = ("stock", "source", "number", "placed", "quantity", "received", "cancelled")
