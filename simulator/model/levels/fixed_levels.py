"""A scenario whose reorder levels stay as they were planned, whatever becomes of the world around them.

Levels are found once, before anything is played, and travel with the scenario. Where something is taken out of the
world to see what it did, they must not follow: the question is what would have happened to the same customers with the
same plan.
"""

from __future__ import annotations

from pydantic import Field

from simulator.model.levels.stock_levels import all_levels
from simulator.policies.replenishment import Replenishment, ReplenishmentPolicy
from simulator.scenario.scenario import Scenario


class FixedLevels(Scenario):
    """A scenario with the replenishment policy of every stock given, its levels as numbers."""

    levels: dict[str, dict[str, Replenishment]] = Field(description="Warehouse, then product.")

    @classmethod
    def of(cls, scenario: Scenario) -> FixedLevels:
        """The scenario with the levels that it starts with: it plays bit for bit the same.

        Raises ValueError where levels are sized by drawn demand on top of an order history: they differ from one
        replication to the next.
        """
        levels: dict[str, dict[str, ReplenishmentPolicy]] = {name: {} for name in scenario.warehouses}
        derived = False
        for (warehouse, product), level in all_levels(scenario).items():
            levels[warehouse][product] = level.policy
            derived = derived or level.policy != scenario.replenishment_of(product, warehouse)
        if derived and _mixed(scenario):
            raise ValueError(
                "where drawn demand comes on top of an order history, replenishment needs its levels as numbers"
            )
        fields = {name: getattr(scenario, name) for name in Scenario.model_fields}
        return cls.model_construct(**fields, levels=levels)

    def replenishment_of(self, product: str, warehouse: str) -> ReplenishmentPolicy:
        """The policy of the stock, with every level a number."""
        return self.levels[warehouse][product]


def with_fixed_levels(scenario: Scenario) -> Scenario:
    """The scenario with its levels, if any has to be searched for: so that no other process has to."""
    if isinstance(scenario, FixedLevels) or _mixed(scenario) or not _searched(scenario):
        return scenario
    return FixedLevels.of(scenario)


def _mixed(scenario: Scenario) -> bool:
    """Whether drawn demand comes on top of an order history."""
    return any(scenario.histories()) and any(scenario.streams())


def _searched(scenario: Scenario) -> bool:
    """Whether a policy leaves a level to be searched for."""
    asked = [scenario.policies.replenishment]
    asked += [site.replenishment for site in scenario.warehouses.values() if site.replenishment is not None]
    asked += [
        product.replenishment for product in scenario.products.values() if product.replenishment is not None
    ]
    return any(policy.target() is not None for policy in asked)
