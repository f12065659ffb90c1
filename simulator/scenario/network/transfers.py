"""Lanes that carry transfers: which warehouses give goods to which, and checks of these lanes."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from simulator.values.mistakes import Place


def donors(scenario: Any) -> dict[str, tuple[str, ...]]:
    """Return the warehouses that may send transfers to each warehouse, in the sequence of the lanes.

    A warehouse that gets none is left out, and so are all without a policy for transfers.
    """
    found: dict[str, dict[str, None]] = {}
    if scenario.policies.transfers.moves:
        for lane in scenario.lanes:
            if lane.carries == "transfers":
                found.setdefault(lane.destination, {})[lane.origin] = None
    return {name: tuple(origins) for name, origins in found.items()}


def transferred(
    scenario: Any, stocks: Collection[tuple[str, str]] | None, *, waiting: bool
) -> frozenset[tuple[str, str]]:
    """Return the ends of the lanes over which the policy may move goods.

    Args:
        scenario: the scenario.
        stocks: warehouse and product of each stock; ``None`` if an order history may ask for any.
        waiting: True if customers may wait.
    """
    reacts = scenario.policies.transfers.reacts
    ends = ((origin, name) for name, origins in donors(scenario).items() for origin in origins)

    def goods(origin: str, destination: str) -> bool:
        if reacts and not (waiting and scenario.warehouses[destination].serves != ()):
            return False
        return stocks is None or any(
            (origin, product) in stocks and (destination, product) in stocks for product in scenario.products
        )

    return frozenset(one for one in ends if goods(*one))


def transfer_checks(scenario: Any) -> Iterator[tuple[Place, str]]:
    """Yield (place, message) for lanes that cannot carry transfers."""
    senders, seen = scenario.senders(), set[tuple[str, str]]()
    for k, lane in enumerate(scenario.lanes):
        if lane.carries != "transfers":
            continue
        origin, destination = lane.ends
        if origin not in scenario.warehouses or origin in scenario.suppliers:
            yield (
                ("lanes", k, "carries"),
                f"only warehouses give up goods to others, and '{origin}' is a supplier",
            )
        elif origin == destination:
            yield ("lanes", k), f"goods of '{origin}' would stay there"
        elif origin in senders.get(destination, ()):
            yield ("lanes", k, "carries"), f"'{origin}' supplies '{destination}' already"
        elif destination in senders.get(origin, ()):
            yield (
                ("lanes", k, "carries"),
                f"not supported yet: transfers to '{destination}', which supplies '{origin}'",
            )
        elif lane.ends in seen:
            yield (
                ("lanes", k),
                f"not supported yet: several lanes for transfers from '{origin}' to '{destination}'",
            )
        seen.add(lane.ends)
