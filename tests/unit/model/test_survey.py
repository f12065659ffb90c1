"""Repeat chances, and the survey after a simulated run."""

from typing import Any

import numpy as np
import pytest
from numpy import nan

from simulator.metrics.figures import figures
from simulator.model.survey.loyalty import kept_chance, survey
from simulator.model.world import simulate
from simulator.orders.order_book import Status
from simulator.scenario.scenario import Scenario
from simulator.scenario.sections.satisfaction import Loyalty
from tests.unit.model.outcomes import book

LATE = Status.FILLED_LATE
SHOP: dict[str, Any] = {
    "run": {"horizon": "120 days", "warm_up": "10 days"},
    "products": {"a": {"price": 10, "cost": 4}, "b": {"price": 20}},
    "customers": {"gold": {}, "std": {"patience": {"dist": "exponential", "mean": "12 days"}}},
    "demand": [
        {"products": {"a": "6/day", "b": "3/day"}, "segments": {"gold": 0.3, "std": 0.7}, "also": {"b": 0.3}}
    ],
    "warehouses": {"warehouse": {"delivery": {"dist": "gamma", "mean": "3 days", "cv": 0.6}}},
    "suppliers": {"supplier": {"lead_time": {"dist": "gamma", "mean": "12 days", "cv": 0.5}}},
    "policies": {
        "replenishment": {"type": "r_Q", "r": 60, "Q": 90},
        "promise": {"type": "fixed", "lead_time": "8 days"},
    },
}


def asked(lines, end=30.0, **sections):
    """Survey of lines given by hand."""
    found = survey(lines, scenario(**sections), end)
    assert found is not None
    return found


def played(**sections):
    """Simulate a run with its survey."""
    record = simulate(scenario(**sections))
    assert record.scores is not None
    return record, record.scores


def scenario(**sections):
    return Scenario.model_validate(SHOP | sections)


@pytest.mark.parametrize(
    ("kept", "columns"),
    [
        (1, {"status": Status.FROM_STOCK, "allocated": 0}),
        (1 - 0.021, {"status": LATE, "allocated": 0.5}),
        (1 - 0.021, {"status": LATE, "allocated": 10}),
        (1 - 0.061, {"status": LATE, "allocated": 10.5}),
        (0.95, {"status": Status.FROM_STOCK, "allocated": 0, "delivered": 6, "promised": 5}),
        (1, {"status": Status.FROM_STOCK, "allocated": 0, "delivered": 5, "promised": 5}),
        (0.95 * 0.979, {"status": LATE, "allocated": 3, "delivered": 6, "promised": 5}),
        (0.95 * 0.939, {"status": Status.BACKORDERED, "promised": 5}),  # to the end, at 30
        (0.939, {"status": Status.BACKORDERED}),
        (0.9, {"status": Status.REFUSED}),
        (0.9, {"status": Status.DECLINED, "promised": 5}),
        (0.85, {"status": Status.CANCELLED, "cancelled": 20, "promised": 5}),
        (nan, {"status": Status.PENDING}),
    ],
)
def test_what_is_left_of_the_chance(kept, columns):
    found = kept_chance(book(time=[0], **columns), Loyalty(), 30.0)
    assert found == pytest.approx([kept], nan_ok=True)


def test_the_worst_line_of_an_order_counts():
    lines = book(
        order=[0, 0, 0, 1], segment=[0, 0, 0, 1], segments=("gold", "std"), allocated=0, status=[1, 5, 4, 1]
    )
    loyalty = {"segments": {"std": 0.5}, "refused": 0.2}
    found = asked(lines, loyalty=loyalty)
    assert found.repeat_probability == pytest.approx([nan, nan, 0.3 * 0.8, 0.5], nan_ok=True)
    assert not found.score.any()


def test_scores_tell_customers_apart_but_leave_the_mean_to_the_evidence():
    n = 50_000
    waited = np.repeat([0.0, 5.0, 15.0], n)
    lines = book(status=np.where(waited > 0, LATE, Status.FROM_STOCK), allocated=waited, delivered=waited + 3)
    found = asked(lines, satisfaction={"slow_day": 0}, loyalty={})
    for days, loss in ((0, 0), (5, 0.021), (15, 0.061)):
        chosen = waited == days
        assert found.repeat_probability[chosen].mean() == pytest.approx(0.3 * (1 - loss), rel=0.002)
        happy, angry = (found.repeat_probability[chosen & (found.score == score)] for score in (5, 1))
        assert np.ptp(happy) == np.ptp(angry) == pytest.approx(0)
        assert happy[0] / angry[0] == pytest.approx(1.03 / 0.85)


def test_a_chance_is_at_most_certain():
    lines = book(allocated=np.zeros(1000), delivered=3)
    found = asked(lines, satisfaction={}, loyalty={"base": 1})
    assert found.repeat_probability.max() == 1


def test_asking_changes_nothing_else():
    plain = simulate(scenario())
    assert plain.scores is None
    surveyed, _ = played(satisfaction={}, loyalty={})
    for name in ("time", "quantity", "status", "allocated", "delivered", "promised", "cancelled"):
        np.testing.assert_array_equal(getattr(plain.book, name), getattr(surveyed.book, name))
    before, after = figures(plain), figures(surveyed)
    new = {"satisfaction", "top_two_box", "one_star", "repeat_rate", "satisfied_rate"}
    for name in before.names:
        if name in {"scores", "judged_orders"}:
            assert before[name] == 0 < after[name]
        elif name in new:
            assert np.isnan(before[name])
            assert not np.isnan(after[name])
        else:
            assert before[name] == pytest.approx(after[name], rel=0, abs=0, nan_ok=True)


def test_each_section_alone():
    _, opinions = played(satisfaction={})
    _, loyalty = played(loyalty={})
    assert np.isnan(opinions.repeat_probability).all()
    assert not loyalty.score.any()
    _, both = played(satisfaction={}, loyalty={})
    np.testing.assert_array_equal(both.score, opinions.score)


def test_one_answer_and_one_chance_an_order():
    record, scores = played(satisfaction={}, loyalty={})
    book = record.book
    assert np.bincount(book.order[scores.score > 0]).max() == 1
    reached = np.unique(book.order[book.status != Status.PENDING])
    np.testing.assert_array_equal(book.order[~np.isnan(scores.repeat_probability)], reached)
    assert np.all((scores.score > 0) == ~np.isnan(scores.asked))
    found = figures(record)
    counted = scores.score[(book.time >= 10) & (book.time < 120)]
    assert found["satisfaction"] == pytest.approx(counted[counted > 0].mean())
    assert found["top_two_box"] == pytest.approx((counted >= 4).sum() / (counted > 0).sum())


def test_later_promises_are_kept_more_often_and_please_more():
    hasty, careful = (
        figures(simulate(scenario(satisfaction={}, policies=SHOP["policies"] | {"promise": promise})))
        for promise in ({"type": "fixed", "lead_time": "4 days"}, {"type": "fixed", "lead_time": "20 days"})
    )
    assert hasty["on_time_rate"] < careful["on_time_rate"]
    assert hasty["satisfaction"] < careful["satisfaction"]
