"""The supply side of a world: the connections of suppliers with warehouses, shared by all stocks."""

from __future__ import annotations

from simulator.model.clock import Clock
from simulator.model.leg import Ends, Places
from simulator.model.route import Connection, Route
from simulator.orders.streams import Streams, stream_name
from simulator.scenario.scenario import Scenario


class SupplyChain:
    """All ways that goods take.

    ``places`` can go on with those of another chain: they keep what they have to remember themselves.
    """

    def __init__(
        self, scenario: Scenario, clock: Clock, streams: Streams, places: Places | None = None
    ) -> None:
        self.places = places or Places()
        self._scenario = scenario
        self._clock = clock
        self._streams = streams
        self._sources = scenario.sources()
        self._connections: dict[tuple[str, str], Connection] = {}
        """By names of supplier and warehouse, those that somebody asked for."""

    def connection(self, warehouse: str, product: str, source: int = 0) -> Connection:
        """By which connection a product comes to a warehouse from one of its sources."""
        ends = self._sources[product][source], warehouse
        if ends not in self._connections:
            self._connections[ends] = Connection(Ends.of(self._scenario, *ends), self.places, self._streams)
        return self._connections[ends]

    def route(self, warehouse: str, product: str, unloading_rank: float, source: int = 0) -> Route:
        """The way of purchase orders to a stock from one of its sources.

        Where there are several sources the draws of each have streams of their own.

        Args:
            warehouse: name.
            product: name.
            unloading_rank: sequence at the dock, low first.
            source: index among the suppliers of the product.
        """
        suppliers = self._sources[product]
        ends = stream_name(warehouse, product, *(suppliers[source : source + 1] if suppliers[1:] else ()))
        connection = self.connection(warehouse, product, source)
        return Route(self._clock, connection, ends, unloading_rank, source)
