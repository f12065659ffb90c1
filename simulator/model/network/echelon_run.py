"""Stocks of one echelon in a whole run by arithmetic: demand, purchase orders, shipments and landings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulator.model.records.ledger import Ledger, StockMovements
from simulator.model.records.line_table import LineTable
from simulator.model.shortcuts.bulk_purchases import BulkPurchases
from simulator.model.shortcuts.cumulative_run import CumulativeRun
from simulator.model.shortcuts.cumulative_supply import CumulativeSupply, WaitingUnits
from simulator.model.shortcuts.stock_plans import StartLevels
from simulator.model.supply.purchase_order import PurchaseColumns
from simulator.orders.line_columns import ranges
from simulator.values.arrays import Floats, Integers


class Shipments(NamedTuple):
    """Shipments to other warehouses.

    Attributes:
        order: index of the purchase order among all orders of the run.
        time: time at which it leaves, days.
        stock: number of the stock that ships.
        units: of each.
        level: index of the supply level whose landing brought the units; the number of levels for units that were on
            hand when they were ordered.
    """

    order: Integers
    time: Floats
    stock: NDArray[np.int32]
    units: Floats
    level: Integers


class RunOrders(NamedTuple):
    """Purchase orders of a run.

    Attributes:
        stock: number of the stock that orders.
        number: of the order within its stock.
        placed: time, days.
        units: of each.
    """

    stock: Integers
    number: Integers
    placed: Floats
    units: Floats

    @classmethod
    def of(cls, echelons: Sequence[EchelonRun]) -> RunOrders:
        """Join the purchase orders of echelons, one after the other."""
        parts = [echelon.orders for echelon in echelons]
        return cls(
            np.concatenate([part.stock for part in parts]),
            np.concatenate([part.number for part in parts]),
            np.concatenate([part.placed for part in parts]),
            np.concatenate([part.units for part in parts]),
        )


@dataclass(frozen=True, slots=True)
class InternalDemand:
    """Purchase orders as lines of the stocks that ship them, see `Demand`.

    Attributes:
        order: index of each among all orders of the run.
    """

    bounds: list[int]
    time: Floats
    quantity: Floats
    cumulative: Floats
    order: Integers

    @classmethod
    def of(cls, orders: RunOrders, senders: Integers) -> InternalDemand:
        """Sort purchase orders by the stock that ships them, then by time.

        Args:
            orders: purchase orders; those from suppliers are left out.
            senders: stock in another warehouse from which each stock orders, -1 for a supplier.
        """
        sender = senders[orders.stock]
        sequence = np.lexsort((orders.placed, sender))
        sequence = sequence[np.searchsorted(sender[sequence], 0) :]
        quantity = orders.units[sequence]
        bounds = np.searchsorted(sender[sequence], np.arange(len(senders) + 1)).tolist()
        return cls(bounds, orders.placed[sequence], quantity, np.cumsum(quantity), sequence)

    def completed(self, units: Floats) -> Integers:
        """Count the lines complete with ``units``, counted like `cumulative`: intp[units]."""
        return np.searchsorted(self.cumulative, units, side="right")

    @property
    def tied(self) -> bool:
        """True if a stock gets two orders at one instant, which it serves together."""
        same = np.flatnonzero(self.time[1:] == self.time[:-1]) + 1
        return bool(len(np.setdiff1d(same, self.bounds)))


class EchelonRun:
    """Stocks of one echelon with all that is asked of them, and all that they order and get.

    Attributes:
        stocks: number of each.
        demand: lines of customers, or purchase orders of other warehouses.
        purchases: shipments of the orders that follow from it.
        supply: cumulative supply by their landings.
        waits: lines that wait.
    """

    purchases: PurchaseColumns
    supply: CumulativeSupply
    waits: WaitingUnits

    def __init__(
        self,
        demand: LineTable | InternalDemand,
        bulk_purchases: BulkPurchases,
        starts: Sequence[StartLevels],
        until: float,
    ) -> None:
        """Let the stocks order what the demand before ``until`` (days) calls for.

        Args:
            demand: of all stocks.
            bulk_purchases: routes of the stocks.
            starts: start of each stock.
            until: end of the run, days.
        """
        self.stocks = bulk_purchases.stocks
        self.demand = demand
        self._bulk_purchases = bulk_purchases
        self._run = CumulativeRun(demand, bulk_purchases, starts)
        self._until = until
        self._stop = self._run.lines_before(until)
        self._placed = self._run.placed(self._stop)

    @property
    def orders(self) -> RunOrders:
        """Purchase orders, stock after stock."""
        by_stock, of, placed, units = self._placed
        return RunOrders(self.stocks[of], ranges(np.zeros_like(by_stock), by_stock), placed, units)

    def take_in(self, order: Integers, leaves: Floats, units: Floats) -> bool:
        """Let shipments of the orders land, and return True if none lands when it leaves.

        Args:
            order: index of the order of each shipment.
            leaves: time, days.
            units: of each.
        """
        sequence = np.lexsort((leaves, order))
        order, leaves, units = order[sequence], leaves[sequence], units[sequence]
        of, part = self._placed.of[order], np.arange(len(order)) - np.searchsorted(order, order)
        purchases = self._bulk_purchases.shipped(of, self.orders.number[order], part, leaves, units)
        if np.any(purchases.received <= leaves):
            return False
        self.purchases = replace(purchases, placed=self._placed.placed[order])
        stocks = len(self.stocks)
        count, now = np.bincount(of, minlength=stocks), np.full(stocks, self._until)
        self.supply = self._run.landed(self.purchases, count, of, now)
        self.waits = self._run.waits(self.supply, self._stop)
        return True

    def shipments(self) -> Shipments:
        """Return the shipments of the purchase orders that are its demand, in the sequence in which they leave."""
        demand, supply, waits, run = self.demand, self.supply, self.waits, self._run
        assert isinstance(demand, InternalDemand)
        at_once = np.array(demand.quantity)
        at_once[waits.line] = run.on_arrival(supply, waits)
        portions = run.portions(supply, waits, at_once[waits.line])
        lines = run.lines(self._stop)
        lines = lines[at_once[lines] > 0.0]
        line = np.concatenate((lines, waits.line[portions.waiting]))
        time = np.concatenate((demand.time[lines], supply.when[portions.level]))
        units = np.concatenate((at_once[lines], portions.units))
        level = np.concatenate((np.full(len(lines), len(supply.level)), portions.level))
        sequence = np.lexsort((line, level, time))
        line = line[sequence]
        stock = np.searchsorted(demand.bounds, line, side="right") - 1
        return Shipments(
            demand.order[line], time[sequence], stock.astype(np.int32), units[sequence], level[sequence]
        )

    def write(self, table: LineTable) -> None:
        """Write the outcome of the customers' lines into their table."""
        self._run.write(table, self.supply, self.waits, self._stop)

    def record(self, ledger: Ledger, shipments: Shipments | None) -> None:
        """Record purchase orders, landings, and the shipments to other warehouses."""
        supply = self.supply
        ledger.batches.append(self.purchases)
        stock = self.stocks[supply.stock].astype(np.int32)
        if shipments is None:
            ledger.land(supply.time, stock, supply.quantity, self._run.given_out(supply, self.waits))
            return
        landings = np.flatnonzero(~np.isneginf(supply.when))
        time = np.concatenate((supply.time, shipments.time))
        stock = np.concatenate((stock, shipments.stock))
        on_hand = np.concatenate((supply.quantity, -shipments.units))
        sequence = np.lexsort((np.concatenate((landings, shipments.level)), stock, time))
        moved = StockMovements(time[sequence], stock[sequence], on_hand[sequence], np.zeros(len(time)))
        ledger.moved.append(moved)
