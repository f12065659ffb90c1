"""Orders in the survey, and the effect of circumstances on their scores."""

import numpy as np
import pytest
from numpy import nan

from simulator.model.survey.survey_scores import draw_scores, interpolated_shares, raised_means
from simulator.orders.order_book import Status
from simulator.scenario.sections.satisfaction import Satisfaction
from tests.unit.model.outcomes import book

MANY = 40_000
END = 100.0


def asked(model=None, end=END, **columns):
    """List (row, time, waiting, days late, total time) of every question."""
    found = draw_scores(book(**columns), model or Satisfaction(), end).questions
    return list(
        zip(
            *(getattr(found, name).tolist() for name in ("rows", "asked", "waiting", "late", "total")),
            strict=True,
        )
    )


def test_a_day_after_the_delivery():
    assert asked(time=[1], delivered=[5], promised=[9]) == [(0, 6, False, -4, 4)]


def test_or_two_days_after_a_missed_promise_whichever_is_first():
    # delivered 1.5 days late: the survey is sent half a day later, before a day is over
    assert asked(time=[1], delivered=[10.5], promised=[9]) == [(0, 11, False, 2, 9.5)]
    # delivered 4.25 days late: the customer still waits when the survey comes
    assert asked(time=[1], delivered=[13.25], promised=[9]) == [(0, 11, True, 5, 12.25)]
    assert asked(Satisfaction(after_missed_promise=None), time=[1], delivered=[13.25], promised=[9]) == [
        (0, 14.25, False, 5, 12.25)
    ]


def test_days_late_are_counted_when_they_have_begun():
    late = [late for *_, late, _ in asked(time=0, delivered=[8.5, 9, 9 + 1e-12, 9.01, 10, 10.01], promised=9)]
    assert late == [0, 0, 0, 1, 1, 2]


def test_without_promise_an_order_is_on_time():
    assert asked(time=[1], delivered=[31]) == [(0, 32, False, 0, 30)]


def test_who_was_sent_away_is_not_asked():
    assert not asked(status=[Status.REFUSED, Status.DECLINED, Status.PENDING], delivered=[3, 4, 5])


def test_who_cancelled_is_asked_if_the_promise_had_passed():
    cancelled = {"status": Status.CANCELLED, "promised": 9}
    assert asked(time=[1], cancelled=[9], **cancelled) == []
    assert asked(time=[1], cancelled=[10], **cancelled) == [(0, 10, True, 1, 9)]
    assert asked(time=[1], cancelled=[19.5], **cancelled) == [(0, 11, True, 11, 18.5)]
    assert asked(time=[1], cancelled=[19.5], status=Status.CANCELLED) == []
    assert asked(Satisfaction(after_missed_promise=None), time=[1], cancelled=[19.5], **cancelled) == []


def test_who_still_waits_is_asked_when_the_survey_falls_into_the_run():
    waits = {"time": [1], "status": Status.BACKORDERED, "promised": 9}
    assert asked(end=20, **waits) == [(0, 11, True, 11, 19)]
    assert asked(end=10.9, **waits) == []
    assert asked(time=[1], status=Status.BACKORDERED) == []


def test_of_an_order_the_latest_line_decides():
    found = asked(
        order=[0, 0, 0, 1, 1, 2, 2],
        status=[Status.FROM_STOCK] * 5 + [Status.REFUSED, Status.FROM_STOCK],
        time=[0, 0, 0, 1, 1, 2, 2],
        delivered=[3, 6, 5, 4, 9, nan, 4],
        promised=[1, 5.5, 4.5, nan, nan, nan, nan],
    )
    assert [row for row, *_ in found] == [0, 4, 6]  # two days late; the slower; the one that was sold


def test_an_order_keeps_its_luck_whatever_line_decides():
    def score(*delivered):
        orders = np.repeat(np.arange(MANY), 2)
        late = np.tile(delivered, MANY)
        return draw_scores(book(order=orders, delivered=late, promised=5), Satisfaction(), END).score

    np.testing.assert_array_equal(score(4, 4.5), score(4.5, 4))
    assert np.all(score(4, 4.5) >= score(4, 9))


def mean(model=None, **columns):
    lines = {"delivered": np.full(MANY, 20.0), "promised": 21.0} | columns
    return draw_scores(book(**lines), model or Satisfaction(), END).score.mean()


