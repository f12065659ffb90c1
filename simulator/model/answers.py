"""What customers answer when they are asked about their order: a score from 1 to 5, drawn after the run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.orders.book import OrderBook, Status
from simulator.orders.lateness import INSTANT, concluded, days_late
from simulator.orders.streams import derived
from simulator.scenario.satisfaction import Satisfaction, ScoreKnot

Column = NDArray[np.float64]
Rows = NDArray[np.intp]

SCORES = 5
NOT_TAKEN_ON = (Status.PENDING, Status.REFUSED, Status.DECLINED)
"""What a line is that the shop never owed anything, but for what it sold at once."""
_LOWEST, _HIGHEST = 1.05, 4.95
"""Where circumstances cannot move a mean score any further."""


@dataclass(frozen=True, slots=True)
class Questions:
    """Orders whose customers are asked, one row an order.

    rows: row in the book of the line that decides: of those that can be asked about, the latest against its promise,
    then the one that took longest. asked: time of the survey, days. waiting: whether the line was still waited for
    then. late: days late in the end, in days begun, 0 without a promise. total: days from order to the end of waiting.
    """

    rows: Rows
    asked: Column
    waiting: NDArray[np.bool_]
    late: Column
    total: Column

    def take(self, chosen: Rows) -> Questions:
        """Those at the chosen places."""
        return Questions(
            self.rows[chosen],
            self.asked[chosen],
            self.waiting[chosen],
            self.late[chosen],
            self.total[chosen],
        )


@dataclass(frozen=True, slots=True)
class Answers:
    """The questions with their answers: score (int8, 1 to 5) and below (float64[orders, 4]).

    ``below`` are the usual shares of scores of at most 1, 2, 3 and 4 at the lateness and state of each order, before
    anything that is particular to it.
    """

    questions: Questions
    score: NDArray[np.int8]
    below: Column


def answers(book: OrderBook, model: Satisfaction, end: float) -> Answers:
    """Ask every customer who is to be asked; ``end`` is when the run stopped, in days.

    Refused and declined lines are not asked about, nor what was cancelled before its promise had passed. Each order
    has one uniform number, that of its first line, and a high number means a high score under any policy.
    """
    questions = _one_an_order(book.order, _questions(book, model, end))
    below, usual = np.empty((len(questions.rows), SCORES - 1)), np.empty(len(questions.rows))
    for state, knots in ((False, model.delivered), (True, model.waiting)):
        chosen = questions.waiting == state
        below[chosen], usual[chosen] = interpolated(knots, questions.late[chosen])
    order = book.order[questions.rows]
    points = np.minimum(usual, model.slow_until) - np.minimum(questions.total, model.slow_until)
    points = model.slow_day * points + _particulars(book, model)[order]
    uniform = derived(book.chance, "survey")[np.searchsorted(book.order, order)]
    passed = np.count_nonzero(uniform[:, np.newaxis] >= shifted(below, points), axis=1)
    return Answers(questions, (passed + 1).astype(np.int8), below)


def _questions(book: OrderBook, model: Satisfaction, end: float) -> Questions:
    """Every line that can be asked about, in order of rows."""
    rows = np.flatnonzero(~np.isin(book.status, NOT_TAKEN_ON))
    promised, cancelled = book.promised[rows], book.cancelled[rows]
    given_up = ~np.isnan(cancelled)
    delivered = np.where(given_up, np.nan, book.delivered[rows])
    until = concluded(delivered, cancelled, end)
    late = days_late(promised, until)
    asked = delivered + model.after_delivery
    if model.after_missed_promise is not None:
        missed = promised + model.after_missed_promise
        asked = np.fmin(asked, missed)
        asked = np.where(given_up, np.where(late > 0, np.minimum(missed, cancelled), np.nan), asked)
        asked[np.isnan(delivered) & ~given_up & (missed > end)] = np.nan
    waiting = np.isnan(delivered) | (asked < delivered - INSTANT)
    begun = np.ceil(np.nan_to_num(late, nan=0.0) - INSTANT)
    everything = Questions(rows, asked, waiting, begun, until - book.time[rows])
    return everything.take(np.flatnonzero(~np.isnan(asked)))


def _one_an_order(order_of: NDArray[np.int32], lines: Questions) -> Questions:
    """Of the lines of each order the one that decides."""
    order = order_of[lines.rows]
    if np.all(order[1:] != order[:-1]):
        return lines
    ranked = np.lexsort((lines.total, lines.late, order))
    last = np.append(order[ranked][1:] != order[ranked][:-1], True)
    return lines.take(ranked[last])


def interpolated(knots: tuple[ScoreKnot, ...], late: Column) -> tuple[Column, Column]:
    """Shares of scores of at most 1, 2, 3 and 4 (float64[n, 4]) and usual total times (days) at ``late`` days late."""
    days = [knot.days_late for knot in knots]
    below = np.cumsum([knot.shares for knot in knots], axis=1)[:, : SCORES - 1]
    shares = np.column_stack([np.interp(late, days, column) for column in below.T])
    return shares, np.interp(late, days, [knot.usual_time for knot in knots])


def _particulars(book: OrderBook, model: Satisfaction) -> Column:
    """Points each order gains by messages and compensation, less those for unanswered contacts: float64[orders]."""
    orders = int(book.order.max(initial=-1)) + 1
    points = np.zeros(orders)
    if book.notices.any():
        sent = np.zeros(orders, book.notices.dtype)
        np.maximum.at(sent, book.order, book.notices)  # one message may speak of several lines
        points += model.informed * (sent > 0) - model.tiring * np.maximum(sent - model.tiring_after, 0)
    if book.unanswered.any():
        points -= model.unanswered * np.bincount(book.order, book.unanswered, orders)
    if book.compensation.any():
        given = np.bincount(book.order, book.compensation, orders)
        enough = model.generous * np.bincount(book.order, book.price * book.quantity, orders)
        part = np.divide(given, enough, out=np.ones(orders), where=enough > 0)
        points += model.compensated * np.where(given > 0, np.minimum(part, 1.0), 0.0)
    return points


def shifted(below: Column, points: Column) -> Column:
    """Cumulative shares (float64[n, 4]) moved so that the mean score rises by ``points`` (float64[n]).

    The log odds of all cumulative shares move by one amount, the proportional odds model (McCullagh 1980, JRSS B
    42:109); the amount is found by Newton's method.
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
