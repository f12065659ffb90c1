"""What a stock needs so that its opening is arithmetic, and what has become of it when that is over."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.model.lines import LineTable
from simulator.model.purchase import Purchases
from simulator.model.route import Route
from simulator.policies.replenishment import ReplenishmentPolicy

Column = NDArray[np.float64]
Places = NDArray[np.intp]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Start:
    """A stock whose opening is arithmetic.

    on_hand: units; first_order: units ordered at once; level, batch: whenever the position is at or below the level,
    so many units are ordered, 0 for what the line asked for.
    """

    stock: int
    route: Route
    on_hand: float
    first_order: float
    level: float
    batch: float


def start(
    table: LineTable, stock: int, route: Route, policy: ReplenishmentPolicy, on_hand: float, *, split: bool
) -> Start | None:
    """How the stock starts, or ``None`` where there is more to it than arithmetic."""
    largest = table.largest(stock)
    rule = policy.batch(largest)
    if rule is None or policy.on_cancel != "keep" or not route.independent:
        return None
    if not table.simple(stock) or not (split or largest == 1.0):
        return None
    level, batch = float(math.floor(rule[0])), rule[1]
    first_order = policy.quantity(on_hand)
    first_order = route.round_up(first_order) if first_order > 0.0 else 0.0
    if batch == 0.0:
        if route.round_up(1.0) != 1.0 or on_hand + first_order != rule[0]:
            return None
    else:
        batch = route.round_up(batch)
    if not all(units.is_integer() for units in (float(on_hand), float(first_order), float(batch))):
        return None
    return Start(stock, route, on_hand, first_order, level, batch)


@dataclass(frozen=True, slots=True)
class Opening:
    """What has happened when the free runs are over.

    By stock (n[stocks], those that took part): stop: first line that is not part of it; on_hand, position, backlog:
    units then; orders: purchase orders placed.
    purchases: all that were placed, in sequence; landed: whether each has come. time, stock, taken_in, given_out: of
    each landing, units that came and units that went to waiting lines. waiting: lines that wait then.
    """

    stocks: Places
    stop: Places
    on_hand: Column
    position: Column
    backlog: Column
    orders: Places
    purchases: Purchases
    landed: Flags
    time: Column
    stock: NDArray[np.int32]
    taken_in: Column
    given_out: Column
    waiting: Places
