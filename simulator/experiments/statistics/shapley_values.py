"""Shapley values: the contribution of each player to what all players achieve together.

The players of a game are numbered from 0. A coalition is a whole number whose bit i is set if player i is in
it. A game gives every coalition a value, a number or an array. The Shapley value is linear in the game, so
arrays are treated element by element (replication by replication). It is the only division of v(all) -
v(none) among the players with three properties: a player without influence has 0, players that are alike have
the same, and the values in the sum of two games are the sums of the values (Shapley 1953, A Value for
n-Person Games).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import numpy as np

from simulator.values.arrays import Floats, Integers

Game = Mapping[int, Floats]
"""Value of each coalition; all values have the same shape."""


def coalitions(players: int) -> range:
    """Return all coalitions of a number of players, from 0 (no player) to the one of all."""
    return range(1 << players)


def exact_values(game: Game, players: int) -> Floats:
    """Compute the Shapley value of each player: float64[players, ...].

    phi_i = sum over the coalitions S without i of |S|! (n - |S| - 1)! / n! * (v(S and i) - v(S))  (Shapley
    1953).

    Args:
        game: value of every coalition.
        players: number of players, n.

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
    """Draw permutations at random, each to be used with its reverse: intp[pairs, players].

    A player who comes early in one comes late in the other, so the mean of the two varies less. If players
    interact only in pairs, every permutation and its reverse give the exact values together (Mayer & Wüthrich
    2025).

    Args:
        players: number of players.
        pairs: number of permutations.
        rng: source of random numbers.
    """
    return rng.permuted(np.tile(np.arange(players), (pairs, 1)), axis=1)


def visited(permutations: Integers) -> frozenset[int]:
    """Return the coalitions whose values these permutations and their reverses need."""
    return frozenset(one for row in _walks(permutations) for one in _path(row))


def sampled_values(game: Game, permutations: Integers) -> Floats:
    """Return the mean marginal contribution of each player, over each pair: float64[pairs, players, ...].

    A pair is a permutation and its reverse. A marginal contribution is the value of the coalition of a player
    and all players before it, minus the value of the coalition of those before. Its expectation over random
    permutations is the player's Shapley value. The mean over the pairs estimates it without bias and, for any
    permutations, divides all of v(all) - v(none). The pairs are independent, so their spread gives the
    standard error of this mean (Castro, Gómez & Tejada 2009, section 3, without reverses).

    Args:
        game: value of the coalitions that `visited` returns.
        permutations: intp[pairs, players].
    """
    pairs, players = permutations.shape
    contributions = np.zeros((pairs, players, *np.shape(game[0])))
    for number, row in enumerate(_walks(permutations)):
        path = _path(row)
        for player, before, after in zip(row, path, path[1:], strict=False):
            contributions[number // 2, player] += game[after] - game[before]
    return contributions / 2


def standard_error(contributions: Floats) -> Floats:
    """Return the standard error of the mean over the first axis; nan with fewer than two values."""
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
    """Return the coalitions from none to all as the players of a permutation join one by one."""
    path = [0]
    for player in row:
        path.append(path[-1] | 1 << player)
    return path
