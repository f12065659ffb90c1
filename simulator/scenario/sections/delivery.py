"""Delivery terms: time and cost from a warehouse to the customers of a region."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from simulator.laws.distributions import Distribution, OptionalDurationDistribution
from simulator.values.idle_keys import IdleKey, ScenarioFacts
from simulator.values.section import Section
from simulator.values.units import Money


class DeliveryTerms(Section):
    """Delivery from a warehouse to one of its regions, where it differs from the warehouse's own."""

    delivery: OptionalDurationDistribution = Field(
        default=None, description="Time from shipping to the customer; left out: the warehouse's own."
    )
    delivery_cost: Money | None = Field(
        default=None, description="Money for each parcel; left out: the warehouse's own."
    )

    def given(self) -> Iterator[tuple[str, Any]]:
        """Yield the keys that differ from the warehouse's own by being given, with their values."""
        terms = (("delivery", self.delivery), ("delivery_cost", self.delivery_cost))
        return ((key, value) for key, value in terms if value is not None)


Regions = tuple[str, ...] | dict[str, DeliveryTerms]


def _listed(regions: Regions) -> Regions:
    """Return the names alone if no region has terms, so that both ways to write them are the same scenario."""
    if isinstance(regions, dict) and not any(any(terms.given()) for terms in regions.values()):
        return tuple(regions)
    return regions


ServedRegions = Annotated[Regions, AfterValidator(_listed)]
"""Regions of a warehouse: a list, or a mapping from each region to its terms."""


def idle_terms(
    name: str,
    regions: Mapping[str, DeliveryTerms],
    delivery: Distribution,
    cost: float,
    around: ScenarioFacts,
) -> Iterator[IdleKey]:
    """Yield the terms of a warehouse that no delivery follows.

    Args:
        name: of the warehouse.
        regions: terms by region.
        delivery: the warehouse's own.
        cost: the warehouse's own, money.
        around: facts about the scenario.
    """
    own = {"delivery": delivery, "delivery_cost": cost}
    # another law draws other numbers, though it be equal, and promises draw the warehouse's own for every region
    by_chance = delivery.variance > 0.0
    for region, terms in regions.items():
        unknown = around.regions is not None and region not in around.regions
        for key, value in terms.given():
            ranks = around.routed_by == {"delivery": "time", "delivery_cost": "cost"}[key]
            if unknown:
                yield IdleKey(("serves", region, key), "no order comes from this region")
            elif around.served is not None and region not in around.served[name] and not ranks:
                yield IdleKey(("serves", region, key), "all orders of this region are served from its home")
            elif value == own[key] and not (key == "delivery" and by_chance):
                yield IdleKey(("serves", region, key), "it is the warehouse's own", by_value=True)
    for key in own:
        common = any(getattr(terms, key) is None for terms in regions.values())
        if regions and not common and not (key == "delivery" and by_chance and around.dated):
            yield IdleKey((key,), "each region that the warehouse serves has its own")
