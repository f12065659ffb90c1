"""Recorded demand: order lines from the rows of an order history, with repetitions and scaled copies."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from simulator.orders.codes import regions_of
from simulator.orders.draw_context import DrawContext
from simulator.orders.line_columns import DemandLines
from simulator.orders.random.streams import stream_name
from simulator.scenario.histories.labels import Labels
from simulator.scenario.histories.order_files import OrderRows, unknown_names
from simulator.scenario.scenario import Scenario
from simulator.scenario.sections.order_history import History
from simulator.scenario.sections.run import Run
from simulator.values.mistakes import Mistake, ScenarioError


def history_lines(history: History, rows: OrderRows, context: DrawContext, name: str) -> list[DemandLines]:
    """Make the order lines of a history, for the orders placed in ``[0, horizon + cool_down)``.

    All lines of an order have the time of its earliest row, the earliest due time, and the segment and region
    of its first row. Columns missing from the file are drawn for all its rows, so that a longer run or an
    earlier start changes no draw. Repetitions and further copies have random streams of their own.

    Args:
        history: entry of ``demand``.
        rows: rows of its file.
        context: source of codes and random streams.
        name: prefix of the random streams.

    Returns:
        Lines of each repetition and copy, sorted by time, then by order; at least one part, perhaps empty.

    Raises:
        ScenarioError: the scenario lacks a product, segment or region of the file, or no row is in the run.
    """
    scenario = context.scenario
    served = {region: scenario.warehouse_of(region) is not None for region in context.codes.regions}
    mistakes = list(unknown_names(history, rows, scenario.products, scenario.customers, served))
    if mistakes:
        raise ScenarioError(mistakes)
    placed = rows.placed(scenario.run.start)
    parts: list[DemandLines] = []
    for shift, cycle in _cycles(history, float(placed.min()), scenario.run, name):
        inside = (placed + shift >= 0.0) & (placed + shift < scenario.run.end)
        for copy, chosen in _copies(history, len(rows), context, cycle):
            kept = np.flatnonzero(inside & chosen)
            if len(kept) or not parts:  # at least one part, perhaps empty
                lines = _lines(history, rows, context, copy, shift)
                # by time, then by order so that lines of simultaneous orders do not mix, then as in the file
                parts.append(lines.where(kept[np.lexsort((lines.order[kept], lines.time[kept]))]))
    if not rows.inside(scenario.run).any() and not any(map(len, parts)):
        raise ScenarioError([_all_outside(rows, placed, scenario.run)])
    return parts


def _cycles(history: History, first: float, run: Run, name: str) -> Iterator[tuple[float, str]]:
    """Yield shift (days) and stream name of each repetition that begins before the run ends.

    Args:
        history: order history, which may repeat.
        first: time of its earliest row, in days.
        run: run to fill with orders.
        name: prefix of the random streams.
    """
    yield 0.0, name
    if history.repeat is not None:
        for number in itertools.count(1):
            shift = number * history.repeat
            if first + shift >= run.end:
                return
            yield shift, f"{name}/repeat/{number}"


def _copies(
    history: History, n: int, context: DrawContext, name: str
) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """Yield stream name and row mask (bool[n]) of each copy of a scaled history.

    Whole copies come first, then a random part of the rows. A larger scale keeps the rows of a smaller one.

    Args:
        history: order history with its ``scale``.
        n: number of rows.
        context: source of random streams.
        name: prefix of the random streams.
    """
    uniform = np.zeros(n) if history.scale.is_integer() else context.uniforms("scale", [name], np.array([n]))
    for number in range(math.ceil(history.scale)):
        yield (name if number == 0 else f"{name}/copy/{number}"), uniform < history.scale - number


def _lines(history: History, rows: OrderRows, context: DrawContext, name: str, shift: float) -> DemandLines:
    """Make one line per row, ``shift`` days later, in the sequence of the file."""
    scenario, codes, order, n = context.scenario, context.codes, rows.order, len(rows)
    segment = _numbers(rows.segment, scenario.segment_of(history), codes.segments, n)[rows.first]
    region = _numbers(rows.region, regions_of(history, None)[0], codes.regions, n)[rows.first]
    product = _numbers(rows.product, "", codes.products, n)
    patience, tolerance, willing = customer_draws(segment, context, name)
    region_of_row = region[order]
    lead = rows.leads(scenario.run.start) if rows.lead is not None else 0.0
    pick, delivery = handling_draws(region_of_row, context, name)
    return DemandLines(
        time=rows.placed(scenario.run.start) + shift + lead,
        stream=0,
        lead=lead,
        order=order,
        product=product,
        segment=segment[order],
        region=region_of_row,
        stock=codes.stock_of(region_of_row, product),
        quantity=rows.quantity,
        price=_prices(rows, product, scenario),
        patience=patience[order],
        tolerance=tolerance[order],
        willing=willing[order],
        chance=context.chance([name], np.array([n])),
        pick=pick,
        delivery=delivery,
        work=_work(product, segment[order], context, name),
    )


def _work(
    product: NDArray[np.int32], segment: NDArray[np.int32], context: DrawContext, name: str
) -> NDArray[np.float64]:
    """Draw the days of work on a unit of each line, should it be made to order: float64[lines].

    Each product and segment has a random stream of its own.

    Args:
        product: product code of each line.
        segment: segment code of each line.
        context: source of codes and random streams.
        name: prefix of the random streams.
    """
    work = np.zeros(len(product))
    for label, made in context.scenario.products.items():
        if made.made is not None:
            for buyer, number in context.codes.segments.items():
                own = np.flatnonzero((product == context.codes.products[label]) & (segment == number))
                stream = f"{name}/{stream_name(label)}/{stream_name(buyer)}"
                work[own] = context.sampled("work", context.work(label, buyer), stream, len(own))
    return work


def _numbers(labels: Labels | None, fixed: str, codes: dict[str, int], n: int) -> NDArray[np.int32]:
    """Return the code of each row's name: int32[n].

    Args:
        labels: column of the file; ``None`` if the file lacks it.
        fixed: name in every row if there is no column.
        codes: code of each name.
        n: number of rows.
    """
    if labels is None:
        return np.full(n, codes[fixed], dtype=np.int32)
    return np.array([codes[name] for name in labels.names], dtype=np.int32)[labels.codes]


def _prices(rows: OrderRows, product: NDArray[np.int32], scenario: Scenario) -> NDArray[np.float64]:
    """Return the price of each row, money per unit: from the file, or the product's if the file has none."""
    prices = np.array([item.price for item in scenario.products.values()])[product]
    return prices if rows.price is None else np.where(np.isnan(rows.price), prices, rows.price)


