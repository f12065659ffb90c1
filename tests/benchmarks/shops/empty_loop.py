"""A SimPy loop that does nothing but pass from one order to the next."""

from collections.abc import Generator
from typing import Any

import simpy
from shop import report, timed


def run(orders: int) -> float:
    """Nothing is served."""
    environment = simpy.Environment()

    def customers() -> Generator[simpy.Event, Any, None]:
        for _ in range(orders):
            yield environment.timeout(0.5)

    environment.process(customers())
    environment.run()
    return 0.0


if __name__ == "__main__":
    report(*timed(run))
