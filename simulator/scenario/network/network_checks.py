"""Checks of warehouses that supply each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from simulator.policies.replenishment import LEVELLED, ReplenishmentPolicy
from simulator.scenario.network.echelons import Senders
from simulator.values.mistakes import Place


def circle(senders: Senders) -> list[str]:
    """Return the warehouses of a circle in the direction of the goods, the first one repeated; empty without any."""
    done: set[str] = set()

    def within(path: list[str]) -> list[str]:
        if path[-1] in path[:-1]:
            return path[path.index(path[-1]) :][::-1]
        if path[-1] in done:
            return []
        for origin in senders.get(path[-1], ()):
            if found := within([*path, origin]):
                return found
        done.add(path[-1])
        return []

    return next((found for name in senders if (found := within([name]))), [])


def circle_checks(scenario: Any) -> Iterator[tuple[Place, str]]:
    """Yield the mistake of warehouses that supply each other in a circle: place and message."""
    if found := circle(scenario.senders()):
        yield ("lanes",), f"goods would go round in a circle: {' → '.join(found)}"


_TOGETHER: Final = "together with goods from another warehouse"


def network_checks(scenario: Any) -> Iterator[tuple[Place, str]]:
    """Yield (place, message) for what cannot be combined with warehouses that supply each other."""
    senders = scenario.senders()
    if not senders:
        return
    if scenario.policies.allocation.claims:
        yield ("policies", "allocation"), f"not supported yet: threshold clearing {_TOGETHER}"
    yield from _level_checks(scenario, senders)
    for name, site in scenario.warehouses.items():
        for other in site.internal.priorities:
            if name not in senders.get(other, ()):
                yield (
                    ("warehouses", name, "internal", "priorities", other),
                    f"no lane leads from '{name}' there",
                )


def _level_checks(scenario: Any, senders: Senders) -> Iterator[tuple[Place, str]]:
    """Check that the delay is known behind which a level is left to the simulator, once for each policy."""
    told: set[Place] = set()
    for warehouse, depots in senders.items():
        for product in scenario.products:
            place, policy = replenishment_at(scenario, product, warehouse)
            if place in told or getattr(policy, "service_level", None) is None:
                continue
            for depot in depots:
                other = scenario.replenishment_of(product, depot)
                if type(other) not in LEVELLED:
                    told.add(place)
                    message = (
                        f"not supported yet: a 'service_level' for '{warehouse}' behind '{depot}', which replenishes "
                        f"by '{other.kind}'; give the levels as numbers"
                    )
                    yield (*place, "service_level"), message
                    break


def replenishment_at(scenario: Any, product: str, warehouse: str) -> tuple[Place, ReplenishmentPolicy]:
    """Return the place of a stock's replenishment policy in the file, and the policy."""
    policy = scenario.replenishment_of(product, warehouse)
    if scenario.warehouses[warehouse].replenishment is not None:
        return ("warehouses", warehouse, "replenishment"), policy
    if scenario.products[product].replenishment is not None:
        return ("products", product, "replenishment"), policy
    return ("policies", "replenishment"), policy
