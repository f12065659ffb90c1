"""Figures held against those that were kept: to the digit, or by their means."""

import math
from functools import partial

import numpy as np
import pytest

from simulator.experiments.checking.baseline import (
    Baseline,
    KeptFigure,
    compare_exactly,
    compare_within_margins,
)
from simulator.experiments.statistics.equivalence_tests import Margins, SeriesMoments
from simulator.metrics.figures import Figures
from simulator.metrics.glossary import GLOSSARY
from simulator.metrics.measures.backorder_causes import METRICS
from simulator.scenario.scenario import Scenario

SCENARIO = Scenario.model_validate({"products": {"tea": {}}, "demand": [{"product": "tea", "rate": "1/day"}]})


def played(**more):
    """Figures of replications in which nothing exists but what is named."""
    count = len(next(iter(more.values())))
    return [
        Figures(
            tuple(GLOSSARY),
            np.array([more[name][number] if name in more else math.nan for name in GLOSSARY]),
            {},
        )
        for number in range(count)
    ]


def compared(name, old, new):
    """The finding of a metric whose values were these and are those."""
    baseline = Baseline.of(SCENARIO, played(**{name: old}))
    return next(one for one in compare_exactly(baseline, played(**{name: new})) if one.metric == name)


@pytest.mark.parametrize(
    ("name", "old", "new", "verdict"),
    [
        ("lines", 1_000_000_007.0, 1_000_000_007.0, "same"),
        ("lines", 1_000_000_007.0, 1_000_000_008.0, "moved"),  # within 1e-9, but counts are exact
        ("units", 3.0, 3.0000000001, "moved"),
        ("units", 3.5, 3.5000000001, "same"),  # quantities need not be whole
        ("profit", 500.0, 500.0 * (1 + 0.9e-9), "same"),
        ("profit", 500.0, 500.0 * (1 + 1.1e-9), "moved"),
        ("profit", -500.0, -500.0 * (1 + 1.1e-9), "moved"),
        ("fill_rate", 0.03, 0.03 * (1 - 1.1e-9), "moved"),
        ("fill_rate", 0.0, 0.9e-12, "same"),
        ("fill_rate", 0.0, 1.1e-12, "moved"),
        ("wait_mean", math.nan, math.nan, "same"),
        ("wait_mean", math.nan, 0.0, "moved"),
        ("wait_mean", 0.0, math.nan, "moved"),
    ],
)
def test_tolerance(name, old, new, verdict):
    assert compared(name, [old], [new]).verdict == verdict


def test_every_replication_counts_and_the_worst_is_told():
    found = compared("profit", [100.0, 100.0, 5.0], [100.0, 90.0, 6.0])
    assert (found.verdict, found.replication, found.old, found.new, found.difference) == (
        "moved",
        1,
        100.0,
        90.0,
        -10.0,
    )
    assert found.severity == pytest.approx(0.1)


def test_what_appears_or_disappears_is_worst():
    assert compared("wait_mean", [1.0], [math.nan]).severity > compared("wait_mean", [1.0], [1e9]).severity


def test_a_metric_that_is_new_and_one_that_is_gone():
    baseline = Baseline.of(SCENARIO, played(profit=[5.0, 6.0]))
    figures = {name: kept for name, kept in baseline.figures.items() if name != "fill_rate"}
    figures["old_rate"] = KeptFigure((1.0, 2.0), SeriesMoments(1.5, 0.7, 2, 2))
    baseline = Baseline("", 42, "1", 2, figures)
    for findings in (
        compare_exactly(baseline, played(profit=[5.0, 6.0])),
        compare_within_margins(baseline, played(profit=[5.0, 6.0]), Margins()),
    ):
        verdicts = {one.metric: one.verdict for one in findings}
        assert verdicts["fill_rate"] == "new"
        assert verdicts["old_rate"] == "gone"


def test_means_are_held_with_margins_of_what_they_were():
    rng = np.random.default_rng(5)
    old = played(
        profit=rng.normal(1000, 20, 40), revenue=rng.normal(4000, 20, 40), backorders_max=rng.normal(9, 3, 40)
    )
    new = played(
        profit=rng.normal(1000, 20, 60), revenue=rng.normal(3800, 20, 60), backorders_max=rng.normal(5, 3, 60)
    )
    found = {one.metric: one for one in compare_within_margins(Baseline.of(SCENARIO, old), new, Margins())}
    assert found["profit"].verdict == "equivalent"
    assert found["profit"].tolerance == pytest.approx(
        20.0, rel=0.02
    )  # 2 %, or 0.5 % of revenue: about the same
    assert found["revenue"].verdict == "not equivalent"
    assert found["backorders_max"].verdict == "not held"


def test_lines_by_cause_are_held_where_somebody_asks_for_them():
    counted = {metric: [2.0, 3.0] for metric in METRICS.values()}
    without, with_causes = played(lines=[5.0, 6.0]), played(lines=[5.0, 6.0], **counted)
    within = partial(compare_within_margins, margins=Margins())
    for compare in (compare_exactly, within):
        baseline = Baseline.of(SCENARIO, without)
        assert not set(counted) & set(baseline.figures)
        assert not set(counted) & {one.metric for one in compare(baseline, without)}
        verdicts = {one.metric: one.verdict for one in compare(baseline, with_causes)}
        assert {verdicts[metric] for metric in counted} == {"new"}
        asked = Baseline.of(SCENARIO, with_causes)
        assert set(counted) <= set(asked.figures)
        assert not set(counted) & {one.metric for one in compare(asked, without)}
