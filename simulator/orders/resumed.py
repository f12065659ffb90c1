"""Random streams that go on where they were left, so that a long run can be drawn piece by piece."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from simulator.orders.deferred import Deferred
from simulator.orders.streams import Draws, Sampled, Streams

_SMALLEST_BLOCK, _LARGEST_BLOCK = 8, 65_536


class Resumed(Streams):
    """The streams of a replication, each of which begins where it ended the last time it was asked for.

    What they give in all is what `Streams` give at once.
    """

    __slots__ = ("_generators", "_given")

    def __init__(self, seed: int, replication: int) -> None:
        super().__init__(seed, replication)
        self._generators: dict[str, np.random.Generator] = {}
        self._given: dict[str, int] = {}

    def generators(self, names: Sequence[str]) -> Iterator[np.random.Generator]:
        """The generator of each stream, one after the other."""
        new = [name for name in names if name not in self._generators]
        self._generators |= zip(new, super().generators(new), strict=True)
        return (self._generators[name] for name in names)

    def uniforms_to_come(self, names: Sequence[str], counts: NDArray[np.intp]) -> Deferred:
        """So many more uniform numbers of each stream; they count as given, whether or not anybody asks for them."""
        before = np.array([self._given.get(name, 0) for name in names], np.intp)
        self._given |= zip(names, (before + counts).tolist(), strict=True)
        return Deferred(lambda: self.uniforms(names, counts, before))


class ResumedDraws(Streams):
    """The streams of a replication whose draws by index go on, whoever asks for them.

    Each draw is to be asked for once, and in sequence.
    """

    __slots__ = ("_draws",)

    def __init__(self, seed: int, replication: int) -> None:
        super().__init__(seed, replication)
        self._draws: dict[str, Passing] = {}

    def draws(self, distribution: Sampled, name: str) -> Draws:
        """The values of ``distribution`` that the stream ``name`` gives, by index."""
        if name not in self._draws:
            self._draws[name] = Passing(distribution, lambda: self.generator(name))
        return self._draws[name]


class Passing(Draws):
    """Draws by index that are forgotten when later ones are asked for."""

    __slots__ = ("_first",)

    def __init__(self, distribution: Sampled, begin: Callable[[], np.random.Generator]) -> None:
        super().__init__(distribution, begin)
        self._first = 0
        """Index of the first value that is still known."""

    def __getitem__(self, n: int) -> float:
        if n >= self._first + len(self._elements):
            self._reach(n + 1)
        value: float = self._elements[n - self._first]
        return value

    def _reach(self, n: int) -> None:
        """Have value ``n - 1``, and some that come after it."""
        if self._generator is None:
            self._generator = self._begin()
        known = self._first + len(self._values)
        size = min(max(_SMALLEST_BLOCK, 2 * len(self._values)), _LARGEST_BLOCK)
        while known < n:
            self._first, self._values = known, self.distribution.sample(self._generator, size)
            known += size
        self._elements = self._values.data
