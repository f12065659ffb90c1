"""Quality of a source: good units of what it delivers, and purchase orders that never come."""

from __future__ import annotations

import math

from simulator.model.supply.purchase_order import PurchaseOrder
from simulator.orders.random.streams import Draws, SampledLaw, Streams, UniformLaw, stream_name
from simulator.scenario.sections.suppliers import GoodUnits, Supplier


class SourceQuality:
    """Good units and failures of the purchase orders of one stock from one source, drawn by number."""

    def __init__(self, supplier: Supplier, name: str, streams: Streams, stock: str) -> None:
        """Set up the streams.

        Args:
            supplier: section of the supplier.
            name: of the supplier.
            streams: of the replication.
            stock: end of the names of the random streams.
        """
        self._good = supplier.good
        self._fails = supplier.fails
        self._streams = streams
        self._stream = stream_name("supplier", name)
        self._stock = stock

        def draws(name: str, law: SampledLaw) -> Draws:
            return streams.draws(law, f"{self._stream}/{name}/{stock}")

        self._failing = draws("fails", UniformLaw())
        self._rounding = draws("rounding", UniformLaw())
        good = supplier.good
        self._shares = draws("yield", good.share) if isinstance(good, GoodUnits) else None

    def noticed_after(self, purchase: PurchaseOrder) -> float | None:
        """Return the days after which the shop notices that an order never comes; ``None`` if it comes."""
        fails = self._fails
        if fails is None or purchase.number < 0 or self._failing[purchase.number] >= fails.share:
            return None
        return fails.noticed_after

    def good_units(self, purchase: PurchaseOrder) -> float:
        """Draw the good units of an order that lands.

        Independent units are binomial; a share of all is rounded by one uniform number (Yano & Lee 1995).
        """
        units, good = purchase.quantity, self._good
        if good is None or purchase.number < 0:
            return units
        if self._shares is not None:
            exact = units * min(1.0, max(0.0, self._shares[purchase.number]))
            return min(units, float(math.floor(exact + self._rounding[purchase.number])))
        assert isinstance(good, float)
        rng = self._streams.generator(f"{self._stream}/yield/{self._stock}/{purchase.number}")
        whole = math.floor(units)
        found = float(rng.binomial(whole, good))
        # A part of a unit is good or not as a whole, else it would be ordered again in ever smaller parts.
        return found + (units - whole if units > whole and rng.random() < good else 0.0)
