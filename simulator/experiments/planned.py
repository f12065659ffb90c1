"""A scenario whose reorder levels stay as they were planned, whatever becomes of the world around them.

Levels that are left to the simulator follow the lead time and its spread. Where something is taken out of the world
to see what it did, they must not: the question is what would have happened to the same customers with the same plan.
"""

from __future__ import annotations

from pydantic import Field

from simulator.model.chain import SupplyChain
from simulator.model.clock import Clock
from simulator.model.outlook import demand_moments, outlook
from simulator.orders.book import draw
from simulator.orders.streams import Streams
from simulator.policies.replenishment import Outlook, Replenishment, ReplenishmentPolicy
from simulator.scenario.scenario import Scenario


class Held(ReplenishmentPolicy):
    """A policy whose levels are settled: another outlook does not change them."""

    policy: Replenishment

    def sized(self, _outlook: Outlook, /) -> ReplenishmentPolicy:
        """The policy as it is."""
        return self.policy


class Planned(Scenario):
    """A scenario with the replenishment policy of every stock given, its levels as numbers."""

    levels: dict[str, dict[str, Replenishment]] = Field(description="Warehouse, then product.")

    @classmethod
    def of(cls, scenario: Scenario) -> Planned:
        """The scenario with the levels that it starts with: it plays bit for bit the same.

        Raises ValueError where levels are sized by drawn demand on top of an order history: they differ from one
        replication to the next.
        """
        streams = Streams(scenario.run.seed, 0)
        book = draw(scenario, streams) if any(scenario.histories()) else None
        demand = demand_moments(scenario, book)
        chain = SupplyChain(scenario, Clock(scenario.run.end), streams)
        levels: dict[str, dict[str, ReplenishmentPolicy]] = {}
        derived = False
        for warehouse in scenario.warehouses:
            levels[warehouse] = {}
            for product in scenario.products:
                asked = scenario.replenishment_of(product, warehouse)
                expected = outlook(
                    demand.get((warehouse, product), (0.0, 0.0)),
                    chain.connection(warehouse, product).lead_time,
                )
                levels[warehouse][product] = asked.sized(expected)
                derived = derived or levels[warehouse][product] != asked
        if derived and any(scenario.histories()) and any(scenario.streams()):
            raise ValueError(
                "where drawn demand comes on top of an order history, replenishment needs its levels as numbers"
            )
        fields = {name: getattr(scenario, name) for name in Scenario.model_fields}
        return cls.model_construct(**fields, levels=levels)

    def replenishment_of(self, product: str, warehouse: str) -> ReplenishmentPolicy:
        """The policy of the stock, with every level a number."""
        return Held(policy=self.levels[warehouse][product])
