"""Warehouses that serve each region, in the sequence of the routing policy, and the checks of that policy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from simulator.scenario.network.network_checks import replenishment_at
from simulator.values.mistakes import Place


def serving(scenario: Any) -> dict[str, list[str]]:
    """Return the names of the warehouses that serve each region, in the sequence of the file."""
    found: dict[str, list[str]] = {}
    for name, site in scenario.warehouses.items():
        for region in site.serves or ():
            found.setdefault(region, []).append(name)
    return found


def in_sequence(scenario: Any, region: str) -> tuple[str, ...]:
    """Return the names of the warehouses that may serve a region, in sequence; the first is its home."""
    sites, policy = scenario.warehouses, scenario.policies.routing
    found = tuple(name for name, site in sites.items() if site.serves is None or region in site.serves)
    if policy is None or len(found) < 2:
        return found
    in_turn: tuple[str, ...] = policy.in_sequence(
        region,
        found,
        lambda name: sites[name].delivery_to(region).mean,
        lambda name: sites[name].delivery_cost_to(region),
    )
    return in_turn if policy.moves else in_turn[:1]


def is_routed(scenario: Any) -> bool:
    """Test whether a line may be served from another warehouse than the home of its region."""
    policy = scenario.policies.routing
    return policy is not None and policy.moves and any(len(names) > 1 for names in serving(scenario).values())


def routing_checks(scenario: Any) -> Iterator[tuple[Place, str]]:
    """Yield (place, message) for regions with several warehouses and no policy for them, and for unknown names."""
    policy, served = scenario.policies.routing, dict[str, str]()
    if policy is not None:
        for place, message in policy.mistakes(serving(scenario)):
            yield ("policies", "routing", *place), message
        return
    for name, site in scenario.warehouses.items():
        for k, region in enumerate(site.serves or ()):
            key = region if site.terms else k
            if region in served:
                message = (
                    f"region '{region}' is served by '{served[region]}' already: say under 'policies.routing' "
                    "which of them serves a line"
                )
                yield ("warehouses", name, "serves", key), message
            served.setdefault(region, name)


_TOGETHER: Final = "together with routing"


def routed_checks(scenario: Any) -> Iterator[tuple[Place, str]]:
    """Yield (place, message) for what cannot be combined with lines that are served from several warehouses."""
    if not is_routed(scenario):
        return
    if scenario.policies.allocation.claims:
        yield ("policies", "allocation"), f"not supported yet: threshold clearing {_TOGETHER}"
    for name, product in scenario.products.items():
        if product.made is not None:
            yield ("products", name, "made_to_order"), f"not supported yet: made_to_order {_TOGETHER}"
    yield from _level_checks(scenario)


def _level_checks(scenario: Any) -> Iterator[tuple[Place, str]]:
    """Check that levels left to the simulator are of warehouses whose demand is known, once for each policy."""
    told: set[Place] = set()
    homes = {in_sequence(scenario, region)[0] for region in serving(scenario)}
    for warehouse, site in scenario.warehouses.items():
        if not site.serves or warehouse in homes or warehouse in scenario.depots:
            continue
        for product in scenario.products:
            place, policy = replenishment_at(scenario, product, warehouse)
            if place not in told and getattr(policy, "service_level", None) is not None:
                told.add(place)
                message = (
                    f"not supported yet: a 'service_level' for '{warehouse}', which is the home of no region: nobody "
                    "knows beforehand what the others will lack; give the levels as numbers"
                )
                yield (*place, "service_level"), message
