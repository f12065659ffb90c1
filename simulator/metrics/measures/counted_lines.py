"""Counted order lines of a run, as columns."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

import numpy as np
import numpy.typing as npt

from simulator.metrics.measured_window import Window
from simulator.orders.order_book import Status
from simulator.orders.outcome_columns import SparseColumn, stored_column
from simulator.values.arrays import Flags, Floats, Integers
from simulator.values.deferred_columns import is_constant

if TYPE_CHECKING:
    from simulator.model.world import Record

Statuses = npt.NDArray[np.integer]
Values = TypeVar("Values", bound=npt.NDArray[Any])

BACKORDERS = (Status.BACKORDERED, Status.FILLED_LATE, Status.CANCELLED)
"""Possible statuses of a line that became a backorder."""
TO_ORDER = (Status.TO_MAKE, Status.MADE, Status.NOT_MADE)
"""Possible statuses of a line that is made to order."""
FILLED = (Status.FROM_STOCK, Status.FILLED_LATE, Status.MADE)
"""Possible statuses of a line with all its units allocated, or made."""


_NONE: Integers = np.empty(0, np.intp)


class _Column(Generic[Values]):
    """Descriptor of a column of the order book, restricted to the selected lines when read."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, lines: CountedLines, owner: type | None = None) -> Values:
        return cast(Values, lines.column(self._name))


