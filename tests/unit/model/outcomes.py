"""Order books whose outcome is written down instead of simulated."""

from dataclasses import fields
from typing import Any

import numpy as np

from simulator.orders.order_book import OrderBook, Status

_TYPES = {"order": np.int32, "product": np.int32, "stock": np.int32, "segment": np.int16, "region": np.int16}
_TYPES |= {"status": np.int8, "revisions": np.int16, "notices": np.int16, "contacts": np.int16}
_TYPES |= {"unanswered": np.int16, "substitute": np.int32, "served_from": np.int16}
_USUAL = {"quantity": 1.0, "price": 10.0, "status": Status.FROM_STOCK}
_UNKNOWN = ("allocated", "cancelled", "shipped", "delivered", "promised", "repromised")
_NAMES = ("products", "segments", "regions", "warehouses")


def book(**columns):
    """A book of one product for one segment; every line is an order of its own unless ``order`` says otherwise.

    Columns are lists, arrays or numbers; what is left out is 0, not known, or a chance.
    """
    size = max(np.size(values) for values in columns.values())
    columns = {"order": np.arange(size), "chance": np.random.default_rng(1).random(size)} | columns
    values: dict[str, Any] = {name: (name,) for name in _NAMES} | {"stocks": ((0, 0),)}
    values |= {"workshops": (), "made": None}
    for field in fields(OrderBook):
        if field.name not in values:
            rule_of = np.nan if field.name in _UNKNOWN else _USUAL.get(field.name, 0)
            column = np.asarray(columns.get(field.name, rule_of), dtype=_TYPES.get(field.name, np.float64))
            values[field.name] = np.broadcast_to(column, size)
    return OrderBook(**(values | {name: columns[name] for name in _NAMES if name in columns}))
