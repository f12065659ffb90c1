"""Differences between two series of replications: how large, how sure, and how much it helped to pair them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from simulator.experiments.statistics import Floats, intervals

_ROUNDING = 1e-9
"""Two figures that differ by less, relatively, differ by the sequence of their additions."""


@dataclass(frozen=True, slots=True)
class Differences:
    """Paired differences of some figures, one entry of each array a figure.

    Attributes:
        mean: float64[figures], mean of ``figure - reference`` over the replications that have both.
        half_width: of its confidence interval; nan with fewer than two replications.
        p_value: two-sided, of "there is no difference"; nan with fewer than two replications, and where both are
            the same in every replication, so that there is nothing to test.
        variance_ratio: Var(A - B) / (Var A + Var B), what the variance of the difference is because of the
            pairing over what it would be with independent replications; nan where neither varies.
        n: how many replications have both.
    """

    mean: Floats
    half_width: Floats
    p_value: Floats
    variance_ratio: Floats
    n: npt.NDArray[np.intp]


def differences(values: Floats, reference: Floats, confidence: float = 0.95) -> Differences:
    """Paired-t intervals and tests of ``values - reference``, float64[replications, figures] each.

    Row n of both has to come from the same random numbers (common random numbers; paired-t: Law 2015, sections
    10.2.1 and 11.2). A pair of which either is nan is left out. Raises ValueError unless 0 < confidence < 1.
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
    """P-values adjusted so that all tests together err with the probability that is asked of each: float64[tests].

    Holm's step-down procedure (1979): with the p-values in rising order, the k-th of m becomes the largest of
    (m - j + 1) p_j over j <= k, at most 1. It needs no independence. Tests that are nan stay so and do not count.

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
    """Whether two means differ by less than a margin.

    Attributes:
        difference: mean of the one minus mean of the other.
        half_width: of the interval of the difference that has to lie within ±margin; its confidence is
            1 - 2 alpha when the test errs with probability alpha.
        margin: that margin.
        p_value: of "they differ by the margin or more", the larger of the two one-sided tests'.
        proven: whether this is refuted, so that they are equivalent with the confidence asked for.
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
    """Two one-sided t-tests (Schuirmann 1987) of whether the means of two series differ by less than a margin.

    Unlike a test that finds no difference, this one cannot be passed with too few replications. Values that are
    nan are left out, with their pair if they are paired.

    Args:
        one: float64[replications].
        other: float64[replications], equally long if paired.
        margin: largest difference that does not matter, more than 0, in the unit of the values.
        confidence: 1 - alpha, above a half; alpha bounds the probability to call equivalent what is not.
        paired: whether replication n of both used the same random numbers. If not, the difference has Welch's
            standard error and degrees of freedom (Welch 1947).

    Raises:
        ValueError: a margin that is not above 0, or a confidence that does not lie between 0.5 and 1.
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
    """Mean difference, its standard error (nan with fewer than two pairs) and degrees of freedom."""
    apart = _apart(a, b)
    apart = apart[~np.isnan(apart)]
    n = len(apart)
    error = math.sqrt(apart.var(ddof=1) / n) if n > 1 else math.nan
    return float(apart.mean()) if n else math.nan, error, n - 1.0


def _welch_error(a: Floats, b: Floats) -> tuple[float, float, float]:
    """The same for two independent series; degrees of freedom after Welch (1947) and Satterthwaite (1946)."""
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
    """The differences, 0 where they are nothing but rounding."""
    apart = values - reference
    apart[np.isclose(values, reference, rtol=_ROUNDING, atol=0.0)] = 0.0
    return apart
