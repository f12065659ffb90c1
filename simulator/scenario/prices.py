"""Prices of a source: of the goods by quantity and date, of ordering and of freight."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from simulator.scenario.scenario import Scenario
from simulator.scenario.sections.supply_network import Customs, Freight
from simulator.scenario.sources import Source
from simulator.values.arrays import Floats

_FREE = Freight()


@dataclass(frozen=True)
class SourcePrices:
    """Prices that one warehouse pays to one source.

    Attributes:
        scenario: with suppliers and lanes.
        warehouse: name.
        source: of the stocks.
    """

    scenario: Scenario
    warehouse: str
    source: Source

    @cached_property
    def freight(self) -> Freight:
        """Freight of the lane."""
        lane = self.scenario.lane_between(self.source.supplier, self.warehouse, self.source.mode)
        return _FREE if lane is None or lane.freight is None else lane.freight

    @cached_property
    def customs(self) -> Customs | None:
        """Customs office on the lane, ``None`` without one."""
        lane = self.scenario.lane_between(self.source.supplier, self.warehouse, self.source.mode)
        return None if lane is None or lane.customs is None else self.scenario.customs.get(lane.customs)

    @cached_property
    def order_cost(self) -> float:
        """Money for each purchase order at the supplier."""
        return self.scenario.seller(self.source.supplier).order_cost

    @cached_property
    def _changes(self) -> tuple[Floats, Floats]:
        """Days on which prices change, rising from minus infinity, and the factors from then on."""
        start = self.scenario.run.start
        changes = sorted(
            ((one.on - start).days, one.factor)
            for one in self.scenario.seller(self.source.supplier).price_changes
        )
        days, factors = (
            [-np.inf, *(float(day) for day, _ in changes)],
            [1.0, *(factor for _, factor in changes)],
        )
        return np.array(days), np.array(factors)

    @cached_property
    def _breaks(self) -> tuple[Floats, Floats]:
        """Smallest quantities (units), rising from 0, and the shares of the price to pay from there on."""
        supplier = self.scenario.seller(self.source.supplier)
        least = [0.0, *sorted(supplier.discounts)]
        return np.array(least), np.array([1.0 - supplier.discount(units) for units in least])

    def list_price(self, product: str) -> float:
        """Return the price of a unit without discounts and changes: of the supplier, else the product's cost."""
        price, cost = (
            self.scenario.seller(self.source.supplier).price,
            self.scenario.products[product].cost,
        )
        if isinstance(price, dict):
            return price.get(product, cost)
        return cost if price is None else price

    def factors(self, units: Floats, placed: Floats) -> Floats:
        """Compute the factors on the list price: float64[purchase orders].

        Args:
            units: quantity of each order.
            placed: time of each order, days.
        """
        (days, changed), (least, share) = self._changes, self._breaks
        found: Floats = (
            changed[np.searchsorted(days, placed, side="right") - 1]
            * share[np.searchsorted(least, units, side="right") - 1]
        )
        return found

    def freights(self, units: Floats) -> Floats:
        """Compute the freight of purchase orders, in money: float64[purchase orders]."""
        freight = self.freight
        cost: Floats = np.full(len(units), freight.order) + freight.unit * units
        if freight.container_units is not None:
            cost += freight.container * np.ceil(units / freight.container_units)
        return cost

    def cost(self, product: str, units: float, now: float) -> float:
        """Return the money that an order of ``units`` costs now (days), with ordering cost, freight and customs."""
        factor = float(self.factors(np.array([units]), np.array([now]))[0])
        goods = units * self.list_price(product) * factor
        office, shipments = self.customs, self.scenario.seller(self.source.supplier).shipments(units)
        cleared = 0.0 if office is None else len(shipments) * office.brokerage + office.duty * goods
        return self.order_cost + sum(map(self.freight.cost, shipments)) + goods + cleared
