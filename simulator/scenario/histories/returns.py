"""Netting of returns: returned units are taken off earlier sales."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.values.arrays import Floats

Codes = NDArray[np.int64]
"""Numbers of the orders, products or customers of rows; -1 for an unknown one."""


@dataclass(frozen=True)
class Netted:
    """Sales after returns.

    Attributes:
        quantity: units of each row that stay sold, 0 for returns; float64 of shape (rows,).
        returned: units taken off sales.
        unmatched: units of returns without an earlier sale.
    """

    quantity: Floats
    returned: float
    unmatched: float


def netted(time: Floats, order: Codes, product: Codes, customer: Codes | None, quantity: Floats) -> Netted:
    """Take returned units off earlier sales of the same product, the latest sale first.

    Sales of the same order come before other sales of the same customer. Returns are processed in order of
    time. All arrays have the shape (rows,).

    Args:
        time: time of each row, in days.
        order: number of the order of each row.
        product: number of the product of each row.
        customer: number of the customer of each row, -1 if unknown; ``None`` if the history names no
            customers.
        quantity: units; returns are negative.
    """
    returns = np.flatnonzero(quantity < 0)
    keys = [order] if customer is None else [order, customer]
    returned_to = [{(int(key[k]), int(product[k])) for k in returns if key[k] >= 0} for key in keys]
    sales: list[dict[tuple[int, int], list[int]]] = [defaultdict(list) for _ in keys]
    candidates = np.flatnonzero((quantity > 0) & np.isin(product, product[returns]))
    for k in candidates[np.argsort(time[candidates], kind="stable")].tolist():
        for key, pairs, known in zip(keys, returned_to, sales, strict=True):
            pair = int(key[k]), int(product[k])
            if pair in pairs:
                known[pair].append(k)
    left = np.where(quantity > 0, quantity, 0.0)
    unmatched = 0.0
    for k in returns[np.argsort(time[returns], kind="stable")].tolist():
        units = -float(quantity[k])
        for key, known in zip(keys, sales, strict=True):
            for sale in reversed(known.get((int(key[k]), int(product[k])), [])):
                if units > 0 and left[sale] > 0 and time[sale] <= time[k]:
                    taken = min(units, float(left[sale]))
                    left[sale] -= taken
                    units -= taken
        unmatched += units
    returned = float(quantity[quantity > 0].sum() - left.sum())
    return Netted(left, returned, unmatched)
