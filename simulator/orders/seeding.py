"""Where random streams begin: the states that NumPy would give PCG64, worked out for many streams at once.

NumPy takes 12 microseconds to seed a generator, which is more than most streams draw. Here the very same arithmetic
(`numpy.random.SeedSequence`, after O'Neill's `seed_seq_fe`, pcg-random.org 2015; then PCG64's own start) is done with
columns. A test holds both against each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint32]
Seat = Any
"""What `PCG64.state` takes."""

_POOL = 4
_INIT_A, _MULT_A = 0x43B0D7E5, 0x931E8875
_INIT_B, _MULT_B = 0x8B51F9DD, 0x58F38DED
_MIX_LEFT, _MIX_RIGHT = np.uint32(0xCA01F9DD), np.uint32(0x4973F715)
_HALF = np.uint32(16)
_PCG = 0x2360ED051FC65DA44385DF649FCCF645
_32_BITS, _128_BITS = 2**32 - 1, 2**128 - 1


def seats(seed: int, replication: int, digests: Sequence[bytes]) -> Iterator[Seat]:
    """States of the generators seeded by ``SeedSequence(seed, spawn_key=(replication, digest))``.

    ``digests`` are the digests of the streams' names, 16 bytes each, the highest byte first.
    """
    if not digests:
        return
    name = np.frombuffer(b"".join(digests), ">u4").reshape(-1, 4)[:, ::-1].T.astype(np.uint32)
    start, increment = _states([*_padded(_words(seed)), *_words(replication)], name)
    shorter = (name[3] == 0).tolist()  # NumPy leaves out words that are 0 at the end
    for digest, own, step, short in zip(digests, start, increment, shorter, strict=True):
        if short:
            number = int.from_bytes(digest, "big")
            sequence = np.random.SeedSequence(seed, spawn_key=(replication, number))
            yield np.random.PCG64(sequence).state
            continue
        odd = (step << 1 | 1) & _128_BITS
        state = ((odd + own) * _PCG + odd) & _128_BITS
        yield {
            "bit_generator": "PCG64",
            "state": {"state": state, "inc": odd},
            "has_uint32": 0,
            "uinteger": 0,
        }


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


def _states(common: list[int], name: Words) -> tuple[list[int], list[int]]:
    """Initial states and increments, 128 bits each, from words common to all streams and words of each name."""
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
    high, low, high_step, low_step = (
        (words[k] | words[k + 1] << np.uint64(32)).tolist() for k in range(0, 2 * _POOL, 2)
    )
    return (
        [a << 64 | b for a, b in zip(high, low, strict=True)],
        [a << 64 | b for a, b in zip(high_step, low_step, strict=True)],
    )
