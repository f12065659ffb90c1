"""How the waiting lines of a stock are served under the scenario's allocation policy."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.model.claims import ClaimList
from simulator.model.lines import Elements, StockLines, elements
from simulator.model.waiting import Discipline, WaitingList
from simulator.orders.book import OrderBook
from simulator.policies.allocation import OrderLines
from simulator.scenario.scenario import Scenario


class Disciplines:
    """The disciplines of all stocks of a book, whose lines are these ``rows`` of it."""

    def __init__(self, scenario: Scenario, book: OrderBook, rows: NDArray[np.intp]) -> None:
        segments, policy = scenario.customers, scenario.policies.allocation
        self._policy = policy
        self._book = book
        self._rows = rows
        self._priorities = np.array([segment.priority for segment in segments.values()], dtype=np.float64)
        self._admission_levels = [policy.admission_level(name) for name in segments]
        self._clearing_levels = [policy.clearing_level(name) for name in segments]

    def of(self, lines: StockLines, demand: float) -> Discipline:
        """That of one stock; ``demand``: units asked for a day."""
        policy = self._policy
        if policy.claims:
            levels = self._admission_levels
            return ClaimList(lines.need, lines.segment, [level == 0 for level in levels], max(levels))

        def columns() -> tuple[Elements, Elements]:
            everything = self._view(slice(lines.start, lines.stop), demand)
            ranks, standings = policy.rank(everything, 0.0), policy.standing(everything)
            return elements(np.ascontiguousarray(ranks)), elements(np.ascontiguousarray(standings))

        def ranks_at(places: list[int], now: float) -> list[float]:
            view = self._view(np.array(places, dtype=np.intp), demand)
            ranks: list[float] = policy.rank(view, now).tolist()
            return ranks

        return WaitingList(
            lines.need,
            lines.segment,
            columns,
            self._admission_levels,
            self._clearing_levels,
            split=policy.split,
            overtaking=policy.overtaking,
            ranks_at=ranks_at if policy.changes else None,
            first=lines.start,
        )

    def _view(self, places: NDArray[np.intp] | slice, demand: float) -> OrderLines:
        book, chosen = self._book, self._rows[places]
        return OrderLines(
            time=book.time[chosen],
            quantity=book.quantity[chosen],
            price=book.price[chosen],
            priority=self._priorities[book.segment[chosen]],
            chance=book.chance[chosen],
            promised=np.full(len(chosen), np.inf),
            demand=demand,
        )
