"""Named random streams: every random quantity has a generator of its own, so that none moves another."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

SCHEME = "1"
"""Names the way streams are derived and consumed; results of different schemes differ draw by draw."""

_BLOCK = 256


class Sampled(Protocol):
    """Anything that can be drawn from; every distribution of a scenario is."""

    def sample(self, rng: np.random.Generator, n: int, /) -> NDArray[np.float64]:
        """Draw ``n`` values; drawing n and then m gives the same numbers as drawing n + m."""
        ...


class Uniform:
    """The uniform distribution on [0, 1), for decisions by chance."""

    def sample(self, rng: np.random.Generator, n: int, /) -> NDArray[np.float64]:
        """Draw ``n`` values."""
        return rng.random(n)


class Streams:
    """The random streams of one replication.

    A stream depends on the seed, the number of the replication and its own name, and on nothing else: adding
    a product or a policy to a scenario never changes what another stream gives.
    """

    __slots__ = ("replication", "seed")

    def __init__(self, seed: int, replication: int) -> None:
        self.seed = seed
        self.replication = replication

    def generator(self, name: str) -> np.random.Generator:
        """A new generator at the beginning of the stream ``name``.

        The 128-bit digest of the name is part of the spawn key, as NumPy's guide to parallel generation
        recommends for streams that are not numbered.
        """
        digest = int.from_bytes(hashlib.sha256(name.encode()).digest()[:16], "big")
        sequence = np.random.SeedSequence(self.seed, spawn_key=(self.replication, digest))
        return np.random.Generator(np.random.PCG64(sequence))

    def uniforms(self, name: str, n: int) -> NDArray[np.float64]:
        """The first ``n`` uniform numbers of the stream ``name``: float64[n] in [0, 1).

        The k-th is the number k mixed with the stream's own (SplitMix64, Steele, Lea & Flood 2014). That needs no
        generator, whose making takes longer than the drawing where a scenario has many small streams.
        """
        own = hashlib.sha256(f"{self.seed}/{self.replication}/{name}".encode()).digest()[:8]
        return mixed(np.arange(1, n + 1, dtype=np.uint64) * _GOLDEN + np.uint64(int.from_bytes(own, "big")))

    def draws(self, distribution: Sampled, name: str) -> Draws:
        """The values of ``distribution`` that the stream ``name`` gives, by index."""
        return Draws(distribution, self.generator(name))


class Draws:
    """Draws from a distribution by index, made when they are first asked for.

    The n-th purchase order gets the n-th draw whatever the policy, so that two policies that place the same
    n-th order meet the same delay.
    """

    __slots__ = ("_distribution", "_generator", "_next", "_values")

    def __init__(self, distribution: Sampled, generator: np.random.Generator) -> None:
        self._distribution = distribution
        self._generator = generator
        self._values: list[float] = []
        self._next = 0

    def __getitem__(self, n: int) -> float:
        values = self._values
        while n >= len(values):
            values.extend(self._distribution.sample(self._generator, _BLOCK).tolist())
        return values[n]

    def next(self) -> float:
        """The first draw that ``next`` has not given yet."""
        value = self[self._next]
        self._next += 1
        return value


_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


def mixed(state: NDArray[np.uint64]) -> NDArray[np.float64]:
    """SplitMix64's output for each state, as uniform numbers: float64 in [0, 1). Arithmetic is modulo 2**64."""
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    state ^= state >> np.uint64(31)
    return np.asarray((state >> np.uint64(11)) * 2.0**-53)


def derived(chance: NDArray[np.float64], name: str) -> NDArray[np.float64]:
    """Further uniform numbers, one from each of the uniform numbers ``chance``: float64 in [0, 1).

    They belong to what the given numbers belong to (an order line), so that nothing else can move them, and take
    no stream: the bits of a number are mixed with the name's digest.
    """
    digest = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big")
    return mixed((chance.astype(np.float64).view(np.uint64) ^ np.uint64(digest)) + _GOLDEN)


def stream_name(*parts: str) -> str:
    """Join the parts of a stream's name with slashes; a slash or number sign inside a part is escaped.

    >>> stream_name("demand", "headphones", "gold", "eu")
    'demand/headphones/gold/eu'
    >>> stream_name("demand", "9/16 bolt", "gold", "eu")
    'demand/9%2F16 bolt/gold/eu'
    """
    return "/".join(part.replace("%", "%25").replace("/", "%2F").replace("#", "%23") for part in parts)


def numbered_name(seen: Counter[str], *parts: str) -> str:
    """Name of a stream, told apart from the earlier ones with the same parts that ``seen`` has counted.

    >>> seen = Counter()
    >>> numbered_name(seen, "history", "orders.csv"), numbered_name(seen, "history", "orders.csv")
    ('history/orders.csv', 'history/orders.csv#2')
    """
    name = stream_name(*parts)
    seen[name] += 1
    return name if seen[name] == 1 else f"{name}#{seen[name]}"
