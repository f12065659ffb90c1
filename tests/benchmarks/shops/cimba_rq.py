"""cimba at the same shop with (r, Q) = (54, 200): an event for every purchase order of 200."""

import cimba as cb
import numpy as np
from cimba import inputs
from shop import LEAD_TIME, RATE, Q, R, report, timed


class Shop(cb.Model):
    """The shop as a compiled model."""

    between: cb.Input[float] = inputs.dist.exponential(mean=1 / RATE)
    net: int = 54
    position: int = 54
    orders: int = 0
    at_once: int = 0
    fill_rate: cb.Output[float]

    @cb.on_start
    def open(self) -> None:
        """A full shelf."""
        self.net = 254
        self.position = 254
        self.orders = 0
        self.at_once = 0

    @cb.event
    def receive(self) -> None:
        """A purchase order arrives."""
        self.net += 200

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
            if self.position <= 54:
                self.position += 200
                cb.schedule(self.receive, 5.0)

    @cb.on_end
    def close(self) -> None:
        """Share of the orders that were served at once."""
        self.fill_rate = self.at_once / self.orders


def run(orders: int) -> float:
    """Share of the orders that were served at once."""
    assert (R, Q, LEAD_TIME) == (54, 200, 5.0)  # constants of the compiled model
    model = Shop()
    window = cb.Window(warmup=0, duration=orders / RATE)
    results = cb.Experiment(model, replications=1, window=window, seed=42).run()
    return float(np.mean(results[model].fill_rate))


if __name__ == "__main__":
    report(*timed(run))
