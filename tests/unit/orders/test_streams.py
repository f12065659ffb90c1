import math

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from simulator.laws.distributions import constant
from simulator.orders.random.streams import (
    SCHEME,
    Draws,
    Streams,
    UniformLaw,
    derived,
    derived_number,
    stream_name,
)


def beginning(seed: int, replication: int, name: str) -> list[float]:
    drawn: list[float] = Streams(seed, replication).generator(name).random(4).tolist()
    return drawn


def test_a_stream_is_known_by_seed_replication_and_name():
    assert beginning(42, 3, "demand/a") == beginning(42, 3, "demand/a")
    others = [beginning(43, 3, "demand/a"), beginning(42, 4, "demand/a"), beginning(42, 3, "demand/b")]
    assert beginning(42, 3, "demand/a") not in others


def test_the_scheme_is_what_results_rely_on():
    """These numbers change only together with SCHEME."""
    assert SCHEME == "1"
    first = [0.6810226359014171, 0.5467320612797576, 0.39031359704852364, 0.3845421312371511]
    assert beginning(42, 0, "demand/headphones/gold/eu/times") == first


def test_streams_of_one_replication_are_not_correlated():
    streams = Streams(1, 0)
    n = 20_000
    sample = np.array([streams.generator(f"supplier/{k}/lead_time").random(n) for k in range(20)])
    correlations = np.corrcoef(sample)[np.triu_indices(20, 1)]
    assert np.abs(correlations).max() < 5 / np.sqrt(n)


class Counting:
    """Distribution that gives 0, 1, 2, … and counts its calls."""

    variance = math.inf

    def __init__(self) -> None:
        self.given = 0

    def sample(self, rng: np.random.Generator, n: int, /) -> NDArray[np.float64]:
        del rng
        self.given += n
        return np.arange(self.given - n, self.given, dtype=np.float64)


def test_draws_are_made_when_they_are_asked_for():
    source = Counting()
    draws = Draws(source, lambda: np.random.default_rng(0))
    assert source.given == 0
    assert draws[0] == 0.0
    assert source.given < 1000
    assert draws[1000] == 1000.0
    assert draws[7] == 7.0


@given(st.lists(st.integers(0, 2000), max_size=20))
def test_the_nth_draw_does_not_depend_on_what_was_asked_before(asked):
    draws = Streams(5, 1).draws(UniformLaw(), "customs/port/inspection")
    expected = Streams(5, 1).generator("customs/port/inspection").random(2001)
    assert [draws[n] for n in asked] == expected[asked].tolist()


def test_the_first_draws_of_many_streams_are_what_each_gives_by_itself():
    streams, names = Streams(5, 1), ["a", "b", "c"]
    each = [streams.generator(name).random(n) for name, n in zip(names, (3, 1, 4), strict=True)]
    found = streams.first(UniformLaw(), names, np.array([3, 1, 4]))
    np.testing.assert_array_equal(found, np.concatenate(each))


def test_what_is_certain_is_not_drawn_stream_by_stream(monkeypatch):
    monkeypatch.delattr(Streams, "generators")
    found = Streams(5, 1).first(constant(3.5), ["a", "b", "c"], np.array([3, 1, 4]))
    assert found.tolist() == [3.5] * 8


def test_next_gives_one_draw_after_the_other():
    draws = Streams(5, 1).draws(UniformLaw(), "x")
    assert draws[2] == [draws.next() for _ in range(3)][2]


PARTS = st.lists(st.text("a/%2F#", max_size=3), min_size=1, max_size=3)


@given(PARTS, PARTS)
@example(["a/b"], ["a", "b"])
@example(["a%2Fb"], ["a/b"])
@example(["a#2"], ["a%232"])
def test_different_parts_have_different_names(one, other):
    assert (stream_name(*one) == stream_name(*other)) == (one == other)


@given(st.floats(0.0, 1.0, exclude_max=True), st.text())
def test_a_further_uniform_number_of_one_is_that_of_the_column(chance, name):
    assert derived_number(chance, name) == derived(np.array([chance]), name)[0]
