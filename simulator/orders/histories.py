"""Demand that is read: the rows of an order history become order lines."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from simulator.orders.codes import regions_of
from simulator.orders.lines import Lines
from simulator.orders.market import Market
from simulator.orders.streams import stream_name
from simulator.scenario.customers import History
from simulator.scenario.mistakes import Mistake, ScenarioError
from simulator.scenario.order_files import Labels, OrderRows, read, unknown_names
from simulator.scenario.run import Run
from simulator.scenario.scenario import Scenario


def history_lines(history: History, rows: OrderRows, market: Market, name: str) -> Lines:
    """The order lines of a history on ``[0, horizon + cool_down)``; rows outside are left out.

    All lines of an order have the time of the earliest and the segment and region of the first in the file.
    What the file does not say is drawn, from streams ``name/…``, for every row of the file, so that a longer
    run or an earlier start moves nothing.

    Raises:
        ScenarioError: the scenario does not have a product, segment or region, or no row is within the run.
    """
    scenario = market.scenario
    served = {region: scenario.warehouse_of(region) is not None for region in market.codes.regions}
    mistakes = list(unknown_names(history, rows, scenario.products, scenario.customers, served))
    if mistakes:
        raise ScenarioError(mistakes)
    lines = _lines(history, rows, market, name)
    inside = (lines.time >= 0.0) & (lines.time < scenario.run.end)
    if not inside.any():
        raise ScenarioError([_all_outside(rows, lines.time, scenario.run)])
    # By time, then by order, so that the lines of simultaneous orders do not mix; then as in the file.
    kept = np.flatnonzero(inside)
    return lines.where(kept[np.lexsort((lines.order[kept], lines.time[kept]))])


def daily_units(scenario: Scenario) -> Iterator[tuple[tuple[str, str], NDArray[np.float64]]]:
    """Units asked for on each day from the first order of all histories to the last, by (warehouse, product)."""
    sources = list(scenario.histories())
    files = [read(history) for history in sources]
    if not files:
        return
    days = [np.floor(rows.placed(scenario.run.start)).astype(np.int64) for rows in files]
    first, last = min(int(day.min()) for day in days), max(int(day.max()) for day in days)
    products = {name: number for number, name in enumerate(scenario.products)}
    stock = np.concatenate(
        [_stocks(*source, scenario, products) for source in zip(sources, files, strict=True)]
    )
    day = np.concatenate(days) - first
    units = np.concatenate([rows.quantity for rows in files])
    by_stock = np.argsort(stock, kind="stable")
    numbers, begins = np.unique(stock[by_stock], return_index=True)
    warehouses, names = list(scenario.warehouses), list(scenario.products)
    for number, own in zip(numbers.tolist(), np.split(by_stock, begins[1:]), strict=True):
        site, product = divmod(number, len(names))
        daily = np.bincount(day[own], units[own], minlength=last - first + 1).astype(np.float64)
        yield (warehouses[site], names[product]), daily


def _stocks(
    history: History, rows: OrderRows, scenario: Scenario, products: dict[str, int]
) -> NDArray[np.int64]:
    """Number of the stock that each row asks from: warehouse times products, plus product."""
    warehouses = {name: number for number, name in enumerate(scenario.warehouses)}
    regions = regions_of(history, rows)
    serving = np.array([warehouses[scenario.warehouse_of(region) or ""] for region in regions], np.int64)
    region = np.zeros(len(rows.first), np.int64) if rows.region is None else rows.region.codes[rows.first]
    product = np.array([products[name] for name in rows.product.names], np.int64)[rows.product.codes]
    return serving[region][rows.order] * len(products) + product


def _lines(history: History, rows: OrderRows, market: Market, name: str) -> Lines:
    """A line for each row, in the sequence of the file."""
    scenario, codes, order, n = market.scenario, market.codes, rows.order, len(rows)
    segment = _numbers(rows.segment, scenario.segment_of(history), codes.segments, n)[rows.first]
    region = _numbers(rows.region, regions_of(history, None)[0], codes.regions, n)[rows.first]
    product = _numbers(rows.product, "", codes.products, n)
    patience, tolerance, willing = _customers(segment, market, name)
    where = region[order]
    pick, delivery = _handling(where, market, name)
    return Lines(
        time=rows.placed(scenario.run.start),
        stream=0,
        lead=0.0,
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
    return Mistake(str(rows.path), 1, 1, "", message)
