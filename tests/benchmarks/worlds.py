"""Shops to time: what they have in common is little, what each is for is said in its function."""

from __future__ import annotations

from typing import Any

PRESS = {"press": {"lead_time": {"dist": "gamma", "mean": "2 days", "cv": 0.3}}}


def reorder_level(days: float = 1000.0) -> dict[str, Any]:
    """One product, (r,Q), 1,000 orders a day: hardly anything can be decided."""
    return {
        "name": "one product (r,Q)",
        "run": {"horizon": f"{days} days", "cool_down": "0 days"},
        "products": {"book": {"price": 20, "cost": 12}},
        "demand": [{"product": "book", "rate": "1000/day"}],
        "suppliers": PRESS,
        "policies": {"replenishment": {"type": "r_Q", "r": 2500, "Q": 3000}},
    }


def one_for_one(days: float = 1000.0) -> dict[str, Any]:
    """Every order brings a purchase order of its own."""
    shop = reorder_level(days)
    return {
        **shop,
        "name": "base stock one for one",
        "policies": {"replenishment": {"type": "base_stock", "S": 2075}},
    }


def rationing(days: float = 200.0) -> dict[str, Any]:
    """Two classes and a critical level; one line in two meets no more than that level, so that its class decides."""
    shop = reorder_level(days)
    return {
        **shop,
        "name": "rationing",
        "customers": {"gold": {"priority": 1}, "standard": {"priority": 2}},
        "demand": [{"product": "book", "rate": "1000/day", "segments": {"gold": "50 %", "standard": "50 %"}}],
        "policies": {
            "replenishment": {"type": "r_Q", "r": 2000, "Q": 500},
            "allocation": {"type": "critical_level", "levels": {"standard": 270}},
        },
    }


def planner(days: float = 365.0) -> dict[str, Any]:
    """A planner's year: promises that follow the supply, patience, messages, customs; one line in twenty waits."""
    names = [f"product {k}" for k in range(100)]
    return {
        "name": "planner's year",
        "run": {"horizon": f"{days} days", "cool_down": "0 days"},
        "products": {name: {"price": 10 + k, "cost": 5} for k, name in enumerate(names)},
        "customers": {
            "gold": {
                "priority": 1,
                "will_wait": "90 %",
                "patience": {"dist": "weibull", "mean": "25 days", "cv": 0.6},
                "impatience": {},
            },
            "standard": {
                "priority": 2,
                "will_wait": "80 %",
                "patience": {"dist": "weibull", "mean": "16 days", "cv": 0.8},
                "impatience": {},
            },
            "new": {
                "priority": 3,
                "will_wait": "60 %",
                "patience": {"dist": "exponential", "mean": "10 days"},
            },
        },
        "demand": [
            {
                "products": dict.fromkeys(names, "10/day"),
                "segments": {"gold": "20 %", "standard": "50 %", "new": "30 %"},
                "quantity": {"dist": "geometric", "mean": 1.5},
            }
        ],
        "warehouses": {
            "centre": {
                "pick_time": {"dist": "exponential", "mean": "0.3 days"},
                "delivery": {"dist": "gamma", "mean": "2 days", "cv": 0.5},
            }
        },
        "suppliers": {"works": {"lead_time": {"dist": "gamma", "mean": "10 days", "cv": 0.4}}},
        "lanes": [
            {
                "from": "works",
                "to": "centre",
                "transit": {"dist": "gamma", "mean": "20 days", "cv": 0.3},
                "customs": "port",
            }
        ],
        "customs": {
            "port": {
                "documents": {"dist": "gamma", "mean": "2 days", "cv": 1},
                "green_lane": "1 day",
                "inspection": {"probability": "5 %", "time": {"dist": "gamma", "mean": "3 days", "cv": 1}},
            }
        },
        "policies": {
            "replenishment": {"type": "r_Q", "service_level": "70 %", "cover": "28 days"},
            "allocation": "priority",
            "promise": "available_to_promise",
            "communication": {"update_every": "7 days"},
        },
    }


def planner_with_fixed_dates(days: float = 365.0) -> dict[str, Any]:
    """The same year with dates that are never revised."""
    shop = planner(days)
    policies = {**shop["policies"], "promise": {"type": "fixed", "lead_time": "35 days"}}
    return {**shop, "name": "… with fixed dates", "policies": policies}


def plain_planner(days: float = 365.0) -> dict[str, Any]:
    """The same once more with what a planner's year cannot do without, and nothing else.

    Left out: quantities, classes that go first, and times of picking and delivery that vary.
    """
    shop = planner_with_fixed_dates(days)
    demand = [{key: value for key, value in stream.items() if key != "quantity"} for stream in shop["demand"]]
    return {
        **shop,
        "name": "… one unit a line, first come first served",
        "demand": demand,
        "warehouses": {"centre": {"delivery": "2 days"}},
        "policies": {**shop["policies"], "allocation": "fcfs"},
    }


def range_of(products: int = 10_000, orders: int = 1_000_000, rate: float = 1.0) -> dict[str, Any]:
    """A range of products with ``rate`` orders a day each, over as many days as give the number of orders."""
    names = [f"product {k}" for k in range(products)]
    return {
        "name": f"{products:,} products" if products > 1 else "one product",
        "run": {"horizon": f"{orders / products / rate} days", "cool_down": "0 days"},
        "products": {name: {"price": 10, "cost": 5} for name in names},
        "demand": [{"products": dict.fromkeys(names, f"{rate}/day")}],
        "suppliers": {"works": {"lead_time": {"dist": "gamma", "mean": "10 days", "cv": 0.4}}},
        "policies": {"replenishment": {"type": "r_Q", "service_level": "95 %", "cover": "20 days"}},
    }


