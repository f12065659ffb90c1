"""Purchase orders of a stock with the milestones of their route, as objects and as columns.

A supplier may part a purchase order into shipments, and another warehouse ships it in parts as it has units. Each
shipment then is a row and an object of its own, with the number of the order; so is the rest of an order that waits in
another warehouse.
"""

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
    """Point on a route whose time each purchase order records.

    Attributes:
        name: of the milestone, and of its column in tables.
        flag: True if only some orders pass it; tables then hold True or False in place of its time.
        told: False if nobody is told of it: forecasts and tables leave it out, and only the causes of
            backorders look at it.
    """

    name: str
    flag: bool = False
    told: bool = True


class PurchaseOrder:
    """One purchase order, or a shipment of one. Times are in days, nan for an event that has not happened."""

    __slots__ = (
        "cancellations",
        "confirmed",
        "defects",
        "in_production",
        "landing",
        "lost",
        "noticed",
        "number",
        "ordered",
        "part",
        "passed",
        "place",
        "placed",
        "quantity",
        "received",
        "source",
        "stock",
        "work",
    )  # fmt: skip

    def __init__(
        self,
        stock: int,
        number: int,
        placed: float,
        quantity: float,
        *,
        source: int = 0,
        part: int = 0,
        milestones: int = 0,
    ) -> None:
        """Place an order.

        Args:
            stock: number of the stock.
            number: of the order among those of this stock from this source, from 0.
            placed: time, days.
            quantity: units.
            source: index among the sources of the stock; that of a transfer goes on behind them.
            part: number of the shipment, from 0.
            milestones: number of milestones on all routes.
        """
        self.stock = stock
        self.place = stock
        """Place of its landing among the events of one instant, see `Clock.at`."""
        self.source = source
        self.part = part
        self.number = number
        self.placed = placed
        self.ordered = quantity
        self.quantity = quantity
        """Units still to land, or good units landed: `ordered` less `defects`, `lost` and the units cancelled."""
        self.defects = 0.0
        """Units found to be defective at receipt."""
        self.lost = 0.0
        """Units that never come, once that is noticed."""
        self.noticed = math.nan
        """Time at which it is noticed that the order never comes, nan for one that comes."""
        self.cancellations: tuple[tuple[float, float], ...] = ()
        """Time and units of each cancellation."""
        self.in_production: bool | None = None
        """True once a production line works on it, False while it waits for one, None without production lines."""
        self.passed = [math.nan] * milestones
        """Time of each milestone, set once it is known, perhaps in advance; nan for one not on its route."""
        self.work = 0.0
        """Days of work of a production line."""
        self.confirmed = math.nan
        """Date of landing (days) that the supplier has confirmed, nan without one."""
        self.received = math.nan
        self.landing = math.nan
        """Time at which it will land, set when it becomes known; see `received` for the landing itself."""

    def cancellable(self, now: float) -> bool:
        """Test whether units can be cancelled at ``now`` (days).

        They can until production begins or, at a supplier without production lines, until dispatch.
        """
        begun = self.passed[0] <= now if self.in_production is None else self.in_production
        return self.quantity > 0 and not begun

    def split(self, units: float) -> PurchaseOrder:
        """Return the first ``units``, less than all, as a shipment of its own; the order is the rest from now on."""
        number, source, milestones = self.number, self.source, len(self.passed)
        shipment = PurchaseOrder(
            self.stock, number, self.placed, units, source=source, part=self.part, milestones=milestones
        )
        shipment.place = self.place
        self.part += 1
        self.ordered -= units
        self.quantity -= units
        return shipment

    def cancel(self, units: float, now: float) -> float:
        """Cancel up to ``units`` of the order at ``now`` (days) and return the units cancelled."""
        taken = min(units, self.quantity)
        if taken > 0:
            self.quantity -= taken
            self.cancellations += ((now, taken),)
        return taken


class PurchaseSource(Protocol):
    """Source from which a stock orders."""

    ordered: int
    """Number of purchase orders so far."""

    def order(self, stock: int, now: float, quantity: float) -> list[PurchaseOrder]:
        """Return the next purchase order by shipment, not sent yet; empty if the source takes none now.

        It takes none while its orders are disrupted, and none that its maximum leaves nothing of.

        Args:
            stock: number of the stock.
            now: time, days.
            quantity: units, rounded up to the source's minimum and lot, and capped at its maximum.
        """
        ...

    def accepts_from(self, now: float) -> float:
        """Return the time (days) from which it takes orders, which is now unless it is disrupted."""
        ...

    def noticed_after(self, purchase: PurchaseOrder) -> float | None:
        """Return the days after which the shop notices that an order never comes; ``None`` if it comes."""
        ...

    def good_units(self, purchase: PurchaseOrder) -> float:
        """Return the good units of an order that lands."""
        ...

    def cancelled(self, purchase: PurchaseOrder, units: float) -> None:
        """Take note of units that were taken off an order."""
        ...

    def send(self, purchase: PurchaseOrder, receive: Callable[[PurchaseOrder], None]) -> None:
        """Send the order; ``receive`` is called when it lands."""
        ...

    def expect(self, purchase: PurchaseOrder, receive: Callable[[PurchaseOrder], None]) -> None:
        """Schedule the landing of an order under way whose `landing` is known; ``receive`` is called then."""
        ...


