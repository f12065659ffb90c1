"""Demand that is read: the rows of an order history become order lines."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from simulator.orders.codes import regions_of
from simulator.orders.lines import Lines
from simulator.orders.market import Market
from simulator.orders.streams import stream_name
from simulator.scenario.history import History
from simulator.scenario.mistakes import Mistake, ScenarioError
from simulator.scenario.order_files import Labels, OrderRows, read, unknown_names
from simulator.scenario.run import Run
from simulator.scenario.scenario import Scenario


def history_lines(history: History, rows: OrderRows, market: Market, name: str) -> list[Lines]:
    """The order lines of a history on ``[0, horizon + cool_down)``; rows outside are left out.

    All lines of an order have the time of the earliest, the earliest due time, and the segment and region of the first
    in the file. What the file does not say is drawn, from streams ``name/…``, for every row of the file, so that a
    longer run or an earlier start moves nothing. Repetitions and further copies have streams of their own.

    Raises:
        ScenarioError: the scenario does not have a product, segment or region, or no row is within the run.
    """
    scenario = market.scenario
    served = {region: scenario.warehouse_of(region) is not None for region in market.codes.regions}
    mistakes = list(unknown_names(history, rows, scenario.products, scenario.customers, served))
    if mistakes:
        raise ScenarioError(mistakes)
    placed = rows.placed(scenario.run.start)
    parts: list[Lines] = []
    for shift, cycle in _cycles(history, float(placed.min()), scenario.run, name):
        inside = (placed + shift >= 0.0) & (placed + shift < scenario.run.end)
        for copy, chosen in _copies(history, len(rows), market, cycle):
            kept = np.flatnonzero(inside & chosen)
            if len(kept) or not parts:  # one part, though it may be empty
                lines = _lines(history, rows, market, copy, shift)
                # By time, then by order, so that the lines of simultaneous orders do not mix; then as in the file.
                parts.append(lines.where(kept[np.lexsort((lines.order[kept], lines.time[kept]))]))
    if not rows.inside(scenario.run).any() and not any(map(len, parts)):
        raise ScenarioError([_all_outside(rows, placed, scenario.run)])
    return parts


def _cycles(history: History, first: float, run: Run, name: str) -> Iterator[tuple[float, str]]:
    """Days by which the history is shifted each time that it comes, and the name of its streams."""
    yield 0.0, name
    if history.repeat is not None:
        for number in itertools.count(1):
            shift = number * history.repeat
            if first + shift >= run.end:
                return
            yield shift, f"{name}/repeat/{number}"


def _copies(history: History, n: int, market: Market, name: str) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """Name of the streams and rows of each copy of a history that is scaled: whole copies, then a part at random.

    A larger scale keeps the rows of a smaller one.
    """
    uniform = np.zeros(n) if history.scale.is_integer() else market.uniforms("scale", [name], np.array([n]))
    for number in range(math.ceil(history.scale)):
        yield (name if number == 0 else f"{name}/copy/{number}"), uniform < history.scale - number


def counted_moments(scenario: Scenario) -> Iterator[tuple[tuple[str, str], tuple[float, float]]]:
    """Mean and variance of the units of a day that histories ask from a stock: ((warehouse, product), moments).

    Days are those from the first order of all histories to the last; of a history that repeats, those of a cycle. A
    stock may occur several times; then its moments add up.
    """
    sources = list(scenario.histories())
    once = [history for history in sources if history.repeat is None]
    for group in [
        *([once] if once else []),
        *([history] for history in sources if history.repeat is not None),
    ]:
        yield from _counted(scenario, group)


def _counted(
    scenario: Scenario, group: Sequence[History]
) -> Iterator[tuple[tuple[str, str], tuple[float, float]]]:
    """The same of histories that share their days."""
    files = [read(history) for history in group]
    days = [np.floor(rows.placed(scenario.run.start)).astype(np.int64) for rows in files]
    first, last = min(int(day.min()) for day in days), max(int(day.max()) for day in days)
    length = max(
        [last - first + 1, *(math.ceil(history.repeat) for history in group if history.repeat is not None)]
    )
    stock = np.concatenate([_stocks(*source, scenario) for source in zip(group, files, strict=True)])
    day = np.concatenate(days) - first
    units = np.concatenate(
        [rows.quantity * history.scale for history, rows in zip(group, files, strict=True)]
    )
    # A line that comes once more with chance f has f (1 - f) q² of variance.
    chances = [history.scale % 1.0 for history in group]
    by_chance = [rows.quantity**2 * f * (1 - f) for rows, f in zip(files, chances, strict=True)]
    spread = np.concatenate(by_chance)
    by_stock = np.argsort(stock, kind="stable")
    numbers, begins = np.unique(stock[by_stock], return_index=True)
    warehouses, names = list(scenario.warehouses), list(scenario.products)
    for number, own in zip(numbers.tolist(), np.split(by_stock, begins[1:]), strict=True):
        site, product = divmod(number, len(names))
        daily = np.bincount(day[own], units[own], minlength=length).astype(np.float64)
        variance = float(daily.var()) + float(spread[own].sum()) / length
        yield (warehouses[site], names[product]), (float(daily.mean()), variance)


def _stocks(history: History, rows: OrderRows, scenario: Scenario) -> NDArray[np.int64]:
    """Number of the stock that each row asks from: warehouse times products, plus product."""
    products = {name: number for number, name in enumerate(scenario.products)}
    warehouses = {name: number for number, name in enumerate(scenario.warehouses)}
    regions = regions_of(history, rows)
    serving = np.array([warehouses[scenario.warehouse_of(region) or ""] for region in regions], np.int64)
    region = np.zeros(len(rows.first), np.int64) if rows.region is None else rows.region.codes[rows.first]
    product = np.array([products[name] for name in rows.product.names], np.int64)[rows.product.codes]
    return serving[region][rows.order] * len(products) + product


def _lines(history: History, rows: OrderRows, market: Market, name: str, shift: float) -> Lines:
    """A line for each row, ``shift`` days later, in the sequence of the file."""
    scenario, codes, order, n = market.scenario, market.codes, rows.order, len(rows)
    segment = _numbers(rows.segment, scenario.segment_of(history), codes.segments, n)[rows.first]
    region = _numbers(rows.region, regions_of(history, None)[0], codes.regions, n)[rows.first]
    product = _numbers(rows.product, "", codes.products, n)
    patience, tolerance, willing = _customers(segment, market, name)
    where = region[order]
    lead = rows.leads(scenario.run.start) if rows.lead is not None else 0.0
    pick, delivery = _handling(where, market, name)
    return Lines(
        time=rows.placed(scenario.run.start) + shift + lead,
        stream=0,
        lead=lead,
        order=order,
        product=product,
        segment=segment[order],
        region=where,
        stock=codes.stock_of(where, product),
        quantity=rows.quantity,
        price=_prices(rows, product, scenario),
        patience=patience[order],
        tolerance=tolerance[order],
        willing=willing[order],
        chance=market.chance([name], np.array([n])),
        pick=pick,
        delivery=delivery,
    )


def _numbers(labels: Labels | None, fixed: str, codes: dict[str, int], n: int) -> NDArray[np.int32]:
    """Number of the name in each row: from the column, or the same everywhere."""
    if labels is None:
        return np.full(n, codes[fixed], dtype=np.int32)
    return np.array([codes[name] for name in labels.names], dtype=np.int32)[labels.codes]


def _prices(rows: OrderRows, product: NDArray[np.int32], scenario: Scenario) -> NDArray[np.float64]:
    """Price from the file, where it has none the product's."""
    prices = np.array([item.price for item in scenario.products.values()])[product]
    return prices if rows.price is None else np.where(np.isnan(rows.price), prices, rows.price)


