"""The connection of a supplier with a warehouse: all that does not depend on the product that comes it."""

from __future__ import annotations

from functools import cached_property

from simulator.model import outlook
from simulator.model.customs import CustomsOffice
from simulator.model.delays import delays_between
from simulator.model.lane import Lane
from simulator.model.pipeline import Way
from simulator.model.supplier import Workshop
from simulator.model.warehouse import Dock
from simulator.orders.streams import Streams
from simulator.scenario import network


class Places:
    """The places goods pass; ``None`` where there is none. They are shared with other connections."""

    def __init__(
        self, workshop: Workshop | None, lane: Lane | None, customs: CustomsOffice | None, dock: Dock | None
    ) -> None:
        self.workshop = workshop
        self.lane = lane
        self.customs = customs
        self.dock = dock

    @property
    def queues(self) -> bool:
        """Whether goods may have to wait for each other on the way."""
        busy_inspectors = self.customs is not None and self.customs.inspectors is not None
        return self.workshop is not None or busy_inspectors or self.dock is not None


class Connection:
    """What all products have in common that come from one supplier to one warehouse.

    ``supplier``, ``customs``, ``site``: as the scenario has them, with their names.
    """

    def __init__(
        self,
        supplier: tuple[str, network.Supplier],
        lane: network.Lane | None,
        customs: tuple[str, network.Customs] | None,
        site: tuple[str, network.Warehouse],
        places: Places,
        streams: Streams,
    ) -> None:
        self.supplier = supplier[1]
        self.places = places
        self.queues = places.queues
        self.delays = delays_between(supplier, lane, customs, site[1].dock, streams)
        """All there is on the way, by name."""
        self._ends = supplier[0], site[0]
        self._lane = lane
        self._office = None if customs is None else customs[1]
        self._site = site[1]
        self._streams = streams

    @property
    def independent(self) -> bool:
        """Whether a purchase order meets nothing on its way that depends on any other."""
        lane = self.places.lane
        return not self.queues and (lane is None or (lane.crossing and lane.timetable is None))

    @cached_property
    def lead_time(self) -> tuple[float, float]:
        """Mean (days) and variance (days²) of the time that goods take, without queues."""
        return outlook.lead_time_moments(self.supplier, self._lane, self._office, self._site.dock)

    @cached_property
    def way(self) -> Way:
        """What can be forecast of the way to the customer."""
        return Way(self.supplier, self._lane, self._office, self._site, self._ends, self._streams)
