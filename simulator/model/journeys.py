"""The ways of many purchase orders, worked out at once: what several stocks have ordered first, and when it lands."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from simulator.model.connection import Connection
from simulator.model.purchase import Purchases
from simulator.orders.lines import ranges
from simulator.orders.streams import Streams

Column = NDArray[np.float64]
Places = NDArray[np.intp]


class Journeys:
    """The ways of several stocks, on which no purchase order depends on any other.

    ``stocks``: their numbers; ``names``: how the names of their streams end; ``connections``: by which goods come.
    """

    def __init__(
        self, stocks: Places, names: Sequence[str], connections: Sequence[Connection], streams: Streams
    ) -> None:
        self.stocks = stocks
        self._names = names
        self._streams = streams
        members: dict[Connection, list[int]] = {}
        for place, connection in enumerate(connections):
            members.setdefault(connection, []).append(place)
        self._members = {connection: np.array(places, np.intp) for connection, places in members.items()}
        self._drawn: dict[str, tuple[Places, Column | None]] = {}
        """By name of the delay: how many of each stock's orders have met it, and what each met."""

    def timetable(self, counts: Places, placed: Column, quantity: Column) -> Purchases:
        """The first purchase orders of each stock, with the times at which they pass each place on their way.

        Of each stock there are so many as ``counts`` says, one stock's after the other's; placed: days; quantity:
        units.
        """
        n = len(placed)
        nowhere = np.broadcast_to(math.nan, n)  # takes no memory

        def delay(name: str) -> Column:
            """Days, nan where the way has no such place."""
            days = self._days(name, counts)
            return nowhere if days is None else days

        produced = received = placed + delay("lead_time")
        departed = arrived = cleared = nowhere
        inspected = np.zeros(n, np.bool_)
        if any(connection.places.lane is not None for connection in self._members):
            arrived = produced + delay("transit")
            departed = np.where(np.isnan(arrived), math.nan, produced)
            received = np.where(np.isnan(arrived), produced, arrived)
        if any(connection.places.customs is not None for connection in self._members):
            ready = received + delay("documents")
            inspected = delay("chosen") < np.repeat(self._inspected_shares(), counts)
            cleared = np.where(inspected, ready + delay("inspection"), ready + delay("green_lane"))
            received = np.where(np.isnan(cleared), received, cleared)
        return Purchases(
            stock=np.repeat(self.stocks.astype(np.int32), counts),
            number=ranges(np.zeros(len(counts), np.int32), counts),
            placed=placed,
            quantity=quantity,
            produced=produced,
            departed=departed,
            arrived=arrived,
            cleared=cleared,
            received=received,
            inspected=inspected,
            cancelled=np.broadcast_to(0.0, n),
        )

    def _days(self, name: str, counts: Places) -> Column | None:
        """That delay of each order, nan where its way has none; ``None`` if no order has any."""
        if name not in self._drawn or np.any(counts > self._drawn[name][0]):
            self._drawn[name] = counts, self._draw(name, counts)
        known, days = self._drawn[name]
        if days is None or np.array_equal(known, counts):
            return days
        fewer: Column = days[ranges(np.cumsum(known) - known, counts)]
        return fewer

    def _draw(self, name: str, counts: Places) -> Column | None:
        days: Column | None = None
        begin = np.cumsum(counts) - counts
        for connection, places in self._members.items():
            delay = connection.delays.get(name)
            some = places[counts[places] > 0]
            if delay is None or not len(some):
                continue
            names = [delay.stream(self._names[place]) for place in some.tolist()]
            drawn = self._streams.first(delay.distribution, names, counts[some])
            if len(self._members) == 1:
                return drawn
            if days is None:
                days = np.full(int(counts.sum()), math.nan)
            days[ranges(begin[some], counts[some])] = drawn
        return days

    def _inspected_shares(self) -> Column:
        """Chance of an inspection, by stock."""
        shares = np.zeros(len(self.stocks))
        for connection, places in self._members.items():
            if connection.places.customs is not None:
                shares[places] = connection.places.customs.inspected_share
        return shares
