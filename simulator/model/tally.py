"""What all stocks of a world write into: movements, purchase orders, and how many lines wait."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.model.purchase import PurchaseOrder, Purchases

Column = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Movements:
    """Changes of stocks that no arriving line caused itself: landings, clearing, cancellations.

    In order of time, then of stock, then in sequence. time: days; stock: index; on_hand and backlog: change in units.
    """

    time: Column
    stock: NDArray[np.int32]
    on_hand: Column
    backlog: Column


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
        self.batches: list[Purchases] = []
        """Purchase orders that were placed, and landed, in a free run."""
        self._landings: list[Movements] = []
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

    def land(self, time: Column, stock: NDArray[np.int32], taken_in: Column, given_out: Column) -> None:
        """Note landings of a free run: units that came, and of these the units that went to waiting lines."""
        served = given_out > 0.0
        place = np.arange(len(time)) + np.cumsum(served) - served
        rows = len(time) + int(served.sum())
        on_hand, backlog = np.zeros(rows), np.zeros(rows)
        on_hand[place] = taken_in
        on_hand[place[served] + 1] = backlog[place[served] + 1] = -given_out[served]
        if served.any():
            time, stock = np.repeat(time, 1 + served), np.repeat(stock, 1 + served)
        self._landings.append(Movements(time, stock, on_hand, backlog))

    def movements(self) -> Movements:
        """All that was noted."""
        single = Movements(
            time=np.array(self.time, dtype=np.float64),
            stock=np.array(self.stock, dtype=np.int32),
            on_hand=np.array(self.on_hand, dtype=np.float64),
            backlog=np.array(self.backlog, dtype=np.float64),
        )
        parts = [*self._landings, single]
        time, stock, on_hand, backlog = (
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("time", "stock", "on_hand", "backlog")
        )
        if np.all(time[1:] >= time[:-1]) and np.all((time[1:] > time[:-1]) | (stock[1:] >= stock[:-1])):
            return Movements(time, stock, on_hand, backlog)
        sequence = np.lexsort((stock, time))
        return Movements(time[sequence], stock[sequence], on_hand[sequence], backlog[sequence])

    def wait_all(self, ordered: Column, change: int) -> None:
        """Many lines begin to wait (1) or end to (-1), ordered at these times; nobody watches."""
        self.waiting += change * len(ordered)
        self.open += change * int(np.count_nonzero((ordered >= self.warm_up) & (ordered < self.horizon)))

    def wait(self, ordered: float, change: int) -> None:
        """A line ordered then begins to wait (1) or ends to (-1)."""
        self.waiting += change
        if self.warm_up <= ordered < self.horizon:
            self.open += change
        if self.watch is not None:
            self.watch(self.waiting)
