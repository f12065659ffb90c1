"""A routing policy from outside the simulator: the warehouse from which the customer has the goods soonest."""

from collections.abc import Sequence
from typing import ClassVar

from pydantic import Field

from simulator.policies.routing import RoutedLine, RoutingPolicy, ServingPlace, expected
from simulator.values.units import Money


class SoonestToCustomer(RoutingPolicy):
    """Soonest to the customer: the warehouse whose goods are expected there first, at or below a delivery cost.

    A warehouse that can serve the line whole ships now, another one when the last unit lands that the line would wait
    for; the mean delivery time comes on top. Where no warehouse delivers at that cost, the line stays at its home.
    """

    always: ClassVar[bool] = True

    at_most: Money = Field(description="Highest delivery cost, in money for a parcel.")

    def place(self, line: RoutedLine, places: Sequence[ServingPlace]) -> int:
        """Return the warehouse, the first in sequence on ties."""
        affordable = [k for k, place in enumerate(places) if place.delivery_cost <= self.at_most]
        return min(affordable, key=lambda k: _arrival(line, places[k]), default=0)


def _arrival(line: RoutedLine, place: ServingPlace) -> float:
    """Return the time (days) at which the customer would have the goods."""
    ships = line.time if place.available >= line.units else max(line.time, expected(line, place))
    return ships + place.delivery_time
