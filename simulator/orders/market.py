"""What every order line is drawn from: the scenario, the numbers of its names, and the random streams."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from simulator.orders.arrivals import Span
from simulator.orders.codes import Codes
from simulator.orders.deferred import Deferred
from simulator.orders.lines import ByStream, Column
from simulator.orders.streams import Streams, Uniform
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
    """A scenario with its codes, the random streams of one replication, and the days of which orders are drawn."""

    scenario: Scenario
    codes: Codes
    streams: Streams
    span: Span

    def drawn(
        self,
        column: str,
        laws: Sequence[Law],
        which: NDArray[np.integer],
        names: Sequence[str],
        counts: Counts,
    ) -> Column:
        """Draw from each of the streams ``name/column`` so many values, by the law ``laws[which]``.

        ``which`` and ``counts`` are by stream. What is constant in a stream takes no random numbers.
        """
        constant = np.array([law.mean if law.variance == 0.0 else math.nan for law in laws])[which]
        random: list[int] = np.flatnonzero(np.isnan(constant)).tolist()
        if not random:
            return ByStream(constant)
        generators = self.streams.generators([f"{names[k]}/{column}" for k in random])
        values, end = np.repeat(constant, counts), np.cumsum(counts)
        for k, generator in zip(random, generators, strict=True):
            values[end[k] - counts[k] : end[k]] = laws[which[k]].sample(generator, int(counts[k]))
        return values

    def sampled(self, column: str, law: Law, name: str, n: int) -> NDArray[np.float64]:
        """The same from one stream, in every row."""
        values = self.drawn(column, [law], np.zeros(1, np.intp), [name], np.array([n]))
        return np.repeat(values.values, n) if isinstance(values, ByStream) else np.asarray(values)

    def uniforms(self, column: str, names: Sequence[str], counts: Counts) -> NDArray[np.float64]:
        """Numbers from [0, 1), so many from each of the streams ``name/column``."""
        return np.asarray(self.drawn(column, [_UNIFORM], np.zeros(len(names), np.intp), names, counts))

    def chance(self, names: Sequence[str], counts: Counts) -> Deferred:
        """A uniform number of its own for each line, from the streams ``name/chance``."""
        return self.streams.uniforms_to_come([f"{name}/chance" for name in names], counts)

    def patience(self, segment: str) -> Law:
        """Days that a customer waits; infinite where patience is not limited."""
        return self.scenario.customers[segment].patience or _FOR_EVER

    def tolerance(self, segment: str) -> Law:
        """Longest wait in days that a customer accepts when shown one, infinite if any."""
        return self.scenario.customers[segment].tolerance or _FOR_EVER

    def willing(self, segment: str) -> Law:
        """Uniform numbers; 0 where all customers of the segment or none accept a backorder."""
        return _UNIFORM if 0.0 < self.scenario.customers[segment].will_wait < 1.0 else _NOTHING
