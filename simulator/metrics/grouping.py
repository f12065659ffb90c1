"""Groups of lines, stocks and purchase orders by dimension; sums and quantiles over them.

Lines are first summed into *cells*, one for each pair of a segment and a stock, and the cells then into the
groups of every dimension. The millions of lines are thus read once, not once per dimension.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from simulator.orders.line_columns import ranges
from simulator.scenario.prices import SourcePrices
from simulator.scenario.sources import StockSources, source_labels
from simulator.values.arrays import Flags, Floats, Integers
from simulator.values.deferred_columns import is_constant

if TYPE_CHECKING:
    from simulator.model.supply.purchase_order import PurchaseColumns
    from simulator.model.world import Record

Sums = Mapping[str, Floats]


@dataclass(frozen=True)
class Grouping:
    """Dimension with its groups.

    Attributes:
        dimension: name in the glossary, or "overall".
        groups: names; none if the scenario is not split by this dimension.
        of_cell: group of each cell: intp[segments * stocks]; ``None`` if lines are not split by this dimension.
        of_stock: group of each stock: intp[stocks]; by supplier, that of its first source. ``None`` if stocks
            are not split by this dimension.
        of_source: group of each source of a stock: intp[sources of all stocks]; ``None`` if purchase orders
            are not split by this dimension.
        kept: whether goods are kept in each stock, which is not so where every unit is made to order: bool[stocks];
            ``None`` for all.
    """

    dimension: str
    groups: tuple[str, ...]
    of_cell: Integers | None
    of_stock: Integers | None
    of_source: Integers | None
    kept: Flags | None = None

    @property
    def size(self) -> int:
        """Number of groups."""
        return len(self.groups)

    def by(self, codes: Integers | None, sums: Sums) -> dict[str, Floats]:
        """Add up sums by cell, stock or source to sums by group: float64[groups] each.

        Args:
            codes: group of each cell, stock or source.
            sums: by cell, stock or source, under any names.
        """
        assert codes is not None
        return {name: group_sums(codes, self.size, values) for name, values in sums.items()}


def group_sums(codes: npt.NDArray[np.integer], size: int, weights: Floats | Flags | None = None) -> Floats:
    """Sum the weights of each code, or count its entries: float64[size].

    Args:
        codes: of each entry, 0 to ``size`` - 1.
        size: number of codes.
        weights: of each entry; by default 1.
    """
    if weights is not None and len(weights) and is_constant(weights):
        return group_sums(codes, size) * np.float64(weights[0])
    if size != 1:
        return np.bincount(codes, weights, minlength=size).astype(np.float64, copy=False)
    if weights is None:
        return np.array([len(codes)], dtype=np.float64)
    total = np.count_nonzero(weights) if weights.dtype == np.bool_ else weights.sum()
    return np.array([total], dtype=np.float64)


def divided(above: Floats, below: Floats) -> Floats:
    """Divide ``above`` by ``below``: nan where ``below`` is 0, inf where either is not finite."""
    result = np.full(len(below), np.nan)
    np.divide(above, below, out=result, where=below > 0)
    result[~(np.isfinite(above) & np.isfinite(below))] = np.inf
    return result


def groupings(record: Record) -> Iterator[Grouping]:
    """Yield the groupings of a replication: overall first, then every dimension of the glossary."""
    book, assortment = record.book, StockColumns(record)
    segments, stocks = len(book.segments), len(book.stocks)
    sources = assortment.sources

    def split(dimension: str, groups: tuple[str, ...], of_stock: Integers) -> Grouping:
        of_source = of_stock[sources.stock]
        return Grouping(dimension, groups, np.tile(of_stock, segments), of_stock, of_source, assortment.kept)

    yield split("overall", ("overall",), np.zeros(stocks, np.intp))
    yield Grouping("segment", book.segments, np.repeat(np.arange(segments), stocks), None, None)
    yield split("product", book.products, assortment.product)
    yield split("warehouse", book.warehouses, assortment.warehouse)
    numbers = record.scenario.echelons()
    if numbers:
        echelon = np.array([numbers[name] for name in book.warehouses], np.intp)
        names = tuple(map(str, range(int(echelon.max()) + 1)))
        yield split("echelon", names, echelon[assortment.warehouse])
    else:
        yield Grouping("echelon", (), None, None, None)
    yield Grouping("supplier", sources.labels, None, sources.label[sources.first], sources.label)


@dataclass(frozen=True)
class CodedSample:
    """Sample of values, for quantiles under any grouping.

    Attributes:
        code: of each value: its cell, or its source of a stock.
        values: in any unit.
    """

    code: npt.NDArray[np.integer]
    values: Floats

    @classmethod
    def joined(cls, samples: Sequence[CodedSample]) -> CodedSample:
        """Concatenate samples."""
        return cls(
            np.concatenate([sample.code for sample in samples]),
            np.concatenate([sample.values for sample in samples]),
        )

    @property
    def compact(self) -> CodedSample:
        """Copy with codes in the smallest integer type that holds them."""
        return CodedSample(self.code.astype(np.min_scalar_type(int(self.code.max(initial=0)))), self.values)

    @cached_property
    def _ranked(self) -> RankedSample:
        return RankedSample(self.values)

    def quantiles(
        self, groups: Integers, size: int, shares: tuple[float, ...], zeros: Floats | None = None
    ) -> Floats:
        """Compute quantiles in each group: float64[shares, size], see `RankedSample.quantiles`.

        Args:
            groups: group of each code.
            size: number of groups.
            shares: quantiles to compute, 0 to 1.
            zeros: number of zeros to add to each group: float64[size].
        """
        group = np.broadcast_to(np.intp(0), len(self.code)) if size == 1 else groups[self.code]
        return self._ranked.quantiles(group, size, shares, zeros)


class RankedSample:
    """Values whose quantiles can be computed under any grouping; partitions found once are cached."""

    def __init__(self, values: Floats) -> None:
        self._values = values
        self._ranked = values
        self._placed: set[int] = set()
        self._same = bool(len(values) == 0 or values.min() == values.max())

    def _parted(self, places: Integers) -> Floats:
        """Partition all values so that those at ``places`` are as in sorted order, and cache the result."""
        if not self._placed.issuperset(places.tolist()):
            self._placed.update(places.tolist())
            self._ranked, done = self._values.copy(), 0
            for place in sorted(self._placed):  # one by one: NumPy is slow with several places at once
                self._ranked[done:].partition(place - done)
                done = place + 1
        return self._ranked

    def quantiles(
        self,
        codes: npt.NDArray[np.integer],
        size: int,
        shares: tuple[float, ...],
        zeros: Floats | None = None,
    ) -> Floats:
        """Compute quantiles of the values with each code: float64[shares, size], nan where a code has none.

        They are interpolated linearly between order statistics (definition 7 of Hyndman & Fan 1996).

        Args:
            codes: of each value, 0 to ``size`` - 1.
            size: number of codes.
            shares: quantiles to compute, 0 to 1.
            zeros: number of zeros to add to the values of each code: float64[size]; no value may then be below 0.

        >>> RankedSample(np.array([4.0, 1.0, 9.0])).quantiles(np.array([0, 0, 1]), 2, (0.5, 1.0))
        array([[2.5, 9. ],
               [4. , 9. ]])
        """
        count = group_sums(codes, size).astype(np.intp)
        before = np.zeros(size, np.intp) if zeros is None else zeros.astype(np.intp)
        exists = np.flatnonzero(count + before)
        first, before, last = (np.cumsum(count) - count)[exists], before[exists], (count + before)[exists] - 1
        place = np.multiply.outer(np.array(shares), last)
        low = np.floor(place).astype(np.intp)
        places = (
            np.stack((low, np.minimum(low + 1, last))) - before
        )  # index among the values; a negative one means a zero
        values = self._by_code(codes, size, places)
        found = np.where(places < 0, 0.0, values[np.clip(first + places, 0, len(values) - 1)])
        result = np.full((len(shares), size), np.nan)
        result[:, exists] = found[0] + (found[1] - found[0]) * (place - low)
        return result

    def _by_code(self, codes: npt.NDArray[np.integer], size: int, places: Integers) -> Floats:
        """Group the values by code, each group sorted, or at least as in sorted order at ``places``."""
        if not len(self._values):
            return np.zeros(1)
        if self._same:
            return self._values
        if size == 1:
            return self._parted(places[places >= 0])
        # codes in a small type: NumPy then sorts in linear time
        values = self._values[np.argsort(codes.astype(np.min_scalar_type(size)), kind="stable")]
        count = np.bincount(codes, minlength=size)
        end, several = np.cumsum(count), count > 1
        for first, last in zip((end - count)[several].tolist(), end[several].tolist(), strict=True):
            values[first:last].sort()
        return values


class StockColumns:
    """Columns of scenario data with one entry per stock.

    Attributes:
        warehouse: number of each stock's warehouse, in the sequence of the order book: intp[stocks].
        product: number of each stock's product, in the sequence of the order book: intp[stocks].
    """

    def __init__(self, record: Record) -> None:
        self._scenario = record.scenario
        self._names, self._warehouses = record.book.products, record.book.warehouses
        self.warehouse, self.product = np.array(record.book.stocks, np.intp).reshape(-1, 2).T

    @cached_property
    def kept(self) -> Flags | None:
        """Flag the stocks in which goods are kept: bool[stocks]; ``None`` if all are."""
        products = self._scenario.products
        stocked = np.array([products[name].stocked(name) for name in self._names])
        return None if stocked.all() else stocked[self.product]

    def of_product(self, field: str) -> Floats:
        """Return a field of each stock's product, in money per unit (and day): float64[stocks]."""
        products = self._scenario.products
        return _fields([products[name] for name in self._names], field)[self.product]

    def holding_rate(self, warehouse: str, product: int) -> float:
        """Return the cost of a unit on hand of a product, by its code, in a warehouse, money per day."""
        return self._scenario.holding_rate(warehouse, self._names[product])

    @cached_property
    def holding_rates(self) -> Floats:
        """Cost of a unit on hand of each stock, money per day: float64[stocks]."""
        if all(site.holding is None for site in self._scenario.warehouses.values()):
            return self.of_product("holding_rate")
        stocks = zip(self.warehouse.tolist(), self.product.tolist(), strict=True)
        return np.array([self.holding_rate(self._warehouses[site], product) for site, product in stocks])

    @cached_property
    def senders(self) -> Integers:
        """Number of the stock in another warehouse that is this source of a stock, -1 for suppliers: intp[sources]."""
        numbers = {
            (self._warehouses[site], product): number
            for number, (site, product) in enumerate(zip(self.warehouse, self.product, strict=True))
        }
        sources = self.sources
        names = [sources.prices[pair].source.supplier for pair in sources.pair.tolist()]
        products = self.product[sources.stock].tolist()
        known = zip(names, products, sources.internal.tolist(), strict=True)
        return np.array([numbers[name, one] if inside else -1 for name, one, inside in known], np.intp)

    @cached_property
    def sources(self) -> Sources:
        """Sources of all stocks."""
        scenario, known = self._scenario, StockSources(self._scenario)
        labels = source_labels(scenario, scenario.suppliers)
        number = {label: k for k, label in enumerate(labels)}
        suppliers = [known.suppliers[name] for name in self._names]
        codes = {one: code for code, one in enumerate(dict.fromkeys(suppliers))}
        of_product = np.array([codes[one] for one in suppliers], np.intp)
        # stocks in one warehouse whose products have the same suppliers have the same sources
        kinds, own = np.unique(self.warehouse * len(codes) + of_product[self.product], return_inverse=True)
        names = list(codes)
        places = [(self._warehouses[kind // len(codes)], names[kind % len(codes)]) for kind in kinds.tolist()]
        sources = [known.of_suppliers(*place) for place in places]
        count = np.array([len(one) for one in sources], np.intp)
        pairs = [(site, source) for (site, _), found in zip(places, sources, strict=True) for source in found]
        label = np.array([number[source.label] for _, source in pairs], np.intp)
        each = count[own]
        pair = ranges((np.cumsum(count) - count)[own], each)
        return Sources(
            stock=np.repeat(np.arange(len(own)), each),
            label=label[pair],
            labels=labels,
            first=np.cumsum(each) - each,
            pair=pair,
            internal=np.array([source.internal for _, source in pairs], np.bool_)[pair],
            prices=tuple(SourcePrices(scenario, *pair) for pair in pairs),
        )


@dataclass(frozen=True, slots=True)
class Sources:
    """Columns with one entry per source of a stock; the sources of one stock are adjacent.

    Purchase orders are summed by source first, as lines are by cell.

    Attributes:
        stock: number of the stock: intp[sources].
        label: index in ``labels``: intp[sources].
        labels: names of sources: of the supplier, with the mode if there are several, and a remark on expediting.
        first: first source of each stock: intp[stocks].
        pair: index in ``prices``: intp[sources].
        internal: True if the source is another warehouse: bool[sources].
        prices: of each pair of a warehouse and a source.
    """

    stock: Integers
    label: Integers
    labels: tuple[str, ...]
    first: Integers
    pair: Integers
    internal: Flags
    prices: tuple[SourcePrices, ...]

    def of(self, purchases: PurchaseColumns) -> Integers:
        """Return the source of each purchase order: intp[purchase orders]."""
        cells: Integers = self.first[purchases.stock] + purchases.source
        return cells


def _fields(sections: list[Any], field: str) -> Floats:
    return np.fromiter(map(attrgetter(field), sections), np.float64, len(sections))
