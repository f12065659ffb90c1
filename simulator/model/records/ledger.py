"""Ledger shared by all stocks of a run: stock movements, purchase orders and the number of waiting lines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.model.supply.purchase_order import PurchaseColumns, PurchaseOrder
from simulator.values.arrays import Floats


@dataclass(frozen=True, slots=True)
class StockMovements:
    """Changes of stocks other than by arriving lines: landings, clearing and cancellations.

    They are sorted by time, then stock, then in the sequence of events.

    Attributes:
        time: days.
        stock: number of the stock.
        on_hand: change of stock on hand, units.
        backlog: change of units waiting.
    """

    time: Floats
    stock: NDArray[np.int32]
    on_hand: Floats
    backlog: Floats


class Ledger:
    """Growing record of movements, purchase orders and the number of waiting lines.

    Attributes:
        warm_up, horizon: begin and end of the measured window, days.
        purchases: purchase orders placed one by one.
        transfers: goods sent sideways, each as an order that is never waited for.
        open: number of waiting lines that were ordered in the measured window.
        waiting: number of all waiting lines.
    """

    def __init__(self, warm_up: float, horizon: float) -> None:
        self.warm_up = warm_up
        self.horizon = horizon
        self._moves: list[tuple[float, int, float, float]] = []
        self.purchases: list[PurchaseOrder] = []
        self.transfers: list[PurchaseOrder] = []
        self.batches: list[PurchaseColumns] = []
        """Purchase orders of free runs, as columns."""
        self.moved: list[StockMovements] = []
        """Movements of free runs, as columns."""
        self.open = 0
        self.waiting = 0
        self.watch: Callable[[int], None] | None = None
        """Called with the number of waiting lines whenever it changes."""

    def move(self, time: float, stock: int, on_hand: float, backlog: float) -> None:
        """Record a movement of one stock.

        Args:
            time: days.
            stock: number of the stock.
            on_hand: change of stock on hand, units.
            backlog: change of units waiting.
        """
        self._moves.append((time, stock, on_hand, backlog))

    def land(self, time: Floats, stock: NDArray[np.int32], taken_in: Floats, given_out: Floats) -> None:
        """Record landings of a free run in bulk.

        Args:
            time: of each landing, days.
            stock: number of the stock of each landing.
            taken_in: units landed.
            given_out: units of these allocated to waiting lines at once.
        """
        served = given_out > 0.0
        place = np.arange(len(time)) + np.cumsum(served) - served
        rows = len(time) + int(served.sum())
        on_hand, backlog = np.zeros(rows), np.zeros(rows)
        on_hand[place] = taken_in
        on_hand[place[served] + 1] = backlog[place[served] + 1] = -given_out[served]
        if served.any():
            time, stock = np.repeat(time, 1 + served), np.repeat(stock, 1 + served)
        self.moved.append(StockMovements(time, stock, on_hand, backlog))

    def movements(self) -> StockMovements:
        """Collect all movements, sorted as `StockMovements`."""
        single = StockMovements(
            *(
                np.array(column, dtype)
                for column, dtype in zip(
                    zip(*self._moves, strict=True) if self._moves else ((),) * 4,
                    (np.float64, np.int32, np.float64, np.float64),
                    strict=True,
                )
            )
        )
        parts = [*self.moved, single]
        time, stock, on_hand, backlog = (
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("time", "stock", "on_hand", "backlog")
        )
        if np.all(time[1:] >= time[:-1]) and np.all((time[1:] > time[:-1]) | (stock[1:] >= stock[:-1])):
            return StockMovements(time, stock, on_hand, backlog)
        sequence = np.lexsort((stock, time))
        return StockMovements(time[sequence], stock[sequence], on_hand[sequence], backlog[sequence])

    def wait_all(self, ordered: Floats, change: int) -> None:
        """Count lines that begin or stop waiting, without a call of `watch`.

        Args:
            ordered: due time of each line, days.
            change: 1 if they begin to wait, -1 if they stop.
        """
        self.waiting += change * len(ordered)
        self.open += change * int(np.count_nonzero((ordered >= self.warm_up) & (ordered < self.horizon)))

    def wait(self, ordered: float, change: int) -> None:
        """Count a line that begins or stops waiting, and call `watch`.

        Args:
            ordered: due time of the line, days.
            change: 1 if it begins to wait, -1 if it stops.
        """
        self.waiting += change
        if self.warm_up <= ordered < self.horizon:
            self.open += change
        if self.watch is not None:
            self.watch(self.waiting)
