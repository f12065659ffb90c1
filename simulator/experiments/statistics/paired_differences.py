"""Paired differences between two series of replications: size, interval, p-value, and the gain from pairing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from simulator.experiments.statistics.confidence_intervals import intervals
from simulator.values.arrays import Floats

_ROUNDING = 1e-9
"""Relative difference of two figures below which it is due to rounding, since numbers are added in another order."""


@dataclass(frozen=True, slots=True)
class Differences:
    """Paired differences of figures from a reference; each array has one entry for each figure.

    Attributes:
        mean: float64[figures], mean difference over the replications that have both.
        half_width: float64[figures], half width of the confidence interval of ``mean``; nan with fewer than
            two replications.
        p_value: float64[figures], two-sided p-value of the hypothesis that there is no difference; nan with
            fewer than two replications, or if both are equal in every replication.
        variance_ratio: float64[figures], Var(A - B) / (Var A + Var B), the variance of the paired difference
            over its variance with independent replications; nan if neither varies.
        n: intp[figures], number of replications that have both.
    """

    mean: Floats
    half_width: Floats
    p_value: Floats
    variance_ratio: Floats
    n: npt.NDArray[np.intp]


def differences(values: Floats, reference: Floats, confidence: float = 0.95) -> Differences:
    """Estimate ``values - reference`` with intervals, and test the differences by paired t-tests.

    Row n of both comes from the same random numbers (common random numbers; paired-t: Law 2015, sections
    10.2.1 and 11.2). A pair is left out if either value is nan.

    Args:
        values: float64[replications, figures].
        reference: float64[replications, figures].
        confidence: confidence of the intervals.

    Raises:
        ValueError: ``confidence`` does not lie between 0 and 1.
    """
    from scipy.special import stdtr, stdtrit

    apart = _apart(values, reference)
    both = ~np.isnan(apart)
    mean, half_width, n = intervals(apart, confidence)
    alone = [intervals(np.where(both, part, np.nan), confidence)[1] for part in (values, reference)]
    with np.errstate(invalid="ignore", divide="ignore"):
        # Half widths of equally many values are proportional to their standard deviations.
        ratio = half_width**2 / (alone[0] ** 2 + alone[1] ** 2)
        error = half_width / stdtrit(n - 1.0, (1 + confidence) / 2)
        p_value = 2 * stdtr(n - 1.0, -np.abs(mean) / error)
    return Differences(mean, half_width, p_value, ratio, n)


def holm(p_values: Sequence[float] | Floats) -> Floats:
    """Adjust p-values for the family-wise error rate by Holm's step-down procedure (1979): float64[tests].

    With the p-values in rising order, the k-th of m becomes the largest of (m - j + 1) p_j over j <= k, at
    most 1. The tests need not be independent. Values that are nan stay nan and are no tests.

    >>> holm([0.01, 0.04, 0.03, 0.005]).round(3).tolist()
    [0.03, 0.06, 0.06, 0.02]
    """
    given = np.asarray(p_values, np.float64)
    adjusted = np.full(given.shape, np.nan)
    tested = np.flatnonzero(~np.isnan(given))
    rising = tested[np.argsort(given[tested], kind="stable")]
    factors = np.arange(len(rising), 0, -1)
    adjusted[rising] = np.minimum(np.maximum.accumulate(factors * given[rising]), 1.0)
    return adjusted


@dataclass(frozen=True, slots=True)
class Equivalence:
    """Result of a test that two means differ by less than a margin.

    Attributes:
        difference: mean of the one series minus mean of the other.
        half_width: half width of the interval of the difference at confidence 1 - 2 alpha, for a test with
            error probability alpha. The means are equivalent if this interval lies within ±margin.
        margin: largest difference that does not matter.
        p_value: p-value of the hypothesis that the means differ by the margin or more, the larger of those of
            the two one-sided tests.
        proven: True if that hypothesis is rejected, so that the means are equivalent.
    """

    difference: float
    half_width: float
    margin: float
    p_value: float
    proven: bool


def equivalent(
    one: Sequence[float] | Floats,
    other: Sequence[float] | Floats,
    margin: float,
    confidence: float = 0.95,
    *,
    paired: bool,
) -> Equivalence:
    """Test by two one-sided t-tests (Schuirmann 1987) that the means of two series differ by less than a margin.

    With too few replications this test fails, whereas a test for a difference would find none. Values that
    are nan are left out, with their pair if the series are paired.

    Args:
        one: float64[replications].
        other: float64[replications], equally long if paired.
        margin: largest difference that does not matter, above 0, in the unit of the values.
        confidence: 1 - alpha, above 0.5; alpha bounds the probability of calling different means equivalent.
        paired: True if replication n of both used the same random numbers; otherwise standard error and
            degrees of freedom are Welch's (1947).

    Raises:
        ValueError: ``margin`` is not above 0, or ``confidence`` does not lie between 0.5 and 1.
    """
    from scipy.special import stdtr, stdtrit

    if not margin > 0:
        raise ValueError(f"the margin must be above 0, not {margin}")
    if not 0.5 < confidence < 1:
        raise ValueError(f"confidence must lie between 0.5 and 1, not be {confidence}")
    a, b = np.asarray(one, np.float64), np.asarray(other, np.float64)
    difference, error, freedom = _paired_error(a, b) if paired else _welch_error(a, b)
    if math.isnan(error):
        return Equivalence(difference, math.nan, margin, math.nan, proven=False)
    if error == 0.0:
        p_value = float(abs(difference) >= margin)
    else:
        p_value = float(stdtr(freedom, (abs(difference) - margin) / error))
    half_width = float(stdtrit(freedom, confidence)) * error
    return Equivalence(difference, half_width, margin, p_value, proven=p_value < 1 - confidence)


def _paired_error(a: Floats, b: Floats) -> tuple[float, float, float]:
    """Return the mean paired difference, its standard error (nan with fewer than two pairs) and degrees of freedom."""
    apart = _apart(a, b)
    apart = apart[~np.isnan(apart)]
    n = len(apart)
    error = math.sqrt(apart.var(ddof=1) / n) if n > 1 else math.nan
    return float(apart.mean()) if n else math.nan, error, n - 1.0


def _welch_error(a: Floats, b: Floats) -> tuple[float, float, float]:
    """Return the difference of two means, its standard error and degrees of freedom.

    The series are independent (Welch 1947, Satterthwaite 1946). The error is nan if one has fewer than two
    values.
    """
    a, b = a[~np.isnan(a)], b[~np.isnan(b)]
    difference = float(a.mean() - b.mean()) if len(a) and len(b) else math.nan
    if min(len(a), len(b)) < 2:
        return difference, math.nan, math.nan
    parts = [float(x.var(ddof=1)) / len(x) for x in (a, b)]
    total = sum(parts)
    if total == 0.0:
        return difference, 0.0, float(len(a) + len(b) - 2)
    below = sum(part**2 / (len(x) - 1) for part, x in zip(parts, (a, b), strict=True))
    return difference, math.sqrt(total), total**2 / below


def _apart(values: Floats, reference: Floats) -> Floats:
    """Return the differences; those due to rounding are set to 0."""
    apart = values - reference
    apart[np.isclose(values, reference, rtol=_ROUNDING, atol=0.0)] = 0.0
    return apart
