import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simulator.metrics.grouping import Ranked, groupings

SHARES = (0.0, 0.5, 0.95, 1.0)


@given(st.lists(st.tuples(st.integers(0, 3), st.floats(-1e6, 1e6)), max_size=40))
def test_quantiles_of_groups_are_numpys(entries):
    codes = np.array([code for code, _ in entries], dtype=np.intp)
    values = np.array([value for _, value in entries], dtype=np.float64)
    found = Ranked(values).quantiles(codes, 4, SHARES)
    for group in range(4):
        own = values[codes == group]
        expected = np.quantile(own, SHARES) if len(own) else np.full(len(SHARES), np.nan)
        np.testing.assert_allclose(found[:, group], expected, rtol=1e-12, atol=1e-9)


def test_quantiles_of_one_group():
    assert Ranked(np.array([3.0, 1.0])).quantiles(np.zeros(2, np.intp), 1, (0.5,)).tolist() == [[2.0]]


def test_groups_of_the_record(record):
    found = {one.dimension: one for one in groupings(record)}
    assert list(found) == ["overall", "segment", "product", "warehouse", "supplier"]
    assert found["supplier"].groups == ("near", "far")
    np.testing.assert_array_equal(found["supplier"].of_stock, [1, 0])  # a comes from afar
    assert found["supplier"].of_cell is None
    np.testing.assert_array_equal(found["segment"].of_cell, [0, 0, 1, 1])
    assert found["segment"].of_stock is None
    np.testing.assert_array_equal(found["product"].of_cell, [0, 1, 0, 1])
