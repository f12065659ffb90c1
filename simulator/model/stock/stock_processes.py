"""Processes of one stock: order lines that need a decision, announcements of lines due later, and reviews."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import simpy
from simpy.events import Event

from simulator.model.clock import Clock, Phase
from simulator.model.records.stock_lines import StockLines
from simulator.model.stock.stock import Stock


def start_line_processes(stock: Stock, lines: StockLines, clock: Clock, *, step: bool) -> None:
    """Start the processes that bring the stock its lines; with ``step`` every line is an event of its own."""
    if lines.early:
        clock.process(announcement_process(stock, lines.table.announced(stock.index), clock))
    if step:
        clock.process(stepped_line_process(stock, lines, clock))
        return
    process = clock.process(line_process(stock, lines, clock))

    def wake() -> None:
        nonlocal process
        if not process.is_alive:  # it ended because no further line needed a decision
            process = clock.process(line_process(stock, lines, clock))
        elif process is not clock.active_process:
            process.interrupt()

    stock.point.wake = wake


def line_process(stock: Stock, lines: StockLines, clock: Clock) -> Generator[Event, Any, None]:
    """SimPy process: decide each line of a stock that needs a decision at its own time.

    The lines before it are settled in bulk (a free run). Most events meanwhile, such as a receipt or a
    cancellation, can only lengthen the free run, and it does no harm to decide a line that no longer needs
    it. An event that lowers the stock otherwise (a customer of another product takes units) interrupts the
    process.
    """
    times, stop = lines.time, lines.stop
    update = stock.update
    stock.point.plan_cancellation()
    while (line := update.first_decision()) < stop and (time := times[line]) < clock.end:
        try:
            yield clock.at(time, Phase.ORDER, lines.place(line))
        except simpy.Interrupt:
            continue
        update.lines_before(line)
        stock.decide(time)


def stepped_line_process(stock: Stock, lines: StockLines, clock: Clock) -> Generator[Event, Any, None]:
    """SimPy process: decide every line of a stock at its own time; the reference for tests of free runs."""
    for line in range(stock.point.next, lines.stop):
        time = lines.time[line]
        if time >= clock.end:
            break
        yield clock.at(time, Phase.ORDER, lines.place(line))
        stock.decide(clock.now)


def announcement_process(
    stock: Stock, orders: list[tuple[float, int]], clock: Clock
) -> Generator[Event, Any, None]:
    """SimPy process: announce the lines that are ordered before they are due.

    Args:
        stock: stock of the lines.
        orders: (time of the order in days, line), in order of time.
        clock: clock of the run.
    """
    for time, line in orders:
        if time >= clock.end:
            break
        yield clock.at(time, Phase.ANNOUNCEMENT, stock.index)
        stock.announce(line)


def expediting_process(stock: Stock, clock: Clock, every: float) -> Generator[Event, Any, None]:
    """SimPy process: look whether to expedite on days ``every``, ``2 every``, ..., after reviews."""
    n = 1
    while (time := n * every) < clock.end:
        yield clock.at(time, Phase.EXPEDITING, stock.index)
        stock.expedite()
        n += 1


def review_process(stock: Stock, clock: Clock, first: float, every: float) -> Generator[Event, Any, None]:
    """SimPy process: review the stock on days ``first``, ``first + every``, ..., after all orders."""
    n = max(0, int((clock.now - first) // every))
    while (time := first + n * every) < clock.end:
        if time >= clock.now:  # after a window, the first one may lie before the present time
            yield clock.at(time, Phase.REVIEW, stock.reviews)
            stock.review()
        n += 1
