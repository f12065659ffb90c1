"""What holds in every world, at every instant, under every policy."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.experiments.replications.outline import outline
from simulator.metrics.figures import figures
from simulator.metrics.goods.source_flows import Step
from simulator.metrics.measures.backorder_causes import METRICS
from simulator.model.network.internal_orders import Branch
from simulator.model.records.message_log import MessageKind
from simulator.model.stock.stock import Stock
from simulator.model.supply.legs import milestones
from simulator.model.supply.purchase_order import PurchaseOrder
from simulator.model.supply.route import Route
from simulator.model.waiting.backorders import Backorders
from simulator.model.waiting.waiting_customer import WaitingCustomer
from simulator.model.world import Record, World, simulate
from simulator.orders import order_book
from simulator.orders.backorder_cause import NO_CAUSE, BackorderCause
from simulator.orders.lateness import INSTANT, days_late
from simulator.orders.order_book import Status
from simulator.orders.random.streams import Streams
from simulator.scenario import shortcuts
from simulator.scenario.scenario import Scenario
from simulator.scenario.sources import StockSources
from tests.properties.depots import in_sequence, linked, sideways
from tests.properties.histories import histories, with_history
from tests.properties.making import unmade
from tests.properties.openings import unopened
from tests.properties.shortcuts import without
from tests.properties.sourcing import keeping, one_source, several
from tests.properties.transfers import untraded
from tests.properties.trouble import spared
from tests.properties.worlds import (
    arithmetic,
    coinciding,
    documents,
    scenario,
    scheduled,
    unwatched,
    waited_out,
)

DRAWN = {
    *(
        "time",
        "lead",
        "order",
        "product",
        "segment",
        "region",
        "stock",
        "quantity",
        "price",
        "patience",
        "tolerance",
    ),
    *("willing", "chance", "pick", "delivery"),
}
NAMES = {"products", "segments", "regions", "warehouses", "workshops", "stocks", "made"}
OUTCOMES = [
    field.name for field in dataclasses.fields(order_book.OrderBook) if field.name not in DRAWN | NAMES
]
PRODUCED = [one.name for one in milestones()].index("produced")
"""Milestone of goods that are on their way; of an internal order, that its depot has shipped it."""
WAITED = (Status.BACKORDERED, Status.FILLED_LATE, Status.CANCELLED)
unhurried = settings(deadline=None, max_examples=70, suppress_health_check=[HealthCheck.too_slow])


def world_of(document: dict[str, Any]) -> World:
    valid = scenario(document)
    streams = Streams(valid.run.seed, 0)
    return World(valid, streams, order_book.draw(valid, streams))


def lines_at(world: World, stock: Stock) -> np.ndarray:
    """The lines that have arrived at a stock, those of other stocks that it serves among them: intp[lines]."""
    own = np.arange(world.table.bounds[stock.index], stock.point.next)
    serving = world.table.serving
    if serving is None:
        return own
    return np.concatenate((own[serving[own] < 0], np.flatnonzero(serving == stock.index)))


def given_away(world: World, stock: Stock) -> float:
    """Units that customers of other products took (there are two, so the other one of its warehouse offers this)."""
    warehouse = world.book.stocks[stock.index][0]
    return sum(
        float(np.asarray(other.point.substitutes.columns.substituted)[lines_at(world, other)].sum())
        for other in world.stocks
        if other is not stock and other.point.substitutes is not None
        if world.book.stocks[other.index][0] == warehouse
    )


def announced(world: World, stock: Stock) -> tuple[float, float]:
    """Units that are ordered and not due: without and with the orders of this very instant."""
    ahead = slice(stock.point.next, world.table.bounds[stock.index + 1])
    early = world.table.lead[ahead] > 0
    ordered = (world.table.time[ahead] - world.table.lead[ahead])[early]
    units = world.table.quantity[ahead][early]
    return float(units[ordered < world.clock.now].sum()), float(units[ordered <= world.clock.now].sum())


def identities(world: World, stock: Stock) -> None:
    """Conservation and the identity of the position, for one stock at one instant."""
    reached = lines_at(world, stock)
    status, quantity = world.table.status[reached], world.table.quantity[reached]
    filled = np.where(status == Status.FROM_STOCK, quantity, world.table.filled[reached])
    other = np.zeros(len(quantity))
    if stock.point.substitutes is not None:
        other = np.asarray(stock.point.substitutes.columns.substituted)[reached]
    waiting = np.isin(status, [Status.BACKORDERED, Status.TO_MAKE])
    backlog = float((quantity - other - filled)[waiting].sum())
    mine = [purchase for purchase in world.ledger.purchases if purchase.stock == stock.index]
    sent, owed = supplied(world, stock)
    given = sum(
        transfer.quantity for transfer in world.ledger.transfers if sender_of(world, transfer) == stock.index
    )
    mine += [transfer for transfer in world.ledger.transfers if transfer.stock == stock.index]
    landed = sum(purchase.quantity for purchase in mine if not np.isnan(purchase.received))
    coming = sum(purchase.quantity for purchase in mine if np.isnan(purchase.received))
    end = world.clock.end if world.stocks.over is None else world.stocks.over
    for batch in world.ledger.batches:  # of a free run: those that never come before the end included
        own, come = batch.stock == stock.index, batch.received < end
        landed += batch.quantity[own & come].sum()
        coming += batch.quantity[own & ~come].sum()
    assert (
        stock.inventory.on_hand
        == world.stocks.initial[stock.index] + landed - filled.sum() - given_away(world, stock) - sent - given
    )
    assert stock.inventory.on_hand >= 0
    assert stock.point.backlog == backlog
    early, early_and_now = announced(world, stock)
    ahead = stock.inventory.on_hand + coming - backlog - owed - stock.inventory.position
    assert early <= ahead <= early_and_now
    assert np.all(filled + other <= quantity)
    assert stock.donors is not None or not given
    balances(stock, mine)


def supplied(world: World, stock: Stock) -> tuple[float, float]:
    """Units that a stock has shipped to other warehouses, and that it owes them."""
    sent = owed = waiting = 0.0
    senders: dict[tuple[int, int], object] = {}
    if world.scenario.depots:
        for buyer in world.stocks:
            for source, route in enumerate(buyer.inventory.buyer.supply):
                if isinstance(route, Route) and isinstance(route.sender, Branch):
                    senders[buyer.index, source] = route.sender.orders
    for purchase in world.ledger.purchases if senders else ():
        sender = senders.get((purchase.stock, purchase.source))
        if sender is not None and purchase.number >= 0:
            here, shipped = sender is stock.internal, not np.isnan(purchase.passed[PRODUCED])
            sent += purchase.quantity * (here and shipped)
            owed += purchase.quantity * (here and not shipped)
            waiting += purchase.quantity * (purchase.stock == stock.index and not shipped)
    assert waiting == stock.inventory.owed
    assert owed == (0.0 if stock.internal is None else stock.internal.units)
    return sent, owed


def sender_of(world: World, transfer: PurchaseOrder) -> int:
    """Number of the stock that a transfer has left."""
    site, product = world.book.stocks[transfer.stock]
    names = world.book.warehouses[site], world.book.products[product]
    donor = world.stocks.supply.ways(*names)[transfer.source].supplier
    return world.book.stocks.index((world.book.warehouses.index(donor), product))


def balances(stock: Stock, purchases: list[PurchaseOrder]) -> None:
    """Conservation by source: units ordered and not cancelled have landed, are defective or lost, or are under way."""
    buyer = stock.inventory.buyer
    for source, route in enumerate((*buyer.supply, *(stock.donors or ()))):
        mine = [purchase for purchase in purchases if purchase.source == source]
        kept_whole = not buyer.cancels or source >= len(buyer.supply)  # nobody cancels a transfer
        if len(buyer.supply) > 1:
            whole = [one.number for one in mine if one.part == 0 and one.number >= 0]
            assert sorted(whole) == list(range(route.ordered))
        for purchase in mine:
            come = not np.isnan(purchase.received)
            kept = purchase.quantity + purchase.defects + purchase.lost
            assert kept == purchase.ordered if kept_whole else 0 <= kept <= purchase.ordered
            assert min(purchase.quantity, purchase.defects, purchase.lost) >= 0
            assert come or purchase.defects == 0
            assert purchase.lost == 0 or (purchase.quantity == 0 and not come)
        if buyer.view is None:
            continue
        known = buyer.view.known[source]
        good = sum(purchase.quantity for purchase in mine if not np.isnan(purchase.received))
        under_way = sum(purchase.quantity for purchase in mine if np.isnan(purchase.received))
        assert sum(units for _, units in known.under_way()) == under_way
        assert known.ordered == good + under_way
    if buyer.view is not None:
        coming = sum(units for known in buyer.view.known for _, units in known.under_way())
        owed = 0.0 if stock.internal is None else stock.internal.units
        ahead = stock.inventory.on_hand + coming - stock.point.backlog - owed - stock.inventory.position
        assert ahead >= 0.0  # the units of lines that are announced and not due


@settings(unhurried, max_examples=45)  # every event of every stock is looked at
@given(
    st.one_of(
        documents(),
        documents().flatmap(arithmetic),
        documents().flatmap(linked),
        documents().flatmap(sideways),
    )
)
def test_units_are_conserved_and_the_position_is_what_it_says_after_every_event(
    document: dict[str, Any],
) -> None:
    world = world_of(document)
    if world.scenario.depots and world.stocks.over is not None:
        return  # arithmetic has played all of it
    for stock in world.stocks:
        identities(world, stock)
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
    whole = np.isin(book.status, [Status.FROM_STOCK, Status.FILLED_LATE, Status.SUBSTITUTED, Status.MADE])
    served = book.filled + book.substituted
    assert np.all(served[whole] == book.quantity[whole])
    partly = ~whole & reached & (book.status != Status.TO_MAKE)  # a line may have its blanks, and wait
    assert np.all(served[partly] < book.quantity[partly])
    at_once = book.status == Status.FROM_STOCK
    assert np.all(book.on_arrival[at_once] == book.quantity[at_once])
    assert np.all(book.substituted[book.status == Status.SUBSTITUTED] > 0)
    assert np.all((book.substituted > 0) == (book.substitute >= 0))
    assert np.all(book.substitute[book.substituted > 0] != book.product[book.substituted > 0])
    at_once |= book.status == Status.SUBSTITUTED
    assert np.all(book.allocated[at_once] == book.time[at_once])
    assert np.all(book.filled[book.status == Status.CANCELLED] == 0)
    late = book.status == Status.FILLED_LATE
    assert np.all(book.allocated[late] >= book.time[late])
    assert np.all(book.filled[book.status == Status.NOT_MADE] == 0)
    gone = np.isin(book.status, [Status.CANCELLED, Status.NOT_MADE])
    assert np.all(book.cancelled[gone] >= book.time[gone])
    fixed = np.array([segment.impatience is None for segment in record.scenario.customers.values()])
    punctual = gone & fixed[book.segment]
    assert book.cancelled[punctual] == pytest.approx(book.time[punctual] + book.patience[punctual])
    units = book.units()
    assert sum(units.values()) == book.quantity.sum()
    shipped = ~np.isnan(book.shipped)
    assert np.all(book.shipped[shipped] >= book.allocated[shipped])
    assert np.all(book.delivered[shipped] >= book.shipped[shipped])


@settings(unhurried, max_examples=140)
@given(st.one_of(documents(), documents().flatmap(coinciding)))
def test_work_begins_in_turn_with_the_staff_there_is(document: dict[str, Any]) -> None:
    record = simulate(scenario(document))
    book, made = record.book, record.book.made
    if made is None:
        return
    status, begun = book.status[made.rows], ~np.isnan(made.begun)
    assert np.all(np.isin(status, [Status.PENDING, Status.TO_MAKE, Status.MADE, Status.NOT_MADE]))
    assert not np.isin(
        np.delete(book.status, made.rows), [Status.TO_MAKE, Status.MADE, Status.NOT_MADE]
    ).any()
    assert np.array_equal(status == Status.MADE, ~np.isnan(made.done))
    assert not (begun & (status == Status.NOT_MADE)).any()
    assert np.all(made.queued[begun] >= book.time[made.rows][begun])
    assert np.all(made.begun[begun] >= made.queued[begun])
    done = ~np.isnan(made.done)
    assert np.all(made.done[done] - made.begun[done] >= made.work[done] - INSTANT)
    for code, workshop in enumerate(record.scenario.workshops.values()):
        own = made.workshop == code
        ends = np.where(np.isnan(made.done), np.inf, made.done)
        for now in made.begun[own & begun]:
            at_work = own & (made.begun <= now) & (ends > now)
            assert np.count_nonzero(at_work) <= workshop.staff
        if workshop.queue == "fcfs":
            queued, started = made.queued[own & begun], made.begun[own & begun]
            assert np.all(np.diff(started[np.lexsort((started, queued))]) >= 0)


@unhurried
@given(st.one_of(documents(), documents().flatmap(arithmetic), documents().flatmap(several)))
def test_every_line_that_waited_has_one_cause(document: dict[str, Any]) -> None:
    record = simulate(scenario(document))
    book = record.book
    waited = np.isin(book.status, WAITED)
    assert np.all(book.cause[waited] != NO_CAUSE)
    lacked = book.on_arrival < book.quantity  # a line made to order has one, too, if it found too few blanks
    waited |= np.isin(book.status, [Status.TO_MAKE, Status.MADE, Status.NOT_MADE]) & lacked
    assert not np.any(book.cause[~waited] != NO_CAUSE)
    found = figures(record, causes=True)
    for dimension in ("segment", "product", "warehouse"):
        groups = found.by[dimension][0]
        by_cause = [found.of(metric, dimension) for metric in METRICS.values()]
        in_all = found.of("backordered_lines", dimension)
        assert {group: sum(one[group] for one in by_cause) for group in groups} == in_all
    assert outline(record).causes.sum() == found["backordered_lines"]
    late = book.cause == BackorderCause.OPENING
    assert np.all(book.time[late] <= 0.0)


@unhurried
@given(st.one_of(documents(), documents().flatmap(linked), documents().flatmap(several)))
def test_flows_of_goods_are_those_of_the_figures(document: dict[str, Any]) -> None:
    record = simulate(scenario(document))
    found, run, drawn = figures(record), record.scenario.run, outline(record)
    supply, sales, days = drawn.supply, drawn.sales, run.horizon - run.warm_up
    received = found.of("received_units", "warehouse")
    for site, units in received.items():
        into = [name == site for name in supply.destinations]
        assert supply.units[into].sum() == pytest.approx(units)
    assert supply.pending.min(initial=0.0) >= 0.0
    assert supply.pending.sum() / days == pytest.approx(found["on_order_mean"], abs=1e-9)
    internal = supply.pending[:, supply.internal]
    if not record.scenario.opening:
        assert internal[: Step.DISPATCH].sum() / days == pytest.approx(
            found["internal_backlog_mean"], abs=1e-9
        )
        assert internal[Step.DISPATCH :].sum() / days == pytest.approx(found["in_transit_mean"], abs=1e-9)
    under_way = drawn.transfers.pending.sum() / days
    assert under_way == pytest.approx(found["transfers_in_transit_mean"], abs=1e-9)
    assert sales.lines.sum() == found["lines"]
    assert sales.waited.sum() == found["waited_lines"]
    assert sales.units.sum() == pytest.approx(found["filled_units"] + found["substituted_units"])


@unhurried
@given(documents())
def test_only_who_waits_is_told_compensated_and_asks(document: dict[str, Any]) -> None:
    record = simulate(scenario(document))
    book, policies = record.book, record.scenario.policies
    waited, told = np.isin(book.status, WAITED), ~np.isnan(book.promised)
    if policies.promise.kind == "none":
        assert not told.any()
    else:
        assert np.all(told[waited | (book.status == Status.FROM_STOCK)])
        assert not told[np.isin(book.status, [Status.PENDING, Status.REFUSED, Status.DECLINED])].any()
    assert np.all(book.promised[told] >= book.time[told])
    revised = book.revisions > 0
    assert np.all(revised <= (waited & policies.promise.follows))
    assert np.array_equal(book.repromised[~revised], book.promised[~revised], equal_nan=True)
    for column in ("notices", "contacts", "unanswered", "compensation"):
        values = getattr(book, column)
        assert np.all(values >= 0)
        assert not values[~waited].any()
    if policies.communication is None:
        assert not book.notices.any()
    assert not book.compensation[book.status == Status.CANCELLED].any()
    assert np.all(book.unanswered <= book.contacts)
    asked = record.contacts.line[record.contacts.line >= 0]
    # who would have asked when the desk is closed may find it closed to the end
    assert np.all(np.bincount(asked, minlength=len(book)) <= book.contacts)


@unhurried
@given(document=st.one_of(documents(), documents().flatmap(coinciding)), step=st.booleans())
def test_an_instant_is_over_before_anybody_is_put_off_or_told(
    document: dict[str, Any], *, step: bool
) -> None:
    document = {name: section for name, section in document.items() if name != "loyalty"}
    revise, revised = Backorders._revise, list[tuple[int, float]]()

    def noting(self: Backorders, waiter: WaitingCustomer, now: float, date: float) -> None:
        revised.append((waiter.row, now))
        revise(self, waiter, now, date)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Backorders, "_revise", noting)
        record = simulate(scenario(document), step=step)
    book = record.book
    filled = np.where(book.status == Status.FILLED_LATE, book.allocated, np.nan)
    assert len(revised) == book.revisions.sum()
    assert not [row for row, now in revised if abs(now - filled[row]) <= INSTANT]
    messages = record.messages
    late = np.isin(messages.kind, [MessageKind.UPDATE, MessageKind.DELAY])
    assert not np.any(late & (np.abs(messages.time - filled[messages.line]) <= INSTANT))
    if record.scenario.policies.compensation.when == "broken_promise":
        on_time = (book.status == Status.FILLED_LATE) & (days_late(book.promised, book.allocated) <= 0)
        assert not book.compensation[on_time].any()


@settings(unhurried, max_examples=140)
@given(st.one_of(documents(), documents().flatmap(arithmetic), documents().flatmap(coinciding)))
def test_a_free_run_changes_nothing_but_speed(document: dict[str, Any]) -> None:
    compare_with_steps(scenario(document))


networks = st.one_of(
    documents(),
    documents().flatmap(arithmetic),
    documents().flatmap(coinciding),
    documents().flatmap(unwatched),
).flatmap(linked)


transfers = st.one_of(documents(), documents().flatmap(coinciding), documents().flatmap(unwatched)).flatmap(
    sideways
)


@settings(unhurried, max_examples=140)
@given(transfers)
def test_goods_go_sideways_in_free_runs_as_line_by_line(document: dict[str, Any]) -> None:
    compare_with_steps(scenario(document))


@settings(unhurried, max_examples=140)
@given(networks)
def test_depots_serve_their_warehouses_in_free_runs_as_line_by_line(document: dict[str, Any]) -> None:
    compare_with_steps(scenario(document))


plain_networks = (
    documents()
    .flatmap(arithmetic)
    .map(spared)
    .map(unopened)
    .map(one_source)
    .map(waited_out)
    .flatmap(in_sequence)
)


@settings(unhurried, max_examples=100)
@given(plain_networks)
def test_depots_that_serve_in_sequence_are_played_by_arithmetic(document: dict[str, Any]) -> None:
    compare_with_steps(scenario(document))


@unhurried
@given(documents(), histories())
def test_orders_from_a_history_get_what_they_get_line_by_line(
    document: dict[str, Any], history: tuple[str, dict[str, Any]]
) -> None:
    with TemporaryDirectory() as folder:
        compare_with_steps(with_history(document, history, Path(folder)))


@unhurried
@given(documents().flatmap(scheduled))
def test_who_is_told_everything_on_schedule_fares_as_if_somebody_saw_to_him(document: dict[str, Any]) -> None:
    compare_with_steps(scenario(document))


@unhurried
@given(documents().flatmap(arithmetic).map(waited_out))
def test_a_run_that_is_arithmetic_to_its_end_is_over_when_it_is_in_steps(document: dict[str, Any]) -> None:
    compare_with_steps(scenario(document))


@settings(unhurried, max_examples=140)
@given(documents().flatmap(unwatched))
def test_lines_that_share_a_stock_get_what_each_gets_by_itself(document: dict[str, Any]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("simulator.model.allocation.bulk_allocation.BULK_MINIMUM", 1)  # however few there are
        compare_with_steps(scenario(document))


worlds = st.one_of(
    documents(), documents().flatmap(arithmetic), documents().flatmap(coinciding), networks, transfers
)


@settings(unhurried, max_examples=50)
@given(worlds, st.sampled_from(["ARITHMETIC", "SCHEDULED_MESSAGES", "SHARED_LINES", "SINGLE_PARCELS"]))
def test_a_shortcut_by_itself_changes_nothing_but_speed(document: dict[str, Any], name: str) -> None:
    valid = scenario(document)
    taken = simulate(valid)
    with without(getattr(shortcuts, name)):
        same_outcome(taken, simulate(valid))


@settings(unhurried, max_examples=50)
@given(worlds)
def test_planned_journeys_bring_goods_when_processes_do(document: dict[str, Any]) -> None:
    # a process starts, and so leaves the supplier, an event after its order: too late to refuse a cancellation
    valid = scenario(keeping(document))
    taken = simulate(valid)
    with without(shortcuts.PLANNED_ROUTES):
        travelled = simulate(valid)
    assert len(taken.purchases) == len(travelled.purchases)
    same_outcome(landed(taken), landed(travelled))


@unhurried
@given(documents().flatmap(several))
def test_orders_are_whole_lots_within_the_limits_of_their_source(document: dict[str, Any]) -> None:
    record = simulate(scenario(document))
    book, orders, known = record.book, record.purchases, StockSources(record.scenario)
    order = np.cumsum(orders.part == 0) - 1
    units = np.bincount(order, orders.quantity + orders.cancelled + orders.defects + orders.lost)
    orders = orders.where(orders.part == 0)
    for number, (site, product) in enumerate(book.stocks):
        for source, one in enumerate(known.of(book.warehouses[site], book.products[product])):
            supplier = record.scenario.suppliers[one.supplier]
            mine = (orders.stock == number) & (orders.source == source) & (orders.number >= 0)
            assert np.all(units[mine] > 0)
            assert np.all(units[mine] >= (supplier.minimum or 0))
            assert np.all(units[mine] % (supplier.lot or units[mine]) == 0)
            _, instant = np.unique(orders.placed[mine], return_inverse=True)
            most = np.inf if supplier.maximum is None else supplier.maximum
            assert np.all(np.bincount(instant, units[mine]) <= most)


@unhurried
@given(documents().map(untraded).flatmap(several))
def test_a_source_that_nobody_buys_from_changes_nothing(document: dict[str, Any]) -> None:
    for order in document.get("opening", {}).get("purchase_orders", []):
        order.pop("from", None)
    alone = one_source(document)
    document["policies"].pop("expediting", None)
    document["policies"] |= {"sourcing": "single", "replenishment": alone["policies"]["replenishment"]}
    for product in document["products"].values():
        product.pop("sourcing", None)
        product.pop("replenishment", None)
    same_outcome(simulate(scenario(alone)), simulate(scenario(document)))


def landed(record: Record) -> Record:
    """The record with the purchase orders that have landed: a plan names places that others never come to."""
    come = ~np.isnan(record.purchases.received)
    return dataclasses.replace(record, purchases=record.purchases.where(come))


def compare_with_steps(valid: Scenario) -> None:
    """Play the scenario in free runs and line by line: the outcomes have to be the same, bit for bit."""
    same_outcome(simulate(valid), simulate(valid, step=True))


def same_outcome(free: Record, stepped: Record) -> None:
    """Hold two ways to play a scenario against each other."""
    assert free.end == stepped.end
    for column in OUTCOMES:
        np.testing.assert_array_equal(
            getattr(free.book, column), getattr(stepped.book, column), err_msg=column
        )
    assert (free.scores is None) == (stepped.scores is None)
    if free.book.made is not None and stepped.book.made is not None:
        for name in (field.name for field in dataclasses.fields(free.book.made)):
            one, other = getattr(free.book.made, name), getattr(stepped.book.made, name)
            np.testing.assert_array_equal(one, other, err_msg=name)
    for table in ("purchases", "transfers", "movements", "contacts", "messages", "scores"):
        one, other = getattr(free, table), getattr(stepped, table)
        if one is None:
            continue
        for name in (field.name for field in dataclasses.fields(one)):
            np.testing.assert_equal(getattr(one, name), getattr(other, name), err_msg=name)


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
            (book.serving == book.serving[served])
            & (book.segment < book.segment[served])
            & np.isin(book.status, WAITED)
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
        kept = np.isin(book.status, [Status.FROM_STOCK, Status.FILLED_LATE]) & (book.serving == stock)
        assert np.all(np.diff(book.allocated[kept]) >= 0)


@unhurried
@given(documents(), documents())
def test_another_product_leaves_the_others_alone(document: dict[str, Any], other: dict[str, Any]) -> None:
    # no shared queues, no substitutes, nobody who remembers: products meet nowhere
    document.pop("support_desk", None)
    document.pop("loyalty", None)
    for product in document["products"].values():
        product.pop("substitutes", None)
    document = unmade(one_source(document))
    for shop in ("production", "capacity"):
        document["suppliers"]["factory"].pop(shop, None)
    document["customs"]["port"].get("inspection", {}).pop("inspectors", None)
    for site in document["warehouses"].values():
        site.pop("dock", None)
    for lane in document["lanes"]:
        lane["crossing"] = True
    if "opening" in document:
        document["opening"] = {
            key: [one for one in entries if one["product"] == "ball"]
            for key, entries in document["opening"].items()
        }
    document["demand"] = [{**stream, "product": "ball", "also": {}} for stream in document["demand"]]
    more = [{**stream, "product": "cap", "also": {}} for stream in other["demand"]]
    alone = simulate(scenario(document))
    document["demand"] = [*document["demand"], *more]
    together = simulate(scenario(document))
    ball = together.book.products.index("ball")
    rows = together.book.product == ball
    seen = together.book.time[rows] < min(alone.end, together.end)
    for column in ("time", "quantity", "patience", "tolerance"):
        mine = getattr(together.book, column)[rows][seen]
        np.testing.assert_array_equal(mine, getattr(alone.book, column)[: len(mine)])
    end = min(alone.end, together.end)  # what a run says of later times depends on when it stopped
    done = together.book.allocated[rows][seen]
    same = alone.book.allocated[: len(done)]
    # and what has happened by then to a line that still waits: it may lose again what it has
    status = alone.book.status[: len(done)] if alone.end == end else together.book.status[rows][seen]
    over = status != Status.BACKORDERED
    np.testing.assert_array_equal(
        np.where(over & (done < end), done, -1), np.where(over & (same < end), same, -1)
    )
