"""cimba: a compiled process for the customers, an event for every receipt.

python cimba_shop.py ORDERS [R Q]      left out: base stock one for one, which is (r, Q) = (S - 1, 1)
"""

import sys

import cimba as cb
import numpy as np
from cimba import inputs
from shop import LEAD_TIME, RATE, S, report, timed

REORDER_POINT, BATCH = map(
    int, sys.argv[2:] or (S - 1, 1)
)  # constants of the compiled model, as they are fastest


class Shop(cb.Model):
    """The shop as a compiled model."""

    between: cb.Input[float] = inputs.dist.exponential(mean=1 / RATE)
    net: int = 0
    position: int = 0
    orders: int = 0
    at_once: int = 0
    fill_rate: cb.Output[float]

    @cb.on_start
    def open(self) -> None:
        """A full shelf."""
        self.net = REORDER_POINT + BATCH
        self.position = self.net
        self.orders = 0
        self.at_once = 0

    @cb.event
    def receive(self) -> None:
        """A purchase order arrives."""
        self.net += BATCH

    @cb.process
    def customers(self) -> None:
        """Each takes a unit, or waits for one; at the reorder point a purchase order goes out."""
        while True:
            cb.hold(self.between.next())
            self.orders += 1
            if self.net > 0:
                self.at_once += 1
            self.net -= 1
            self.position -= 1
            if self.position <= REORDER_POINT:
                self.position += BATCH
                cb.schedule(self.receive, LEAD_TIME)

    @cb.on_end
    def close(self) -> None:
        """Share of the orders that were served at once."""
        self.fill_rate = self.at_once / self.orders


def run(orders: int) -> float:
    """Share of the orders that were served at once."""
    model = Shop()
    window = cb.Window(warmup=0, duration=orders / RATE)
    results = cb.Experiment(model, replications=1, window=window, seed=42).run()
    return float(np.mean(results[model].fill_rate))


if __name__ == "__main__":
    report(*timed(run))
