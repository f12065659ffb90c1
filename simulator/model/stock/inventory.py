"""Inventory of one product in one warehouse: units on hand, inventory position, and the buyer."""

from __future__ import annotations

from collections.abc import Callable

from simulator.model.records.ledger import Ledger
from simulator.model.supply.purchase_order import PurchaseOrder, PurchaseSource, cancel_newest
from simulator.policies.replenishment import ReplenishmentPolicy


class Inventory:
    """Inventory of one product in one warehouse. Quantities in units, times in days.

    Attributes:
        number: number of the stock, as tables count it.
        on_hand: units on the shelf.
        position: units on hand and on order, less those that waiting and announced lines lack.
        buyer: places and cancels purchase orders.
    """

    def __init__(
        self, number: int, policy: ReplenishmentPolicy, supply: PurchaseSource, ledger: Ledger, on_hand: float
    ) -> None:
        self.number = number
        self.on_hand = self.position = on_hand
        self.buyer = Buyer(number, policy, supply)
        self._ledger = ledger

    def take(self, units: float) -> None:
        """Allocate units to arriving lines."""
        self.on_hand -= units
        self.position -= units

    def move(self, now: float, on_hand: float, backlog: float) -> None:
        """Change the units on hand other than by an arriving line, and record the movement.

        Args:
            now: days.
            on_hand: change of the units on hand.
            backlog: change of the units that waiting lines lack; it is only recorded.
        """
        self.on_hand += on_hand
        self._ledger.move(now, self.number, on_hand, backlog)

    def order(self, now: float) -> PurchaseOrder | None:
        """Return the purchase order that the buyer places now, still to be sent, or ``None``."""
        purchase = self.buyer.order(self.position, now)
        if purchase is not None:
            self.position += purchase.quantity
            self._ledger.purchases.append(purchase)
        return purchase

    def await_purchase(self, purchase: PurchaseOrder, receive: Callable[[PurchaseOrder], None]) -> None:
        """Record a purchase order that is under way already; ``receive`` is called when it lands."""
        self._ledger.purchases.append(purchase)
        self.buyer.supply.expect(purchase, receive)


class Buyer:
    """Buyer of one stock: asks the replenishment policy and orders from the source.

    Quantities are in units, times in days.
    """

    def __init__(self, stock: int, policy: ReplenishmentPolicy, supply: PurchaseSource) -> None:
        self.supply = supply
        self.trigger = policy.trigger()
        """Inventory position above which the policy never orders between reviews."""
        self.cancels = policy.on_cancel == "cancel"
        """True if units are taken off purchase orders when customers cancel."""
        self._stock = stock
        self._policy = policy
        self._outstanding: list[PurchaseOrder] = []
        """Purchase orders that may still be cancelled; empty unless `cancels`."""

    def order(self, position: float, now: float) -> PurchaseOrder | None:
        """Return the purchase order that the policy places at this position, still to be sent, or ``None``."""
        quantity = self._policy.quantity(position)
        if quantity <= 0:
            return None
        purchase = self.supply.order(self._stock, now, quantity)
        if self.cancels:
            self._outstanding.append(purchase)
        return purchase

    def cancel(self, units: float, now: float) -> float:
        """Take up to ``units`` off the newest orders that can still be cancelled; return the units taken."""
        self._outstanding = [purchase for purchase in self._outstanding if purchase.cancellable(now)]
        return cancel_newest(self._outstanding, units)
