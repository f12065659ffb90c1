"""What became of the order lines: how many were filled when, and how long they waited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from simulator.metrics.grouping import Grouping, Sample, Sums, tally
from simulator.metrics.lines import BACKORDERS, Lines, among
from simulator.metrics.window import Floats
from simulator.orders.book import Status, is_constant
from simulator.orders.lateness import INSTANT

FATES: Mapping[str, tuple[Status, ...]] = {
    "refused": (Status.REFUSED,),
    "declined": (Status.DECLINED,),
    "lost": (Status.REFUSED, Status.DECLINED),
    "cancelled": (Status.CANCELLED,),
    "open": (Status.BACKORDERED,),
}
"""Lines that did not get, or not yet get, all they asked for."""

SOON = 7.0
"""Days within which a line is served soon."""

WAIT_QUANTILES = {"p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99, "max": 1.0}


def line_sums(lines: Lines, cells: int, end: float) -> dict[str, Floats]:
    """Sums over the counted lines of each cell: float64[cells] each.

    ``end`` is when the run ended, in days: lines still waiting have waited until then.
    """
    rest, every, units = lines.rest, tally(lines.cell, cells), tally(lines.cell, cells, lines.quantity)
    sums = {
        "lines": every,
        "units": units,
        "units_on_arrival": units - tally(rest.cell, cells, rest.quantity - rest.on_arrival),
        "filled_units": units - tally(rest.cell, cells, rest.quantity - rest.filled),
        "lines_on_arrival": every - tally(rest.cell, cells),
        **_backorders(lines, cells, end),
        **_substituted(rest, cells),
    }
    for fate, statuses in FATES.items():
        sums |= _fate(fate, rest.take(among(rest.status, statuses)), cells)
    return sums


def _backorders(lines: Lines, cells: int, end: float) -> dict[str, Floats]:
    """Lines that became backorders, those of them that were filled, and those that still wait."""
    rest, late = lines.rest, lines.late
    waited = rest.take(among(rest.status, BACKORDERS))
    still = rest.take(among(rest.status, (Status.BACKORDERED,)))
    gone = rest.take(among(rest.status, (Status.CANCELLED,)))
    return {
        "backordered_lines": tally(waited.cell, cells),
        "backordered_units": tally(waited.cell, cells, waited.lacking),
        "late_lines": tally(late.cell, cells),
        "late_days": tally(late.cell, cells, late.wait),
        "soon_lines": tally(late.cell[late.wait <= SOON + INSTANT], cells),
        "cancelled_days": tally(gone.cell, cells, gone.cancelled - gone.time),
        "open_days": tally(still.cell, cells, end - still.time),
        "unit_days": tally(rest.cell, cells, rest.unit_days),
    }


def _substituted(rest: Lines, cells: int) -> dict[str, Floats]:
    """Lines that were served with another product, in part or altogether."""
    switched = rest.take(rest.substituted > 0)
    in_full = among(rest.status, (Status.SUBSTITUTED,))
    return {
        "switched_lines": tally(rest.cell[in_full], cells),
        "substituted_lines": tally(switched.cell, cells),
        "substituted_units": tally(switched.cell, cells, switched.substituted),
    }


def _fate(fate: str, lines: Lines, cells: int) -> dict[str, Floats]:
    """Lines, units and value that met one fate."""
    return {
        f"{fate}_lines": tally(lines.cell, cells),
        f"{fate}_units": tally(lines.cell, cells, lines.short),
        f"{fate}_value": tally(lines.cell, cells, lines.short * lines.price),
    }


def handling_sums(lines: Lines, sums: Sums) -> dict[str, Floats]:
    """Sums over the filled lines of each cell that were shipped, or delivered: float64[cells] each.

    ``sums`` are the cells' line sums.
    """
    if lines.usual_days is not None:
        filled = sums["lines_on_arrival"] + sums["late_lines"]
        return {
            "picked_lines": filled,
            "pick_days": filled * lines.record.book.pick[:1].sum(),
            "delivered_lines": filled,
            "delivery_days": filled * lines.usual_days + sums["late_days"],
        }
    cell, cells = lines.cell, len(sums["lines"])
    picking = lines.shipped - lines.time
    picking -= lines.wait
    picking[lines.not_brought] = 0.0
    # all that is shipped is delivered, sooner or later
    brought = sums["lines"] - tally(cell[lines.not_brought], cells)
    return {
        "picked_lines": brought,
        "pick_days": tally(cell, cells, picking),
        "delivered_lines": brought,
        "delivery_days": tally(cell, cells, lines.delivery_days),
    }


@dataclass(frozen=True)
class LineQuantiles:
    """Quantiles of the wait of late lines and of the delivery time, for any grouping.

    waits: days, by cell. deliveries: days beyond what is usual, by cell, of the lines that took longer; ``as_usual``
    (float64[cells]) are the others. usual: days from order to delivery of a line filled from stock where that is the
    same for all, else 0.
    """

    waits: Sample
    deliveries: Sample
    usual: float
    as_usual: Floats

    @classmethod
    def of(cls, lines: Lines, sums: Sums) -> LineQuantiles:
        """Of these lines; ``sums`` are the cells' line sums."""
        late = Sample(lines.late.cell, lines.late.wait)
        if lines.usual_days is not None:
            return cls(late, late, lines.usual_days, sums["lines_on_arrival"])
        cell, days = lines.cell, lines.delivery_days
        if len(lines.not_brought):
            cell, days = np.delete(cell, lines.not_brought), np.delete(days, lines.not_brought)
        book, cells = lines.record.book, len(sums["lines_on_arrival"])
        if not (len(days) and is_constant(book.pick) and is_constant(book.delivery)):
            return cls(late, Sample(cell, days), 0.0, np.zeros(cells))
        usual = float(book.pick[0] + book.delivery[0])
        longer = days - usual > INSTANT
        return cls(late, Sample(cell[longer], days[longer] - usual), usual, tally(cell[~longer], cells))

    @classmethod
    def joined(cls, parts: Sequence[LineQuantiles]) -> LineQuantiles:
        """Of the lines of all parts together."""
        waits = Sample.joined([part.waits for part in parts])
        some = [part for part in parts if part.lines] or list(parts[:1])
        if len({part.usual for part in some}) > 1:
            some = [part.plain for part in some]
        same = all(part.deliveries is part.waits for part in parts)
        deliveries = waits if same else Sample.joined([part.deliveries for part in some])
        return cls(waits, deliveries, some[0].usual, np.sum([part.as_usual for part in some], axis=0))

    @property
    def lines(self) -> int:
        """How many lines were delivered."""
        return len(self.deliveries.values) + int(self.as_usual.sum())

    @property
    def plain(self) -> LineQuantiles:
        """The same with nothing taken for usual."""
        cells = np.arange(len(self.as_usual)).repeat(self.as_usual.astype(np.intp))
        days = np.append(self.deliveries.values + self.usual, np.full(len(cells), self.usual))
        deliveries = Sample(np.append(self.deliveries.code, cells), days)
        return LineQuantiles(self.waits, deliveries, 0.0, np.zeros(len(self.as_usual)))

    @property
    def compact(self) -> LineQuantiles:
        """The same in as little memory as it takes."""
        waits = self.waits.compact
        deliveries = waits if self.deliveries is self.waits else self.deliveries.compact
        return LineQuantiles(waits, deliveries, self.usual, self.as_usual)

    def by(self, grouping: Grouping) -> dict[str, Floats]:
        """Metrics of each group: float64[groups] each, nan where the group has no such line."""
        of_cell, size = grouping.of_cell, grouping.size
        assert of_cell is not None
        waits = self.waits.quantiles(of_cell, size, tuple(WAIT_QUANTILES.values()))
        as_usual = grouping.cells({"lines": self.as_usual})["lines"]
        delivery = self.deliveries.quantiles(of_cell, size, (0.95,), zeros=as_usual) + self.usual
        names = [f"backorder_wait_{name}" for name in WAIT_QUANTILES]
        return dict(zip((*names, "delivery_time_p95"), (*waits, *delivery), strict=True))
