"""Named random streams: one generator per random quantity, so that none changes another's draws."""

from __future__ import annotations

import hashlib
import struct
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from simulator.orders.random.seeding import source, sources
from simulator.values.arrays import Floats
from simulator.values.deferred_columns import Deferred

SCHEME = "1"
"""Version of the derivation and use of streams. Results of different schemes differ draw by draw."""

_FIRST_BLOCK = 16
_NO_VALUES: NDArray[np.float64] = np.empty(0)


class SampledLaw(Protocol):
    """Law to draw values from. Every distribution of a scenario follows this protocol."""

    @property
    def variance(self) -> float:
        """Variance; 0 only if every draw is the same."""
        ...

    def sample(self, rng: np.random.Generator, n: int, /) -> NDArray[np.float64]:
        """Draw ``n`` values. Drawing n and then m values gives the same numbers as drawing n + m."""
        ...


class UniformLaw:
    """Uniform distribution on [0, 1), for decisions by chance."""

    mean = 1.0 / 2.0
    variance = 1.0 / 12.0

    def sample(self, rng: np.random.Generator, n: int, /) -> NDArray[np.float64]:
        """Draw ``n`` values."""
        return rng.random(n)


class Streams:
    """Random streams of one replication.

    A stream depends only on the seed, the number of the replication and its own name. Adding a product or a
    policy to a scenario therefore never changes the draws of another stream.
    """

    __slots__ = ("replication", "seed")

    def __init__(self, seed: int, replication: int) -> None:
        self.seed = seed
        self.replication = replication

    def generator(self, name: str) -> np.random.Generator:
        """Make a generator at the beginning of the stream ``name``."""
        return np.random.Generator(source(self.seed, self.replication, digest(name)))

    def generators(self, names: Sequence[str]) -> Iterator[np.random.Generator]:
        """Yield a generator at the beginning of each stream."""
        return map(
            np.random.Generator, sources(self.seed, self.replication, [digest(name) for name in names])
        )

    def uniforms(
        self, names: Sequence[str], counts: NDArray[np.intp], given: NDArray[np.intp] | None = None
    ) -> NDArray[np.float64]:
        """Draw uniform numbers in [0, 1) from each stream: float64[sum of counts].

        The k-th number of a stream is a hash of k, the seed, the replication and the stream's name
        (SplitMix64; Steele, Lea & Flood 2014). It needs no generator, and the numbers of all streams are
        computed at once.

        Args:
            names: names of the streams.
            counts: count of numbers to draw from each stream: intp[streams].
            given: count of numbers to skip in each stream, because they were drawn before: intp[streams].
        """
        keys = (f"{self.seed}/{self.replication}/{name}".encode() for name in names)
        own = np.frombuffer(b"".join(hashlib.sha256(key).digest()[:8] for key in keys), ">u8").astype(
            np.uint64
        )
        before = np.cumsum(counts) - counts
        before = (before if given is None else before - given).astype(np.uint64)
        state = np.arange(1, int(counts.sum()) + 1, dtype=np.uint64)
        state *= _GOLDEN
        state += np.repeat(own - before * _GOLDEN, counts)
        return splitmix64(state)

    def uniforms_to_come(self, names: Sequence[str], counts: NDArray[np.intp]) -> Deferred[Floats]:
        """Return the numbers of `uniforms` as a deferred column, computed when read."""
        return Deferred(lambda: self.uniforms(names, counts))

    def draws(self, distribution: SampledLaw, name: str) -> Draws:
        """Return the draws of ``distribution`` from the stream ``name``, by index."""
        return Draws(distribution, lambda: self.generator(name))

    def first(
        self, distribution: SampledLaw, names: Sequence[str], counts: NDArray[np.intp]
    ) -> NDArray[np.float64]:
        """Draw ``counts[k]`` values from the beginning of each stream k: float64[sum of counts]."""
        if distribution.variance == 0.0:  # a constant, the same from any stream
            return distribution.sample(self.generator(names[0]), int(counts.sum()))
        parts = [
            distribution.sample(rng, n)
            for rng, n in zip(self.generators(names), counts.tolist(), strict=True)
        ]
        return parts[0] if len(parts) == 1 else np.concatenate(parts)


