"""SimPy as tutorials write it: a process for every order and every replenishment, the shelf a container."""

from collections.abc import Generator
from typing import Any

import simpy
from shop import LEAD_TIME, RATE, S, generator, report, timed


def run(orders: int) -> float:
    """Share of the orders that were served at once."""
    environment, random = simpy.Environment(), generator()
    shelf = simpy.Container(environment, init=S)
    waits: list[float] = []

    def customer() -> Generator[simpy.Event, Any, None]:
        came = environment.now
        environment.process(replenishment())
        yield shelf.get(1)
        waits.append(environment.now - came)

    def replenishment() -> Generator[simpy.Event, Any, None]:
        yield environment.timeout(LEAD_TIME)
        yield shelf.put(1)

    def customers() -> Generator[simpy.Event, Any, None]:
        for _ in range(orders):
            yield environment.timeout(random.exponential(1 / RATE))
            environment.process(customer())

    environment.process(customers())
    environment.run()
    return sum(wait == 0 for wait in waits) / orders


if __name__ == "__main__":
    report(*timed(run))
