"""Named random streams: every random quantity has a generator of its own, so that none moves another."""

from __future__ import annotations

import hashlib
import struct
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from simulator.orders.deferred import Deferred
from simulator.orders.seeding import source, sources

SCHEME = "1"
"""Names the way streams are derived and consumed; results of different schemes differ draw by draw."""

_FIRST_BLOCK = 16
_NO_VALUES: NDArray[np.float64] = np.empty(0)


class Sampled(Protocol):
    """Anything that can be drawn from; every distribution of a scenario is."""

    @property
    def variance(self) -> float:
        """0 only if every draw is the same."""
        ...

    def sample(self, rng: np.random.Generator, n: int, /) -> NDArray[np.float64]:
        """Draw ``n`` values; drawing n and then m gives the same numbers as drawing n + m."""
        ...


class Uniform:
    """The uniform distribution on [0, 1), for decisions by chance."""

    mean = 1.0 / 2.0
    variance = 1.0 / 12.0

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
        """A new generator at the beginning of the stream ``name``."""
        return np.random.Generator(source(self.seed, self.replication, digest(name)))

    def generators(self, names: Sequence[str]) -> Iterator[np.random.Generator]:
        """A generator at the beginning of each stream, one after the other."""
        return map(
            np.random.Generator, sources(self.seed, self.replication, [digest(name) for name in names])
        )

    def uniforms(
        self, names: Sequence[str], counts: NDArray[np.intp], given: NDArray[np.intp] | None = None
    ) -> NDArray[np.float64]:
        """The first uniform numbers of each stream, so many as ``counts`` says: float64[sum of counts] in [0, 1).

        ``given``: how many of each to leave out, where they were given before.

        The k-th of a stream is the number k mixed with the stream's own (SplitMix64, Steele, Lea & Flood 2014).
        That needs no generator and takes all streams at once.
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
        return mixed(state)

    def uniforms_to_come(self, names: Sequence[str], counts: NDArray[np.intp]) -> Deferred:
        """The same numbers, worked out when they are first asked for."""
        return Deferred(lambda: self.uniforms(names, counts))

    def draws(self, distribution: Sampled, name: str) -> Draws:
        """The values of ``distribution`` that the stream ``name`` gives, by index."""
        return Draws(distribution, lambda: self.generator(name))

    def first(
        self, distribution: Sampled, names: Sequence[str], counts: NDArray[np.intp]
    ) -> NDArray[np.float64]:
        """The first draws of each stream, so many as ``counts`` says: float64[sum of counts]."""
        if distribution.variance == 0.0:  # then it does not matter which stream gives them
            return distribution.sample(self.generator(names[0]), int(counts.sum()))
        parts = [
            distribution.sample(rng, n)
            for rng, n in zip(self.generators(names), counts.tolist(), strict=True)
        ]
        return parts[0] if len(parts) == 1 else np.concatenate(parts)


class Draws:
    """Draws from a distribution by index, made when they are first asked for.

    The n-th purchase order gets the n-th draw whatever the policy, so that two policies that place the same
    n-th order meet the same delay.
    """

    __slots__ = ("_begin", "_elements", "_generator", "_next", "_values", "distribution")

    def __init__(self, distribution: Sampled, begin: Callable[[], np.random.Generator]) -> None:
        """``begin`` makes the generator, when the first draw is asked for."""
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
        """Have at least ``n`` values."""
        if self._generator is None:
            self._generator = self._begin()
        known = len(self._values)
        more = self.distribution.sample(self._generator, max(_FIRST_BLOCK, known, n - known))
        self._values = np.concatenate((self._values, more))
        self._elements = self._values.data

    def next(self) -> float:
        """The first draw that ``next`` has not given yet."""
        value = self[self._next]
        self._next += 1
        return value


def digest(name: str) -> bytes:
    """128 bits that stand for the name."""
    return hashlib.sha256(name.encode()).digest()[:16]


_64_BITS = 2**64 - 1
GOLDEN = 0x9E3779B97F4A7C15
"""What SplitMix64's state grows by from number to number."""
_GOLDEN = np.uint64(GOLDEN)
_ROUNDS = ((np.uint64(30), np.uint64(0xBF58476D1CE4E5B9)), (np.uint64(27), np.uint64(0x94D049BB133111EB)))
_IN_CACHE = 32_768
"""Numbers that are mixed at once, so that they stay in the processor's cache from step to step."""


def mixed(state: NDArray[np.uint64]) -> NDArray[np.float64]:
    """SplitMix64's output for each state, as uniform numbers: float64 in [0, 1). Arithmetic is modulo 2**64.

    The states are used up.
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
    """SplitMix64's output for one state, the same as in the column; what is beyond 64 bits does not count."""
    bits = state & _64_BITS
    bits = ((bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9) & _64_BITS
    bits = ((bits ^ (bits >> 27)) * 0x94D049BB133111EB) & _64_BITS
    return ((bits ^ (bits >> 31)) >> 11) * 2.0**-53


def derived(chance: NDArray[np.float64], name: str) -> NDArray[np.float64]:
    """Further uniform numbers, one from each of the uniform numbers ``chance``: float64 in [0, 1).

    They belong to what the given numbers belong to (an order line), so that nothing else can move them, and take
    no stream: the bits of a number are mixed with the name's digest.
    """
    return mixed((chance.astype(np.float64).view(np.uint64) ^ np.uint64(_own(name))) + _GOLDEN)


def derived_number(chance: float, name: str) -> float:
    """The further uniform number of one uniform number, the same as in the column."""
    bits = int.from_bytes(struct.pack(">d", chance), "big")
    return mixed_number((bits ^ _own(name)) + GOLDEN)


@cache
def _own(name: str) -> int:
    """64 bits that stand for the name."""
    return int.from_bytes(digest(name)[:8], "big")


def stream_name(*parts: str) -> str:
    """Join the parts of a stream's name with slashes; a slash or number sign inside a part is escaped.

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
    """Name of a stream, told apart from the earlier ones with the same parts that ``seen`` has counted.

    >>> seen = Counter()
    >>> numbered_name(seen, "demand", "mug"), numbered_name(seen, "demand", "mug")
    ('demand/mug', 'demand/mug#2')
    """
    name = stream_name(*parts)
    number = seen[name] = seen.get(name, 0) + 1
    return name if number == 1 else f"{name}#{number}"
