"""Stocks of a run: all planned at the start, each built when its first event comes.

A stock is never built if its free run covers the whole run: its outcome is computed in columns.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from simulator.model.clock import Clock
from simulator.model.network.network_run import network_run
from simulator.model.network.routing import routers
from simulator.model.network.stock_network import StockNetwork
from simulator.model.network.transfers import ProductTransfers
from simulator.model.records.ledger import Ledger
from simulator.model.records.line_table import LineTable
from simulator.model.records.window_handover import Handover, StockState, resume_lines
from simulator.model.shortcuts.bulk_purchases import BulkPurchases
from simulator.model.shortcuts.free_run import free_run, whole_run
from simulator.model.shortcuts.stock_plans import StartLevels, all_start_levels, stock_plans
from simulator.model.stock.demand_point import Substitutes
from simulator.model.stock.opening import opening_handover
from simulator.model.stock.stock import Stock
from simulator.model.stock.stock_builder import StockBuilder
from simulator.model.stock.stock_processes import expediting_process, review_process, start_line_processes
from simulator.model.supply.purchase_order import PurchaseOrder
from simulator.model.supply.route import SupplyChain
from simulator.model.waiting.patience_ends import PatienceEnds
from simulator.model.waiting.waiting_customer import TreatmentRules
from simulator.model.waiting.workshops import Workshops
from simulator.orders.order_book import OrderBook
from simulator.orders.random.streams import Streams
from simulator.scenario.scenario import Scenario
from simulator.scenario.shortcuts import FREE_RUN


class Stocks:
    """All stocks of a run by number, each with its order lines, its route of supply and its reviews."""

    def __init__(
        self,
        scenario: Scenario,
        book: OrderBook,
        table: LineTable,
        clock: Clock,
        ledger: Ledger,
        rules: TreatmentRules,
        streams: Streams,
        *,
        step: bool,
        patience_ends: PatienceEnds | None = None,
        workshops: Workshops | None = None,
        past: Handover | None = None,
    ) -> None:
        """Plan all stocks.

        Args:
            scenario: scenario to play.
            book: order book.
            table: lines of the order book, sorted by stock.
            clock: clock of the run.
            ledger: record of movements and purchase orders.
            rules: rules for waiting customers.
            streams: random streams of the replication.
            step: make every line an event of its own.
            patience_ends: exact cancellation times, where the line table has only lower bounds.
            workshops: make the lines that are made to order.
            past: state at the end of the last window of a long run; ``None`` at the beginning of a run.
        """
        self._scenario = scenario
        self._book = book
        self._table = table
        self._clock = clock
        self._ledger = ledger
        self._streams = streams
        self._free = not step and FREE_RUN.allows(scenario)
        self.supply = SupplyChain(scenario, clock, streams, None if past is None else past.places)
        self.plans = stock_plans(scenario, book, self.supply)
        self.network = StockNetwork(scenario, book, self.supply, [plan.demand for plan in self.plans])
        self._builder = StockBuilder(
            scenario,
            book,
            table,
            clock,
            ledger,
            rules,
            self.supply,
            self.plans,
            self.network,
            self.__getitem__,
            free=self._free,
            patience_ends=patience_ends,
            workshops=workshops,
        )
        self._made: dict[int, Stock] = {}
        self._states: dict[int, tuple[int, StockState]] = {}
        """First line to come, and state, of each stock that goes on; removed when the stock is built."""
        self._first = past is None
        """True at the beginning of a run."""
        if past is None and scenario.opening is not None and scenario.opening.begun:
            past = opening_handover(scenario, scenario.opening, book, self.plans, self.supply)
        self._past = past
        self.over: float | None = None
        """End of the run (days) if the free run covers all of it and no event is left, else ``None``."""
        if past is not None:
            self._states = dict(enumerate(zip(past.lines_to_come(table, book), past.states, strict=True)))
        self.backlog_at_start = (
            np.zeros(len(self.plans)) if past is None else np.array([state.backlog for state in past.states])
        )
        """Units that lines waiting at the start lack, of each stock: float64[stocks]."""
        self.initial = np.array(
            [plan.on_hand for plan in self.plans]
            if past is None
            else [state.on_hand for state in past.states]
        )
        """Units on hand of each stock at the start: float64[stocks]."""

    def __len__(self) -> int:
        return len(self.plans)

    def __iter__(self) -> Iterator[Stock]:
        return (self[number] for number in range(len(self)))

    def __getitem__(self, number: int) -> Stock:
        stock = self._made.get(number)
        if stock is None:
            stock = self._made[number] = self._builder.build(number)
            if number in self._states:
                stock.resume(*self._states.pop(number))
        return stock

    def in_use(self) -> list[Stock]:
        """Return the stocks built so far; the others have no events."""
        return list(self._made.values())

    def begin(self, until: float, *, arithmetic: bool) -> None:
        """Start the processes of all stocks, or resume them after a window.

        Args:
            until: end of the opening free run, days.
            arithmetic: compute an opening free run for each stock that allows it.
        """
        past = self._past
        waiting = None if past is None else resume_lines(self._table, self._book)
        coming = () if past is None else past.purchases
        if self._first:  # the first orders take account of what is under way
            self._expect(coming)
            coming = ()
        free = arithmetic and past is None
        if free and self.network.linked and self._run_network():
            return
        starts = self._starts() if free and not self.network.linked else {}
        for number in range(len(self)):
            if number not in starts:
                self._begin(self[number])
        if starts:
            self._run_freely(starts, until)
        if past is not None and waiting is not None:
            self._go_on(coming, waiting)
        self._connect()

    def _connect(self) -> None:
        """Let stocks help each other out: by transfers, substitutes, and lines that others serve."""
        for ways in self.network.transfers(self.__getitem__):
            ProductTransfers(self._clock, self._scenario.policies.transfers, ways)
        if any(product.substitutes for product in self._scenario.products.values()):
            self._offer_substitutes()
        if self._scenario.routed:
            for number, router in routers(
                self._scenario, self._book, self._table, self._builder.lines, self.__getitem__
            ):
                self[number].point.router = router

    def handover(self, time: float) -> Handover:
        """Return the state that a window which ends at ``time`` (days) leaves to the next."""
        ledger, made, known = self._ledger, self._made, self._states
        coming = [purchase for purchase in ledger.purchases if not purchase.landing < time]
        for batch in ledger.batches:
            coming += [batch.order(row) for row in np.flatnonzero(batch.received >= time).tolist()]
        states = [made[k].state if k in made else known[k][1] for k in range(len(self))]
        return Handover(time, states, coming, self.supply.places)

    def _begin(self, stock: Stock) -> None:
        """Start the processes of one stock."""
        start_line_processes(stock, self._builder.lines(stock.index), self._clock, step=not self._free)
        times = self.plans[stock.index].policy.reviews()
        if times is not None:
            self._clock.process(review_process(stock, self._clock, *times))
        elif self._first:
            stock.replenish(0.0)  # a start at or below the trigger brings an order at once
        rule = self._scenario.policies.expediting
        if rule is not None and len(stock.inventory.buyer.supply) > 1:
            self._clock.process(expediting_process(stock, self._clock, rule.every))

    # -- free runs ---------------------------------------------------------------------------------------------------

    def _starts(self) -> dict[int, StartLevels]:
        """Return the start of each stock that allows an opening free run, by number."""
        split = self._scenario.policies.allocation.split
        return all_start_levels(range(len(self)), self.plans, self._table, split=split)

    def _run_network(self) -> bool:
        """Compute the whole run of stocks that supply each other, and return True if arithmetic can play it."""
        scenario, book = self._scenario, self._book
        played = network_run(scenario, book, self._table, self.plans, self.network, self._streams)
        if played is None:
            return False
        played.record(self._ledger)
        self.over = played.until
        return True

    def _run_freely(self, starts: Mapping[int, StartLevels], until: float) -> None:
        """Compute the opening free run of these stocks ``until`` a time (days); plan the events after it.

        It is the whole run if all stocks allow that and ``until`` is the horizon.
        """
        clock, ledger, table, run = self._clock, self._ledger, self._table, self._scenario.run
        routes = {number: begin.shared_route for number, begin in starts.items()}
        bulk_purchases, levels = BulkPurchases.of(self._book, routes, self._streams), list(starts.values())
        opening = None
        if len(starts) == len(self) and until == run.horizon:
            opening = whole_run(table, bulk_purchases, levels, (run.warm_up, run.horizon), run.end)
        opening = opening or free_run(table, bulk_purchases, levels, until, run.end)
        self._states, self.over = opening.states(), opening.over
        purchases = opening.purchases
        ledger.land(opening.time, opening.stock, opening.taken_in, opening.given_out)
        if self.over is not None:
            ledger.batches.append(purchases)
            return
        coming = ~opening.landed & (purchases.received < clock.end)
        ledger.batches.append(purchases.where(~coming))
        self._go_on([purchases.order(row) for row in np.flatnonzero(coming).tolist()], opening.waiting)
        last = np.array(table.bounds)[opening.stocks + 1]
        for number in opening.stocks[opening.stop < last].tolist():
            start_line_processes(self[number], self._builder.lines(number), clock, step=False)

    def _expect(self, coming: Sequence[PurchaseOrder]) -> None:
        """Expect the purchase orders under way."""
        for purchase in coming:
            self[purchase.stock].expect(purchase)

    def _go_on(self, coming: Sequence[PurchaseOrder], waiting: NDArray[np.intp]) -> None:
        """Expect the purchase orders under way (``coming``), and add the waiting lines to their stocks."""
        self._expect(coming)
        of = np.searchsorted(self._table.bounds, waiting, side="right") - 1
        for number, line in zip(of.tolist(), waiting.tolist(), strict=True):
            self[number].point.go_on_waiting(line)
        if self._first:
            for number in np.unique(of).tolist():
                self[number].point.clear(self[number].inventory.on_hand, 0.0)

    def _offer_substitutes(self) -> None:
        """Give each demand point the substitutes that its warehouse stocks."""
        book, products = self._book, self._scenario.products
        at = {(warehouse, book.products[product]): k for k, (warehouse, product) in enumerate(book.stocks)}
        for k, (warehouse, product) in enumerate(book.stocks):
            offers = [
                (book.stocks[other][1], chance, self[other].give)
                for name, chance in products[book.products[product]].substitutes.items()
                if (other := at.get((warehouse, name))) is not None
            ]
            if offers:
                self[k].point.substitutes = Substitutes(offers, self._table.switching())
