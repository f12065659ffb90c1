"""Service of order lines: counts by outcome, waits and delivery times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from simulator.metrics.grouping import CodedSample, Grouping, Sums, group_sums
from simulator.metrics.measures.counted_lines import BACKORDERS, TO_ORDER, CountedLines, among
from simulator.orders.lateness import INSTANT
from simulator.orders.order_book import Status
from simulator.values.arrays import Floats
from simulator.values.deferred_columns import is_constant

FATES: Mapping[str, tuple[Status, ...]] = {
    "refused": (Status.REFUSED,),
    "declined": (Status.DECLINED,),
    "lost": (Status.REFUSED, Status.DECLINED),
    "cancelled": (Status.CANCELLED, Status.NOT_MADE),
    "open": (Status.BACKORDERED,),
    "unfinished": (Status.TO_MAKE,),
}
"""Statuses of lines without all their units, at the end or so far, by name of the outcome."""

SOON = 7.0
"""Days within which a late line counts as served soon."""

WAIT_QUANTILES = {"p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99, "max": 1.0}


def line_sums(lines: CountedLines, cells: int, end: float) -> dict[str, Floats]:
    """Sum lines, units, value and days waited by cell and outcome: float64[cells] each.

    Args:
        lines: counted lines.
        cells: number of cells.
        end: of the run, in days; open lines have waited until then.
    """
    rest, every, units = (
        lines.rest,
        group_sums(lines.cell, cells),
        group_sums(lines.cell, cells, lines.quantity),
    )
    to_order = among(rest.status, TO_ORDER)
    missed = rest.quantity - np.where(to_order, 0.0, rest.on_arrival)
    sums = {
        "lines": every,
        "units": units,
        "units_on_arrival": units - group_sums(rest.cell, cells, missed),
        "filled_units": units - group_sums(rest.cell, cells, rest.quantity - rest.filled),
        "lines_on_arrival": every - group_sums(rest.cell, cells),
        **_backorders(lines, cells, end),
        **_substituted(rest, cells),
        "waited_lines": group_sums(rest.cell[rest.waited], cells),
        "elsewhere_units": group_sums(lines.elsewhere.cell, cells, lines.elsewhere.filled),
        **_made_to_order(rest.take(to_order), lines.made, cells, end),
    }
    sums["stock_lines"] = every - sums["made_to_order_lines"]
    sums["stock_units"] = units - sums["made_to_order_units"]
    for fate, statuses in FATES.items():
        sums |= _fate(fate, rest.take(among(rest.status, statuses)), cells)
    return sums


def _backorders(lines: CountedLines, cells: int, end: float) -> dict[str, Floats]:
    """Sum the lines that became backorders, and the filled, cancelled and open ones among them."""
    rest, late = lines.rest, lines.late
    waited = rest.take(among(rest.status, BACKORDERS))
    still = rest.take(among(rest.status, (Status.BACKORDERED,)))
    gone = rest.take(among(rest.status, FATES["cancelled"]))
    return {
        "backordered_lines": group_sums(waited.cell, cells),
        "backordered_units": group_sums(waited.cell, cells, waited.lacking),
        "late_lines": group_sums(late.cell, cells),
        "late_days": group_sums(late.cell, cells, late.wait),
        "soon_lines": group_sums(late.cell[late.wait <= SOON + INSTANT], cells),
        "cancelled_days": group_sums(gone.cell, cells, gone.cancelled - gone.time),
        "open_days": group_sums(still.cell, cells, end - still.time),
        "unit_days": group_sums(rest.cell, cells, rest.unit_days),
    }


def _made_to_order(lines: CountedLines, made: CountedLines, cells: int, end: float) -> dict[str, Floats]:
    """Sum the lines made to order, and their days, by cell.

    Args:
        lines: lines made to order.
        made: those of them whose work is done.
        cells: number of cells.
        end: of the run, in days.
    """
    still = lines.take(among(lines.status, (Status.TO_MAKE,)))
    return {
        "made_to_order_lines": group_sums(lines.cell, cells),
        "made_to_order_units": group_sums(lines.cell, cells, lines.quantity),
        "made_lines": group_sums(made.cell, cells),
        "made_days": group_sums(made.cell, cells, made.wait),
        "made_soon_lines": group_sums(made.cell[made.wait <= SOON + INSTANT], cells),
        "not_made_lines": group_sums(lines.cell[among(lines.status, (Status.NOT_MADE,))], cells),
        "unfinished_days": group_sums(still.cell, cells, end - still.time),
    }


def _substituted(rest: CountedLines, cells: int) -> dict[str, Floats]:
    """Sum the lines with substitutes, and those served in full with them."""
    with_substitutes = rest.take(rest.substituted > 0)
    in_full = among(rest.status, (Status.SUBSTITUTED,))
    return {
        "switched_lines": group_sums(rest.cell[in_full], cells),
        "substituted_lines": group_sums(with_substitutes.cell, cells),
        "substituted_units": group_sums(with_substitutes.cell, cells, with_substitutes.substituted),
    }


def _fate(fate: str, lines: CountedLines, cells: int) -> dict[str, Floats]:
    """Sum the lines of one outcome, their unfilled units and the value of these."""
    return {
        f"{fate}_lines": group_sums(lines.cell, cells),
        f"{fate}_units": group_sums(lines.cell, cells, lines.short),
        f"{fate}_value": group_sums(lines.cell, cells, lines.short * lines.price),
    }


def handling_sums(lines: CountedLines, sums: Sums) -> dict[str, Floats]:
    """Sum picked and delivered lines, and their days, by cell: float64[cells] each.

    Args:
        lines: counted lines.
        sums: line sums by cell.
    """
    if lines.usual_days is not None:
        filled = sums["lines_on_arrival"] + sums["late_lines"] + sums["made_lines"]
        return {
            "picked_lines": filled,
            "pick_days": filled * lines.record.book.pick[:1].sum(),
            "delivered_lines": filled,
            "delivery_days": filled * lines.usual_days + sums["late_days"] + sums["made_days"],
        }
    cell, cells = lines.cell, len(sums["lines"])
    picking = lines.shipped - lines.time
    picking -= lines.wait
    picking[lines.undelivered] = 0.0
    # every shipped line has a delivery time, so both counts agree
    delivered = sums["lines"] - group_sums(cell[lines.undelivered], cells)
    return {
        "picked_lines": delivered,
        "pick_days": group_sums(cell, cells, picking),
        "delivered_lines": delivered,
        "delivery_days": group_sums(cell, cells, lines.delivery_days),
    }


@dataclass(frozen=True)
class LineQuantiles:
    """Waits of late lines and delivery times, for quantiles under any grouping.

    Attributes:
        waits: of late lines, days, by cell.
        deliveries: days from order to delivery beyond ``rule_of``, by cell, of lines that took longer.
        rule_of: days from order to delivery of a line filled from stock if all such lines agree, else 0.
        as_usual: number of lines delivered within ``rule_of``: float64[cells].
        made: days from the order to the end of the work of lines made to order, by cell.
    """

    waits: CodedSample
    deliveries: CodedSample
    rule_of: float
    as_usual: Floats
    made: CodedSample

    @classmethod
    def of(cls, lines: CountedLines, sums: Sums) -> LineQuantiles:
        """Collect the waits and delivery times of lines; ``sums`` are their line sums by cell."""
        late, made = (CodedSample(part.cell, part.wait) for part in (lines.late, lines.made))
        if lines.usual_days is not None:
            later = CodedSample.joined([late, made]) if len(made.values) else late
            return cls(late, later, lines.usual_days, sums["lines_on_arrival"], made)
        cell, days = lines.cell, lines.delivery_days
        if len(lines.undelivered):
            cell, days = np.delete(cell, lines.undelivered), np.delete(days, lines.undelivered)
        book, cells = lines.record.book, len(sums["lines_on_arrival"])
        if not (len(days) and is_constant(book.pick) and is_constant(book.delivery)):
            return cls(late, CodedSample(cell, days), 0.0, np.zeros(cells), made)
        rule_of = float(book.pick[0] + book.delivery[0])
        longer = days - rule_of > INSTANT
        beyond = CodedSample(cell[longer], days[longer] - rule_of)
        return cls(late, beyond, rule_of, group_sums(cell[~longer], cells), made)

    @classmethod
    def joined(cls, parts: Sequence[LineQuantiles]) -> LineQuantiles:
        """Concatenate the lines of several parts of a run."""
        waits = CodedSample.joined([part.waits for part in parts])
        delivering = [part for part in parts if part.lines] or list(parts[:1])
        if len({part.rule_of for part in delivering}) > 1:
            delivering = [part.plain for part in delivering]
        same = all(part.deliveries is part.waits for part in parts)
        deliveries = waits if same else CodedSample.joined([part.deliveries for part in delivering])
        as_usual = np.sum([part.as_usual for part in delivering], axis=0)
        made = CodedSample.joined([part.made for part in parts])
        return cls(waits, deliveries, delivering[0].rule_of, as_usual, made)

    @property
    def lines(self) -> int:
        """Number of delivered lines."""
        return len(self.deliveries.values) + int(self.as_usual.sum())

    @property
    def plain(self) -> LineQuantiles:
        """Copy with ``rule_of`` 0, so that every delivery time is stored."""
        cells = np.arange(len(self.as_usual)).repeat(self.as_usual.astype(np.intp))
        days = np.append(self.deliveries.values + self.rule_of, np.full(len(cells), self.rule_of))
        deliveries = CodedSample(np.append(self.deliveries.code, cells), days)
        return LineQuantiles(self.waits, deliveries, 0.0, np.zeros(len(self.as_usual)), self.made)

    @property
    def compact(self) -> LineQuantiles:
        """Copy with codes in the smallest integer type that holds them."""
        waits = self.waits.compact
        deliveries = waits if self.deliveries is self.waits else self.deliveries.compact
        return LineQuantiles(waits, deliveries, self.rule_of, self.as_usual, self.made.compact)

    def by(self, grouping: Grouping) -> dict[str, Floats]:
        """Compute the quantiles of each group by metric: days, float64[groups] each, nan without such a line."""
        of_cell, size = grouping.of_cell, grouping.size
        assert of_cell is not None
        waits = self.waits.quantiles(of_cell, size, tuple(WAIT_QUANTILES.values()))
        as_usual = grouping.by(grouping.of_cell, {"lines": self.as_usual})["lines"]
        delivery = self.deliveries.quantiles(of_cell, size, (0.95,), zeros=as_usual) + self.rule_of
        made = self.made.quantiles(of_cell, size, tuple(WAIT_QUANTILES.values()))
        names = [f"{kind}_wait_{name}" for kind in ("backorder", "made") for name in WAIT_QUANTILES]
        return dict(zip((*names, "delivery_time_p95"), (*waits, *made, *delivery), strict=True))
