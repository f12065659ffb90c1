import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.orders.arrivals import arrival_times
from simulator.orders.arrivals.arrival_times import poisson_times
from simulator.orders.arrivals.operational_time import OperationalTime
from simulator.orders.arrivals.renewal_epochs import Epochs
from simulator.orders.random.streams import Streams

STREAMS = Streams(7, 0)


def by_itself(rate, factors, name):
    clock = OperationalTime.running(rate * factors)
    readings = Epochs(1.0).below(float(clock.total[0]), STREAMS.generator(name).standard_exponential)
    return clock.calendar(readings, np.array([len(readings)]))


def compare(rates, factors):
    names = [f"stream {k}" for k in range(len(rates))]
    together = poisson_times(np.array(rates), np.array(factors), names, STREAMS)
    for rate, name, found in zip(rates, names, together, strict=True):
        assert found.tolist() == by_itself(rate, np.array(factors), name).tolist()


@given(
    rates=st.lists(st.floats(0, 30), min_size=1, max_size=12),
    factors=st.lists(st.floats(0.001, 10) | st.just(0.0), min_size=1, max_size=40),
)
def test_streams_together_give_what_each_gives_by_itself(rates, factors):
    compare(rates, factors)


@given(
    rate=st.floats(0.01, 30),
    factor=st.floats(0.01, 3),
    days=st.integers(1, 60),
    streams=st.integers(2, 9),
)
def test_streams_of_one_rate_do_too(rate, factor, days, streams):
    compare([rate] * streams, [factor] * days)


def test_days_without_demand_are_passed_over():
    compare([50.0, 50.0, 20.0], [0.0, 0.0, 1.0, 0.0, 0.0, 2.0, 0.0])


def test_where_too_few_were_drawn_more_are(monkeypatch):
    monkeypatch.setattr(arrival_times, "sufficient_gaps", lambda expected: max(1, int(expected)))
    compare([3.0] * 20, [1.0] * 10)


def test_streams_that_are_drawn_together_are_of_about_one_size():
    numbers = np.array([20, 21, 40, 41, 50_000])
    assert [len(block) for block in arrival_times._blocks(np.arange(5), numbers)] == [3, 1, 1]


@pytest.mark.parametrize("streams", [1, 2, 1000])
def test_no_stream_is_left_out_of_the_blocks(streams):
    numbers = np.sort(np.random.default_rng(1).integers(16, 40_000, streams))
    ranked = np.random.default_rng(2).permutation(streams)
    assert np.concatenate(list(arrival_times._blocks(ranked, numbers))).tolist() == ranked.tolist()
