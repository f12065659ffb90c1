"""Parcels to customers, and the cost of their delivery.

A parcel is a line under ``ship: partial``. Under ``ship: complete`` it is all lines of an order that come from one
warehouse, which leave together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simulator.metrics.grouping import Grouping, group_sums
from simulator.metrics.measures.counted_lines import CountedLines
from simulator.metrics.measures.order_counts import OrderGroups, shared_orders
from simulator.values.arrays import Flags, Floats, Integers

if TYPE_CHECKING:
    from simulator.model.world import Record


class ParcelCounts:
    """Parcels, and the orders that they belong to, counted for any grouping.

    An order with one line is one parcel and is counted by cell, once; only the lines of larger orders are bundled for
    each dimension.
    """

    def __init__(self, record: Record, lines: CountedLines, cells: int) -> None:
        """Sort the lines.

        Args:
            record: of the replication.
            lines: counted lines.
            cells: number of cells.
        """
        self._whole = record.scenario.policies.ship == "complete"
        self._places = len(record.book.warehouses)
        kept, shared = _not_shipped(lines, whole=self._whole), shared_orders(lines)
        self._lines, kept_alone = lines.take(shared & ~kept), lines.take(kept & ~shared)
        alone = lines.take(~shared) if shared.any() else lines
        self._alone = group_sums(alone.cell, cells) - group_sums(kept_alone.cell, cells)

    def by(self, grouping: Grouping) -> dict[str, Floats]:
        """Count parcels with a line in each group, and orders with such a parcel: float64[groups] each."""
        of_cell, size, lines = grouping.of_cell, grouping.size, self._lines
        assert of_cell is not None
        group = of_cell[lines.cell]
        alone = group_sums(of_cell, size, self._alone)
        orders = _distinct(lines, group, size)
        parcels = group_sums(group, size)
        if self._whole:
            place = lines.served_from.astype(np.intp)
            parcels = _distinct(lines, place * size + group, self._places * size)
            parcels = parcels.reshape(self._places, size).sum(axis=0)
        return {"parcels": alone + parcels, "shipped_orders": alone + orders}


def _not_shipped(lines: CountedLines, *, whole: bool) -> Flags:
    """Flag the lines that were not shipped: bool[lines].

    Where orders are not shipped ``whole``, what was filled from stock was shipped.
    """
    if whole:
        return np.isnan(lines.shipped)
    kept = np.zeros(len(lines.time), np.bool_)
    kept[lines.not_from_stock] = np.isnan(lines.rest.shipped)
    return kept


def _distinct(lines: CountedLines, groups: Integers, size: int) -> Floats:
    """Count the orders with a line in each group: float64[groups]."""
    return group_sums(OrderGroups.of(lines, groups, size).fold(np.minimum, groups), size)


class Tariffs(NamedTuple):
    """Delivery costs: one for each warehouse, then those of regions with a cost of their own.

    Attributes:
        price: money for a parcel: float64[tariffs].
        by_region: tariff from each warehouse to each region: intp[warehouses, regions]; ``None`` if each warehouse has
            one for all regions.
    """

    price: Floats
    by_region: Integers | None

    @classmethod
    def of(cls, record: Record) -> Tariffs:
        """Collect the tariffs of a scenario."""
        book, sites = record.book, [record.scenario.warehouses[name] for name in record.book.warehouses]
        price = [site.delivery_cost for site in sites]
        by_region = np.repeat(np.arange(len(sites))[:, np.newaxis], len(book.regions), axis=1)
        for place, site in enumerate(sites):
            for region, terms in site.terms.items():
                if terms.delivery_cost is not None:
                    by_region[place, book.regions.index(region)] = len(price)
                    price.append(terms.delivery_cost)
        return cls(np.array(price, np.float64), by_region if len(price) > len(sites) else None)


def delivery_cost(record: Record, lines: CountedLines, cells: int) -> Floats:
    """Compute the delivery cost of each cell, shared by the lines of a parcel: money, float64[cells].

    Args:
        record: of the replication.
        lines: counted lines.
        cells: number of cells.
    """
    price, by_region = Tariffs.of(record)
    if not price.any():
        return np.zeros(cells)
    sent = lines.take(~np.isnan(lines.shipped))
    tariff, parcels = sent.served_from.astype(np.intp), None
    if record.scenario.policies.ship == "complete":
        together = OrderGroups.of(sent, tariff, len(record.book.warehouses))
        parcels = 1.0 / together.spread(together.fold(np.add, np.ones(len(sent.cell))))
    if by_region is not None:
        tariff = by_region[tariff, sent.region]
    count = group_sums(sent.cell * len(price) + tariff, cells * len(price), parcels)
    cost: Floats = count.reshape(cells, len(price)) @ price
    return cost
