"""Epochs given piece by piece, against the same given at once."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simulator.orders.arrivals.renewal_epochs import Epochs, EvenEpochs


def gaps(seed=1):
    return np.random.default_rng(seed).standard_exponential


steps = st.lists(st.floats(0.0, 400.0), min_size=1, max_size=6)


@given(steps, st.booleans())
def test_pieces_are_parts_of_the_whole(lengths, with_start):
    whole = Epochs(1.0, 2.5, with_start=with_start).below(2.5 + sum(lengths), gaps())
    piece_by_piece, source, end = Epochs(1.0, 2.5, with_start=with_start), gaps(), 2.5
    pieces = []
    for length in lengths:
        end += length
        pieces.append(piece_by_piece.below(end, source))
        assert (pieces[-1] < end).all()
    found = np.concatenate(pieces)
    assert found.tolist() == whole[whole < end].tolist()
    assert len(whole) - len(found) <= 1  # rounding of the sum of the lengths


def test_they_are_running_sums_from_the_start_on():
    source = np.random.default_rng(7)
    found = Epochs(1.0, 3.0, with_start=True).below(500.0, source.standard_exponential)
    expected = 3.0 + np.cumsum(np.random.default_rng(7).standard_exponential(len(found)))
    assert found[0] == 3.0
    np.testing.assert_allclose(found[1:], expected[:-1])
    assert expected[-1] >= 500.0


@given(st.lists(st.integers(0, 40), min_size=1, max_size=6), st.booleans())
def test_even_epochs_are_multiples(lengths, with_start):
    epochs, end, pieces = EvenEpochs(0.1, 1.0, with_start=with_start), 1, []
    for length in lengths:
        end += length
        pieces.append(epochs.below(float(end)))
    expected = [t for n in range(0 if with_start else 1, 10 * end) if (t := 1.0 + 0.1 * n) < end]
    assert np.concatenate(pieces).tolist() == expected
