"""The bench's shops of one product, as parameters of a program: (r, Q), or base stock one for one, (S - 1, 1).

Customers come as a Poisson process and want one unit each. When the position falls to r, a purchase order of Q units
goes out; its lead time has a gamma distribution. Lines are served first come, first served, and wait without end.

    python PROGRAM ORDERS R Q RATE MEAN CV      rate a day, mean and coefficient of variation of the lead time in days
"""

import json
import sys
import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

REPLICATIONS = 10
Floats = npt.NDArray[np.float64]


class Shop(NamedTuple):
    """Parameters of the shop.

    Attributes:
        reorder_level: r, units.
        quantity: Q, units.
        between: mean time between two orders, days.
        shape: shape of the lead time's gamma distribution.
        scale: its scale, days.
    """

    reorder_level: int
    quantity: int
    between: float
    shape: float
    scale: float


def play(waits: Callable[[np.random.Generator, int, Shop], Floats]) -> None:
    """Time a program as its command line says and print what the bench reads.

    A short run comes first, for warming up; that is where a compiler works.

    Args:
        waits: returns the wait in days of every order line, given random numbers, the number of lines and the shop.
    """
    lines, reorder_level, quantity = map(int, sys.argv[1:4])
    rate, mean, cv = map(float, sys.argv[4:])
    shop = Shop(reorder_level, quantity, 1 / rate, 1 / cv**2, mean * cv**2)
    waits(np.random.default_rng(0), lines // 20, shop)
    at_once, mean_waits = [], []
    start = time.process_time()
    for seed in range(1, REPLICATIONS + 1):
        found = waits(np.random.default_rng(seed), lines, shop)
        at_once.append(float(np.mean(found <= 0)))
        mean_waits.append(float(np.mean(found)))
    seconds = time.process_time() - start
    report = {
        "orders": REPLICATIONS * lines,
        "seconds": seconds,
        "at_once": at_once,
        "mean_waits": mean_waits,
    }
    print(json.dumps(report))
