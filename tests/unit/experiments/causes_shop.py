"""A small shop in which everything can make customers wait that is known to, each of it on its own."""

from typing import Any

from simulator.scenario.scenario import Scenario

WORLD: dict[str, dict[str, Any]] = {
    "peaks": {"profiles": [{"peak": "fair", "from": "2026-02-10", "to": "2026-02-14", "factor": 4}]},
    "seasons": {"profiles": [{"weekly": [2, 2, 1, 1, 1, 0, 0]}]},
    "capacity": {"suppliers": {"maker": {"capacity": "14/day", "lead_time": "3 days"}}},
    "lead_times": {"suppliers": {"maker": {"lead_time": {"dist": "gamma", "mean": "3 days", "cv": 1}}}},
    "transport": {"lanes": [{"transit": {"dist": "gamma", "mean": "6 days", "cv": 0.8}}]},
    "departures": {"lanes": [{"departures": {"every": "7 days"}}]},
    "customs": {
        "lanes": [{"customs": "port"}],
        "customs": {
            "port": {
                "documents": {"dist": "exponential", "mean": "1 day"},
                "inspection": {"probability": "40 %", "time": "8 days", "inspectors": 1},
            }
        },
    },
    "dock": {"warehouses": {"shop": {"dock": {"doors": 1, "unload": "1 day"}}}},
    "disruptions": {
        "suppliers": {
            "maker": {
                "disruptions": {
                    "strike": {
                        "up": {"dist": "exponential", "mean": "15 days"},
                        "down": "4 days",
                        "stops": "dispatch",
                    }
                }
            }
        }
    },
    "hours": {
        "suppliers": {"maker": {"closed": {"holidays": {"from": "2026-02-02", "to": "2026-02-09"}}}},
    },
    "quality": {"suppliers": {"maker": {"yield": "80 %"}}},
    "reserve": {"policies": {"allocation": {"type": "critical_level", "levels": {"new": 12}}}},
    "made_to_order": {
        "products": {
            "mug": {"made_to_order": {"workshop": "pottery", "share": "40 %", "time": "5 h", "blank": "mug"}}
        },
        "workshops": {"pottery": {"hours": "Mon-Fri 08:00-17:00"}},
    },
}
"""What brings each cause into the plain shop."""

PLAIN: dict[str, Any] = {
    "name": "A shop with troubles",
    "run": {
        "start": "2026-01-05",
        "warm_up": "20 days",
        "horizon": "90 days",
        "cool_down": "30 days",
        "replications": 3,
        "seed": 5,
    },
    "products": {"mug": {"price": 9, "cost": 4, "holding": "30 %/year"}, "jug": {"price": 20, "cost": 8}},
    "customers": {
        "gold": {"priority": 1},
        "new": {"priority": 2, "will_wait": "70 %", "patience": {"dist": "exponential", "mean": "20 days"}},
    },
    "demand": [
        {
            "products": {"mug": "6/day", "jug": "3/day"},
            "segments": {"gold": "40 %", "new": "60 %"},
            "quantity": {"dist": "discrete", "values": {1: "70 %", 2: "30 %"}},
            "also": {"jug": "10 %"},
        }
    ],
    "warehouses": {"shop": {}},
    "suppliers": {"maker": {"lead_time": "3 days"}},
    "lanes": [{"from": "maker", "to": "shop", "transit": "6 days"}],
    "policies": {"replenishment": {"type": "r_Q", "service_level": "80 %", "cover": "6 days"}},
}


def shop(*causes, **changes):
    """The plain shop with these causes, all if none is named; changes are laid over it in the end."""
    merged = PLAIN
    for name in causes or WORLD:
        merged = laid_over(merged, WORLD[name])
    return Scenario.model_validate(laid_over(merged, changes))


def laid_over(below, above, key=None):
    """Mappings merged, and the one lane; profiles joined; anything else replaced."""
    if isinstance(below, dict) and isinstance(above, dict):
        merged = {name: laid_over(below.get(name), value, name) for name, value in above.items()}
        return below | merged
    if key == "lanes":
        return [laid_over(below[0], above[0])]
    return [*(below or ()), *above] if key == "profiles" else above