def customer_draws(
    segment: NDArray[np.int32], context: DrawContext, name: str
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Draw patience, tolerance and willingness of each order's customer: float64[orders] each.

    Each segment has random streams of its own, so that no segment changes another's draws.

    Args:
        segment: segment code of each order.
        context: source of codes and random streams.
        name: prefix of the random streams.
    """
    patience, tolerance, willing = (np.empty(len(segment)) for _ in range(3))
    for label, number in context.codes.segments.items():
        own = np.flatnonzero(segment == number)
        stream = f"{name}/{stream_name(label)}"
        n = len(own)
        patience[own] = context.sampled("patience", context.patience(label), stream, n)
        tolerance[own] = context.sampled("tolerance", context.tolerance(label), stream, n)
        willing[own] = context.sampled("willing", context.willing(label), stream, n)
    return patience, tolerance, willing


def handling_draws(
    region: NDArray[np.int32], context: DrawContext, name: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Draw pick and delivery times of each line, in days: float64[lines] each.

    Each warehouse has random streams of its own, and so has each of its regions with a delivery of its own.

    Args:
        region: region code of each line.
        context: source of codes and random streams.
        name: prefix of the random streams.
    """
    pick, delivery = np.empty(len(region)), np.empty(len(region))
    serving = np.asarray(context.codes.serving)[region]
    for number, (label, warehouse) in enumerate(context.scenario.warehouses.items()):
        own = np.flatnonzero(serving == number)
        stream = f"{name}/{stream_name(label)}"
        pick[own] = context.sampled("pick", warehouse.pick_time, stream, len(own))
        delivery[own] = context.sampled("delivery", warehouse.delivery, stream, len(own))
        for destination, terms in warehouse.terms.items():
            if terms.delivery is not None:
                there = np.flatnonzero((serving == number) & (region == context.codes.regions[destination]))
                further = f"{stream}/{stream_name(destination)}"
                delivery[there] = context.sampled("delivery", terms.delivery, further, len(there))
    return pick, delivery


def _all_outside(rows: OrderRows, time: NDArray[np.float64], run: Run) -> Mistake:
    message = (
        f"none of its {len(rows)} rows is within the run, days 0 to {run.end:g} from {run.start}: "
        f"they are from day {time.min():.6g} to day {time.max():.6g}"
    )
    return Mistake(str(rows.files[0]), 1, 1, "", message)
