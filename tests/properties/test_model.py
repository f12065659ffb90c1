"""What holds in every world, at every instant, under every policy."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from simulator.model.stock import Stock
from simulator.model.world import World, simulate
from simulator.orders import book as order_book
from simulator.orders.book import Status
from simulator.orders.streams import Streams
from tests.properties.worlds import documents, scenario

OUTCOMES = ("status", "on_arrival", "filled", "unit_days", "allocated", "cancelled", "shipped", "delivered")
unhurried = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])


def world_of(document: dict[str, Any]) -> World:
    valid = scenario(document)
    streams = Streams(valid.run.seed, 0)
    return World(valid, streams, order_book.draw(valid, streams))


def identities(world: World, stock: Stock) -> None:
    """Conservation and the identity of the position, for one stock at one instant."""
    lines = world.table.of_stock(stock.index)
    reached = slice(lines.place.start, lines.place.start + stock.next)
    filled = float(world.table.filled[reached].sum())
    status, quantity = world.table.status[reached], world.table.quantity[reached]
    waiting = status == Status.BACKORDERED
    backlog = float((quantity - world.table.filled[reached])[waiting].sum())
    mine = [purchase for purchase in world.tally.purchases if purchase.stock == stock.index]
    landed = sum(purchase.quantity for purchase in mine if not np.isnan(purchase.received))
    coming = sum(purchase.quantity for purchase in mine if np.isnan(purchase.received))
    assert stock.on_hand == world.initial[stock.index] + landed - filled
    assert stock.on_hand >= 0
    assert stock.backlog == backlog
    assert stock.position == stock.on_hand + coming - backlog
    assert np.all(world.table.filled[reached] <= quantity)


@unhurried
@given(documents())
def test_units_are_conserved_and_the_position_is_what_it_says_after_every_event(
    document: dict[str, Any],
) -> None:
    world = world_of(document)
    while world.clock.peek() < world.scenario.run.end:
        world.clock.step()
        for stock in world.stocks:
            identities(world, stock)


@unhurried
@given(documents())
def test_every_line_ends_in_one_state_that_fits_its_figures(document: dict[str, Any]) -> None:
    record = simulate(scenario(document))
    book = record.book
    reached = book.time < record.end
    assert np.all((book.status == Status.PENDING) == ~reached)
    whole = np.isin(book.status, [Status.FROM_STOCK, Status.FILLED_LATE])
    assert np.all(book.filled[whole] == book.quantity[whole])
    assert np.all(book.filled[~whole & reached] < book.quantity[~whole & reached])
    assert np.all(
        book.on_arrival[book.status == Status.FROM_STOCK] == book.quantity[book.status == Status.FROM_STOCK]
    )
    assert np.all(book.filled[book.status == Status.CANCELLED] == 0)
    assert np.all(
        book.allocated[book.status == Status.FROM_STOCK] == book.time[book.status == Status.FROM_STOCK]
    )
    late = book.status == Status.FILLED_LATE
    assert np.all(book.allocated[late] >= book.time[late])
    gone = book.status == Status.CANCELLED
    assert book.cancelled[gone] == pytest.approx(book.time[gone] + book.patience[gone])
    units = book.units()
    assert sum(units.values()) == book.quantity.sum()
    shipped = ~np.isnan(book.shipped)
    assert np.all(book.shipped[shipped] >= book.allocated[shipped])
    assert np.all(book.delivered[shipped] >= book.shipped[shipped])


@unhurried
@given(documents())
def test_a_free_run_changes_nothing_but_speed(document: dict[str, Any]) -> None:
    valid = scenario(document)
    free, stepped = simulate(valid), simulate(valid, step=True)
    assert free.end == stepped.end
    for column in OUTCOMES:
        np.testing.assert_array_equal(
            getattr(free.book, column), getattr(stepped.book, column), err_msg=column
        )
    for table in ("purchases", "movements"):
        one, other = getattr(free, table), getattr(stepped, table)
        for name in (field.name for field in dataclasses.fields(one)):
            np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)


@unhurried
@given(documents())
def test_a_landed_unit_never_goes_to_a_lower_class_while_a_higher_one_waits(document: dict[str, Any]) -> None:
    document["policies"]["allocation"] = {"type": "priority"}
    record = simulate(scenario(document))
    book = record.book
    leaves = np.where(np.isnan(book.cancelled), book.allocated, book.cancelled)
    leaves = np.where(book.status == Status.BACKORDERED, np.inf, leaves)
    for served in np.flatnonzero(book.status == Status.FILLED_LATE):
        now = book.allocated[served]
        ahead = (
            (book.stock == book.stock[served])
            & (book.segment < book.segment[served])
            & np.isin(book.status, [Status.BACKORDERED, Status.FILLED_LATE, Status.CANCELLED])
            & (book.time < now)
            & (leaves > now)
        )
        assert not ahead.any()


@unhurried
@given(documents())
def test_without_overtaking_first_come_is_first_served(document: dict[str, Any]) -> None:
    document["policies"]["allocation"] = {"type": "fcfs", "split": document["run"]["seed"] % 2 == 0}
    book = simulate(scenario(document)).book
    for stock in range(len(book.stocks)):
        kept = np.isin(book.status, [Status.FROM_STOCK, Status.FILLED_LATE]) & (book.stock == stock)
        assert np.all(np.diff(book.allocated[kept]) >= 0)


@unhurried
@given(documents(), documents())
def test_another_product_leaves_the_others_alone(document: dict[str, Any], other: dict[str, Any]) -> None:
    # a supplier without shared queues, so that products meet nowhere
    document["suppliers"]["factory"].pop("production", None)
    document["customs"]["port"].get("inspection", {}).pop("inspectors", None)
    document["warehouses"]["centre"].pop("dock", None)
    for lane in document["lanes"]:
        lane["crossing"] = True
    document["demand"] = [{**stream, "product": "ball", "also": {}} for stream in document["demand"]]
    more = [{**stream, "product": "cap", "also": {}} for stream in other["demand"]]
    alone = simulate(scenario(document))
    document["demand"] = [*document["demand"], *more]
    together = simulate(scenario(document))
    ball = together.book.products.index("ball")
    rows = together.book.product == ball
    seen = together.book.time[rows] < min(alone.end, together.end)
    for column in ("time", "quantity", "patience"):
        mine = getattr(together.book, column)[rows][seen]
        np.testing.assert_array_equal(mine, getattr(alone.book, column)[: len(mine)])
    end = min(alone.end, together.end)  # what a run says of later times depends on when it stopped
    done = together.book.allocated[rows][seen]
    same = alone.book.allocated[: len(done)]
    np.testing.assert_array_equal(np.where(done < end, done, -1), np.where(same < end, same, -1))
