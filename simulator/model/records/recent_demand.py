"""Recent demand: order lines of the last days, which a window of a long run hands on to the next."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulator.orders.order_book import OrderBook
from simulator.values.arrays import Floats


class RecentDemand(NamedTuple):
    """Order lines placed before a window that its first lines may have to be compared with.

    Attributes:
        time: days.
        stock: number of the stock that the line takes units from.
        quantity: units.
    """

    time: Floats
    stock: NDArray[np.int32]
    quantity: Floats

    @classmethod
    def of(cls, book: OrderBook, begin: float, end: float, before: RecentDemand | None) -> RecentDemand:
        """Collect the lines of a book on [begin, end), in days, after those of ``before``."""
        rows = slice(*np.searchsorted(book.time, (begin, end)).tolist())
        own = cls(book.time[rows], book.drawn_on[rows], book.quantity[rows])
        if book.made is not None:  # lines that draw on no stock are no demand of any
            drawing = own.stock < len(book.stocks)
            own = cls(own.time[drawing], own.stock[drawing], own.quantity[drawing])
        if before is None:
            return own
        return cls(
            np.concatenate((before.time, own.time)),
            np.concatenate((before.stock, own.stock)),
            np.concatenate((before.quantity, own.quantity)),
        )

    def among(self, other: RecentDemand) -> RecentDemand:
        """Merge with other demand, in sequence of time."""
        time = np.concatenate((self.time, other.time))
        sequence = np.argsort(time, kind="stable")
        stock = np.concatenate((self.stock, other.stock))[sequence]
        return RecentDemand(time[sequence], stock, np.concatenate((self.quantity, other.quantity))[sequence])

    def since(self, time: float) -> RecentDemand:
        """Select the lines at or after a time (days)."""
        first = int(np.searchsorted(self.time, time))
        # copies: the whole window would stay in memory else
        return RecentDemand(self.time[first:].copy(), self.stock[first:].copy(), self.quantity[first:].copy())
