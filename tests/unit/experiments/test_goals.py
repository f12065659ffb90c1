import math

import pytest

from simulator.experiments.optimising.goals import Constraint, GoalFigure, Goals, Objective
from simulator.metrics.figures import figures
from simulator.model.world import simulate
from simulator.scenario.scenario import Scenario

SCENARIO = Scenario.model_validate(
    {
        "run": {"horizon": "60 days"},
        "products": {"tea": {"price": 4}, "gold": {"price": 20}},
        "customers": {"gold": {"priority": 1}, "others": {"priority": 2}},
        "demand": [{"products": {"tea": "6/day", "gold": "1/day"}, "segments": {"gold": 0.4, "others": 0.6}}],
        "suppliers": {"importer": {"lead_time": "8 days"}},
        "policies": {"replenishment": {"type": "r_Q", "r": 30, "Q": 40}},
    }
)


def read(**words):
    return Goals.read(SCENARIO, **words)


def test_objectives():
    goals = read(minimise=["total_cost"], maximise=["satisfaction"])
    assert goals.objectives == (
        Objective(GoalFigure("total_cost"), "down"),
        Objective(GoalFigure("satisfaction"), "up"),
    )
    assert [one.sign for one in goals.objectives] == [-1, 1]
    assert [str(one) for one in goals.objectives] == ["minimise total_cost", "maximise satisfaction"]


@pytest.mark.parametrize(
    ("text", "figure", "limit", "sign"),
    [
        ("fill_rate >= 0.95", GoalFigure("fill_rate"), 0.95, 1),
        ("fill_rate at least 95 %", GoalFigure("fill_rate"), 0.95, 1),
        ("Fill rate at least 95 %", GoalFigure("fill_rate"), 0.95, 1),
        ("rate fill[others] >= 95 %", GoalFigure("fill_rate", "segment", "others"), 0.95, 1),
        ("wait_mean<=36 h", GoalFigure("wait_mean"), 1.5, -1),
        ("fill_rate[others]>=95%", GoalFigure("fill_rate", "segment", "others"), 0.95, 1),
        ("fill_rate [ product = gold ] >= 0.9", GoalFigure("fill_rate", "product", "gold"), 0.9, 1),
        ("on_hand_mean[tea] < 200 units", GoalFigure("on_hand_mean", "product", "tea"), 200, -1),
    ],
)
def test_constraints(text, figure, limit, sign):
    (constraint,) = read(minimise=["total_cost"], subject_to=[text]).constraints
    assert isinstance(constraint, Constraint)
    assert (constraint.figure, constraint.sign) == (figure, sign)
    assert constraint.limit == pytest.approx(limit)


def test_values():
    found = figures(simulate(SCENARIO, 0))
    assert GoalFigure("fill_rate").of(found) == found["fill_rate"]
    assert (
        GoalFigure("fill_rate", "segment", "others").of(found) == found.of("fill_rate", "segment")["others"]
    )
    assert math.isnan(GoalFigure("customs_delay_mean").of(found))
    assert str(GoalFigure("fill_rate", "segment", "others")) == "fill_rate[others]"
    assert GoalFigure("wait_mean").unit == "days"


def test_every_figure_is_named_once():
    goals = read(minimise=["total_cost"], subject_to=["fill_rate >= 0.9", "fill_rate <= 0.99"])
    assert goals.figures == (GoalFigure("total_cost"), GoalFigure("fill_rate"))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({}, "say what to minimise or maximise"),
        ({"minimise": ["total_csot"]}, "there is no figure 'total_csot'; did you mean 'total_cost'"),
        ({"minimise": ["total-cost"]}, "'total-cost' is no figure"),
        ({"minimise": ["total_cost"], "maximise": ["total_cost"]}, "an objective twice"),
        (
            {"minimise": ["total_cost", "wait_mean"], "maximise": ["profit"]},
            "more than two objectives are not supported",
        ),
        (
            {"minimise": ["fill_rate[gold]"]},
            r"'gold' is a segment and a product: write fill_rate\[segment=gold\]",
        ),
        ({"minimise": ["fill_rate[silver]"]}, "has no group 'silver'"),
        ({"minimise": ["fill_rate[supplier=importer]"]}, "does not exist by supplier"),
        ({"minimise": ["profit"], "subject_to": ["fill_rate"]}, "'fill_rate' says no limit"),
        ({"minimise": ["profit"], "subject_to": ["fill_rate ~ 3"]}, "is no limit; write for example"),
        ({"minimise": ["profit"], "subject_to": ["fill_rate >= 3 days"]}, "3 days"),
        ({"minimise": ["profit"], "subject_to": [">= 3"]}, "is no limit"),
    ],
)
def test_mistakes(words, message):
    with pytest.raises(ValueError, match=message):
        read(**words)
