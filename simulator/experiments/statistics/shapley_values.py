"""The Shapley value: how much of what several players achieve together is due to each.

The players of a game are numbered from 0, and a coalition is a whole number whose bit i is set if player i is in it. A
game gives every coalition a value, a number or an array: the Shapley value is linear in the game, so the value of an
array is computed element by element (replication by replication). It is the only division that gives all of v(all) -
v(none), nothing to a player without influence, the same to players who are alike, and of the sum of two games the sum
(Shapley 1953, A Value for n-Person Games).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import numpy as np

from simulator.values.arrays import Floats, Integers

Game = Mapping[int, Floats]
"""Value of each coalition; all values have the same shape."""


def coalitions(players: int) -> range:
    """Return all coalitions of a number of players, from none to all."""
    return range(1 << players)


def exact_values(game: Game, players: int) -> Floats:
    """Compute the Shapley value of each player: float64[players, ...].

    phi_i = sum over the coalitions S without i of |S|! (n - |S| - 1)! / n! * (v(S and i) - v(S))  (Shapley 1953).

    Raises:
        KeyError: the game lacks the value of a coalition.
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


def antithetic(players: int, pairs: int, rng: np.random.Generator) -> Integers:
    """Draw permutations at random, each to be used with its reverse.

    A player who comes early in one comes late in the other, which makes the mean of the two vary less; where no more
    than two players at a time act upon each other, every pair is exact (Mayer & Wüthrich 2025).

    Args:
        players: number of players.
        pairs: number of permutations, each with its reverse.
        rng: source of random numbers.
    """
    return rng.permuted(np.tile(np.arange(players), (pairs, 1)), axis=1)


def visited(permutations: Integers) -> frozenset[int]:
    """Return the coalitions whose values these permutations and their reverses need."""
    return frozenset(one for row in _walks(permutations) for one in _path(row))


def sampled_values(game: Game, permutations: Integers) -> Floats:
    """Return the marginal contributions of each player, averaged over each pair: float64[pairs, players, ...].

    A marginal contribution is v(those before the player and the player) - v(those before); its expectation over random
    permutations is the player's Shapley value. The mean over the pairs estimates it without bias and, whatever the
    permutations, divides all of v(all) - v(none). The pairs are independent, so that their spread gives its standard
    error (Castro, Gómez & Tejada 2009, section 3; there without reverses).
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


def _walks(permutations: Integers) -> Iterator[list[int]]:
    """Yield every permutation, and after it its reverse."""
    for row in permutations.tolist():
        yield row
        yield row[::-1]


def _path(row: list[int]) -> list[int]:
    """Return the coalitions from none to all as the players join in this order."""
    path = [0]
    for player in row:
        path.append(path[-1] | 1 << player)
    return path
