"""How the waiting lines of a stock are served under the scenario's allocation policy."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.model.claims import ClaimList
from simulator.model.elements import Elements, elements
from simulator.model.lines import StockLines
from simulator.model.waiting import Discipline, WaitingList
from simulator.orders.book import OrderBook
from simulator.policies.allocation import Column, OrderLines
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
            return elements(np.array(ranks)), elements(np.ascontiguousarray(standings))

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
        return BookedLines(self._book, self._rows[places], self._priorities, demand)


class BookedLines:
    """Lines of an order book as an allocation policy sees them."""

    __slots__ = ("_book", "_priorities", "_rows", "demand")

    def __init__(self, book: OrderBook, rows: NDArray[np.intp], priorities: Column, demand: float) -> None:
        """``priorities``: by segment; ``demand``: units asked for a day."""
        self._book = book
        self._rows = rows
        self._priorities = priorities
        self.demand = demand

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def time(self) -> Column:
        """When they were ordered, in days."""
        return self._book.time[self._rows]

    @property
    def quantity(self) -> Column:
        """Units ordered."""
        return self._book.quantity[self._rows]

    @property
    def price(self) -> Column:
        """Money a unit."""
        return self._book.price[self._rows]

    @property
    def priority(self) -> Column:
        """Of the segment; 1 is the most important."""
        return self._priorities[self._book.segment[self._rows]]

    @property
    def chance(self) -> Column:
        """A uniform number of the line's own."""
        return self._book.chance[self._rows]

    @property
    def promised(self) -> Column:
        """Nothing is promised yet."""
        return np.full(len(self), np.inf)
