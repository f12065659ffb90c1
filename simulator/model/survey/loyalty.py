"""Survey of the orders after a run: scores, and the probability that a customer orders again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.model.survey.survey_scores import NOT_ACCEPTED, SurveyAnswers, draw_scores
from simulator.orders.lateness import INSTANT, concluded, days_late
from simulator.orders.order_book import OrderBook, Status
from simulator.scenario.scenario import Scenario
from simulator.scenario.sections.satisfaction import Loss, Loyalty
from simulator.values.arrays import Floats, Integers


def next_orders(
    book: OrderBook, loyalty: Loyalty, given: SurveyAnswers | None, end: float
) -> tuple[Integers, Floats]:
    """Compute the repeat chance of each order.

    Args:
        book: order book after the run, or so far.
        loyalty: model of loyalty.
        given: survey scores; ``None`` leaves them out of the chance.
        end: end of the run, or the present time, days.

    Returns:
        Row of each order's line that lowers the chance most, and the chance: intp[orders], float64[orders].
    """
    rows, kept = _deciding_lines(book, kept_chance(book, loyalty, end))
    base = np.array(loyalty.bases(book.segments))[book.segment[rows]]
    score_factor = _score_factor(book, loyalty, given)[book.order[rows]]
    return rows, np.minimum(base * kept * score_factor, 1.0)


def kept_chance(book: OrderBook, loyalty: Loyalty, end: float) -> Floats:
    """Return the factor on the repeat chance by the treatment of each line: float64[lines], nan while pending.

    Args:
        book: order book after the run, or so far.
        loyalty: model of loyalty.
        end: end of the run, or the present time, days.
    """
    status = book.status
    kept = np.where(status == Status.PENDING, np.nan, 1.0)
    for fate, loss in (
        (Status.REFUSED, loyalty.refused),
        (Status.DECLINED, loyalty.declined),
        (Status.CANCELLED, loyalty.cancelled),
        (Status.NOT_MADE, loyalty.cancelled),
    ):
        kept[status == fate] = 1.0 - loss
    rows = np.flatnonzero(~np.isin(status, (*NOT_ACCEPTED, Status.CANCELLED, Status.NOT_MADE)))
    waited = np.where(np.isnan(book.allocated[rows]), end, book.allocated[rows]) - book.time[rows]
    kept[rows] *= 1.0 - _loss(loyalty.waited, waited)
    until = concluded(book.delivered[rows], book.cancelled[rows], end)
    late = np.nan_to_num(days_late(book.promised[rows], until), nan=0.0)
    kept[rows] *= 1.0 - _loss(loyalty.late, late)
    return kept


def _loss(losses: tuple[Loss, ...], days: Floats) -> Floats:
    """Return the loss after each number of days: that of the longest threshold exceeded, else 0."""
    steps = np.searchsorted([loss.over for loss in losses], days - INSTANT)
    return np.array([0.0, *(loss.loss for loss in losses)])[steps]


def _deciding_lines(book: OrderBook, kept: Floats) -> tuple[Integers, Floats]:
    """Return row and factor of each order's line with the lowest factor, the first of equals.

    Args:
        book: order book.
        kept: factor of each line, nan for pending lines: float64[lines].
    """
    rows = np.flatnonzero(~np.isnan(kept))
    order, kept = book.order[rows], kept[rows]
    if np.any(order[1:] == order[:-1]):
        ranked = np.lexsort((kept, order))
        first = ranked[np.append(True, order[ranked][1:] != order[ranked][:-1])]
        rows, kept = rows[first], kept[first]
    return rows, kept


def _score_factor(book: OrderBook, loyalty: Loyalty, given: SurveyAnswers | None) -> Floats:
    """Return the factor of each order's score, relative to the usual one at its lateness: float64[orders].

    It is 1 for orders without a score.
    """
    score_factor = np.ones(int(book.order.max(initial=-1)) + 1)
    if given is not None:
        factor = np.array(loyalty.scores)
        rule_of = factor[-1] + given.below @ (factor[:-1] - factor[1:])
        score_factor[book.order[given.questions.rows]] = factor[given.score - 1] / rule_of
    return score_factor


@dataclass(frozen=True, slots=True)
class SurveyScores:
    """Scores and repeat chances by order line; each has a value in at most one row of an order.

    Attributes:
        score: 1 to 5 in the row of the line that decides the score, else 0: int8[lines].
        asked: time of the survey in that row, days, else nan.
        repeat_probability: repeat chance in the row of the line that lowers it most, else nan.
    """

    score: NDArray[np.int8]
    asked: Floats
    repeat_probability: Floats


def survey(book: OrderBook, scenario: Scenario, end: float) -> SurveyScores | None:
    """Compute the scores and repeat chances of a run; ``None`` if the scenario has neither.

    Repeat chances are not turned into draws: their mean is the repeat rate without the noise of a draw.

    Args:
        book: order book after the run.
        scenario: scenario with the models of satisfaction and loyalty.
        end: end of the run, days.
    """
    if scenario.satisfaction is None and scenario.loyalty is None:
        return None
    score, asked = np.zeros(len(book), np.int8), np.full(len(book), np.nan)
    given = None
    if scenario.satisfaction is not None:
        given = draw_scores(book, scenario.satisfaction, end)
        score[given.questions.rows] = given.score
        asked[given.questions.rows] = given.questions.asked
    chance = np.full(len(book), np.nan)
    if scenario.loyalty is not None:
        rows, chances = next_orders(book, scenario.loyalty, given, end)
        chance[rows] = chances
    return SurveyScores(score, asked, chance)