class CountedLines:
    """Lines of an order book, selected by row; every column has one entry per line.

    Times are in days, quantities in units, prices in money per unit. Columns of the lines not filled from stock
    (`rest`) are cached, because they are read most; subsets of these read from the cache.
    """

    time = _Column[Floats]()
    order = _Column[npt.NDArray[np.integer]]()
    region = _Column[npt.NDArray[np.integer]]()
    quantity = _Column[Floats]()
    price = _Column[Floats]()
    status = _Column[Statuses]()
    on_arrival = _Column[Floats]()
    filled = _Column[Floats]()
    unit_days = _Column[Floats]()
    allocated = _Column[Floats]()
    cancelled = _Column[Floats]()
    shipped = _Column[Floats]()
    delivered = _Column[Floats]()
    served_from = _Column[npt.NDArray[np.integer]]()
    cause = _Column[npt.NDArray[np.integer]]()
    substituted = _Column[Floats]()
    substitute = _Column[npt.NDArray[np.integer]]()
    promised = _Column[Floats]()
    revisions = _Column[npt.NDArray[np.integer]]()
    contacts = _Column[npt.NDArray[np.integer]]()
    notices = _Column[npt.NDArray[np.integer]]()
    compensation = _Column[Floats]()

    def __init__(
        self,
        record: Record,
        rows: slice | Integers,
        source: tuple[CountedLines, Integers] | None = None,
        *,
        keeps: bool = False,
    ) -> None:
        """Select lines.

        Args:
            record: of the replication.
            rows: of the order book.
            source: lines with cached columns, and the positions of the selected lines among them.
            keeps: whether columns are cached when read.
        """
        self.record = record
        self.rows = rows
        self._source = source
        self._kept: dict[str, npt.NDArray[Any]] | None = {} if keeps else None

    @classmethod
    def counted(cls, record: Record, window: Window) -> CountedLines:
        """Select the lines ordered in the window."""
        first, end = np.searchsorted(record.book.time, (window.start, window.end))
        return cls(record, slice(int(first), int(end)))

    def take(self, chosen: Flags) -> CountedLines:
        """Select the flagged lines (bool[lines]), in sequence."""
        return self.at(np.flatnonzero(chosen))

    def at(self, places: Integers) -> CountedLines:
        """Select the lines at these positions."""
        source = None
        if self._kept is not None:
            source = self, places
        elif self._source is not None:
            source = self._source[0], self._source[1][places]
        return CountedLines(self.record, self._rows_at(places), source)

    def _rows_at(self, places: Integers) -> Integers:
        """Return the rows of the lines at these positions."""
        return places + self.rows.start if isinstance(self.rows, slice) else self.rows[places]

    def column(self, name: str) -> npt.NDArray[Any]:
        """Return column ``name`` of the order book, restricted to these lines."""
        if self._source is not None:
            lines, places = self._source
            return lines.column(name)[places]
        kept = {} if self._kept is None else self._kept
        if name not in kept:
            kept[name] = stored_column(self.record.book, name)[self.rows]
        return kept[name]

    @cached_property
    def not_from_stock(self) -> Integers:
        """Positions of the lines not filled from stock."""
        return np.flatnonzero(self.status != np.int8(Status.FROM_STOCK))

    @cached_property
    def rest(self) -> CountedLines:
        """Lines not filled from stock: usually few, and the only ones with outcomes of their own."""
        return CountedLines(self.record, self._rows_at(self.not_from_stock), keeps=True)

    @cached_property
    def late(self) -> CountedLines:
        """Lines filled late."""
        return self.rest.take(self.rest.status == np.int8(Status.FILLED_LATE))

    @cached_property
    def made(self) -> CountedLines:
        """Lines made to order, the work done."""
        return self.rest.take(self.rest.status == np.int8(Status.MADE))

    @cached_property
    def usual_days(self) -> float | None:
        """Days from order to delivery of a line filled from stock, ``None`` if these lines differ.

        If they agree, all other lines take the same time from allocation to delivery.
        """
        book = self.record.book
        delivered = stored_column(book, "delivered")
        if delivered is stored_column(book, "allocated"):  # picking and delivery take no time
            return 0.0
        if isinstance(delivered, SparseColumn) and is_constant(book.pick) and is_constant(book.delivery):
            return float(book.pick[:1].sum() + book.delivery[:1].sum())
        return None

    @cached_property
    def cell(self) -> npt.NDArray[np.integer]:
        """Cell of each line, its finest group: segment * number of stocks + stock that serves it, or lets it wait."""
        if self._source is not None:
            lines, places = self._source
            return lines.cell[places]
        book = self.record.book
        if len(book.segments) * len(book.stocks) == 1:
            return np.broadcast_to(np.intp(0), len(self.time))
        stock: npt.NDArray[np.integer] = book.serving[self.rows]
        if len(book.segments) == 1:
            return stock
        cell: Integers = book.segment[self.rows].astype(np.intp)
        cell *= len(book.stocks)
        cell += stock
        return cell

    @cached_property
    def elsewhere(self) -> CountedLines:
        """Lines that another warehouse than the home of their region serves, or lets wait."""
        book = self.record.book
        moved = book.serving is not book.stock
        return self.take(book.serving[self.rows] != book.stock[self.rows]) if moved else self.at(_NONE)

    @cached_property
    def waited(self) -> Flags:
        """Flag the lines that had to wait, as backorders or because they are made to order: bool[lines]."""
        return among(self.status, (*BACKORDERS, Status.TO_MAKE, Status.NOT_MADE)) | (self.wait > 0.0)

    @property
    def short(self) -> Floats:
        """Units of each line lost, cancelled or still waiting: neither filled nor substituted."""
        return self.quantity - self.filled - self.substituted

    @property
    def lacking(self) -> Floats:
        """Units of each line neither allocated on arrival nor substituted."""
        return self.quantity - self.on_arrival - self.substituted

    @cached_property
    def _delivery(self) -> tuple[Integers, Floats]:
        """`undelivered` and `delivery_days`."""
        days = self.delivered - self.time
        without = np.flatnonzero(~among(self.status, FILLED) | np.isnan(days))
        days[without] = 0.0
        return without, days

    @property
    def undelivered(self) -> Integers:
        """Positions of the lines not filled or not delivered."""
        return self._delivery[0]

    @property
    def delivery_days(self) -> Floats:
        """Days from order to delivery of each filled line that was delivered, 0 for the others."""
        return self._delivery[1]

    @cached_property
    def wait(self) -> Floats:
        """Days from order to allocation of the last unit, or end of the work, of each line filled later, else 0."""
        wait = np.zeros(len(self.time))
        places = np.flatnonzero(among(self.status, (Status.FILLED_LATE, Status.MADE)))
        late = self.at(places)
        wait[places] = late.allocated - late.time
        return wait


def among(status: Statuses, fates: tuple[Status, ...]) -> Flags:
    """Flag the statuses that are among ``fates``."""
    codes = np.array(fates, np.int8)  # comparing with enumeration members is ten times slower
    found: Flags = status == codes[0]
    for code in codes[1:]:
        found |= status == code
    return found
