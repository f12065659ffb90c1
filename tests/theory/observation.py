"""A record of the simulator as step functions and flags, from which the figures of cases are worked out."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from simulator.model.records.ledger import StockMovements
from simulator.model.world import Record
from simulator.orders.order_book import Status
from simulator.orders.rolling_book import book_part

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Steps:
    """A step function of time: its value before the first change, times (days) and sizes of the changes."""

    initial: float
    time: Floats
    change: Floats

    @classmethod
    def of(cls, initial: float, *changes: tuple[Floats, Floats]) -> "Steps":
        """From any number of (time, change) columns in any sequence; nan times are left out."""
        time = np.concatenate([times for times, _ in changes])
        change = np.concatenate([units for _, units in changes])
        sequence = np.argsort(time, kind="stable")[: np.count_nonzero(~np.isnan(time))]
        return cls(initial, time[sequence], change[sequence])

    @property
    def levels(self) -> Floats:
        """Value before the first change, and after each."""
        return np.concatenate([[self.initial], self.initial + np.cumsum(self.change)])

    def integral(
        self, start: float, end: float, of: Callable[[Floats], Floats] = lambda level: level
    ) -> float:
        """Integral of ``of(value)`` over [start, end)."""
        edges = np.clip(np.concatenate([[start], self.time, [end]]), start, end)
        return float(np.sum(of(self.levels) * np.diff(edges)))

    def before(self, times: Floats) -> Floats:
        """Value just before each time."""
        return self.levels[np.searchsorted(self.time, times, side="left")]

    def after(self, times: Floats) -> Floats:
        """Value just after each time."""
        return self.levels[np.searchsorted(self.time, times, side="right")]


def at_place(record: Record, warehouse: str) -> Record:
    """The record with the lines, movements and purchase orders of one warehouse alone."""
    site = record.book.warehouses.index(warehouse)
    stocks = [number for number, (place, _) in enumerate(record.book.stocks) if place == site]
    initial = np.where(np.isin(np.arange(len(record.initial)), stocks), record.initial, 0.0)
    moves = record.movements
    here = np.isin(moves.stock, stocks)
    return replace(
        record,
        book=book_part(record.book, np.flatnonzero(np.isin(record.book.serving, stocks))),
        purchases=record.purchases.where(np.isin(record.purchases.stock, stocks)),
        movements=StockMovements(
            moves.time[here], moves.stock[here], moves.on_hand[here], moves.backlog[here]
        ),
        initial=initial,
    )


class Observation:
    """One replication, seen through its measured window [start, end)."""

    def __init__(self, record: Record) -> None:
        self.record = record
        self.scenario, self.book, self.purchases = record.scenario, record.book, record.purchases
        self.start, self.end = self.scenario.run.warm_up, self.scenario.run.horizon
        self.days = self.end - self.start
        book, moves = record.book, record.movements
        self._initial, self._moves = record.initial, moves
        played = book.status != Status.PENDING
        self.counted: Flags = played & (book.time >= self.start) & (book.time < self.end)
        self.waited: Flags = np.isin(book.status, (Status.BACKORDERED, Status.FILLED_LATE, Status.CANCELLED))
        if np.any(self.counted & np.isin(book.status, (Status.BACKORDERED, Status.TO_MAKE))):
            raise ValueError("counted lines still wait at the end: give the case a longer cool-down")
        missing = (book.quantity - book.on_arrival - book.substituted) * self.waited
        self._played, self._missing = played, missing
        self.on_hand = Steps.of(
            float(np.sum(record.initial)),
            (book.time[played], -book.on_arrival[played]),
            (moves.time, moves.on_hand),
        )
        self.backlog = Steps.of(0.0, (book.time[played], missing[played]), (moves.time, moves.backlog))
        self.on_order = self._on_order()
        left = np.where(book.status == Status.CANCELLED, book.cancelled, book.allocated)
        self.left: Floats = np.where(book.status == Status.BACKORDERED, record.end, left)
        """Time at which a line stops waiting: it is served, its customer gives up, or the run ends."""

    def _on_order(self) -> Steps:
        """Units ordered and not landed. A customer who gives up may take an open unit along."""
        bought, book = self.purchases, self.book
        taken_along = float(np.sum(bought.cancelled))
        given_up = book.status == Status.CANCELLED
        if taken_along and taken_along != float(np.sum(book.quantity[given_up])):
            raise ValueError("not every customer who gave up cancelled the units ordered for it")
        return Steps.of(
            0.0,
            (bought.placed, bought.quantity + bought.cancelled),
            (bought.received, -bought.quantity),
            *([(book.cancelled[given_up], -book.quantity[given_up])] if taken_along else []),
        )

    @property
    def internal_orders(self) -> tuple[Floats, Floats, Floats]:
        """Times of placing and of leaving, and units, of the orders of warehouses that buy from another one alone."""
        buying = [k for k, name in enumerate(self.book.warehouses) if name in self.scenario.senders()]
        sites = np.array([site for site, _ in self.book.stocks])
        own = np.isin(sites[self.purchases.stock], buying)
        sent = self.purchases.passed["produced"]
        return self.purchases.placed[own], sent[own], self.purchases.quantity[own]

    def bought_from(self, supplier: str) -> Flags:
        """Purchase orders from a supplier, where every stock may buy from all, over one lane each."""
        bought: Flags = self.purchases.source == list(self.scenario.suppliers).index(supplier)
        return bought

    def on_order_from(self, supplier: str) -> Steps:
        """Units ordered from a supplier and not landed, where none are cancelled."""
        bought, chosen = self.purchases, self.bought_from(supplier)
        if np.any(bought.cancelled):
            raise ValueError("cancelled units leave their purchase order at a time that is not recorded")
        return Steps.of(
            0.0,
            (bought.placed[chosen], bought.quantity[chosen]),
            (bought.received[chosen], -bought.quantity[chosen]),
        )

    def of_class(self, rank: str | None) -> Flags:
        """Lines of the customers of that priority, of all customers for ``None``."""
        if rank is None:
            return np.ones(len(self.book.time), dtype=np.bool_)
        names = [name for name, segment in self.scenario.customers.items() if segment.priority == int(rank)]
        return np.isin(self.book.segment, [self.book.segments.index(name) for name in names])

    def lines(self, rank: str | None = None) -> Flags:
        """Counted lines of that class."""
        return self.counted & self.of_class(rank)

    def on_hand_of(self, product: int) -> Steps:
        """Units on hand of a product, by its number, all warehouses together."""
        stocks = [k for k, (_, number) in enumerate(self.book.stocks) if number == product]
        lines, moves = self._played & (self.book.product == product), self._moves
        here = np.isin(moves.stock, stocks)
        return Steps.of(
            float(np.sum(self._initial[stocks])),
            (self.book.time[lines], -self.book.on_arrival[lines]),
            (moves.time[here], moves.on_hand[here]),
        )

    def backlog_of(self, product: int) -> Steps:
        """Units of a product that are waited for, by its number, all warehouses together."""
        stocks = [k for k, (_, number) in enumerate(self.book.stocks) if number == product]
        lines, moves = self._played & (self.book.product == product), self._moves
        here = np.isin(moves.stock, stocks)
        return Steps.of(
            0.0, (self.book.time[lines], self._missing[lines]), (moves.time[here], moves.backlog[here])
        )

    def lines_for(self, product: str | int) -> Flags:
        """Counted lines for that product, by its name or its number."""
        number = self.book.products.index(product) if isinstance(product, str) else product
        chosen: Flags = self.book.product == number
        return self.counted & chosen

    def in_window(self, time: Floats) -> Flags:
        """Whether each time is in the window; nan is not."""
        return (time >= self.start) & (time < self.end)

    def period_ends(self) -> Floats:
        """The ends of the days of the window."""
        return np.arange(self.start + 1, self.end + 0.5)
