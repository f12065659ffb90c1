"""What every order line is drawn from: the scenario, the numbers of its names, and the random streams."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from simulator.orders.codes import Codes
from simulator.orders.deferred import Deferred
from simulator.orders.lines import ByStream, Column
from simulator.orders.streams import Streams, Uniform
from simulator.scenario.network import Warehouse
from simulator.scenario.scenario import Scenario

Counts = NDArray[np.intp]


class Law(Protocol):
    """What a column is drawn from: any distribution, or one of the laws below."""

    @property
    def mean(self) -> float:
        """Expected value."""
        ...

    @property
    def variance(self) -> float:
        """Variance; 0 for a constant."""
        ...

    def sample(self, rng: np.random.Generator, n: int, /) -> NDArray[np.float64]:
        """Draw ``n`` values."""
        ...


@dataclass(frozen=True, slots=True)
class Always:
    """One value, which need not be finite."""

    mean: float
    variance: float = 0.0

    def sample(self, rng: np.random.Generator, n: int, /) -> NDArray[np.float64]:  # noqa: ARG002 - nothing is random
        """The value ``n`` times."""
        return np.full(n, self.mean)


_FOR_EVER, _NOTHING, _UNIFORM = Always(math.inf), Always(0.0), Uniform()


@dataclass(frozen=True, slots=True)
class Market:
    """A scenario with its codes and the random streams of one replication."""

    scenario: Scenario
    codes: Codes
    streams: Streams

    def warehouse_serving(self, region: int) -> Warehouse:
        """The warehouse that serves the region of that number."""
        return self.scenario.warehouses[tuple(self.codes.warehouses)[self.codes.serving[region]]]

    def drawn(self, laws: Sequence[Law], names: Sequence[str], counts: Counts) -> Column:
        """Draw from each of the named streams as many values as ``counts`` says, each by its own law.

        What is constant in a stream takes no random numbers.
        """
        constant = {id(law): law.mean if law.variance == 0.0 else math.nan for law in laws}
        values = np.array([constant[id(law)] for law in laws])
        random: list[int] = np.flatnonzero(np.isnan(values)).tolist()
        if not random:
            return ByStream(values)
        generators = self.streams.generators([names[k] for k in random])
        pieces: list[NDArray[np.float64]] = [
            np.full(n, value) for n, value in zip(counts, values, strict=True)
        ]
        for k, generator in zip(random, generators, strict=True):
            pieces[k] = laws[k].sample(generator, int(counts[k]))
        return pieces[0] if len(pieces) == 1 else np.concatenate(pieces)

    def sampled(self, law: Law, name: str, n: int) -> NDArray[np.float64]:
        """The same from one stream, in every row."""
        column = self.drawn([law], [name], np.array([n]))
        return np.repeat(column.values, n) if isinstance(column, ByStream) else np.asarray(column)

    def uniforms(self, names: Sequence[str], counts: Counts) -> NDArray[np.float64]:
        """Numbers from [0, 1), so many from each of the named streams."""
        return np.asarray(self.drawn([_UNIFORM] * len(names), names, counts))

    def chance(self, names: Sequence[str], counts: Counts) -> Deferred:
        """A uniform number of its own for each line, from the streams ``name/chance``."""
        return Deferred(lambda: self.streams.uniforms([f"{name}/chance" for name in names], counts))

    def patience(self, segment: str) -> Law:
        """Days that a customer waits; infinite where patience is not limited."""
        return self.scenario.customers[segment].patience or _FOR_EVER

    def tolerance(self, segment: str) -> Law:
        """Longest wait in days that a customer accepts when shown one, infinite if any."""
        return self.scenario.customers[segment].tolerance or _FOR_EVER

    def willing(self, segment: str) -> Law:
        """Uniform numbers; 0 where all customers of the segment or none accept a backorder."""
        return _UNIFORM if 0.0 < self.scenario.customers[segment].will_wait < 1.0 else _NOTHING
