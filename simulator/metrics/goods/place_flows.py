"""Goods between places: from warehouses to the regions of customers, and from one warehouse to another in transfers."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Self

import numpy as np

from simulator.metrics.goods.transfers import senders
from simulator.metrics.grouping import StockColumns, group_sums
from simulator.metrics.measured_window import Window
from simulator.metrics.measures.counted_lines import CountedLines
from simulator.values.arrays import Floats, Integers

if TYPE_CHECKING:
    from simulator.model.world import Record


@dataclass(frozen=True)
class PairFlows:
    """Goods between the two places of each pair.

    Attributes:
        origins: names of the places that send.
        destinations: names of the places that receive.
        pair: number of the origin times that of destinations, plus that of the destination, rising: intp[pairs].
        units: that go from one to the other: float64[pairs].
        days: unit-days of these on the way: float64[pairs].
    """

    origins: tuple[str, ...]
    destinations: tuple[str, ...]
    pair: Integers
    units: Floats
    days: Floats

    def then(self, other: Self) -> Self:
        """Add the flows of another window, or of another replication."""
        pair, place = np.unique(np.concatenate((self.pair, other.pair)), return_inverse=True)
        names = [field.name for field in fields(self)][3:]
        sums = {
            name: group_sums(place, len(pair), np.concatenate((getattr(self, name), getattr(other, name))))
            for name in names
        }
        return type(self)(self.origins, self.destinations, pair, **sums)


@dataclass(frozen=True)
class CustomerFlows(PairFlows):
    """Goods from each warehouse to each region, of the order lines of the measured window: units that are sold.

    Attributes:
        lines: order lines, served or not: float64[pairs].
        waited: order lines that had to wait: float64[pairs].
        served: lines of these that were served in the end: float64[pairs].
        waits: days that these waited: float64[pairs].
    """

    lines: Floats
    waited: Floats
    served: Floats
    waits: Floats

    @classmethod
    def of(cls, record: Record, window: Window) -> Self:
        """Add up the order lines of a record."""
        book, lines = record.book, CountedLines.counted(record, window)
        regions, size = len(book.regions), len(book.warehouses) * len(book.regions)
        pair = book.region[lines.rows]
        if len(book.warehouses) > 1:
            pair = lines.served_from.astype(np.intp) * regions + pair
        rest, of_rest = lines.rest, pair[lines.not_from_stock]
        units = group_sums(pair, size, lines.quantity) - group_sums(of_rest, size, rest.short)
        if lines.usual_days is None:
            travel = lines.delivered - lines.shipped
            travel *= lines.filled + lines.substituted
            days = group_sums(pair, size, np.where(np.isnan(travel), 0.0, travel))
        else:
            days = units * book.delivery[:1].sum()
        sums = {
            "units": units,
            "days": days,
            "lines": group_sums(pair, size),
            "waited": group_sums(of_rest, size, rest.waited),
            "served": group_sums(of_rest, size, rest.wait > 0.0),
            "waits": group_sums(of_rest, size, rest.wait),
        }
        used = np.flatnonzero(sums["lines"])
        return cls(book.warehouses, book.regions, used, **{name: one[used] for name, one in sums.items()})


@dataclass(frozen=True)
class TransferFlows(PairFlows):
    """Goods that a warehouse gives up to another, over all products: units that landed in the measured window.

    Attributes:
        pending: unit-days of all goods on the way in the measured window: float64[pairs].
    """

    pending: Floats

    @classmethod
    def of(cls, record: Record, window: Window) -> Self:
        """Add up the transfers of a record."""
        names, transfers, nothing = record.book.warehouses, record.transfers, np.empty(0)
        if not len(transfers):
            return cls(names, names, nothing.astype(np.intp), nothing, nothing, nothing)
        assortment, size = StockColumns(record), len(names) ** 2
        pair = senders(record, assortment) * len(names) + assortment.warehouse[transfers.stock]
        landed = np.where(np.isnan(transfers.received), np.inf, transfers.received)
        units = np.where(window.contains(landed), transfers.quantity, 0.0)
        took = np.subtract(landed, transfers.placed, out=np.zeros(len(units)), where=units > 0.0)
        pending = transfers.quantity * (window.clip(landed) - window.clip(transfers.placed))
        sums = [group_sums(pair, size, values) for values in (units, units * took, pending)]
        used = np.unique(pair)
        return cls(names, names, used, *(values[used] for values in sums))
