"""Processes of one stock: its customers, who sleep until something can be decided, and its reviews."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import simpy
from simpy.events import Event

from simulator.model.clock import Clock, Phase
from simulator.model.records.line_table import StockLines
from simulator.model.stock.stock import Stock


def start_line_processes(stock: Stock, lines: StockLines, clock: Clock, *, step: bool) -> None:
    """Begin the processes that bring the stock its lines; ``step``: every line by itself."""
    if lines.early:
        clock.process(announcement_process(stock, lines.table.announced(stock.index), clock))
    if step:
        clock.process(stepped_line_process(stock, lines, clock))
        return
    process = clock.process(line_process(stock, lines, clock))

    def wake() -> None:
        nonlocal process
        if not process.is_alive:  # it had ended because all other lines were sure to be filled
            process = clock.process(line_process(stock, lines, clock))
        elif process is not clock.active_process:
            process.interrupt()

    stock.point.wake = wake


def line_process(stock: Stock, lines: StockLines, clock: Clock) -> Generator[Event, Any, None]:
    """SimPy process: bring the lines of a stock to their decisions.

    It wakes for the first line that needs a decision; those before it are settled in bulk. Most of what happens
    meanwhile (a receipt, a cancellation) can only lengthen such a free run, and a line that needs no decision any
    more may as well be given one. Whoever lowers the stock by other ways (a customer of another product) wakes the
    process at once.
    """
    times, stop = lines.time, lines.stop
    settlement = stock.settlement
    stock.point.look_out()
    while (line := settlement.first_decision()) < stop and (time := times[line]) < clock.end:
        try:
            yield clock.at(time, Phase.ORDER, stock.index)
        except simpy.Interrupt:
            continue
        settlement.lines_before(line)
        stock.decide(time)


def stepped_line_process(stock: Stock, lines: StockLines, clock: Clock) -> Generator[Event, Any, None]:
    """The same with every line its own event: the yardstick that free runs are held against."""
    for line in range(stock.point.next, lines.stop):
        time = lines.time[line]
        if time >= clock.end:
            break
        yield clock.at(time, Phase.ORDER, stock.index)
        stock.decide(clock.now)


def announcement_process(
    stock: Stock, orders: list[tuple[float, int]], clock: Clock
) -> Generator[Event, Any, None]:
    """SimPy process: tell the stock of lines, (time of the order, line), that are ordered before they are due."""
    for time, line in orders:
        if time >= clock.end:
            break
        yield clock.at(time, Phase.ANNOUNCEMENT, stock.index)
        stock.announce(line)


def review_process(stock: Stock, clock: Clock, first: float, every: float) -> Generator[Event, Any, None]:
    """SimPy process: reviews at ``first``, ``first + every``, ..., each the last thing of its instant."""
    n = max(0, int((clock.now - first) // every))
    while (time := first + n * every) < clock.end:
        if time >= clock.now:  # where the clock does not begin with day 0, the first one may be over
            yield clock.at(time, Phase.REVIEW, stock.index)
            stock.review()
        n += 1
