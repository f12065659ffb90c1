"""The pickers' queue."""

from __future__ import annotations

from operator import add

import numpy as np

from simulator.model.picking import pick_times, ship_lines
from simulator.scenario.sections.supply_network import Warehouse
from tests.unit.model.outcomes import book


def test_without_pickers_nobody_queues() -> None:
    np.testing.assert_array_equal(
        pick_times(np.array([0.0, 0.0, 1.0]), np.array([2.0, 3.0, 1.0]), None), [2, 3, 2]
    )


def test_one_picker_takes_one_line_after_the_other() -> None:
    np.testing.assert_array_equal(
        pick_times(np.array([0.0, 1.0, 9.0]), np.array([2.0, 3.0, 1.0]), 1), [2, 5, 10]
    )


def test_a_free_picker_takes_the_line_that_came_first() -> None:
    # two pickers: busy until 4 and 1; the third line starts at 1, the fourth at 3
    left = pick_times(np.array([0.0, 0.0, 0.5, 0.6]), np.array([4.0, 1.0, 2.0, 1.0]), 2)
    np.testing.assert_array_equal(left, [4, 1, 3, 4])


def test_more_pickers_than_there_are_lines():
    enters, times = np.array([0.0, 0.5, 0.5]), np.array([2.0, 1.0, 3.0])
    assert pick_times(enters, times, 10**12).tolist() == [2.0, 1.5, 3.5]


def test_a_line_is_picked_where_it_is_served_from() -> None:
    # one picker each, a day a line: the second and the third line come from the other warehouse
    lines = book(
        time=[0.0, 0.0, 0.0],
        allocated=[0.0, 0.0, 0.0],
        filled=1.0,
        pick=1.0,
        delivery=0.5,
        served_from=[0, 1, 1],
        warehouses=("near", "far"),
    )
    ship_lines(lines, [Warehouse(pickers=1, pick_time="1 day")] * 2, [add, add], complete=False, singly=False)
    assert lines.shipped.tolist() == [1.0, 1.0, 2.0]
    assert lines.delivered.tolist() == [1.5, 1.5, 2.5]
