"""Waiting list of a stock that supplies others: customers, and purchase orders of other warehouses among them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.model.allocation.waiting_list import LAST, Entry, Levels, Service, Waiting, WaitingList
from simulator.model.network.internal_orders import InternalLines, InternalOrder, WaitingOrders
from simulator.policies.allocation import AllocationPolicy
from simulator.scenario.sections.supply_network import InternalOrders
from simulator.values.arrays import FloatView


class InternalRanks:
    """Ranks and standings of internal orders by the allocation policy, comparable with those of the lines."""

    def __init__(
        self, policy: AllocationPolicy, terms: InternalOrders, time: FloatView, price: float, demand: float
    ) -> None:
        """Rank orders beside lines.

        Args:
            policy: allocation policy.
            terms: section of the warehouse.
            time: of each row of the order book, days.
            price: of the product, money per unit.
            demand: for the product, units per day.
        """
        self._policy = policy
        self._time = time
        self._seen = partial(InternalLines, priority=terms.priority, price=price, demand=demand)

    def first(self, orders: Sequence[InternalOrder], now: float) -> Entry:
        """Return rank and row among the lines of the best order; lines of the same time come first."""
        ranks: list[float] = self._policy.rank(self._seen(orders), now).tolist()
        rows = (bisect_right(self._time, one.purchase.placed) - 0.5 for one in orders)
        return min(zip(ranks, rows, strict=True))

    def standing(self, orders: Sequence[InternalOrder]) -> float:
        """Return the lowest standing of the orders."""
        return float(self._policy.standing(self._seen(orders)).min())


class JointWaitingList(WaitingList):
    """Waiting list of a stock that supplies others: customers by rank, and internal orders among them."""

    def __init__(self, orders: WaitingOrders, ranks: InternalRanks, *columns: Any, **rules: Any) -> None:
        """Begin without lines.

        Args:
            orders: internal orders of the stock.
            ranks: of these.
            *columns: as of `WaitingList`.
            **rules: as of `WaitingList`.
        """
        super().__init__(*columns, **rules)
        self._internal = orders
        self._internal_ranks = ranks

    def __len__(self) -> int:
        return self._count + len(self._internal.waiting)

    def first(self, orders: Sequence[InternalOrder], now: float) -> tuple[float, float]:
        """Return rank and row among the lines of the best of some internal orders, at a time (days)."""
        entry = self._internal_ranks.first(orders, now)
        return entry[0], entry[1]

    def admit(self, line: int, on_hand: float) -> float:
        """Return the units an arriving line gets; none if internal orders hold it back.

        Internal orders that wait because their level stays on hand hold nobody back.
        """
        orders = self._internal
        usable = orders.waiting and on_hand > orders.terms.level
        if not usable or self._overtaking:
            return super().admit(line, on_hand)
        behind = self._internal_ranks.standing(orders.waiting) <= self._standing_of(line)
        return 0.0 if behind else super().admit(line, on_hand)

    def levels(self, largest: float) -> NDArray[np.float64] | None:  # noqa: ARG002 - as in the base class
        """Return ``None``: what lines get depends on internal orders, too."""
        return None

    def spare(self, segment: int, on_hand: float) -> float:
        """Return the units for a customer of another product: none while internal orders could use them."""
        orders = self._internal
        return 0.0 if orders.waiting and on_hand > orders.terms.level else super().spare(segment, on_hand)

    def free(self, on_hand: float) -> float:
        """Return the units that may leave the stock: none while internal orders wait, nor those kept back from them."""
        orders = self._internal
        return (
            0.0 if orders.units > 0.0 else max(0.0, min(super().free(on_hand), on_hand - orders.terms.level))
        )

    def serve(self, on_hand: float, landed: float, now: float) -> Service:
        """Allocate units on hand to lines and internal orders, best rank first; internal orders are shipped.

        Returns:
            Lines and the units each gets.
        """
        if self._count and self._ranks_at is not None:
            self._rank_anew(self._ranks_at, now)
        service: Service = []
        passed: list[tuple[Levels, Waiting]] = []
        orders, held = self._internal, False
        for group in orders.groups(apart=self._count > 0):
            if on_hand <= orders.terms.level:
                break
            if self._count:
                done = len(service)
                held = self._serve(service, passed, on_hand, landed, self._internal_ranks.first(group, now))
                served = sum(units for _, units in service[done:])
                on_hand, landed = on_hand - served, landed - served
                if held:
                    break
            shipped, held = orders.hand_out(group, on_hand - orders.terms.level)
            on_hand, landed = on_hand - shipped, landed - shipped
            if held:
                break
        if not held:
            self._serve(service, passed, on_hand, landed, LAST)
        self._put_back(passed)
        return service
