"""Echelons of warehouses: how many warehouses stand between each and the customers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Senders = Mapping[str, Sequence[str]]
"""Warehouses that supply each warehouse; one that no other supplies is left out."""


def echelons(senders: Senders, warehouses: Sequence[str]) -> dict[str, int]:
    """Return the echelon of each warehouse: 0 if it supplies no other, else 1 more than the highest it supplies.

    Args:
        senders: without a circle.
        warehouses: names.
    """
    found = dict.fromkeys(warehouses, 0)
    changed = True
    while changed:
        changed = False
        for receiver, origins in senders.items():
            for origin in origins:
                if found[origin] <= found[receiver]:
                    found[origin] = found[receiver] + 1
                    changed = True
    return found
