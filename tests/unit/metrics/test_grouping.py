import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simulator.metrics.grouping import RankedSample, group_sums, groupings

SHARES = (0.0, 0.5, 0.95, 1.0)


@given(st.lists(st.tuples(st.integers(0, 3), st.floats(-1e6, 1e6)), max_size=40))
def test_quantiles_of_groups_are_numpys(entries):
    codes = np.array([code for code, _ in entries], dtype=np.intp)
    values = np.array([value for _, value in entries], dtype=np.float64)
    found = RankedSample(values).quantiles(codes, 4, SHARES)
    for group in range(4):
        own = values[codes == group]
        expected = np.quantile(own, SHARES) if len(own) else np.full(len(SHARES), np.nan)
        np.testing.assert_allclose(found[:, group], expected, rtol=1e-12, atol=1e-9)


@given(
    st.lists(st.tuples(st.integers(0, 2), st.floats(0, 1e6)), max_size=30),
    st.lists(st.integers(0, 5), min_size=3, max_size=3),
)
def test_zeros_that_are_only_counted_are_values_too(entries, zeros):
    codes = np.array([code for code, _ in entries], dtype=np.intp)
    values = np.array([value for _, value in entries], dtype=np.float64)
    found = RankedSample(values).quantiles(codes, 3, SHARES, np.array(zeros, np.float64))
    written_out = np.concatenate((values, np.zeros(sum(zeros))))
    expected = RankedSample(written_out).quantiles(
        np.concatenate((codes, np.repeat(np.arange(3), zeros))), 3, SHARES
    )
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)
    overall = RankedSample(values).quantiles(
        np.zeros(len(codes), np.intp), 1, SHARES, np.array([float(sum(zeros))])
    )
    if len(written_out):
        np.testing.assert_allclose(overall[:, 0], np.quantile(written_out, SHARES), rtol=1e-12, atol=1e-12)


def test_quantiles_of_one_group():
    assert RankedSample(np.array([3.0, 1.0])).quantiles(np.zeros(2, np.intp), 1, (0.5,)).tolist() == [[2.0]]


def test_groups_of_the_record(record):
    found = {one.dimension: one for one in groupings(record)}
    assert list(found) == ["overall", "segment", "product", "warehouse", "echelon", "supplier"]
    assert found["supplier"].groups == ("near", "far")
    np.testing.assert_array_equal(found["supplier"].of_stock, [1, 0])  # a comes from afar
    assert found["supplier"].of_cell is None
    np.testing.assert_array_equal(found["segment"].of_cell, [0, 0, 1, 1])
    assert found["segment"].of_stock is None
    np.testing.assert_array_equal(found["product"].of_cell, [0, 1, 0, 1])


def test_a_tally_of_no_codes():
    assert group_sums(np.zeros(0, np.intp), 0, np.zeros(0)).shape == (0,)
