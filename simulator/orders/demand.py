"""Demand that is drawn: every product, segment and region has a stream of orders of its own."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from simulator.orders.arrivals import arrival_times
from simulator.orders.codes import regions_of
from simulator.orders.lines import Column, Lines, merged
from simulator.orders.market import Market
from simulator.orders.profiles import daily_factors
from simulator.orders.streams import numbered_name, stream_name
from simulator.scenario.customers import Demand
from simulator.scenario.distributions import Distribution
from simulator.scenario.scenario import Scenario


@dataclass(frozen=True, slots=True)
class OrderStream:
    """The orders for one product by one segment in one region, as one entry of ``demand`` describes them.

    Attributes:
        rate: orders a day of the entry's product, of which this stream has the ``share``.
        name: of its random streams, ``demand/product/segment/region``; the second entry with the same three
            has ``#2`` behind it, and so on.
    """

    demand: Demand
    product: str
    segment: str
    region: str
    rate: float | None
    share: float
    name: str


def order_streams(demand: Demand, scenario: Scenario, seen: Counter[str]) -> Iterator[OrderStream]:
    """The streams of one entry of ``demand``; ``seen`` counts the names that earlier entries have used."""
    segments = demand.segments or {scenario.segment_of(demand): 1.0}
    regions = demand.regions or dict.fromkeys(regions_of(demand, None), 1.0)
    for product, rate in demand.rates().items():
        for segment, of_segment in segments.items():
            for region, of_region in regions.items():
                name = numbered_name(seen, "demand", product, segment, region)
                yield OrderStream(demand, product, segment, region, rate, of_segment * of_region, name)


@dataclass(frozen=True, slots=True)
class _Customers:
    """What the lines of an order have in common, one element an order."""

    time: NDArray[np.float64]
    order: NDArray[np.int64]
    patience: Column
    tolerance: Column
    willing: Column


def demand_lines(stream: OrderStream, market: Market) -> Lines:
    """Draw the order lines of a stream on ``[0, horizon + cool_down)``; a longer run only appends.

    Patience and willingness belong to the customer and are the same for all lines of an order.
    """
    demand, name = stream.demand, stream.name
    times = _times(stream, market)
    n, segment = len(times), stream.segment
    customers = _Customers(
        time=times + stream.demand.due if stream.demand.due else times,
        order=np.arange(n),
        patience=market.patience(segment, name, n),
        tolerance=market.tolerance(segment, name, n),
        willing=market.willing(segment, name, n),
    )
    main = _lines(stream, market, demand.quantity, customers)
    parts = [main]
    for product, share in demand.also.items():
        also = replace(stream, product=product, name=f"{name}/also/{stream_name(product)}")
        chosen = np.flatnonzero(market.uniform(f"{also.name}/chosen", len(main)) < share)
        parts.append(_lines(also, market, demand.also_quantity, main.where(chosen)))
    return merged(parts, "order").of_something()


def _times(stream: OrderStream, market: Market) -> NDArray[np.float64]:
    """When the orders are placed, days."""
    run = market.scenario.run
    factors = daily_factors(
        market.scenario.profiles,
        stream.product,
        stream.segment,
        stream.region,
        start=run.start,
        days=math.ceil(run.end),
    )
    return arrival_times(
        stream.demand.arrivals,
        stream.rate,
        factors,
        run.end,
        share=stream.share,
        streams=market.streams,
        name=stream.name,
    )


def _lines(
    stream: OrderStream,
    market: Market,
    quantity: Distribution,
    customers: _Customers | Lines,
) -> Lines:
    """One line by each of the customers, what is the line's own from the streams ``name/…``."""
    name, n = stream.name, len(customers.time)
    region = market.codes.regions[stream.region]
    warehouse = market.warehouse_serving(region)
    return Lines(
        time=customers.time,
        lead=stream.demand.due,
        order=customers.order,
        product=market.codes.products[stream.product],
        segment=market.codes.segments[stream.segment],
        region=region,
        quantity=market.sampled(quantity, f"{name}/quantity", n),
        price=market.scenario.products[stream.product].price,
        patience=customers.patience,
        tolerance=customers.tolerance,
        willing=customers.willing,
        chance=market.chance(name, n),
        pick=market.sampled(warehouse.pick_time, f"{name}/pick", n),
        delivery=market.sampled(warehouse.delivery, f"{name}/delivery", n),
    )
