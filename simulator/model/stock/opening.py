"""Opening of a run: stocks with goods under way and customers who wait already."""

from __future__ import annotations

import numpy as np

from simulator.model.records.window_handover import Handover, StockState
from simulator.model.shortcuts.stock_plans import StockPlan
from simulator.model.supply.legs import milestones
from simulator.model.supply.purchase_order import PurchaseOrder
from simulator.model.supply.route import SupplyChain
from simulator.orders.order_book import OrderBook, Status
from simulator.scenario.scenario import Scenario
from simulator.scenario.sections.opening import Opening


def opening_handover(
    scenario: Scenario, opening: Opening, book: OrderBook, plans: list[StockPlan], supply: SupplyChain
) -> Handover:
    """Return the state in which a run begins.

    Args:
        scenario: the scenario.
        opening: its opening.
        book: order book, with the lines that wait.
        plans: plan of each stock.
        supply: routes of the stocks.
    """
    purchases = _purchases(scenario, opening, book, supply)
    coming, lacking = np.zeros(len(plans)), np.zeros(len(plans))
    for purchase in purchases:
        coming[purchase.stock] += purchase.quantity
    waits = book.status == np.int8(Status.BACKORDERED)
    np.add.at(lacking, book.drawn_on[waits], book.quantity[waits])
    states = []
    for number, (site, product) in enumerate(book.stocks):
        on_hand = float(plans[number].on_hand)
        position = on_hand + float(coming[number]) - float(lacking[number])
        sources = len(supply.sources(book.warehouses[site], book.products[product]))
        states.append(StockState(on_hand, position, float(lacking[number]), (0,) * sources))
    return Handover(0.0, states, purchases, supply.places)


def _purchases(
    scenario: Scenario, opening: Opening, book: OrderBook, supply: SupplyChain
) -> list[PurchaseOrder]:
    """Make the purchase orders under way, those of stocks that nobody asks for left out."""
    stocks = {
        (book.warehouses[site], book.products[product]): number
        for number, (site, product) in enumerate(book.stocks)
    }
    start, names = scenario.run.start, len(milestones())
    only = next(iter(scenario.warehouses))
    found = []
    # numbers below 0, so that later orders are numbered from 0 as without them
    for number, order in enumerate(opening.purchase_orders, start=-len(opening.purchase_orders)):
        stock = stocks.get((order.warehouse or only, order.product))
        if stock is None:
            continue
        sources = [one.name for one in supply.sources(order.warehouse or only, order.product)]
        purchase = PurchaseOrder(
            stock,
            number,
            float((order.placed - start).days),
            order.units,
            source=0 if order.source is None else sources.index(order.source),
            milestones=names,
        )
        purchase.in_production = True  # it cannot be cancelled any more
        purchase.landing = purchase.confirmed = float((order.lands - start).days)
        found.append(purchase)
    return found
