"""Reviews of a periodic policy: a process that looks at one stock at regular times."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from simpy.events import Event

from simulator.model.clock import Clock, Phase
from simulator.model.stock import Stock


def reviews(stock: Stock, clock: Clock, first: float, every: float) -> Generator[Event, Any, None]:
    """SimPy process: reviews at ``first``, ``first + every``, ..., each the last thing of its instant."""
    n = max(0, int((clock.now - first) // every))
    while (time := first + n * every) < clock.end:
        if time >= clock.now:  # where the clock does not begin with day 0, the first one may be over
            yield clock.at(time, Phase.REVIEW, stock.index)
            stock.review()
        n += 1
