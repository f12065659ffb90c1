"""Base of the sourcing policies, and their view of a stock and its sources.

A source is a supplier, over one lane and mode. A policy is asked whenever the replenishment policy may order: after
changes of the inventory position, or at reviews.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol

from simulator.policies.family import Policy
from simulator.policies.replenishment import ReplenishmentPolicy
from simulator.values.mistakes import Place


class SourceView(Protocol):
    """Source of a stock, as its buyer sees it."""

    @property
    def name(self) -> str:
        """Name: of the supplier, with the mode if it has several lanes to the warehouse ("far by air")."""
        ...

    @property
    def lead_time(self) -> float:
        """Mean lead time without queues, days."""
        ...

    @property
    def lead_time_sd(self) -> float:
        """Standard deviation of the lead time without queues, days."""
        ...

    def lead_time_quantile(self, share: float) -> float:
        """Return the lead time without queues, in days, that a ``share`` (0 to 1) of the orders does not exceed.

        It is taken from a sample of 4,096 draws, the same for all products on the route.
        """
        ...

    @property
    def ordered(self) -> float:
        """Units ordered from it so far, less units cancelled."""
        ...

    def quantity(self, units: float) -> float:
        """Return the units of a purchase order if ``units`` are ordered now.

        They are rounded up to the source's minimum and lot and capped at its maximum; 0 if that leaves too little.
        """
        ...

    def price(self, units: float) -> float:
        """Return the money that an order of ``units`` costs now, with ordering cost and freight.

        The units are rounded up to the source's minimum and lot; its maximum is left aside.
        """
        ...

    def room(self) -> float:
        """Return the units that it takes now without a queue and below its maximum; infinite without limits."""
        ...

    def open_again(self) -> float:
        """Return the time (days) from which it has room for an order.

        It is now if the source has room, and where it is not known: production lines do not say when one is free.
        """
        ...

    def under_way(self) -> Sequence[tuple[float, float]]:
        """Return (planned landing in days, units) of each order that has not landed, in sequence of placing.

        The planned landing is the time of placing plus `lead_time`: queues are not planned.
        """
        ...


class StockView(Protocol):
    """Stock, as its buyer sees it. Times in days, quantities in units."""

    @property
    def now(self) -> float:
        """Present time."""
        ...

    @property
    def on_hand(self) -> float:
        """Units on hand."""
        ...

    @property
    def backlog(self) -> float:
        """Units that waiting lines, and the purchase orders of warehouses that it supplies, lack."""
        ...

    @property
    def position(self) -> float:
        """Inventory position: on hand and on order from all sources, less units that waiting lines lack."""
        ...

    @property
    def oldest_wait(self) -> float:
        """Days since the order of the oldest that waits, a line or a warehouse's order; 0 if none waits."""
        ...

    @property
    def earliest_promise(self) -> float:
        """Earliest date promised to a waiting line; infinite if none was promised any."""
        ...

    @property
    def since_review(self) -> float:
        """Days between two reviews; 0 for a stock that is reviewed continuously."""
        ...

    @property
    def sources(self) -> Sequence[SourceView]:
        """Sources, in the sequence of the scenario."""
        ...

    def wanted(self, position: float) -> float:
        """Return the units that the replenishment policy orders at an inventory position."""
        ...

    def coming(self, until: float) -> float:
        """Return the units under way that are planned to land by ``until`` (days).

        Orders from all sources count, overdue ones and those of expediting, too.
        """
        ...

    def demand(self, days: float) -> float:
        """Return the units demanded in the past ``days``."""
        ...


class SourceOrder(NamedTuple):
    """Units to order from one source.

    Attributes:
        source: index among the sources of the stock.
        units: quantity; the source rounds it up to its minimum and lot, and caps it at its maximum.
    """

    source: int
    units: float


class SourcingPolicy(Policy):
    """Base of the sourcing policies."""

    family = "sourcing"
    members = {}

    def orders(self, stock: StockView) -> Iterable[SourceOrder]:
        """Return the orders to place now, fewer or more than the replenishment policy wants."""
        raise NotImplementedError

    def named(self) -> Iterator[tuple[Place, str]]:
        """Yield each source that the policy names, with its key."""
        yield from ()

    def buys_from(self, names: Sequence[str]) -> Collection[str]:
        """Return those of a stock's sources from which it may buy, by default all.

        Args:
            names: of the sources of a stock.
        """
        return names

    def objection(self, replenishment: ReplenishmentPolicy, demand: float) -> str | None:
        """Return the reason why it cannot buy for a stock, ``None`` if it can.

        Args:
            replenishment: replenishment policy of the stock.
            demand: mean demand, units per day; infinite if it is not known.
        """
        return None

    def main(self, lead_times: Sequence[float], names: Sequence[str]) -> int:
        """Return the source whose lead time decides automatic levels, by default the first.

        Args:
            lead_times: mean lead time of each source of a stock, days.
            names: of the sources.
        """
        return 0
