"""Welfare of customers: a comparison of each order under two policies.

Common random numbers give both runs the same order book, row by row, so that the outcome of an order under
one policy can be compared with its outcome under the other. Means hide such differences: a policy may leave
the mean wait as it was and make every second customer worse off.

An order is **better off** than under the reference if it gets more of its units, or if it gets equally many
that arrive on average more than ``TOLERANCE`` earlier. It is **worse off** in the reverse case, else the
same. The average arrival decides, not that of the last unit, because it counts every part of an order that
arrives in parts. A substitute that the customer accepted counts as the unit asked for. Units that are not yet
on their way to the customer when the run ends count as not received. Money is not weighed against time: price
and compensation do not count.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from simulator.metrics.measured_window import Window
from simulator.metrics.measures.counted_lines import CountedLines
from simulator.metrics.measures.order_counts import OrderGroups
from simulator.model.world import Record
from simulator.values.arrays import Floats

TOLERANCE: Final = 1 / 24
"""Difference of arrivals, in days, that is too small to matter: one hour."""
EVERYBODY: Final = "everybody"
"""Name of all segments together."""
_LEAST_UNIT = 1e-6
_ASKED = ("time", "product", "segment", "region", "quantity")
"""Columns in which two order books must be equal to have the same customers."""


@dataclass(frozen=True, slots=True)
class Welfare:
    """Orders of the measured window of one replication, better and worse off than under a reference.

    Attributes:
        groups: ``EVERYBODY`` and the segments.
        orders: float64[groups], number of orders.
        better: float64[groups], orders better off.
        worse: float64[groups], orders worse off.
    """

    groups: tuple[str, ...]
    orders: Floats
    better: Floats
    worse: Floats

    def shares(self) -> Floats:
        """Return the shares of better, worse and same: float64[3, groups], nan for a group without orders."""
        with np.errstate(invalid="ignore", divide="ignore"):
            better, worse = self.better / self.orders, self.worse / self.orders
        return np.stack((better, worse, 1.0 - better - worse))


def welfare_columns(welfare: Welfare | None) -> dict[str, Any]:
    """Return the counts as columns to store; None, which stands for other customers, has columns as well."""
    if welfare is None:
        return {"groups": []}
    columns: dict[str, Any] = {"groups": list(welfare.groups)}
    return columns | {name: getattr(welfare, name) for name in ("orders", "better", "worse")}


def welfare_of(columns: Mapping[str, Any]) -> Welfare | None:
    """Restore the counts from the columns that `welfare_columns` returned."""
    if not columns["groups"]:
        return None
    return Welfare(tuple(columns["groups"]), columns["orders"], columns["better"], columns["worse"])


@dataclass(frozen=True, slots=True, eq=False)
class WelfareOrders:
    """Orders of the measured window of one replication, with their outcomes for the customers.

    Attributes:
        names: names of the products, of the segments and of the regions.
        asked: columns of the order lines that identify the orders.
        starts: intp[orders], row of the first line of each order.
        segment: intp[orders], number of the segment.
        units: float64[orders], units delivered, substitutes included.
        arrival: float64[orders], mean time at which these units were delivered, in days; nan without any.
    """

    names: tuple[tuple[str, ...], ...]
    asked: tuple[npt.NDArray[Any], ...]
    starts: npt.NDArray[np.intp]
    segment: npt.NDArray[np.intp]
    units: Floats
    arrival: Floats

    @classmethod
    def of(cls, record: Record) -> WelfareOrders:
        """Read the orders of the measured window from a record."""
        book = record.book
        lines = CountedLines.counted(record, Window.of(record.scenario.run))
        bundles = OrderGroups.of(lines, np.zeros(len(lines.time), np.intp), 1)
        came = ~np.isnan(lines.delivered)
        units = np.where(came, lines.filled + lines.substituted, 0.0)
        total = bundles.fold(np.add, units)
        unit_times = bundles.fold(np.add, np.where(came, units * lines.delivered, 0.0))
        return cls(
            (book.products, book.segments, book.regions),
            tuple(getattr(book, column)[lines.rows] for column in _ASKED),
            bundles.starts,
            bundles.fold(np.minimum, book.segment[lines.rows]).astype(np.intp),
            total,
            np.divide(unit_times, total, out=np.full(len(total), np.nan), where=total > 0),
        )

    def same_customers(self, other: WelfareOrders) -> bool:
        """Test whether other orders are those of the same customers, at the same times and for the same goods."""
        return (
            self.names == other.names
            and np.array_equal(self.starts, other.starts)
            and all(map(np.array_equal, self.asked, other.asked))
        )

    def against(self, reference: WelfareOrders) -> Welfare | None:
        """Count the orders better and worse off than under a reference; None if that has other customers."""
        if not self.same_customers(reference):
            return None
        more = self.units - reference.units
        both = (np.abs(more) <= _LEAST_UNIT) & (self.units > 0)
        sooner = np.zeros(len(more))
        sooner[both] = reference.arrival[both] - self.arrival[both]
        return Welfare(
            (EVERYBODY, *self.names[1]),
            self._counted(np.ones(len(more), np.bool_)),
            self._counted((more > _LEAST_UNIT) | (sooner > TOLERANCE)),
            self._counted((more < -_LEAST_UNIT) | (sooner < -TOLERANCE)),
        )

    def _counted(self, chosen: npt.NDArray[np.bool_]) -> Floats:
        """Count the chosen orders, all of them and those of each segment: float64[groups]."""
        by_segment = np.bincount(self.segment[chosen], minlength=len(self.names[1]))
        return np.concatenate(([by_segment.sum()], by_segment)).astype(np.float64)
