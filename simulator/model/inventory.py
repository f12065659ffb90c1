"""The inventory of one product at one place: units on hand, inventory position, and the buyer that refills it."""

from __future__ import annotations

from collections.abc import Callable

from simulator.model.buyer import Buyer
from simulator.model.purchase import PurchaseOrder, Supply
from simulator.model.tally import Tally
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
        self, number: int, policy: ReplenishmentPolicy, supply: Supply, tally: Tally, on_hand: float
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
