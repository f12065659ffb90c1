"""The inventory of one product at one place: units on hand, inventory position, and the buyer that refills it."""

from __future__ import annotations

from collections.abc import Callable

from simulator.model.records.ledger import Ledger
from simulator.model.supply.purchase_order import PurchaseOrder, PurchaseSource, cancel_newest
from simulator.policies.replenishment import ReplenishmentPolicy


class Inventory:
    """One product at one place. Quantities in units, times in days.

    Attributes:
        number: Number of the stock, as tables count it.
        on_hand: Units on the shelf.
        position: Units on hand and on order, less those that waiting and announced lines lack.
        buyer: Places and cancels purchase orders.
    """

    def __init__(
        self, number: int, policy: ReplenishmentPolicy, supply: PurchaseSource, tally: Ledger, on_hand: float
    ) -> None:
        self.number = number
        self.on_hand = self.position = on_hand
        self.buyer = Buyer(number, policy, supply)
        self._tally = tally

    def take(self, units: float) -> None:
        """Give units to arriving lines."""
        self.on_hand -= units
        self.position -= units

    def move(self, now: float, on_hand: float, backlog: float) -> None:
        """Change the units on hand for another reason than an arriving line, and note by how many.

        Args:
            now: Time, days.
            on_hand: Change of the units on hand.
            backlog: Change of the units that wait, noted beside it.
        """
        self.on_hand += on_hand
        self._tally.move(now, self.number, on_hand, backlog)

    def order(self, now: float) -> PurchaseOrder | None:
        """Return the purchase order that the buyer places at the present position, still to be sent."""
        purchase = self.buyer.order(self.position, now)
        if purchase is not None:
            self.position += purchase.quantity
            self._tally.purchases.append(purchase)
        return purchase

    def await_purchase(self, purchase: PurchaseOrder, receive: Callable[[PurchaseOrder], None]) -> None:
        """Call ``receive`` when a purchase order lands that was placed before."""
        self._tally.purchases.append(purchase)
        self.buyer.supply.expect(purchase, receive)


class Buyer:
    """Asks the policy what to order, and numbers the orders. Quantities in units, times in days."""

    def __init__(self, stock: int, policy: ReplenishmentPolicy, supply: PurchaseSource) -> None:
        self.supply = supply
        self.trigger = policy.trigger()
        """Position at or below which the policy could want anything."""
        self.cancels = policy.on_cancel == "cancel"
        """Whether orders are taken back when customers cancel theirs."""
        self._stock = stock
        self._policy = policy
        self._outstanding: list[PurchaseOrder] = []
        """Purchase orders that may still be cancelled, kept only where any are."""

    def order(self, position: float, now: float) -> PurchaseOrder | None:
        """What the policy orders at that position, still to be sent."""
        quantity = self._policy.quantity(position)
        if quantity <= 0:
            return None
        purchase = self.supply.order(self._stock, now, quantity)
        if self.cancels:
            self._outstanding.append(purchase)
        return purchase

    def cancel(self, units: float, now: float) -> float:
        """Take up to so many units off the newest orders that have not left the supplier; returns how many."""
        self._outstanding = [purchase for purchase in self._outstanding if purchase.cancellable(now)]
        return cancel_newest(self._outstanding, units)
