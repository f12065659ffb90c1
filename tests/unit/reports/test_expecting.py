"""Expectations in words."""

import math

import pytest

from simulator.experiments.checking.judgement import Judgement
from simulator.experiments.statistics.confidence_intervals import Estimate
from simulator.reports.wording.check_findings import judgements_line
from simulator.scenario.sections.expectations import Condition


def one(mean, half_width, *, met, sure, metric="fill_rate", limit=0.95, written="95 %", unit="share", n=20):
    return Judgement(metric, Condition(">=", written), limit, Estimate(mean, half_width, unit, n), met, sure)


MET = one(0.97, 0.004, met=True, sure=True)


@pytest.mark.parametrize(
    ("judgements", "line"),
    [
        ([MET], "Expectation met."),
        ([MET, MET], "Expectations: all 2 met."),
        (
            [MET, one(0.932, 0.004, met=False, sure=True)],
            "Expectations: 1 of 2 met. Failed: fill_rate is 93.2 % ± 0.4, expected >= 95 %.",
        ),
        (
            [one(0.9498, 0.004, met=False, sure=False)],
            (
                "Expectations: 0 of 1 met. Failed: fill_rate is 95.0 % ± 0.4, expected >= 95 % "
                "(misses it by 0.02 points), which the interval reaches."
            ),
        ),
        (
            [one(0.953, 0.004, met=True, sure=False)],
            "Expectation met. Met, but not sure: fill_rate is 95.3 % ± 0.4, expected >= 95 %.",
        ),
        (
            [one(0.96, math.nan, met=True, sure=False, n=1)],
            (
                "Expectation met. Met, but for one replication does not say how sure: "
                "fill_rate is 96.0 %, expected >= 95 %."
            ),
        ),
        (
            [one(math.nan, math.nan, met=False, sure=True, n=0)],
            (
                "Expectations: 0 of 1 met. "
                "Failed: fill_rate does not exist here (nothing to take it of), expected >= 95 %."
            ),
        ),
    ],
)
def test_lines(judgements, line):
    assert judgements_line(judgements) == line
