"""A supplier: production lines with one queue, then the lead time to dispatch."""

from __future__ import annotations

import math
from collections.abc import Generator
from typing import Any

import simpy
from simpy.events import Event

from simulator.model.clock import Clock, Phase
from simulator.model.purchase import PurchaseOrder
from simulator.orders.streams import Draws
from simulator.scenario import network


class Workshop:
    """Production lines of a supplier, shared by all that is ordered there, first come first served."""

    def __init__(self, clock: Clock, production: network.Production) -> None:
        self._clock = clock
        self._lines = simpy.Resource(clock, capacity=production.lines)

    def make(self, purchase: PurchaseOrder, duration: float) -> Generator[Event, Any, None]:
        """Part of a SimPy process: wait for a line, then make all units on it.

        ``duration`` is in days for all units ordered; a part that was cancelled in the queue is not made.
        """
        clock = self._clock
        purchase.started = math.nan
        with self._lines.request() as turn:
            yield turn
            if purchase.quantity > 0:
                purchase.started = clock.now
                duration *= purchase.quantity / purchase.ordered
                yield clock.at(clock.now + duration, Phase.RECEIPT, purchase.stock)


def production_time(quantity: float, unit_times: Draws) -> float:
    """Days to make the units of a purchase order one after the other on one line.

    The n-th unit that a stock orders takes the n-th draw; a part of a unit takes its share of one.
    """
    total = 0.0
    while quantity > 0:
        total += unit_times.next() * min(1.0, quantity)
        quantity -= 1.0
    return total
