import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.orders.arrivals.arrival_times import ArrivalSpan, RateProfile, times_of_streams
from simulator.orders.arrivals.operational_time import OperationalTime
from simulator.orders.arrivals.renewal_epochs import RunningSums
from simulator.orders.random.streams import Streams
from simulator.scenario.sections.demand import Arrivals


def times(arrivals=None, rate=5.0, factors=None, end=100.0, seed=1, share=1.0):
    kind = Arrivals.model_validate(arrivals or {})
    days = np.ones(int(np.ceil(end))) if factors is None else np.asarray(factors, dtype=float)
    rate_profile = RateProfile("demand/a/b/c", rate, share, days)
    return times_of_streams(kind, [rate_profile], ArrivalSpan(0, len(days), end), Streams(seed, 0))[0]


def daily_counts(found, days):
    return np.bincount(found.astype(int), minlength=days)


def near(sample, expected, standard_error):
    assert abs(np.mean(sample) - expected) < 5 * standard_error


def test_poisson_counts_have_mean_and_variance_of_the_rate():
    days, rate = 20_000, 5.0
    counts = daily_counts(times(rate=rate, end=days), days)
    near(counts, rate, np.sqrt(rate / days))
    # Var of the sample variance of a Poisson count: (m + 2 m²) / n.
    near((counts - rate) ** 2, rate, np.sqrt((rate + 2 * rate**2) / days))
    assert abs(np.corrcoef(counts[1:], counts[:-1])[0, 1]) < 5 / np.sqrt(days)


def test_poisson_gaps_are_exponential():
    gaps = np.diff(times(rate=5.0, end=20_000.0))
    near(gaps, 0.2, 0.2 / np.sqrt(len(gaps)))
    near(gaps > 0.2, np.exp(-1), np.sqrt(0.25 / len(gaps)))


def test_negative_binomial_days_are_overdispersed():
    days, m, alpha = 40_000, 20.0, 0.1
    arrivals = {"type": "negative_binomial", "dispersion": alpha}
    counts = daily_counts(times(arrivals, rate=m, end=days), days)
    variance = m + alpha * m**2
    near(counts, m, np.sqrt(variance / days))
    squares = (counts - m) ** 2
    near(squares, variance, squares.std() / np.sqrt(days))
    assert abs(np.corrcoef(counts[1:], counts[:-1])[0, 1]) < 5 / np.sqrt(days)


def test_no_dispersion_is_poisson():
    assert np.array_equal(times({"type": "negative_binomial", "dispersion": 0}), times())


def test_the_rate_follows_the_days():
    weeks, shape = 3_000, np.array([0.0, 0.5, 1.0, 1.5, 2.0, 0.0, 2.0])
    found = times(rate=4.0, factors=np.tile(shape, weeks), end=7.0 * weeks)
    by_weekday = daily_counts(found, 7 * weeks).reshape(weeks, 7).mean(axis=0)
    assert (np.abs(by_weekday - 4 * shape) <= 5 * np.sqrt(4 * shape / weeks)).all()
    # Within a day orders are even.
    near(found % 1, 0.5, np.sqrt(1 / 12 / len(found)))


def test_gamma_gaps_have_their_cv():
    gaps = np.diff(times({"type": "renewal", "cv": 0.5}, rate=5.0, end=20_000.0))
    near(gaps, 0.2, 0.1 / np.sqrt(len(gaps)))
    squares = (gaps - 0.2) ** 2
    near(squares, 0.01, squares.std() / np.sqrt(len(gaps)))


@pytest.mark.parametrize(
    ("arrivals", "end", "expected"),
    [
        ({"interval": "2 days", "first": "0 days"}, 7, [0, 2, 4, 6]),
        ({"interval": "2 days"}, 7, [2, 4, 6]),
        ({"interval": "2 days", "first": "0 days"}, 6, [0, 2, 4]),
        ({"interval": "2 days"}, 6, [2, 4]),
        ({"interval": "6 h", "first": "12 h"}, 1.5, [0.5, 0.75, 1.0, 1.25]),
        ({"interval": "2 days", "first": "9 days"}, 9, []),
        ({"interval": "2 days", "first": "8.5 days"}, 8.6, [8.5]),
        ({"interval": "9 days"}, 5, []),
    ],
)
def test_constant_intervals_are_exact(arrivals, end, expected):
    assert times({"type": "renewal"} | arrivals, rate=None, end=end).tolist() == expected


