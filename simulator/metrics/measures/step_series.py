"""Step series: stock on hand and waiting units as functions of time.

They are derived after the run. The order book has the units that arriving lines took from stock or added to
the backlog; the stock movements have all other changes. Of several changes at one instant only the last level
counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from simulator.metrics.grouping import group_sums
from simulator.metrics.measured_window import Window
from simulator.metrics.measures.counted_lines import BACKORDERS, TO_ORDER, CountedLines, among
from simulator.values.arrays import Flags, Floats, Integers

if TYPE_CHECKING:
    import pandas as pd

    from simulator.model.world import Record


@dataclass(frozen=True)
class Changes:
    """Changes of a quantity of each stock, or of each cell, in any sequence.

    Attributes:
        time: days.
        stock: number of the stock or cell.
        amount: units or money, positive or negative.
    """

    time: Floats
    stock: Integers
    amount: Floats

    @cached_property
    def _by_time(self) -> Integers:
        return np.argsort(self.time, kind="stable")

    def area(self, window: Window, stocks: int) -> Floats:
        """Integrate the quantity of each stock over the window, in unit- or money-days: float64[stocks]."""
        return group_sums(self.stock, stocks, self.amount * window.remaining(self.time))

    def steps(self, group_of_stock: Integers, size: int) -> Steps:
        """Sum the changes to one series per group of stocks.

        Args:
            group_of_stock: group of each stock: intp[stocks].
            size: number of groups.
        """
        (found,) = self._steps([self.amount], group_of_stock, size)
        return found

    def _steps(self, amounts: Sequence[Floats], group_of_stock: Integers, size: int) -> list[Steps]:
        """Sum several amounts that change together, which takes one sort for all; see `steps`."""
        order = self._by_time
        group = group_of_stock[self.stock[order]]
        if size > 1:  # codes in a small type: NumPy then sorts in linear time
            by_group = np.argsort(group.astype(np.min_scalar_type(size)), kind="stable")
            order, group = order[by_group], group[by_group]
        time = self.time[order]
        new_group = np.flatnonzero(group[1:] != group[:-1]) + 1
        length = np.diff(np.concatenate(([0], new_group, [len(group)])))
        last = np.ones(len(time), np.bool_)
        last[:-1] = (time[1:] != time[:-1]) | (group[1:] != group[:-1])
        time, group_of_step = time[last], group[last]
        found = []
        for amount in amounts:
            running = np.cumsum(amount[order])
            running -= np.repeat(np.concatenate(([0.0], running[new_group - 1])), length)
            found.append(Steps(group_of_step, time, running[last], size))
        return found

    @staticmethod
    def steps_together(one: Changes, other: Changes, size: int) -> tuple[Steps, Steps]:
        """Sum two quantities of each of ``size`` stocks to series with the same times."""
        both = Changes(
            np.concatenate((one.time, other.time)),
            np.concatenate((one.stock, other.stock)),
            np.concatenate((one.amount, np.zeros(len(other.amount)))),
        )
        amounts = both.amount, np.concatenate((np.zeros(len(one.amount)), other.amount))
        first, second = both._steps(amounts, np.arange(size), size)
        return first, second


@dataclass(frozen=True, slots=True)
class Steps:
    """Step functions of several groups, sorted by group, then time; each time occurs once per group.

    Attributes:
        group: of each step.
        time: of each step, days.
        level: units or money from that time on; a group is at 0 before its first step.
        size: number of groups.
    """

    group: Integers
    time: Floats
    level: Floats
    size: int

    def of(self, group: int) -> tuple[Floats, Floats]:
        """Select the times (days) and levels of one group."""
        first, end = np.searchsorted(self.group, (group, group + 1))
        return self.time[first:end], self.level[first:end]

    def days(self, window: Window) -> Floats:
        """Compute the duration of each level inside the window, in days: float64[steps]."""
        until = np.append(self.time[1:], np.inf)
        until[np.flatnonzero(self.group[1:] != self.group[:-1])] = np.inf
        return window.clip(until) - window.clip(self.time)

    def peak(self, window: Window) -> Floats:
        """Find the highest level of each group inside the window, at least 0: float64[size]."""
        seen = self.days(window) > 0
        group, level = self.group[seen], self.level[seen]
        result = np.zeros(self.size)
        if len(group):
            starts = np.concatenate(([0], np.flatnonzero(group[1:] != group[:-1]) + 1))
            result[group[starts]] = np.maximum(np.maximum.reduceat(level, starts), 0.0)
        return result


@dataclass(frozen=True)
class StockRange:
    """Consecutive stocks and their order lines.

    Attributes:
        stocks: numbers of the stocks.
        rows: rows of their lines in the order book, in rising order.
    """

    stocks: range
    rows: slice | Integers

    @classmethod
    def whole(cls, record: Record) -> StockRange:
        """Return all stocks of a record."""
        return cls(range(len(record.book.stocks)), slice(0, len(record.book.time)))

    @classmethod
    def parts(cls, record: Record, most: int) -> Iterator[StockRange]:
        """Yield the stocks of a record in ranges with at most ``most`` changes in total, or of a single stock."""
        book, size = record.book, len(record.book.stocks)
        lines = np.bincount(book.drawn_on, minlength=size)[:size]
        changes = 1 + lines + np.bincount(record.movements.stock, minlength=size)
        lines_before, changes_before = (np.concatenate(([0], np.cumsum(n))) for n in (lines, changes))
        first = 0
        while first < size:
            end = int(np.searchsorted(changes_before, changes_before[first] + most, "right")) - 1
            end = max(end, first + 1)
            rows = slice(int(lines_before[first]), int(lines_before[end]))
            yield cls(range(first, end), rows if book.by_stock is None else np.sort(book.by_stock[rows]))
            first = end

    def moved(self, record: Record, amount: Floats) -> Integers:
        """Return the places of the stock movements of these stocks with an amount other than 0."""
        stock = record.movements.stock
        return np.flatnonzero((amount != 0) & (stock >= self.stocks.start) & (stock < self.stocks.stop))


def on_hand_changes(record: Record, part: StockRange | None = None) -> Changes:
    """Collect the changes of stock on hand, by default of all stocks; the initial stock is a change at time 0."""
    part = part or StockRange.whole(record)
    book, movements, lines = record.book, record.movements, CountedLines(record, part.rows)
    on_arrival = lines.on_arrival
    taken = on_arrival > 0
    moved = part.moved(record, movements.on_hand)
    initial = np.asarray(record.initial, np.float64)[part.stocks.start : part.stocks.stop]
    return Changes(
        np.concatenate((np.zeros(len(initial)), movements.time[moved], lines.time[taken])),
        np.concatenate((part.stocks, movements.stock[moved], book.drawn_on[part.rows][taken]), dtype=np.intp),
        np.concatenate((initial, movements.on_hand[moved], -on_arrival[taken])),
    )


def backlog_changes(record: Record, part: StockRange | None = None) -> Changes:
    """Collect the changes of the units waiting, by default for all stocks.

    Lines that wait at the start are a change at time 0.
    """
    part = part or StockRange.whole(record)
    book, movements = record.book, record.movements
    rest = CountedLines(record, part.rows).rest
    added = rest.take(among(rest.status, BACKORDERS) | lacks_blanks(rest))
    moved = part.moved(record, movements.backlog)
    return Changes(
        np.concatenate((movements.time[moved], np.maximum(added.time, 0.0))),
        np.concatenate((movements.stock[moved], book.drawn_on[added.rows]), dtype=np.intp),
        np.concatenate((movements.backlog[moved], added.lacking)),
    )


def lacks_blanks(lines: CountedLines) -> Flags:
    """Flag the lines made to order that did not get all their blanks when they were placed: bool[lines]."""
    book = lines.record.book
    if book.made is None:
        return np.zeros(len(lines.status), np.bool_)
    drawing = book.drawn_on[lines.rows] < len(book.stocks)
    lacking: Flags = among(lines.status, TO_ORDER) & drawing & (lines.lacking > 0.0)
    return lacking


def series_frame(record: Record, part: StockRange | None = None) -> pd.DataFrame:
    """Tabulate stock on hand and units waiting over time, one row per stock and time of a change.

    Columns: time (days), warehouse, product, on_hand (units), backlog (units); sorted by stock, then time.

    Args:
        record: of the replication.
        part: stocks to tabulate, by default all.
    """
    import pandas as pd

    book, part = record.book, part or StockRange.whole(record)
    on_hand, backlog = on_hand_changes(record, part), backlog_changes(record, part)
    shelf, waiting = Changes.steps_together(on_hand, backlog, len(book.stocks))
    warehouse = np.array([warehouse for warehouse, _ in book.stocks], np.intp)[shelf.group]
    product = np.array([product for _, product in book.stocks], np.intp)[shelf.group]
    return pd.DataFrame(
        {
            "time": shelf.time,
            "warehouse": pd.Categorical.from_codes(warehouse, pd.Index(book.warehouses)),
            "product": pd.Categorical.from_codes(product, pd.Index(book.products)),
            "on_hand": shelf.level,
            "backlog": waiting.level,
        }
    )
