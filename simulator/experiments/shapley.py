"""The Shapley value: how much of what several players achieve together is due to each.

The players of a game are numbered from 0, and a coalition is a whole number whose bit i says whether player i is in
it. A game gives every coalition a value, a number or an array: the Shapley value is linear in the game, so the value
of an array is worked out element by element (replication by replication). It is the only division that gives all of
v(everybody) - v(nobody), nothing to a player who never makes a difference, the same to players who are alike, and of
the sum of two games the sum (Shapley 1953, A Value for n-Person Games).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt

from simulator.experiments.statistics import Floats

Game = Mapping[int, Floats]
"""Coalition -> value; all values have the same shape."""
Permutations = npt.NDArray[np.intp]
"""Players in the sequence in which they join: intp[pairs, players]. Each row stands for itself and its reverse."""


def coalitions(players: int) -> range:
    """All coalitions of so many players, from nobody to everybody."""
    return range(1 << players)


def exact(game: Game, players: int) -> Floats:
    """The Shapley value of each player, float64[players, ...].

    phi_i = sum over the coalitions S without i of |S|! (n - |S| - 1)! / n! * (v(S and i) - v(S))  (Shapley 1953).
    Raises KeyError unless the game has a value for every coalition.
    """
    total = np.zeros((players, *np.shape(game[0])))
    for one in coalitions(players):
        for player in range(players):
            joined = one | 1 << player
            if joined != one:
                size = one.bit_count()
                # Whole numbers: counts stay exact until the one division at the end.
                weight = math.factorial(size) * math.factorial(players - size - 1)
                total[player] += weight * (game[joined] - game[one])
    return total / math.factorial(players)


def antithetic(players: int, pairs: int, rng: np.random.Generator) -> Permutations:
    """Permutations at random, each to be used with its reverse.

    A player who comes early in one comes late in the other, which makes the mean of the two vary less; where no
    more than two players at a time act upon each other, every pair is exact (Mayer & Wüthrich 2025).
    """
    return rng.permuted(np.tile(np.arange(players), (pairs, 1)), axis=1)


def visited(permutations: Permutations) -> frozenset[int]:
    """The coalitions whose values these permutations and their reverses ask for."""
    return frozenset(one for row in _walks(permutations) for one in _path(row))


def sampled(game: Game, permutations: Permutations) -> Floats:
    """The marginal contributions of each player, the mean over each pair: float64[pairs, players, ...].

    The value of a player is v(those before it and itself) - v(those before it), expected over a permutation drawn
    at random. The mean over the pairs estimates it without bias and, whatever the permutations, divides all of
    v(everybody) - v(nobody); the pairs are independent, so that their spread tells its standard error (Castro,
    Gómez & Tejada 2009, section 3; there without reverses).
    """
    pairs, players = permutations.shape
    contributions = np.zeros((pairs, players, *np.shape(game[0])))
    for number, row in enumerate(_walks(permutations)):
        path = _path(row)
        for player, before, after in zip(row, path, path[1:], strict=False):
            contributions[number // 2, player] += game[after] - game[before]
    return contributions / 2


def standard_error(contributions: Floats) -> Floats:
    """Standard error of the mean over the first axis; nan with fewer than two values."""
    count = len(contributions)
    if count < 2:
        return np.full(contributions.shape[1:], np.nan)
    return np.asarray(contributions.std(axis=0, ddof=1) / math.sqrt(count))


def _walks(permutations: Permutations) -> Iterator[list[int]]:
    """Every permutation, and after it its reverse."""
    for row in permutations.tolist():
        yield row
        yield row[::-1]


def _path(row: list[int]) -> list[int]:
    """Coalitions from nobody to everybody, the players joining in this sequence."""
    path = [0]
    for player in row:
        path.append(path[-1] | 1 << player)
    return path
