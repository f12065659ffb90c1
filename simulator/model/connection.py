"""The connection of a supplier with a warehouse: the way between them in one replication."""

from __future__ import annotations

from functools import cached_property

from simulator.model.leg import Delay, Ends, Places
from simulator.model.legs import Way
from simulator.model.pipeline import Forecasts
from simulator.orders.streams import Draws, Streams


class Connection:
    """What all products have in common that come from one supplier to one warehouse."""

    def __init__(self, ends: Ends, places: Places, streams: Streams) -> None:
        """``places``: shared with other connections."""
        self.way = Way(ends)
        self.supplier = ends.supplier
        self.places = places
        self.streams = streams
        self._same: dict[str, Draws] = {}
        """Draws of all stocks where chance has no part in them, by stream."""

    def draws(self, delay: Delay, stock: str) -> Draws:
        """What the purchase orders of a stock meet; ``stock``: how the names of that stock's streams end."""
        if delay.law.variance > 0.0:
            return self.streams.draws(delay.law, f"{delay.stream}/{stock}")
        if delay.stream not in self._same:
            self._same[delay.stream] = self.streams.draws(delay.law, delay.stream)
        return self._same[delay.stream]

    @cached_property
    def forecasts(self) -> Forecasts:
        """What can be forecast of the way to the customer."""
        return Forecasts(self.way, self.streams)
