"""Margins, and what two series of replications show within them."""

import math

import numpy as np
import pytest

from simulator.experiments.statistics.equivalence_tests import (
    DEFAULTS,
    Margins,
    SeriesMoments,
    adjust_verdicts,
    equivalence_of,
    margin,
    series_moments,
)
from simulator.experiments.statistics.paired_differences import equivalent
from simulator.metrics.glossary import GLOSSARY

# -- margins -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "unit", "width"),
    [
        ("2 %", "money", 160.0),  # of the metric's own mean, whatever its sign
        ("2%", "money", 160.0),
        ("0.5 % of revenue", "money", 200.0),
        ("2 % or 0.5 % of revenue", "money", 200.0),
        ("2 % or 100", "money", 160.0),
        ("1.5 sd", "money", 45.0),
        ("1 point", "share", 0.01),
        ("0.5 points or 0.1 sd", "share", 3.0),
        ("6 h", "days", 0.25),
        ("0.02", "score", 0.02),
    ],
)
def test_width(text, unit, width):
    means = {"profit": -8000.0, "revenue": 40_000.0}
    assert margin(text, unit).width("profit", means, sd=30.0) == pytest.approx(width)


def test_a_share_of_what_does_not_exist_adds_nothing():
    means = {"wait_mean": 2.0, "backorder_wait_mean": math.nan}
    assert margin("3 % or 1 % of backorder_wait_mean", "days").width(
        "wait_mean", means, 0.0
    ) == pytest.approx(0.06)


@pytest.mark.parametrize(
    ("text", "unit", "message"),
    [
        ("0.01", "share", "in points"),
        ("1 point", "money", "only shares have points"),
        ("3", "days", "has no unit"),
        ("2 % of revenu", "money", "did you mean 'revenue'"),
        ("1 sd of revenue", "money", "only per cent"),
        ("0 %", "money", "more than 0"),
        ("-3", "money", "more than 0"),
        ("a bit", "money", "a margin such as"),
    ],
)
def test_no_margins(text, unit, message):
    with pytest.raises(ValueError, match=message):
        margin(text, unit)


def test_every_unit_has_a_margin():
    assert {metric.unit for metric in GLOSSARY.values()} <= DEFAULTS.keys()


def test_what_is_asked_for_goes_over_the_defaults():
    margins = Margins({"days": "1 h", "fill_rate": "2 points", "backorders_max": "10 %"})
    assert margins.of(GLOSSARY["wait_mean"]).text == "1 h"
    assert margins.of(GLOSSARY["backorder_wait_max"]).text == "1 h"  # the unit goes over a metric's default
    assert margins.of(GLOSSARY["fill_rate"]).text == "2 points"
    assert margins.of(GLOSSARY["line_fill_rate"]).text == DEFAULTS["share"]
    assert margins.of(GLOSSARY["backorders_max"]).text == "10 %"
    assert not margins.of(GLOSSARY["cash_held_max"]).parts


def test_a_margin_for_nothing():
    with pytest.raises(ValueError, match="neither a metric nor a unit; did you mean 'fill_rate'"):
        Margins({"fil_rate": "1 point"})


# -- verdicts --------------------------------------------------------------------------------------------------------


def drawn(mean, sd, n, seed):
    return np.random.default_rng(seed).normal(mean, sd, n)


def test_moments_are_all_that_the_test_needs():
    old, new = drawn(10.0, 1.0, 12, 1), drawn(10.2, 2.0, 30, 2)
    expected = equivalent(new, old, 1.5, paired=False)
    found = equivalence_of(series_moments(old), series_moments(new), 1.5)
    assert found.difference == pytest.approx(expected.difference)
    assert found.half_width == pytest.approx(expected.half_width, rel=1e-12)


@pytest.mark.parametrize(
    ("mean", "n", "verdict"),
    [
        (10.0, 100, "equivalent"),
        (10.5, 100, "cannot say"),  # of one metric by itself; see below
        (10.0, 5, "cannot say"),
        (10.25, 100, "cannot say"),  # so near to the margin that its interval reaches over it
    ],
)
def test_verdicts(mean, n, verdict):
    old, new = SeriesMoments(10.0, 0.3, n, n), SeriesMoments(mean, 0.3, n, n)
    assert equivalence_of(old, new, 0.2).verdict == verdict


