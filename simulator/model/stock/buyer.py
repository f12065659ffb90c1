"""Buyer of one stock: asks the replenishment policy and the sourcing policy, and places purchase orders."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import Protocol

from simulator.model.supply.purchase_order import PurchaseOrder, PurchaseSource
from simulator.policies.expediting import Expediting
from simulator.policies.replenishment import ReplenishmentPolicy
from simulator.policies.sourcing_policy import SourceView, SourcingPolicy, StockView


class KnownSource(SourceView, Protocol):
    """Source that is told of the purchase orders placed there."""

    def placed(self, purchase: PurchaseOrder) -> None:
        """Add an order."""
        ...

    def landed(self, purchase: PurchaseOrder) -> None:
        """Remove an order that has landed, or whose units were all cancelled."""
        ...


class Situation(StockView, Protocol):
    """Stock and its sources as policies see them."""

    @property
    def known(self) -> Sequence[KnownSource]:
        """All sources of the stock, the one for expediting last; then the warehouses from which transfers may come."""
        ...


class Buyer:
    """Buyer of one stock. Quantities are in units, times in days."""

    def __init__(
        self,
        stock: int,
        policy: ReplenishmentPolicy,
        supply: Sequence[PurchaseSource],
        sourcing: SourcingPolicy | None = None,
        expediting: Expediting | None = None,
    ) -> None:
        """Begin without orders.

        Args:
            stock: number of the stock.
            policy: replenishment policy, with a number for every level.
            supply: sources of the stock, the one for expediting last.
            sourcing: chooses among several sources; left out: there is one to choose.
            expediting: rule by which the last source is used.
        """
        self.supply = supply
        self.trigger = policy.trigger()
        """Inventory position above which the policy never orders between reviews."""
        self.cancels = policy.on_cancel == "cancel"
        """True if units are taken off purchase orders when customers cancel."""
        self.view: Situation | None = None
        """Stock and its sources as the policies see them; ``None`` if no policy looks."""
        self.looks_again = math.inf
        """Time (days) at which the first source reopens, if one that was asked last was closed; else infinite."""
        self._stock = stock
        self._policy = policy
        self._sourcing = sourcing
        self._expediting = expediting
        self._outstanding: list[PurchaseOrder] = []
        """Purchase orders that may still be cancelled, the dearer later at one instant; empty unless `cancels`."""

    def orders(self, position: float, now: float) -> list[PurchaseOrder]:
        """Return the purchase orders that the policies place at this position, still to be sent."""
        if self._sourcing is not None and self.view is not None:
            wanted = [(one.source, one.units) for one in self._sourcing.orders(self.view) if one.units > 0.0]
        else:
            quantity = self._policy.quantity(position)
            wanted = [(0, quantity)] if quantity > 0.0 else []
        return self._placed(wanted, now) if wanted else []

    def expedited(self, now: float) -> list[PurchaseOrder]:
        """Return the purchase order that the rule for expediting places now, if any, still to be sent."""
        assert self._expediting is not None
        assert self.view is not None
        last = len(self.supply) - 1
        under_way = sum(units for _, units in self.view.known[last].under_way())
        units = self._expediting.units(self.view, under_way)
        return self._placed([(last, units)], now) if units > 0.0 else []

    def _placed(self, wanted: Sequence[tuple[int, float]], now: float) -> list[PurchaseOrder]:
        """Place orders of (source, units) as far as the sources take them."""
        asked = [(source, self.supply[source].order(self._stock, now, units)) for source, units in wanted]
        purchases = [shipment for _, order in asked for shipment in order]
        self.looks_again = math.inf
        if any(not order and self.supply[source].accepts_from(now) > now for source, order in asked):
            # the policy may turn to another source that is closed now, too
            opening = (source.accepts_from(now) for source in self.supply)
            self.looks_again = min(time for time in opening if time > now)
        if self.view is not None:
            for purchase in purchases:
                self.view.known[purchase.source].placed(purchase)
        if self.cancels:
            self._outstanding += self._dearest_last(purchases)
        return purchases

    def _dearest_last(self, purchases: list[PurchaseOrder]) -> Iterator[PurchaseOrder]:
        """Yield the orders of one instant by price a unit, so that the dearer are cancelled first."""
        if self.view is None or len(purchases) < 2:
            return iter(purchases)
        known = self.view.known
        price = {one: known[one.source].price(one.ordered) / one.ordered for one in purchases}
        return iter(sorted(purchases, key=price.__getitem__))

    def rest(self) -> None:
        """Order nothing until `resume_looking` is called: the source is closed."""
        self.trigger = -math.inf

    def resume_looking(self) -> None:
        """Order again where the policy says so."""
        self.trigger = self._policy.trigger()

    def landed(self, purchase: PurchaseOrder) -> None:
        """Note that an order has landed, or that all its units were cancelled."""
        if self.view is not None:
            self.view.known[purchase.source].landed(purchase)

    def cancel(self, units: float, now: float) -> float:
        """Take up to ``units`` off the newest orders that can still be cancelled; return the units taken."""
        self._outstanding = [purchase for purchase in self._outstanding if purchase.cancellable(now)]
        left = units
        for purchase in reversed(self._outstanding):
            taken = purchase.cancel(left, now)
            self.supply[purchase.source].cancelled(purchase, taken)
            left -= taken
            if left <= 0:
                break
        return units - left

    @property
    def numbers(self) -> tuple[int, ...]:
        """Number of purchase orders so far, by source."""
        return tuple(map(attrgetter("ordered"), self.supply))

    def resume(self, numbers: Sequence[int]) -> None:
        """Go on with these numbers of purchase orders so far."""
        for source, number in zip(self.supply, numbers, strict=True):
            source.ordered = number
