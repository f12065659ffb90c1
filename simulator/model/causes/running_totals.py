"""Running totals of stocks over time, looked up for many stocks and times at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.model.shortcuts.cumulative_supply import first_at
from simulator.values.arrays import Floats, Integers


@dataclass(frozen=True, slots=True)
class RunningTotals:
    """Values of stocks at points of time, sorted by stock, then by time, with their running totals.

    Attributes:
        time: of each value, days.
        total: sum of all values before each value, and of all: float64[values + 1].
        bounds: index of the first value of each stock, and the number of values: intp[stocks + 1].
    """

    time: Floats
    total: Floats
    bounds: Integers

    @classmethod
    def of(
        cls, stock: NDArray[np.integer], time: Floats, values: Floats, stocks: int, *, sorted_by_time: bool
    ) -> RunningTotals:
        """Sort the values.

        Args:
            stock: number of the stock of each value.
            time: days.
            values: in any unit.
            stocks: number of stocks.
            sorted_by_time: True if the times rise already.
        """
        if not sorted_by_time:
            sequence = np.argsort(time, kind="stable")
            stock, time, values = stock[sequence], time[sequence], values[sequence]
        if stocks > 1:
            # small codes: NumPy then sorts in linear time
            sequence = np.argsort(stock.astype(np.min_scalar_type(stocks)), kind="stable")
            time, values = time[sequence], values[sequence]
        counts = np.bincount(stock, minlength=stocks) if stocks > 1 else np.array([len(time)])
        return cls(time, np.append(0.0, np.cumsum(values)), np.append(0, np.cumsum(counts)))

    def places(self, stock: NDArray[np.integer], time: Floats) -> Integers:
        """Return the index of the first value of each stock at or after each time (days)."""
        if not len(self.time):
            return np.zeros(len(stock), np.intp)
        if len(self.bounds) == 2:  # one stock
            return np.searchsorted(self.time, time)
        return first_at(self.time, self.bounds[stock], self.bounds[stock + 1], time)

    def before(self, stock: NDArray[np.integer], time: Floats) -> Floats:
        """Sum the values of each stock before each time (days): float64[times]."""
        total: Floats = self.total[self.places(stock, time)] - self.total[self.bounds[stock]]
        return total

    def until(self, stock: NDArray[np.integer], time: Floats) -> Floats:
        """Sum the values of each stock up to each time (days), that time included: float64[times]."""
        return self.before(stock, np.nextafter(time, np.inf))

    def between(self, stock: NDArray[np.integer], begin: Floats, end: Floats) -> Floats:
        """Sum the values of each stock on [begin, end), in days: float64[times]."""
        total: Floats = self.total[self.places(stock, end)] - self.total[self.places(stock, begin)]
        return total
