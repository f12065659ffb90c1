"""A small shop with constant times, in which every message can be followed by hand."""

from __future__ import annotations

from typing import Any

from simulator.model.world import Record, simulate
from simulator.scenario.scenario import Scenario


def every(days: float, **stream: Any) -> dict[str, Any]:
    """A stream of orders for a ball each so many days, from day 0."""
    arrivals = {"type": "renewal", "interval": f"{days} days", "first": "0 days"}
    return {"product": "ball", "arrivals": arrivals, **stream}


def once(day: float, **stream: Any) -> dict[str, Any]:
    """One order."""
    arrivals = {"type": "renewal", "interval": "1000 days", "first": f"{day} days"}
    return {"product": "ball", "arrivals": arrivals, **stream}


def play(policies: dict[str, Any] | None = None, *, step: bool = False, **sections: Any) -> Record:
    """No stock, one order for a ball at 0; goods take 4 days, delivery one: allocated at 4, delivered at 5."""
    document: dict[str, Any] = {
        "run": {"horizon": "20 days", "cool_down": "40 days"},
        "products": {"ball": {"price": 10}},
        "demand": [once(0)],
        "warehouses": {"centre": {"stock": 0, "delivery": "1 day"}},
        "suppliers": {"factory": {"lead_time": "4 days"}},
        **sections,
    }
    document["policies"] = {"replenishment": {"type": "base_stock", "S": 0}, **(policies or {})}
    return simulate(Scenario.model_validate(document), step=step)
