"""Where random streams begin: the seeds that NumPy would give PCG64, worked out for many streams at once.

NumPy takes 12 microseconds to seed a generator, which is more than most streams draw. Here the very same arithmetic
(`numpy.random.SeedSequence`, after O'Neill's `seed_seq_fe`, pcg-random.org 2015) is done with columns. A test holds
both against each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, cast

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


class _Known(ISeedSequence):
    """A seed that has been worked out: the four words of 64 bits that PCG64 asks for."""

    __slots__ = ("_words",)

    def __init__(self, words: NDArray[np.uint64]) -> None:
        self._words = words

    def generate_state(self, n_words: int, dtype: Any = np.uint32) -> NDArray[Any]:  # noqa: ARG002 - of PCG64's choice
        return self._words


def sources(seed: int, replication: int, digests: Sequence[bytes]) -> Iterator[np.random.PCG64]:
    """Sources of random bits seeded by ``SeedSequence(seed, spawn_key=(replication, digest))``.

    ``digests`` are the digests of the streams' names, 16 bytes each, the highest byte first.
    """
    if not digests:
        return
    name = np.frombuffer(b"".join(digests), ">u4").reshape(-1, 4)[:, ::-1].T.astype(np.uint32)
    seeds = _seeds([*_padded(_words(seed)), *_words(replication)], name)
    shorter = (name[3] == 0).tolist()  # NumPy leaves out words that are 0 at the end
    for digest, words, short in zip(digests, seeds, shorter, strict=True):
        if short:
            number = int.from_bytes(digest, "big")
            yield np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(replication, number)))
        else:
            # any ISeedSequence will do, but NumPy's types do not say so
            yield np.random.PCG64(cast("np.random.SeedSequence", _Known(words)))


def _words(number: int) -> list[int]:
    """Words of 32 bits, the lowest first."""
    words = [number & _32_BITS]
    while number := number >> 32:
        words.append(number & _32_BITS)
    return words


def _padded(words: list[int]) -> list[int]:
    return words + [0] * (_POOL - len(words))


class _Hash:
    """A hash whose constant changes with every use."""

    def __init__(self, constant: int, factor: int) -> None:
        self._constant = constant
        self._factor = factor

    def __call__(self, value: Words) -> Words:
        value = value ^ np.uint32(self._constant)
        self._constant = self._constant * self._factor & _32_BITS
        value = value * np.uint32(self._constant)
        return value ^ (value >> _HALF)


def _mix(one: Words, other: Words) -> Words:
    mixed = _MIX_LEFT * one - _MIX_RIGHT * other
    result: Words = mixed ^ (mixed >> _HALF)
    return result


def _seeds(common: list[int], name: Words) -> NDArray[np.uint64]:
    """Four words of 64 bits for each stream, from words common to all streams and words of each name."""
    hashed = _Hash(_INIT_A, _MULT_A)
    entropy = [np.array([word], np.uint32) for word in common] + list(name)
    pool = [hashed(entropy[k]) for k in range(_POOL)]
    for source in range(_POOL):
        for target in range(_POOL):
            if source != target:
                pool[target] = _mix(pool[target], hashed(pool[source]))
    for word in entropy[_POOL:]:
        for target in range(_POOL):
            pool[target] = _mix(pool[target], hashed(word))
    hashed = _Hash(_INIT_B, _MULT_B)
    words = [hashed(pool[k % _POOL]).astype(np.uint64) for k in range(2 * _POOL)]
    return np.stack([words[k] | words[k + 1] << np.uint64(32) for k in range(0, 2 * _POOL, 2)], axis=1)
