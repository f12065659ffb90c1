"""The stock of one product in one warehouse: what is on hand, what is on order, and who waits.

Lines about which nothing can be decided are settled in bulk (a free run): while on hand stays at or above the
allocation policy's reserve level and the position above the replenishment policy's trigger, an arriving line can
only be filled. Whole quantities make the bulk sums exact, so a free run changes nothing but speed.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from math import nan

import numpy as np
from numpy.typing import NDArray

from simulator.model.backorders import Backorders
from simulator.model.clock import Clock, Phase
from simulator.model.hazard import nth_uniform
from simulator.model.lines import StockLines, Switching
from simulator.model.purchase import PurchaseOrder, Supply, cancel_newest
from simulator.model.tally import Tally
from simulator.model.waiting import Discipline, Service
from simulator.orders.book import Status
from simulator.policies.acceptance import AcceptancePolicy
from simulator.policies.replenishment import ReplenishmentPolicy

_FROM_STOCK, _BACKORDERED, _FILLED_LATE = (
    int(Status.FROM_STOCK),
    int(Status.BACKORDERED),
    int(Status.FILLED_LATE),
)
_SUBSTITUTED = int(Status.SUBSTITUTED)
_REFUSED, _DECLINED, _CANCELLED = int(Status.REFUSED), int(Status.DECLINED), int(Status.CANCELLED)


class Substitutes:
    """Stocks whose products are offered instead, each with the chance that a customer takes it."""

    def __init__(self, stocks: list[tuple[Stock, float]], columns: Switching) -> None:
        self.stocks = stocks
        self.columns = columns


class Stock:
    """One product in one warehouse. Quantities in units, times in days."""

    def __init__(
        self,
        index: int,
        clock: Clock,
        lines: StockLines,
        waiting: Discipline,
        acceptance: AcceptancePolicy,
        replenishment: ReplenishmentPolicy,
        supply: Supply,
        tally: Tally,
        *,
        on_hand: float,
        reserve: float,
    ) -> None:
        self.index = index
        self.on_hand = on_hand
        self.position = on_hand
        self.backlog = 0.0
        self.next = lines.start
        """First line that is neither settled nor decided."""
        self._clock = clock
        self._lines = lines
        self._waiting = waiting
        self._acceptance = acceptance
        self._replenishment = replenishment
        self._trigger = replenishment.trigger()
        self._cancels_purchases = replenishment.on_cancel == "cancel"
        self._supply = supply
        self._tally = tally
        self._reserve = reserve
        self._ordered = 0
        self.substitutes: Substitutes | None = None
        self.product = -1
        """Number of the product, for those who take it instead of another."""
        self.wake: Callable[[], None] | None = None
        """Has the customers process look again at when the next decision comes."""
        self.backorders: Backorders | None = None
        """The customers who wait, where more can happen to them than that patience ends."""
        self._outstanding: list[PurchaseOrder] = []
        """Purchase orders that may still be cancelled, kept only where the policy cancels any."""

    def go_on(self, line: int, on_hand: float, position: float, backlog: float, ordered: int) -> None:
        """Go on before that line, where a free run has ended; ``ordered``: purchase orders so far."""
        self.next = line
        self.on_hand, self.position, self.backlog = on_hand, position, backlog
        self._ordered = ordered

    def await_purchase(self, purchase: PurchaseOrder, landing: float) -> None:
        """A purchase order of the free run is still on its way."""
        self._tally.purchases.append(purchase)
        self._supply.expect(purchase, landing, self.receive)

    # -- arriving lines ------------------------------------------------------------------------------------------

    def first_decision(self) -> int:
        """The next line about which something has to be decided; all before it can only be filled from stock."""
        line, lines = self.next, self._lines
        if line >= lines.stop or len(self._waiting):
            return line
        # free units above the level where somebody might be refused, and above the one where an order is placed
        spare, above = self.on_hand - self._reserve, self.position - self._trigger
        quantity = lines.quantity[line]
        if quantity > spare or quantity >= above or not lines.whole or lines.early:
            return line
        base = lines.cumulative[line] - quantity
        filled = bisect_right(lines.cumulative, base + spare, line, lines.stop)
        return min(filled, bisect_left(lines.cumulative, base + above, line, lines.stop))

    def settle(self, now: float) -> None:
        """Fill the lines before ``now`` that are still to be settled; nothing about them needed a decision."""
        self.settle_lines(bisect_left(self._lines.time, now, self.next, self._lines.stop))

    def settle_lines(self, stop: int) -> None:
        """Fill the lines before place ``stop`` from stock, all at once."""
        if stop > self.next:
            units = self._lines.fill(self.next, stop)
            self.on_hand -= units
            self.position -= units
            self.next = stop

    def decide(self, now: float) -> None:
        """The next line arrives, unless its customer stays away."""
        line, lines = self.next, self._lines
        self.next = line + 1
        quantity = lines.quantity[line]
        lines.need[line] = quantity
        if quantity > 0:
            self._arrive(line, quantity, now)
        last_of_its_instant = line + 1 == lines.stop or lines.time[line + 1] > now
        if last_of_its_instant:
            self.replenish(now)

    def drop(self, places: NDArray[np.intp]) -> None:
        """Customers of these lines stay away."""
        self._lines.table.drop(places, self._lines.stop)

    def _arrive(self, line: int, quantity: float, now: float) -> None:
        """Fill the line, let it wait, or let it go."""
        lines = self._lines
        if lines.lead[line] > 0:
            self.position += quantity  # what was announced counts by itself from now on
        units = self._waiting.admit(line, self.on_hand)
        rest = quantity - units
        if units > 0:
            lines.on_arrival[line] = lines.filled[line] = units
            lines.allocated[line] = now
            lines.need[line] = rest
            self.on_hand -= units
            self.position -= units
        if rest > 0 and self.substitutes is not None:
            rest = self._switch(self.substitutes, line, rest, now)
        if rest <= 0:
            lines.status[line] = _FROM_STOCK if units == quantity else _SUBSTITUTED
        elif not self._acceptance.accepts(rest, self.backlog):
            self._lose(line, _REFUSED)
        elif not lines.accepts_waiting(line):
            self._lose(line, _DECLINED)
        else:
            self._offer(line, rest)

    def announce(self, line: int) -> None:
        """A line is ordered that is due later: the position knows of it at once."""
        now = self._clock.now
        self.settle(now)
        self.position -= self._lines.quantity[line]
        if self.position <= self._trigger:  # reviews come after all orders of an instant
            self._clock.call(now, Phase.REVIEW, self.index, lambda _: self.replenish(now))

    def _switch(self, substitutes: Substitutes, line: int, units: float, now: float) -> float:
        """Offer other products for the missing units; returns what is still missing."""
        for number, (other, chance) in enumerate(substitutes.stocks):
            if nth_uniform(substitutes.columns.chance[line], number) < chance:
                taken = other.give(units, self._lines.segment[line], now, self.index)
                if taken > 0:
                    substitutes.columns.substituted[line] += taken
                    substitutes.columns.substitute[line] = other.product
                    self._lines.need[line] -= taken
                    self._lines.allocated[line] = now
                    units -= taken
                if units <= 0:
                    break
        return units

    def give(self, units: float, segment: int, now: float, asker: int) -> float:
        """Up to so many units for a customer who came for another product; returns how many.

        Of this instant's own lines only those come first that a lower place gives precedence (see the clock).
        """
        ahead = bisect_right if self.index < asker else bisect_left
        self.settle_lines(ahead(self._lines.time, now, self.next, self._lines.stop))
        units = min(units, self._waiting.spare(segment, self.on_hand))
        if units <= 0:
            return 0.0
        self.on_hand -= units
        self.position -= units
        self._tally.move(now, self.index, -units, 0.0)
        if self.next == self._lines.stop or self._lines.time[self.next] > now:
            self.replenish(now)
        if self.wake is not None:
            self.wake()  # the next decision may come sooner than was thought
        return units

    def _lose(self, line: int, status: int) -> None:
        """The rest of the line is not sold."""
        self._lines.status[line] = status
        self._lines.need[line] = 0.0

    def _offer(self, line: int, units: float) -> None:
        """The customer may wait for the rest, with whatever is promised and told to those who wait."""
        if self.backorders is None:
            self._backorder(line, units)
            return
        ahead = self._waiting.ahead_of(line, self.backlog)
        quoted = self.backorders.quote(ahead + units)
        if not self.backorders.acceptable(line, quoted):
            self._lose(line, _DECLINED)
            return
        jumped = ahead < self.backlog
        self._backorder(line, units)
        self.backorders.begin(line, quoted)
        if jumped:
            self.backorders.revise()

    def _backorder(self, line: int, units: float) -> None:
        """The line waits for so many units."""
        self._lines.status[line] = _BACKORDERED
        self.backlog += units
        self.position -= units
        self.wait(line)

    def wait(self, line: int) -> None:
        """The line joins those who wait, until its customer's patience ends if nobody else sees to that."""
        time = self._lines.time[line]
        self._waiting.join(line)
        self._tally.wait(time, 1)
        if self.backorders is None:
            deadline = time + self._lines.patience[line]
            if deadline < self._clock.end:
                self._clock.call(deadline, Phase.CANCELLATION, self.index, lambda _: self.cancel(line))

    # -- what changes the stock between arrivals ---------------------------------------------------------------------

    def receive(self, purchase: PurchaseOrder) -> None:
        """A purchase order has landed."""
        now = self._clock.now
        self.settle(now)
        if purchase.quantity > 0:
            self.on_hand += purchase.quantity
            self._tally.move(now, self.index, purchase.quantity, 0.0)
            self.clear(purchase.quantity, now)
        if self.backorders is not None:
            self.backorders.landed(purchase)

    def clear(self, landed: float, now: float) -> None:
        """Serve waiting lines from the units on hand, of which so many have just landed or come back."""
        lines, served = self._lines, 0.0
        for line, units in self._waiting.serve(self.on_hand, landed, now):
            served += units
            lines.filled[line] += units
            lines.need[line] -= units
            lines.unit_days[line] += units * (now - lines.time[line])
            if lines.need[line] <= 0:
                lines.status[line] = _FILLED_LATE
                lines.allocated[line] = now
                self._closed(line, filled=True)
        if served:
            self.on_hand -= served
            self.backlog -= served
            self._tally.move(now, self.index, -served, -served)

    def cancel(self, line: int) -> None:
        """The customer's patience has ended. If the line still waits, it is cancelled; reserved units come back."""
        lines = self._lines
        if lines.status[line] != _BACKORDERED:
            return
        now = self._clock.now
        rest, reserved = lines.need[line], lines.filled[line]
        self._waiting.leave(line)
        lines.status[line] = _CANCELLED
        lines.cancelled[line] = now
        lines.need[line] = lines.filled[line] = lines.unit_days[line] = 0.0
        taken = self.substitutes is not None and self.substitutes.columns.substituted[line] > 0
        lines.allocated[line] = lines.time[line] if taken else nan  # another product was taken and is sent
        self.backlog -= rest
        self.on_hand += reserved
        self.position += rest + reserved
        self._tally.move(now, self.index, reserved, -rest)
        self._closed(line, filled=False)
        if self._cancels_purchases:
            self._cancel_purchases(rest + reserved, now)
        if self.on_hand > 0:
            self.clear(reserved, now)  # the line may have held back others, or given units back
        if self.backorders is not None:
            self.backorders.revise()

    def queue(self) -> Service:
        """Lines that wait, in the sequence of service, with the units they lack."""
        return self._waiting.queue()

    def _closed(self, line: int, *, filled: bool) -> None:
        """The line waits no longer."""
        self._tally.wait(self._lines.time[line], -1)
        if self.backorders is not None:
            self.backorders.end(line, filled=filled)

    # -- replenishment -----------------------------------------------------------------------------------------------

    def replenish(self, now: float) -> None:
        """Ask the policy, unless the position is above the level at which it could want anything."""
        if self.position <= self._trigger:
            self._order(now)

    def review(self) -> None:
        """A review of a periodic policy: it sees the position after everything else of this instant."""
        now = self._clock.now
        self.settle_lines(bisect_right(self._lines.time, now, self.next, self._lines.stop))
        self._order(now)
        if self.backorders is not None:
            self.backorders.revise()

    def _order(self, now: float) -> None:
        quantity = self._replenishment.quantity(self.position)
        if quantity <= 0:
            return
        purchase = PurchaseOrder(self.index, self._ordered, now, self._supply.round_up(quantity))
        self._ordered += 1
        self.position += purchase.quantity
        self._tally.purchases.append(purchase)
        if self._cancels_purchases:
            self._outstanding.append(purchase)
        if self.backorders is not None:
            self.backorders.ordered(purchase)
        self._supply.send(purchase, self.receive)

    def _cancel_purchases(self, units: float, now: float) -> None:
        """Take units off the newest purchase orders that have not left the supplier."""
        self._outstanding = [purchase for purchase in self._outstanding if purchase.cancellable(now)]
        self.position -= cancel_newest(self._outstanding, units)
