"""Restrictions on runs played in windows: sections whose state would have to pass from one window to the next."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from simulator.policies.compensation import NoCompensation
from simulator.policies.promise import NoPromise
from simulator.scenario.customers import Demand

if TYPE_CHECKING:
    from simulator.policies.replenishment import ReplenishmentPolicy
    from simulator.scenario.mistakes import Place
    from simulator.scenario.scenario import Scenario


def window_checks(scenario: Scenario) -> Iterator[tuple[Place, str]]:
    """Yield (place, message) for each part of the scenario that ``run.window`` does not support."""
    window = scenario.run.window
    if window is None:
        return
    if window % 1.0:
        yield ("run", "window"), "a window is a whole number of days"
    for place, part in _unsupported(scenario):
        yield place, f"not supported yet: run.window together with {part}"


def _unsupported(scenario: Scenario) -> Iterator[tuple[Place, str]]:
    """Yield (place, name) of each part of the scenario whose state cannot pass between windows yet."""
    yield from _customers(scenario)
    yield from _policies(scenario)
    yield from _supply(scenario)
    for name in ("support_desk", "satisfaction", "loyalty"):
        if getattr(scenario, name) is not None:
            yield (name,), f"'{name}'"


def _customers(scenario: Scenario) -> Iterator[tuple[Place, str]]:
    for k, source in enumerate(scenario.demand):
        if not isinstance(source, Demand):
            yield ("demand", k), "an order history"
        elif source.due:
            yield ("demand", k, "due"), "orders that are due later"
    for name, segment in scenario.customers.items():
        if segment.impatience is not None:
            yield ("customers", name, "impatience"), "'impatience'"
    for name, product in scenario.products.items():
        if product.substitutes:
            yield ("products", name, "substitutes"), "substitutes"


def _policies(scenario: Scenario) -> Iterator[tuple[Place, str]]:
    policies = scenario.policies
    if not isinstance(policies.promise, NoPromise):
        yield ("policies", "promise"), "promises"
    if policies.communication is not None:
        yield ("policies", "communication"), "communication"
    if not isinstance(policies.compensation, NoCompensation):
        yield ("policies", "compensation"), "compensation"
    if policies.payment is not None:
        yield ("policies", "payment"), "payment"
    if policies.allocation.claims:
        yield ("policies", "allocation"), "threshold clearing"
    yield from (
        ((*place, "replenishment"), "'on_cancel: cancel'")
        for place, policy in _replenishment(scenario)
        if policy is not None and policy.on_cancel != "keep"
    )


def _replenishment(scenario: Scenario) -> Iterator[tuple[Place, ReplenishmentPolicy | None]]:
    yield ("policies",), scenario.policies.replenishment
    for name, product in scenario.products.items():
        yield ("products", name), product.replenishment
    for name, site in scenario.warehouses.items():
        yield ("warehouses", name), site.replenishment


def _supply(scenario: Scenario) -> Iterator[tuple[Place, str]]:
    for name, supplier in scenario.suppliers.items():
        if supplier.workshop is not None:
            key = "capacity" if supplier.production is None else "production"
            yield ("suppliers", name, key), "production lines"
    for name, office in scenario.customs.items():
        if office.inspection is not None and office.inspection.inspectors is not None:
            yield ("customs", name, "inspection", "inspectors"), "'inspectors'"
    for name, site in scenario.warehouses.items():
        if site.pickers is not None:
            yield ("warehouses", name, "pickers"), "'pickers'"
        if site.dock is not None:
            yield ("warehouses", name, "dock"), "a dock"