class Draws:
    """Draws from a distribution by index, made in blocks as they are read.

    The n-th purchase order of a stock gets the n-th draw under any policy. Two policies that place the same
    n-th purchase order therefore meet the same delay.
    """

    __slots__ = ("_begin", "_elements", "_generator", "_next", "_values", "distribution")

    def __init__(self, distribution: SampledLaw, begin: Callable[[], np.random.Generator]) -> None:
        """Set up without drawing.

        Args:
            distribution: law to draw from.
            begin: function that makes the generator, called when the first draw is read.
        """
        self.distribution = distribution
        self._begin = begin
        self._generator: np.random.Generator | None = None
        self._values = _NO_VALUES
        self._elements = _NO_VALUES.data
        self._next = 0

    def __getitem__(self, n: int) -> float:
        if n >= len(self._elements):
            self._reach(n + 1)
        value: float = self._elements[n]
        return value

    def _reach(self, n: int) -> None:
        """Draw until at least ``n`` values are known."""
        if self._generator is None:
            self._generator = self._begin()
        known = len(self._values)
        more = self.distribution.sample(self._generator, max(_FIRST_BLOCK, known, n - known))
        self._values = np.concatenate((self._values, more))
        self._elements = self._values.data

    def take(self, count: int) -> Floats:
        """Return the next draws, in sequence: float64[count]."""
        first, self._next = self._next, self._next + count
        if self.distribution.variance == 0.0:  # units of one production time, by the ten thousand
            return np.full(count, self[0])
        while self._next > len(self._values):
            self._reach(len(self._values) + 1)  # in the blocks of draws that are read one by one
        return self._values[first : self._next]

    def next(self) -> float:
        """Return the next draw, in sequence."""
        value = self[self._next]
        self._next += 1
        return value


def digest(name: str) -> bytes:
    """Compute the 128-bit digest of a stream's name (SHA-256, truncated)."""
    return hashlib.sha256(name.encode()).digest()[:16]


_64_BITS = 2**64 - 1
GOLDEN = 0x9E3779B97F4A7C15
"""Increment of SplitMix64's state from number to number."""
_GOLDEN = np.uint64(GOLDEN)
_ROUNDS = ((np.uint64(30), np.uint64(0xBF58476D1CE4E5B9)), (np.uint64(27), np.uint64(0x94D049BB133111EB)))
_IN_CACHE = 32_768
"""Count of numbers mixed at once, small enough for the processor's cache to hold them between steps."""


def splitmix64(state: NDArray[np.uint64]) -> NDArray[np.float64]:
    """Compute SplitMix64's output for each state, as uniform numbers: float64 in [0, 1).

    Arithmetic is modulo 2**64. ``state`` is overwritten.
    """
    result = np.empty(len(state))
    shifted = np.empty(min(len(state), _IN_CACHE), np.uint64)
    for first in range(0, len(state), _IN_CACHE):
        part = state[first : first + _IN_CACHE]
        other = shifted[: len(part)]
        for shift, factor in _ROUNDS:
            np.right_shift(part, shift, out=other)
            part ^= other
            part *= factor
        np.right_shift(part, np.uint64(31), out=other)
        part ^= other
        part >>= np.uint64(11)
        np.multiply(part, 2.0**-53, out=result[first : first + _IN_CACHE])
    return result


def mixed_number(state: int) -> float:
    """Compute SplitMix64's output for one state (modulo 2**64), equal to `splitmix64` bit for bit."""
    bits = state & _64_BITS
    bits = ((bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9) & _64_BITS
    bits = ((bits ^ (bits >> 27)) * 0x94D049BB133111EB) & _64_BITS
    return ((bits ^ (bits >> 31)) >> 11) * 2.0**-53


def derived(chance: NDArray[np.float64], name: str) -> NDArray[np.float64]:
    """Derive a further uniform number from each uniform number in ``chance``: float64 in [0, 1).

    The bits of each number are mixed with the digest of ``name``. No stream is used, and the result belongs
    to the order line of the given number, so that nothing else can change it.
    """
    return splitmix64((chance.astype(np.float64).view(np.uint64) ^ np.uint64(_digest_64(name))) + _GOLDEN)


def derived_number(chance: float, name: str) -> float:
    """Derive a further uniform number from one, equal to `derived` bit for bit."""
    bits = int.from_bytes(struct.pack(">d", chance), "big")
    return mixed_number((bits ^ _digest_64(name)) + GOLDEN)


@cache
def _digest_64(name: str) -> int:
    """Return the first 64 bits of the name's digest, as a number."""
    return int.from_bytes(digest(name)[:8], "big")


def stream_name(*parts: str) -> str:
    """Join the parts of a stream's name with slashes, escaping slashes and number signs inside a part.

    >>> stream_name("demand", "headphones", "gold", "eu")
    'demand/headphones/gold/eu'
    >>> stream_name("demand", "9/16 bolt", "gold", "eu")
    'demand/9%2F16 bolt/gold/eu'
    """
    name = "/".join(parts)
    if "%" not in name and "#" not in name and name.count("/") == len(parts) - 1:
        return name
    return "/".join(part.replace("%", "%25").replace("/", "%2F").replace("#", "%23") for part in parts)


def numbered_name(seen: Counter[str], *parts: str) -> str:
    """Join the parts of a stream's name, and append ``#2``, ``#3``, … from its second use on.

    Args:
        seen: count of uses of each name so far; updated.
        parts: parts of the name.

    >>> seen = Counter()
    >>> numbered_name(seen, "demand", "mug"), numbered_name(seen, "demand", "mug")
    ('demand/mug', 'demand/mug#2')
    """
    name = stream_name(*parts)
    number = seen[name] = seen.get(name, 0) + 1
    return name if number == 1 else f"{name}#{number}"
