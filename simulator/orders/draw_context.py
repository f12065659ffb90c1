"""Context for drawing order lines: a scenario, its codes and the random streams of the columns."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from simulator.orders.arrivals.arrival_times import ArrivalSpan
from simulator.orders.codes import Codes
from simulator.orders.line_columns import Column, StreamColumn
from simulator.orders.random.streams import Streams, UniformLaw
from simulator.scenario.scenario import Scenario
from simulator.values.arrays import Floats, Integers
from simulator.values.deferred_columns import Deferred


class DrawnLaw(Protocol):
    """Law of a column: a distribution of the scenario, a constant or a uniform law."""

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
class CertainLaw:
    """Constant law; the value may be infinite."""

    mean: float
    variance: float = 0.0

    def sample(self, rng: np.random.Generator, n: int, /) -> NDArray[np.float64]:  # noqa: ARG002 - nothing is random
        """Repeat the value ``n`` times."""
        return np.full(n, self.mean)


_UNLIMITED, _ZERO, _UNIFORM = CertainLaw(math.inf), CertainLaw(0.0), UniformLaw()


@dataclass(frozen=True, slots=True)
class DrawContext:
    """Scenario, its codes, the random streams of one replication, and the span of days to draw orders for."""

    scenario: Scenario
    codes: Codes
    streams: Streams
    span: ArrivalSpan

    def drawn(
        self,
        column: str,
        laws: Sequence[DrawnLaw],
        which: NDArray[np.integer],
        names: Sequence[str],
        counts: Integers,
    ) -> Column:
        """Draw a column from the random streams ``name/column``. Constant laws take no random numbers.

        Args:
            column: last part of the stream names.
            laws: laws to draw from.
            which: index of the law of each stream: intp[streams].
            names: names of the streams, without their last part.
            counts: count of values to draw from each stream: intp[streams].

        Returns:
            One value per stream if all laws are constant, else one per row.
        """
        constant = np.array([law.mean if law.variance == 0.0 else math.nan for law in laws])[which]
        random: list[int] = np.flatnonzero(np.isnan(constant)).tolist()
        if not random:
            return StreamColumn(constant)
        generators = self.streams.generators([f"{names[k]}/{column}" for k in random])
        values, end = np.repeat(constant, counts), np.cumsum(counts)
        for k, generator in zip(random, generators, strict=True):
            values[end[k] - counts[k] : end[k]] = laws[which[k]].sample(generator, int(counts[k]))
        return values

    def sampled(self, column: str, law: DrawnLaw, name: str, n: int) -> NDArray[np.float64]:
        """Draw ``n`` values of one law from the random stream ``name/column``: float64[n]."""
        values = self.drawn(column, [law], np.zeros(1, np.intp), [name], np.array([n]))
        return np.repeat(values.values, n) if isinstance(values, StreamColumn) else np.asarray(values)

    def uniforms(self, column: str, names: Sequence[str], counts: Integers) -> NDArray[np.float64]:
        """Draw ``counts`` uniform numbers from each stream ``name/column``: float64[sum of counts]."""
        return np.asarray(self.drawn(column, [_UNIFORM], np.zeros(len(names), np.intp), names, counts))

    def chance(self, names: Sequence[str], counts: Integers) -> Deferred[Floats]:
        """Return ``counts`` uniform numbers from each stream ``name/chance`` as a deferred column."""
        return self.streams.uniforms_to_come([f"{name}/chance" for name in names], counts)

    def patience(self, segment: str) -> DrawnLaw:
        """Return the law of the days a customer waits; infinite if patience is not limited."""
        return self.scenario.customers[segment].patience or _UNLIMITED

    def tolerance(self, segment: str) -> DrawnLaw:
        """Return the law of the longest quoted wait (days) a customer accepts; infinite if not limited."""
        return self.scenario.customers[segment].tolerance or _UNLIMITED

    def work(self, product: str, segment: str) -> DrawnLaw:
        """Return the law of the days of work on a unit of a line that is made to order; 0 if none ever is."""
        made = self.scenario.products[product].made
        return _ZERO if made is None else made.time_of(segment)

    def deliveries(self, regions: Sequence[int]) -> list[DrawnLaw]:
        """Return the laws of the days to the customers of regions, by code, from the warehouses they belong to."""
        names, sites = list(self.codes.regions), list(self.scenario.warehouses.values())
        return [sites[self.codes.serving[region]].delivery_to(names[region]) for region in regions]

    def willing(self, segment: str) -> DrawnLaw:
        """Return the law of willingness: uniform, or 0 if ``will_wait`` of the segment is 0 or 1.

        No random number is needed if no customer accepts a backorder or every customer does.
        """
        return _UNIFORM if 0.0 < self.scenario.customers[segment].will_wait < 1.0 else _ZERO