def test_constant_intervals_do_not_add_up_rounding():
    found = times({"type": "renewal", "interval": "0.1 days", "first": 0}, rate=None, end=1000)
    assert len(found) == 10_000
    assert found[::10].tolist() == list(range(1000))


def test_equal_gaps_by_rate_are_equal_intervals():
    assert times({"type": "renewal", "cv": 0}, rate=4.0, end=1.0).tolist() == [0.25, 0.5, 0.75]


def test_a_share_stretches_intervals():
    found = times({"type": "renewal", "interval": "1 day"}, rate=None, share=0.25, end=13.0)
    assert found.tolist() == [4, 8, 12]


def test_renewal_arrivals_follow_the_days_too():
    arrivals = {"type": "renewal", "interval": "1 day", "first": "1 day"}
    found = times(arrivals, rate=None, factors=[1, 2, 0, 0.5, 0.5, 1], end=6.0)
    assert found.tolist() == [1.0, 1.5, 3.0, 5.0]


@pytest.mark.parametrize("arrivals", [{}, {"type": "renewal", "cv": 1}, {"type": "renewal", "cv": 0}])
def test_without_demand_there_are_no_orders(arrivals):
    assert len(times(arrivals, rate=0.0)) == 0
    assert len(times(arrivals, share=0.0)) == 0
    assert len(times(arrivals, factors=np.zeros(100))) == 0


def test_no_order_on_days_without_demand():
    found = times(rate=50.0, factors=[0, 0, 1, 0, 1, 0], end=6.0)
    assert set(found.astype(int)) == {2, 4}


KINDS = st.sampled_from(
    [
        {},
        {"type": "negative_binomial", "dispersion": 0.3},
        {"type": "renewal", "cv": 0.7},
        {"type": "renewal", "cv": 0.7, "first": "0.5 days"},
        {"type": "renewal", "cv": 0},
    ]
)


@given(
    arrivals=KINDS,
    rate=st.floats(0.01, 50),
    factors=st.lists(st.floats(0.001, 10) | st.just(0.0), min_size=60, max_size=60),
    end=st.floats(0.1, 59.9),
    seed=st.integers(0, 1000),
)
def test_a_longer_run_only_appends(arrivals, rate, factors, end, seed):
    short = times(arrivals, rate, factors[: int(np.ceil(end))], end, seed)
    long = times(arrivals, rate, factors, 60.0, seed)
    assert (np.diff(long) >= 0).all()
    assert (long >= 0).all()
    assert np.array_equal(short, long[long < end])


@given(st.lists(st.integers(1, 700), min_size=1, max_size=5))
def test_running_sums_do_not_depend_on_how_many_gaps_come_at_once(portions):
    gaps = np.random.default_rng(1).random(sum(portions))
    whole = RunningSums(0.1).of(gaps.copy())
    np.testing.assert_allclose(whole, 0.1 + np.cumsum(gaps), rtol=1e-12)
    one_by_one = RunningSums(0.1)
    parts = [one_by_one.of(part) for part in np.split(gaps.copy(), np.cumsum(portions)[:-1])]
    assert np.concatenate(parts).tolist() == whole.tolist()


@given(st.lists(st.floats(0.001, 10) | st.just(0.0), min_size=1), st.data())
def test_the_clock_is_turned_back(speed, data):
    clock = OperationalTime.running(np.array(speed))
    time = data.draw(st.floats(0, len(speed), exclude_max=True))
    reading = clock.reading(time)
    if speed[int(time)] > 0 and reading < clock.total[0]:
        back = clock.calendar(np.array([reading]), np.array([1]))[0]
        assert back == pytest.approx(time, abs=1e-9 * (1 + clock.total[0] / speed[int(time)]))


def test_random_intervals_have_their_distribution_stretched_by_the_share():
    interval = {"dist": "uniform", "low": "1 h", "high": "5 h"}
    gaps = np.diff(times({"type": "renewal", "interval": interval}, rate=None, share=0.5, end=5_000.0))
    near(gaps, 0.25, (8 / 24) / np.sqrt(12 * len(gaps)))
    assert gaps.min() >= 2 / 24 - 1e-9
    assert gaps.max() <= 10 / 24 + 1e-9
    assert abs(np.corrcoef(gaps[1:], gaps[:-1])[0, 1]) < 5 / np.sqrt(len(gaps))
