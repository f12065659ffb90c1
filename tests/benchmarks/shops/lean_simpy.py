"""Lean SimPy: a process for the customers, and receipts as callbacks of timeouts."""

from collections.abc import Generator
from typing import Any

import simpy
from shop import LEAD_TIME, RATE, S, generator, report, timed


def run(orders: int) -> float:
    """Share of the orders that were served at once."""
    environment, random = simpy.Environment(), generator()
    net = S  # on hand if positive, backorders if negative
    at_once = 0

    def receive(_event: simpy.Event) -> None:
        nonlocal net
        net += 1

    def customers() -> Generator[simpy.Event, Any, None]:
        nonlocal net, at_once
        for gap in random.exponential(1 / RATE, orders).tolist():
            yield environment.timeout(gap)
            at_once += net > 0
            net -= 1
            environment.timeout(LEAD_TIME).callbacks.append(receive)

    environment.process(customers())
    environment.run()
    return at_once / orders


if __name__ == "__main__":
    report(*timed(run))
