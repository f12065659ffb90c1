"""World of one replication: its parts, connected and played from the first order to the last delivery."""

from __future__ import annotations

import math
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from operator import add

import numpy as np
from numpy.typing import NDArray

from simulator.model.causes.backordered_lines import StockStarts
from simulator.model.causes.causes_of_lines import BackorderCauses
from simulator.model.causes.stock_outlook import StockOutlooks
from simulator.model.clock import Clock
from simulator.model.garbage_collection import keep_memory, rare_garbage_collection
from simulator.model.picking import Work, handle_elsewhere, ship_lines
from simulator.model.records.contact_log import ContactLog, Contacts
from simulator.model.records.ledger import Ledger, StockMovements
from simulator.model.records.line_table import LineTable
from simulator.model.records.message_log import Messages
from simulator.model.records.treatment_log import Treatments
from simulator.model.records.window_handover import Handover
from simulator.model.stock.stocks import Stocks
from simulator.model.supply.dock import stops_of
from simulator.model.supply.legs import milestones
from simulator.model.supply.purchase_order import PurchaseColumns
from simulator.model.survey.goodwill import CustomerMemory, goodwill_periods
from simulator.model.survey.loyalty import SurveyScores, survey
from simulator.model.waiting.patience_ends import patience_ends
from simulator.model.waiting.scheduled_messages import ScheduledMessages
from simulator.model.waiting.support_desk import SupportDesk
from simulator.model.waiting.waiting_customer import treatment_rules
from simulator.model.waiting.workshops import Workshops
from simulator.orders import order_book
from simulator.orders.order_book import OrderBook
from simulator.orders.random.streams import Streams
from simulator.scenario.scenario import Scenario
from simulator.scenario.sections.run import Run
from simulator.scenario.sections.supply_network import Warehouse
from simulator.scenario.shortcuts import ARITHMETIC, SINGLE_PARCELS
from simulator.values.arrays import Floats, Integers
from simulator.values.deferred_columns import Deferred


@dataclass(frozen=True, slots=True)
class Record:
    """Outcome of one replication.

    Attributes:
        scenario: scenario that was played.
        replication: number of the replication.
        book: order lines with their outcomes.
        purchases: purchase orders.
        transfers: goods that warehouses have given up to others, in the same columns; placed when they left.
        movements: stock movements other than by arriving lines.
        initial: units on hand of each stock at the start: float64[stocks].
        end: time at which the run stopped, in days. All events before it have happened, none at or after it.
        contacts: contacts of customers with the support desk.
        messages: messages to waiting customers.
        scores: satisfaction scores and repeat chances; ``None`` if the scenario models neither.
        away: orders of the measured window that were not placed because customers remember bad service (only
            with goodwill), by segment: int64[segments].
    """

    scenario: Scenario
    replication: int
    book: OrderBook
    purchases: PurchaseColumns
    transfers: PurchaseColumns
    movements: StockMovements
    initial: Floats
    end: float
    contacts: Contacts
    messages: Messages
    scores: SurveyScores | None
    away: NDArray[np.int64]


def _picked(run: Run, name: str, site: Warehouse) -> Work:
    """Return the function from the begin of picking (days) at a warehouse, and its duration (days), to its end."""
    stops = stops_of(run, name, site)
    opens = None if stops is None else stops.known(run.end)
    return add if opens is None else opens.after


def simulate(scenario: Scenario, replication: int = 0, *, step: bool = False) -> Record:
    """Play one replication and return its record.

    Args:
        scenario: scenario to play.
        replication: number of the replication.
        step: make every order line an event of its own; slower, with the same outcome.
    """
    keep_memory()
    with rare_garbage_collection():
        book = order_book.draw(scenario, Streams(scenario.run.seed, replication))
        world = World(scenario, Streams(scenario.run.seed, replication), book, step=step)
        record = world.record(replication, world.play())
        record.book.cause = Deferred(world.causes(record).column)
        return record


