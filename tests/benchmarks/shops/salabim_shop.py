"""salabim: customers and a supplier as components. A component for each purchase order would cost six times as much."""

from collections import deque
from collections.abc import Generator
from typing import Any

import salabim as sim
from shop import LEAD_TIME, RATE, S, report, timed


def run(orders: int) -> float:
    """Share of the orders that were served at once."""
    environment = sim.Environment(trace=False, random_seed=42, yieldless=False)
    between = sim.Exponential(1 / RATE)
    state = {"net": S, "at_once": 0}
    due: deque[float] = deque()

    class Supplier(sim.Component):
        def process(self) -> Generator[Any, Any, None]:
            while True:
                if not due:
                    yield self.passivate()
                yield self.hold(till=due.popleft())
                state["net"] += 1

    class Customers(sim.Component):
        def process(self) -> Generator[Any, Any, None]:
            for _ in range(orders):
                yield self.hold(between.sample())
                state["at_once"] += state["net"] > 0
                state["net"] -= 1
                due.append(environment.now() + LEAD_TIME)
                if supplier.ispassive():
                    supplier.activate()

    supplier = Supplier()
    Customers()
    environment.run()
    return float(state["at_once"] / orders)


if __name__ == "__main__":
    report(*timed(run))
