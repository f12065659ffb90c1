"""Servers with one queue: when jobs are done, worked out for all of them at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.model.warehouse import pick

Column = NDArray[np.float64]


def served(arrivals: Column, work: Column, servers: int) -> Column:
    """Times (days) at which jobs are done, first come first served by so many servers.

    One server: Lindley's recursion as a running maximum (Lindley 1952); several: a heap of times they are free.
    """
    sequence = np.argsort(arrivals, kind="stable")
    time, length = arrivals[sequence], work[sequence]
    result = np.empty(len(arrivals))
    if servers == 1:
        total = np.cumsum(length)
        result[sequence] = total + np.maximum.accumulate(time - (total - length))
    else:
        result[sequence] = pick(time, length, servers)
    return result
