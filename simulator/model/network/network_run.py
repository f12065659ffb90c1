"""Whole run of stocks that supply each other, by arithmetic, echelon by echelon.

What a stock orders follows from what is asked of it, whatever it gets. So the purchase orders of the stocks that serve
customers are the demand of those that supply them, and so on up to the suppliers. On the way back the landings of a
stock say when it ships what is ordered from it, and each shipment takes its own time to the stock that ordered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from simulator.model.network.echelon_run import EchelonRun, InternalDemand, RunOrders, Shipments
from simulator.model.network.stock_network import StockNetwork
from simulator.model.records.ledger import Ledger
from simulator.model.records.line_table import LineTable
from simulator.model.shortcuts.bulk_purchases import BulkPurchases
from simulator.model.shortcuts.cumulative_supply import resolved
from simulator.model.shortcuts.stock_plans import StartLevels, StockPlan, all_start_levels
from simulator.model.supply.legs import milestones
from simulator.model.supply.purchase_order import PurchaseOrder
from simulator.orders.order_book import OrderBook
from simulator.orders.random.streams import Streams
from simulator.scenario.scenario import Scenario
from simulator.values.arrays import Integers


@dataclass(frozen=True, slots=True)
class NetworkRun:
    """Outcome of a run.

    Attributes:
        echelons: those that supply no others first.
        shipments: to other warehouses, of the second echelon and each further one.
        orders: all purchase orders, echelon after echelon.
        senders: stock in another warehouse from which each stock orders, -1 for a supplier.
        until: end of the run, days.
    """

    echelons: list[EchelonRun]
    shipments: list[Shipments]
    orders: RunOrders
    senders: Integers
    until: float

    def record(self, ledger: Ledger) -> None:
        """Record all purchase orders and movements."""
        for echelon, shipped in zip(self.echelons, (None, *self.shipments), strict=True):
            echelon.record(ledger, shipped)
        ledger.purchases += self._waiting()

    def _waiting(self) -> list[PurchaseOrder]:
        """Return the rest of each purchase order that another warehouse has not shipped."""
        shipped, parts = np.zeros(len(self.orders.stock)), np.zeros(len(self.orders.stock), np.intp)
        for one in self.shipments:
            shipped += np.bincount(one.order, one.units, len(shipped))
            parts += np.bincount(one.order, minlength=len(parts))
        rows = np.flatnonzero((self.senders[self.orders.stock] >= 0) & (shipped < self.orders.units))
        columns = (*self.orders[:3], self.orders.units - shipped, parts)
        passed = len(milestones())
        return [
            PurchaseOrder(stock, number, placed, units, part=part, milestones=passed)
            for stock, number, placed, units, part in zip(
                *(one[rows].tolist() for one in columns), strict=True
            )
        ]


def network_run(
    scenario: Scenario,
    book: OrderBook,
    table: LineTable,
    plans: Sequence[StockPlan],
    network: StockNetwork,
    streams: Streams,
) -> NetworkRun | None:
    """Play the whole run of all stocks; write outcomes into the table.

    The run ends when all lines of the measured window are resolved, at the latest with the cool-down.

    Args:
        scenario: scenario to play.
        book: order book.
        table: its lines, at least one.
        plans: plan of each stock.
        network: stocks that supply each other.
        streams: of the replication.

    Returns:
        The outcome. ``None`` if a customer may decline or cancel, if a stock serves both customers and other
        warehouses, if arithmetic cannot play a stock, or if the clock decides what comes first at one instant: a
        purchase order that lands when it leaves, or orders of several warehouses.
    """
    by_echelon = network.by_echelon()
    serving = any(table.bounds[number + 1] > table.bounds[number] for one in by_echelon[1:] for number in one)
    if serving or not (np.all(table.accepts) and table.patient):
        return None
    numbers, senders, split = chain(*by_echelon), network.senders(), scenario.policies.allocation.split
    starts = all_start_levels(numbers, plans, table, senders, split=split)
    if len(starts) < len(plans):
        return None
    routes = [
        BulkPurchases.of(book, {number: starts[number].shared_route for number in one}, streams)
        for one in by_echelon
    ]
    of = np.array([senders.get(number, -1) for number in range(len(plans))], np.intp)
    run = _run_until(scenario.run.end, table, routes, starts, of)
    if run is None:
        return None
    waits, window = run.echelons[0].waits, (scenario.run.warm_up, scenario.run.horizon)
    over = resolved(table.time[waits.line], waits.filled, window, scenario.run.end)
    if over < scenario.run.end:
        run = _run_until(over, table, routes, starts, of)
    if run is not None:
        run.echelons[0].write(table)
    return run


def _run_until(
    until: float,
    table: LineTable,
    routes: Sequence[BulkPurchases],
    starts: Mapping[int, StartLevels],
    senders: Integers,
) -> NetworkRun | None:
    """Play all stocks ``until`` a time (days); see `network_run`."""
    echelons: list[EchelonRun] = []
    for bulk_purchases in routes:
        demand = InternalDemand.of(RunOrders.of(echelons), senders) if echelons else table
        if not len(demand.time) or (isinstance(demand, InternalDemand) and demand.tied):
            return None
        levels = [starts[number] for number in bulk_purchases.stocks.tolist()]
        echelons.append(EchelonRun(demand, bulk_purchases, levels, until))
    orders = RunOrders.of(echelons)
    first = np.cumsum([0, *(len(echelon.orders.stock) for echelon in echelons)]).tolist()
    shipments: list[Shipments] = []
    for k, echelon in reversed(list(enumerate(echelons))):
        own = np.arange(first[k], first[k + 1])
        own = own[senders[orders.stock[own]] < 0]
        leaving = [(own, orders.placed[own], orders.units[own])]
        for one in shipments:
            mine = (one.order >= first[k]) & (one.order < first[k + 1])
            leaving.append((one.order[mine], one.time[mine], one.units[mine]))
        order, leaves, units = map(np.concatenate, zip(*leaving, strict=True))
        if not echelon.take_in(order - first[k], leaves, units):
            return None
        if k:
            shipments.insert(0, echelon.shipments())
    return NetworkRun(echelons, shipments, orders, senders, until)
