"""Log of the treatment of waiting lines, as columns: promises, messages, contacts and compensation."""

from __future__ import annotations

import math
from array import array
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from simulator.orders.order_book import OrderBook
from simulator.values.arrays import Floats

Counts = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Treatments:
    """Treatment of the lines that waited or still wait, one entry per line.

    Attributes:
        line: place in the line table.

    The other columns are outcomes of the order book, see `OrderBook`.
    """

    line: Counts
    promised: Floats
    repromised: Floats
    revisions: Counts
    notices: Counts
    compensation: Floats
    contacts: Counts
    unanswered: Counts

    def write(self, book: OrderBook, rows: NDArray[np.intp]) -> None:
        """Write the outcomes into the order book; ``rows`` holds the row of each line of the line table."""
        book.note(rows[self.line], {name: getattr(self, name) for name in OUTCOMES})

    def __len__(self) -> int:
        return len(self.line)


OUTCOMES = tuple(field.name for field in fields(Treatments) if field.name != "line")
"""Names of the outcome columns."""


_DEFAULTS = {"promised": math.nan, "repromised": math.nan, "compensation": 0.0} | dict.fromkeys(
    ("revisions", "notices", "contacts", "unanswered"), 0
)
_BLOCK = 1000
"""Number of lines by which the columns grow at a time."""


class TreatmentLog:
    """Growing columns of `Treatments`; callers write the treatment of a line at the number that `begin` gave.

    All columns but ``line`` are longer than needed, with defaults for lines to come.
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
        """Add a line that begins to wait, with defaults, and return its number in the columns."""
        number = len(self.line)
        self.line.append(line)
        if number == len(self.promised):
            for name, default in _DEFAULTS.items():
                column = getattr(self, name)
                column.extend(array(column.typecode, [default]) * _BLOCK)
        return number

    def columns(self) -> Treatments:
        """Convert to arrays."""
        known = len(self.line)
        return Treatments(
            **{field.name: np.array(getattr(self, field.name)[:known]) for field in fields(Treatments)}
        )
