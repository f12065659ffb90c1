"""What a purchase order can be held up by on its way, and the random streams in which that is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from simulator.orders.streams import Draws, Sampled, Streams, Uniform, stream_name
from simulator.scenario import network


@dataclass(frozen=True, slots=True)
class Delay:
    """One thing that takes time, in days, or one decision by chance.

    ``place``: how its streams' names begin; ``same``: the draws of all stocks, where chance has no part in them.
    """

    distribution: Sampled
    place: str
    same: Draws | None

    def stream(self, stock: str) -> str:
        """Name of a stock's stream; ``stock``: how the names of that stock's streams end."""
        return f"{self.place}/{stock}"

    def draws(self, stock: str, streams: Streams) -> Draws:
        """What the purchase orders of a stock meet."""
        return streams.draws(self.distribution, self.stream(stock)) if self.same is None else self.same


def delays_between(
    supplier: tuple[str, network.Supplier],
    lane: network.Lane | None,
    customs: tuple[str, network.Customs] | None,
    dock: network.Dock | None,
    streams: Streams,
) -> dict[str, Delay]:
    """All there is on the way through these places, by name; the same for every product that comes it."""
    found: dict[str, Delay] = {}

    def meet(name: str, distribution: Sampled, *place: str) -> None:
        begins = stream_name(*place, name)
        same = streams.draws(distribution, begins) if distribution.variance == 0.0 else None
        found[name] = Delay(distribution, begins, same)

    origin, source = supplier
    meet("lead_time", source.lead_time, "supplier", origin)
    if source.workshop is not None:
        meet("unit_time", source.workshop.unit_time, "supplier", origin)
    if lane is not None:
        meet("transit", lane.transit, "lane", lane.origin, lane.destination)
    if customs is not None:
        port, office = customs
        meet("documents", office.documents, "customs", port)
        meet("green_lane", office.green_lane, "customs", port)
        if office.inspection is not None:
            meet("chosen", Uniform(), "customs", port)
            meet("inspection", office.inspection.time, "customs", port)
    if dock is not None:
        meet("unload", dock.unload, "dock")
    return found


class Delays:
    """What the n-th purchase order of a stock meets on its way, whatever the policy: draws by index, in days."""

    def __init__(self, met: Mapping[str, Delay], stock: str, streams: Streams) -> None:
        """``met``: on the way, see `delays_between`; ``stock``: how the names of the stock's streams end."""

        def draws(name: str) -> Draws | None:
            delay = met.get(name)
            return None if delay is None else delay.draws(stock, streams)

        self.lead_time = met["lead_time"].draws(stock, streams)
        self.unit_time = draws("unit_time")
        self.transit = draws("transit")
        self.documents = draws("documents")
        self.green_lane = draws("green_lane")
        self.chosen = draws("chosen")
        self.inspection = draws("inspection")
        self.unload = draws("unload")
