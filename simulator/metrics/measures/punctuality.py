"""Promises kept and broken, by line and by order."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from simulator.metrics.grouping import Grouping, group_sums
from simulator.metrics.measures.counted_lines import CountedLines, among
from simulator.metrics.measures.order_counts import OrderGroups, shared_orders
from simulator.orders.lateness import INSTANT, concluded
from simulator.orders.order_book import Status
from simulator.values.arrays import Flags, Floats, Integers
from simulator.values.deferred_columns import is_constant

PROMISED, FAILED, UNDECIDED, COMPLICATED = (np.uint8(1 << bit) for bit in range(4))
"""Bits of a line's verdict; the union over an order's lines is the verdict on the order.

- PROMISED: accepted with a promise.
- FAILED: refused, declined, cancelled or later than first promised.
- UNDECIDED: neither failed nor delivered yet.
- TROUBLED: the promise was revised, or the customer contacted the support desk.
"""
GONE = (Status.REFUSED, Status.DECLINED, Status.CANCELLED, Status.NOT_MADE)
"""Statuses of lines that end without all their units."""


@dataclass(frozen=True)
class Promises:
    """Counted lines compared with their first promise.

    Attributes:
        lines: counted lines.
        promised: whether each was accepted with a promise: bool[lines].
        delivered: whether each was served in full and delivered: bool[lines].
        overdue: positions of the lines whose promise was broken: intp[overdue].
        late: days from the promise of each overdue line to its cancellation, else its delivery, else the end
            of the run: float64[overdue].
    """

    lines: CountedLines
    promised: Flags
    delivered: Flags
    overdue: Integers
    late: Floats

    @classmethod
    def of(cls, lines: CountedLines, end: float) -> Promises:
        """Compare these lines with their promises, in a run that ended at ``end`` (days)."""
        promise = lines.promised
        if is_constant(promise):  # no line has a promise
            nothing = np.broadcast_to(False, len(lines.time))
            return cls(lines, nothing, nothing, np.zeros(0, np.intp), np.zeros(0))
        if lines.usual_days is None:
            until, rest = lines.time + lines.delivery_days, lines.undelivered
            others = lines.at(rest)
        else:
            until, rest = lines.time + lines.usual_days, lines.not_from_stock
            others = lines.rest
        delivered, promised = np.ones(len(promise), np.bool_), ~np.isnan(promise)
        until[rest] = concluded(others.delivered, others.cancelled, end)
        delivered[rest] = ~(among(others.status, GONE) | np.isnan(others.delivered))
        promised[rest] &= ~among(others.status, (Status.REFUSED, Status.DECLINED))
        until -= promise
        overdue = np.flatnonzero(promised & (until > INSTANT))
        return cls(lines, promised, delivered, overdue, until[overdue])

    @cached_property
    def any(self) -> bool:
        """True if any line has a promise."""
        return bool(np.any(self.promised[:1] if is_constant(self.promised) else self.promised))

    def sums(self, cells: int) -> dict[str, Floats]:
        """Sum due, kept and tardy lines and tardy days by cell: float64[cells] each."""
        cell = self.lines.cell
        if not self.any:
            return {
                name: np.zeros(cells) for name in ("due_lines", "kept_lines", "tardy_lines", "tardy_days")
            }
        overdue, arrived = self.overdue, self.delivered[self.overdue]
        tardy = overdue[arrived]
        late = group_sums(cell[tardy], cells)
        kept = group_sums(cell, cells, self.promised & self.delivered) - late
        return {
            "due_lines": kept + group_sums(cell[overdue], cells),
            "kept_lines": kept,
            "tardy_lines": late,
            "tardy_days": group_sums(cell[tardy], cells, self.late[arrived]),
        }

    def verdicts(self) -> npt.NDArray[np.uint8]:
        """Return the verdict on each line, a union of the bits above: uint8[lines]."""
        lines = self.lines
        failed = among(lines.status, GONE)
        failed[self.overdue] = True
        troubled = (lines.revisions > 0) | (lines.contacts > 0)
        verdict: npt.NDArray[np.uint8] = self.promised * PROMISED
        verdict |= failed * FAILED
        verdict |= ~(failed | self.delivered) * UNDECIDED
        verdict |= troubled * COMPLICATED
        return verdict


class OrderPromises:
    """Orders counted by the verdicts on their lines, for any grouping.

    As in `OrderCounts`, orders of one line are counted by cell, once; only the lines of larger orders are bundled for
    each dimension.
    """

    _KINDS = 16
    """Number of different verdicts."""

    def __init__(self, promises: Promises, cells: int) -> None:
        self._any = promises.any
        if not self._any:
            return
        lines, verdict = promises.lines, promises.verdicts()
        shared = shared_orders(lines)
        alone = ~shared if shared.any() else slice(None)
        codes = lines.cell[alone] * self._KINDS + verdict[alone]
        self._alone = group_sums(codes, cells * self._KINDS).reshape(cells, self._KINDS)
        self._lines, self._verdict = lines.take(shared), verdict[shared]

    def by(self, grouping: Grouping) -> dict[str, Floats]:
        """Count promised, on-time-in-full and perfect orders of each group: float64[groups] each."""
        size, of_cell = grouping.size, grouping.of_cell
        assert of_cell is not None
        if not self._any:
            return dict.fromkeys(("promised_orders", "otif_orders", "perfect_orders"), np.zeros(size))
        group_of_line = of_cell[self._lines.cell]
        bundles = OrderGroups.of(self._lines, group_of_line, size)
        group = bundles.fold(np.minimum, group_of_line)
        verdict = bundles.fold(np.bitwise_or, self._verdict)
        count = group_sums(group * self._KINDS + verdict, size * self._KINDS).reshape(size, self._KINDS)
        for kind in range(self._KINDS):
            count[:, kind] += group_sums(of_cell, size, self._alone[:, kind])
        kinds = np.arange(self._KINDS)
        decided = (kinds & PROMISED > 0) & ((kinds & FAILED > 0) | (kinds & UNDECIDED == 0))
        otif = decided & (kinds & FAILED == 0)
        perfect = otif & (kinds & COMPLICATED == 0)
        return {
            "promised_orders": count[:, decided].sum(axis=1),
            "otif_orders": count[:, otif].sum(axis=1),
            "perfect_orders": count[:, perfect].sum(axis=1),
        }
