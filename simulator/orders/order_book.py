"""Order book: the order lines of a replication as columns, drawn before the run and completed by it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from enum import IntEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from simulator.orders.arrivals.arrival_times import ArrivalSpan
from simulator.orders.backorder_cause import NO_CAUSE, BackorderCause
from simulator.orders.codes import Codes
from simulator.orders.draw_context import DrawContext
from simulator.orders.line_columns import DemandLines, counted, distinct_orders, merge_lines
from simulator.orders.made_lines import NO_STOCK, MadeLines, OrderedLines, chosen_lines
from simulator.orders.opening_lines import opening_lines
from simulator.orders.outcome_columns import (
    OutcomeColumn,
    SparseColumn,
    stored_column,
    unread_field,
    with_exceptions,
)
from simulator.orders.random.streams import Streams, numbered_name
from simulator.orders.random_demand import demand_lines, order_streams
from simulator.orders.recorded_demand import history_lines
from simulator.scenario.histories.order_files import read_history
from simulator.scenario.scenario import Scenario
from simulator.scenario.sections.demand import Demand
from simulator.scenario.sections.order_history import History
from simulator.values.arrays import Floats, Integers
from simulator.values.deferred_columns import Deferrable, Deferred, is_constant

if TYPE_CHECKING:
    import pandas as pd


class Status(IntEnum):
    """State of an order line."""

    PENDING = 0
    """Not reached by the run yet."""
    FROM_STOCK = 1
    """Allocated in full when it was placed."""
    BACKORDERED = 2
    """Accepted and still waiting."""
    FILLED_LATE = 3
    """Backordered, then allocated in full."""
    REFUSED = 4
    """No backorder was accepted when it was placed. Units allocated on arrival are sold all the same."""
    DECLINED = 5
    """The customer would not wait. Units allocated on arrival are sold all the same."""
    CANCELLED = 6
    """The customer waited and cancelled; no unit of the ordered product is sold."""
    SUBSTITUTED = 7
    """Served in full when it was placed, partly or wholly with another product."""
    TO_MAKE = 8
    """Made to order and not done: it waits for its blank or the workshop, or is worked on."""
    MADE = 9
    """Made to order; the work is done."""
    NOT_MADE = 10
    """Made to order; the customer cancelled before the work began."""


_FLOAT = np.float64
_DRAWN: Mapping[str, type[np.generic]] = {
    "product": np.int32,
    "segment": np.int16,
    "region": np.int16,
    **dict.fromkeys(("lead", "quantity", "price", "patience", "tolerance"), _FLOAT),
    **dict.fromkeys(("willing", "chance", "pick", "delivery"), _FLOAT),
}
"""Types of the drawn columns that are taken as they come."""
_OUTCOMES: Mapping[str, tuple[float, type[np.generic]]] = {
    "status": (Status.PENDING, np.int8),
    "substitute": (-1, np.int32),
    "cause": (NO_CAUSE, np.int8),
    **dict.fromkeys(("on_arrival", "filled", "unit_days", "substituted", "compensation"), (0.0, _FLOAT)),
    **dict.fromkeys(("allocated", "cancelled", "shipped", "delivered"), (math.nan, _FLOAT)),
    **dict.fromkeys(("promised", "repromised"), (math.nan, _FLOAT)),
    **dict.fromkeys(("revisions", "notices", "contacts", "unanswered"), (0, np.int16)),
}
"""Values of the outcomes of a pending line, and their types."""


@dataclass(kw_only=True)
class OrderBook:
    """Order lines of a replication, one row each, sorted by time; lines of one order are adjacent.

    All columns have shape (lines,). A column of one repeated value takes the memory of one number and is
    read-only; `open` makes outcome columns writable. Outcomes other than the status are stored only for the
    lines not filled from stock, until the whole column is read.
    """

    products: tuple[str, ...]
    """Name of each product code."""
    segments: tuple[str, ...]
    """Name of each segment code."""
    regions: tuple[str, ...]
    """Name of each region code."""
    warehouses: tuple[str, ...]
    """Name of each warehouse code, used in ``stocks``."""
    workshops: tuple[str, ...] = ()
    """Name of each workshop code."""
    stocks: tuple[tuple[int, int], ...]
    """(warehouse, product) codes of each stock with demand, even if no order is drawn, and of depots."""
    made: MadeLines | None = None
    """Lines made to order; ``None`` if no product is."""

    time: Floats
    """Drawn: due time of the line in days: time of the order plus demand lead time."""
    lead: Floats
    """Drawn: demand lead time in days, from placing the order to ``time``."""
    order: NDArray[np.int32]
    """Drawn: number of the order, from 0 in order of time."""
    product: NDArray[np.int32]
    """Drawn: product code."""
    segment: NDArray[np.int16]
    """Drawn: segment code."""
    region: NDArray[np.int16]
    """Drawn: region code."""
    stock: NDArray[np.int32]
    """Drawn: number of the stock that the line is asked from, in the home of its region."""
    quantity: Floats
    """Drawn: units, more than 0."""
    price: Floats
    """Drawn: money per unit."""
    patience: Floats
    """Drawn: days the customer waits before cancelling, infinite without a limit; one value per order."""
    tolerance: Floats
    """Drawn: longest quoted wait (days) a customer accepts, infinite without a limit; one value per order."""
    willing: Floats
    """Drawn: uniform number, one per order. The customer accepts a backorder if it is below ``will_wait``."""
    chance: Deferrable[Floats] = Deferrable()
    """Drawn: uniform number for decisions by chance, computed when first read."""
    pick: Floats
    """Drawn: days to pick the line."""
    delivery: Floats
    """Drawn: days from shipping to delivery."""

    status: NDArray[np.int8]
    """Outcome: a ``Status``."""
    on_arrival: OutcomeColumn[Floats] = OutcomeColumn()
    """Outcome: units allocated when the line was placed."""
    filled: OutcomeColumn[Floats] = OutcomeColumn()
    """Outcome: units allocated in total, less those given back."""
    unit_days: OutcomeColumn[Floats] = OutcomeColumn()
    """Outcome: days waited until allocation, summed over units."""
    allocated: OutcomeColumn[Floats] = OutcomeColumn()
    """Outcome: time of the last unit's allocation, days; nan until then."""
    cancelled: OutcomeColumn[Floats] = OutcomeColumn()
    """Outcome: time of the cancellation, days, else nan."""
    shipped: OutcomeColumn[Floats] = OutcomeColumn()
    """Outcome: time of shipping, days, else nan."""
    delivered: OutcomeColumn[Floats] = OutcomeColumn()
    """Outcome: time of delivery, days, else nan."""
    served_from: OutcomeColumn[NDArray[np.int16]] = OutcomeColumn()
    """Outcome: code of the warehouse that serves the line, where it waits, or that would have served it."""
    serving: NDArray[np.int32]
    """Outcome: number of the stock of the line's product in that warehouse."""
    cause: Deferrable[NDArray[np.int8]] = Deferrable()
    """Outcome: a ``BackorderCause``, -1 for a line that was not backordered; found when first read."""
    substituted: OutcomeColumn[Floats] = OutcomeColumn()
    """Outcome: units of substitute products taken when the line was placed."""
    substitute: OutcomeColumn[NDArray[np.int32]] = OutcomeColumn()
    """Outcome: code of the substitute product (the last of several), -1 for none."""
    promised: OutcomeColumn[Floats] = OutcomeColumn()
    """Outcome: first promised delivery time, days; nan without a promise."""
    repromised: OutcomeColumn[Floats] = OutcomeColumn()
    """Outcome: last promised delivery time, days; nan without a promise."""
    revisions: OutcomeColumn[NDArray[np.int16]] = OutcomeColumn()
    """Outcome: number of revisions of the promise while the line waited."""
    notices: OutcomeColumn[NDArray[np.int16]] = OutcomeColumn()
    """Outcome: messages sent to the customer about the line."""
    compensation: OutcomeColumn[Floats] = OutcomeColumn()
    """Outcome: money promised to the customer for waiting."""
    contacts: OutcomeColumn[NDArray[np.int16]] = OutcomeColumn()
    """Outcome: contacts with the support desk about the line."""
    unanswered: OutcomeColumn[NDArray[np.int16]] = OutcomeColumn()
    """Outcome: contacts abandoned in the desk's queue before an agent was free."""

    def __len__(self) -> int:
        return len(self.time)

    @classmethod
    def of(cls, lines: DemandLines, codes: Codes) -> OrderBook:
        """Make the book of sorted lines, all pending.

        Args:
            lines: sorted by time; their orders are renumbered from 0.
            codes: codes used by the lines.
        """
        n = len(lines)
        stock = _column(lines.stock, np.int32, n)
        drawn = {name: _column(getattr(lines, name), dtype, n) for name, dtype in _DRAWN.items()}
        outcomes = {name: _column(value, dtype, n) for name, (value, dtype) in _OUTCOMES.items()}
        return cls(
            products=tuple(codes.products),
            segments=tuple(codes.segments),
            regions=tuple(codes.regions),
            warehouses=tuple(codes.warehouses),
            workshops=tuple(codes.workshops),
            stocks=codes.stocks,
            time=lines.time,
            order=counted(lines.order),
            stock=stock,
            served_from=codes.warehouse_of(stock),
            serving=stock,
            **drawn,
            **outcomes,
        )

    @property
    def statuses(self) -> Sequence[Status]:
        """Statuses that a line of the book can have."""
        return [one for one in Status if self.made is not None or one < Status.TO_MAKE]

    @cached_property
    def drawn_on(self) -> NDArray[np.int32]:
        """Number of the stock that each line takes units from: that serving it, or of its blank: int32[lines].

        Lines made without a blank take none and come last, with the number of stocks as theirs.
        """
        if self.made is None:
            return self.serving
        found = np.array(self.serving)
        found[self.made.rows] = np.where(self.made.stock == NO_STOCK, len(self.stocks), self.made.stock)
        return found

    @cached_property
    def by_stock(self) -> NDArray[np.intp] | None:
        """Row index that sorts by the stock drawn on, then time; ``None`` if all rows are of one stock."""
        if is_constant(self.drawn_on):
            return None
        # small codes: NumPy then sorts in linear time
        return np.argsort(self.drawn_on.astype(np.min_scalar_type(len(self.stocks))), kind="stable")

    def without(self, rows: NDArray[np.bool_]) -> OrderBook:
        """Copy the book without the flagged rows (bool[lines]). Orders are renumbered."""
        columns = {field.name: getattr(self, field.name) for field in fields(self)}
        kept: dict[str, Any] = {name: c[~rows] for name, c in columns.items() if isinstance(c, np.ndarray)}
        book = replace(self, **kept)
        book.order = counted(book.order)
        return book

    def serve_elsewhere(self, rows: Integers, stocks: NDArray[np.int32]) -> None:
        """Set the stocks that lines were served from, or wait in, instead of the one they were asked from.

        Args:
            rows: rows of the lines, sorted.
            stocks: number of each stock.
        """
        site = np.array([warehouse for warehouse, _ in self.stocks], np.int16)
        self.serving = np.array(self.stock)
        self.serving[rows] = stocks
        self.served_from = with_exceptions(stored_column(self, "served_from"), rows, site[stocks])
        for derived in ("drawn_on", "by_stock"):  # they follow from the stocks
            vars(self).pop(derived, None)

    def open(self, *columns: str) -> None:
        """Make outcome columns writable by giving each row memory of its own."""
        for column in columns:
            setattr(self, column, getattr(self, column).copy())

    def rest(self) -> Integers:
        """Return the rows of the lines not filled from stock: intp[rows]."""
        return np.flatnonzero(self.status != np.int8(Status.FROM_STOCK))

    def note(self, rows: Integers, columns: Mapping[str, NDArray[Any]]) -> None:
        """Set outcomes of lines not filled from stock; other lines keep theirs.

        Args:
            rows: rows to set, a subset of `rest`.
            columns: new values by outcome column, one per row.
        """
        rest = self.rest()
        places = np.searchsorted(rest, rows)
        for name, values in columns.items():
            before = stored_column(self, name)
            noted = before[rest].copy()
            noted[places] = values
            setattr(self, name, with_exceptions(before, rest, noted))

    def promise_at_once(self, days: Callable[[slice | Integers], Floats]) -> None:
        """Set the promises of lines served when they were placed.

        Args:
            days: returns the promised days from the order to delivery of rows of lines; nan promises nothing.
        """
        time = self.time

        def promise(rows: slice | Integers) -> Floats:
            promised: Floats = time[rows] + days(rows)
            return promised

        rest = self.rest()
        switched = self.status[rest] == np.int8(Status.SUBSTITUTED)
        for name in ("promised", "repromised"):
            others = np.where(switched, promise(rest), stored_column(self, name)[rest])
            setattr(self, name, SparseColumn(promise, rest, others))

    def units(self) -> dict[str, float]:
        """Count units by outcome; the values add up to ``quantity.sum()``.

        The keys are sold (allocated for good), substituted, refused, declined, cancelled, open (still
        waiting) and pending.
        """
        missing = self.quantity - self.filled - self.substituted

        def of(status: Status) -> float:
            return float(missing[self.status == status].sum())

        open_lines = (self.status == Status.BACKORDERED) | (self.status == Status.TO_MAKE)
        sold = float(self.filled.sum()) - float(self.filled[open_lines].sum())
        waiting = float((self.quantity - self.substituted)[open_lines].sum())
        return {
            "sold": sold,
            "substituted": float(self.substituted.sum()),
            "refused": of(Status.REFUSED),
            "declined": of(Status.DECLINED),
            "cancelled": of(Status.CANCELLED) + of(Status.NOT_MADE),
            "open": waiting,
            "pending": of(Status.PENDING),
        }

    def frame(self, rows: slice = slice(None)) -> pd.DataFrame:
        """Convert rows of the book to a table with names in place of codes."""
        import pandas as pd

        warehouse_of_stock = np.array([warehouse for warehouse, _ in self.stocks], dtype=np.int16)
        names: dict[str, tuple[NDArray[Any] | SparseColumn[Any], tuple[str, ...]]] = {
            "product": (self.product, self.products),
            "segment": (self.segment, self.segments),
            "region": (self.region, self.regions),
            "stock": (warehouse_of_stock[self.stock], self.warehouses),
            "served_from": (stored_column(self, "served_from"), self.warehouses),
            "status": (self.status, tuple(status.name.lower() for status in self.statuses)),
            "cause": (self.cause, tuple(cause.label for cause in BackorderCause)),
        }
        columns: dict[str, Any] = {}
        for column in (field.name for field in fields(self) if field.name != "serving"):
            if column in names:
                title = "warehouse" if column == "stock" else column
                codes, categories = names[column]
                columns[title] = pd.Categorical.from_codes(codes[rows], pd.Index(categories))
            elif isinstance(values := unread_field(self, column), (np.ndarray, SparseColumn)):
                columns[column] = values[rows]
        if self.made is not None:
            columns |= self.made.columns(len(self), self.workshops, rows)
        return pd.DataFrame(columns)