# 20 days from order to delivery where 18 are usual
PLAIN = 1 * 0.08 + 2 * 0.032 + 3 * 0.112 + 4 * 0.223 + 5 * 0.553 - 2 * 0.0208


@pytest.mark.parametrize(
    ("columns", "points"),
    [
        ({}, 0),
        ({"notices": 1}, 0.1),
        ({"notices": 3}, 0.1),
        ({"notices": 5}, 0.1 - 2 * 0.05),
        ({"unanswered": 1}, -0.5),
        ({"unanswered": 2}, -1),
        ({"compensation": 1}, 0.3),  # a tenth of the order
        ({"compensation": 5}, 0.3),
        ({"compensation": 0.5}, 0.15),
        ({"compensation": 0.5, "price": 0}, 0.3),
        ({"notices": 1, "compensation": 1, "unanswered": 1}, 0.1 + 0.3 - 0.5),
    ],
)
def test_circumstances_move_the_mean_score(columns, points):
    assert mean(**columns) == pytest.approx(PLAIN + points, abs=0.02)


def test_lines_of_an_order_are_told_compensated_and_unanswered_together():
    pairs = {
        "order": np.repeat(np.arange(MANY), 2),
        "delivered": np.full(2 * MANY, 20.0),
        "notices": np.tile([0, 4], MANY),
        "compensation": np.tile([1, 0], MANY),
        "unanswered": np.tile([1, 0], MANY),
    }
    assert mean(**pairs) == pytest.approx(PLAIN + 0.1 - 0.05 + 0.15 - 0.5, abs=0.02)


def test_effects_can_be_switched_off():
    nothing = dict.fromkeys(("informed", "tiring", "unanswered", "compensated", "slow_day"), 0.0)
    rule_of = mean(Satisfaction(**nothing), notices=9, unanswered=2, compensation=5)
    assert rule_of == pytest.approx(PLAIN + 2 * 0.0208, abs=0.02)


def test_no_circumstance_leads_out_of_the_scale():
    assert mean(unanswered=50) == pytest.approx(1.05, abs=0.01)
    assert mean(Satisfaction(informed=50), notices=1) == pytest.approx(4.95, abs=0.01)


def test_shares_between_and_beyond_knots():
    below, rule_of = interpolated_shares(Satisfaction().delivered, np.array([-90.0, -10, 1, 9]))
    assert below[0] == pytest.approx([0.085, 0.113, 0.187, 0.370])
    assert below[1] == pytest.approx([0.0625, 0.089, 0.1715, 0.380])  # half way from 15 to 5 days early
    assert below[2] == pytest.approx([0.135, 0.196, 0.365, 0.629])
    assert below[3] == pytest.approx([0.270, 0.325, 0.495, 0.690])
    assert rule_of == pytest.approx([11, 11.25, 23, 24])


def test_a_shift_moves_the_mean_and_keeps_the_odds_ratio():
    below = np.array([[0.08, 0.112, 0.224, 0.447], [0.7, 0.8, 0.9, 0.95], [0.0, 0.0, 0.5, 1.0]])
    points = np.array([-0.7, 0.4, 0.0])
    moved = raised_means(below, points)
    assert 5 - moved.sum(axis=1) == pytest.approx(5 - below.sum(axis=1) + points, abs=1e-6)
    ratio = moved[:2] / (1 - moved[:2]) / (below[:2] / (1 - below[:2]))
    assert ratio == pytest.approx(np.repeat(ratio[:, :1], 4, axis=1))
    np.testing.assert_array_equal(moved[2], below[2])


def test_a_shift_from_the_end_of_the_scale():
    certain = np.array([[0.0, 0.0, 0.0, 0.0], [1.0, 1.0, 1.0, 1.0]])
    moved = raised_means(certain, np.array([-2.0, 3.0]))
    assert 5 - moved.sum(axis=1) == pytest.approx([3.0, 4.0], abs=1e-6)
    np.testing.assert_array_equal(raised_means(certain, np.array([1.0, -1.0])), certain)


def test_nobody_to_ask():
    assert len(draw_scores(book(status=[Status.REFUSED]), Satisfaction(), END).score) == 0
