import math

import numpy as np
import pytest

from simulator.experiments.statistics.confidence_intervals import Estimate, interval, intervals, ratio


def test_interval_against_the_table():
    # 1, 2, 3, 4, 5: mean 3, s = sqrt(2.5); t(4, 0.975) = 2.776 in every table
    mean, half_width = interval([1.0, 2.0, 3.0, 4.0, 5.0])
    assert mean == 3
    assert half_width == pytest.approx(2.776 * math.sqrt(2.5) / math.sqrt(5), rel=2e-4)


def test_confidence():
    # t(1, 0.95) = 6.314
    _, half_width = interval([0.0, 2.0], confidence=0.9)
    assert half_width == pytest.approx(6.314, rel=1e-4)
    with pytest.raises(ValueError, match="between 0 and 1"):
        interval([0.0, 2.0], confidence=95)


def test_one_replication_has_no_half_width():
    mean, half_width = interval([7.0])
    assert mean == 7
    assert math.isnan(half_width)


def test_none_has_no_mean():
    assert all(math.isnan(value) for value in interval([math.nan, math.nan]))


def test_replications_without_the_metric_are_left_out():
    mean, half_width, n = intervals(np.array([[1.0, 5.0], [math.nan, 5.0], [3.0, 5.0]]))
    assert mean.tolist() == [2, 5]
    assert n.tolist() == [2, 3]
    assert half_width[0] == pytest.approx(interval([1.0, 3.0])[1])
    assert half_width[1] == 0


def test_a_file_gets_null_for_nan():
    plain = Estimate(1.5, math.nan, "days", 1).plain()
    assert plain == {"mean": 1.5, "half_width": None, "unit": "days", "n": 1}


def test_coverage():
    # 95 % of the intervals hold the true mean: of 2,000, within 4 standard errors of 1,900
    values = np.random.default_rng(1).normal(10, 3, (8, 2000))
    mean, half_width, _ = intervals(values)
    held = int(np.sum(np.abs(mean - 10) <= half_width))
    assert abs(held - 1900) < 4 * math.sqrt(2000 * 0.95 * 0.05)


def test_ratio_by_hand():
    # 6 / 3 = 2; residuals 0, -1, 1, 0: s^2 = 2 / 3; t(3, 0.975) = 3.182; mean of below 0.75, for one is empty
    mean, half_width = ratio([2.0, 1.0, 3.0, 0.0], [1.0, 1.0, 1.0, 0.0])
    assert mean == 2
    assert half_width == pytest.approx(3.182 * math.sqrt(2 / 3) / (0.75 * 2), rel=2e-4)


def test_a_ratio_of_nothing_does_not_exist():
    assert all(math.isnan(value) for value in ratio([0.0, 0.0], [0.0, 0.0]))
    mean, half_width = ratio([3.0], [2.0])
    assert mean == 1.5
    assert math.isnan(half_width)


def test_a_ratio_is_less_biased_than_the_mean_of_ratios():
    # The more wait in a replication, the longer.
    rng = np.random.default_rng(1)
    counts = rng.poisson(2, (4000, 10))
    days = np.array([[rng.gamma(n, n) if n else 0.0 for n in row] for row in counts])
    # E[gamma(n, n)] = n^2; E[n^2] / E[n] = (4 + 2) / 2 = 3
    pooled = np.mean([ratio(above, below)[0] for above, below in zip(days, counts, strict=True)])
    naive = np.nanmean(np.where(counts > 0, days / np.maximum(counts, 1), np.nan))
    assert pooled == pytest.approx(3, abs=0.15)
    assert naive < 2.5
