"""The survey after a run: what each order's customer says, and the chance that it orders again."""

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
    """What the orders of a book lead to: one row an order line, and of each order at most one row with a value.

    score: 1 to 5 in the row of the line that decides what the customer says, 0 elsewhere and where nobody was asked.
    asked: time of the survey in that row, days; else nan. repeat_probability: chance of a next order in the row of
    the line that costs most of it; else nan.
    """

    score: NDArray[np.int8]
    asked: Column
    repeat_probability: Column


def survey(book: OrderBook, scenario: Scenario, end: float) -> Scores | None:
    """Scores and chances of a run that stopped at ``end`` (days); None if the scenario asks for neither.

    Chances are given as they are, not drawn: their mean is the repeat rate without the noise of a draw.
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
