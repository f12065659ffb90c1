"""The world of one replication: everything in its place, played from the first order to the last delivery."""

from __future__ import annotations

import gc
import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.model import outlook
from simulator.model.allocation import discipline
from simulator.model.backorders import Backorders
from simulator.model.chain import SupplyChain
from simulator.model.clock import Clock
from simulator.model.contacts import ContactLog, Contacts
from simulator.model.customers import announcements, customers, customers_step_by_step
from simulator.model.free_run import free_run
from simulator.model.goodwill import Memory, periods
from simulator.model.lines import LineTable, StockLines, Views
from simulator.model.messages import Messages
from simulator.model.opening import Start, start
from simulator.model.pipeline import Pipeline
from simulator.model.purchase import Purchases
from simulator.model.reviews import reviews
from simulator.model.route import Route
from simulator.model.stock import Stock
from simulator.model.substitutes import Substitutes
from simulator.model.support_desk import SupportDesk
from simulator.model.survey import Scores, survey
from simulator.model.tally import Movements, Tally
from simulator.model.treatment import rules_of
from simulator.model.warehouse import dispatch
from simulator.orders import book as order_book
from simulator.orders.book import OrderBook, Status
from simulator.orders.streams import Streams
from simulator.policies.replenishment import ReplenishmentPolicy
from simulator.scenario.scenario import Scenario

Column = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Record:
    """What happened in one replication.

    initial: units on hand of each stock at the start. end: time at which the run stopped, in days; all before it
    has happened, nothing at or after it has. contacts: with the support desk. messages: to customers who wait.
    scores: what customers said, if the scenario asks them. away: orders of the measured window, by segment, that
    were not placed because customers remember how they were served (with goodwill).
    """

    scenario: Scenario
    replication: int
    book: OrderBook
    purchases: Purchases
    movements: Movements
    initial: Column
    end: float
    contacts: Contacts
    messages: Messages
    scores: Scores | None
    away: NDArray[np.int64]


def simulate(scenario: Scenario, replication: int = 0, *, step: bool = False) -> Record:
    """Play one replication. With ``step`` every order line is an event of its own: slower, the same outcome."""
    book = order_book.draw(scenario, Streams(scenario.run.seed, replication))
    world = World(scenario, Streams(scenario.run.seed, replication), book, step=step)
    with _rare_garbage_collection():
        end = world.play()
    return world.record(replication, end)


