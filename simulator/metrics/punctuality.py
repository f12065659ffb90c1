"""Promises kept and broken, by lines and by orders."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from simulator.metrics.grouping import Codes, Grouping, tally
from simulator.metrics.lines import Lines, among
from simulator.metrics.orders import Bundles, shared_orders
from simulator.metrics.window import Flags, Floats
from simulator.orders.book import Status, is_constant
from simulator.orders.lateness import INSTANT, concluded

PROMISED, FAILED, UNDECIDED, TROUBLED = (np.uint8(1 << bit) for bit in range(4))
"""What can be said of a line, as bits, so that one number says what can be said of the lines of an order."""
GONE = (Status.REFUSED, Status.DECLINED, Status.CANCELLED)
"""Lines that did not, and will not, get what they asked for."""


@dataclass(frozen=True)
class Promises:
    """How counted lines fared against their first promise; every column has one entry a line.

    promised: taken on with a promise. delivered: sold and brought. overdue: places of the lines whose promise was
    broken; late: of each of those the days from the promise to the delivery, or for what was not delivered to its
    cancellation or the end of the run.
    """

    lines: Lines
    promised: Flags
    delivered: Flags
    overdue: Codes
    late: Floats

    @classmethod
    def of(cls, lines: Lines, end: float) -> Promises:
        """Promises of these lines in a run that ended at ``end`` (days)."""
        promise = lines.promised
        if is_constant(promise):  # nobody was promised anything
            nothing = np.broadcast_to(False, len(lines.time))
            return cls(lines, nothing, nothing, np.zeros(0, np.intp), np.zeros(0))
        if lines.usual_days is None:
            until, rest = lines.time + lines.delivery_days, lines.not_brought
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
        """Whether anybody was promised anything."""
        return bool(np.any(self.promised[:1] if is_constant(self.promised) else self.promised))

    def sums(self, cells: int) -> dict[str, Floats]:
        """Sums over the lines of each cell: float64[cells] each."""
        cell = self.lines.cell
        if not self.any:
            return {
                name: np.zeros(cells) for name in ("due_lines", "kept_lines", "tardy_lines", "tardy_days")
            }
        overdue, brought = self.overdue, self.delivered[self.overdue]
        tardy = overdue[brought]
        late = tally(cell[tardy], cells)
        kept = tally(cell, cells, self.promised & self.delivered) - late
        return {
            "due_lines": kept + tally(cell[overdue], cells),
            "kept_lines": kept,
            "tardy_lines": late,
            "tardy_days": tally(cell[tardy], cells, self.late[brought]),
        }

    def verdicts(self) -> npt.NDArray[np.uint8]:
        """What can be said of each line: uint8[lines], the bits above."""
        lines = self.lines
        failed = among(lines.status, GONE)
        failed[self.overdue] = True
        troubled = (lines.revisions > 0) | (lines.contacts > 0)
        verdict: npt.NDArray[np.uint8] = self.promised * PROMISED
        verdict |= failed * FAILED
        verdict |= ~(failed | self.delivered) * UNDECIDED
        verdict |= troubled * TROUBLED
        return verdict


class OrderPromises:
    """Orders by whether all that was promised came, for any grouping.

    As with other counts of orders, those of one line are counted by cell, once; only the lines of larger orders are
    bundled anew for each dimension.
    """

    _KINDS = 16

    def __init__(self, promises: Promises, cells: int) -> None:
        self._any = promises.any
        if not self._any:
            return
        lines, verdict = promises.lines, promises.verdicts()
        shared = shared_orders(lines)
        alone = ~shared if shared.any() else slice(None)
        codes = lines.cell[alone] * self._KINDS + verdict[alone]
        self._alone = tally(codes, cells * self._KINDS).reshape(cells, self._KINDS)
        self._lines, self._verdict = lines.take(shared), verdict[shared]

    def by(self, grouping: Grouping) -> dict[str, Floats]:
        """Counts of each group: float64[groups] each."""
        size, of_cell = grouping.size, grouping.of_cell
        assert of_cell is not None
        if not self._any:
            return dict.fromkeys(("promised_orders", "otif_orders", "perfect_orders"), np.zeros(size))
        group_of_line = of_cell[self._lines.cell]
        bundles = Bundles.of(self._lines, group_of_line, size)
        group = bundles.fold(np.minimum, group_of_line)
        verdict = bundles.fold(np.bitwise_or, self._verdict)
        count = tally(group * self._KINDS + verdict, size * self._KINDS).reshape(size, self._KINDS)
        for kind in range(self._KINDS):
            count[:, kind] += tally(of_cell, size, self._alone[:, kind])
        kinds = np.arange(self._KINDS)
        decided = (kinds & PROMISED > 0) & ((kinds & FAILED > 0) | (kinds & UNDECIDED == 0))
        otif = decided & (kinds & FAILED == 0)
        perfect = otif & (kinds & TROUBLED == 0)
        return {
            "promised_orders": count[:, decided].sum(axis=1),
            "otif_orders": count[:, otif].sum(axis=1),
            "perfect_orders": count[:, perfect].sum(axis=1),
        }
