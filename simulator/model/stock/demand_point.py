"""Demand point of one product: arrival of its order lines, waiting lines, substitutes and cancellations."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from simulator.model.allocation import bulk_allocation
from simulator.model.allocation.allocation_rules import WaitingLines
from simulator.model.network.routing import Router
from simulator.model.patience.cancellation_hazard import nth_uniform
from simulator.model.records.ledger import Ledger
from simulator.model.records.line_table import SubstitutionColumns
from simulator.model.records.stock_lines import StockLines
from simulator.model.stock.inventory import Inventory
from simulator.model.waiting.backorders import Backorders
from simulator.model.waiting.cancellation_deadlines import CancellationDeadlines
from simulator.model.waiting.delivery_forecast import AT_START
from simulator.orders.order_book import Status
from simulator.policies.acceptance import AcceptancePolicy

_FROM_STOCK, _SUBSTITUTED = int(Status.FROM_STOCK), int(Status.SUBSTITUTED)
_BACKORDERED, _REFUSED, _DECLINED = int(Status.BACKORDERED), int(Status.REFUSED), int(Status.DECLINED)
_TO_MAKE = int(Status.TO_MAKE)


class DemandPoint:
    """Order lines of one product that are served from one inventory. Quantities in units, times in days.

    Attributes:
        inventory: serves the lines.
        lines: order lines, in sequence of time.
        next: first line that is neither settled nor decided.
        waiting: waiting list under the allocation policy.
        backlog: units that waiting lines lack.
        substitutes: other products for customers whose product is out of stock, ``None`` without any.
        router: sends lines to other warehouses, ``None`` if every line is served here.
        guests: lines of other stocks that wait here, or did, in sequence of their coming.
        deadlines: cancellation deadlines of waiting lines; `StockUpdate` processes them.
        make: brings a line that has its blanks to its workshop, ``None`` if no line is made to order.
        wake: makes the process of the lines look for the next decision again.
        short: called when a line is backordered; ``None`` if nobody asks.
        backorders: treatment of waiting customers, ``None`` if cancellations are the only events while they
            wait.
    """

    def __init__(
        self,
        inventory: Inventory,
        lines: StockLines,
        waiting: WaitingLines,
        acceptance: AcceptancePolicy,
        ledger: Ledger,
        *,
        shares: bool,
    ) -> None:
        """Build a demand point; with ``shares`` lines may be served together (`SHARED_LINES`)."""
        self.inventory = inventory
        self.lines = lines
        self.next = lines.start
        self.waiting = waiting
        self.backlog = 0.0
        self.substitutes: Substitutes | None = None
        self.router: Router | None = None
        self.guests: deque[int] = deque()
        self.backorders: Backorders | None = None
        self.make: Callable[[int], None] | None = None
        self.deadlines: CancellationDeadlines
        self.wake: Callable[[], None] | None = None
        self.short: Callable[[], None] | None = None
        self._acceptance = acceptance
        self._ledger = ledger
        self._shares = shares

    @cached_property
    def levels(self) -> NDArray[np.float64] | None:
        """Admission levels (float64[segments]) if they alone decide what a line gets, else ``None``.

        It is ``None``, too, if lines may not be served together, or if a cancellation at the instant of the
        order would have to cancel units of a purchase order.
        """
        if not self._shares or (self.inventory.buyer.cancels and self._cancels_at_once):
            return None
        return self.waiting.levels(self.lines.largest)

    @cached_property
    def _cancels_at_once(self) -> bool:
        """True if the patience of a customer may end at the instant of the order."""
        table, own = self.lines.table, slice(self.lines.start, self.lines.stop)
        return bool(np.any(table.deadlines(own) <= table.time[own]))

    @cached_property
    def _timed_cancellations(self) -> bool:
        """True if cancellations must be processed at their own time."""
        return self.levels is None or self.inventory.buyer.cancels

    def watch(self) -> None:
        """Process cancellations at their own time from now on."""
        self._timed_cancellations = True
        if self._cancels_at_once:
            self.levels = None  # no event comes in time for a line that arrives and cancels in one instant
            if self.wake is not None:
                self.wake()
        self.deadlines.plan_cancellation()

    def plan_cancellation(self) -> None:
        """Plan an event for the earliest deadline, if cancellations must be processed at their own time."""
        if self._timed_cancellations:
            self.deadlines.plan_cancellation()

    # -- arriving lines ------------------------------------------------------------------------------------------

    def arrive(self, line: int, now: float) -> None:
        """Let a line of the stock arrive: it is filled, substituted, backordered or lost, here or elsewhere."""
        lines = self.lines
        quantity = lines.need[line] = lines.quantity[line]
        if quantity <= 0:
            return
        if lines.lead[line] > 0:
            self.inventory.position += quantity  # the line counts from now on, in place of its announcement
        if self.router is None or self._takes_another(line, now) or not self.router.sends(line):
            self.meet(line, now)

    def _takes_another(self, line: int, now: float) -> bool:
        """Offer substitutes before other warehouses, if they come first; return True if the customer takes some."""
        if self.substitutes is None or self.router is None or not self.router.substitutes_first:
            return False
        lacking = self.lines.need[line] - self.offers(line)
        return lacking > 0 and self.substitutes.offer(self.lines, line, lacking, now) < lacking

    def offers(self, line: int) -> float:
        """Return the units on hand that an arriving line may have."""
        return self.waiting.admit(line, self.inventory.on_hand)

    def meet(self, line: int, now: float) -> None:
        """Serve a line that arrives here, perhaps one of another stock: it is filled, backordered or lost."""
        lines, quantity = self.lines, self.lines.quantity[line]
        units = self._admit(line)
        rest = lines.need[line]
        if line in lines.made:
            self._reserve_blanks(line, rest)
            return
        if rest > 0 and self.substitutes is not None:
            rest = self.substitutes.offer(lines, line, rest, now)
        if rest <= 0:
            lines.status[line] = _FROM_STOCK if units == quantity else _SUBSTITUTED
        elif not self._acceptance.accepts(rest, self.backlog):
            self._lose(line, _REFUSED)
        elif not lines.accepts[line]:
            self._lose(line, _DECLINED)
        elif self.backorders is None:
            self._backorder(line, rest)
        elif not self.backorders.arrive(
            line, self.waiting.rank(line), rest, self._backorder, self.lines.place(line)
        ):
            self._lose(line, _DECLINED)

    def _admit(self, line: int) -> float:
        """Allocate the units on hand that an arriving line may have, and return them."""
        lines, inventory = self.lines, self.inventory
        units = self.offers(line)
        if units > 0:
            lines.on_arrival[line] = lines.filled[line] = units
            lines.need[line] -= units
            inventory.on_hand -= units
            inventory.position -= units
        return units

    def _reserve_blanks(self, line: int, rest: float) -> None:
        """Bring a line to its workshop, or let it wait for the ``rest`` of its blanks; it is never refused."""
        if rest > 0:
            self._backorder(line, rest)
        self.lines.status[line] = _TO_MAKE
        if rest <= 0:
            self._make(line)

    def _make(self, line: int) -> None:
        assert self.make is not None
        self.make(line)

    def _lose(self, line: int, status: int) -> None:
        """Close the line with ``status``: the units it lacks are not sold."""
        self.lines.status[line] = status
        self.lines.need[line] = 0.0

    def _backorder(self, line: int, units: float) -> None:
        """Backorder ``units`` of the line."""
        self.lines.status[line] = _BACKORDERED
        self.backlog += units
        self.inventory.position -= units
        self.wait(line)
        if self.short is not None:
            self.short()

    def wait(self, line: int) -> None:
        """Add a line to the waiting list, with its deadline unless `backorders` plans the cancellation."""
        time = self.lines.time[line]
        self.waiting.join(line)
        if not self.lines.start <= line < self.lines.stop:
            self.guests.append(line)
        self._ledger.wait(time, 1)
        if self._treatment(line) is None:
            self.deadlines.add(line, self.lines.deadline(line))
            self.plan_cancellation()

    def _treatment(self, line: int) -> Backorders | None:
        """Return the treatment of a waiting line, ``None`` without one; a line made to order has none."""
        return None if line in self.lines.made else self.backorders

    def go_on_waiting(self, line: int) -> None:
        """Let a line wait that was placed before the run, or before the window."""
        treatment = self._treatment(line)
        if treatment is None:
            self.wait(line)
            return
        need = self.lines.need[line]
        since = self.lines.time[line]
        treatment.arrive(
            line, self.waiting.rank(line), need, lambda line, _: self.wait(line), AT_START, since
        )

    def wait_all(self, lines: NDArray[np.intp], units: float) -> None:
        """Add lines to the waiting list with their deadlines, for a stock without `backorders`.

        Args:
            lines: lines that wait, in sequence: intp[lines].
            units: units that they lack together.
        """
        self.inventory.position -= units
        self.backlog += units
        if len(lines):
            table = self.lines.table
            ordered = table.time[lines]
            self.waiting.join_all(lines)
            self._ledger.wait_all(ordered, 1)
            self.deadlines.add_all(lines, table.deadlines(lines))
            self.plan_cancellation()

    # -- waiting lines -------------------------------------------------------------------------------------------

    def clear(self, landed: float, now: float) -> None:
        """Serve waiting lines from the units on hand; ``landed`` units have just landed or been returned."""
        lines, inventory, served = self.lines, self.inventory, 0.0
        service = self.waiting.serve(inventory.on_hand, landed, now)
        if not service and self.backorders is None:
            return
        for _, units in service:
            served += units
        many = len(service) >= bulk_allocation.BULK_MINIMUM and len(dict(service)) == len(service)
        if many and self.levels is not None:
            self._ledger.wait_all(
                lines.table.time[bulk_allocation.allocate_to_waiting(lines.table, service, now)], -1
            )
        else:
            for line, units in service:
                if lines.serve(line, units, now):
                    self._closed(line, filled=True)
                elif (treatment := self._treatment(line)) is not None:
                    treatment.served(line, units)
            if self.backorders is not None and self.waiting.changes:
                self.backorders.rank_anew(self.waiting.rank)
        if served:
            self.backlog -= served
            inventory.move(now, -served, -served)

    def give_up(self, line: int, now: float) -> None:
        """Cancel a waiting line and return its reserved units to stock."""
        lines = self.lines
        rest, reserved = lines.need[line], lines.filled[line]
        self.waiting.leave(line)
        lines.cancel(line, now)
        self.backlog -= rest
        self._closed(line, filled=False)
        self._take_back(reserved, rest, now)
        if self.backorders is not None:
            self.backorders.revise()

    def give_back(self, line: int, now: float) -> None:
        """Cancel a line that waits in a workshop and return its blanks to stock."""
        reserved = self.lines.filled[line]
        self.lines.cancel(line, now)
        self._take_back(reserved, 0.0, now)

    def _take_back(self, reserved: float, rest: float, now: float) -> None:
        """Return the ``reserved`` units of a cancelled line to stock, which no longer owes it the ``rest``."""
        inventory = self.inventory
        inventory.position += rest + reserved
        inventory.move(now, reserved, -rest)
        if inventory.buyer.cancels:
            inventory.position -= inventory.buyer.cancel(rest + reserved, now)
        if inventory.on_hand > 0:
            self.clear(reserved, now)  # the line may have held back others, or returned units

    def _closed(self, line: int, *, filled: bool) -> None:
        """Count a line that waits no longer, and end its treatment or bring it to its workshop."""
        self._ledger.wait(self.lines.time[line], -1)
        if (treatment := self._treatment(line)) is not None:
            treatment.end(line, filled=filled)
        if filled and line in self.lines.made:
            self._make(line)


Give = Callable[[float, int, float, int], float]
"""Function that gives units of another stock, see `Stock.give`."""


class Substitutes:
    """Other products that are offered instead, each with the chance that a customer accepts it."""

    def __init__(self, offers: Sequence[tuple[int, float, Give]], columns: SubstitutionColumns) -> None:
        """Set the offers.

        Args:
            offers: number of each product, the chance, and the function that gives units of its stock.
            columns: columns in which substitutions are recorded.
        """
        self._offers = offers
        self.columns = columns

    def offer(self, lines: StockLines, line: int, units: float, now: float) -> float:
        """Offer the substitutes in turn for units that a line lacks.

        Args:
            lines: lines of the stock.
            line: line that lacks units.
            units: units that it lacks.
            now: days.

        Returns:
            Units still lacking.
        """
        columns = self.columns
        for number, (product, chance, give) in enumerate(self._offers):
            if nth_uniform(columns.chance[line], number) < chance:
                taken = give(units, lines.segment[line], now, lines.place(line))
                if taken > 0:
                    columns.substituted[line] += taken
                    columns.substitute[line] = product
                    lines.need[line] -= taken
                    units -= taken
                if units <= 0:
                    break
        return units
