"""Cumulative supply of stocks in a free run, and the waits that follow from it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from simulator.model.supply.purchase_order import PurchaseColumns
from simulator.values.arrays import Flags, Floats, Integers


def resolved(ordered: Floats, filled: Floats, window: tuple[float, float], end: float) -> float:
    """Compute the end of the run (days): the first time at or after the horizon without waiting lines.

    Only lines ordered in the measured window count.

    Args:
        ordered: time of each waiting line, days.
        filled: time at which each of them is filled, days.
        window: first and last time of the measured window, days; the last is the horizon.
        end: latest end, days.
    """
    first, horizon = window
    still = (ordered >= first) & (ordered < horizon) & (filled >= horizon)
    last = float(filled[still].max(initial=-math.inf))
    # all events of the instant at which the last line is filled are part of the run
    return horizon if not still.any() else min(math.nextafter(last, math.inf), end)


@dataclass(frozen=True, slots=True)
class CumulativeSupply:
    """Purchase orders and landings of the stocks that take part, and the cumulative supply.

    Attributes:
        purchases: purchase orders, stock after stock.
        orders: number of purchase orders of each stock.
        ordered: units ordered by each stock.
        landed: True for each purchase order that lands before the end of its stock's free run.
        time, quantity, stock: of each landing in days, units and place of the stock; sorted by stock, then by
            time.
        level: cumulative supply of each stock at the start and after each landing, in units: float64[levels].
        begin: index of each stock's first level, and the number of levels: intp[stocks + 1].
        of: place of the stock of each level.
        when: time of each level, days; -inf at the start.
    """

    purchases: PurchaseColumns
    orders: Integers
    ordered: Floats
    landed: Flags
    time: Floats
    quantity: Floats
    stock: Integers
    level: Floats
    begin: Integers
    of: Integers
    when: Floats


@dataclass(frozen=True, slots=True)
class WaitingUnits:
    """Lines that wait, one entry per line except in ``before``.

    Attributes:
        line: place in the line table.
        of: place of its stock.
        met: index of the supply level at its arrival.
        by: index of the supply level that completes it.
        filled: time of that level, days; infinite if the line is not completed.
        before: first line that arrives at each supply level or later: intp[levels].
    """

    line: Integers
    of: Integers
    met: Integers
    by: Integers
    filled: Floats
    before: Integers


def joined(first: Integers, stop: Integers) -> list[tuple[int, int]]:
    """Join adjacent ranges from ``first`` to ``stop``, without empty ones."""
    some = stop > first
    first, stop = first[some], stop[some]
    apart = np.flatnonzero(first[1:] != stop[:-1])
    begin, last = np.append(0, apart + 1), np.append(apart, len(first) - 1)
    return list(zip(first[begin].tolist(), stop[last].tolist(), strict=True)) if len(first) else []


def first_at(times: Floats, first: Integers, last: Integers, sought: Floats) -> Integers:
    """Find the first of ``times`` at or after each sought time, by bisection of all ranges at once.

    Args:
        times: rising within each range.
        first: begin of the range searched, for each sought time.
        last: end of that range.
        sought: times to find.

    Returns:
        Index in ``times``, or ``last`` if all of the range is earlier: intp[sought].
    """
    low, high = first, last
    for _ in range(int((last - first).max(initial=0)).bit_length()):
        middle = (low + high) >> 1
        reached = times[np.minimum(middle, len(times) - 1)] >= sought
        reached |= middle >= high
        low, high = np.where(reached, low, middle + 1), np.where(reached, middle, high)
    return low
