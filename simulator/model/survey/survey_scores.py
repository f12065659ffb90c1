"""Survey scores, 1 to 5, of the customers asked about their order; drawn after the run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.orders.lateness import INSTANT, concluded, days_late
from simulator.orders.order_book import OrderBook, Status
from simulator.orders.random.streams import derived
from simulator.scenario.sections.satisfaction import Satisfaction, ScoreKnot
from simulator.values.arrays import Floats, Integers

SCORES = 5
"""Number of scores."""
NOT_ACCEPTED = (Status.PENDING, Status.REFUSED, Status.DECLINED)
"""Statuses of lines that were never accepted; the shop owes them nothing beyond units sold on arrival."""
_LOWEST, _HIGHEST = 1.05, 4.95
"""Bounds on the mean score that circumstances can bring about."""


@dataclass(frozen=True, slots=True)
class SurveyedOrders:
    """Orders with a survey, one row each.

    Attributes:
        rows: row in the book of the deciding line: the latest against its promise, and of equally late ones
            the line that took longest.
        asked: time of the survey, days.
        waiting: True if the line had not been delivered by then.
        late: days late in the end, rounded up, 0 without a promise.
        total: days from the order to the end of waiting.
    """

    rows: Integers
    asked: Floats
    waiting: NDArray[np.bool_]
    late: Floats
    total: Floats

    def take(self, chosen: Integers) -> SurveyedOrders:
        """Select rows by position."""
        return SurveyedOrders(
            self.rows[chosen],
            self.asked[chosen],
            self.waiting[chosen],
            self.late[chosen],
            self.total[chosen],
        )


@dataclass(frozen=True, slots=True)
class SurveyAnswers:
    """Answers to the survey, one row per order.

    Attributes:
        questions: orders asked about.
        score: score from 1 to 5: int8[orders].
        below: usual shares of scores of at most 1, 2, 3 and 4 at the order's lateness and state, before
            adjustments for the order itself: float64[orders, 4].
    """

    questions: SurveyedOrders
    score: NDArray[np.int8]
    below: Floats


def draw_scores(book: OrderBook, model: Satisfaction, end: float) -> SurveyAnswers:
    """Draw the score of every order in the survey.

    Refused and declined lines are left out, lines cancelled by their promised time, and lines that still wait
    and are not due for a survey. Without ``after_missed_promise`` all lines not delivered are left out. Each
    order has one uniform number, that of its first line. A high number means a high score under any policy.

    Args:
        book: order book after the run.
        model: model of satisfaction.
        end: end of the run, days.
    """
    questions = _one_an_order(book.order, _questions(book, model, end))
    below, rule_of = np.empty((len(questions.rows), SCORES - 1)), np.empty(len(questions.rows))
    for state, knots in ((False, model.delivered), (True, model.waiting)):
        chosen = questions.waiting == state
        below[chosen], rule_of[chosen] = interpolated_shares(knots, questions.late[chosen])
    order = book.order[questions.rows]
    points = np.minimum(rule_of, model.slow_until) - np.minimum(questions.total, model.slow_until)
    points = model.slow_day * points + _service_points(book, model)[order]
    uniform = derived(book.chance, "survey")[np.searchsorted(book.order, order)]
    passed = np.count_nonzero(uniform[:, np.newaxis] >= raised_means(below, points), axis=1)
    return SurveyAnswers(questions, (passed + 1).astype(np.int8), below)


def _questions(book: OrderBook, model: Satisfaction, end: float) -> SurveyedOrders:
    """Return every line of the survey, in sequence of rows."""
    rows = np.flatnonzero(~np.isin(book.status, NOT_ACCEPTED))
    promised, cancelled = book.promised[rows], book.cancelled[rows]
    gone = ~np.isnan(cancelled)
    delivered = np.where(gone, np.nan, book.delivered[rows])
    until = concluded(delivered, cancelled, end)
    late = days_late(promised, until)
    asked = delivered + model.after_delivery
    if model.after_missed_promise is not None:
        missed = promised + model.after_missed_promise
        asked = np.fmin(asked, missed)
        asked = np.where(gone, np.where(late > 0, np.minimum(missed, cancelled), np.nan), asked)
        asked[np.isnan(delivered) & ~gone & (missed > end)] = np.nan
    waiting = np.isnan(delivered) | (asked < delivered - INSTANT)
    days_begun = np.ceil(np.nan_to_num(late, nan=0.0) - INSTANT)
    candidates = SurveyedOrders(rows, asked, waiting, days_begun, until - book.time[rows])
    return candidates.take(np.flatnonzero(~np.isnan(asked)))


def _one_an_order(order_of: NDArray[np.int32], lines: SurveyedOrders) -> SurveyedOrders:
    """Select the deciding line of each order."""
    order = order_of[lines.rows]
    if np.all(order[1:] != order[:-1]):
        return lines
    ranked = np.lexsort((lines.total, lines.late, order))
    last = np.append(order[ranked][1:] != order[ranked][:-1], True)
    return lines.take(ranked[last])


def interpolated_shares(knots: tuple[ScoreKnot, ...], late: Floats) -> tuple[Floats, Floats]:
    """Interpolate between the knots of a score curve.

    Args:
        knots: in sequence of lateness.
        late: days late: float64[n].

    Returns:
        Shares of scores of at most 1, 2, 3 and 4 (float64[n, 4]), and usual days from order to delivery
        (float64[n]).
    """
    days = [knot.days_late for knot in knots]
    below = np.cumsum([knot.shares for knot in knots], axis=1)[:, : SCORES - 1]
    shares = np.column_stack([np.interp(late, days, column) for column in below.T])
    return shares, np.interp(late, days, [knot.usual_time for knot in knots])


def _service_points(book: OrderBook, model: Satisfaction) -> Floats:
    """Return the points of each order for messages, compensation and unanswered contacts: float64[orders]."""
    orders = int(book.order.max(initial=-1)) + 1
    points = np.zeros(orders)
    if book.notices.any():
        sent = np.zeros(orders, book.notices.dtype)
        np.maximum.at(sent, book.order, book.notices)  # one message may be about several lines
        points += model.informed * (sent > 0) - model.tiring * np.maximum(sent - model.tiring_after, 0)
    if book.unanswered.any():
        points -= model.unanswered * np.bincount(book.order, book.unanswered, orders)
    if book.compensation.any():
        given = np.bincount(book.order, book.compensation, orders)
        enough = model.generous * np.bincount(book.order, book.price * book.quantity, orders)
        share = np.divide(given, enough, out=np.ones(orders), where=enough > 0)
        points += model.compensated * np.where(given > 0, np.minimum(share, 1.0), 0.0)
    return points


def raised_means(below: Floats, points: Floats) -> Floats:
    """Shift distributions of scores so that their means rise by ``points``, within bounds.

    The log odds of all cumulative shares move by one amount, as in the proportional odds model (McCullagh
    1980, JRSS B 42:109). Newton's method finds the amount.

    Args:
        below: shares of scores of at most 1, 2, 3 and 4: float64[n, 4].
        points: rise of the mean score: float64[n].

    Returns:
        Shares as ``below``, after the shift.
    """
    mean = SCORES - below.sum(axis=1)
    target = np.clip(mean + points, np.minimum(mean, _LOWEST), np.maximum(mean, _HIGHEST))
    rows = np.flatnonzero(np.abs(target - mean) > INSTANT)
    result = below.copy()
    if not len(rows):
        return result
    odds = np.clip(below[rows], 1e-9, 1 - 1e-9)
    odds = np.log(odds / (1 - odds))
    aim, shift = target[rows], np.zeros((len(rows), 1))
    for _ in range(100):
        now = 1 / (1 + np.exp(shift - odds))
        error = aim - SCORES + now.sum(axis=1)
        slope = np.maximum(np.sum(now * (1 - now), axis=1), 1e-12)
        shift[:, 0] += np.clip(error / slope, -1.0, 1.0)
        if np.max(np.abs(error)) < 1e-6:
            break
    result[rows] = 1 / (1 + np.exp(shift - odds))
    return result
