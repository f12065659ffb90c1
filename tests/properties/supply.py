"""Random parts of a supply chain: the ways of goods, and the policies that order and share them out."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from simulator.policies.allocation import AllocationPolicy, OrderLines
from simulator.values.arrays import Floats
from simulator.values.units import Days


def durations(longest: int) -> st.SearchStrategy[Any]:
    """A time of up to so many days: constant, exponential, gamma or uniform."""
    mean = st.floats(0.05, longest).map(lambda days: f"{days:.3f} days")
    return st.one_of(
        mean,
        st.just("0 days"),
        st.builds(lambda m: {"dist": "exponential", "mean": m}, mean),
        st.builds(lambda m, cv: {"dist": "gamma", "mean": m, "cv": cv}, mean, st.sampled_from([0.3, 1.2])),
        st.builds(lambda m: {"dist": "uniform", "low": "0 days", "high": m}, mean),
    )


def durations_of(days: list[float]) -> st.SearchStrategy[str]:
    """One of these times."""
    return st.sampled_from(days).map(lambda time: f"{time} days")


fitted = st.builds(
    lambda policy, asked: {**policy, "service_level": asked},
    st.sampled_from(
        [
            {"type": "r_Q", "cover": "3 days"},
            {"type": "s_S", "S": 12},
            {"type": "base_stock"},
            {"type": "R_S", "every": "4 days"},
            {"type": "R_s_S", "every": "2 days", "cover": "3 days"},
        ]
    ),
    st.sampled_from(["80 %", {"fill_rate": "90 %"}, {"ready_rate": "95 %"}]),
)
"""Policies whose levels are found for their stock."""

replenishments = st.one_of(
    st.builds(lambda r, q: {"type": "r_Q", "r": r, "Q": q}, st.integers(0, 15), st.integers(1, 20)),
    st.builds(lambda s, d: {"type": "s_S", "s": s, "S": s + d}, st.integers(0, 15), st.integers(1, 20)),
    st.builds(lambda level: {"type": "base_stock", "S": level}, st.integers(0, 20)),
    st.builds(
        lambda e, level: {"type": "R_S", "every": f"{e} days", "S": level},
        st.integers(1, 9),
        st.integers(1, 30),
    ),
    st.builds(
        lambda e, s, d: {"type": "R_s_S", "every": f"{e} days", "s": s, "S": s + d, "first": "0 days"},
        st.integers(1, 9),
        st.integers(0, 15),
        st.integers(1, 20),
    ),
    st.builds(
        lambda e, q: {"type": "standing_order", "every": f"{e} days", "Q": q},
        st.integers(1, 9),
        st.integers(1, 20),
    ),
    st.just({"type": "r_Q", "service_level": "80 %", "cover": "3 days", "levels": "textbook"}),
    fitted,
)


class SmallLinesSoon(AllocationPolicy):
    """A plug-in whose ranks change: the smallest line first, but before it those who have waited too long."""

    changes = True
    at_most: Days = 2.0

    def rank(self, lines: OrderLines, now: float) -> Floats:
        """By time for those, the others by quantity."""
        return np.where(now - lines.time > self.at_most, lines.time - now, lines.quantity)


levels = st.fixed_dictionaries({"silver": st.integers(0, 3), "standard": st.integers(3, 6)})
rules = st.fixed_dictionaries({"split": st.booleans(), "overtaking": st.booleans()})
allocations = st.one_of(
    st.builds(
        lambda name, rule: {"type": name, **rule},
        st.sampled_from(
            [
                "fcfs",
                "priority",
                "largest_value",
                "shortest_line",
                "longest_wait",
                "high_demand_first",
                "random",
            ]
        ),
        rules,
    ),
    st.builds(
        lambda level, clearing, rebuild, rule: {
            "type": "critical_level",
            "levels": level,
            "clearing": clearing,
            "rebuild_reserve": rebuild,
            **rule,
        },
        levels,
        st.sampled_from(["priority", "fcfs"]),
        st.booleans(),
        rules,
    ),
    st.builds(
        lambda level: {"type": "critical_level", "levels": {"standard": level}, "clearing": "threshold"},
        st.integers(1, 5),
    ),
    st.builds(lambda days, rule: SmallLinesSoon(at_most=days, **rule), durations_of([0.5, 3.0]), rules),
)

shops = st.one_of(
    st.builds(
        lambda n, time, rest: {"production": {"lines": n, "unit_time": time, **rest}},
        st.integers(1, 3),
        durations(1).filter(lambda d: d != "0 days"),
        st.fixed_dictionaries({}, optional={"first": st.just("backlog"), "wage": st.just(20)}),
    ),
    st.builds(
        lambda units, days: {"capacity": {"units": units, "per": days}},
        st.integers(3, 20),
        durations_of([0.5, 1, 7]),
    ),
)
"""Production lines, or a capacity a period."""
limits = st.fixed_dictionaries(
    {}, optional={"minimum": st.integers(1, 8), "lot": st.integers(1, 6), "maximum": st.integers(1, 25)}
).filter(lambda one: one.get("maximum", 99) // one.get("lot", 1) * one.get("lot", 1) >= one.get("minimum", 1))
prices = st.fixed_dictionaries(
    {},
    optional={
        "order_cost": st.just(12),
        "price": st.sampled_from([3, {"ball": 5, "cap": 7}]),
        "discounts": st.sampled_from([{5: "10 %"}, {4: "5 %", 12: "30 %"}]),
        "price_changes": st.just([{"on": "2026-01-12", "factor": 1.5}, {"on": "2026-01-25", "factor": 0.5}]),
    },
)
suppliers = st.builds(
    lambda lead_time, shop, limit, price: {"lead_time": lead_time, **shop, **limit, **price},
    durations(6),
    st.one_of(st.just({}), shops),
    limits,
    prices,
)
freights = st.sampled_from(
    [{"order": 20}, {"unit": 0.3}, {"order": 2, "unit": 0.1, "container": 30, "container_units": 8}]
)
lanes = st.fixed_dictionaries(
    {"from": st.just("factory"), "transit": durations(5), "crossing": st.booleans()},
    optional={
        "freight": freights,
        "departures": st.sampled_from([{"every": "3 days", "first": "1 day"}, {"rate": "0.4/day"}]),
        "customs": st.just("port"),
    },
)
ports = st.fixed_dictionaries(
    {"documents": durations(2), "green_lane": durations(1)},
    optional={
        "inspection": st.fixed_dictionaries(
            {"probability": st.sampled_from([0.2, 0.9]), "time": durations(3)},
            optional={"inspectors": st.integers(1, 2)},
        )
    },
)
centres = st.fixed_dictionaries(
    {"pick_time": durations(1), "delivery": durations(3)},
    optional={
        "stock": st.integers(0, 30),
        "pickers": st.integers(1, 3),
        "dock": st.builds(lambda time: {"doors": 1, "unload": time}, durations(1)),
        "holding": st.sampled_from(["0.1/day", {"ball": "30 %/year"}]),
    },
)
terms = st.fixed_dictionaries(
    {}, optional={"delivery": durations(4), "delivery_cost": st.sampled_from([0, 3.5])}
)
"""Delivery to one region."""