class World:
    """Parts of one replication, connected: clock, ledger, lines, stocks and support desk."""

    def __init__(
        self,
        scenario: Scenario,
        streams: Streams,
        book: OrderBook,
        *,
        step: bool = False,
        until: float = math.inf,
        past: Handover | None = None,
    ) -> None:
        """Connect the parts.

        Args:
            scenario: scenario to play.
            streams: random streams of the replication.
            book: order lines; their outcomes are written into it.
            step: see `simulate`.
            until: end of the window to play, in days; left out: the horizon.
            past: handover from the previous window; ``None`` at the start of a run.
        """
        self.scenario = scenario
        self.book = book
        self.clock = Clock(scenario.run.end, 0.0 if past is None else past.time)
        self._streams = streams
        self._until = min(until, scenario.run.horizon)
        self._past = past
        self.ledger = Ledger(scenario.run.warm_up, scenario.run.horizon)
        forgiving = scenario.loyalty is None or scenario.loyalty.goodwill is None
        will_wait = [segment.will_wait for segment in scenario.customers.values()]
        self.table = LineTable(book, will_wait, may_change=not forgiving, routed=scenario.routed)
        self._desk = None
        if scenario.support_desk is not None:
            self._desk = SupportDesk(self.clock, scenario.support_desk, scenario.run, streams)
            self.ledger.watch = self._desk.staff_for
        self._rules = treatment_rules(scenario, self._desk, step=step)
        workshops = None
        if book.made is not None:
            workshops = Workshops(self.clock, scenario, self.table, book.made, self.ledger, streams)
        self.stocks = Stocks(
            scenario,
            book,
            self.table,
            self.clock,
            self.ledger,
            self._rules,
            streams,
            step=step,
            patience_ends=patience_ends(self._rules, self.table, book, scenario.run.end),
            workshops=workshops,
            past=past,
        )
        arithmetic = not step and len(book) > 0 and ARITHMETIC.allows(scenario)
        self.stocks.begin(self._until, arithmetic=arithmetic)
        self._picked = [_picked(scenario.run, name, site) for name, site in scenario.warehouses.items()]
        self._memory = self._goodwill()

    def play(self) -> float:
        """Run to the horizon, then until no line of the measured window waits or the cool-down has passed.

        Returns:
            Time at which the run stopped, in days.
        """
        if self.stocks.over is not None:
            return self.stocks.over
        clock, ledger, run = self.clock, self.ledger, self.scenario.run
        clock.run(until=run.horizon)
        end = run.horizon
        for stock in self.stocks.in_use():
            stock.update.before(end)  # the ledger may not know of all waiting lines yet
        if ledger.open:
            for stock in self.stocks.in_use():
                stock.point.watch()
            while ledger.open and clock.peek() < run.end:
                clock.step()
            if ledger.open:
                end = run.end
            else:  # play the remaining events of the instant that resolved the last line
                while clock.peek() <= clock.now:
                    clock.step()
                end = math.nextafter(clock.now, math.inf)
        for stock in self.stocks.in_use():
            stock.update.before(end)
        return end

    def play_window(self) -> Handover:
        """Run to the end of a window before the last and return the handover to the next."""
        self.clock.run(until=self._until)
        for stock in self.stocks.in_use():
            stock.update.before(self._until)
        return self.stocks.handover(self._until)

    def record(self, replication: int, end: float) -> Record:
        """Return the outcome as columns, with picking and delivery of all allocated lines.

        Args:
            replication: number of the replication.
            end: time at which the run stopped, in days.
        """
        messages = self._write_book(end)
        scenario, ledger = self.scenario, self.ledger
        movements = ledger.movements()
        contacts = ContactLog().columns() if self._desk is None else self._desk.contacts()
        away = np.zeros(len(scenario.customers), dtype=np.int64)
        if self._memory is not None:
            away = self._memory.orders_away(scenario.run)
            contacts = contacts.renumbered(self._memory.away)
            messages = messages.renumbered(self._memory.away)
            self.book = self.book.without(self._memory.away)
        purchases = PurchaseColumns.collect(ledger.purchases, milestones(), end, ledger.batches)
        scores = survey(self.book, scenario, end)
        return Record(
            scenario,
            replication,
            self.book,
            purchases,
            PurchaseColumns.collect(ledger.transfers, milestones(), end),
            movements,
            self.stocks.initial,
            end,
            contacts,
            messages,
            scores,
            away,
        )

    def causes(self, record: Record) -> BackorderCauses:
        """Return what finds the causes of the lines backordered in the record, without the parts of this world."""
        # a copy: a book whose own column holds it would stay in memory until the garbage collector comes
        book = copy(record.book)
        past, begin = (None, -math.inf) if self._past is None else (self._past.demand, self._past.time)
        return BackorderCauses(
            self.scenario,
            book,
            StockOutlooks(self.scenario, record.replication, book, self.stocks.plans),
            record.purchases,
            record.transfers,
            [one for one in self.ledger.purchases if one.cancellations],
            record.movements,
            StockStarts(begin, self.stocks.initial, self.stocks.backlog_at_start),
            past,
        )

    def _write_book(self, now: float) -> Messages:
        """Write outcomes up to ``now`` (days) into the order book, with their picking and delivery.

        Returns:
            Messages sent so far.
        """
        self.table.write_back()
        treatments, messages = self._treatments(now)
        if len(treatments):
            treatments.write(self.book, self.table.rows)
        if self.table.serving is not None:
            handle_elsewhere(self.book, self.scenario, self._streams)
        ship_lines(
            self.book,
            list(self.scenario.warehouses.values()),
            self._picked,
            complete=self.scenario.policies.ship == "complete",
            singly=SINGLE_PARCELS.allows(self.scenario),
        )
        self._promise_from_stock()
        return messages

    def _treatments(self, now: float) -> tuple[Treatments, Messages]:
        """Return the treatment of waiting customers, and the messages to them, up to ``now`` (days)."""
        rules = self._rules
        if rules.schedule is None or rules.schedule.is_empty:
            return rules.treatment_log.columns(), rules.messages.columns()
        scheduled = ScheduledMessages(rules.schedule, self.table, self.book, now)
        return scheduled.treatments(rules.compensation), scheduled.messages()

    def _promise_from_stock(self) -> None:
        """Set the promises of lines filled on arrival to the date the policy gives for goods in stock."""
        schedule, book = self._rules.schedule, self.book
        by_region = any(site.terms for site in self.scenario.warehouses.values())
        regions = range(len(book.regions) if by_region else 1)
        promised = np.full(
            (len(self.stocks), len(regions)), math.nan if schedule is None else schedule.promised
        )
        for stock in self.stocks.in_use():
            backorders = stock.point.backorders
            if backorders is not None and backorders.from_stock(0.0, 0) is not None:
                promised[stock.index] = [backorders.from_stock(0.0, region) for region in regions]
        if np.any(promised < math.inf):

            def days(rows: slice | Integers) -> Floats:
                found: Floats = promised[book.serving[rows], book.region[rows] if by_region else 0]
                return found

            book.promise_at_once(self._timed(days) or days)

    def _timed(
        self, days: Callable[[slice | Integers], Floats]
    ) -> Callable[[slice | Integers], Floats] | None:
        """Return the days promised by rows of lines, where any depend on the time of a line; else ``None``.

        Args:
            days: promised to rows of lines at time 0.
        """
        timed = {
            stock.index: stock.point.backorders
            for stock in self.stocks.in_use()
            if stock.point.backorders is not None and stock.point.backorders.picked_by_calendar
        }
        if not timed:
            return None
        book, promised = self.book, days(slice(None))
        for k, backorders in timed.items():
            rows = np.flatnonzero((book.serving == k) & ~np.isnan(promised))
            lines = zip(book.time[rows].tolist(), book.region[rows].tolist(), strict=True)
            promised[rows] = [backorders.from_stock(time, region) for time, region in lines]
        return lambda rows: promised[rows]

    def _goodwill(self) -> CustomerMemory | None:
        """Start the process by which demand follows the memory of customers.

        Returns:
            The memory; ``None`` without goodwill.
        """
        loyalty = self.scenario.loyalty
        if loyalty is None or loyalty.goodwill is None:
            return None
        memory, clock = CustomerMemory(self.book, loyalty, loyalty.goodwill), self.clock
        place = np.empty(len(self.book), dtype=np.intp)
        place[self.table.rows] = np.arange(len(self.book))

        def look() -> None:
            for stock in self.stocks.in_use():
                stock.update.before(clock.now)
            self._write_book(clock.now)

        def drop(rows: NDArray[np.intp]) -> None:
            of_stock = self.book.stock[rows]
            for k in np.unique(of_stock).tolist():
                self.table.drop(place[rows[of_stock == k]], self.table.bounds[k + 1])

        clock.process(goodwill_periods(memory, clock, loyalty.goodwill.period, look, drop))
        return memory
