"""What is done for customers who wait, as columns: one row for each line that begins to wait."""

from __future__ import annotations

import math
from array import array
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from simulator.orders.book import OrderBook

Column = NDArray[np.float64]
Counts = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Care:
    """What was done for lines that waited, or still do; every column has one entry a line.

    line: its place in the line table. The others are outcomes of the order book.
    """

    line: Counts
    promised: Column
    repromised: Column
    revisions: Counts
    notices: Counts
    compensation: Column
    contacts: Counts
    unanswered: Counts

    def write(self, book: OrderBook, rows: NDArray[np.intp]) -> None:
        """Write the outcomes into the order book, given the row of each line in it."""
        book.note(rows[self.line], {name: getattr(self, name) for name in OUTCOMES})

    def __len__(self) -> int:
        return len(self.line)


OUTCOMES = tuple(field.name for field in fields(Care) if field.name != "line")


_USUAL = {"promised": math.nan, "repromised": math.nan, "compensation": 0.0} | dict.fromkeys(
    ("revisions", "notices", "contacts", "unanswered"), 0
)
_BLOCK = 1000
"""For so many lines room is made at once."""


class CareLog:
    """The columns of `Care` while they grow. What is done for a line is written into them at its number.

    All but ``line`` are longer than that: for lines to come they say that nothing was done.
    """

    def __init__(self) -> None:
        self.line = array("i")
        self.promised = array("d")
        self.repromised = array("d")
        self.revisions = array("i")
        self.notices = array("i")
        self.compensation = array("d")
        self.contacts = array("i")
        self.unanswered = array("i")

    def begin(self, line: int) -> int:
        """A line begins to wait, nothing is done for it yet; returns its number here."""
        number = len(self.line)
        self.line.append(line)
        if number == len(self.promised):
            for name, nothing in _USUAL.items():
                column = getattr(self, name)
                column.extend(array(column.typecode, [nothing]) * _BLOCK)
        return number

    def columns(self) -> Care:
        """All of it as arrays."""
        known = len(self.line)
        return Care(**{field.name: np.array(getattr(self, field.name)[:known]) for field in fields(Care)})
