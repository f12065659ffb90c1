"""The pickers' queue."""

from __future__ import annotations

import numpy as np

from simulator.model.warehouse import pick


def test_without_pickers_nobody_queues() -> None:
    np.testing.assert_array_equal(pick(np.array([0.0, 0.0, 1.0]), np.array([2.0, 3.0, 1.0]), None), [2, 3, 2])


def test_one_picker_takes_one_line_after_the_other() -> None:
    np.testing.assert_array_equal(pick(np.array([0.0, 1.0, 9.0]), np.array([2.0, 3.0, 1.0]), 1), [2, 5, 10])


def test_a_free_picker_takes_the_line_that_came_first() -> None:
    # two pickers: busy until 4 and 1; the third line starts at 1, the fourth at 3
    left = pick(np.array([0.0, 0.0, 0.5, 0.6]), np.array([4.0, 1.0, 2.0, 1.0]), 2)
    np.testing.assert_array_equal(left, [4, 1, 3, 4])


def test_more_pickers_than_there_are_lines():
    enters, times = np.array([0.0, 0.5, 0.5]), np.array([2.0, 1.0, 3.0])
    assert pick(enters, times, 10**12).tolist() == [2.0, 1.5, 3.5]