def test_how_many_would_be_enough():
    old, new = SeriesMoments(10.0, 0.3, 40, 40), SeriesMoments(10.0, 0.3, 5, 5)
    found = equivalence_of(old, new, 0.2)
    assert found.verdict == "cannot say"
    many = found.enough
    assert many is not None
    assert equivalence_of(old, SeriesMoments(10.0, 0.3, many, many), 0.2).verdict == "equivalent"


def test_an_old_series_that_is_too_short():
    old, new = SeriesMoments(10.0, 1.0, 5, 5), SeriesMoments(10.0, 1.0, 5, 5)
    found = equivalence_of(old, new, 0.2)
    assert found.enough is None
    many = found.enough_both
    assert many is not None
    series = SeriesMoments(10.0, 1.0, many, many)
    assert equivalence_of(series, series, 0.2).verdict == "equivalent"


def test_enough_shows_it_in_nine_of_ten_cases():
    many = equivalence_of(SeriesMoments(0.0, 1.0, 5, 5), SeriesMoments(0.0, 1.0, 5, 5), 0.5).enough_both
    assert many is not None
    verdicts = [
        equivalence_of(
            series_moments(drawn(0.0, 1.0, many, 2 * seed)),
            series_moments(drawn(0.0, 1.0, many, 2 * seed + 1)),
            0.5,
        ).verdict
        for seed in range(500)
    ]
    assert np.mean([one == "equivalent" for one in verdicts]) == pytest.approx(
        0.9, abs=4 * math.sqrt(0.09 / 500)
    )


def test_what_is_told_apart():
    old = SeriesMoments(10.0, 0.3, 40, 40)
    means = {"same": 10.0, "at the margin": 10.2, "little beyond": 10.3, "far beyond": 11.0}
    found = adjust_verdicts(
        {name: equivalence_of(old, SeriesMoments(mean, 0.3, 40, 40), 0.2) for name, mean in means.items()}
    )
    assert {name: one.verdict for name, one in found.items()} == {
        "same": "equivalent",
        "at the margin": "cannot say",
        "little beyond": "cannot say",  # p = 0.07 by itself
        "far beyond": "not equivalent",
    }


def test_many_metrics_that_are_the_same_are_seldom_told_apart():
    # Of 60 metrics without any difference, and hardly any margin, a test at 5 % each would find some nearly always.
    wrong = 0
    for seed in range(100):
        rng = np.random.default_rng(seed)
        found = {
            str(k): equivalence_of(
                series_moments(rng.normal(0, 1, 20)), series_moments(rng.normal(0, 1, 20)), 1e-6
            )
            for k in range(60)
        }
        wrong += any(one.verdict == "not equivalent" for one in adjust_verdicts(found).values())
    assert wrong / 100 <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / 100)


@pytest.mark.parametrize(
    ("old", "new", "verdict"),
    [
        (SeriesMoments(math.nan, math.nan, 0, 20), SeriesMoments(math.nan, math.nan, 0, 20), "equivalent"),
        (SeriesMoments(3.0, 1.0, 20, 20), SeriesMoments(math.nan, math.nan, 0, 20), "not equivalent"),
        (SeriesMoments(math.nan, math.nan, 0, 20), SeriesMoments(3.0, 1.0, 20, 20), "not equivalent"),
        (SeriesMoments(3.0, math.nan, 1, 20), SeriesMoments(math.nan, math.nan, 0, 20), "not held"),  # rare
        (SeriesMoments(3.0, 1.0, 20, 20), SeriesMoments(3.0, math.nan, 1, 1), "cannot say"),
        (SeriesMoments(0.0, 0.0, 20, 20), SeriesMoments(0.0, 0.0, 20, 20), "equivalent"),
        (SeriesMoments(0.0, 0.0, 20, 20), SeriesMoments(0.1, 0.3, 20, 20), "not equivalent"),
    ],
)
def test_what_seldom_exists_or_is_always_0(old, new, verdict):
    assert equivalence_of(old, new, 0.0 if old.mean == 0 else 0.2).verdict == verdict


def test_the_tests_err_as_seldom_as_they_say():
    # Two series whose means differ by exactly the margin are called equivalent in at most 5 % of the cases.
    wrong = [
        equivalence_of(
            series_moments(drawn(0.0, 1.0, 15, 2 * seed)),
            series_moments(drawn(1.0, 2.0, 25, 2 * seed + 1)),
            1.0,
        ).verdict
        == "equivalent"
        for seed in range(1000)
    ]
    assert np.mean(wrong) == pytest.approx(0.05, abs=4 * math.sqrt(0.05 * 0.95 / 1000))
