import weakref
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.orders.line_columns import DemandLines, found, merge_lines, ranked
from simulator.values.deferred_columns import Deferred


def lines(time, order, **columns):
    rule_of = dict.fromkeys(DemandLines.__dataclass_fields__, 0)
    return DemandLines(
        **(rule_of | columns | {"time": np.array(time, float), "order": np.array(order, np.int32)})
    )


@given(st.lists(st.sampled_from([0.0, 0.5, 1.0, 7.0]) | st.floats(0, 9), max_size=30))
def test_equal_times_keep_their_sequence(times):
    places, in_order = ranked(np.array(times))
    assert places.tolist() == sorted(range(len(times)), key=times.__getitem__)
    assert in_order.tolist() == sorted(times)


@pytest.mark.parametrize(
    "times",
    [
        [
            3.0,
            np.nextafter(1.0, 2.0),
            1.0,
            np.nextafter(1.0, 0.0),
            1.0,
        ],  # alike in all digits that are compared
        [np.inf, 2.0, np.inf, 1.0],
        [-np.inf, 2.0, -np.inf, 1.0],
        [5e-324, 0.0, 5e-324],
        [1e308, -1e308, 0.0],
        [7.0, 7.0],
    ],
)
def test_any_times_are_ranked(times):
    places, in_order = ranked(np.array(times))
    assert places.tolist() == sorted(range(len(times)), key=times.__getitem__)
    assert in_order.tolist() == sorted(times)


def test_a_column_to_come_holds_on_to_no_other():
    time = np.array([2.0, 1.0])
    kept = weakref.ref(time)
    two, one = Deferred(lambda: np.array([0.2, 0.1])), Deferred(lambda: np.array([0.3]))
    rows = merge_lines([replace(lines([2, 1], [0, 1], chance=two), time=time), lines([3], [2], chance=one)])
    del time
    assert kept() is None
    assert isinstance(rows.chance, Deferred)
    assert rows.chance.values().tolist() == [0.1, 0.2, 0.3]


def test_lines_of_an_order_stay_together_where_other_orders_have_none():
    main, further = lines([1, 1], [0, 2], product=5), lines([1], [0], product=6)
    rows = merge_lines([main, further])
    assert rows.order.tolist() == [0, 0, 2]
    assert np.asarray(rows.product).tolist() == [5, 6, 5]


@pytest.mark.parametrize("time", [[1, 2, 3], [3, 1, 2]])
def test_columns_go_with_their_times(time):
    rows = merge_lines([lines(time, [0, 1, 2], quantity=np.array(time, float))])
    assert rows.time.tolist() == np.asarray(rows.quantity).tolist() == [1, 2, 3]


@given(st.lists(st.floats(0, 9), max_size=20), st.lists(st.floats(-1, 10) | st.just(-np.inf), max_size=20))
def test_what_is_wanted_in_any_sequence_is_found(times, wanted):
    times = np.sort(np.array(times))
    assert found(times, np.array(wanted)).tolist() == np.searchsorted(times, np.array(wanted)).tolist()