def draw(scenario: Scenario, streams: Streams) -> OrderBook:
    """Draw the order book of a replication, with the orders placed in ``[0, horizon + cool_down)``.

    Lines that wait at the start come first, as backordered. Demand goes on after the horizon. Every random
    column of a stream of orders has a random stream of its own. Simultaneous orders keep their sequence.

    Raises:
        ScenarioError: an order history cannot be used.
    """
    files = {
        place: read_history(source)
        for place, source in enumerate(scenario.demand)
        if isinstance(source, History)
    }
    span = ArrivalSpan(0, math.ceil(scenario.run.end), scenario.run.end)
    context = DrawContext(scenario, Codes.of(scenario, files), streams, span)
    opening = opening_lines(context)
    sources: list[list[DemandLines]] = [] if opening is None else [[opening]]
    seen: Counter[str] = Counter()
    for place, source in enumerate(scenario.demand):
        if isinstance(source, History):
            name = numbered_name(seen, "history")  # not the file's name: renaming it changes no draw
            sources.extend([lines] for lines in history_lines(source, files[place], context, name))
        elif isinstance(source, Demand):
            sources.append(demand_lines(list(order_streams(source, scenario, seen)), context))
    lines = merge_lines(distinct_orders(sources))
    book = OrderBook.of(lines, context.codes)
    waiting = 0 if opening is None else len(opening)
    if waiting:
        book.status = book.status.copy()
        book.status[:waiting] = np.int8(Status.BACKORDERED)
        book.cause = book.cause.copy()
        book.cause[:waiting] = np.int8(BackorderCause.OPENING)
    if scenario.workshops and any(product.made is not None for product in scenario.products.values()):
        work = _column(lines.work, np.float64, len(lines))
        ordered = OrderedLines(book.product, book.stock, book.quantity, book.chance, work)
        book.made = chosen_lines(ordered, scenario.products, context.codes, waiting)
    return book


def _column(values: Any, dtype: type[np.generic], n: int) -> Any:
    """Make a column of ``n`` rows. A single number is broadcast, and a deferred column stays deferred."""
    if isinstance(values, Deferred):
        return values
    return np.broadcast_to(np.asarray(values, dtype=dtype), n)
