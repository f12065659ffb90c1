"""What customers bring along who wait: looked up, or worked out, for the lines that are asked about, as few wait."""

from __future__ import annotations

from functools import cached_property
from typing import cast

import numpy as np
from numpy.typing import NDArray

from simulator.model.elements import Codes, Elements, elements
from simulator.model.lines import LineTable
from simulator.orders.book import OrderBook
from simulator.orders.streams import derived, derived_number

Column = NDArray[np.float64]
Places = NDArray[np.intp]


class Traits:
    """What is known of the customer of each line, by its place in the line table."""

    def __init__(self, table: LineTable, book: OrderBook) -> None:
        self._book = book
        self._rows = table.rows
        self.row = cast(Codes, elements(table.rows))
        """Row in the order book."""
        self.segment = cast(Codes, elements(table.segment))
        self._patience = elements(book.patience)
        self._quantity = elements(book.quantity)
        self._price = elements(book.price)
        self._tolerance = elements(book.tolerance)

    @cached_property
    def _chance(self) -> Elements:
        return elements(self._book.chance)

    def patience(self, line: int) -> float:
        """Days that the customer waits if nothing changes that."""
        return self._patience[self.row[line]]

    def tolerance(self, line: int) -> float:
        """Longest wait in days that the customer accepts when shown one."""
        return self._tolerance[self.row[line]]

    def value(self, line: int) -> float:
        """Of what was ordered, in money."""
        row = self.row[line]
        return self._quantity[row] * self._price[row]

    def reading(self, line: int) -> float:
        """A uniform number that decides which messages are read."""
        return derived_number(self._chance[self.row[line]], "reading")

    def asking(self, line: int) -> float:
        """A uniform number that decides when the customer asks."""
        return derived_number(self._chance[self.row[line]], "asking")

    # -- many lines at once --------------------------------------------------------------------------------------

    def values(self, lines: Places) -> Column:
        """Of what was ordered, in money."""
        rows = self._rows[lines]
        return self._book.quantity[rows] * self._book.price[rows]

    def readings(self, lines: Places) -> Column:
        """Uniform numbers that decide which messages are read."""
        return derived(self._book.chance[self._rows[lines]], "reading")
