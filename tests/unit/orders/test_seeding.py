"""Seeding many streams at once gives the very seeds that NumPy gives one by one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.orders.seeding import sources

digests = st.lists(st.binary(min_size=16, max_size=16), min_size=1, max_size=4)


def seats(seed, replication, digests):
    return [source.state for source in sources(seed, replication, digests)]


def by_numpy(seed, replication, digest):
    key = (replication, int.from_bytes(digest, "big"))
    return np.random.PCG64(np.random.SeedSequence(seed, spawn_key=key)).state


@given(st.integers(0, 2**200), st.integers(0, 2**40), digests)
def test_states_are_those_of_numpy(seed, replication, names):
    assert seats(seed, replication, names) == [by_numpy(seed, replication, name) for name in names]


@pytest.mark.parametrize("leading_zeros", [0, 1, 4, 5, 8, 12, 15, 16])
def test_names_that_begin_with_zeros(leading_zeros):
    digest = bytes(leading_zeros) + b"\xa5" * (16 - leading_zeros)
    assert seats(7, 3, [b"\x01" * 16, digest])[1] == by_numpy(7, 3, digest)


def test_sources_do_not_touch_each_other():
    one, other = (np.random.Generator(source) for source in sources(7, 3, [b"\x01" * 16, b"\x02" * 16]))
    alone = np.random.Generator(next(sources(7, 3, [b"\x01" * 16])))
    other.random(3)
    assert one.random(3).tolist() == alone.random(3).tolist()


def test_no_names():
    assert list(sources(1, 0, [])) == []