def two_sources(days: float = 365.0) -> dict[str, Any]:
    """Hundred products from a slow and a fast supplier each; the fast one is asked while the slow one is full."""
    names = [f"product {k}" for k in range(100)]
    return {
        "name": "100 products from two sources",
        "run": {"horizon": f"{days} days", "warm_up": "0 days", "replications": 1},
        "products": {name: {"price": 10, "cost": 5} for name in names},
        "demand": [{"products": dict.fromkeys(names, "10/day")}],
        "suppliers": {
            "far": {"lead_time": {"dist": "gamma", "mean": "20 days", "cv": 0.3}},
            "near": {"lead_time": {"dist": "gamma", "mean": "5 days", "cv": 0.3}, "price": 6},
        },
        "policies": {
            "replenishment": {"type": "r_Q", "service_level": "95 %", "cover": "21 days"},
            "sourcing": "fallback",
        },
    }


def interrupted_sources(days: float = 365.0) -> dict[str, Any]:
    """`two_sources` with opening hours, holidays, closures, disruptions, and customs."""
    shop = two_sources(days)
    far, near = shop["suppliers"]["far"], shop["suppliers"]["near"]
    hours = {"hours": "Mon-Fri 08:00-17:00", "holidays": "GB"}
    strike = {"up": {"dist": "exponential", "mean": "90 days"}, "down": "5 days", "stops": "dispatch"}
    flood = {"up": {"dist": "exponential", "mean": "200 days"}, "down": "9 days", "stops": "orders"}
    return {
        **shop,
        "name": "two sources with trouble",
        "suppliers": {
            "far": {
                **far,
                "disruptions": {"strike": strike, "flood": flood},
                "closed": {"new year": {"from": "2026-02-10", "to": "2026-02-24"}},
            },
            "near": {**near, "holidays": "GB", "yield": "97 %"},
        },
        "lanes": [
            {
                "from": "far",
                "to": "centre",
                "transit": {"dist": "gamma", "mean": "5 days", "cv": 0.3},
                "customs": "port",
            },
        ],
        "warehouses": {"centre": {"closed": {"stock taking": {"from": "2026-06-30", "to": "2026-07-01"}}}},
        "customs": {"port": {"documents": {"dist": "gamma", "mean": "1 day", "cv": 1}, **hours}},
    }


def network(
    products: int = 2_000,
    *,
    lines: float = 5_000.0,
    days: float = 365.0,
    warehouses: int = 20,
    suppliers: int = 40,
) -> dict[str, Any]:
    """Warehouses of one region each behind two depots, which import every product through customs offices.

    Args:
        products: number of products; the k-th most popular is asked for in proportion to k^-0.74.
        lines: order lines a day, shared equally among the regions.
        days: length of the run in days.
        warehouses: number of warehouses, one half behind each depot.
        suppliers: number of suppliers, each of which makes an equal part of the products.
    """
    names, places = [f"product {k}" for k in range(products)], [f"warehouse {n}" for n in range(warehouses)]
    shares = [(k + 1) ** -0.74 for k in range(products)]
    rates = [lines * share / sum(shares) for share in shares]
    depots = ["depot 0", "depot 1"]
    return {
        "name": f"{products:,} products in a network",
        "run": {"horizon": f"{days} days", "cool_down": "60 days", "replications": 1},
        "products": {name: {"price": 10 + k % 90, "cost": 5 + k % 40} for k, name in enumerate(names)},
        "demand": [
            {
                "products": {name: f"{rate:.9g}/day" for name, rate in zip(names, rates, strict=True)},
                "regions": {f"region {n}": 1 / warehouses for n in range(warehouses)},
            }
        ],
        "warehouses": {
            **{name: {"serves": []} for name in depots},
            **{name: {"serves": [f"region {n}"], "delivery": "2 days"} for n, name in enumerate(places)},
        },
        "suppliers": {
            f"supplier {n}": {
                "products": names[n::suppliers],
                "lead_time": {"dist": "gamma", "mean": f"{8 + n % 10} days", "cv": 0.4},
            }
            for n in range(min(suppliers, products))
        },
        "lanes": [
            *(
                {
                    "from": f"supplier {n}",
                    "to": depot,
                    "customs": f"office {n % 12}",
                    "transit": {"dist": "gamma", "mean": f"{6 + n % 7} days", "cv": 0.3},
                }
                for depot in depots
                for n in range(min(suppliers, products))
            ),
            *(
                {
                    "from": depots[n % 2],
                    "to": name,
                    "transit": {"dist": "gamma", "mean": f"{1 + n % 4} days", "cv": 0.3},
                }
                for n, name in enumerate(places)
            ),
        ],
        "customs": {
            f"office {n}": {
                "documents": {"dist": "gamma", "mean": "2 days", "cv": 1},
                "inspection": {"probability": "5 %", "time": {"dist": "gamma", "mean": "3 days", "cv": 1}},
            }
            for n in range(min(12, suppliers, products))
        },
        "policies": {"replenishment": {"type": "r_Q", "service_level": "95 %", "cover": "28 days"}},
    }
