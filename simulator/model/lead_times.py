"""Landings of the purchase orders of one stock alone, with the queues that they make by themselves."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.model.bulk_draws import sampled
from simulator.model.leg import Batch, Delay
from simulator.model.legs import Way
from simulator.orders.streams import Streams, Uniform

Column = NDArray[np.float64]


def landing_times(
    way: Way, placed: Column, quantity: Column, streams: Streams, *, together: bool = False
) -> Column:
    """Times (days) at which orders land, in the sequence in which they are placed: float64[orders].

    Args:
        way: of the goods.
        placed: days, rising.
        quantity: units of each.
        streams: where delays are drawn from, by name of the delay.
        together: take no order of landings into account.
    """

    def days(delay: Delay, n: int) -> Column:
        rng = streams.generator(delay.name)
        return rng.random(n) if isinstance(delay.law, Uniform) else sampled(delay.law, rng, n)

    batch = Batch(placed, quantity, days, streams)
    for leg in way.legs:
        leg.columns(batch)
    return np.maximum.accumulate(batch.time) if way.in_sequence and not together else batch.time
