"""Goods between places of the shop: from warehouses to the regions of customers."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Self

import numpy as np

from simulator.metrics.grouping import group_sums
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
