"""Random demand: one stream of orders for each product, segment and region."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulator.laws.distributions import Distribution
from simulator.orders.arrivals.arrival_times import RateProfile, times_of_streams
from simulator.orders.arrivals.daily_factors import daily_factors
from simulator.orders.codes import regions_of
from simulator.orders.draw_context import DrawContext, DrawnLaw
from simulator.orders.line_columns import Column, DemandLines, StreamColumn
from simulator.orders.random.streams import numbered_name, stream_name
from simulator.scenario.scenario import Scenario
from simulator.scenario.sections.demand import Demand
from simulator.values.arrays import Integers


class OrderStream(NamedTuple):
    """Orders for one product by one segment in one region, as an entry of ``demand`` describes them.

    Attributes:
        demand: the entry.
        product, segment, region: names.
        rate: orders per day of the entry's product, over all segments and regions; ``None`` with an interval.
        share: part of the rate that belongs to this stream.
        name: prefix of its random streams, ``demand/product/segment/region``. A second stream with the same
            three names has the suffix ``#2``, and so on.
    """

    demand: Demand
    product: str
    segment: str
    region: str
    rate: float | None
    share: float
    name: str


def order_streams(demand: Demand, scenario: Scenario, seen: Counter[str]) -> Iterator[OrderStream]:
    """Yield the streams of one entry of ``demand``.

    Args:
        demand: the entry.
        scenario: scenario that the entry belongs to.
        seen: count of uses of each stream name so far; updated.
    """
    segments = demand.segments or {scenario.segment_of(demand): 1.0}
    regions = demand.regions or dict.fromkeys(regions_of(demand, None), 1.0)
    for product, rate in demand.rates().items():
        for segment, of_segment in segments.items():
            for region, of_region in regions.items():
                name = numbered_name(seen, "demand", product, segment, region)
                yield OrderStream(demand, product, segment, region, rate, of_segment * of_region, name)


def demand_lines(streams: list[OrderStream], context: DrawContext) -> list[DemandLines]:
    """Draw the order lines of the streams of one entry. A longer span only appends lines.

    Columns are drawn one by one, each for all streams. Patience, tolerance and willingness belong to the
    customer and are the same for all lines of an order.

    Args:
        streams: streams of one entry of ``demand``.
        context: source of codes and random streams, with the span of days to draw.

    Returns:
        The main lines, then the lines of each further product in ``also``; rows in sequence of the streams.
    """
    demand, names = streams[0].demand, [stream.name for stream in streams]
    times = _times(streams, context)
    counts = np.array([len(part) for part in times])
    time = times[0] if len(times) == 1 else np.concatenate(times)

    codes = context.codes
    segment = np.array([codes.segments[stream.segment] for stream in streams], np.int16)

    def customers(column: str, law: Callable[[str], DrawnLaw]) -> Column:
        return context.drawn(column, [law(name) for name in codes.segments], segment, names, counts)

    number = np.arange(len(streams), dtype=np.min_scalar_type(len(streams)))
    orders = DemandLines(
        time=time + demand.due if demand.due else time,
        stream=0 if len(streams) == 1 else np.repeat(number, counts),
        lead=demand.due,
        order=np.arange(len(time), dtype=np.int32),
        product=0,
        segment=StreamColumn(segment),
        region=StreamColumn(np.array([codes.regions[stream.region] for stream in streams], np.int16)),
        stock=0,
        quantity=0.0,
        price=0.0,
        patience=customers("patience", context.patience),
        tolerance=customers("tolerance", context.tolerance),
        willing=customers("willing", context.willing),
        chance=0.0,
        pick=0.0,
        delivery=0.0,
    )
    main = _with_products(orders, streams, demand.quantity, context, counts)
    parts = [main]
    for product, share in demand.also.items():
        further = [
            stream._replace(product=product, name=f"{stream.name}/also/{stream_name(product)}")
            for stream in streams
        ]
        uniform = context.uniforms("chosen", [also.name for also in further], counts)
        chosen = np.flatnonzero(uniform < share)
        added = orders.where(chosen)
        added_counts = np.bincount(np.broadcast_to(added.stream, len(added)), minlength=len(streams))
        parts.append(_with_products(added, further, demand.also_quantity, context, added_counts))
    return [part.with_units() for part in parts]


def _times(streams: list[OrderStream], context: DrawContext) -> list[NDArray[np.float64]]:
    """Draw the arrival times of each stream, in days. Streams under the same profiles share their factors."""
    span, profiles = context.span, context.scenario.profiles
    known: dict[tuple[bool, ...], NDArray[np.float64]] = {}
    rate_profiles = []
    for stream in streams:
        place = stream.product, stream.segment, stream.region
        applicable = tuple([profile.concerns(*place) for profile in profiles])
        if applicable not in known:
            known[applicable] = daily_factors(
                profiles, *place, start=context.scenario.run.start, days=span.days, first=span.first
            )
        rate_profiles.append(RateProfile(stream.name, stream.rate, stream.share, known[applicable]))
    return times_of_streams(streams[0].demand.arrivals, rate_profiles, span, context.streams)


def _with_products(
    orders: DemandLines,
    streams: list[OrderStream],
    quantity: Distribution,
    context: DrawContext,
    counts: Integers,
) -> DemandLines:
    """Complete one line per order: set product, stock and price, draw quantity, chance and handling times.

    Args:
        orders: lines to complete, one row per order.
        streams: streams of the orders, with the product of these lines.
        quantity: law of the units per line.
        context: source of codes and random streams.
        counts: number of rows of each stream: intp[streams].
    """
    codes, products = context.codes, context.scenario.products
    names = [stream.name for stream in streams]
    product = np.array([codes.products[stream.product] for stream in streams], np.int32)
    region = np.array([codes.regions[stream.region] for stream in streams], np.int32)
    site, sites = np.array(codes.serving)[region], context.scenario.warehouses.values()
    regions, destination = np.unique(region, return_inverse=True)
    deliveries = context.deliveries(regions.tolist())
    return replace(
        orders,
        product=StreamColumn(product),
        stock=StreamColumn(codes.stock_of(region, product)),
        quantity=context.drawn("quantity", [quantity], np.zeros(len(names), np.intp), names, counts),
        price=StreamColumn(np.array([products[stream.product].price for stream in streams], np.float64)),
        chance=context.chance(names, counts),
        pick=context.drawn("pick", [each.pick_time for each in sites], site, names, counts),
        delivery=context.drawn("delivery", deliveries, destination, names, counts),
        work=_work(streams, context, names, counts),
    )


def _work(streams: list[OrderStream], context: DrawContext, names: list[str], counts: Integers) -> Column:
    """Draw the days of work on a unit of each line, should it be made to order."""
    if not context.scenario.workshops:
        return 0.0
    laws = [context.work(stream.product, stream.segment) for stream in streams]
    return context.drawn("work", laws, np.arange(len(streams)), names, counts)
