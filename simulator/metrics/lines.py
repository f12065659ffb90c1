"""The counted order lines of a run as columns."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

import numpy as np
import numpy.typing as npt

from simulator.metrics.grouping import Codes
from simulator.metrics.window import Flags, Floats, Window
from simulator.orders.book import Status, is_constant
from simulator.orders.outcomes import Exceptional, as_kept

if TYPE_CHECKING:
    from simulator.model.world import Record

Statuses = npt.NDArray[np.integer]
Values = TypeVar("Values", bound=npt.NDArray[Any])

BACKORDERS = (Status.BACKORDERED, Status.FILLED_LATE, Status.CANCELLED)
"""What can have become of a line that became a backorder."""
FILLED = (Status.FROM_STOCK, Status.FILLED_LATE)
"""What a line is whose units have all been allocated."""


class _Column(Generic[Values]):
    """A column of the order book, cut down to the chosen lines when it is asked for."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, lines: Lines, owner: type | None = None) -> Values:
        return cast(Values, lines.column(self._name))


class Lines:
    """Some lines of an order book, named by their rows; every column has one entry a line.

    Times are in days, quantities in units, prices in money a unit. Of the rest, which is asked for most, columns are
    kept once they were asked for, and what is taken of it takes from those.
    """

    time = _Column[Floats]()
    order = _Column[npt.NDArray[np.integer]]()
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
        rows: slice | Codes,
        source: tuple[Lines, Codes] | None = None,
        *,
        keeps: bool = False,
    ) -> None:
        """``source``: other lines that keep their columns, and the places of these among them."""
        self.record = record
        self.rows = rows
        self._source = source
        self._kept: dict[str, npt.NDArray[Any]] | None = {} if keeps else None

    @classmethod
    def counted(cls, record: Record, window: Window) -> Lines:
        """The lines ordered in the window."""
        first, end = np.searchsorted(record.book.time, (window.start, window.end))
        return cls(record, slice(int(first), int(end)))

    def take(self, chosen: Flags) -> Lines:
        """The lines that are flagged (one flag a line), in the same sequence."""
        return self.at(np.flatnonzero(chosen))

    def at(self, places: Codes) -> Lines:
        """The lines at these places."""
        source = None
        if self._kept is not None:
            source = self, places
        elif self._source is not None:
            source = self._source[0], self._source[1][places]
        return Lines(self.record, self._rows_at(places), source)

    def _rows_at(self, places: Codes) -> Codes:
        """Rows of the lines at these places."""
        return places + self.rows.start if isinstance(self.rows, slice) else self.rows[places]

    def column(self, name: str) -> npt.NDArray[Any]:
        """A column of the order book, cut down to these lines."""
        if self._source is not None:
            lines, places = self._source
            return lines.column(name)[places]
        kept = {} if self._kept is None else self._kept
        if name not in kept:
            kept[name] = as_kept(self.record.book, name)[self.rows]
        return kept[name]

    @cached_property
    def not_from_stock(self) -> Codes:
        """Places of the lines that were not filled from stock."""
        return np.flatnonzero(self.status != np.int8(Status.FROM_STOCK))

    @cached_property
    def rest(self) -> Lines:
        """The lines that were not filled from stock: mostly few, and all to whom anything else happened."""
        return Lines(self.record, self._rows_at(self.not_from_stock), keeps=True)

    @cached_property
    def late(self) -> Lines:
        """The lines that were filled late."""
        return self.rest.take(self.rest.status == np.int8(Status.FILLED_LATE))

    @cached_property
    def usual_days(self) -> float | None:
        """Days from order to delivery of the lines filled from stock, ``None`` if they are not the same for all.

        Then all others take so long from their allocation on.
        """
        book = self.record.book
        delivered = as_kept(book, "delivered")
        if delivered is as_kept(book, "allocated"):  # nobody picks, nobody drives
            return 0.0
        if isinstance(delivered, Exceptional) and is_constant(book.pick) and is_constant(book.delivery):
            return float(book.pick[:1].sum() + book.delivery[:1].sum())
        return None

    @cached_property
    def cell(self) -> npt.NDArray[np.integer]:
        """segment * stocks + stock of each line: its finest group."""
        if self._source is not None:
            lines, places = self._source
            return lines.cell[places]
        book = self.record.book
        if len(book.segments) * len(book.stocks) == 1:
            return np.broadcast_to(np.intp(0), len(self.time))
        stock: npt.NDArray[np.integer] = book.stock[self.rows]
        if len(book.segments) == 1:
            return stock
        cell: Codes = book.segment[self.rows].astype(np.intp)
        cell *= len(book.stocks)
        cell += stock
        return cell

    @property
    def short(self) -> Floats:
        """Units of each line that it did not get, nor another product instead: lost, cancelled or still waiting."""
        return self.quantity - self.filled - self.substituted

    @property
    def lacking(self) -> Floats:
        """Units of each line that were not there on arrival and not replaced by another product either."""
        return self.quantity - self.on_arrival - self.substituted

    @cached_property
    def _delivery(self) -> tuple[Codes, Floats]:
        days = self.delivered - self.time
        without = np.flatnonzero(~among(self.status, FILLED) | np.isnan(days))
        days[without] = 0.0
        return without, days

    @property
    def not_brought(self) -> Codes:
        """Places of the lines whose units were not all allocated, or have not been delivered."""
        return self._delivery[0]

    @property
    def delivery_days(self) -> Floats:
        """Days from order to delivery of each line that was brought, 0 for the others."""
        return self._delivery[1]

    @cached_property
    def wait(self) -> Floats:
        """Days from order to allocation of the last unit: 0 unless the line was filled late."""
        wait = np.zeros(len(self.time))
        places = np.flatnonzero(self.status == np.int8(Status.FILLED_LATE))
        late = self.at(places)
        wait[places] = late.allocated - late.time
        return wait


def among(status: Statuses, fates: tuple[Status, ...]) -> Flags:
    """Whether each status is one of the fates."""
    codes = np.array(fates, np.int8)  # an enumeration's own numbers would be compared ten times as slowly
    found: Flags = status == codes[0]
    for code in codes[1:]:
        found |= status == code
    return found
