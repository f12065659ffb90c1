"""Allocation policy of a scenario, applied to the lines of each stock."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from simulator.model.allocation.joint_waiting_list import InternalRanks, JointWaitingList
from simulator.model.allocation.threshold_clearing import ThresholdClearing
from simulator.model.allocation.waiting_list import WaitingList
from simulator.model.network.internal_orders import WaitingOrders
from simulator.model.patience.message_schedule import fixed_quote
from simulator.model.records.line_table import LineTable
from simulator.model.records.stock_lines import StockLines
from simulator.orders.order_book import OrderBook
from simulator.policies.allocation import OrderLines
from simulator.scenario.scenario import Scenario
from simulator.values.arrays import Floats, FloatView, memory_view

Places = NDArray[np.intp] | slice
"""Positions of lines in the line table."""
Promises = Callable[[list[int]], list[float]]
"""Function that returns the delivery times (days) first promised to waiting lines, nan without a promise."""
WaitingLines = WaitingList | ThresholdClearing
"""Waiting list of a stock: sequence in which lines are served, and units each gets."""


class AllocationRules:
    """Allocation policy of a scenario, applied to all stocks of an order book."""

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

    def of(
        self,
        lines: StockLines,
        demand: float,
        promises: Promises | None,
        internal: WaitingOrders | None = None,
        price: float = 0.0,
    ) -> WaitingLines:
        """Return the waiting list of one stock, still empty.

        Args:
            lines: lines of the stock.
            demand: demand for the product, units per day.
            promises: gives the promises to waiting lines; ``None`` if the promise is a fixed lead time or
                none.
            internal: purchase orders of the warehouses that the stock supplies; ``None`` if it supplies none.
            price: of the product, money per unit; for internal orders.
        """
        policy = self._policy
        if policy.claims:
            levels = self._admission_levels
            return ThresholdClearing(lines.need, lines.segment, [level == 0 for level in levels], max(levels))

        def ranks(places: Places) -> FloatView:
            column = policy.rank(self._view(places, demand), 0.0)
            return memory_view(np.array(column) if policy.changes else np.ascontiguousarray(column))

        def standings(places: Places) -> FloatView:
            return memory_view(np.ascontiguousarray(policy.standing(self._view(places, demand))))

        def ranks_at(places: list[int], now: float) -> list[float]:
            view = self._view(np.array(places, dtype=np.intp), demand, promises)
            anew: list[float] = policy.rank(view, now).tolist()
            return anew

        kind: Callable[..., WaitingList] = WaitingList
        if internal is not None:
            ranked = InternalRanks(policy, internal.terms, memory_view(self._book.time), price, demand)
            kind = partial(JointWaitingList, internal, ranked)
        return kind(
            lines.need,
            lines.segment,
            lines.row,
            ranks,
            standings,
            self._admission_levels,
            self._clearing_levels,
            split=policy.split,
            overtaking=policy.overtaking,
            ranks_at=ranks_at if policy.changes else None,
            own=range(lines.start, lines.stop),
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
        """Select lines.

        Args:
            book: order book, for the columns that the table lacks.
            table: line table.
            places: positions of the lines in the table.
            priorities: by segment: float64[segments].
            demand: demand for the product, units per day.
            quoted: lead time promised to every line, days; infinite for none.
            promises: gives the promises to waiting lines; ``None`` if ``quoted`` is the only promise known.
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
        """Time of the order, in days."""
        return self._table.time[self._places]

    @property
    def quantity(self) -> Floats:
        """Units ordered."""
        return self._table.quantity[self._places]

    @property
    def price(self) -> Floats:
        """Price, in money per unit."""
        return self._book.price[self._table.rows[self._places]]

    @property
    def priority(self) -> Floats:
        """Priority of the segment; 1 is the most important."""
        priorities: Floats = self._priorities[self._table.segment[self._places]]
        return priorities

    @property
    def chance(self) -> Floats:
        """Random number of the line, uniform in [0, 1)."""
        return self._book.chance[self._table.rows[self._places]]

    @property
    def promised(self) -> Floats:
        """Time (days) of the delivery promised at the order, infinite without a promise."""
        if self._promises is None:
            return self.time + self._quoted
        assert not isinstance(self._places, slice), "lines that wait are named one by one"
        dates = np.array(self._promises(self._places.tolist()))
        return np.where(np.isnan(dates), math.inf, dates)
