"""The buyer of one stock: places its purchase orders as the replenishment policy has it."""

from __future__ import annotations

from simulator.model.purchase import PurchaseOrder, Supply, cancel_newest
from simulator.policies.replenishment import ReplenishmentPolicy


class Buyer:
    """Asks the policy what to order, and numbers the orders. Quantities in units, times in days."""

    def __init__(self, stock: int, policy: ReplenishmentPolicy, supply: Supply) -> None:
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
