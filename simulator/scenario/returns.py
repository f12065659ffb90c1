"""Returns taken off earlier sales."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True)
class Netted:
    """Sales after returns.

    Attributes:
        quantity: units of each row that stay sold; 0 for returns.
        returned: units that were taken off sales.
        unmatched: units of returns without an earlier sale.
    """

    quantity: Floats
    returned: float
    unmatched: float


def netted(time: Floats, order: Codes, product: Codes, customer: Codes | None, quantity: Floats) -> Netted:
    """Take each return off sales of its product that are not later: those of its order, else of its customer.

    The latest such sale first. Returns are taken in order of time.

    Args:
        time: days of each row.
        order: number of the order of each row.
        product: number of the product of each row.
        customer: number of the customer of each row, -1 if there is none; ``None`` if nobody knows.
        quantity: units; returns are negative.
    """
    back = np.flatnonzero(quantity < 0)
    keys = [order] if customer is None else [order, customer]
    wanted = [{(int(key[k]), int(product[k])) for k in back if key[k] >= 0} for key in keys]
    sales: list[dict[tuple[int, int], list[int]]] = [defaultdict(list) for _ in keys]
    concerned = np.flatnonzero((quantity > 0) & np.isin(product, product[back]))
    for k in concerned[np.argsort(time[concerned], kind="stable")].tolist():
        for key, some, known in zip(keys, wanted, sales, strict=True):
            place = int(key[k]), int(product[k])
            if place in some:
                known[place].append(k)
    left = np.where(quantity > 0, quantity, 0.0)
    unmatched = 0.0
    for k in back[np.argsort(time[back], kind="stable")].tolist():
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
