"""Order lines that wait when the run begins, placed before it."""

from __future__ import annotations

import numpy as np

from simulator.orders.codes import region_of
from simulator.orders.draw_context import DrawContext
from simulator.orders.line_columns import DemandLines
from simulator.orders.recorded_demand import customer_draws, handling_draws

_NAME = "opening"


def opening_lines(context: DrawContext) -> DemandLines | None:
    """Make the order lines that wait at the start, in the sequence of their dates; ``None`` without any."""
    scenario, codes = context.scenario, context.codes
    lines = (
        [] if scenario.opening is None else sorted(scenario.opening.waiting, key=lambda line: line.ordered)
    )
    if not lines:
        return None
    n = len(lines)
    first = next(iter(scenario.customers))
    time = np.array([(line.ordered - scenario.run.start).days for line in lines], np.float64)
    product = np.array([codes.products[line.product] for line in lines], np.int32)
    segment = np.array([codes.segments[line.segment or first] for line in lines], np.int32)
    region = np.array([codes.regions[region_of(scenario, line)] for line in lines], np.int32)
    patience, tolerance, _ = customer_draws(segment, context, _NAME)
    pick, delivery = handling_draws(region, context, _NAME)
    return DemandLines(
        time=time,
        stream=0,
        lead=np.zeros(n),
        order=np.arange(n, dtype=np.int32),
        product=product,
        segment=segment,
        region=region,
        stock=codes.stock_of(region, product),
        quantity=np.array([line.units for line in lines], np.float64),
        price=np.array([scenario.products[line.product].price for line in lines], np.float64),
        patience=patience - time,  # counted from the start
        tolerance=tolerance,
        willing=np.zeros(n),
        chance=context.chance([_NAME], np.array([n])),
        pick=pick,
        delivery=delivery,
    )