@contextmanager
def _rare_garbage_collection() -> Iterator[None]:
    """A run makes many small objects and no cycles worth collecting; looking for them costs up to a third."""
    before = gc.get_threshold()
    gc.set_threshold(200_000, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


class World:
    """All nouns of one replication, connected."""

    def __init__(self, scenario: Scenario, streams: Streams, book: OrderBook, *, step: bool = False) -> None:
        self.scenario = scenario
        self.book = book
        self.clock = Clock(scenario.run.end)
        self.tally = Tally(scenario.run.warm_up, scenario.run.horizon)
        forgiving = scenario.loyalty is None or scenario.loyalty.goodwill is None
        will_wait = [segment.will_wait for segment in scenario.customers.values()]
        self.table = LineTable(book, will_wait, may_change=not forgiving)
        self._views = Views(self.table)
        self._streams = streams
        self._step = step
        self._demand = outlook.demand_moments(scenario, book)
        clock = self.clock
        self._desk = None
        if scenario.support_desk is not None:
            self._desk = SupportDesk(clock, scenario.support_desk, scenario.run.start, streams)
            self.tally.watch = self._desk.staff_for
        self._rules = rules_of(scenario, self._desk)
        self._arithmetic = not step and len(book) > 0 and self._is_arithmetic()
        self._chain = SupplyChain(scenario, clock, streams)
        self._initial: list[float] = []
        self._starts: list[Start] = []
        self.stocks = [self._stock(k) for k in range(len(book.stocks))]
        if self._starts:
            self._run_freely()
        self._offer_substitutes()
        self._memory = self._goodwill()
        self.initial = np.array(self._initial)

    def play(self) -> float:
        """Run until all counted orders are resolved or the cool-down has passed; returns when it stopped (days)."""
        clock, tally, run = self.clock, self.tally, self.scenario.run
        clock.may_skip = True
        clock.run(until=run.horizon)
        clock.may_skip = False  # from here on it matters after which event the last line is resolved
        end = run.horizon
        for stock in self.stocks:
            stock.settle(end)  # some lines may wait by now of which the tally has not heard
        if tally.open:
            while tally.open and clock.peek() < run.end:
                clock.step()
            if tally.open:
                end = run.end
            else:  # the instant in which the last line was resolved is played to its end
                while clock.peek() <= clock.now:
                    clock.step()
                end = math.nextafter(clock.now, math.inf)
        for stock in self.stocks:
            stock.settle(end)
        return end

    def record(self, replication: int, end: float) -> Record:
        """The outcome as columns, with picking and delivery of all that was allocated."""
        self._write_book()
        scenario, tally = self.scenario, self.tally
        movements = tally.movements()
        contacts = ContactLog().columns() if self._desk is None else self._desk.contacts()
        messages = self._rules.messages.columns()
        away = np.zeros(len(scenario.customers), dtype=np.int64)
        if self._memory is not None:
            away = self._memory.orders_away(scenario.run)
            contacts = contacts.renumbered(self._memory.away)
            messages = messages.renumbered(self._memory.away)
            self.book = self.book.without(self._memory.away)
        purchases = Purchases.collect(tally.purchases, end, tally.batches)
        scores = survey(self.book, scenario, end)
        return Record(
            scenario,
            replication,
            self.book,
            purchases,
            movements,
            self.initial,
            end,
            contacts,
            messages,
            scores,
            away,
        )

    def _write_book(self) -> None:
        """Bring the order book up to now, with picking and delivery of all that was allocated so far."""
        self.table.write_back()
        complete = self.scenario.policies.ship == "complete"
        dispatch(self.book, list(self.scenario.warehouses.values()), complete=complete)
        self._promise_from_stock()

    def _promise_from_stock(self) -> None:
        """Lines filled on arrival were promised too: what the policy says when nothing has to be waited for."""
        for stock in self.stocks:
            days = None if stock.backorders is None else stock.backorders.from_stock()
            if days is not None:
                rows = self.table.rows[self.table.bounds[stock.index] : self.table.bounds[stock.index + 1]]
                rows = rows[np.isin(self.book.status[rows], (Status.FROM_STOCK, Status.SUBSTITUTED))]
                self.book.promised[rows] = self.book.repromised[rows] = self.book.time[rows] + days

    def _goodwill(self) -> Memory | None:
        """Where goodwill is switched on: the process by which demand follows what customers remember."""
        loyalty = self.scenario.loyalty
        if loyalty is None or loyalty.goodwill is None:
            return None
        memory, clock = Memory(self.book, loyalty, loyalty.goodwill), self.clock
        place = np.empty(len(self.book), dtype=np.intp)
        place[self.table.rows] = np.arange(len(self.book))

        def look() -> None:
            for stock in self.stocks:
                stock.settle(clock.now)
            self._write_book()

        def drop(rows: NDArray[np.intp]) -> None:
            of_stock = self.book.stock[rows]
            for k in np.unique(of_stock).tolist():
                self.stocks[k].drop(place[rows[of_stock == k]])

        clock.process(periods(memory, clock, loyalty.goodwill.period, look, drop))
        return memory

    def _is_arithmetic(self) -> bool:
        """Whether nothing but patience stands between the waiting lines and the goods: see `free_run`."""
        scenario = self.scenario
        policies = scenario.policies
        return (
            self._rules.idle
            and policies.backorders.always
            and policies.allocation.in_sequence
            and (scenario.loyalty is None or scenario.loyalty.goodwill is None)
            and not any(product.substitutes for product in scenario.products.values())
        )

    # -- putting the nouns together ----------------------------------------------------------------------------------

    def _stock(self, index: int) -> Stock:
        """The stock with its customers, its way of supply and its reviews."""
        scenario, book, clock = self.scenario, self.book, self.clock
        warehouse, product = (book.warehouses[book.stocks[index][0]], book.products[book.stocks[index][1]])
        lines = StockLines(self.table, index, self._views)
        demand = self._demand.get((warehouse, product), (0.0, 0.0))
        allocation = scenario.policies.allocation
        route = self._chain.route(warehouse, product, allocation.unloading_rank(demand[0]))
        expected = outlook.outlook(demand, self._chain.lead_time(warehouse, product))
        sized = scenario.replenishment_of(product, warehouse).sized(expected)
        self._initial.append(self._start(warehouse, product, sized))
        stock = Stock(
            index,
            clock,
            lines,
            discipline(scenario, book, self.table.rows, lines, demand[0]),
            scenario.policies.backorders,
            sized,
            route,
            self.tally,
            on_hand=self._initial[index],
            reserve=allocation.reserve_level(scenario.customers),
            step=self._step,
        )
        self._care_for(stock, route, warehouse, product)
        begin = None
        if self._arithmetic:
            begin = start(self.table, index, route, sized, stock.on_hand, split=allocation.split)
        if begin is not None:
            self._starts.append(begin)
        else:
            self._begin(stock, lines, sized)
        return stock

    def _begin(self, stock: Stock, lines: StockLines, policy: ReplenishmentPolicy) -> None:
        """The stock's life begins on day 0."""
        self._customers(stock, lines)
        times = policy.reviews()
        if times is not None:
            self.clock.process(reviews(stock, self.clock, *times))
        else:
            stock.replenish(0.0)  # a start below the reorder level is seen at once

    def _run_freely(self) -> None:
        """Play the opening of all stocks where it is arithmetic, and plan what is then still to come."""
        clock, tally, stocks = self.clock, self.tally, self.stocks
        opening = free_run(self.table, self.book, self._starts, self.scenario.run.horizon, clock.end)
        purchases = opening.purchases
        tally.land(opening.time, opening.stock, opening.taken_in, opening.given_out)
        coming = ~opening.landed & (purchases.received < clock.end)
        tally.batches.append(purchases.where(~coming))
        states = zip(
            opening.stocks.tolist(),
            opening.stop.tolist(),
            opening.on_hand.tolist(),
            opening.position.tolist(),
            opening.backlog.tolist(),
            opening.orders.tolist(),
            strict=True,
        )
        for number, *state in states:
            stocks[number].go_on(*state)
        for row in np.flatnonzero(coming).tolist():
            stocks[purchases.stock[row]].await_purchase(purchases.order(row), float(purchases.received[row]))
        of = np.searchsorted(self.table.bounds, opening.waiting, side="right") - 1
        for number, line in zip(of.tolist(), opening.waiting.tolist(), strict=True):
            stocks[number].wait(line)
        for number, stop in zip(opening.stocks.tolist(), opening.stop.tolist(), strict=True):
            if stop < self.table.bounds[number + 1]:
                self._customers(stocks[number], StockLines(self.table, number, self._views))

    def _customers(self, stock: Stock, lines: StockLines) -> None:
        """The process that brings the stock its lines."""
        clock = self.clock
        if lines.early:
            clock.process(announcements(stock, self.table.announced(stock.index), clock))
        if self._step:
            clock.process(customers_step_by_step(stock, lines, clock))
            return
        process = clock.process(customers(stock, lines, clock))

        def wake() -> None:
            nonlocal process
            if not process.is_alive:  # it had ended because all other lines were sure to be filled
                process = clock.process(customers(stock, lines, clock))
            elif process is not clock.active_process:
                process.interrupt()

        stock.wake = wake

    def _offer_substitutes(self) -> None:
        """Tell each stock which others in its warehouse have a product that its customers would take."""
        book, products = self.book, self.scenario.products
        at = {(warehouse, book.products[product]): k for k, (warehouse, product) in enumerate(book.stocks)}
        for k, (warehouse, product) in enumerate(book.stocks):
            self.stocks[k].product = product
            offered = [
                (self.stocks[at[warehouse, name]], chance)
                for name, chance in products[book.products[product]].substitutes.items()
                if (warehouse, name) in at
            ]
            if offered:
                self.stocks[k].substitutes = Substitutes(offered, self.table.switching())

    def _care_for(self, stock: Stock, route: Route, warehouse: str, product: str) -> None:
        """Where more can happen to waiting customers than that patience ends: who sees to them."""
        if self._rules.idle:
            return
        pipeline = Pipeline(self._chain.way(warehouse, product))
        stock.backorders = Backorders(
            self.clock,
            stock.index,
            self.table.columns(),
            self._rules,
            pipeline,
            stock.queue,
            lambda: stock.backlog,
            stock.cancel,
        )
        if self._rules.promise.follows:
            route.news = stock.backorders.revise

    def _start(self, warehouse: str, product: str, policy: ReplenishmentPolicy) -> float:
        """Units on hand at the start: what the scenario says, else where the policy starts."""
        stock = self.scenario.warehouses[warehouse].stock
        given = stock.get(product) if isinstance(stock, dict) else stock
        return policy.start() if given is None else given