@dataclass(frozen=True, slots=True)
class PurchaseColumns:
    """Purchase orders as columns, one row per shipment.

    The orders of a run are sorted by time of placing, then by stock, source, number and part.

    Attributes:
        stock: number of the stock.
        source: index among the sources of the stock; that of a transfer goes on behind them.
        number: of the order among those of its stock and source, from 0.
        part: number of the shipment, from 0.
        placed: time, days.
        quantity: good units that land, without those cancelled.
        received: time of the landing, days; nan if it had not landed at the end of the run.
        cancelled: units cancelled.
        defects: units found to be defective at receipt.
        lost: units that never come, once that is noticed.
        noticed: time at which it is noticed that an order never comes, days; nan for one that comes.
        work: days of work of a production line.
        passed: by name of the milestone, times in days or flags. A time is nan if the milestone was not
            passed before the end of the run.
    """

    stock: NDArray[np.int32]
    source: NDArray[np.int32]
    number: NDArray[np.int32]
    part: NDArray[np.int32]
    placed: Floats
    quantity: Floats
    received: Floats
    cancelled: Floats
    defects: Floats
    lost: Floats
    noticed: Floats
    work: Floats
    passed: dict[str, NDArray[Any]]

    @classmethod
    def collect(
        cls,
        orders: Sequence[PurchaseOrder],
        milestones: Sequence[Milestone],
        end: float,
        batches: Sequence[PurchaseColumns] = (),
    ) -> PurchaseColumns:
        """Collect and sort all orders of a run.

        Args:
            orders: placed one by one.
            milestones: of all routes, in sequence.
            end: of the run, days; times at or after it become nan, since they have not happened.
            batches: orders already in columns.
        """
        single = cls._of(orders, milestones)
        parts = [part for part in (*batches, single) if len(part)] or [single]
        everything = parts[0]
        if len(parts) > 1:
            everything = cls._mapped(np.concatenate, *parts)
        for times in (everything.received, *everything.passed.values()):
            if times.dtype != np.bool_ and not is_constant(times):  # a constant nan: on no route of the batch
                times[times >= end] = np.nan
        placed = everything.placed
        if np.all(placed[1:] > placed[:-1]):
            return everything
        sequence = np.argsort(placed)
        ranked = placed[sequence]
        if not np.all(ranked[1:] > ranked[:-1]):
            keys = (everything.part, everything.number, everything.source, everything.stock, placed)
            sequence = np.lexsort(keys)
        return everything.where(sequence)

    @classmethod
    def _of(cls, orders: Sequence[PurchaseOrder], milestones: Sequence[Milestone]) -> PurchaseColumns:
        """Convert single orders to columns."""

        def column(name: str, kind: type) -> NDArray[Any]:
            return np.array([getattr(order, name) for order in orders], dtype=kind)

        times = np.array([order.passed for order in orders], np.float64).reshape(-1, len(milestones)).T
        quantity, defects, lost = (column(name, np.float64) for name in ("quantity", "defects", "lost"))
        return cls(
            stock=column("stock", np.int32),
            source=column("source", np.int32),
            number=column("number", np.int32),
            part=column("part", np.int32),
            placed=column("placed", np.float64),
            quantity=quantity,
            received=column("received", np.float64),
            cancelled=column("ordered", np.float64) - quantity - defects - lost,
            defects=defects,
            lost=lost,
            noticed=column("noticed", np.float64),
            work=column("work", np.float64),
            passed={
                one.name: ~np.isnan(time) if one.flag else np.ascontiguousarray(time)
                for one, time in zip(milestones, times, strict=True)
            },
        )

    @classmethod
    def _mapped(
        cls, change: Callable[[list[NDArray[Any]]], NDArray[Any]], *parts: PurchaseColumns
    ) -> PurchaseColumns:
        """Apply ``change`` to the columns of the same name of all tables, for each name."""
        plain = {name: change([getattr(part, name) for part in parts]) for name in _PLAIN}
        passed = {name: change([part.passed[name] for part in parts]) for name in parts[0].passed}
        return cls(**plain, passed=passed)

    def joined(self, other: PurchaseColumns) -> PurchaseColumns:
        """Merge with other orders, in sequence of placing."""
        if not len(other):
            return self
        everything = self._mapped(np.concatenate, self, other)
        return everything.where(np.argsort(everything.placed, kind="stable"))

    def then(self, more: PurchaseColumns) -> PurchaseColumns:
        """Return these orders and ``more`` after them."""
        return self._mapped(np.concatenate, self, more)

    def where(self, chosen: NDArray[np.bool_] | NDArray[np.intp]) -> PurchaseColumns:
        """Select the orders of a mask or of an index array."""
        if chosen.dtype == np.bool_ and chosen.all():
            return self
        return self._mapped(lambda columns: columns[0][chosen], self)

    @property
    def asked_for(self) -> Floats:
        """Units of each order when it was placed."""
        units: Floats = self.quantity + self.cancelled + self.defects + self.lost
        return units

    def order(self, row: int) -> PurchaseOrder:
        """Convert one row to an order under way, which has not landed.

        The landing stands for the time of a flag, which columns do not hold.
        """
        order = PurchaseOrder(
            int(self.stock[row]),
            int(self.number[row]),
            float(self.placed[row]),
            float(self.quantity[row]),
            source=int(self.source[row]),
            part=int(self.part[row]),
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


_PLAIN = (
    "stock",
    "source",
    "number",
    "part",
    "placed",
    "quantity",
    "received",
    "cancelled",
    "defects",
    "lost",
    "noticed",
    "work",
)
"""Names of the columns other than milestones."""
