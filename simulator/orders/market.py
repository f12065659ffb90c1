"""What every order line is drawn from: the scenario, the numbers of its names, and the random streams."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.orders.codes import Codes
from simulator.orders.lines import Column
from simulator.orders.streams import Streams
from simulator.scenario.distributions import Distribution
from simulator.scenario.network import Warehouse
from simulator.scenario.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Market:
    """A scenario with its codes and the random streams of one replication."""

    scenario: Scenario
    codes: Codes
    streams: Streams

    def warehouse_serving(self, region: int) -> Warehouse:
        """The warehouse that serves the region of that number."""
        return self.scenario.warehouses[tuple(self.codes.warehouses)[self.codes.serving[region]]]

    def sampled(self, distribution: Distribution, stream: str, n: int) -> Column:
        """Draw ``n`` values from the random stream of that name; one number stands for a constant."""
        if distribution.variance == 0.0:
            return distribution.mean
        return distribution.sample(self.streams.generator(stream), n)

    def uniform(self, stream: str, n: int) -> NDArray[np.float64]:
        """Draw ``n`` numbers from [0, 1)."""
        return self.streams.generator(stream).random(n)

    def chance(self, stream: str, n: int) -> NDArray[np.float64]:
        """A uniform number of its own for each of ``n`` lines, from ``stream/chance``."""
        return self.streams.uniforms(f"{stream}/chance", n)

    def patience(self, segment: str, stream: str, n: int) -> Column:
        """Days that ``n`` customers wait, from ``stream/patience``; infinite where patience is not limited."""
        patience = self.scenario.customers[segment].patience
        return math.inf if patience is None else self.sampled(patience, f"{stream}/patience", n)

    def tolerance(self, segment: str, stream: str, n: int) -> Column:
        """Longest wait in days that ``n`` customers accept when shown one, from ``stream/tolerance``."""
        tolerance = self.scenario.customers[segment].tolerance
        return math.inf if tolerance is None else self.sampled(tolerance, f"{stream}/tolerance", n)

    def willing(self, segment: str, stream: str, n: int) -> Column:
        """Uniform numbers from ``stream/willing``; 0 where all customers or none accept a backorder."""
        will_wait = self.scenario.customers[segment].will_wait
        return self.uniform(f"{stream}/willing", n) if 0.0 < will_wait < 1.0 else 0.0