def _customers(
    segment: NDArray[np.int32], market: Market, name: str
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Patience, tolerance and willingness of each order's customer; no segment moves another's draws."""
    patience, tolerance, willing = (np.empty(len(segment)) for _ in range(3))
    for label, number in market.codes.segments.items():
        own = np.flatnonzero(segment == number)
        stream = f"{name}/{stream_name(label)}"
        n = len(own)
        patience[own] = market.sampled("patience", market.patience(label), stream, n)
        tolerance[own] = market.sampled("tolerance", market.tolerance(label), stream, n)
        willing[own] = market.sampled("willing", market.willing(label), stream, n)
    return patience, tolerance, willing


def _handling(
    region: NDArray[np.int32], market: Market, name: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Time to pick and to deliver each line, from the warehouse that serves it."""
    pick, delivery = np.empty(len(region)), np.empty(len(region))
    serving = np.asarray(market.codes.serving)[region]
    for number, (label, warehouse) in enumerate(market.scenario.warehouses.items()):
        own = np.flatnonzero(serving == number)
        stream = f"{name}/{stream_name(label)}"
        pick[own] = market.sampled("pick", warehouse.pick_time, stream, len(own))
        delivery[own] = market.sampled("delivery", warehouse.delivery, stream, len(own))
    return pick, delivery


def _all_outside(rows: OrderRows, time: NDArray[np.float64], run: Run) -> Mistake:
    message = (
        f"none of its {len(rows)} rows is within the run, days 0 to {run.end:g} from {run.start}: "
        f"they are from day {time.min():.6g} to day {time.max():.6g}"
    )
    return Mistake(str(rows.files[0]), 1, 1, "", message)
