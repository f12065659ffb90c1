"""Seeds of many streams computed at once, against those NumPy gives one by one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.orders.random import seeding
from simulator.orders.random.seeding import sources

digests = st.lists(st.binary(min_size=16, max_size=16), max_size=4)


def seats(seed, replication, digests):
    return [source.state for source in sources(seed, replication, digests)]


def by_numpy(seed, replication, digest):
    key = (replication, int.from_bytes(digest, "big"))
    return np.random.PCG64(np.random.SeedSequence(seed, spawn_key=key)).state


@given(st.integers(0, 2**200), st.integers(0, 2**40), digests, st.sampled_from([1, seeding._MANY]))
def test_states_are_those_of_numpy(seed, replication, names, many):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(seeding, "_MANY", many)
        found = seats(seed, replication, names)
    assert found == [by_numpy(seed, replication, name) for name in names]


@pytest.mark.parametrize("leading_zeros", [0, 1, 4, 5, 8, 12, 15, 16])
def test_names_that_begin_with_zeros(leading_zeros):
    digest = bytes(leading_zeros) + b"\xa5" * (16 - leading_zeros)
    others = [b"\x01" * 16] * seeding._MANY
    assert seats(7, 3, [*others, digest])[-1] == by_numpy(7, 3, digest)


def test_sources_do_not_touch_each_other():
    names = [bytes([k]) * 16 for k in range(1, seeding._MANY + 1)]
    one, *others = (np.random.Generator(source) for source in sources(7, 3, names))
    alone = np.random.Generator(next(sources(7, 3, names)))
    for other in others:
        other.random(3)
    assert one.random(3).tolist() == alone.random(3).tolist()


def test_no_names():
    assert list(sources(1, 0, [])) == []
