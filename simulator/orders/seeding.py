"""Where random streams begin: the seeds that NumPy would give PCG64, worked out for many streams at once.

NumPy takes 12 microseconds to seed a generator, which is more than most streams draw. Here the very same arithmetic
(`numpy.random.SeedSequence`, after O'Neill's `seed_seq_fe`, pcg-random.org 2015) is done with columns. A test holds
both against each other.
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
"""Streams; for fewer, columns take longer than NumPy."""


class _Known(ISeedSequence):
    """A seed that has been worked out: the four words of 64 bits that PCG64 asks for."""

    __slots__ = ("_words",)

    def __init__(self, words: NDArray[np.uint64]) -> None:
        self._words = words

    def generate_state(self, n_words: int, dtype: Any = np.uint32) -> NDArray[Any]:
        words: NDArray[Any] = self._words.view(dtype)
        return words[:n_words]


def source(seed: int, replication: int, digest: bytes) -> np.random.PCG64:
    """A source of random bits seeded by ``SeedSequence(seed, spawn_key=(replication, digest))``.

    ``digest`` is the 128-bit digest of the stream's name, the highest byte first. It is part of the spawn key, as
    NumPy's guide to parallel generation recommends for streams that are not numbered.
    """
    return np.random.PCG64(
        np.random.SeedSequence(seed, spawn_key=(replication, int.from_bytes(digest, "big")))
    )


def sources(seed: int, replication: int, digests: Sequence[bytes]) -> Iterator[np.random.PCG64]:
    """The source of each of these digests."""
    if len(digests) < _MANY:
        yield from (source(seed, replication, digest) for digest in digests)
        return
    name = np.frombuffer(b"".join(digests), ">u4").reshape(-1, 4)[:, ::-1].T.astype(np.uint32)
    seeds = _seeds([*_padded(_words(seed)), *_words(replication)], name)
    shorter = (name[3] == 0).tolist()  # NumPy leaves out words that are 0 at the end
    for digest, words, short in zip(digests, seeds, shorter, strict=True):
        if short:
            yield source(seed, replication, digest)
        else:
            # of any type, for NumPy's types do not say that it takes whatever seeds as a SeedSequence does
            known: Any = _Known(words)
            yield np.random.PCG64(known)


def _words(number: int) -> list[int]:
    """Words of 32 bits, the lowest first."""
    words = [number & _32_BITS]
    while number := number >> 32:
        words.append(number & _32_BITS)
    return words


def _padded(words: list[int]) -> list[int]:
    return words + [0] * (_POOL - len(words))


@cache
def _constants(first: int, factor: int, count: int) -> Words:
    """The constants of a hash that changes with every use: one more than it is used."""
    powers = (first * pow(factor, k, 1 << 32) & _32_BITS for k in range(count + 1))
    return np.array(list(powers), np.uint32)[:, np.newaxis]


def _hash(values: Words, constants: Words) -> Words:
    """Values by word (or one that is used for all words) and stream, hashed with the constants from word to word."""
    values = (values ^ constants[:-1]) * constants[1:]
    return values ^ (values >> _HALF)


def _mix(one: Words, other: Words) -> Words:
    mixed = _MIX_LEFT * one - _MIX_RIGHT * other
    result: Words = mixed ^ (mixed >> _HALF)
    return result


def _seeds(common: list[int], name: Words) -> NDArray[np.uint64]:
    """Four words of 64 bits for each stream, from words common to all streams and words of each name."""
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
