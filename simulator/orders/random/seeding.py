"""Seeds of random streams: those NumPy would give PCG64, computed for many streams at once.

NumPy takes 12 microseconds to seed a generator, longer than most streams take to draw. This module vectorises
the same arithmetic (`numpy.random.SeedSequence`, after O'Neill's `seed_seq_fe`, pcg-random.org 2015). A test
compares the two.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.random.bit_generator import ISeedSequence
from numpy.typing import NDArray

Words = NDArray[np.uint32]

_POOL = 4
_INIT_A, _MULT_A = 0x43B0D7E5, 0x931E8875
_INIT_B, _MULT_B = 0x8B51F9DD, 0x58F38DED
_MIX_LEFT, _MIX_RIGHT = np.uint32(0xCA01F9DD), np.uint32(0x4973F715)
_HALF = np.uint32(16)
_32_BITS = 2**32 - 1
_MANY = 8
"""Number of streams below which NumPy's own seeding is faster."""


class _Seed(ISeedSequence):
    """Computed seed: the four 64-bit words that PCG64 asks for."""

    __slots__ = ("_words",)

    def __init__(self, words: NDArray[np.uint64]) -> None:
        self._words = words

    def generate_state(self, n_words: int, dtype: Any = np.uint32) -> NDArray[Any]:
        words: NDArray[Any] = self._words.view(dtype)
        return words[:n_words]


def source(seed: int, replication: int, digest: bytes) -> np.random.PCG64:
    """Make a bit generator seeded by ``SeedSequence(seed, spawn_key=(replication, digest))``.

    Args:
        seed: seed of the run.
        replication: number of the replication.
        digest: 128-bit digest of the stream's name, highest byte first. It is part of the spawn key, as
            NumPy's guide to parallel generation recommends for streams that are not numbered.
    """
    return np.random.PCG64(
        np.random.SeedSequence(seed, spawn_key=(replication, int.from_bytes(digest, "big")))
    )


def sources(seed: int, replication: int, digests: Sequence[bytes]) -> Iterator[np.random.PCG64]:
    """Make a bit generator for each digest, with the same bits as `source`."""
    if len(digests) < _MANY:
        yield from (source(seed, replication, digest) for digest in digests)
        return
    name = np.frombuffer(b"".join(digests), ">u4").reshape(-1, 4)[:, ::-1].T.astype(np.uint32)
    seeds = _seeds([*_padded(_words(seed)), *_words(replication)], name)
    truncated = (name[3] == 0).tolist()  # NumPy drops trailing zero words of the spawn key
    for digest, words, fewer_words in zip(digests, seeds, truncated, strict=True):
        if fewer_words:
            yield source(seed, replication, digest)
        else:
            # typed Any, because NumPy's stubs do not say that PCG64 accepts any ISeedSequence
            seed_sequence: Any = _Seed(words)
            yield np.random.PCG64(seed_sequence)


def _words(number: int) -> list[int]:
    """Split a number into 32-bit words, lowest first."""
    words = [number & _32_BITS]
    while number := number >> 32:
        words.append(number & _32_BITS)
    return words


def _padded(words: list[int]) -> list[int]:
    """Pad words with zeros to the size of the pool."""
    return words + [0] * (_POOL - len(words))


@cache
def _constants(first: int, factor: int, count: int) -> Words:
    """Compute the constants of a hash that changes with each use: uint32[count + 1, 1].

    Args:
        first: constant of the first use.
        factor: ratio of each constant to the one before it, modulo 2**32.
        count: number of uses.
    """
    powers = (first * pow(factor, k, 1 << 32) & _32_BITS for k in range(count + 1))
    return np.array(list(powers), np.uint32)[:, np.newaxis]


def _hash(values: Words, constants: Words) -> Words:
    """Hash words, each with the next constant.

    Args:
        values: uint32[words, streams], or uint32[streams] to hash one word with every constant.
        constants: uint32[words + 1, 1].
    """
    values = (values ^ constants[:-1]) * constants[1:]
    return values ^ (values >> _HALF)


def _mix(left: Words, right: Words) -> Words:
    """Mix two words of each stream into one, as ``seed_seq_fe`` does."""
    splitmix64 = _MIX_LEFT * left - _MIX_RIGHT * right
    result: Words = splitmix64 ^ (splitmix64 >> _HALF)
    return result


def _seeds(common: list[int], name: Words) -> NDArray[np.uint64]:
    """Compute the seed of each stream: uint64[streams, 4].

    Args:
        common: 32-bit words of the run's seed and the replication, shared by all streams.
        name: 32-bit words of each stream's digest: uint32[4, streams].
    """
    entropy = np.empty((len(common) + len(name), name.shape[1]), np.uint32)
    entropy[: len(common)] = np.array(common, np.uint32)[:, np.newaxis]
    entropy[len(common) :] = name
    constants = _constants(_INIT_A, _MULT_A, _POOL * len(entropy))
    pool = _hash(entropy[:_POOL], constants[: _POOL + 1])
    used = _POOL
    for source in range(_POOL):
        others = [k for k in range(_POOL) if k != source]
        pool[others] = _mix(pool[others], _hash(pool[source], constants[used : used + _POOL]))
        used += _POOL - 1
    for word in entropy[_POOL:]:
        pool = _mix(pool, _hash(word, constants[used : used + _POOL + 1]))
        used += _POOL
    words = _hash(np.concatenate((pool, pool)), _constants(_INIT_B, _MULT_B, 2 * _POOL)).astype(np.uint64)
    return np.ascontiguousarray((words[::2] | words[1::2] << np.uint64(32)).T)
