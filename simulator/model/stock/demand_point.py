"""Demand point of one product: its order lines, the customers who wait, their substitutes, and what each is given."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from simulator.model.patience.cancellation_hazard import nth_uniform
from simulator.model.records.ledger import Ledger
from simulator.model.records.line_table import StockLines, SubstitutionColumns
from simulator.model.stock import bulk_allocation
from simulator.model.stock.allocation import Discipline
from simulator.model.stock.inventory import Inventory
from simulator.model.waiting.backorders import Backorders
from simulator.model.waiting.cancellation_deadlines import Deadlines
from simulator.orders.order_book import Status
from simulator.policies.acceptance import AcceptancePolicy

_FROM_STOCK, _SUBSTITUTED = int(Status.FROM_STOCK), int(Status.SUBSTITUTED)
_BACKORDERED, _REFUSED, _DECLINED = int(Status.BACKORDERED), int(Status.REFUSED), int(Status.DECLINED)


class DemandPoint:
    """The customers of one product who are served from one inventory. Quantities in units, times in days.

    Attributes:
        inventory: Serves the lines.
        lines: The order lines, in sequence of time.
        next: First line that is neither settled nor decided.
        waiting: Waiting list under the allocation policy.
        backlog: Units that waiting lines lack.
        substitutes: Other products offered to customers who do not find theirs.
        deadlines: When the patience of those who wait ends; the settlement sees to them.
        wake: Has the process that brings lines look again at when the next decision comes.
        backorders: Treatment of the customers who wait, where more can happen to them than that patience ends.
    """

    def __init__(
        self,
        inventory: Inventory,
        lines: StockLines,
        waiting: Discipline,
        acceptance: AcceptancePolicy,
        tally: Ledger,
        *,
        shares: bool,
    ) -> None:
        """``shares``: lines may be served together (`SHARED_LINES`)."""
        self.inventory = inventory
        self.lines = lines
        self.next = lines.start
        self.waiting = waiting
        self.backlog = 0.0
        self.substitutes: Substitutes | None = None
        self.backorders: Backorders | None = None
        self.deadlines: Deadlines
        self.wake: Callable[[], None] | None = None
        self._acceptance = acceptance
        self._tally = tally
        self._shares = shares

    @cached_property
    def levels(self) -> NDArray[np.float64] | None:
        """Levels by segment, if they alone decide what a line gets and nobody has to hear of it at once."""
        if not self._shares or (self.inventory.buyer.cancels and self._hurried):
            return None
        return self.waiting.levels(self.lines.largest)

    @cached_property
    def _hurried(self) -> bool:
        """Whether patience ends of some customer at the very instant of the order."""
        table, own = self.lines.table, slice(self.lines.start, self.lines.stop)
        return bool(np.any(table.deadlines(own) <= table.time[own]))

    @cached_property
    def _watched(self) -> bool:
        """Whether others have to hear at once of a customer who gives up."""
        return self.levels is None or self.inventory.buyer.cancels

    def watch(self) -> None:
        """Have cancellations heard of at once from now on."""
        self._watched = True
        if self._hurried:
            self.levels = None  # nobody can be told in time of who comes and goes at one instant
            if self.wake is not None:
                self.wake()
        self.deadlines.look_out()

    def look_out(self) -> None:
        """Plan for a customer who may give up sooner than was thought."""
        if self._watched:
            self.deadlines.look_out()

    # -- arriving lines ------------------------------------------------------------------------------------------

    def arrive(self, line: int, now: float) -> None:
        """Fill the line, let it wait, or let it go."""
        lines, inventory = self.lines, self.inventory
        quantity = lines.need[line] = lines.quantity[line]
        if quantity <= 0:
            return
        if lines.lead[line] > 0:
            inventory.position += quantity  # what was announced counts by itself from now on
        units = self.waiting.admit(line, inventory.on_hand)
        rest = quantity - units
        if units > 0:
            lines.on_arrival[line] = lines.filled[line] = units
            lines.need[line] = rest
            inventory.on_hand -= units
            inventory.position -= units
        if rest > 0 and self.substitutes is not None:
            rest = self.substitutes.offer(lines, line, rest, now, inventory.number)
        if rest <= 0:
            lines.status[line] = _FROM_STOCK if units == quantity else _SUBSTITUTED
        elif not self._acceptance.accepts(rest, self.backlog):
            self._lose(line, _REFUSED)
        elif not lines.accepts[line]:
            self._lose(line, _DECLINED)
        elif self.backorders is None:
            self._backorder(line, rest)
        elif not self.backorders.arrive(line, self.waiting.rank(line), rest, self._backorder):
            self._lose(line, _DECLINED)

    def _lose(self, line: int, status: int) -> None:
        """The rest of the line is not sold."""
        self.lines.status[line] = status
        self.lines.need[line] = 0.0

    def _backorder(self, line: int, units: float) -> None:
        """The line waits for so many units."""
        self.lines.status[line] = _BACKORDERED
        self.backlog += units
        self.inventory.position -= units
        self.wait(line)

    def wait(self, line: int) -> None:
        """The line joins those who wait, until its customer's patience ends if nobody else sees to that."""
        time = self.lines.time[line]
        self.waiting.join(line)
        self._tally.wait(time, 1)
        if self.backorders is None:
            self.deadlines.add(line, self.lines.deadline(line))
            self.look_out()

    def wait_all(self, lines: NDArray[np.intp], units: float) -> None:
        """These lines, in sequence, join those who wait: together for so many units, and only for patience to end."""
        self.inventory.position -= units
        self.backlog += units
        if len(lines):
            table = self.lines.table
            ordered = table.time[lines]
            self.waiting.join_all(lines)
            self._tally.wait_all(ordered, 1)
            self.deadlines.add_all(lines, table.deadlines(lines))
            self.look_out()

    # -- waiting lines -------------------------------------------------------------------------------------------

    def clear(self, landed: float, now: float) -> None:
        """Serve waiting lines from the units on hand, of which so many have just landed or come back."""
        lines, inventory, served = self.lines, self.inventory, 0.0
        service = self.waiting.serve(inventory.on_hand, landed, now)
        if not service and self.backorders is None:
            return
        for _, units in service:
            served += units
        many = len(service) >= bulk_allocation.FEW and len(dict(service)) == len(service)
        if many and self.levels is not None:
            self._tally.wait_all(
                lines.table.time[bulk_allocation.allocate_to_waiting(lines.table, service, now)], -1
            )
        else:
            for line, units in service:
                if lines.serve(line, units, now):
                    self._closed(line, filled=True)
                elif self.backorders is not None:
                    self.backorders.served(line, units)
            if self.backorders is not None and self.waiting.changes:
                self.backorders.rank_anew(self.waiting.rank)
        if served:
            self.backlog -= served
            inventory.move(now, -served, -served)

    def give_up(self, line: int, now: float) -> None:
        """The waiting line is cancelled; reserved units come back."""
        lines, inventory = self.lines, self.inventory
        rest, reserved = lines.need[line], lines.filled[line]
        self.waiting.leave(line)
        lines.cancel(line, now)
        self.backlog -= rest
        inventory.position += rest + reserved
        inventory.move(now, reserved, -rest)
        self._closed(line, filled=False)
        if inventory.buyer.cancels:
            inventory.position -= inventory.buyer.cancel(rest + reserved, now)
        if inventory.on_hand > 0:
            self.clear(reserved, now)  # the line may have held back others, or given units back
        if self.backorders is not None:
            self.backorders.revise()

    def _closed(self, line: int, *, filled: bool) -> None:
        """The line waits no longer."""
        self._tally.wait(self.lines.time[line], -1)
        if self.backorders is not None:
            self.backorders.end(line, filled=filled)


Give = Callable[[float, int, float, int], float]
"""Gives up to so many units to a customer of a segment, now (days), who came to a stock; returns how many."""


class Substitutes:
    """Other products that are offered instead, each with the chance that a customer takes it."""

    def __init__(self, offers: Sequence[tuple[int, float, Give]], columns: SubstitutionColumns) -> None:
        """``offers``: number of each product, the chance, and its stock's way to give units."""
        self._offers = offers
        self.columns = columns

    def offer(self, lines: StockLines, line: int, units: float, now: float, asker: int) -> float:
        """Offer them for the units that a line of stock ``asker`` misses; returns what is still missing."""
        columns = self.columns
        for number, (product, chance, give) in enumerate(self._offers):
            if nth_uniform(columns.chance[line], number) < chance:
                taken = give(units, lines.segment[line], now, asker)
                if taken > 0:
                    columns.substituted[line] += taken
                    columns.substitute[line] = product
                    lines.need[line] -= taken
                    units -= taken
                if units <= 0:
                    break
        return units
