"""Stock on hand over the window: unit-days, and days with stock above 0."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from simulator.metrics.grouping import group_sums
from simulator.metrics.measured_window import Window
from simulator.orders.line_columns import found
from simulator.orders.order_book import OrderBook
from simulator.orders.outcome_columns import stored_column
from simulator.values.arrays import Floats, Integers

if TYPE_CHECKING:
    from simulator.model.world import Record

Stocks = npt.NDArray[np.integer]


def on_hand_days(record: Record, window: Window) -> Floats:
    """Integrate the stock on hand over the window, in unit-days: float64[stocks]."""
    book, moves, stocks = record.book, record.movements, len(record.book.stocks)
    started = record.initial * window.length
    changed = group_sums(moves.stock, stocks, moves.on_hand * window.remaining(moves.time))
    days: Floats = started + changed
    begin, end = np.searchsorted(book.time, (window.start, window.end))
    before, inside = slice(0, begin), slice(begin, end)  # lines from the window's end on change nothing
    days -= window.length * _stock_sums(book, before, stored_column(book, "on_arrival")[before])
    taken: Floats = window.end - book.time[inside]
    taken *= stored_column(book, "on_arrival")[inside]
    return days - _stock_sums(book, inside, taken)


def _stock_sums(book: OrderBook, rows: slice, weights: Floats) -> Floats:
    """Sum weights of lines by the stock that they draw on: float64[stocks]."""
    stocks = len(book.stocks)
    if book.made is None:
        return group_sums(book.serving[rows], stocks, weights)
    return group_sums(book.drawn_on[rows], stocks + 1, weights)[:stocks]


def ready_days(record: Record, window: Window) -> Floats:
    """Compute the time that each stock was above 0 in the window, in days: float64[stocks].

    Between two movements lines only take from the stock, so it can only be empty from the last such line on.
    A level within rounding error of 0, left by sums of fractional units, counts as 0.
    """
    book, stocks = record.book, len(record.book.stocks)
    row = book.by_stock
    taken: Floats = stored_column(book, "on_arrival")[slice(None)]
    if row is not None:
        taken = taken[row]
    time, change, stock, last = _since_the_start(record)
    place = _lines_before(book, row, time, stock)
    until, next_place = np.append(time[1:], np.inf), np.append(place[1:], len(taken))
    until[last] = np.inf
    # units each movement brought, less those lines took until the next one
    net, followed = change.copy(), place < next_place
    net[followed] -= np.add.reduceat(taken, place[followed]) if followed.any() else 0.0
    running, first = np.cumsum(net), np.append(0, last[:-1] + 1)
    level = running - (running - net)[first][stock]
    empty = np.flatnonzero(level <= 1e-9 * float(np.max(np.abs(np.cumsum(change)), initial=1.0)))
    emptied = last_taker(taken, next_place[empty])
    by_line = np.flatnonzero(emptied >= place[empty])
    until[empty] = time[empty]
    until[empty[by_line]] = book.time[emptied[by_line] if row is None else row[emptied[by_line]]]
    return group_sums(stock, stocks, window.clip(until) - window.clip(time))


def last_taker(taken: Floats, before: Integers) -> Integers:
    """Find the last line before each position that took units, -1 if none did.

    Args:
        taken: units each line took.
        before: positions.
    """
    zeros = np.flatnonzero(taken == 0.0)
    takers = before - np.searchsorted(zeros, before)
    # the k-th zero has zeros[k] - k lines before it that took units
    return takers - 1 + np.searchsorted(zeros - np.arange(len(zeros)), takers - 1, side="right")


def _since_the_start(record: Record) -> tuple[Floats, Floats, Integers, Integers]:
    """Sort movements by stock, then time; the first one of each stock, at -inf, brings its initial stock.

    Returns:
        Time (days), units and stock of each movement, and the position of the last one of each stock.
    """
    moves, stocks = record.movements, len(record.book.stocks)
    sequence = _by_stock(moves.stock, stocks)
    time: Floats = moves.time if sequence is None else moves.time[sequence]
    change: Floats = moves.on_hand if sequence is None else moves.on_hand[sequence]
    stock: Integers = (moves.stock if sequence is None else moves.stock[sequence]).astype(np.intp)
    first, each = np.searchsorted(stock, np.arange(stocks)), np.arange(stocks)
    last = np.append(first[1:], len(time)) + each
    return (
        np.insert(time, first, -np.inf),
        np.insert(change, first, np.asarray(record.initial, np.float64)),
        np.insert(stock, first, each),
        last,
    )


def _by_stock(stock: Stocks, stocks: int) -> Integers | None:
    """Return the index that sorts entries by stock, stable; ``None`` if there is only one stock."""
    # codes in a small type: NumPy then sorts in linear time
    return None if stocks == 1 else np.argsort(stock.astype(np.min_scalar_type(stocks)), kind="stable")


def _lines_before(book: OrderBook, row: Integers | None, time: Floats, stock: Integers) -> Integers:
    """Count the lines before each (stock, time), in the sequence of lines by stock, then time.

    Args:
        book: order book.
        row: rows of the book in that sequence, ``None`` if all lines are of one stock.
        time: days.
        stock: of each time.
    """
    rank = found(book.time, time)
    if len(book.stocks) == 1 and row is None:
        return rank
    if row is None:  # all lines are of one stock, though there may be others
        row = np.arange(len(book))
    size, lines = len(book.time) + 1, np.bincount(book.drawn_on, minlength=len(book.stocks))
    return np.searchsorted(np.repeat(np.arange(len(lines)) * size, lines) + row, stock * size + rank)
