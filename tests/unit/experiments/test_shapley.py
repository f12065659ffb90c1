"""The Shapley value against games whose value is known."""

import itertools

import numpy as np
import pytest

from simulator.experiments.statistics.shapley_values import (
    antithetic,
    coalitions,
    exact_values,
    sampled_values,
    standard_error,
    visited,
)


def coalition(*players):
    return sum(1 << player for player in players)


def game(players, value):
    """The game in which a set of players has this value."""
    return {
        one: np.asarray(value({player for player in range(players) if one >> player & 1}), dtype=np.float64)
        for one in coalitions(players)
    }


def by_sequences(players, value):
    """The definition: the mean marginal contribution over every sequence of the players."""
    total = np.zeros(players)
    sequences = list(itertools.permutations(range(players)))
    for sequence in sequences:
        joined: set[int] = set()
        for player in sequence:
            before = value(joined)
            joined = joined | {player}
            total[player] += value(joined) - before
    return total / len(sequences)


def glove(players):
    """Player 0 has a left glove, 1 and 2 have a right one; only a pair is worth anything."""
    return float(0 in players and bool({1, 2} & players))


COSTS = (1.0, 4.0, 9.0, 10.0)


def airport(players):
    """The runway is as long as the largest aeroplane needs."""
    return max((COSTS[player] for player in players), default=0.0)


def council(players):
    """Permanent members 0 and 1 and one of 2, 3, 4 must agree."""
    return float({0, 1} <= players and len(players) >= 3)


def test_glove_game():
    np.testing.assert_allclose(exact_values(game(3, glove), 3), [4 / 6, 1 / 6, 1 / 6], rtol=1e-15)


def test_airport_game():
    # Each stretch of the runway is shared by those who need it (Littlechild & Owen 1973).
    stretches = np.diff([0.0, *COSTS])
    shares = np.cumsum(stretches / [4, 3, 2, 1])
    np.testing.assert_allclose(exact_values(game(4, airport), 4), shares, rtol=1e-15)


@pytest.mark.parametrize(("players", "value"), [(3, glove), (4, airport), (5, council)])
def test_the_definition(players, value):
    np.testing.assert_allclose(
        exact_values(game(players, value), players), by_sequences(players, value), rtol=1e-14
    )


def test_no_players():
    assert exact_values({0: np.array([3.0, 4.0])}, 0).shape == (0, 2)


@pytest.fixture
def random_game():
    """Six players of whom 2 never makes a difference and 4 and 5 are alike; values of 3 x 2 figures."""
    rng = np.random.default_rng(7)
    of_others = {
        (frozenset(some), alike): rng.normal(size=(3, 2))
        for size in range(4)
        for some in itertools.combinations((0, 1, 3), size)
        for alike in range(3)
    }
    return game(6, lambda players: of_others[frozenset(players & {0, 1, 3}), len(players & {4, 5})])


def everything(random_game):
    return random_game[coalition(*range(6))] - random_game[0]


def test_axioms(random_game):
    values = exact_values(random_game, 6)
    assert values.shape == (6, 3, 2)
    np.testing.assert_allclose(values.sum(axis=0), everything(random_game), rtol=1e-13)
    assert (values[2] == 0.0).all()
    np.testing.assert_allclose(values[4], values[5], rtol=1e-13)
    assert (np.abs(values[[0, 1, 3, 4]]) > 0).all()


def test_linear_in_the_game(random_game):
    values = exact_values(random_game, 6)
    np.testing.assert_allclose(
        exact_values({k: v[1] for k, v in random_game.items()}, 6), values[:, 1], rtol=1e-15
    )
    other = game(6, lambda players: np.full((3, 2), float(len(players) ** 2)))
    both = {k: 2 * random_game[k] + other[k] for k in coalitions(6)}
    np.testing.assert_allclose(exact_values(both, 6), 2 * values + exact_values(other, 6), atol=1e-13)


def test_counts_are_divided_once():
    values = exact_values(game(3, lambda players: 7.0 * len(players)), 3)
    assert values.tolist() == [7.0, 7.0, 7.0]


def test_every_missing_coalition_is_noticed():
    without_one = game(3, glove)
    del without_one[coalition(0, 2)]
    with pytest.raises(KeyError):
        exact_values(without_one, 3)


def test_sampled_axioms(random_game):
    permutations = antithetic(6, 5, np.random.default_rng(1))
    asked = {one: random_game[one] for one in visited(permutations)}
    contributions = sampled_values(asked, permutations)
    assert contributions.shape == (5, 6, 3, 2)
    # Every pair by itself divides everything, and gives nothing to who never makes a difference.
    np.testing.assert_allclose(
        contributions.sum(axis=1), np.broadcast_to(everything(random_game), (5, 3, 2)), rtol=1e-13
    )
    assert (contributions[:, 2] == 0.0).all()


def test_visited_is_what_is_needed(random_game):
    permutations = antithetic(6, 2, np.random.default_rng(1))
    needed = visited(permutations)
    assert {0, coalition(*range(6))} <= needed
    assert len(needed) <= 2 * 2 * 5 + 2
    for one in needed:
        with pytest.raises(KeyError):
            sampled_values({k: v for k, v in random_game.items() if k in needed - {one}}, permutations)


def test_a_pair_is_exact_where_players_act_upon_each_other_in_twos():
    rng = np.random.default_rng(3)
    alone, together = rng.normal(size=6), np.triu(rng.normal(size=(6, 6)), 1)

    def value(players):
        chosen = sorted(players)
        return alone[chosen].sum() + together[np.ix_(chosen, chosen)].sum()

    expected = exact_values(game(6, value), 6)
    permutations = antithetic(6, 4, rng)
    for pair in sampled_values(game(6, value), permutations):
        np.testing.assert_allclose(pair, expected, rtol=1e-12)


def test_sampling_error_is_as_large_as_stated():
    # 400 samples of 10 pairs each: mean, spread and stated error of the estimates against the exact value.
    rng = np.random.default_rng(11)
    every = game(5, lambda players: council(players) + airport(players & {0, 1, 2, 3}) / 10)
    truth = exact_values(every, 5)
    samples = [sampled_values(every, antithetic(5, 10, rng)) for _ in range(400)]
    means = np.array([sample.mean(axis=0) for sample in samples])
    stated = np.sqrt(np.mean([standard_error(sample) ** 2 for sample in samples], axis=0))
    spread = means.std(axis=0, ddof=1)
    assert (np.abs(means.mean(axis=0) - truth) < 4 * spread / 20).all()
    np.testing.assert_allclose(stated, spread, rtol=0.15)


def test_pairs_of_a_permutation_and_its_reverse_vary_less():
    rng = np.random.default_rng(5)
    every = game(5, council)
    pairs = sampled_values(every, antithetic(5, 4_000, rng))
    singles = np.array(
        [
            [every[coalition(*row[: k + 1])] - every[coalition(*row[:k])] for k in np.argsort(row)]
            for row in rng.permuted(np.tile(np.arange(5), (4_000, 1)), axis=1).tolist()
        ]
    )
    # A pair costs two permutations: it has to have less than half of the variance of one.
    assert (pairs.var(axis=0) < 0.5 * singles.var(axis=0)).all()


def test_the_error_of_one_pair_is_unknown():
    assert np.isnan(standard_error(np.ones((1, 3)))).all()
