"""The supply side of a world: suppliers, lanes, customs offices and docks, shared by all stocks."""

from __future__ import annotations

from simulator.model.clock import Clock
from simulator.model.connection import Connection, Places
from simulator.model.customs import CustomsOffice
from simulator.model.delays import Delays
from simulator.model.lane import Lane
from simulator.model.route import Route
from simulator.model.supplier import Workshop
from simulator.model.warehouse import Dock
from simulator.orders.streams import Streams, stream_name
from simulator.scenario.scenario import Scenario

Lanes = dict[tuple[str, str], Lane]
"""By supplier and warehouse."""


class SupplyChain:
    """Every place that goods pass, and the ways through them.

    ``lanes`` can go on with those of another chain: they keep what they have to remember themselves.
    """

    def __init__(
        self, scenario: Scenario, clock: Clock, streams: Streams, lanes: Lanes | None = None
    ) -> None:
        self._scenario = scenario
        self._clock = clock
        self._streams = streams
        self._workshops = {
            name: Workshop(clock, supplier.workshop)
            for name, supplier in scenario.suppliers.items()
            if supplier.workshop is not None
        }
        self.lanes = lanes or {
            (lane.origin, lane.destination): Lane(lane, streams) for lane in scenario.lanes
        }
        self._offices = {name: CustomsOffice(clock, office) for name, office in scenario.customs.items()}
        self._docks = {
            name: Dock(clock, site.dock)
            for name, site in scenario.warehouses.items()
            if site.dock is not None
        }
        self._supplier_of: dict[str, str] = {}
        for name, supplier in scenario.suppliers.items():
            for product in supplier.products or scenario.products:
                self._supplier_of.setdefault(product, name)
        self._connections: dict[tuple[str, str], Connection] = {}
        """By names of supplier and warehouse, those that somebody asked for."""

    def connection(self, warehouse: str, product: str) -> Connection:
        """By which connection a product comes to a warehouse."""
        supplier = self._supplier_of[product]
        known = self._connections.get((supplier, warehouse))
        if known is None:
            known = self._connections[supplier, warehouse] = self._connect(supplier, warehouse)
        return known

    def _connect(self, supplier: str, warehouse: str) -> Connection:
        scenario = self._scenario
        lane = scenario.lane_between(supplier, warehouse)
        port = None if lane is None else lane.customs
        places = Places(
            self._workshops.get(supplier),
            self.lanes.get((supplier, warehouse)),
            None if port is None else self._offices[port],
            self._docks.get(warehouse),
        )
        return Connection(
            (supplier, scenario.suppliers[supplier]),
            lane,
            None if port is None else (port, scenario.customs[port]),
            (warehouse, scenario.warehouses[warehouse]),
            places,
            self._streams,
        )

    def route(self, warehouse: str, product: str, unloading_rank: float) -> Route:
        """The way of purchase orders to a stock; ``unloading_rank``: sequence at the dock, low first."""
        connection = self.connection(warehouse, product)
        delays = Delays(connection.delays, stream_name(warehouse, product), self._streams)
        return Route(self._clock, connection, delays, unloading_rank)
