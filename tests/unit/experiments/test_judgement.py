"""Expectations held against estimates with literal figures."""

import math

import pytest

from simulator.experiments.checking.judgement import judged, misexpected, misshown
from simulator.experiments.statistics.confidence_intervals import Estimate
from simulator.scenario.scenario import Scenario


def scenario(**expect):
    return Scenario.model_validate(
        {"products": {"tea": {}}, "demand": [{"product": "tea", "rate": "1/day"}], "expect": expect}
    )


def judge(condition, mean, half_width, n=20):
    (one,) = judged(scenario(fill_rate=condition), {"fill_rate": Estimate(mean, half_width, "share", n)})
    return one


@pytest.mark.parametrize(
    ("condition", "mean", "half_width", "verdict"),
    [
        (">= 95 %", 0.97, 0.01, "met"),
        (">= 95 %", 0.96, 0.02, "met, but not sure"),
        (">= 95 %", 0.94, 0.02, "failed, but not sure"),
        (">= 95 %", 0.90, 0.02, "failed"),
        ("<= 95 %", 0.90, 0.02, "met"),
        ("< 95 %", 0.96, 0.001, "failed"),
        # On the limit, but for the rounding of a sum.
        (">= 30 %", 0.1 + 0.2, 0.0, "met"),
        ("<= 30 %", 0.1 + 0.2, 0.0, "met"),
        ("> 30 %", 0.1 + 0.2, 0.0, "failed"),
        ("< 30 %", 0.30000001, 0.0, "failed"),
        # One replication.
        (">= 95 %", 0.97, math.nan, "met, but not sure"),
        (">= 95 %", math.nan, math.nan, "failed: does not exist"),
    ],
)
def test_verdicts(condition, mean, half_width, verdict):
    one = judge(condition, mean, half_width)
    assert one.verdict == verdict
    assert one.met == verdict.startswith("met")


def test_every_condition_of_a_list_by_itself():
    figures = {"profit": Estimate(150.0, 1.0, "money", 20)}
    verdicts = [one.met for one in judged(scenario(profit=["> 100", "at most 120"]), figures)]
    assert verdicts == [True, False]


def test_what_no_metric_is_expected_to_be():
    wrong = dict(misexpected(scenario(fil_rate="> 3", profit=["> 3", "> 3 days"], wait_mean="<= 3")))
    assert wrong.keys() == {("expect", "fil_rate"), ("expect", "profit", 1), ("expect", "wait_mean")}
    assert "did you mean 'fill_rate'?" in wrong["expect", "fil_rate"]
    assert "3 has no unit" in wrong["expect", "wait_mean"]


def test_limits_are_in_the_unit_of_the_metric():
    figures = {"wait_mean": Estimate(1.6, 0.01, "days", 20)}
    (one,) = judged(scenario(wait_mean="<= 36 h"), figures)
    assert (one.limit, one.met, one.sure) == (1.5, False, True)


def test_figures_to_show_exist_and_are_named_once():
    shown = scenario().model_copy(update={"show": ("profit", "repeat_rat", "profit")})
    assert dict(misshown(shown)) == {
        (
            "show",
            1,
        ): "unknown metric 'repeat_rat'; did you mean 'repeat_rate'?",
        ("show", 2): "'profit' is named twice",
    }
