"""Bulk computation of routes: milestones of the first purchase orders of several stocks."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.model.supply.leg import Delay, PurchaseBatch
from simulator.model.supply.legs import milestones
from simulator.model.supply.purchase_order import Milestone, PurchaseColumns
from simulator.model.supply.route import SharedRoute
from simulator.orders.line_columns import ranges
from simulator.orders.order_book import OrderBook
from simulator.orders.random.streams import Streams, stream_name
from simulator.values.arrays import Floats, Integers


class BulkPurchases:
    """Routes of several stocks on which no purchase order depends on another.

    Args:
        stocks: numbers of the stocks.
        names: ends of the names of their random streams.
        shared_routes: shared route of each stock.
        streams: of the replication.
    """

    def __init__(
        self, stocks: Integers, names: Sequence[str], shared_routes: Sequence[SharedRoute], streams: Streams
    ) -> None:
        self.stocks = stocks
        self._names = names
        self._shared_routes = shared_routes
        self._streams = streams
        members: dict[SharedRoute, list[int]] = {}
        for place, shared_route in enumerate(shared_routes):
            members.setdefault(shared_route, []).append(place)
        self._members = {shared_route: np.array(places, np.intp) for shared_route, places in members.items()}
        self._drawn: dict[tuple[SharedRoute, str], tuple[Integers, Floats]] = {}
        """Number of draws of each stock, and all draws in days, by shared route and stream of the delay."""

    @classmethod
    def of(cls, book: OrderBook, routes: Mapping[int, SharedRoute], streams: Streams) -> BulkPurchases:
        """Take stocks of an order book, by number in ascending sequence, with the shared route of each."""
        places = (book.stocks[number] for number in routes)
        names = [stream_name(book.warehouses[site], book.products[product]) for site, product in places]
        return cls(np.array(list(routes), np.intp), names, list(routes.values()), streams)

    def shipped(
        self, of: Integers, number: Integers, part: Integers, leaves: Floats, quantity: Floats
    ) -> PurchaseColumns:
        """Compute the milestones of shipments; each part of the orders of a stock has random streams of its own.

        Args:
            of: place of the stock of each shipment.
            number: of its purchase order, rising within a stock.
            part: number of the shipment, from 0, rising within a purchase order.
            leaves: time at which it leaves, days.
            quantity: units of each.
        """
        whole = part == 0  # the first shipment has the draws of a whole order
        counts = np.bincount(of[whole], minlength=len(self.stocks))
        columns = self.timetable(counts, leaves[whole], quantity[whole])
        if whole.all():
            return columns
        rows = np.flatnonzero(~whole)
        rows = rows[np.lexsort((part[rows], of[rows]))]
        another = (np.diff(of[rows]) != 0) | (np.diff(part[rows]) != 0)
        begin = np.flatnonzero(np.append(True, another))
        places, parts = of[rows[begin]].tolist(), part[rows[begin]].tolist()
        names = [
            stream_name(self._names[place], f"shipment {k + 1}")
            for place, k in zip(places, parts, strict=True)
        ]
        routes = [self._shared_routes[place] for place in places]
        by_part = BulkPurchases(self.stocks[places], names, routes, self._streams)
        later = by_part.timetable(
            np.diff(np.append(begin, len(rows))), leaves[rows], quantity[rows], number[rows]
        )
        back = np.empty_like(part)
        back[np.concatenate((np.flatnonzero(whole), rows))] = np.arange(len(part))
        return replace(columns.then(later).where(back), part=part.astype(np.int32))

    def timetable(
        self, counts: Integers, placed: Floats, quantity: Floats, number: Integers | None = None
    ) -> PurchaseColumns:
        """Compute the milestones of purchase orders.

        Args:
            counts: number of orders of each stock: intp[stocks].
            placed: time of placing of each order, stock after stock, days.
            quantity: units of each order, in the same sequence.
            number: of each order within its stock, rising, where every stock has some; left out: they are the first
                orders of each stock.
        """
        n, begin = len(placed), np.cumsum(counts) - counts
        zeros = np.broadcast_to(np.int32(0), n)  # takes no memory
        whole = len(self._members) == 1
        passed: dict[str, NDArray[Any]] = {}
        for one in (*milestones(), Milestone("received")):
            never = False if one.flag else math.nan
            passed[one.name] = np.broadcast_to(never, n) if whole else np.full(n, never)
        draws = counts if number is None else number[begin + counts - 1] + 1
        for shared_route, places in self._members.items():
            own = counts[places]
            rows = slice(None) if whole else ranges(begin[places], own)
            days: Callable[[Delay, int], Floats] = partial(self._days, shared_route, places, draws[places])
            if number is not None:
                days = _chosen(days, draws[places], own, number[rows])
            batch = PurchaseBatch(placed[rows], quantity[rows], days, self._streams)
            for leg in shared_route.leg_sequence.legs:
                leg.columns(batch)
            batch.passed["received"] = batch.time
            for name, times in batch.passed.items():
                if whole:
                    passed[name] = times
                else:
                    passed[name][rows] = times
        return PurchaseColumns(
            stock=np.repeat(self.stocks.astype(np.int32), counts),
            source=zeros,
            number=ranges(np.zeros(len(counts), np.int32), counts)
            if number is None
            else number.astype(np.int32),
            part=zeros,
            placed=placed,
            quantity=quantity,
            received=passed.pop("received"),
            cancelled=np.broadcast_to(0.0, n),
            defects=np.broadcast_to(0.0, n),
            lost=np.broadcast_to(0.0, n),
            noticed=np.broadcast_to(math.nan, n),
            work=np.broadcast_to(0.0, n),
            passed=passed,
        )

    def _days(
        self, shared_route: SharedRoute, places: Integers, counts: Integers, delay: Delay, _: int
    ) -> Floats:
        """Draw a delay for each order of these stocks, in days, or read it from the draws made before.

        Args:
            shared_route: route shared by the stocks.
            places: positions of the stocks in `stocks`.
            counts: number of orders of each stock.
            delay: to draw.
            _: number of orders in total, as `PurchaseBatch.days` is called.
        """
        key = shared_route, delay.stream
        if key not in self._drawn or np.any(counts > self._drawn[key][0]):
            some = np.flatnonzero(counts)
            names = [f"{delay.stream}/{self._names[place]}" for place in places[some].tolist()]
            drawn = self._streams.first(delay.law, names, counts[some]) if names else np.zeros(0)
            self._drawn[key] = counts, drawn
        known, days = self._drawn[key]
        if np.array_equal(known, counts):
            return days
        fewer: Floats = days[ranges(np.cumsum(known) - known, counts)]
        return fewer


def _chosen(
    days: Callable[[Delay, int], Floats], draws: Integers, counts: Integers, number: Integers
) -> Callable[[Delay, int], Floats]:
    """Return a function that draws a delay (days) for some of the orders of each stock.

    Args:
        days: draws it for the first orders of each stock.
        draws: number of these.
        counts: number of orders that are chosen of each stock.
        number: of each of them within its stock.
    """
    place = np.repeat(np.cumsum(draws) - draws, counts) + number
    return lambda delay, n: days(delay, n)[place]
