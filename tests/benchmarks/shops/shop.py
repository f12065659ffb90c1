"""The shop that every peer plays: base stock one for one.

Customers come as a Poisson process and want one unit each; every order brings a purchase order of one unit
with a constant lead time; who finds the shelf empty waits, first come first served. An order is served at
once with probability P(D <= S - 1), where D, the demand during a lead time, has a Poisson distribution
(Palm 1938; Axsäter 2015, Inventory Control, 3rd ed., ch. 5.3).
"""

import json
import sys
import time
from collections.abc import Callable

import numpy as np

RATE = 10.0
"""Orders a day."""
LEAD_TIME = 5.0
"""Days."""
S = 54
"""Base-stock level, units."""
SEED = 42


def generator() -> np.random.Generator:
    """The random numbers of a peer that can be given some."""
    return np.random.default_rng(SEED)


def timed(run: Callable[[int], float]) -> tuple[int, float, float]:
    """Orders (the argument of the command line), processor seconds and fill rate, after a short run to warm up."""
    orders = int(sys.argv[1])
    run(max(100, orders // 20))
    start = time.process_time()
    fill_rate = run(orders)
    return orders, time.process_time() - start, fill_rate


def report(orders: int, seconds: float, fill_rate: float) -> None:
    """Print what the bench reads."""
    print(json.dumps({"orders": orders, "seconds": seconds, "fill_rate": fill_rate}))
