"""The stock of one product in one warehouse: what is on hand, what is on order, and who waits."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from simulator.model.backorders import Backorders
from simulator.model.buyer import Buyer
from simulator.model.clock import Clock, Phase
from simulator.model.lines import StockLines
from simulator.model.purchase import PurchaseOrder, Supply
from simulator.model.settlement import Settlement
from simulator.model.sharing import hand_out
from simulator.model.state import State
from simulator.model.substitutes import Substitutes
from simulator.model.tally import Tally
from simulator.model.waiting import Discipline
from simulator.orders.book import Status
from simulator.policies.acceptance import AcceptancePolicy
from simulator.policies.replenishment import ReplenishmentPolicy

_FROM_STOCK, _SUBSTITUTED = int(Status.FROM_STOCK), int(Status.SUBSTITUTED)
_BACKORDERED, _REFUSED, _DECLINED = int(Status.BACKORDERED), int(Status.REFUSED), int(Status.DECLINED)

_FEW = 20
"""So many lines are sooner served one by one than put into columns."""


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
        end_of_patience: Callable[[int], float] | None = None,
        step: bool = False,
    ) -> None:
        """``reserve``: units below which somebody might be refused. ``step``: every line is looked at by itself.

        ``end_of_patience``: of a line, in days, where the lines' deadlines are no more than bounds.
        """
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
        self._buyer = Buyer(index, replenishment, supply)
        self._tally = tally
        self._step = step
        self.settlement = Settlement(self, lines, clock, reserve, end_of_patience)
        """Brings it up to date."""
        self._deadlines = self.settlement.deadlines
        self.substitutes: Substitutes | None = None
        self.product = -1
        """Number of the product, for those who take it instead of another."""
        self.wake: Callable[[], None] | None = None
        """Has the customers process look again at when the next decision comes."""
        self.backorders: Backorders | None = None
        """The customers who wait, where more can happen to them than that patience ends."""

    def go_on(self, line: int, state: State) -> None:
        """Go on before that line, in that state."""
        self.next = line
        self.on_hand, self.position, self.backlog, self._buyer.supply.ordered = state

    @property
    def state(self) -> State:
        """What it has come to."""
        return State(self.on_hand, self.position, self.backlog, self._buyer.supply.ordered)

    def await_purchase(self, purchase: PurchaseOrder) -> None:
        """A purchase order that was placed before is still on its way."""
        self._tally.purchases.append(purchase)
        self._buyer.supply.expect(purchase, self.receive)

    # -- arriving lines ------------------------------------------------------------------------------------------

    @property
    def trigger(self) -> float:
        """Position at or below which something may be ordered."""
        return self._buyer.trigger

    @property
    def waits(self) -> int:
        """How many lines wait."""
        return len(self._waiting)

    @cached_property
    def levels(self) -> NDArray[np.float64] | None:
        """Levels by segment, if they alone decide what a line gets and nobody has to hear of it at once."""
        watched = self.substitutes is not None or self.backorders is not None or self._tally.watch is not None
        if self._step or watched or not self._acceptance.always or (self._buyer.cancels and self._hurried):
            return None
        return self._waiting.levels(self._lines.largest)

    @cached_property
    def _hurried(self) -> bool:
        """Whether patience ends of some customer at the very instant at which he comes."""
        table, own = self._lines.table, slice(self._lines.start, self._lines.stop)
        return bool(np.any(table.deadlines(own) <= table.time[own]))

    @cached_property
    def _watched(self) -> bool:
        """Whether others have to hear at once of a customer who gives up."""
        return self.levels is None or self._buyer.cancels

    def watch(self) -> None:
        """From now on it matters when customers give up."""
        self._watched = True
        if self._hurried:
            self.levels = None  # nobody can be told in time of who comes and goes at one instant
            if self.wake is not None:
                self.wake()
        self._deadlines.look_out()

    def look_out(self) -> None:
        """Somebody may give up sooner than was thought."""
        if self._watched:
            self._deadlines.look_out()

    def settle(self, now: float) -> None:
        """Bring it up to date with all that happened before ``now``."""
        self.settlement.before(now)

    def take(self, units: float) -> None:
        """So many units go to arriving lines."""
        self.on_hand -= units
        self.position -= units

    def decide(self, now: float) -> None:
        """The next line arrives, unless its customer stays away."""
        line, lines = self.next, self._lines
        self.next = line + 1
        self.arrive(line, now)
        if line + 1 == lines.stop or lines.time[line + 1] > now:  # it is the last of its instant
            self.replenish(now)

    def drop(self, places: NDArray[np.intp]) -> None:
        """Customers of these lines stay away."""
        self._lines.table.drop(places, self._lines.stop)

    def arrive(self, line: int, now: float) -> None:
        """Fill the line, let it wait, or let it go."""
        lines = self._lines
        quantity = lines.need[line] = lines.quantity[line]
        if quantity <= 0:
            return
        if lines.lead[line] > 0:
            self.position += quantity  # what was announced counts by itself from now on
        units = self._waiting.admit(line, self.on_hand)
        rest = quantity - units
        if units > 0:
            lines.on_arrival[line] = lines.filled[line] = units
            lines.need[line] = rest
            self.on_hand -= units
            self.position -= units
        if rest > 0 and self.substitutes is not None:
            rest = self.substitutes.offer(lines, line, rest, now, self.index)
        if rest <= 0:
            lines.status[line] = _FROM_STOCK if units == quantity else _SUBSTITUTED
        elif not self._acceptance.accepts(rest, self.backlog):
            self._lose(line, _REFUSED)
        elif not lines.accepts[line]:
            self._lose(line, _DECLINED)
        elif self.backorders is None:
            self._backorder(line, rest)
        elif not self.backorders.arrive(line, self._waiting.rank(line), rest, self._backorder):
            self._lose(line, _DECLINED)

    def announce(self, line: int) -> None:
        """A line is ordered that is due later: the position knows of it at once."""
        now = self._clock.now
        self.settlement.through_now()
        self.position -= self._lines.quantity[line]
        if self.position <= self._buyer.trigger:  # reviews come after all orders of an instant
            self._clock.call(now, Phase.REVIEW, self.index, lambda _: self.replenish(now))

    def give(self, units: float, segment: int, now: float, asker: int) -> float:
        """Up to so many units for a customer who came for another product; returns how many.

        Of this instant's own lines only those come first that a lower place gives precedence (see the clock).
        """
        ahead = bisect_right if self.index < asker else bisect_left
        self.settlement.lines_before(ahead(self._lines.time, now, self.next, self._lines.stop))
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
            self.look_out()
        return units

    def _lose(self, line: int, status: int) -> None:
        """The rest of the line is not sold."""
        self._lines.status[line] = status
        self._lines.need[line] = 0.0

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
            self._deadlines.add(line, self._lines.deadline(line))
            self.look_out()

    def wait_all(self, lines: NDArray[np.intp], units: float) -> None:
        """These lines, in sequence, join those who wait: together for so many units, and only for patience to end."""
        self.position -= units
        self.backlog += units
        if len(lines):
            table = self._lines.table
            ordered = table.time[lines]
            self._waiting.join_all(lines)
            self._tally.wait_all(ordered, 1)
            self._deadlines.add_all(lines, table.deadlines(lines))
            self.look_out()

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
        service = self._waiting.serve(self.on_hand, landed, now)
        if not service and self.backorders is None:
            return
        for _, units in service:
            served += units
        many = len(service) >= _FEW and len(dict(service)) == len(service)
        if many and self.levels is not None:
            self._tally.wait_all(lines.table.time[hand_out(lines.table, service, now)], -1)
        else:
            for line, units in service:
                if lines.serve(line, units, now):
                    self._closed(line, filled=True)
                elif self.backorders is not None:
                    self.backorders.served(line, units)
            if self.backorders is not None and self._waiting.changes:
                self.backorders.rank_anew(self._waiting.rank)
        if served:
            self.on_hand -= served
            self.backlog -= served
            self._tally.move(now, self.index, -served, -served)

    def cancel(self, line: int) -> None:
        """The customer's patience has ended now, if the line still waits."""
        if self._lines.status[line] == _BACKORDERED:
            self.give_up(line, self._clock.now)

    def give_up(self, line: int, now: float) -> None:
        """The waiting line is cancelled; reserved units come back."""
        lines = self._lines
        rest, reserved = lines.need[line], lines.filled[line]
        self._waiting.leave(line)
        lines.cancel(line, now)
        self.backlog -= rest
        self.on_hand += reserved
        self.position += rest + reserved
        self._tally.move(now, self.index, reserved, -rest)
        self._closed(line, filled=False)
        if self._buyer.cancels:
            self.position -= self._buyer.cancel(rest + reserved, now)
        if self.on_hand > 0:
            self.clear(reserved, now)  # the line may have held back others, or given units back
        if self.backorders is not None:
            self.backorders.revise()

    def _closed(self, line: int, *, filled: bool) -> None:
        """The line waits no longer."""
        self._tally.wait(self._lines.time[line], -1)
        if self.backorders is not None:
            self.backorders.end(line, filled=filled)

    # -- replenishment -----------------------------------------------------------------------------------------------

    def replenish(self, now: float) -> None:
        """Ask the policy, unless the position is above the level at which it could want anything."""
        if self.position <= self._buyer.trigger:
            self._order(now)

    def review(self) -> None:
        """A review of a periodic policy: it sees the position after everything else of this instant."""
        now = self._clock.now
        self.settlement.lines_before(bisect_right(self._lines.time, now, self.next, self._lines.stop))
        self._order(now)
        if self.backorders is not None:
            self.backorders.revise()

    def _order(self, now: float) -> None:
        if (purchase := self._buyer.order(self.position, now)) is None:
            return
        self.position += purchase.quantity
        self._tally.purchases.append(purchase)
        if self.backorders is not None:
            self.backorders.ordered(purchase)
        self._buyer.supply.send(purchase, self.receive)
