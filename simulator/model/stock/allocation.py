"""Waiting lines of a stock, served under the scenario's allocation policy."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from simulator.model.patience.message_schedule import fixed_quote
from simulator.model.records.line_table import LineTable, StockLines
from simulator.model.stock.threshold_clearing import ThresholdClearing
from simulator.model.stock.waiting_list import WaitingList
from simulator.orders.order_book import OrderBook
from simulator.policies.allocation import OrderLines
from simulator.scenario.scenario import Scenario
from simulator.values.arrays import Floats, FloatView, memory_view

Places = NDArray[np.intp] | slice
"""Of lines in the table."""
Promises = Callable[[list[int]], list[float]]
"""Times (days) of the deliveries promised to waiting lines at their orders; nan without a promise."""
Discipline = WaitingList | ThresholdClearing
"""Lines waiting at a demand point, and which of them units go to."""


class AllocationRules:
    """The disciplines of all stocks of a book, whose lines stand in a table."""

    def __init__(self, scenario: Scenario, book: OrderBook, table: LineTable) -> None:
        segments, policy = scenario.customers, scenario.policies.allocation
        self._policy = policy
        self._book = book
        self._table = table
        self._priorities = np.array([segment.priority for segment in segments.values()], dtype=np.float64)
        self._admission_levels = [policy.admission_level(name) for name in segments]
        self._clearing_levels = [policy.clearing_level(name) for name in segments]
        days = fixed_quote(scenario.policies.promise)
        self._quoted = math.inf if days is None else days

    def of(self, lines: StockLines, demand: float, promises: Promises | None) -> Discipline:
        """Discipline of one stock.

        Args:
            lines: the stock's lines.
            demand: units asked for a day.
            promises: to waiting lines; ``None`` where no date is promised but a quoted lead time.
        """
        policy = self._policy
        if policy.claims:
            levels = self._admission_levels
            return ThresholdClearing(lines.need, lines.segment, [level == 0 for level in levels], max(levels))

        everything = self._view(slice(lines.start, lines.stop), demand)

        def ranks() -> FloatView:
            column = policy.rank(everything, 0.0)
            return memory_view(np.array(column) if policy.changes else np.ascontiguousarray(column))

        def standings() -> FloatView:
            return memory_view(np.ascontiguousarray(policy.standing(everything)))

        def ranks_at(places: list[int], now: float) -> list[float]:
            view = self._view(np.array(places, dtype=np.intp), demand, promises)
            anew: list[float] = policy.rank(view, now).tolist()
            return anew

        return WaitingList(
            lines.need,
            lines.segment,
            ranks,
            standings,
            self._admission_levels,
            self._clearing_levels,
            split=policy.split,
            overtaking=policy.overtaking,
            ranks_at=ranks_at if policy.changes else None,
            first=lines.start,
        )

    def _view(self, places: Places, demand: float, promises: Promises | None = None) -> OrderLines:
        return AllocatedLines(
            self._book, self._table, places, self._priorities, demand, self._quoted, promises
        )


class AllocatedLines:
    """Lines of a table as an allocation policy sees them."""

    __slots__ = ("_book", "_places", "_priorities", "_promises", "_quoted", "_table", "demand")

    def __init__(
        self,
        book: OrderBook,
        table: LineTable,
        places: Places,
        priorities: Floats,
        demand: float,
        quoted: float,
        promises: Promises | None,
    ) -> None:
        """Columns of the lines at these places.

        Args:
            book: has the columns that the table lacks.
            table: the lines.
            places: of the lines in the table.
            priorities: by segment.
            demand: units asked for a day.
            quoted: lead time (days) promised to every line; infinite: none.
            promises: to lines that wait; ``None``: only what is quoted is known.
        """
        self._book = book
        self._table = table
        self._places = places
        self._priorities = priorities
        self._quoted = quoted
        self._promises = promises
        self.demand = demand

    def __len__(self) -> int:
        return len(self._table.rows[self._places])

    @property
    def time(self) -> Floats:
        """When they were ordered, in days."""
        return self._table.time[self._places]

    @property
    def quantity(self) -> Floats:
        """Units ordered."""
        return self._table.quantity[self._places]

    @property
    def price(self) -> Floats:
        """Money a unit."""
        return self._book.price[self._table.rows[self._places]]

    @property
    def priority(self) -> Floats:
        """Of the segment; 1 is the most important."""
        priorities: Floats = self._priorities[self._table.segment[self._places]]
        return priorities

    @property
    def chance(self) -> Floats:
        """A uniform number of the line's own."""
        return self._book.chance[self._table.rows[self._places]]

    @property
    def promised(self) -> Floats:
        """Time (days) of the delivery promised at the order; infinite without a promise."""
        if self._promises is None:
            return self.time + self._quoted
        assert not isinstance(self._places, slice), "lines that wait are named one by one"
        dates = np.array(self._promises(self._places.tolist()))
        return np.where(np.isnan(dates), math.inf, dates)
