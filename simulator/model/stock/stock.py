"""A stock: the inventory of one product in one warehouse together with the demand point that it serves.

Events of the clock come here. Each first brings the demand point up to date, then acts on it and on the inventory.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable

from simulator.model.clock import Clock, Phase
from simulator.model.records.ledger import Ledger
from simulator.model.records.line_table import StockLines
from simulator.model.records.window_handover import StockState
from simulator.model.stock.allocation import Discipline
from simulator.model.stock.demand_point import DemandPoint
from simulator.model.stock.inventory import Inventory
from simulator.model.stock.stock_update import StockUpdate
from simulator.model.supply.purchase_order import PurchaseOrder
from simulator.policies.acceptance import AcceptancePolicy


class Stock:
    """One product in one warehouse, and its customers. Quantities in units, times in days.

    Attributes:
        index: Number of the stock.
        inventory: Its shelf and its buyer.
        point: Its order lines and those who wait.
        settlement: Brings both up to date.
    """

    def __init__(
        self,
        clock: Clock,
        inventory: Inventory,
        lines: StockLines,
        waiting: Discipline,
        acceptance: AcceptancePolicy,
        tally: Ledger,
        *,
        reserve: float,
        end_of_patience: Callable[[int], float] | None,
        shares: bool,
    ) -> None:
        """Put a stock together.

        Args:
            clock: Tells the time.
            inventory: The units of the product.
            lines: Order lines that ask for them.
            waiting: Waiting list under the allocation policy.
            acceptance: Policy by which backorders are accepted.
            tally: Counts those who wait.
            reserve: Units on hand below which somebody might be refused.
            end_of_patience: Of a line, in days, where the lines' deadlines are no more than bounds.
            shares: True if lines may be served together (`SHARED_LINES`).
        """
        self.index = inventory.number
        self.inventory = inventory
        self._clock = clock
        self._lines = lines
        self.point = DemandPoint(inventory, lines, waiting, acceptance, tally, shares=shares)
        self.settlement = StockUpdate(self.point, clock, reserve, end_of_patience)

    def go_on(self, line: int, state: StockState) -> None:
        """Go on before that line, in that state."""
        self.point.next = line
        inventory = self.inventory
        inventory.on_hand, inventory.position, self.point.backlog, inventory.buyer.supply.ordered = state

    @property
    def state(self) -> StockState:
        """What it has come to."""
        inventory = self.inventory
        return StockState(
            inventory.on_hand, inventory.position, self.point.backlog, inventory.buyer.supply.ordered
        )

    # -- demand --------------------------------------------------------------------------------------------------

    def decide(self, now: float) -> None:
        """The next line arrives, unless its customer stays away."""
        point, lines = self.point, self._lines
        line = point.next
        point.next = line + 1
        point.arrive(line, now)
        if line + 1 == lines.stop or lines.time[line + 1] > now:  # it is the last of its instant
            self.replenish(now)

    def announce(self, line: int) -> None:
        """A line is ordered that is due later: the position knows of it at once."""
        now, inventory = self._clock.now, self.inventory
        self.settlement.through_now()
        inventory.position -= self._lines.quantity[line]
        if inventory.position <= inventory.buyer.trigger:  # reviews come after all orders of an instant
            self._clock.call(now, Phase.REVIEW, self.index, lambda _: self.replenish(now))

    def give(self, units: float, segment: int, now: float, asker: int) -> float:
        """Up to so many units for a customer who came for another product; returns how many.

        Of this instant's own lines only those come first that a lower place gives precedence (see the clock).
        """
        point, inventory, lines = self.point, self.inventory, self._lines
        ahead = bisect_right if self.index < asker else bisect_left
        self.settlement.lines_before(ahead(lines.time, now, point.next, lines.stop))
        units = min(units, point.waiting.spare(segment, inventory.on_hand))
        if units <= 0:
            return 0.0
        inventory.position -= units
        inventory.move(now, -units, 0.0)
        if point.next == lines.stop or lines.time[point.next] > now:
            self.replenish(now)
        if point.wake is not None:
            point.wake()  # the next decision may come sooner than was thought
            point.look_out()
        return units

    # -- supply --------------------------------------------------------------------------------------------------

    def replenish(self, now: float) -> None:
        """Ask the policy, unless the position is above the level at which it could want anything."""
        if self.inventory.position <= self.inventory.buyer.trigger:
            self._order(now)

    def review(self) -> None:
        """A review of a periodic policy: it sees the position after everything else of this instant."""
        now, lines = self._clock.now, self._lines
        self.settlement.lines_before(bisect_right(lines.time, now, self.point.next, lines.stop))
        self._order(now)
        if self.point.backorders is not None:
            self.point.backorders.revise()

    def _order(self, now: float) -> None:
        if (purchase := self.inventory.order(now)) is None:
            return
        if self.point.backorders is not None:
            self.point.backorders.ordered(purchase)
        self.inventory.buyer.supply.send(purchase, self.receive)

    def receive(self, purchase: PurchaseOrder) -> None:
        """A purchase order has landed."""
        now = self._clock.now
        self.settlement.before(now)
        if purchase.quantity > 0:
            self.inventory.move(now, purchase.quantity, 0.0)
            self.point.clear(purchase.quantity, now)
        if self.point.backorders is not None:
            self.point.backorders.landed(purchase)
