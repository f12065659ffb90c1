"""The order book as the stocks see it: the lines of each stock next to each other, in order of time.

Stocks read and write single elements through memory views (a third of the cost of NumPy's own element access) and
whole free runs through slices. At the end the outcome is written back into the order book.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from simulator.orders.book import OrderBook, Status
from simulator.orders.streams import derived

Column = NDArray[np.float64]

_OUTCOMES = ("status", "on_arrival", "filled", "unit_days", "allocated", "cancelled")


_SWITCHING = ("substituted", "substitute")
"""Outcomes that only scenarios with substitutes have."""
_CARE = ("promised", "repromised", "revisions", "notices", "compensation", "contacts", "unanswered")
"""Outcomes that only scenarios have in which more happens to a waiting customer than that patience ends."""


class Elements(Protocol):
    """A column seen element by element: what is read are plain Python numbers."""

    def __len__(self) -> int: ...

    def __getitem__(self, place: int, /) -> float: ...

    def __setitem__(self, place: int, value: float, /) -> None: ...


class Codes(Protocol):
    """A column of whole numbers, read element by element."""

    def __len__(self) -> int: ...

    def __getitem__(self, place: int, /) -> int: ...


@dataclass(slots=True)
class Switching:
    """What is noted of lines whose customers take another product; places within the stock."""

    chance: Elements
    substituted: Elements
    substitute: Elements


@dataclass(slots=True)
class Columns:
    """What is noted of every line, and the uniform numbers it brings; places within the stock."""

    row: Elements
    time: Elements
    segment: Elements
    patience: Elements
    tolerance: Elements
    value: Elements
    reading: Elements
    asking: Elements
    promised: Elements
    repromised: Elements
    revisions: Elements
    notices: Elements
    compensation: Elements
    contacts: Elements
    unanswered: Elements


def elements(column: NDArray[Any]) -> Elements:
    """The column through a memory view, which writes to the column itself."""
    return cast(Elements, np.ascontiguousarray(column).data)


class StockLines:
    """Lines of one stock; ``[a:b]`` is their place among all lines sorted by stock."""

    def __init__(self, table: LineTable, a: int, b: int) -> None:
        self.count = b - a
        self.place = slice(a, b)
        quantity = table.quantity[a:b]
        self._arrays = {name: getattr(table, name)[a:b] for name in ("time", "lead", "quantity", *_OUTCOMES)}
        self._sums = cumulative = np.zeros(self.count + 1)
        np.cumsum(quantity, out=cumulative[1:])
        self.whole = bool(np.all(quantity == np.floor(quantity)))
        """Whether all quantities are whole numbers, so that sums are exact in any sequence."""
        self.time = elements(table.time[a:b])
        self.quantity = elements(quantity)
        self.cumulative = elements(cumulative)
        self.segment = cast(Codes, elements(table.segment[a:b]))
        self.patience = elements(table.patience[a:b])
        need = np.zeros(self.count)
        self.need = elements(need)
        """Units a line still lacks; 0 before it arrives and after it has left."""
        self.lead = elements(table.lead[a:b])
        self.early = bool(np.any(table.lead[a:b] > 0.0))
        """Whether any line is ordered before it is due."""
        self.status = elements(table.status[a:b])
        self.on_arrival = elements(table.on_arrival[a:b])
        self.filled = elements(table.filled[a:b])
        self.unit_days = elements(table.unit_days[a:b])
        self.allocated = elements(table.allocated[a:b])
        self.cancelled = elements(table.cancelled[a:b])
        self._willing = elements(table.willing[a:b])
        self._will_wait = table.will_wait
        self._segments = table.segment[a:b]
        self.columns = {**self._arrays, "cumulative": cumulative, "need": need, "patience": table.patience[a:b]}
        """The same as arrays, for what is done to many lines at once."""
        time = table.time[a:b]
        self.one_at_a_time = bool(np.all(time[1:] > time[:-1]))
        """Whether no two lines come at one instant."""

    def accepts_waiting(self, line: int) -> bool:
        """Whether this customer accepts a backorder at all."""
        return self._willing[line] < self._will_wait[self.segment[line]]

    def leave(self, waiting: NDArray[np.intp], filled: Column, end: float) -> NDArray[np.intp]:
        """Which of these lines are not waited for until they are filled (times in days), if that is before ``end``."""
        deadline = self.columns["time"][waiting] + self.columns["patience"][waiting]
        leaves = deadline < np.minimum(filled, end)
        willing = np.asarray(self._willing)[waiting]
        leaves |= willing >= np.asarray(self._will_wait)[self._segments[waiting]]
        return waiting[leaves]

    def drop(self, places: NDArray[np.intp]) -> None:
        """Customers of these lines, all of them still to come, stay away: their lines ask for nothing."""
        quantity = self._arrays["quantity"]
        quantity[places] = 0.0
        first = int(places.min())
        np.cumsum(quantity[first:], out=self._sums[first + 1 :])
        self._sums[first + 1 :] += self._sums[first]

    def announced(self) -> list[tuple[float, int]]:
        """Lines that are ordered before they are due: (time of the order, line), in order of time."""
        arrays = self._arrays
        early = np.flatnonzero(arrays["lead"] > 0.0)
        ordered = arrays["time"][early] - arrays["lead"][early]
        sequence = np.argsort(ordered, kind="stable")
        return list(zip(ordered[sequence].tolist(), early[sequence].tolist(), strict=True))

    def fill(self, start: int, stop: int) -> float:
        """Fill lines ``start`` to ``stop`` from stock on arrival; returns their units."""
        run, arrays = slice(start, stop), self._arrays
        arrays["status"][run] = Status.FROM_STOCK
        arrays["on_arrival"][run] = arrays["filled"][run] = arrays["quantity"][run]
        arrays["allocated"][run] = arrays["time"][run]
        return self.cumulative[stop] - self.cumulative[start]


class LineTable:
    """All lines of a book, sorted by stock and within a stock by time, with empty outcome columns."""

    def __init__(self, book: OrderBook, will_wait: list[float]) -> None:
        self._book = book
        self.will_wait = will_wait
        """Chance of accepting a backorder, by segment."""
        self.rows = np.argsort(book.stock, kind="stable")
        """Row in the book of each line."""
        self.time: Column = book.time[self.rows]
        self.lead: Column = book.lead[self.rows]
        self.quantity: Column = book.quantity[self.rows]
        self.segment: NDArray[np.int16] = book.segment[self.rows]
        self.patience: Column = book.patience[self.rows]
        self.willing: Column = book.willing[self.rows]
        n = len(self.rows)
        self.status: NDArray[np.int8] = np.full(n, Status.PENDING, dtype=np.int8)
        self.on_arrival: Column = np.zeros(n)
        self.filled: Column = np.zeros(n)
        self.unit_days: Column = np.zeros(n)
        self.allocated: Column = np.full(n, np.nan)
        self.cancelled: Column = np.full(n, np.nan)
        bounds = np.searchsorted(book.stock[self.rows], np.arange(len(book.stocks) + 1))
        self._switching: dict[str, NDArray[Any]] = {}
        self._care: dict[str, NDArray[Any]] = {}
        self.bounds: list[int] = bounds.tolist()
        """Lines of stock k are ``bounds[k]`` to ``bounds[k + 1]``."""

    def columns_of(self, stock: int) -> Columns:
        """What is noted of the waiting customers of one stock; the columns are made when they are first asked for."""
        if not self._care:
            chance = self._book.chance[self.rows]
            self._care = {
                "tolerance": self._book.tolerance[self.rows],
                "value": self.quantity * self._book.price[self.rows],
                "reading": derived(chance, "reading"),
                "asking": derived(chance, "asking"),
                **{name: getattr(self._book, name)[self.rows] for name in _CARE},
            }
        place = self.place_of(stock)
        own = {name: elements(column[place]) for name, column in self._care.items()}
        return Columns(
            row=elements(self.rows[place]),
            time=elements(self.time[place]),
            segment=elements(self.segment[place]),
            patience=elements(self.patience[place]),
            **own,
        )

    def place_of(self, stock: int) -> slice:
        """Place of a stock's lines among all."""
        return slice(self.bounds[stock], self.bounds[stock + 1])

    def switching_of(self, stock: int) -> Switching:
        """What is noted of customers of one stock who take another product; made when it is first asked for."""
        if not self._switching:
            self._switching = {
                "chance": derived(self._book.chance[self.rows], "switching"),
                **{name: getattr(self._book, name)[self.rows] for name in _SWITCHING},
            }
        place = self.place_of(stock)
        return Switching(**{name: elements(column[place]) for name, column in self._switching.items()})

    def of_stock(self, stock: int) -> StockLines:
        """Lines of one stock."""
        return StockLines(self, self.bounds[stock], self.bounds[stock + 1])

    def write_back(self) -> None:
        """Write the outcome into the order book."""
        for name in _OUTCOMES:
            getattr(self._book, name)[self.rows] = getattr(self, name)
        for names, columns in ((_CARE, self._care), (_SWITCHING, self._switching)):
            if columns:
                self._book.open(*names)
                for name in names:
                    getattr(self._book, name)[self.rows] = columns[name]
