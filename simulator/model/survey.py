"""Survey after a run: the score of each order, and the chance that its customer orders again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.model.answers import Column, answers
from simulator.model.loyalty import next_orders
from simulator.orders.book import OrderBook
from simulator.scenario.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores and repeat chances by order line; each has a value in at most one row of an order.

    Attributes:
        score: 1 to 5 in the row of the line that decides the score, else 0.
        asked: time of the survey in that row, days, else nan.
        repeat_probability: repeat chance in the row of the line that lowers it most, else nan.
    """

    score: NDArray[np.int8]
    asked: Column
    repeat_probability: Column


def survey(book: OrderBook, scenario: Scenario, end: float) -> Scores | None:
    """Compute the scores and repeat chances of a run; ``None`` if the scenario has neither.

    Repeat chances are not turned into draws: their mean is the repeat rate without the noise of a draw.

    Args:
        book: order book after the run.
        scenario: with the models of satisfaction and loyalty.
        end: of the run, days.
    """
    if scenario.satisfaction is None and scenario.loyalty is None:
        return None
    score, asked = np.zeros(len(book), np.int8), np.full(len(book), np.nan)
    given = None
    if scenario.satisfaction is not None:
        given = answers(book, scenario.satisfaction, end)
        score[given.questions.rows] = given.score
        asked[given.questions.rows] = given.questions.asked
    chance = np.full(len(book), np.nan)
    if scenario.loyalty is not None:
        rows, chances = next_orders(book, scenario.loyalty, given, end)
        chance[rows] = chances
    return Scores(score, asked, chance)
