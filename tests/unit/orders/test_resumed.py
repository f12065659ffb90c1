"""Resumed streams, piece by piece, against the same streams read at once."""

import numpy as np
import pytest

from simulator.orders.random.resumable_streams import ResumableStreams, ResumedDraws
from simulator.orders.random.streams import Streams, UniformLaw

NAMES = ["a", "b", "c"]


def test_generators_go_on_where_they_ended():
    streams = ResumableStreams(4, 2)
    found: dict[str, list[float]] = {name: [] for name in NAMES}
    for portion, names in ((3, NAMES), (0, NAMES), (5, ["c", "a"]), (2, NAMES)):
        for name, generator in zip(names, streams.generators(names), strict=True):
            found[name] += generator.random(portion).tolist()
    for name in NAMES:
        assert found[name] == Streams(4, 2).generator(name).random(len(found[name])).tolist()


def test_halves_of_words_are_not_lost():
    """A generator keeps half a word after an odd number of small integers."""
    streams, small = ResumableStreams(4, 2), np.uint32
    found = []
    for _ in range(3):
        for generator in streams.generators(["a"]):
            found += generator.integers(0, 100, 1, dtype=small).tolist()
    assert found == Streams(4, 2).generator("a").integers(0, 100, 3, dtype=small).tolist()


def test_uniform_numbers_go_on():
    streams = ResumableStreams(4, 2)
    to_come = [streams.uniforms_to_come(["a", "b"], np.array(counts)) for counts in ([3, 0], [2, 7])]
    parts = [column.values() for column in reversed(to_come)][::-1]  # whichever is asked for first
    whole = Streams(4, 2).uniforms(["a", "b"], np.array([5, 7]))
    assert [*parts[0][:3], *parts[1][:2]] == whole[:5].tolist()
    assert parts[1][2:].tolist() == whole[5:].tolist()


def test_draws_by_index_go_on_whoever_asks_for_them():
    expected = Streams(4, 2).generator("x").random(300)
    streams = ResumedDraws(4, 2)
    for n in (0, 1, 7, 8, 9, 200, 299):
        assert streams.draws(UniformLaw(), "x")[n] == expected[n]
    other = ResumedDraws(4, 2).draws(UniformLaw(), "x")
    assert [other.next() for _ in range(300)] == expected.tolist()


def test_draws_that_are_over_are_forgotten():
    draws = ResumedDraws(4, 2).draws(UniformLaw(), "x")
    assert draws[500_000] == pytest.approx(0.5, abs=0.5)
    assert len(draws._elements) <= 65_536
