"""Rules by which a warehouse shares units among the purchase orders of other warehouses that wait for them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from heapq import heapify, heapreplace


def in_sequence(
    wanted: Sequence[float], units: float, *, whole: bool = False, overtaking: bool = False
) -> list[float]:
    """Share units one order after the other.

    Args:
        wanted: units that each order waits for, in the sequence in which they are served.
        units: to share.
        whole: True if an order gets all that it waits for or nothing.
        overtaking: True if an order that can be served whole may pass one that cannot.

    Returns:
        Units for each order.
    """
    found = []
    for want in wanted:
        given = min(want, units)
        if whole and given < want:
            given, units = 0.0, units if overtaking else 0.0
        found.append(given)
        units -= given
    return found


def in_proportion(wanted: Sequence[float], units: float) -> list[float]:
    """Share units in proportion to what each waits for, whole units by largest remainder, the first on ties.

    Args:
        wanted: units that each waits for, the oldest order first.
        units: to share.

    Returns:
        Units for each. Parts of a unit go where the next unit would.

    >>> in_proportion([5.0, 3.0, 2.0], 4.0)
    [2.0, 1.0, 1.0]
    """
    total = math.fsum(wanted)
    if units >= total:
        return list(wanted)
    exact = [want * units / total for want in wanted]
    found = [float(math.floor(share)) for share in exact]
    left = units - sum(found)
    for k in sorted(range(len(exact)), key=lambda k: (found[k] - exact[k], k)):
        given = min(1.0, left, wanted[k] - found[k])
        found[k] += given
        left -= given
    return found


def evenly(
    wanted: Sequence[float],
    units: float,
    *,
    supplied: Sequence[float],
    demand: Sequence[float],
    days: Sequence[float],
) -> list[float]:
    """Share units so that the warehouse that runs out first does so as late as it can.

    Unit by unit, each goes to the warehouse with the lowest (supplied + units given) / demand - days that still waits
    for some, the first on ties (compare Eppen & Schrage 1981).

    Args:
        wanted: units that each warehouse waits for, that with the oldest order first.
        units: to share.
        supplied: units on hand and under way to each, less its backlog.
        demand: units per day of each.
        days: lead time of the way to each.

    Returns:
        Units for each. Parts of a unit go where the next unit would.

    >>> evenly([9.0, 9.0], 3.0, supplied=[4.0, 0.0], demand=[1.0, 1.0], days=[0.0, 0.0])
    [0.0, 3.0]
    >>> evenly([9.0, 9.0], 7.0, supplied=[4.0, 0.0], demand=[1.0, 1.0], days=[0.0, 0.0])
    [2.0, 5.0]
    """
    if units >= math.fsum(wanted):
        return list(wanted)
    found = [0.0] * len(wanted)

    def lasts(k: int) -> float:
        """Return the days for which the units last, infinite where nothing more can be given or is asked for."""
        if found[k] >= wanted[k]:
            return math.inf
        have = supplied[k] + found[k]
        if demand[k] <= 0.0:
            return math.copysign(math.inf, have)
        return have / demand[k] - days[k]

    queue = [(lasts(k), found[k] >= wanted[k], k) for k in range(len(wanted))]
    heapify(queue)
    while units > 0.0:
        k = queue[0][2]
        given = min(1.0, units, wanted[k] - found[k])
        if given <= 0.0:
            break
        found[k] += given
        units -= given
        heapreplace(queue, (lasts(k), found[k] >= wanted[k], k))
    return found
