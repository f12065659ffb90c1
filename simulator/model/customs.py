"""A customs office: papers for everybody, inspection for some, inspectors who may be busy."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import simpy
from simpy.events import Event

from simulator.model.clock import Clock, Phase
from simulator.model.purchase import PurchaseOrder
from simulator.scenario import network


class CustomsOffice:
    """Clears purchase orders. An inspection waits for one of the inspectors, first come first served."""

    def __init__(self, clock: Clock, office: network.Customs) -> None:
        inspection = office.inspection
        self._clock = clock
        self.inspected_share = 0.0 if inspection is None else inspection.probability
        self.inspectors = (
            None
            if inspection is None or inspection.inspectors is None
            else simpy.Resource(clock, capacity=inspection.inspectors)
        )

    def inspect(self, purchase: PurchaseOrder, duration: float) -> Generator[Event, Any, None]:
        """Part of a SimPy process: wait for an inspector, who then takes ``duration`` days."""
        assert self.inspectors is not None
        with self.inspectors.request() as turn:
            yield turn
            yield self._clock.at(self._clock.now + duration, Phase.RECEIPT, purchase.stock)
