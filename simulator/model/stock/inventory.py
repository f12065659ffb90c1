"""Inventory of one product in one warehouse: units on hand and inventory position."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from simulator.model.records.ledger import Ledger
from simulator.model.stock.buyer import Buyer
from simulator.model.supply.purchase_order import PurchaseOrder


class Inventory:
    """Inventory of one product in one warehouse. Quantities in units, times in days.

    Attributes:
        number: number of the stock, as tables count it.
        on_hand: units on the shelf.
        position: units on hand and on order, less those that waiting and announced lines, and the purchase orders of
            other warehouses, lack.
        owed: units on order that wait in other warehouses.
        buyer: places and cancels purchase orders.
        receipts: place of its receipts among those of one instant, see `Clock.at`.
    """

    def __init__(
        self, number: int, buyer: Buyer, ledger: Ledger, on_hand: float, receipts: int | None = None
    ) -> None:
        self.number = number
        self.owed = 0.0
        self.receipts = number if receipts is None else receipts
        self.on_hand = self.position = on_hand
        self.buyer = buyer
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

    def order(self, purchases: Iterable[PurchaseOrder]) -> None:
        """Count purchase orders that are placed now in the inventory position."""
        for purchase in purchases:
            self.position += purchase.quantity
            self.record(purchase)

    def record(self, purchase: PurchaseOrder) -> None:
        """Record a purchase order, or a shipment of one."""
        purchase.place = self.receipts
        self._ledger.purchases.append(purchase)

    def await_transfer(self, transfer: PurchaseOrder) -> None:
        """Count a transfer that leaves another warehouse now in the inventory position, and record it."""
        self.position += transfer.quantity
        transfer.place = self.receipts
        self._ledger.transfers.append(transfer)

    def await_purchase(self, purchase: PurchaseOrder, receive: Callable[[PurchaseOrder], None]) -> None:
        """Record a purchase order that is under way already; ``receive`` is called when it lands."""
        self.record(purchase)
        self.buyer.supply[purchase.source].expect(purchase, receive)
