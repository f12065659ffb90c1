"""Stock: inventory of one product in one warehouse, with the demand point that it serves.

Every event of the clock calls a method of the stock, which first brings the demand point up to date, then
acts on it and on the inventory.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Sequence

from simulator.model.allocation.allocation_rules import WaitingLines
from simulator.model.clock import Clock, Phase
from simulator.model.network.internal_orders import WaitingOrders
from simulator.model.records.ledger import Ledger
from simulator.model.records.stock_lines import StockLines
from simulator.model.records.window_handover import StockState
from simulator.model.stock.buyer import Situation
from simulator.model.stock.demand_point import DemandPoint
from simulator.model.stock.inventory import Inventory
from simulator.model.stock.stock_update import StockUpdate
from simulator.model.supply.purchase_order import PurchaseOrder
from simulator.model.supply.route import Route
from simulator.policies.acceptance import AcceptancePolicy


class Stock:
    """Stock of one product in one warehouse. Quantities in units, times in days.

    Attributes:
        index: number of the stock.
        inventory: units on hand, inventory position and buyer.
        point: order lines and waiting lines.
        update: brings both up to date.
        internal: purchase orders of the warehouses that it supplies; ``None`` if it supplies none.
        donors: routes of the transfers to it; ``None`` if none come and none leave.
        reviews: place of its reviews among those of one instant, see `Clock.at`: a stock that supplies others follows
            them.
    """

    def __init__(
        self,
        clock: Clock,
        inventory: Inventory,
        lines: StockLines,
        waiting: WaitingLines,
        acceptance: AcceptancePolicy,
        ledger: Ledger,
        *,
        reserve: float,
        end_of_patience: Callable[[int], float] | None,
        shares: bool,
        reviews: int | None = None,
        internal: WaitingOrders | None = None,
        routed: bool = False,
        donors: Sequence[Route] | None = None,
    ) -> None:
        """Build a stock.

        Args:
            clock: clock of the run.
            inventory: units of the product.
            lines: order lines for the product.
            waiting: waiting list under the allocation policy.
            acceptance: policy by which backorders are accepted.
            ledger: counts waiting lines.
            reserve: units on hand that admit a line of any segment: one that leaves at least these is filled.
            end_of_patience: gives the cancellation time of a line (days) if deadlines in the line table are
                only lower bounds, else ``None``.
            shares: True if lines may be served together (`SHARED_LINES`).
            reviews: place of its reviews; left out: its number.
            internal: see above.
            routed: True if lines may be served from other stocks than their own.
            donors: see above.
        """
        self.index = inventory.number
        self.reviews = self.index if reviews is None else reviews
        self.internal = internal
        self.donors = donors
        self._gathers = routed or internal is not None or donors is not None
        if internal is not None:
            internal.look = self.plan_look
        self._looks = -math.inf
        """Time (days) for which the last look at the end of an instant is planned."""
        self.inventory = inventory
        self._clock = clock
        self._lines = lines
        self.point = DemandPoint(inventory, lines, waiting, acceptance, ledger, shares=shares)
        self.update = StockUpdate(self.point, clock, reserve, end_of_patience)
        self._looks_again = -math.inf
        """Time (days) for which the last look at sources that were closed is planned."""

    def resume(self, line: int, state: StockState) -> None:
        """Go on in ``state`` with ``line`` as the next to arrive, after a window or a free run."""
        self.point.next = line
        inventory = self.inventory
        inventory.on_hand, inventory.position, self.point.backlog, numbers = state
        inventory.buyer.resume(numbers)

    @property
    def state(self) -> StockState:
        """State that a stock carries from one window to the next."""
        inventory = self.inventory
        return StockState(inventory.on_hand, inventory.position, self.point.backlog, inventory.buyer.numbers)

    def backlog_now(self) -> float:
        """Return the units that waiting lines, and the purchase orders of other warehouses, lack now."""
        self.update.before(self._clock.now)
        return self.point.backlog + (0.0 if self.internal is None else self.internal.units)

    # -- demand --------------------------------------------------------------------------------------------------

    def decide(self, now: float) -> None:
        """Let the next line arrive, and order if need be after the last line of the instant."""
        point, lines = self.point, self._lines
        line = point.next
        point.next = line + 1
        point.arrive(line, now)
        if line + 1 == lines.stop or lines.time[line + 1] > now:  # last line of the instant
            self.replenish(now)

    def announce(self, line: int) -> None:
        """Lower the inventory position by a line that is ordered now and due later."""
        now, inventory = self._clock.now, self.inventory
        self.update.through_now()
        inventory.position -= self._lines.quantity[line]
        if inventory.position <= inventory.buyer.trigger:  # reviews come after all orders of an instant
            self._clock.call(now, Phase.REVIEW, self.reviews, lambda _: self.replenish(now))

    def give(self, units: float, segment: int, now: float, place: int) -> float:
        """Give units to a customer who came for another product.

        Args:
            units: most units to give.
            segment: segment code of the customer.
            now: days.
            place: place of the customer's line among the orders of this instant, see `StockLines.place`.

        Returns:
            Units given.
        """
        point, inventory = self.point, self.inventory
        self.reach(place)
        units = min(units, point.waiting.spare(segment, inventory.on_hand))
        if units <= 0:
            return 0.0
        self.part_with(units, now)
        return units

    def part_with(self, units: float, now: float) -> None:
        """Take units off the shelf that none of its own lines gets, and order if need be after the last of the instant.

        Args:
            units: no more than are on hand.
            now: days.
        """
        point, inventory, lines = self.point, self.inventory, self._lines
        inventory.position -= units
        inventory.move(now, -units, 0.0)
        if point.next == lines.stop or lines.time[point.next] > now:
            self.replenish(now)
        if point.wake is not None:
            point.wake()  # the next decision may come sooner than planned
            point.plan_cancellation()

    def reach(self, place: int) -> None:
        """Settle all lines of this instant before a place in it, see `StockLines.place`."""
        now = self._clock.now
        self.update.lines_before(self._lines.before(place, now, self.point.next))

    def offers(self, line: int, taken: float = 0.0) -> float:
        """Return the units that a line, perhaps of another stock, would get if it arrived now.

        Args:
            line: the line.
            taken: units on hand to leave out.
        """
        need, before = self._lines.need, self._lines.need[line]
        need[line] = self._lines.quantity[line]
        units = self.point.waiting.admit(line, self.inventory.on_hand - taken)
        need[line] = before
        return units

    def take(self, line: int) -> None:
        """Let a line of another stock arrive now."""
        now = self._clock.now
        self.point.meet(line, now)
        self.replenish(now)
        if self.point.wake is not None:
            self.point.wake()  # the next decision may come sooner than planned
            self.point.plan_cancellation()

    @property
    def view(self) -> Situation:
        """Stock and its sources as policies see them; only if a policy looks."""
        assert self.inventory.buyer.view is not None
        return self.inventory.buyer.view

    def bring_up(self, place: float) -> None:
        """Bring the stock up to what it is when another one looks at it now.

        Args:
            place: place of what looks among the orders of this instant, see `StockLines.place`; infinite after them,
                below 0 if nothing of this instant has happened yet.
        """
        if place < 0.0:
            self.update.before(self._clock.now)
        elif place < math.inf:
            self.reach(int(place))
        else:
            self.settle()

    def give_back(self, line: int) -> None:
        """Cancel a line in a workshop, after all lines and cancellations before; its blanks return to stock."""
        self.update.through_now()
        self.point.give_back(line, self._clock.now)

    # -- supply --------------------------------------------------------------------------------------------------

    def replenish(self, now: float) -> None:
        """Ask the replenishment policy, unless the inventory position is above its trigger.

        A stock that supplies others, or serves lines of others, orders once, when all orders of this instant are in,
        and one that gives goods to others or gets them when all transfers are.
        """
        if self.inventory.position <= self.inventory.buyer.trigger:
            if self._gathers:
                self.plan_look()
            else:
                self._order(now)

    def plan_look(self) -> None:
        """Plan to hand out units to other warehouses and to order, at the end of this instant."""
        if self._looks != self._clock.now:
            self._looks = self._clock.now
            self._clock.call(self._looks, Phase.REVIEW, self.reviews, lambda _: self._look())

    def _look(self) -> None:
        """Hand out units to other warehouses, then order, after all lines and orders of this instant."""
        self._looks = -math.inf  # what follows from this look may need another one
        now = self._supply_others(self.settle())
        if self.inventory.position <= self.inventory.buyer.trigger:
            self._order(now)

    def _supply_others(self, now: float) -> float:
        """Serve the purchase orders of other warehouses that were placed now (days), and return the time."""
        if self.internal is not None:
            self.internal.admit()
            self.point.clear(0.0, now)
            if self.point.wake is not None:
                self.point.wake()  # the next decision may come sooner than planned
        return now

    def settle(self) -> float:
        """Settle all lines of this instant, and return the present time (days)."""
        now, lines = self._clock.now, self._lines
        self.update.lines_before(bisect_right(lines.time, now, self.point.next, lines.stop))
        return now

    def review(self) -> None:
        """Review the stock under a periodic policy, after all lines of this instant."""
        now = self._supply_others(self.settle())
        self._order(now)
        if self.point.backorders is not None:
            self.point.backorders.revise()

    def expedite(self) -> None:
        """Look whether the rule for expediting holds, after all lines and reviews of this instant."""
        now = self.settle()
        self._send(self.inventory.buyer.expedited(now))

    def _order(self, now: float) -> None:
        buyer = self.inventory.buyer
        purchases = buyer.orders(self.inventory.position, now)
        self._send(purchases)
        # A stock that is reviewed continuously looks again when a source takes orders; until then it need not look if
        # it got nothing.
        if math.isfinite(buyer.looks_again) and buyer.trigger > -math.inf:
            if not purchases:
                buyer.rest()
            if buyer.looks_again != self._looks_again:
                self._looks_again = buyer.looks_again
                self._clock.call(buyer.looks_again, Phase.REVIEW, self.reviews, lambda _: self._look_again())

    def _look_again(self) -> None:
        """Order when a source takes orders again, after all lines of this instant."""
        now = self.settle()
        self.inventory.buyer.resume_looking()
        self.replenish(now)
        if self.point.wake is not None:
            self.point.wake()  # the next line that brings a purchase order comes sooner than planned

    def _send(self, purchases: list[PurchaseOrder]) -> None:
        """Send purchase orders that are placed now."""
        if not purchases:
            return
        self.inventory.order(purchases)
        for purchase in purchases:
            if self.point.backorders is not None:
                self.point.backorders.ordered(purchase)
            source = self.inventory.buyer.supply[purchase.source]
            days = source.noticed_after(purchase)
            if days is None:
                source.send(purchase, self.receive)
            else:
                purchase.noticed = self._clock.now + days
                self._await_notice(purchase)

    def _await_notice(self, purchase: PurchaseOrder) -> None:
        """Plan to notice that an order never comes."""
        if purchase.noticed < self._clock.end:
            self._clock.call(purchase.noticed, Phase.LOSS, self.index, lambda _: self._notice(purchase))

    def _notice(self, purchase: PurchaseOrder) -> None:
        """Notice that an order never comes, after all lines and before all reviews of this instant; order again."""
        now = self.settle()
        purchase.lost, purchase.quantity = purchase.quantity, 0.0
        self.inventory.position -= purchase.lost
        self.receive(purchase)
        self._fewer_came(now)

    def _fewer_came(self, now: float) -> None:
        """Order again if the position fell because fewer units came, and look for the next decision anew."""
        if self.inventory.position <= self.inventory.buyer.trigger:
            self._clock.call(now, Phase.REVIEW, self.reviews, lambda _: self.replenish(self.settle()))
        if self.point.wake is not None:
            self.point.wake()

    def split(self, shipment: PurchaseOrder) -> None:
        """Take note of a shipment that leaves another warehouse before the rest of its order."""
        self.inventory.record(shipment)
        self._foresee(shipment)

    def _foresee(self, purchase: PurchaseOrder) -> None:
        """Show goods under way to the policies that look at them, and to forecasts."""
        if self.inventory.buyer.view is not None:
            self.inventory.buyer.view.known[purchase.source].placed(purchase)
        if self.point.backorders is not None:
            self.point.backorders.ordered(purchase)

    def supplied(self, now: float) -> float:
        """Return the units on hand and under way, less the backlog, before ``now`` (days)."""
        self.update.before(now)
        return self.inventory.position - self.inventory.owed

    def expect(self, purchase: PurchaseOrder) -> None:
        """Expect a purchase order that is under way already."""
        self.inventory.await_purchase(purchase, self.receive)
        self._foresee(purchase)

    def receive(self, purchase: PurchaseOrder) -> None:
        """Take in a landed purchase order, and serve waiting lines."""
        now = self._clock.now
        self.update.before(now)
        good = self.inventory.buyer.supply[purchase.source].good_units(purchase)
        purchase.defects, purchase.quantity = purchase.quantity - good, good
        self._take_in(purchase, now)
        if purchase.defects > 0:
            self.inventory.position -= purchase.defects
            self._fewer_came(now)

    def _take_in(self, purchase: PurchaseOrder, now: float) -> None:
        """Take in the good units of a purchase order or transfer, and serve waiting lines."""
        self.inventory.buyer.landed(purchase)
        if purchase.quantity > 0:
            self.inventory.move(now, purchase.quantity, 0.0)
            self.point.clear(purchase.quantity, now)
        if self.point.backorders is not None:
            self.point.backorders.landed(purchase)

    # -- transfers -----------------------------------------------------------------------------------------------

    def free(self) -> float:
        """Return the units on hand that may leave: none while somebody waits, and none that are kept back."""
        return self.point.waiting.free(self.inventory.on_hand)

    def coming(self, until: float) -> float:
        """Return the units on order that are planned to land by ``until`` (days) and not overdue."""
        now, landings = self._clock.now, (one for source in self.view.known for one in source.under_way())
        return sum(units for landing, units in landings if now < landing <= until)

    def await_transfer(self, transfer: PurchaseOrder) -> None:
        """Expect goods that leave another warehouse now."""
        self.inventory.await_transfer(transfer)
        self._foresee(transfer)

    def receive_transfer(self, transfer: PurchaseOrder) -> None:
        """Take in a landed transfer, and serve waiting lines."""
        now = self._clock.now
        self.update.before(now)
        self._take_in(transfer, now)
