"""Costs of purchase orders, by source of a stock: goods, ordering, freight, expediting and production."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from simulator.metrics.goods.supply import PurchaseFigures
from simulator.metrics.grouping import Sources, StockColumns, Sums
from simulator.values.arrays import Floats

if TYPE_CHECKING:
    from simulator.model.world import Record

_HOURS: Final = 24.0
"""Hours of a day."""


def purchase_costs(record: Record, assortment: StockColumns, figures: PurchaseFigures) -> dict[str, Floats]:
    """Compute the costs of purchase orders, by source of a stock: money, float64[sources] each.

    Args:
        record: outcome of a replication.
        assortment: scenario data by stock.
        figures: sums over its purchase orders.
    """
    sources, sums = assortment.sources, figures.sums
    cost = assortment.of_product("cost")[sources.stock]
    order_cost = np.array([prices.order_cost for prices in sources.prices], np.float64)[sources.pair]
    # goods from another warehouse are paid already
    standard = np.where(sources.internal, 0.0, sums["received_units"] * cost)
    paid = _purchase_cost(record, assortment, figures, standard)
    return {
        "purchase_cost": paid,
        "price_variance": paid - standard,
        "ordering_cost": sums["purchase_orders"] * order_cost,
        "customs_cost": _customs(
            sources, sums, np.where(sources.internal, sums["received_units"] * cost, paid)
        ),
        "freight_cost": _freight(record, sources, figures),
        **_expediting(record, sources, sums),
        "production_cost": _wages(record, sources, figures),
    }


def _purchase_cost(
    record: Record, assortment: StockColumns, figures: PurchaseFigures, standard: Floats
) -> Floats:
    """Compute the price paid for the units landed in the window; ``standard`` is their cost in ``products``."""
    suppliers, sources = record.scenario.suppliers, assortment.sources
    if all(one.price is None and not one.discounts and not one.price_changes for one in suppliers.values()):
        return standard
    names, product = record.book.products, assortment.product[sources.stock]
    listed = np.array(
        [sources.prices[pair].list_price(names[k]) for pair, k in zip(sources.pair, product, strict=True)],
        np.float64,
    )
    orders = figures.purchases
    factor, pair = np.ones(len(orders)), sources.pair[figures.source]
    shipped = orders.quantity + orders.cancelled + orders.defects
    order = np.cumsum(orders.part == 0) - 1  # the shipments of an order follow each other
    units = np.bincount(order, shipped)[order]
    for k, prices in enumerate(sources.prices):
        chosen = pair == k
        factor[chosen] = prices.factors(units[chosen], orders.placed[chosen])
    return figures.landed(orders.quantity * factor * np.where(sources.internal, 0.0, listed)[figures.source])


def _customs(sources: Sources, sums: Sums, paid: Floats) -> Floats:
    """Compute duty and brokerage of the units landed in the window; ``paid`` is the value of the goods."""
    offices = [prices.customs for prices in sources.prices]
    duty = np.array([0.0 if office is None else office.duty for office in offices], np.float64)
    fee = np.array([0.0 if office is None else office.brokerage for office in offices], np.float64)
    cost: Floats = paid * duty[sources.pair] + sums["receipts"] * fee[sources.pair]
    return cost


def _freight(record: Record, sources: Sources, figures: PurchaseFigures) -> Floats:
    """Compute the freight of the purchase orders placed in the window, each shipment by itself."""
    if all(lane.freight is None for lane in record.scenario.lanes):
        return np.zeros(len(sources.stock))
    orders, pair = figures.purchases, sources.pair[figures.source]
    cost, sent = np.zeros(len(orders)), orders.quantity + orders.defects
    if record.scenario.depots:  # what waits in another warehouse is not on its way
        sent = np.where(sources.internal[figures.source] & np.isnan(orders.passed["produced"]), 0.0, sent)
    for k, prices in enumerate(sources.prices):
        chosen = (pair == k) & (sent > 0)
        cost[chosen] = prices.freights(sent[chosen])
    return figures.placed(cost)


def _expediting(record: Record, sources: Sources, sums: Sums) -> dict[str, Floats]:
    """Compute fees, purchase orders and units of expediting in the window."""
    rule = record.scenario.policies.expediting
    expedited = np.array([prices.source.expedited for prices in sources.prices], np.bool_)[sources.pair]
    orders, units = (np.where(expedited, sums[name], 0.0) for name in ("purchase_orders", "purchase_units"))
    fees = np.zeros(len(orders)) if rule is None else rule.order_fee * orders + rule.unit_fee * units
    return {"expediting_cost": fees, "expedited_orders": orders, "expedited_units": units}


def _wages(record: Record, sources: Sources, figures: PurchaseFigures) -> Floats:
    """Compute the wages of the production lines for purchase orders placed in the window."""
    shops = (record.scenario.seller(prices.source.supplier).workshop for prices in sources.prices)
    hourly = np.array([0.0 if shop is None else shop.wage for shop in shops], np.float64)
    if not hourly.any():
        return np.zeros(len(sources.stock))
    return figures.placed(figures.purchases.work * _HOURS) * hourly[sources.pair]
