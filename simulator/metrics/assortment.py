"""Scenario data by stock: warehouse, product and supplier of each, and fields of their sections as columns."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.orders.lines import ranges
from simulator.values.arrays import Floats, Integers

if TYPE_CHECKING:
    from simulator.model.purchase import Purchases
    from simulator.model.world import Record


class Assortment:
    """Columns of scenario data, one entry per stock.

    Attributes:
        warehouse, product: codes, which are numbers in the sequence of the scenario: intp[stocks].
    """

    def __init__(self, record: Record) -> None:
        self._scenario = record.scenario
        self._names = record.book.products
        self.warehouse, self.product = np.array(record.book.stocks, np.intp).reshape(-1, 2).T

    def of_product(self, field: str) -> Floats:
        """Value of ``field`` of each stock's product, money per unit (and day): float64[stocks]."""
        products = self._scenario.products
        return _fields([products[name] for name in self._names], field)[self.product]

    @cached_property
    def sources(self) -> Sources:
        """The sources of the stocks."""
        suppliers = {name: number for number, name in enumerate(self._scenario.suppliers)}
        offered = self._scenario.sources()
        sources = [[suppliers[name] for name in offered[product]] for product in self._names]
        count = np.fromiter(map(len, sources), np.intp, len(sources))
        flat = np.fromiter(chain.from_iterable(sources), np.intp, int(count.sum()))
        own = count[self.product]
        return Sources(
            stock=np.repeat(np.arange(len(own)), own),
            supplier=flat[ranges((np.cumsum(count) - count)[self.product], own)],
            first=np.cumsum(own) - own,
            order_cost=_fields([*self._scenario.suppliers.values()], "order_cost"),
        )


@dataclass(frozen=True, slots=True)
class Sources:
    """Columns with one entry a source of a stock, those of a stock one after the other: *cells* of purchase orders.

    stock: number; supplier: number, in the sequence of the scenario; first: first cell of each stock (intp[stocks]);
    order_cost: of each supplier, money for each purchase order.
    """

    stock: Integers
    supplier: Integers
    first: Integers
    order_cost: Floats

    def of(self, purchases: Purchases) -> Integers:
        """The cell of each purchase order: intp[purchase orders]."""
        cells: Integers = self.first[purchases.stock] + purchases.source
        return cells


def _fields(sections: list[Any], field: str) -> Floats:
    return np.fromiter(map(attrgetter(field), sections), np.float64, len(sections))
