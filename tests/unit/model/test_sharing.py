"""Many lines that arrive together get what each would get by itself."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simulator.model.allocation.bulk_allocation import units_above_levels

lines = st.lists(st.tuples(st.integers(0, 5), st.sampled_from([0.0, 2.0, 7.0])), max_size=40)


@given(lines, st.integers(0, 60))
def test_each_line_gets_what_lies_above_its_level(arriving: list[tuple[int, float]], on_hand: int) -> None:
    left, expected = float(on_hand), []
    for asked, level in arriving:
        expected.append(min(float(asked), max(0.0, left - level)))
        left -= expected[-1]
    table = np.array(arriving, np.float64).reshape(-1, 2)
    np.testing.assert_array_equal(units_above_levels(table[:, 0], table[:, 1], float(on_hand)), expected)
