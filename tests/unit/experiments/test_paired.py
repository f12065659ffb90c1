"""Paired differences, Holm's adjustment and the two one-sided tests, each against figures worked out elsewhere."""

import math

import numpy as np
import pytest

from simulator.experiments.statistics.paired_differences import differences, equivalent, holm

# The additional hours of sleep with two drugs of ten patients (Student 1908, table 1), the classic of the paired
# t-test: t = 4.0621 with 9 degrees of freedom, p = 0.00283; unpaired, p = 0.0794 (documented in R's ?t.test).
FIRST = np.array([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0])
SECOND = np.array([1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4])


def column(*values: float) -> np.ndarray:
    return np.array(values)[:, np.newaxis]


def test_students_sleep():
    found = differences(SECOND[:, np.newaxis], FIRST[:, np.newaxis])
    assert found.mean[0] == pytest.approx(1.58)
    assert found.p_value[0] == pytest.approx(0.002833, abs=5e-7)
    # R prints the interval 0.7001142 to 2.4598858.
    assert found.mean[0] - found.half_width[0] == pytest.approx(0.7001142, abs=5e-8)
    assert found.mean[0] + found.half_width[0] == pytest.approx(2.4598858, abs=5e-8)
    assert found.n[0] == 10
    ratio = np.var(SECOND - FIRST, ddof=1) / (np.var(FIRST, ddof=1) + np.var(SECOND, ddof=1))
    assert found.variance_ratio[0] == pytest.approx(ratio)


def test_a_replication_that_lacks_either_is_left_out():
    nan = math.nan
    with_gaps = differences(column(3.0, nan, 5.0, 9.0, 8.0), column(1.0, 2.0, nan, 5.0, 2.0))
    without = differences(column(3.0, 9.0, 8.0), column(1.0, 5.0, 2.0))
    assert with_gaps.n[0] == 3
    for name in ("mean", "half_width", "p_value", "variance_ratio"):
        assert getattr(with_gaps, name)[0] == pytest.approx(getattr(without, name)[0])


def test_what_is_always_the_same_is_not_tested():
    # The second figure differs by the rounding of its sum, which is no difference.
    same = differences(
        np.array([[4.0, 0.1 + 0.2], [7.0, 0.6]]), np.array([[4.0, 0.3], [7.0, 0.1 + 0.2 + 0.3]])
    )
    assert same.mean.tolist() == [0, 0]
    assert same.half_width.tolist() == [0, 0]
    assert np.isnan(same.p_value).all()


def test_a_constant_difference_is_certain():
    found = differences(column(5.0, 6.0, 7.0), column(4.0, 5.0, 6.0))
    assert found.p_value[0] == 0
    assert found.variance_ratio[0] == 0


def test_one_replication_says_nothing_about_certainty():
    found = differences(column(5.0), column(4.0))
    assert found.mean[0] == 1
    assert np.isnan([found.half_width[0], found.p_value[0], found.variance_ratio[0]]).all()


def test_holm_by_hand():
    # Four tests in rising order: 4 x 0.005, 3 x 0.01, 2 x 0.03; 1 x 0.04 is less than the one before, so 0.06 again.
    assert holm([0.01, 0.04, 0.03, 0.005]).tolist() == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_holm_never_exceeds_one_nor_counts_what_was_not_tested():
    # multipletests([0.6, 0.7, 0.01], method="holm") of statsmodels gives 1, 1 and 0.03.
    adjusted = holm([0.6, math.nan, 0.7, 0.01])
    assert adjusted[[0, 2, 3]].tolist() == pytest.approx([1.0, 1.0, 0.03])
    assert math.isnan(adjusted[1])
    assert holm([]).tolist() == []


def test_holm_keeps_the_promise_of_all_tests_together():
    # Ten tests, each true, correlated by a common part: in at most 5 % of 4,000 families is one refuted.
    from scipy.special import ndtr

    rng = np.random.default_rng(5)
    z = rng.normal(size=(4000, 10)) * math.sqrt(0.7) + rng.normal(size=(4000, 1)) * math.sqrt(0.3)
    wrong = sum(bool(holm(2 * ndtr(-np.abs(row))).min() < 0.05) for row in z)
    assert wrong < 4000 * 0.05 + 4 * math.sqrt(4000 * 0.05 * 0.95)


def test_equivalence_is_the_interval_within_the_margin():
    # 90 % interval of the paired differences: 1.58 ± 1.833 * 0.38896 = 1.58 ± 0.71300
    for margin, proven in ((2.30, True), (2.29, False)):
        found = equivalent(SECOND, FIRST, margin, paired=True)
        assert found.difference == pytest.approx(1.58)
        assert found.half_width == pytest.approx(0.71300, abs=1e-4)
        assert found.proven is proven
        assert (found.p_value < 0.05) is proven


def test_equivalence_of_independent_series():
    # Welch: difference 1.58, 17.776 degrees of freedom, standard error 0.84909 (t = 1.8608 in R's ?t.test)
    found = equivalent(SECOND, FIRST, 3.1, paired=False)
    assert found.half_width / 0.84909 == pytest.approx(1.7355, abs=1e-3)  # t(17.776, 0.95)
    assert found.proven
    assert not equivalent(SECOND, FIRST, 3.0, paired=False).proven


def test_few_replications_prove_no_equivalence():
    assert not equivalent([1.0], [1.0], 5.0, paired=True).proven
    assert not equivalent([1.0, math.nan], [math.nan, 1.0], 5.0, paired=True).proven
    assert not equivalent([1.0], [1.0, 1.1], 5.0, paired=False).proven


def test_series_that_do_not_vary():
    for paired in (True, False):
        assert equivalent([2.0, 2.0, 2.0], [2.0, 2.0, 2.0], 0.1, paired=paired).proven
        assert not equivalent([2.0, 2.0, 2.0], [3.0, 3.0, 3.0], 0.1, paired=paired).proven


@pytest.mark.parametrize("paired", [True, False])
def test_equivalence_errs_as_often_as_allowed(paired: bool):  # noqa: FBT001 - pytest passes it
    # With a true difference of just the margin, 5 % of 2,000 trials may claim equivalence.
    rng = np.random.default_rng(6)
    claims = 0
    for _ in range(2000):
        common = rng.normal(0, 1, 12)
        a = rng.normal(1.0, 0.5, 12) + common
        b = rng.normal(0.0, 0.5, 12) + (common if paired else rng.normal(0, 1, 12))
        claims += equivalent(a, b, 1.0, paired=paired).proven
    assert claims < 2000 * 0.05 + 4 * math.sqrt(2000 * 0.05 * 0.95)


def test_wrong_questions_are_refused():
    with pytest.raises(ValueError, match="margin must be above 0"):
        equivalent([1.0, 2.0], [1.0, 2.0], 0.0, paired=True)
    with pytest.raises(ValueError, match=r"between 0\.5 and 1"):
        equivalent([1.0, 2.0], [1.0, 2.0], 1.0, 95, paired=True)
