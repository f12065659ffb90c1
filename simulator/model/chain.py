"""The supply side of a world: suppliers, lanes, customs offices and docks, shared by all stocks."""

from __future__ import annotations

from simulator.model import outlook
from simulator.model.clock import Clock
from simulator.model.customs import CustomsOffice
from simulator.model.lane import Lane
from simulator.model.pipeline import Way
from simulator.model.route import Delays, Places, Route
from simulator.model.supplier import Workshop
from simulator.model.warehouse import Dock
from simulator.orders.streams import Streams
from simulator.scenario import network
from simulator.scenario.scenario import Scenario


class SupplyChain:
    """Every place that goods pass, and the ways through them."""

    def __init__(self, scenario: Scenario, clock: Clock, streams: Streams) -> None:
        self._scenario = scenario
        self._clock = clock
        self._streams = streams
        self._workshops = {
            name: Workshop(clock, supplier.workshop)
            for name, supplier in scenario.suppliers.items()
            if supplier.workshop is not None
        }
        self._lanes = {(lane.origin, lane.destination): Lane(lane, streams) for lane in scenario.lanes}
        self._offices = {name: CustomsOffice(clock, office) for name, office in scenario.customs.items()}
        self._docks = {
            name: Dock(clock, site.dock)
            for name, site in scenario.warehouses.items()
            if site.dock is not None
        }
        self._ways: dict[tuple[str, str], Way] = {}
        """By supplier and warehouse, those that somebody asked for."""

    def lead_time(self, warehouse: str, product: str) -> tuple[float, float]:
        """Mean (days) and variance (days²) of the time goods take to a stock, without queues."""
        _, supplier, lane, port = self._sections(warehouse, product)
        office = None if port is None else self._scenario.customs[port]
        return outlook.lead_time_moments(supplier, lane, office, self._scenario.warehouses[warehouse].dock)

    def route(self, warehouse: str, product: str, unloading_rank: float) -> Route:
        """The way of purchase orders to a stock; ``unloading_rank``: sequence at the dock, low first."""
        name, supplier, lane, port = self._sections(warehouse, product)
        places = Places(
            self._workshops.get(name),
            self._lanes.get((name, warehouse)),
            None if port is None else self._offices[port],
            self._docks.get(warehouse),
        )
        delays = Delays(
            (name, supplier),
            lane,
            None if port is None else (port, self._scenario.customs[port]),
            self._scenario.warehouses[warehouse].dock,
            (warehouse, product),
            self._streams,
        )
        return Route(self._clock, supplier, places, delays, unloading_rank)

    def way(self, warehouse: str, product: str) -> Way:
        """What can be forecast of that way: all products that come it share what is known."""
        name, supplier, lane, port = self._sections(warehouse, product)
        known = self._ways.get((name, warehouse))
        if known is None:
            office = None if port is None else self._scenario.customs[port]
            site = self._scenario.warehouses[warehouse]
            known = Way(supplier, lane, office, site, (name, warehouse), self._streams)
            self._ways[name, warehouse] = known
        return known

    def _sections(
        self, warehouse: str, product: str
    ) -> tuple[str, network.Supplier, network.Lane | None, str | None]:
        """The supplier's name, supplier, lane and customs office's name on the way of a product to a warehouse."""
        scenario = self._scenario
        name = scenario.supplier_of(product)
        assert name is not None
        lane = scenario.lane_between(name, warehouse)
        return name, scenario.suppliers[name], lane, None if lane is None else lane.customs
