"""Order counts by outcome, aggregated from the lines of each order, or from its lines in one group."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.metrics.grouping import Grouping, group_sums
from simulator.metrics.measures.counted_lines import BACKORDERS, FILLED, TO_ORDER, CountedLines
from simulator.metrics.measures.service import FATES
from simulator.orders.order_book import Status
from simulator.values.arrays import Flags, Floats, Integers


@dataclass(frozen=True, slots=True)
class OrderGroups:
    """Lines in bundles, one for each order and group.

    Attributes:
        sequence: index that sorts lines by bundle: intp[lines]; ``None`` if they are sorted already.
        starts: position of each bundle's first line in that sequence: intp[bundles].
        lines: number of lines.
    """

    sequence: Integers | None
    starts: Integers
    lines: int

    @classmethod
    def of(cls, lines: CountedLines, groups: Integers, size: int) -> OrderGroups:
        """Bundle lines by order and group.

        Args:
            lines: lines.
            groups: group of each line: intp[lines].
            size: number of groups.
        """
        key = lines.order.astype(np.int64) * size + groups
        sequence = None
        if np.any(key[1:] < key[:-1]):
            sequence = np.argsort(key, kind="stable")
            key = key[sequence]
        starts = np.flatnonzero(np.concatenate(([len(key) > 0], key[1:] != key[:-1])))
        return cls(sequence, starts, len(key))

    def fold(self, how: np.ufunc, values: np.ndarray) -> np.ndarray:
        """Reduce values by line ([lines]) with the ufunc ``how`` to values by bundle ([bundles])."""
        if self.sequence is not None:
            values = values[self.sequence]
        if len(self.starts) == self.lines:
            return values
        return np.asarray(how.reduceat(values, self.starts))

    def spread(self, values: np.ndarray) -> np.ndarray:
        """Repeat the value of each bundle ([bundles]) for each of its lines ([lines])."""
        spread = np.repeat(values, np.diff(self.starts, append=self.lines))
        if self.sequence is None:
            return spread
        result = np.empty_like(spread)
        result[self.sequence] = spread
        return result


BIT = (1 << np.arange(len(Status))).astype(np.uint16)
"""Bit of each status; the union of a bundle's bits is the set of its lines' statuses."""


def _bits(fates: tuple[Status, ...]) -> np.uint16:
    return np.uint16(np.bitwise_or.reduce(BIT[list(fates)]))


def shared_orders(lines: CountedLines) -> Flags:
    """Flag the lines that share their order with other lines: bool[lines]."""
    order = lines.order
    shared = np.zeros(len(order), np.bool_)
    if not len(order) or order[-1] - order[0] == len(order) - 1:
        return shared  # every order has one line
    together = order[1:] == order[:-1]  # lines of one order are adjacent
    shared[1:] |= together
    shared[:-1] |= together
    return shared


class OrderCounts:
    """Orders counted by the outcomes of their lines, for any grouping.

    Orders of one line have its outcome and are counted by cell, once. Only the lines of larger orders are bundled for
    each dimension.
    """

    def __init__(self, lines: CountedLines, cells: int) -> None:
        shared = shared_orders(lines)
        self._lines = lines.take(shared)
        alone = lines.take(~shared) if shared.any() else lines
        rest = alone.rest
        by_status = group_sums(rest.cell * len(Status) + rest.status, cells * len(Status))
        self._by_status = by_status.reshape(cells, len(Status)).T
        self._by_status[Status.FROM_STOCK] = group_sums(alone.cell, cells) - group_sums(rest.cell, cells)
        self._days = group_sums(rest.cell, cells, rest.wait)
        self._waited = group_sums(rest.cell[rest.waited], cells)

    def by(self, grouping: Grouping) -> dict[str, Floats]:
        """Count orders, and days waited by complete orders, of each group: float64[groups] each."""
        of_cell, size, lines = grouping.of_cell, grouping.size, self._lines
        assert of_cell is not None
        group_of_line = of_cell[lines.cell]
        bundles = OrderGroups.of(lines, group_of_line, size)
        group = bundles.fold(np.minimum, group_of_line)
        fates = bundles.fold(np.bitwise_or, BIT[lines.status])
        waits = bundles.fold(np.maximum, lines.wait)
        waited = bundles.fold(np.logical_or, lines.waited)
        complete = (fates & ~_bits(FILLED)) == 0

        def count(chosen: Flags, statuses: tuple[Status, ...]) -> Floats:
            alone = group_sums(of_cell, size, self._by_status[list(statuses)].sum(axis=0))
            return alone + group_sums(group[chosen], size)

        def having(statuses: tuple[Status, ...]) -> Floats:
            return count((fates & _bits(statuses)) > 0, statuses)

        return {
            "orders": having(tuple(Status)),
            "stock_orders": having(tuple(one for one in Status if one not in TO_ORDER)),
            "made_to_order_orders": having(TO_ORDER),
            "orders_on_arrival": count(
                (fates & ~_bits(TO_ORDER)) == BIT[Status.FROM_STOCK], (Status.FROM_STOCK,)
            ),
            "backordered_orders": having(BACKORDERS),
            "waited_orders": group_sums(of_cell, size, self._waited) + group_sums(group[waited], size),
            **{f"{fate}_orders": having(statuses) for fate, statuses in FATES.items()},
            "complete_orders": count(complete, FILLED),
            "complete_days": group_sums(of_cell, size, self._days)
            + group_sums(group[complete], size, waits[complete]),
        }
