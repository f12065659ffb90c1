"""Scenario data by stock: warehouse, product and supplier of each, and fields of their sections as columns."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from simulator.scenario.scenario import Scenario

if TYPE_CHECKING:
    from simulator.model.world import Record

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.intp]


class Assortment:
    """Columns of scenario data, one entry per stock.

    Attributes:
        warehouse, product: codes, which are numbers in the sequence of the scenario: intp[stocks].
        supplier: number of the supplier in the sequence of the scenario, -1 without one: intp[stocks].
    """

    def __init__(self, record: Record) -> None:
        self._scenario = record.scenario
        self._names = record.book.products
        self.warehouse, self.product = np.array(record.book.stocks, np.intp).reshape(-1, 2).T
        self.supplier: Codes = _suppliers(record.scenario, self._names)[self.product]

    def of_product(self, field: str) -> Floats:
        """Value of ``field`` of each stock's product, money per unit (and day): float64[stocks]."""
        products = self._scenario.products
        return _fields([products[name] for name in self._names], field)[self.product]

    def of_supplier(self, field: str) -> Floats:
        """Value of ``field`` of each stock's supplier: float64[stocks]."""
        return _fields([*self._scenario.suppliers.values()], field)[self.supplier]

    def through_customs(self) -> Flags:
        """Flag the stocks with goods that clear customs on their lane: bool[stocks]."""
        suppliers, warehouses = tuple(self._scenario.suppliers), tuple(self._scenario.warehouses)
        passing = np.zeros((len(suppliers), len(warehouses)), np.bool_)
        lanes = np.unique(self.supplier * len(warehouses) + self.warehouse)
        for k, j in zip(*(part.tolist() for part in np.divmod(lanes, len(warehouses))), strict=True):
            lane = self._scenario.lane_between(suppliers[k], warehouses[j])
            passing[k, j] = lane is not None and lane.customs is not None
        return passing[self.supplier, self.warehouse]


def _fields(sections: list[Any], field: str) -> Floats:
    return np.fromiter(map(attrgetter(field), sections), np.float64, len(sections))


def _suppliers(scenario: Scenario, products: tuple[str, ...]) -> Codes:
    """Number of each product's supplier, the first that offers it as in `Scenario.supplier_of`, -1 without one."""
    first: dict[str, int] = {}
    for number, supplier in enumerate(scenario.suppliers.values()):
        for product in supplier.products or products:
            first.setdefault(product, number)
    return np.array([first.get(product, -1) for product in products], np.intp)
