"""Attributes of waiting customers, computed on demand because few customers wait."""

from __future__ import annotations

from functools import cached_property
from typing import cast

from simulator.model.records.line_table import LineTable
from simulator.orders.order_book import OrderBook
from simulator.orders.random.streams import derived, derived_number
from simulator.values.arrays import Floats, FloatView, Integers, IntegerView, memory_view


class CustomerAttributes:
    """Attributes of each line's customer, by the line's position in the line table."""

    def __init__(self, table: LineTable, book: OrderBook) -> None:
        self._book = book
        self._rows = table.rows
        self.row = cast(IntegerView, memory_view(table.rows))
        """Row of each line in the order book."""
        self.segment = cast(IntegerView, memory_view(table.segment))
        """Segment code of each line."""
        self._region = memory_view(book.region)
        self._patience = memory_view(book.patience)
        self._quantity = memory_view(book.quantity)
        self._price = memory_view(book.price)
        self._tolerance = memory_view(book.tolerance)

    @cached_property
    def _chance(self) -> FloatView:
        return memory_view(self._book.chance)

    def region(self, line: int) -> int:
        """Return the code of the region to which the goods are delivered."""
        return int(self._region[self.row[line]])

    def patience(self, line: int) -> float:
        """Return the drawn patience, in days, before anything modifies it."""
        return self._patience[self.row[line]]

    def tolerance(self, line: int) -> float:
        """Return the longest quoted wait that the customer accepts, in days."""
        return self._tolerance[self.row[line]]

    def value(self, line: int) -> float:
        """Return the value of the units ordered, in money."""
        row = self.row[line]
        return self._quantity[row] * self._price[row]

    def reading(self, line: int) -> float:
        """Return the uniform number that decides which messages the customer reads."""
        return derived_number(self._chance[self.row[line]], "reading")

    def contact_process(self, line: int) -> float:
        """Return the uniform number that decides when the customer contacts the support desk."""
        return derived_number(self._chance[self.row[line]], "asking")

    # -- many lines at once --------------------------------------------------------------------------------------

    def values(self, lines: Integers) -> Floats:
        """Return the value of the units ordered by each line, in money: float64[lines]."""
        rows = self._rows[lines]
        return self._book.quantity[rows] * self._book.price[rows]

    def readings(self, lines: Integers) -> Floats:
        """Return the uniform number of each line that decides which messages its customer reads."""
        return derived(self._book.chance[self._rows[lines]], "reading")
