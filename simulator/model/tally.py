"""What all stocks of a world write into: movements, purchase orders, and how many lines wait."""

from __future__ import annotations

from collections.abc import Callable

from simulator.model.purchase import PurchaseOrder


class Tally:
    """What all stocks write into: movements that no arriving line caused, purchase orders, lines still open.

    ``time``, ``stock``, ``on_hand``, ``backlog`` are columns of changes in sequence. ``open`` counts waiting lines
    of the measured window, which runs from ``warm_up`` to ``horizon``, ``waiting`` all.
    """

    def __init__(self, warm_up: float, horizon: float) -> None:
        self.warm_up = warm_up
        self.horizon = horizon
        self.time: list[float] = []
        self.stock: list[int] = []
        self.on_hand: list[float] = []
        self.backlog: list[float] = []
        self.purchases: list[PurchaseOrder] = []
        self.open = 0
        self.waiting = 0
        self.watch: Callable[[int], None] | None = None
        """Told how many lines wait whenever that changes."""

    def move(self, time: float, stock: int, on_hand: float, backlog: float) -> None:
        """Note a change of on hand and of backlog, in units."""
        self.time.append(time)
        self.stock.append(stock)
        self.on_hand.append(on_hand)
        self.backlog.append(backlog)

    def wait(self, ordered: float, change: int) -> None:
        """A line ordered then begins to wait (1) or ends to (-1)."""
        self.waiting += change
        if self.warm_up <= ordered < self.horizon:
            self.open += change
        if self.watch is not None:
            self.watch(self.waiting)
