import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.orders.arrivals import operational_time
from simulator.orders.arrivals.operational_time import OperationalTime

speeds = st.floats(0.001, 10) | st.just(0.0)


def by_itself(speed, first, start, readings):
    clock = OperationalTime.running(speed, first, start)
    return clock.calendar(readings.copy(), np.array([len(readings)])).tolist()


@st.composite
def clocks(draw):
    """Draw speeds of some clocks, their first readings, and further readings of each, many of them at midnights."""
    number, days = draw(st.integers(1, 5)), draw(st.integers(1, 12))
    steady = draw(st.booleans())
    rows = [draw(st.lists(speeds, min_size=days, max_size=days)) for _ in range(number)]
    speed = np.array([row[:1] * days if steady else row for row in rows])
    start = np.array(draw(st.lists(st.floats(0, 1e4), min_size=number, max_size=number)))
    elapsed = OperationalTime.running(speed, 0, start).elapsed
    readings = []
    for shown in elapsed:
        between = st.floats(shown[0], shown[-1]) | st.sampled_from(shown.tolist())
        near = between | between.map(lambda x: float(np.nextafter(x, np.inf)))
        found = np.sort(np.array(draw(st.lists(near, max_size=20)), float))
        readings.append(found[(found < shown[-1]) & (found >= shown[0])])
    return speed, start, readings


@given(clocks(), st.integers(0, 3), st.integers(1, 40))
def test_clocks_together_give_what_each_gives_by_itself(drawn, first, at_once):
    speed, start, readings = drawn
    expected = [by_itself(speed[k], first, start[k], own) for k, own in enumerate(readings)]
    together = OperationalTime.running(speed, first, start)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operational_time, "IN_CACHE", at_once)
        found = list(together.calendars([own.copy() for own in readings]))
    assert [times.tolist() for times in found] == expected


@given(clocks())
def test_one_clock_may_serve_several_streams(drawn):
    speed, start, readings = drawn
    clock = OperationalTime.running(speed[0], 2, start[0])
    parts = [readings[0], readings[0][:1], readings[0]]
    found = list(clock.calendars([own.copy() for own in parts]))
    assert [times.tolist() for times in found] == [by_itself(speed[0], 2, start[0], own) for own in parts]


def test_a_process_follows_its_speed():
    clock = OperationalTime.running(np.array([[1.0, 0.0, 4.0], [2.0, 2.0, 2.0]]), first=10)
    assert clock.total.tolist() == [5.0, 6.0]
    readings = np.array([0.5, 1.0, 3.0, 0.5, 5.0])
    assert clock.calendar(readings, np.array([3, 2])).tolist() == [10.5, 12.0, 12.5, 10.25, 12.5]
