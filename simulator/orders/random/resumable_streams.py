"""Resumable random streams, for long runs that are drawn piece by piece."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from simulator.orders.random.streams import Draws, SampledLaw, Streams
from simulator.values.arrays import Floats
from simulator.values.deferred_columns import Deferred

_SMALLEST_BLOCK, _LARGEST_BLOCK = 8, 65_536


class ResumableStreams(Streams):
    """Streams of a replication that continue where they were last used.

    The pieces together equal the numbers that `Streams` gives at once.
    """

    __slots__ = ("_generators", "_given")

    def __init__(self, seed: int, replication: int) -> None:
        super().__init__(seed, replication)
        self._generators: dict[str, np.random.Generator] = {}
        self._given: dict[str, int] = {}

    def generators(self, names: Sequence[str]) -> Iterator[np.random.Generator]:
        """Yield the generator of each stream, at the position it has reached."""
        new = [name for name in names if name not in self._generators]
        self._generators |= zip(new, super().generators(new), strict=True)
        return (self._generators[name] for name in names)

    def uniforms_to_come(self, names: Sequence[str], counts: NDArray[np.intp]) -> Deferred[Floats]:
        """Return the next ``counts`` uniform numbers of each stream as a deferred column.

        Later calls skip these numbers even if they are never computed.
        """
        before = np.array([self._given.get(name, 0) for name in names], np.intp)
        self._given |= zip(names, (before + counts).tolist(), strict=True)
        return Deferred(lambda: self.uniforms(names, counts, before))


class ResumedDraws(Streams):
    """Streams of a replication whose indexed draws are shared by all readers of one name.

    Each draw must be read once, in sequence, unless the law is constant: stocks share the draws of a constant
    delay, and read them at numbers of their own.
    """

    __slots__ = ("_draws",)

    def __init__(self, seed: int, replication: int) -> None:
        super().__init__(seed, replication)
        self._draws: dict[str, Draws] = {}

    def draws(self, distribution: SampledLaw, name: str) -> Draws:
        """Return the draws of ``distribution`` from the stream ``name``; the same object at every call."""
        if name not in self._draws:
            kind = Draws if distribution.variance == 0.0 else LatestDraws
            self._draws[name] = kind(distribution, lambda: self.generator(name))
        return self._draws[name]


class LatestDraws(Draws):
    """Draws by index that keep only the latest block, because each draw is read once and in sequence."""

    __slots__ = ("_first",)

    def __init__(self, distribution: SampledLaw, begin: Callable[[], np.random.Generator]) -> None:
        super().__init__(distribution, begin)
        self._first = 0
        """Index of the first value kept."""

    def __getitem__(self, n: int) -> float:
        if n >= self._first + len(self._elements):
            self._reach(n + 1)
        value: float = self._elements[n - self._first]
        return value

    def _reach(self, n: int) -> None:
        """Draw blocks until value ``n - 1`` is kept."""
        if self._generator is None:
            self._generator = self._begin()
        known = self._first + len(self._values)
        size = min(max(_SMALLEST_BLOCK, 2 * len(self._values)), _LARGEST_BLOCK)
        while known < n:
            self._first, self._values = known, self.distribution.sample(self._generator, size)
            known += size
        self._elements = self._values.data
