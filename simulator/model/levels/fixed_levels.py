"""Scenario whose reorder levels stay as planned when other parts of it are changed.

Levels are found once, before anything is played, and are kept in the scenario. If a cause of waiting is
switched off to measure its effect, levels must not be sized anew: the question is what would have happened to
the same customers with the same plan.
"""

from __future__ import annotations

from pydantic import Field

from simulator.model.levels.stock_levels import all_levels
from simulator.policies.replenishment import Replenishment, ReplenishmentPolicy
from simulator.scenario.scenario import Scenario


class FixedLevels(Scenario):
    """Scenario that gives the replenishment policy of each stock, with every level a number."""

    levels: dict[str, dict[str, Replenishment]] = Field(description="Warehouse, then product.")

    @classmethod
    def of(cls, scenario: Scenario) -> FixedLevels:
        """Fix the levels of a scenario; it plays bit for bit the same.

        Raises:
            ValueError: a level is derived, and drawn demand comes on top of an order history.
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
        """Return the policy of a stock, with every level a number."""
        return self.levels[warehouse][product]


def with_fixed_levels(scenario: Scenario) -> Scenario:
    """Fix the levels of a scenario, so that no other process has to search for them.

    A scenario without levels to search for, or with levels that cannot be fixed, is returned as it is.
    """
    if isinstance(scenario, FixedLevels) or _mixed(scenario) or not _searched(scenario):
        return scenario
    return FixedLevels.of(scenario)


def _mixed(scenario: Scenario) -> bool:
    """Test whether drawn demand comes on top of an order history."""
    return any(scenario.histories()) and any(scenario.streams())


def _searched(scenario: Scenario) -> bool:
    """Test whether a policy leaves a level to be searched for."""
    asked = [scenario.policies.replenishment]
    asked += [site.replenishment for site in scenario.warehouses.values() if site.replenishment is not None]
    asked += [
        product.replenishment for product in scenario.products.values() if product.replenishment is not None
    ]
    return any(policy.target() is not None for policy in asked)
